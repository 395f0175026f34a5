//! What counts: entries judged, and the documents that the standing ones make.

pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod judge;
pub(crate) mod verdict;
pub(crate) mod waiting;
