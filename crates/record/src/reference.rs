use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::kinds::types;

/// Words of a ring's name that tell no ring from another. As one text: they are English, and name no kind of record.
const GENERIC: &str = "the of and for a in programme ring partnership group";

/// Most letters a ring gives to a reference; more cannot be said on the telephone.
const MOST_INITIALS: usize = 4;

/// A short name of a record for people, such as `TB-P2`.
///
/// It is the initials of the ring, the letter of the kind, and the next number this node knows of;
/// a local record has no initials (`L7`). Initials are the first letters of the parts of the ring's
/// name without generic words ("Tri-borough programme" is `TB`); a name of one part gives its first
/// two letters. Two offline nodes can make the same one, so it names records only where it is
/// unambiguous.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    initials: String,
    letter: char,
    number: u32,
}

/// Says why words are not a short reference.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReferenceError {
    /// The words do not have the form of a reference.
    #[error("{given:?} is not a short reference such as TB-P2")]
    Form {
        /// What was given.
        given: String,
    },
}

impl Reference {
    /// Makes the next reference of a kind in a ring, after those that exist; `ring` is none for a local record.
    pub fn next<'a>(ring: Option<&str>, letter: char, existing: impl IntoIterator<Item = &'a Self>) -> Self {
        let initials = ring.map(initials).unwrap_or_default();
        let highest = existing
            .into_iter()
            .filter(|r| r.initials == initials && r.letter == letter)
            .map(|r| r.number)
            .max()
            .unwrap_or(0);
        Self { initials, letter, number: highest.saturating_add(1) }
    }

    /// Returns the letter of the kind.
    #[must_use]
    pub fn letter(&self) -> char {
        self.letter
    }

    /// Returns the number.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.initials.is_empty() {
            write!(f, "{}-", self.initials)?;
        }
        write!(f, "{}{}", self.letter, self.number)
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    /// Reads a reference in either case.
    fn from_str(given: &str) -> Result<Self, ReferenceError> {
        let form = || ReferenceError::Form { given: given.to_owned() };
        let upper = given.trim().to_uppercase();
        let (initials, rest) = upper.rsplit_once('-').unwrap_or(("", &upper));
        let dashed = upper.contains('-');
        if dashed && (initials.is_empty() || initials.chars().count() > MOST_INITIALS)
            || !initials.chars().all(char::is_alphanumeric)
        {
            return Err(form());
        }
        let mut chars = rest.chars();
        let letter = chars.next().filter(|c| types().iter().any(|t| t.letter == *c)).ok_or_else(form)?;
        let digits = chars.as_str();
        if digits.is_empty() || digits.starts_with('0') || !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(form());
        }
        let number = digits.parse().map_err(|_| form())?;
        Ok(Self { initials: initials.to_owned(), letter, number })
    }
}

fn initials(ring: &str) -> String {
    let parts: Vec<&str> = ring.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    let generic = |part: &str| GENERIC.split(' ').any(|word| part.to_lowercase() == word);
    let telling: Vec<&str> = parts.iter().copied().filter(|part| !generic(part)).collect();
    let letters: String = match if telling.is_empty() { parts } else { telling }.as_slice() {
        [] => "R".to_owned(),
        [one] => one.chars().take(2).collect(),
        several => several.iter().filter_map(|p| p.chars().next()).take(MOST_INITIALS).collect(),
    };
    letters.to_uppercase().chars().take(MOST_INITIALS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_gives_its_initials_without_generic_words() {
        assert_eq!(initials("Tri-borough programme"), "TB");
        assert_eq!(initials("Child Death Overview Panel ring"), "CDOP");
        assert_eq!(initials("Lewisham"), "LE");
        assert_eq!(initials("The Ring"), "TR");
        assert_eq!(initials("!"), "R");
    }

    #[test]
    fn the_next_number_follows_the_highest_of_its_ring_and_kind() {
        let existing: Vec<Reference> =
            ["TB-P1", "TB-P7", "TB-L9", "LE-P12", "P30"].iter().map(|r| r.parse().unwrap()).collect();
        assert_eq!(Reference::next(Some("Tri-borough programme"), 'P', &existing).to_string(), "TB-P8");
    }

    #[test]
    fn a_local_record_has_no_initials() {
        let reference = Reference::next(None, 'L', []);
        assert_eq!(reference.to_string(), "L1");
    }

    #[test]
    fn a_reference_is_read_in_either_case() {
        assert_eq!("tb-p2".parse::<Reference>().unwrap().to_string(), "TB-P2");
    }

    #[test]
    fn other_words_are_no_reference() {
        for given in ["", "TB", "TB-", "-P2", "TB-Q2", "TB-P02", "TB-P", "TB-P2x", "TOOLONG-P2", "P99999999999"] {
            assert!(given.parse::<Reference>().is_err(), "{given}");
        }
    }
}
