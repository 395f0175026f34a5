use crate::finding::Finding;
use crate::folded::Folded;
use crate::identifier::Identifier;
use crate::inspect::inspect;
use crate::nhs_number::{self, digits_in};

/// Characters at each end of a text that may belong to an identifier begun or ended in another.
///
/// A spelled-out number of ten digits with the widest gaps has 77; an address is known by less.
const REACH: usize = 96;

/// Texts between two that are still read together; farther apart nobody would.
///
/// Nearer ones are joined only where both ends could belong to one identifier, so this many cost little.
const APART: usize = 64;

/// Both ends of a text, to be read together with those of others.
#[derive(Debug)]
pub(crate) struct Border<'a> {
    place: &'a str,
    beginning: String,
    /// The text's end, after that of the text before it where this one is digits alone.
    ending: String,
    /// Where each text of the ending starts in it; the last is this text.
    parts: Vec<(usize, &'a str)>,
}

impl<'a> Border<'a> {
    pub(crate) fn of(place: &'a str, folded: &Folded, before: Option<&Self>) -> Self {
        let glyphs = folded.glyphs();
        let beginning: String = glyphs.iter().take(REACH).map(|glyph| glyph.ch).collect();
        let mut ending: String =
            glyphs.get(glyphs.len().saturating_sub(REACH)..).unwrap_or_default().iter().map(|glyph| glyph.ch).collect();
        let mut parts = vec![(0, place)];
        if let Some(before) = before
            && glyphs.len() < REACH
            && words(&ending).all(|word| digits_in(word).is_some())
        {
            // What is farther back than an identifier is long stays away, so that a long list of numbers costs little.
            let first = before.parts.iter().find(|(start, _)| before.ending.len() - start <= REACH);
            let dropped = first.map_or(before.ending.len(), |(start, _)| *start);
            let tail = before.ending.get(dropped..).unwrap_or_default();
            let kept = before.parts.iter().filter(|(start, _)| *start >= dropped && *start < before.ending.len());
            parts = kept.map(|(start, place)| (start - dropped, *place)).chain([(tail.len() + 1, place)]).collect();
            ending = format!("{tail} {ending}");
        }
        Self { place, beginning, ending, parts }
    }

    /// Finds what is split between two texts: neighbours, and others whose ends look like parts of an identifier.
    pub(crate) fn splits(borders: &[Self]) -> Vec<Finding> {
        let mut findings: Vec<Finding> = Vec::new();
        for (at, one) in borders.iter().enumerate() {
            let near = at.saturating_sub(APART)..(at + APART + 1).min(borders.len());
            for (other_at, other) in borders.iter().enumerate().take(near.end).skip(near.start) {
                if other_at == at + 1 {
                    findings.extend(one.split_with(other, 0));
                } else if other_at != at && one.could_go_on_in(other) {
                    // Several texts in a row are read together only as they stand.
                    findings.extend(one.split_with(other, one.parts.len() - 1));
                }
            }
        }
        findings
    }

    fn could_go_on_in(&self, next: &Self) -> bool {
        let halves =
            words(&self.ending).next_back().is_some_and(is_half) && words(&next.beginning).next().is_some_and(is_half);
        let sign = self.ending.trim_end().ends_with('@') || next.beginning.trim_start().starts_with('@');
        halves || sign || self.has_digits_for(next)
    }

    /// Whether the digits at this end and at the beginning of the next are enough for a number.
    fn has_digits_for(&self, next: &Self) -> bool {
        let (before, after) = (digits(words(&self.ending).rev()), digits(words(&next.beginning)));
        before > 0 && after > 0 && before + after >= nhs_number::LENGTH
    }

    /// Finds what begins in this text, or in those before it from a part on, and ends in the next.
    fn split_with(&self, next: &Self, from: usize) -> Vec<Finding> {
        let parts = self.parts.get(from..).unwrap_or_default();
        let dropped = parts.first().map_or(0, |(start, _)| *start);
        let ending = self.ending.get(dropped..).unwrap_or_default();
        let mut findings: Vec<Finding> = Vec::new();
        // Words run together without a space make too much by chance: only digits are looked for that way.
        let joints: &[&str] = if self.has_digits_for(next) { &[" ", ""] } else { &[" "] };
        for joint in joints {
            let border = ending.len() + joint.len();
            let joined = format!("{ending}{joint}{}", next.beginning);
            for hit in inspect(&joined, &Folded::of(&joined)) {
                let split = hit.start < ending.len() && hit.end > border;
                let sound = *joint == " " || hit.what == Identifier::NhsNumber;
                if !split || !sound || findings.iter().any(|known| known.what == hit.what) {
                    continue;
                }
                let ends = parts.iter().skip(1).map(|(start, _)| start - dropped).chain([border]);
                let begun = parts.iter().zip(ends).filter(|(_, end)| *end > hit.start).map(|((_, place), _)| *place);
                let places = begun.chain([next.place]).map(str::to_owned).collect();
                findings.push(Finding { places, what: hit.what, shown: hit.shown, digest: hit.digest });
            }
        }
        findings
    }
}

/// Whether a word could be half a postcode.
fn is_half(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit()) && word.contains(char::is_alphabetic)
}

/// The digits in the words from the first on, up to and with the first word that is something else.
fn digits<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    let mut count = 0;
    for word in words {
        let Some(digits) = digits_in(word) else {
            return count + word.chars().filter(char::is_ascii_digit).count();
        };
        count += digits;
    }
    count
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}
