//! The table of hostile changes, by name.

use tally_document::Document;
use tally_entry::Actor;

/// The names of its rows.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    tally_document::hostile::rows().into_iter().map(|row| row.name)
}

/// The change of one row, made for this document and this writer.
pub(crate) fn change(row: usize, document: &Document, actor: Actor) -> Option<(&'static str, Vec<u8>)> {
    let rows = tally_document::hostile::rows();
    let at = row % rows.len().max(1);
    rows.into_iter().nth(at).map(|row| (row.name, (row.build)(document, actor)))
}
