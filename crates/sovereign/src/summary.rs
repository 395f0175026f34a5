use minicbor::{Decode, Encode};
use tally_document::Document;
use tally_entry::{DocumentId, Time, canonical};
use tally_record::Type;
use tally_store::{Scan, ViewStore};

use crate::seal::{SealContext, Sealer};
use crate::store::{RecordOutline, StoreError};

/// The tree of the views that holds summaries.
const TREE: &str = "summary";

/// Summaries read from the views at a time.
const PAGE: usize = 256;

/// What lists show of a local record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Summary {
    /// What the full record is opened by.
    #[n(0)]
    pub id: DocumentId,
    /// The name of the kind.
    #[n(1)]
    pub kind: String,
    /// Such as `TB-P2`.
    #[n(2)]
    pub reference: String,
    /// The field that its kind shows in lists.
    #[n(3)]
    pub title: String,
    /// One of the states of its kind.
    #[n(4)]
    pub state: String,
    /// The version that the summary was made at.
    #[n(5)]
    pub version: String,
    /// When it was last changed.
    #[n(6)]
    pub changed: Time,
    /// The seat that last changed it.
    #[n(7)]
    pub seat: Option<String>,
}

impl Summary {
    pub(crate) fn of(
        id: DocumentId,
        kind: &Type,
        held: &RecordOutline,
        document: &Document,
    ) -> Result<Self, StoreError> {
        let reading = document.read(kind.description, None).map_err(|_| StoreError::UnknownVersion)?;
        let last = held.made.last();
        Ok(Self {
            id,
            kind: held.kind.clone(),
            reference: held.reference.clone(),
            title: kind.title(&reading.fields).to_owned(),
            state: kind.state_of(&reading.fields).to_owned(),
            version: document.heads().to_string(),
            changed: last.map_or(Time(0), |made| made.at),
            seat: last.and_then(|made| made.seat.clone()),
        })
    }

    pub(crate) fn clear(views: &impl ViewStore) -> Result<(), StoreError> {
        Ok(views.clear(TREE)?)
    }

    pub(crate) fn put(&self, views: &impl ViewStore, sealer: &Sealer) -> Result<(), StoreError> {
        let key = sealer.index_key(&[b"summary", self.id.as_bytes()]);
        let sealed = sealer.seal(SealContext::Summary, &canonical::encode(self))?;
        Ok(views.put(TREE, &key, &sealed)?)
    }

    /// Reads every summary; none where the views hold one that does not open.
    pub(crate) fn all(views: &impl ViewStore, sealer: &Sealer) -> Result<Option<Vec<Self>>, StoreError> {
        let mut summaries = Vec::new();
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page = views.scan(TREE, Scan { prefix: b"", after: after.as_deref(), limit: PAGE })?;
            for (key, sealed) in page.items {
                let Ok(plain) = sealer.open(SealContext::Summary, &sealed) else {
                    return Ok(None);
                };
                let Ok(summary) = canonical::decode::<Self>(&plain) else {
                    return Ok(None);
                };
                summaries.push(summary);
                after = Some(key);
            }
            if !page.more {
                return Ok(Some(summaries));
            }
        }
    }
}
