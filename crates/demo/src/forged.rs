//! An entry in a partner's name that the partner never signed, as bytes that were prepared once.
//!
//! `crates/forger` made them, signed with a stranger's key; they name a ring, a log and a document that do not exist.
//! Every borough's keys are new each time the story is told, so the names of the real ones are put in their places,
//! which any attacker can do. The signature cannot follow: only the partner's own key could make it.

use std::path::Path;

use tally_store::{AppendError, Frame, GuardLimits, Journal, JournalConfig, OpenError, RealDisk};

/// The prepared entry.
const PREPARED: &[u8] = include_bytes!("forged-entry.bin");
/// What stands in its places: 32 times the same byte for each name.
const RING: u8 = 0xF1;
const AUDIENCE: u8 = 0xF2;
const NODE: u8 = 0xF3;
const PREVIOUS: u8 = 0xF4;
const EDITION: u8 = 0xF5;
const DOCUMENT: u8 = 0xF6;
/// The longest log that the entry can claim to continue: up to here its place takes one byte.
const LONGEST: u64 = 22;
/// What a journal calls an entry.
const ENTRY: u8 = 1;
/// The journal of a copy holds back almost nothing of the disk.
const GUARD: GuardLimits = GuardLimits { ballast_bytes: 1 << 20, reserve_bytes: 1 << 20 };

/// Where the entry claims to stand: the names of a real log, in hexadecimal.
pub(crate) struct ClaimedPlace<'a> {
    pub(crate) ring: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) node: &'a str,
    pub(crate) previous: &'a str,
    pub(crate) edition: &'a str,
    pub(crate) document: &'a str,
    /// How many entries the log holds.
    pub(crate) entries: u64,
}

/// Why there is no forged entry.
#[derive(Debug, thiserror::Error)]
pub enum NotForged {
    /// The one in whose name it is forged has written nothing yet.
    #[error("the one in whose name it is forged has written nothing yet")]
    NothingWritten,
    /// The claim names nothing, or the log is too long.
    #[error("the prepared entry does not fit this log")]
    DoesNotFit,
    /// The folder of the journal cannot be used.
    #[error("the folder of the journal cannot be used")]
    Disk(#[from] std::io::Error),
    /// The journal does not open.
    #[error("the journal does not open")]
    Journal(#[from] OpenError),
    /// It did not take the entry.
    #[error("the journal did not take it")]
    Append(#[from] AppendError),
}

/// The entry, claiming to continue that log; none where the claim names nothing or the log is too long.
pub(crate) fn entry(claim: &ClaimedPlace<'_>) -> Option<Vec<u8>> {
    let mut bytes = PREPARED.to_vec();
    let places = [
        (RING, claim.ring),
        (AUDIENCE, claim.audience),
        (PREVIOUS, claim.previous),
        (EDITION, claim.edition),
        (DOCUMENT, claim.document),
    ];
    for (mark, name) in places {
        put(&mut bytes, mark, name)?;
    }
    let after_node = put(&mut bytes, NODE, claim.node)?;
    // The incarnation stands between the node and the place in its log.
    let sequence = u8::try_from(claim.entries + 1).ok().filter(|_| claim.entries <= LONGEST)?;
    *bytes.get_mut(after_node + 1)? = sequence;
    Some(bytes)
}

/// Puts a name into its place; gives where the place ends.
fn put(bytes: &mut [u8], mark: u8, name: &str) -> Option<usize> {
    let name = from_hex(name)?;
    let at = bytes.windows(name.len()).position(|window| window == [mark; 32])?;
    bytes.get_mut(at..at + name.len())?.copy_from_slice(&name);
    Some(at + name.len())
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Writes the entry into the journal of a home that no node runs from, as somebody at its disk could.
///
/// Past the home, whose journal takes only what has been checked.
pub(crate) fn write(entry: &[u8], journal: &Path) -> Result<(), NotForged> {
    let disk = RealDisk::open(journal)?;
    // The seed is that of the journal there is; this one is for a new journal, and there is none.
    let config = JournalConfig { guard: GUARD, ..JournalConfig::new([0; 32]) };
    let (mut journal, _) = Journal::open(disk, config)?;
    journal.append(&[Frame { kind: ENTRY, payload: entry }])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Story;

    fn claim(name: &str, entries: u64) -> ClaimedPlace<'_> {
        ClaimedPlace { ring: name, audience: name, node: name, previous: name, edition: name, document: name, entries }
    }

    #[test]
    fn every_name_is_put_in_its_place_and_the_words_stay() {
        let entry = entry(&claim(&"0a".repeat(32), 4)).expect("an entry");
        assert_eq!(entry.len(), PREPARED.len());
        assert_eq!(entry.windows(32).filter(|window| *window == [0x0A; 32]).count(), 6);
        for mark in [RING, AUDIENCE, NODE, PREVIOUS, EDITION, DOCUMENT] {
            assert!(!entry.windows(32).any(|window| window == [mark; 32]));
        }
        let words = Story::read(None).expect("reads").proof.forged.value;
        assert!(entry.windows(words.len()).any(|window| window == words.as_bytes()), "the words are others");
    }

    #[test]
    fn a_log_too_long_or_a_name_that_is_none_makes_no_entry() {
        assert!(entry(&claim(&"0a".repeat(32), LONGEST + 1)).is_none());
        assert!(entry(&claim("0a", 4)).is_none());
    }
}
