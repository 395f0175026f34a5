//! Full UK postcodes.

use crate::folded::Folded;
use crate::sighting::Sighting;

/// The 124 postcode areas; without them "P2 1st" and "T04 9am" would read as postcodes.
const AREAS: [&str; 124] = [
    "AB", "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "BT", "CA", "CB", "CF", "CH", "CM", "CO", "CR",
    "CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EH", "EN", "EX", "FK", "FY",
    "G", "GL", "GU", "GY", "HA", "HD", "HG", "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT",
    "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN", "LS", "LU", "M", "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP",
    "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM", "S", "SA", "SE", "SG", "SK", "SL",
    "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W",
    "WA", "WC", "WD", "WF", "WN", "WR", "WS", "WV", "YO", "ZE",
];

/// Letters that never stand in the second half, because they are easily misread.
const NEVER_INWARD: &str = "CIKMOV";

/// Characters in the longest postcode.
const LONGEST: usize = 7;

/// Characters that may stand between the halves.
const WIDEST_GAP: usize = 3;

/// Finds full postcodes: run together, in two halves, or with every character set apart.
pub(crate) fn find(folded: &Folded) -> Vec<Sighting> {
    let words = folded.words();
    let mut found = Vec::new();
    for (at, (start, end)) in words.iter().enumerate() {
        if end - start > LONGEST {
            continue;
        }
        let one = text(folded, *start, *end);
        if (5..=LONGEST).contains(&one.chars().count())
            && let Some((split, _)) = one.char_indices().rev().nth(2)
            && is_postcode(one.get(..split).unwrap_or_default(), one.get(split..).unwrap_or_default())
        {
            push(folded, &mut found, *start, *end);
            continue;
        }
        if let Some((next_start, next_end)) = words.get(at + 1)
            && next_start - end <= WIDEST_GAP
            && is_gap(folded, *end, *next_start)
            && is_postcode(&one, &text(folded, *next_start, *next_end))
        {
            push(folded, &mut found, *start, *next_end);
            continue;
        }
        if let Some(last) = set_apart(folded, words.get(at..).unwrap_or_default()) {
            push(folded, &mut found, *start, last);
        }
    }
    found
}

fn push(folded: &Folded, found: &mut Vec<Sighting>, first_at: usize, after: usize) {
    if let (Some(first), Some(last)) = (folded.glyphs().get(first_at), folded.glyphs().get(after - 1)) {
        found.push(Sighting { start: first.start, end: last.end, plain: plain(&text(folded, first_at, after)) });
    }
}

/// The letters and digits alone, with the nought that may be written as an O.
fn plain(text: &str) -> String {
    let mut chars: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let inward = chars.len().saturating_sub(3);
    if let Some(digit @ 'O') = chars.get_mut(inward) {
        *digit = '0';
    }
    chars.into_iter().collect()
}

fn text(folded: &Folded, start: usize, end: usize) -> String {
    folded.glyphs().get(start..end).unwrap_or_default().iter().map(|g| g.ch).collect()
}

fn is_gap(folded: &Folded, start: usize, end: usize) -> bool {
    folded
        .glyphs()
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .all(|g| matches!(g.ch, ' ' | '.' | '-' | '_' | '/' | ',' | '*' | '+' | '~'))
}

/// Reads "D A 6 7 A T": single characters with one and the same sign between them.
fn set_apart(folded: &Folded, words: &[(usize, usize)]) -> Option<usize> {
    let mut letters = String::new();
    let mut before: Option<(usize, String)> = None;
    let mut longest = None;
    for (start, end) in words.iter().take(LONGEST) {
        if end - start != 1 {
            break;
        }
        if let Some((last, sign)) = &before {
            let gap = text(folded, *last, *start);
            let half = gap.trim_matches(' ').is_empty() && gap.len() <= WIDEST_GAP && sign.trim_matches(' ').is_empty();
            if !half && (gap.len() > WIDEST_GAP || (gap != *sign && !sign.is_empty())) {
                break;
            }
            before = Some((*end, gap));
        } else {
            before = Some((*end, String::new()));
        }
        letters.push_str(&text(folded, *start, *end));
        if letters.len() >= 5
            && let Some((split, _)) = letters.char_indices().rev().nth(2)
            && is_postcode(letters.get(..split)?, letters.get(split..)?)
        {
            longest = Some(*end);
        }
    }
    longest
}

fn is_postcode(outward: &str, inward: &str) -> bool {
    if is_ordinal(outward, inward) {
        return false;
    }
    is_outward(&outward.to_ascii_uppercase()) && is_inward(inward)
}

/// "E1 2nd reading" is an ordinal; "e1 2nd" and "E1 2ND" are not.
fn is_ordinal(outward: &str, inward: &str) -> bool {
    outward.chars().any(|c| c.is_ascii_uppercase())
        && matches!(inward, "1st" | "2nd" | "3rd" | "4th" | "5th" | "6th" | "7th" | "8th" | "9th" | "0th")
}

fn is_inward(inward: &str) -> bool {
    let mut chars = inward.chars();
    let (Some(digit), Some(one), Some(two), None) = (chars.next(), chars.next(), chars.next(), chars.next()) else {
        return false;
    };
    // A capital O is often written for nought.
    let digit = digit.is_ascii_digit() || (digit == 'O' && one.is_ascii_uppercase());
    let letter = |c: char| c.is_ascii_alphabetic() && !NEVER_INWARD.contains(c.to_ascii_uppercase());
    digit && letter(one) && letter(two)
}

fn is_outward(outward: &str) -> bool {
    if outward == "GIR" {
        return true;
    }
    let letters = outward.chars().take_while(char::is_ascii_alphabetic).count();
    let area = outward.get(..letters).unwrap_or_default();
    if !AREAS.contains(&area) {
        return false;
    }
    let district: Vec<char> = outward.chars().skip(letters).collect();
    match district.as_slice() {
        [a] => a.is_ascii_digit(),
        [a, b] if b.is_ascii_digit() => a.is_ascii_digit(),
        [a, b] if letters == 1 => a.is_ascii_digit() && "ABCDEFGHJKPSTUW".contains(*b),
        [a, b] => a.is_ascii_digit() && "ABEHMNPRVWXY".contains(*b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_areas_twice() {
        let set: std::collections::BTreeSet<_> = AREAS.iter().collect();
        assert_eq!(set.len(), AREAS.len());
    }

    #[test]
    fn a_vocabulary_reference_is_no_postcode() {
        for (outward, inward) in [("P2", "1ST"), ("T04", "9AM"), ("S1", "1st"), ("E1", "2nd")] {
            assert!(!is_postcode(outward, inward), "{outward} {inward}");
        }
    }

    #[test]
    fn every_published_shape_is_a_postcode() {
        for (outward, inward) in [
            ("M1", "1AA"),
            ("M60", "1NW"),
            ("CR2", "6XH"),
            ("DN55", "1PT"),
            ("W1A", "1HQ"),
            ("EC1A", "1BB"),
            ("GIR", "0AA"),
        ] {
            assert!(is_postcode(outward, inward), "{outward} {inward}");
        }
    }
}
