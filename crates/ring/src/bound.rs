//! Bounds on what is decoded, and the reason beside each.

use tally_entry::canonical::{self, CanonicalError};
use thiserror::Error;

/// Members an edition may list: all 152 English authorities with their national bodies fit, a flood does not.
pub(crate) const MEMBERS: usize = 256;
/// Characters of a name: the longest joint board title in use has under 150.
pub const NAME_CHARS: usize = 200;
/// Characters of a purpose, handling or retention text: a page of print.
pub const TEXT_CHARS: usize = 4_000;
/// Official codes of one member: a partnership of three areas has a dozen.
pub(crate) const CODES: usize = 32;
/// Characters of one official code: ONS codes have nine.
pub(crate) const CODE_CHARS: usize = 32;
/// Addresses of one node: two ports on a few names.
pub(crate) const ADDRESSES: usize = 16;
/// Characters of one address: a DNS name has at most 253, with its ports a little more.
pub(crate) const ADDRESS_CHARS: usize = 300;
/// Characters of an age recipient: the ordinary kind has 62.
pub(crate) const RECIPIENT_CHARS: usize = 256;
/// Sectors of a ring: the field knows about ten.
pub(crate) const SECTORS: usize = 32;
/// Drafts one draft may stand instead of: a founding that stalls is drafted a few times.
pub(crate) const INSTEAD_OF: usize = 16;
/// Cuts one signature or cut act may carry: 256 members with four logs each.
pub(crate) const CUTS: usize = 1_024;
/// Positions in one receipt: as many logs as a receipt can be asked about.
pub(crate) const POSITIONS: usize = 1_024;
/// Receipts in one certificate of finality: one a member.
pub(crate) const RECEIPTS: usize = MEMBERS;
/// Headers in one branch of a fork proof: runs are cut at 256 entries.
pub(crate) const RUN: usize = 256;
/// Hashes in one version: a document has few concurrent heads.
pub(crate) const VERSION: usize = 256;
/// Bytes of one encoded control act: it travels in one frame of 1 MiB with room for its envelope.
pub(crate) const ACT_BYTES: usize = 1_000_000;
/// Bytes of one encoded card: addresses and names at their limits fit twice.
pub(crate) const CARD_BYTES: usize = 32 * 1024;
/// Bytes of one encoded edition with all signatures it may ever have: it fits one act, at 256 members with 20 cuts each.
pub(crate) const EDITION_BYTES: usize = 960_000;
/// Bytes of one encoded invitation: two editions and a card a member at ordinary sizes.
pub(crate) const INVITATION_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of one encoded small act (certificate, notice, order, receipt with all its positions).
pub(crate) const SMALL_BYTES: usize = 256 * 1024;

/// Why bytes or fields are not a value of this format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Malformed {
    /// The bytes are not the canonical encoding of such a value.
    #[error("not the canonical bytes of {what}")]
    Unreadable {
        /// The format expected.
        what: &'static str,
        /// The decoder's reason.
        #[source]
        source: CanonicalError,
    },
    /// A text, a list or the whole encoding exceeds its limit.
    #[error("{what}: {found}, and at most {limit} are allowed")]
    TooLong {
        /// What was read, as the message names it.
        what: &'static str,
        /// The limit, in characters, items or bytes.
        limit: usize,
        /// How many there are of the same.
        found: usize,
    },
    /// A field that must say something is empty.
    #[error("{what} is empty")]
    Empty {
        /// What was read, as the message names it.
        what: &'static str,
    },
    /// A list is not in ascending order, or repeats an item.
    #[error("{what} is not in order or repeats an item")]
    Unsorted {
        /// What was read, as the message names it.
        what: &'static str,
    },
    /// A text holds a control, zero-width or direction-changing character, which could make it read as another.
    #[error("{what} contains a character that does not show")]
    Invisible {
        /// What was read, as the message names it.
        what: &'static str,
    },
}

/// Decodes canonical bytes of at most `limit`.
pub(crate) fn decode<T>(what: &'static str, limit: usize, bytes: &[u8]) -> Result<T, Malformed>
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    at_most(what, limit, bytes.len())?;
    canonical::decode(bytes).map_err(|source| Malformed::Unreadable { what, source })
}

/// Refuses a count above its limit.
pub(crate) fn at_most(what: &'static str, limit: usize, found: usize) -> Result<(), Malformed> {
    if found > limit { Err(Malformed::TooLong { what, limit, found }) } else { Ok(()) }
}

/// Checks a text of one line that must say something.
pub(crate) fn line(what: &'static str, limit: usize, text: &str) -> Result<(), Malformed> {
    if text.trim().is_empty() {
        return Err(Malformed::Empty { what });
    }
    optional_line(what, limit, text)
}

/// Checks a text of one line that may be empty.
pub(crate) fn optional_line(what: &'static str, limit: usize, text: &str) -> Result<(), Malformed> {
    at_most(what, limit, text.chars().count())?;
    if text.chars().any(does_not_show) { Err(Malformed::Invisible { what }) } else { Ok(()) }
}

/// Checks a text that may have several lines and may be empty.
pub(crate) fn paragraph(what: &'static str, limit: usize, text: &str) -> Result<(), Malformed> {
    at_most(what, limit, text.chars().count())?;
    if text.chars().any(|c| c != '\n' && does_not_show(c)) { Err(Malformed::Invisible { what }) } else { Ok(()) }
}

/// Checks a sorted list of distinct one-line texts.
pub(crate) fn lines(what: &'static str, items: usize, chars: usize, list: &[String]) -> Result<(), Malformed> {
    at_most(what, items, list.len())?;
    ascending(what, list.iter())?;
    list.iter().try_for_each(|text| line(what, chars, text))
}

/// Refuses a list that is not strictly ascending.
pub(crate) fn ascending<T: Ord>(what: &'static str, list: impl Iterator<Item = T>) -> Result<(), Malformed> {
    let mut last: Option<T> = None;
    for item in list {
        if last.as_ref().is_some_and(|before| *before >= item) {
            return Err(Malformed::Unsorted { what });
        }
        last = Some(item);
    }
    Ok(())
}

fn does_not_show(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{00ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_direction_override_is_refused() {
        assert_eq!(line("name", 200, "Bex\u{202e}yel"), Err(Malformed::Invisible { what: "name" }));
    }

    #[test]
    fn a_name_is_counted_in_characters() {
        assert_eq!(line("name", 3, "ééé"), Ok(()));
        assert_eq!(line("name", 3, "éééé"), Err(Malformed::TooLong { what: "name", limit: 3, found: 4 }));
    }

    #[test]
    fn a_repeated_item_is_refused() {
        assert_eq!(ascending("codes", [1, 1].iter()), Err(Malformed::Unsorted { what: "codes" }));
    }

    #[test]
    fn blanks_do_not_count_as_a_name() {
        assert_eq!(line("name", 200, "  "), Err(Malformed::Empty { what: "name" }));
    }
}
