use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::identifier::Identifier;

/// Parts this digest from every other that the program makes.
const TAG: &[u8] = b"tallystick/finding/1";

/// An identifier that the guard found, and how it may be shown without repeating it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it lies; several places where it is split between them.
    pub places: Vec<String>,
    /// What kind of identifier it is.
    pub what: Identifier,
    /// The identifier with its telling characters masked.
    pub shown: String,
    /// What a seat names when it lets this finding through.
    pub digest: FindingDigest,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} ({})", self.what.label(), self.places.join(" and "), self.shown)
    }
}

/// Names a finding by what was found: the same identifier has the same digest in every place and disguise.
///
/// It hides nothing: the ten digits behind one can be found by trying them all. It never enters a ring.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingDigest([u8; 32]);

impl FindingDigest {
    pub(crate) fn of(what: Identifier, plain: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [TAG, what.word().as_bytes(), plain.as_bytes()] {
            hash.update(part);
            hash.update([0]);
        }
        Self(hash.finalize().into())
    }
}

impl fmt::Display for FindingDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FindingDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FindingDigest({self})")
    }
}

/// Says that a text is no digest of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the digest of a finding: 64 hexadecimal digits")]
pub struct NoFindingDigest;

impl FromStr for FindingDigest {
    type Err = NoFindingDigest;

    fn from_str(given: &str) -> Result<Self, NoFindingDigest> {
        let mut bytes = [0; 32];
        if given.len() != 2 * bytes.len() || !given.is_ascii() {
            return Err(NoFindingDigest);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let two = given.get(2 * at..2 * at + 2).ok_or(NoFindingDigest)?;
            *byte = u8::from_str_radix(two, 16).map_err(|_| NoFindingDigest)?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_fixed_for_ever() {
        // sha256("tallystick/finding/1" 00 "nhs_number" 00 "9434765919" 00), reckoned with sha256sum.
        let digest = FindingDigest::of(Identifier::NhsNumber, "9434765919");
        assert_eq!(digest.to_string(), GOLDEN);
    }

    const GOLDEN: &str = "1c4026d4cd06b3997f2086c674c48ae6ee4bf17bc5e1af46c55d0e466eb7bb21";

    #[test]
    fn a_digest_is_read_from_its_text() {
        let digest: FindingDigest = GOLDEN.parse().unwrap();
        assert_eq!(digest, FindingDigest::of(Identifier::NhsNumber, "9434765919"));
        for given in ["", "ab", &GOLDEN[1..], &format!("{GOLDEN}00"), &GOLDEN.replace('a', "g")] {
            assert_eq!(given.parse::<FindingDigest>(), Err(NoFindingDigest), "{given}");
        }
    }
}
