//! What counts: entries judged, and the documents that the standing ones make.

pub(crate) mod document;
pub(crate) mod documents;
mod look;
pub(crate) mod verdict;
pub(crate) mod waiting;
