//! What is held: logs of entries, each chained to the one before.

pub(crate) mod book;
pub(crate) mod chained;
pub(crate) mod load;
pub(crate) mod log;
