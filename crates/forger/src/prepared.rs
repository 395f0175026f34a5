use tally_entry::{AudienceId, DocumentId, EditionId, EntryId, NodeId, RingId, SigningKey};

use crate::forgery::{Forgery, Unforged};

/// A stranger's key, the same for ever: the prepared bytes are made again from it in a test.
const STRANGER: [u8; 32] = [0x77; 32];
/// The body begins with these bytes in place of chance.
const SALT: [u8; 16] = [0x3C; 16];

/// The entry that the demonstration holds as prepared bytes: its names are patterns that are written over there, its
/// place in the log is one byte.
///
/// # Errors
/// When it is no entry.
pub fn prepared() -> Result<Vec<u8>, Unforged> {
    let forgery = Forgery {
        ring: RingId::from_bytes([0xF1; 32]),
        audience: AudienceId::from_bytes([0xF2; 32]),
        node: NodeId::from_bytes([0xF3; 32]),
        incarnation: 1,
        sequence: 2,
        previous: Some(EntryId::from_bytes([0xF4; 32])),
        edition: EditionId::from_bytes([0xF5; 32]),
        document: DocumentId::from_bytes([0xF6; 32]),
        words: "Each area may stop sharing.".to_owned(),
    };
    forgery.entry(&SigningKey::from_seed(STRANGER), SALT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the demonstration has them.
    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/src/forged-entry.bin");

    /// With `TALLY_PREPARED=rewrite` it writes them, as after a change of the format.
    #[test]
    fn the_bytes_of_the_demonstration_are_those_made_here() {
        let made = prepared().expect("forged");
        if std::env::var_os("TALLY_PREPARED").is_some_and(|how| how == "rewrite") {
            std::fs::write(FILE, &made).expect("written");
        }
        assert_eq!(std::fs::read(FILE).expect("read"), made);
    }
}
