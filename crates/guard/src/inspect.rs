use std::collections::BTreeSet;

use crate::folded::Folded;
use crate::span::Span;
use crate::{email, folded, nhs_number, postcode};

#[cfg(test)]
mod tests;

/// Names a kind of identifier that the guard looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// A ten-digit NHS number whose check digit is right.
    NhsNumber,
    /// An e-mail address.
    EmailAddress,
    /// A full UK postcode, which can be one household.
    Postcode,
}

impl Identifier {
    /// Lists every kind the guard knows.
    pub const ALL: [Self; 3] = [Self::NhsNumber, Self::EmailAddress, Self::Postcode];

    /// Returns the word that commands and JSON use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NhsNumber => "nhs_number",
            Self::EmailAddress => "email_address",
            Self::Postcode => "postcode",
        }
    }

    /// Returns the words that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NhsNumber => "an NHS number",
            Self::EmailAddress => "an e-mail address",
            Self::Postcode => "a full postcode",
        }
    }
}

/// Says what was found, where, and how it may be shown without repeating it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of identifier it is.
    pub what: Identifier,
    /// Where it starts, in bytes of the inspected text.
    pub start: usize,
    /// Where it ends, in bytes of the inspected text, exclusive.
    pub end: usize,
    /// The identifier with its telling characters masked.
    pub shown: String,
}

/// Says in which field a finding lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFinding {
    /// The field, or both fields where the identifier is split between two.
    pub fields: Vec<String>,
    /// The finding; its position counts from the start of the first field.
    pub finding: Finding,
}

/// Finds identifiers in one text, in order of position and never overlapping for one kind.
#[must_use]
pub fn inspect(text: &str) -> Vec<Finding> {
    let folded = Folded::of(text);
    let mut spans: Vec<(Identifier, Span)> = Vec::new();
    let searches: [(Identifier, Vec<Span>); 3] = [
        (Identifier::NhsNumber, nhs_number::find(&folded)),
        (Identifier::EmailAddress, email::find(&folded)),
        (Identifier::Postcode, postcode::find(&folded)),
    ];
    for (what, found) in searches {
        for span in found {
            if !spans.iter().any(|(other, taken)| *other == what && taken.overlaps(span)) {
                spans.push((what, span));
            }
        }
    }
    spans.sort_by_key(|(what, span)| (span.start, span.end, *what));
    spans
        .into_iter()
        .map(|(what, span)| Finding {
            what,
            start: span.start,
            end: span.end,
            shown: masked(what, text.get(span.start..span.end).unwrap_or_default()),
        })
        .collect()
}

/// Finds identifiers in named fields, and those that are split between two neighbours.
#[must_use]
pub fn inspect_fields<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<FieldFinding> {
    let mut found = Vec::new();
    let mut before: Option<(&str, &str)> = None;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (name, text) in fields {
        let alone = inspect(text);
        if let Some((earlier_name, earlier)) = before {
            // A border finding counts only where neither field shows it alone.
            for joint in ["", " "] {
                let border = earlier.len() + joint.len();
                let joined = format!("{earlier}{joint}{text}");
                for finding in inspect(&joined) {
                    let split = finding.start < earlier.len() && finding.end > border;
                    let inner = inspect(earlier).iter().any(|f| f.end > finding.start)
                        || alone.iter().any(|f| f.start + border < finding.end);
                    let known = found
                        .last()
                        .is_some_and(|last: &FieldFinding| last.fields.len() == 2 && last.finding.what == finding.what);
                    // Words run together without a space make too much by chance: only digits
                    // are looked for that way.
                    let sound = joint == " " || finding.what == Identifier::NhsNumber;
                    if split && !inner && !known && sound {
                        found.push(FieldFinding { fields: vec![earlier_name.to_owned(), name.to_owned()], finding });
                    }
                }
            }
        }
        found.extend(alone.into_iter().map(|finding| FieldFinding { fields: vec![name.to_owned()], finding }));
        seen.insert(name);
        if !text.trim().is_empty() {
            before = Some((name, text));
        }
    }
    found
}

/// Masks what was found: enough stays for the writer to recognise it, too little to use it.
fn masked(what: Identifier, text: &str) -> String {
    let total = text.chars().filter(|c| c.is_alphanumeric()).count();
    let mut nth = 0;
    text.chars()
        .filter(|c| !folded::is_invisible(*c))
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
