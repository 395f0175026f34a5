//! Seats as a member describes them to the others.

use minicbor::{Decode, Encode};
use tally_entry::{PublicKey, canonical};

use crate::bound::{self, Malformed};

/// A person's place at a table, without the person: the signing member's word.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SeatDescriptor {
    /// What entries name it by, unique in its member.
    #[n(0)]
    pub id: String,
    /// The role it is held in.
    #[n(1)]
    pub role: String,
    /// The sector.
    #[n(2)]
    pub sector: String,
    /// The areas it speaks for, in order.
    #[n(3)]
    pub areas: Vec<String>,
    /// Its standing at the table, in the member's words.
    #[n(4)]
    pub standing: String,
    /// The seat that delegated to it.
    #[n(5)]
    pub delegated_from: Option<String>,
    /// Its own key, where it signs beside the node.
    #[n(6)]
    pub key: Option<PublicKey>,
}

impl SeatDescriptor {
    /// Checks every field against its limit.
    pub fn check(&self) -> Result<(), Malformed> {
        // The id stands in entry headers, which bound it in bytes.
        bound::at_most("seat", tally_entry::SEAT_BYTES_MAX, self.id.len())?;
        bound::line("seat", bound::NAME_CHARS, &self.id)?;
        bound::line("role", bound::NAME_CHARS, &self.role)?;
        bound::line("sector", bound::NAME_CHARS, &self.sector)?;
        bound::lines("areas", bound::AREAS, bound::NAME_CHARS, &self.areas)?;
        bound::optional_line("standing", bound::NAME_CHARS, &self.standing)?;
        self.delegated_from.iter().try_for_each(|from| bound::line("delegating seat", bound::NAME_CHARS, from))
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let seat: Self = bound::decode("a seat", bound::SMALL_BYTES, bytes)?;
        seat.check()?;
        Ok(seat)
    }
}
