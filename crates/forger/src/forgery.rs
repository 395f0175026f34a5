use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tally_entry::{
    AudienceId, Body, Change, DocumentId, Draft, DraftError, EditionId, EntryId, LogId, NodeId, RingId, SigningKey,
    Time, canonical,
};

/// Why nothing was forged or sent.
#[derive(Debug, thiserror::Error)]
pub enum Unforged {
    /// The entry is none, whoever signs it.
    #[error("the forged entry is no entry")]
    Entry(#[from] DraftError),
    /// A file of the victim's partner does not hold a key.
    #[error("{0} holds no transport key")]
    NoKey(String),
    /// The attacker's own network did not start.
    #[error("the attacker's network did not start: {0}")]
    Network(String),
}

/// An entry in somebody else's name.
#[derive(Clone, Debug)]
pub struct Forgery {
    /// Whose record it would add to.
    pub ring: RingId,
    /// Whose log it claims to stand in.
    pub audience: AudienceId,
    /// The node in whose name it is forged.
    pub node: NodeId,
    /// Which life of that node it claims to come from.
    pub incarnation: u32,
    /// The place that the entry claims there.
    pub sequence: u64,
    /// The entry that it claims to follow.
    pub previous: Option<EntryId>,
    /// The edition that it names.
    pub edition: EditionId,
    /// The document that it claims to change.
    pub document: DocumentId,
    /// What would read as the node's own words.
    pub words: String,
}

/// A question of the nodes' protocol: entries that have just been written.
#[derive(Encode, Decode)]
enum Question {
    #[n(3)]
    New(#[n(0)] Runs),
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Runs {
    #[n(0)]
    ring: RingId,
    #[n(1)]
    audience: AudienceId,
    #[n(2)]
    runs: Vec<Vec<ByteVec>>,
    #[n(3)]
    more: More,
    #[n(4)]
    parted: Vec<NodeId>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct More {
    #[n(0)]
    entries: u64,
    #[n(1)]
    bytes: u64,
}

impl Forgery {
    /// The entry's bytes, signed with a key that is not its node's.
    ///
    /// # Errors
    /// When not even an honest node could write such an entry.
    pub fn entry(&self, key: &SigningKey, salt: [u8; 16]) -> Result<Vec<u8>, Unforged> {
        let own = NodeId::of(&key.public());
        let draft = Draft {
            log: LogId { ring: self.ring, audience: self.audience, node: own, incarnation: self.incarnation },
            sequence: self.sequence,
            previous: self.previous,
            edition: self.edition,
            document: Some(self.document),
            life: 0,
            seat: None,
            time: Time(0),
            attachments: Vec::new(),
            body: Body::Change(Change {
                change: self.words.clone().into_bytes(),
                joined: Vec::new(),
                reason: Some(self.words.clone()),
                resumes: None,
                again: None,
            }),
        };
        let entry = draft.sign(key, None, salt)?.encode();
        // Only the partner's own key could sign under its name: the name is put in afterwards.
        Ok(replaced(entry, own.as_bytes(), self.node.as_bytes()))
    }

    /// A frame that pushes the entry to a partner.
    pub(crate) fn frame(&self, key: &SigningKey) -> Result<Vec<u8>, Unforged> {
        let entry = self.entry(key, [0x5A; 16])?;
        Ok(canonical::encode(&Question::New(Runs {
            ring: self.ring,
            audience: self.audience,
            runs: vec![vec![entry.into()]],
            more: More { entries: 0, bytes: 0 },
            parted: Vec::new(),
        })))
    }
}

fn replaced(mut bytes: Vec<u8>, from: &[u8; 32], to: &[u8; 32]) -> Vec<u8> {
    if let Some(at) = bytes.windows(from.len()).position(|window| window == from) {
        bytes[at..at + from.len()].copy_from_slice(to);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_put_in_the_place_of_another() {
        let bytes = [vec![9; 3], vec![1; 32], vec![9; 3]].concat();
        assert_eq!(replaced(bytes, &[1; 32], &[2; 32]), [vec![9; 3], vec![2; 32], vec![9; 3]].concat());
    }
}
