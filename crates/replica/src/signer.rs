use tally_entry::{
    AudienceId, DocumentId, Draft, DraftError, EditionId, EntryId, LogId, NodeId, Position, SigningKey, Time, Verified,
};
use tally_guard::Cleared;
use tally_ring::{LogKey, Notice, Receipt};

use crate::pen::act::Act;

/// Where an own entry stands, and when it was written.
pub(crate) struct EntryPlace {
    pub(crate) log: LogId,
    pub(crate) sequence: u64,
    pub(crate) previous: Option<EntryId>,
    pub(crate) edition: EditionId,
    /// None for a birth, whose document follows from its place.
    pub(crate) document: Option<DocumentId>,
    pub(crate) time: Time,
}

/// The node's key, which leaves this file only as signatures.
#[derive(Debug)]
pub(crate) struct Signer(SigningKey);

impl Signer {
    pub(crate) const fn new(key: SigningKey) -> Self {
        Self(key)
    }

    pub(crate) fn node(&self) -> NodeId {
        NodeId::of(&self.0.public())
    }

    /// Signs an own entry: nothing but what the guard has read.
    pub(crate) fn entry(&self, at: EntryPlace, act: Cleared<Act>, salt: [u8; 16]) -> Result<Verified, DraftError> {
        let EntryPlace { log, sequence, previous, edition, document, time } = at;
        let Act { body, seat, record: _, unshown: _, said: _ } = act.into_inner();
        let draft = Draft {
            log,
            sequence,
            previous,
            edition,
            document,
            life: 0,
            seat: seat.filter(|seat| !seat.is_empty()),
            time,
            attachments: Vec::new(),
            body,
        };
        draft.sign(&self.0, None, salt)
    }

    /// What this node holds; none where a receipt has no room for it.
    pub(crate) fn receipt(
        &self,
        audience: AudienceId,
        at: Time,
        positions: Vec<(LogKey, Position)>,
    ) -> Option<Receipt> {
        Receipt::sign(audience, at, positions, &self.0).ok()
    }

    /// Where this node listens; none where the addresses are not such.
    pub(crate) fn notice(&self, issued: Time, addresses: &[String]) -> Option<Notice> {
        Notice::sign(issued, addresses.to_vec(), &self.0).ok()
    }
}

type SignEntry = fn(&Signer, EntryPlace, Cleared<Act>, [u8; 16]) -> Result<Verified, DraftError>;

/// No other form of an act is signed: did [`Signer::entry`] take one, this would not compile.
const _: SignEntry = Signer::entry;
