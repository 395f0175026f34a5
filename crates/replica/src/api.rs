//! What goes in and what comes out: values alone.

pub(crate) mod append;
pub(crate) mod command;
pub(crate) mod input;
pub(crate) mod output;
pub(crate) mod query;
pub(crate) mod reading;
pub(crate) mod refused;
pub(crate) mod version_ref;
