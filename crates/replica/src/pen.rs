//! What this node writes itself.

pub(crate) mod rewrite;
pub(crate) mod write;
