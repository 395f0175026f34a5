use crate::finding::FindingDigest;
use crate::folded::{Folded, is_invisible};
use crate::identifier::Identifier;
use crate::sighting::Sighting;
use crate::{email, nhs_number, postcode};

#[cfg(test)]
mod tests;

/// An identifier in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) what: Identifier,
    /// In bytes of the inspected text.
    pub(crate) start: usize,
    /// Exclusive.
    pub(crate) end: usize,
    /// With its telling characters masked.
    pub(crate) shown: String,
    pub(crate) digest: FindingDigest,
}

/// Finds identifiers in one text, in order of position and never overlapping for one kind.
pub(crate) fn inspect(text: &str, folded: &Folded) -> Vec<Hit> {
    let mut sightings: Vec<(Identifier, Sighting)> = Vec::new();
    let searches: [(Identifier, Vec<Sighting>); 3] = [
        (Identifier::NhsNumber, nhs_number::find(folded)),
        (Identifier::EmailAddress, email::find(folded)),
        (Identifier::Postcode, postcode::find(folded)),
    ];
    for (what, found) in searches {
        for sighting in found {
            if !sightings.iter().any(|(other, taken)| *other == what && taken.overlaps(&sighting)) {
                sightings.push((what, sighting));
            }
        }
    }
    sightings.sort_by_key(|(what, sighting)| (sighting.start, sighting.end, *what));
    sightings
        .into_iter()
        .map(|(what, Sighting { start, end, plain })| Hit {
            what,
            start,
            end,
            shown: masked(what, text.get(start..end).unwrap_or_default()),
            digest: FindingDigest::of(what, &plain),
        })
        .collect()
}

/// Masks what was found: enough stays for the writer to recognise it, too little to use it.
fn masked(what: Identifier, text: &str) -> String {
    let total = text.chars().filter(|c| c.is_alphanumeric()).count();
    let mut nth = 0;
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| {
            if !c.is_alphanumeric() {
                return c;
            }
            nth += 1;
            let open = match what {
                Identifier::NhsNumber => nth + 2 > total,
                Identifier::EmailAddress => nth == 1,
                Identifier::Postcode => nth <= 2,
            };
            if open { c } else { '*' }
        })
        .collect()
}
