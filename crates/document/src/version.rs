use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use tally_entry::ChangeHash;

use crate::index::Clock;

/// The set of change hashes at which a record is read, approved or printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(BTreeSet<ChangeHash>);

/// A text is not a version: hashes joined by plus signs were expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a version: expected hashes of 64 hexadecimal digits, joined by +")]
pub struct VersionError;

/// A version names a change that is not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this version is not held here")]
pub struct UnknownVersion;

/// What a version has seen, kept to compare versions of one document where the document is not at hand.
#[derive(Clone, Debug)]
pub struct Seen(pub(crate) Clock);

impl Seen {
    /// Whether this has seen all that the other has; only for two taken from the same [`crate::Document`].
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        let all = self.0.iter().chain(std::iter::repeat(&0));
        other.0.iter().zip(all).all(|(other, seen)| seen >= other)
    }
}

impl Version {
    /// The hashes, sorted.
    pub fn hashes(&self) -> impl Iterator<Item = &ChangeHash> {
        self.0.iter()
    }

    /// How many hashes it has: more than one where concurrent changes stand side by side.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it names nothing, as before a birth.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Eight digits for people to compare by eye: never a key.
    #[must_use]
    pub fn short(&self) -> String {
        self.id().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// One hash for the whole set, with which statements and pages name it.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"tally/1/version");
        for hash in &self.0 {
            hasher.update(hash.as_bytes());
        }
        hasher.finalize().into()
    }
}

impl FromIterator<ChangeHash> for Version {
    fn from_iter<I: IntoIterator<Item = ChangeHash>>(hashes: I) -> Self {
        Self(hashes.into_iter().collect())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, hash) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("+")?;
            }
            hash.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        text.split('+').map(|hash| hash.parse().map_err(|_| VersionError)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_comes_back_from_its_text_in_one_order() {
        let a = ChangeHash::from_bytes([1; 32]);
        let b = ChangeHash::from_bytes([2; 32]);
        let version: Version = [b, a].into_iter().collect();
        assert_eq!(version, version.to_string().parse().unwrap());
        assert_eq!(format!("{a}+{b}"), version.to_string());
        assert_eq!(version.short().len(), 8);
    }

    #[test]
    fn a_half_hash_is_no_version() {
        assert_eq!("ab+cd".parse::<Version>(), Err(VersionError));
    }
}
