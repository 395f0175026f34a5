//! Answers to queries, from what is held and what counts. Nothing is changed by reading.

mod copies;
mod holding;
mod record;

use std::cell::Cell;
use std::sync::Arc;

use tally_document::Reading;
use tally_entry::{DocumentId, Time};

use crate::api::query::{Query, QueryAnswer};
use crate::api::reading::RecordReading;
use crate::api::refused::Refused;
use crate::counted::document::RecordedDocument;
use crate::ledger::Ledger;
use crate::ledger::chained::AudienceRef;
use crate::session::partners::Partners;

/// What a query may look at.
pub(crate) struct Reader<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) partners: &'a Partners,
    pub(crate) now: Time,
    /// Counts the records that were read.
    pub(crate) readings: &'a Cell<u64>,
}

impl Reader<'_> {
    pub(crate) fn answer(&self, query: &Query) -> Result<QueryAnswer, Refused> {
        Ok(match query {
            Query::Rings => QueryAnswer::Rings(self.ledger.rings().map(|(id, _)| self.ring(id)).collect()),
            Query::Record { document, at } => {
                let (of, recorded) = self.find(document)?;
                let at = at.as_ref().map(|at| recorded.version(at)).transpose()?;
                QueryAnswer::Record(Box::new(self.record(of, recorded, at.as_ref())?))
            }
            Query::Records { ring } => {
                let mut records = Vec::new();
                for (of, book) in self.ledger.books().filter(|(of, _)| ring.is_none_or(|ring| ring == of.0)) {
                    for recorded in book.documents().all() {
                        records.push(self.record(*of, recorded, None)?);
                    }
                }
                QueryAnswer::Records(records)
            }
            Query::References { ring, letter } => QueryAnswer::References(
                self.ledger
                    .books()
                    .filter(|(of, _)| of.0 == *ring)
                    .flat_map(|(_, book)| book.documents().all().filter_map(RecordedDocument::reference))
                    .filter(|reference| reference.letter() == *letter)
                    .cloned()
                    .collect(),
            ),
            Query::History(document) => QueryAnswer::History(self.history(self.find(document)?.1)),
            Query::Difference { document, before, after } => {
                let (_, recorded) = self.find(document)?;
                let kind = tally_record::find(&recorded.birth.type_name)
                    .ok_or_else(|| Refused::UnknownType(recorded.birth.type_name.clone()))?;
                let before = recorded.version(before)?;
                let after = match after {
                    Some(after) => recorded.version(after)?,
                    None => recorded.document.heads(),
                };
                QueryAnswer::Difference(recorded.document.difference(kind.description, &before, &after)?)
            }
            Query::Copies(Some(document)) => {
                let (of, recorded) = self.find(document)?;
                QueryAnswer::Copies(vec![(*document, self.copies(&of, recorded))])
            }
            Query::Copies(None) => {
                let all = self.ledger.books().flat_map(|(of, book)| book.documents().all().map(move |one| (of, one)));
                QueryAnswer::Copies(all.map(|(of, recorded)| (recorded.id, self.copies(of, recorded))).collect())
            }
            Query::Partners => QueryAnswer::Partners(self.partners()),
            Query::Logs => {
                let logs =
                    self.ledger.books().flat_map(|(_, book)| book.logs().map(move |(key, log)| (book, *key, log)));
                QueryAnswer::Logs(logs.map(|(book, key, log)| self.log(book, key, log)).collect())
            }
            Query::Entry(entry) => {
                let found = self.ledger.books().find_map(|(_, book)| {
                    let counted = book.entry(entry).map(|entry| (entry, false));
                    let aside = || book.aside().find(|aside| aside.id() == *entry).map(|entry| (entry, true));
                    let (entry, aside) = counted.or_else(aside)?;
                    Some(self.entry(book, entry, aside))
                });
                QueryAnswer::Entry(Box::new(found.ok_or(Refused::UnknownEntry(*entry))?))
            }
        })
    }

    fn find(&self, document: &DocumentId) -> Result<(AudienceRef, &RecordedDocument), Refused> {
        self.ledger.document(document).ok_or(Refused::UnknownDocument(*document))
    }

    /// A record as it reads now, with its fields where they were read already; none where it is not here.
    pub(crate) fn present(&self, document: &DocumentId, fields: Option<Arc<Reading>>) -> Option<RecordReading> {
        let (of, recorded) = self.ledger.document(document)?;
        let reading = match fields {
            Some(fields) => Some(Arc::unwrap_or_clone(fields)),
            None => self.read(recorded, None).ok()?,
        };
        Some(self.assemble(of, recorded, None, reading))
    }
}
