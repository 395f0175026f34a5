//! NHS numbers: ten digits with a check digit, however they are spaced or spelled.

use crate::folded::{Folded, Glyph};
use crate::sighting::Sighting;

/// Digits in an NHS number.
pub(crate) const LENGTH: usize = 10;

/// Characters that may stand between two digits of one number; more than three is another number.
const WIDEST_GAP: usize = 3;

/// Letters in the longest word for a digit, "nought".
const LONGEST_SPELLED: usize = 6;

/// Lengths of the hexadecimal ids this program prints; runs of digits inside them are chance.
const ID_LENGTHS: [usize; 3] = [32, 40, 64];

/// A run of digits, as indexes into the folded text.
#[derive(Debug, Clone)]
struct Group {
    first: usize,
    last: usize,
    digits: Vec<u32>,
}

/// Finds NHS numbers as written, with look-alike letters, and spelled out.
pub(crate) fn find(folded: &Folded) -> Vec<Sighting> {
    let mut found = find_in(folded, false);
    if let Some(swapped) = look_alikes(folded) {
        found.extend(find_in(&swapped, false));
    }
    if let Some(spelled) = spelled(folded) {
        found.extend(find_in(&spelled, true));
    }
    found
}

/// Returns whether ten digits carry the right check digit (weights 10 to 2, modulus 11).
fn has_check_digit(digits: &[u32]) -> bool {
    let Some((&check, body)) = digits.split_last() else {
        return false;
    };
    if digits.len() != LENGTH || digits.iter().all(|d| Some(d) == digits.first()) {
        return false;
    }
    let sum: u32 = body.iter().zip((2..=10u32).rev()).map(|(digit, weight)| digit * weight).sum();
    (11 - sum % 11) % 11 == check
}

fn find_in(folded: &Folded, singles_only: bool) -> Vec<Sighting> {
    let mut found = Vec::new();
    for sequence in sequences(folded) {
        let mut at = 0;
        while at < sequence.len() {
            match number_at(folded, sequence.get(at..).unwrap_or_default(), singles_only) {
                Some((length, sighting)) => {
                    found.push(sighting);
                    at += length;
                }
                None => at += 1,
            }
        }
    }
    found
}

/// Tests the groups from the first on; returns how many belong to the number, and where it lies.
fn number_at(folded: &Folded, groups: &[Group], singles_only: bool) -> Option<(usize, Sighting)> {
    let mut digits = Vec::with_capacity(LENGTH);
    for (count, group) in groups.iter().enumerate() {
        digits.extend_from_slice(&group.digits);
        if digits.len() >= LENGTH {
            let taken = groups.get(..=count)?;
            let sound =
                digits.len() == LENGTH && has_check_digit(&digits) && is_one_number(folded, taken, singles_only);
            let start = folded.glyphs().get(taken.first()?.first)?.start;
            let end = folded.glyphs().get(group.last)?.end;
            let plain = digits.iter().filter_map(|digit| char::from_digit(*digit, 10)).collect();
            return sound.then_some((count + 1, Sighting { start, end, plain }));
        }
    }
    None
}

/// Returns whether groups read as one number, not as several that happen to add up to ten digits.
fn is_one_number(folded: &Folded, groups: &[Group], singles_only: bool) -> bool {
    let lengths: Vec<usize> = groups.iter().map(|g| g.digits.len()).collect();
    let singles = lengths.len() == LENGTH;
    if singles_only {
        return singles;
    }
    if singles || lengths == [3, 3, 4] || lengths == [LENGTH] {
        return true;
    }
    let gaps: Vec<String> = groups.iter().zip(groups.iter().skip(1)).map(|(a, b)| gap(folded, a, b)).collect();
    let tight = gaps.iter().all(|g| g.chars().count() == 1);
    // "12, 14, 20, 36 and 18" is a list; "94 - 34 - 76 - 59 - 19" is a disguise.
    let uniform = gaps.first().is_some_and(|first| !first.contains([',', ';']) && gaps.iter().all(|g| g == first));
    tight || uniform
}

fn gap(folded: &Folded, before: &Group, after: &Group) -> String {
    folded.glyphs().get(before.last + 1..after.first).unwrap_or_default().iter().map(|g| g.ch).collect()
}

/// Splits a text into sequences of digit groups that could be read together.
fn sequences(folded: &Folded) -> Vec<Vec<Group>> {
    let mut sequences: Vec<Vec<Group>> = Vec::new();
    for group in groups(folded) {
        let joins = sequences.last().and_then(|s| s.last()).is_some_and(|before| {
            let gap = gap(folded, before, &group);
            gap.chars().count() <= WIDEST_GAP
                && gap.chars().all(|c| !c.is_alphanumeric() && !matches!(c, '£' | '$' | '€' | '%'))
        });
        match sequences.last_mut() {
            Some(open) if joins => open.push(group),
            _ => sequences.push(vec![group]),
        }
    }
    sequences.into_iter().flat_map(|sequence| without_dates(folded, sequence)).collect()
}

/// Reads the digit groups outside printed ids.
fn groups(folded: &Folded) -> Vec<Group> {
    let ids: Vec<(usize, usize)> = folded
        .words()
        .into_iter()
        .filter(|(start, end)| {
            ID_LENGTHS.contains(&(end - start))
                && folded.glyphs().get(*start..*end).unwrap_or_default().iter().all(|g| g.ch.is_ascii_hexdigit())
                && folded.glyphs().get(*start..*end).unwrap_or_default().iter().any(|g| g.ch.is_ascii_alphabetic())
        })
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    for (i, glyph) in folded.glyphs().iter().enumerate() {
        let Some(digit) = glyph.ch.to_digit(10) else {
            continue;
        };
        let id = ids.partition_point(|(_, end)| *end <= i);
        if ids.get(id).is_some_and(|(start, _)| *start <= i) {
            continue;
        }
        match groups.last_mut() {
            Some(open) if open.last + 1 == i => {
                open.last = i;
                open.digits.push(digit);
            }
            _ => groups.push(Group { first: i, last: i, digits: vec![digit] }),
        }
    }
    groups
}

/// Cuts dates, years and times out of a sequence, which leaves the stretches between them.
fn without_dates(folded: &Folded, sequence: Vec<Group>) -> Vec<Vec<Group>> {
    let total: usize = sequence.iter().map(|g| g.digits.len()).sum();
    let mut words: Vec<Vec<Group>> = Vec::new();
    for group in sequence {
        let joins = words.last().and_then(|w| w.last()).is_some_and(|before| {
            let gap = gap(folded, before, &group);
            gap.chars().count() == 1 && gap != " "
        });
        match words.last_mut() {
            Some(open) if joins => open.push(group),
            _ => words.push(vec![group]),
        }
    }
    let mut stretches = vec![Vec::new()];
    for word in words {
        // Ten digits alone that only look like times are still tested: a number spaced as
        // "12:30 45:67 89" is likelier to be a disguise than an agenda.
        if is_date(folded, &word) || (total != LENGTH && is_time(folded, &word)) {
            stretches.push(Vec::new());
        } else if let Some(open) = stretches.last_mut() {
            open.extend(word);
        }
    }
    stretches
}

fn number(group: &Group) -> u32 {
    group.digits.iter().take(9).fold(0, |sum, digit| sum * 10 + digit)
}

fn is_year(group: &Group) -> bool {
    group.digits.len() == 4 && (1900..2100).contains(&number(group))
}

fn is_between(group: &Group, low: u32, high: u32) -> bool {
    group.digits.len() <= 2 && (low..=high).contains(&number(group))
}

fn is_date(folded: &Folded, word: &[Group]) -> bool {
    let alike = |gaps: &[(&Group, &Group)], allowed: &[&str]| {
        let texts: Vec<String> = gaps.iter().map(|(a, b)| gap(folded, a, b)).collect();
        texts.first().is_some_and(|first| allowed.contains(&first.as_str()) && texts.iter().all(|t| t == first))
    };
    match word {
        [a, b, c] if alike(&[(a, b), (b, c)], &["-", "/", "."]) => {
            (is_year(a) && is_between(b, 1, 12) && is_between(c, 1, 31))
                || (is_year(c) && is_between(a, 1, 31) && is_between(b, 1, 31))
                || (c.digits.len() == 2 && is_between(a, 1, 31) && is_between(b, 1, 12))
        }
        [a, b] if alike(&[(a, b)], &["-", "/"]) => {
            is_year(a) && (is_year(b) || (b.digits.len() == 2 && (number(a) + 1) % 100 == number(b)))
                || is_year(a) && is_between(b, 1, 12)
        }
        _ => false,
    }
}

fn is_time(folded: &Folded, word: &[Group]) -> bool {
    let clock = |hours: &Group, minutes: &Group| {
        is_between(hours, 0, 23)
            && minutes.digits.len() == 2
            && number(minutes) < 60
            && matches!(gap(folded, hours, minutes).as_str(), ":" | ".")
    };
    match word {
        [h, m] => clock(h, m),
        [h, m, s] => clock(h, m) && clock(h, s) && gap(folded, m, s) == ":",
        [h, m, to_h, to_m] => clock(h, m) && clock(to_h, to_m) && gap(folded, m, to_h) == "-",
        _ => false,
    }
}

/// Swaps letters that stand for digits in words of digits; none where there is nothing to swap.
fn look_alikes(folded: &Folded) -> Option<Folded> {
    let mut swapped: Option<Vec<Glyph>> = None;
    for (start, end) in folded.words() {
        let word = folded.glyphs().get(start..end).unwrap_or_default();
        let digits = word.iter().filter(|g| g.ch.is_ascii_digit()).count();
        if digits == 0 || digits == word.len() || !word.iter().all(|g| stands_for(g.ch).is_some()) {
            continue;
        }
        let glyphs = swapped.get_or_insert_with(|| folded.glyphs().to_vec());
        for glyph in glyphs.get_mut(start..end).unwrap_or_default() {
            glyph.ch = stands_for(glyph.ch).unwrap_or(glyph.ch);
        }
    }
    swapped.map(Folded::from_glyphs)
}

fn stands_for(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        'O' | 'o' => Some('0'),
        'I' | 'l' | 'i' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
    }
}

/// Reads spelled digits as digits; none where too few are spelled to matter.
fn spelled(folded: &Folded) -> Option<Folded> {
    let words = folded.words();
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(folded.glyphs().len());
    let mut copied = 0;
    let mut count = 0;
    for (start, end) in words {
        if end - start > LONGEST_SPELLED {
            continue;
        }
        let letters: String =
            folded.glyphs().get(start..end).unwrap_or_default().iter().map(|g| g.ch.to_ascii_lowercase()).collect();
        let Some(digit) = spelled_digit(&letters) else {
            continue;
        };
        glyphs.extend_from_slice(folded.glyphs().get(copied..start).unwrap_or_default());
        if let (Some(first), Some(last)) = (folded.glyphs().get(start), folded.glyphs().get(end - 1)) {
            glyphs.push(Glyph { ch: digit, start: first.start, end: last.end });
        }
        copied = end;
        count += 1;
    }
    glyphs.extend_from_slice(folded.glyphs().get(copied..).unwrap_or_default());
    (count > 0).then(|| Folded::from_glyphs(glyphs))
}

fn spelled_digit(lower_case: &str) -> Option<char> {
    Some(match lower_case {
        "zero" | "nought" | "oh" => '0',
        "one" => '1',
        "two" => '2',
        "three" => '3',
        "four" => '4',
        "five" => '5',
        "six" => '6',
        "seven" => '7',
        "eight" => '8',
        "nine" => '9',
        _ => return None,
    })
}

/// Returns how many digits of a number a word could be; none where it is another word.
pub(crate) fn digits_in(word: &str) -> Option<usize> {
    if word.contains(|c: char| c.is_ascii_digit()) && word.chars().all(|c| stands_for(c).is_some()) {
        return Some(word.chars().count());
    }
    (word.len() <= LONGEST_SPELLED && spelled_digit(&word.to_lowercase()).is_some()).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u32> {
        text.chars().filter_map(|c| c.to_digit(10)).collect()
    }

    #[test]
    fn the_published_example_has_its_check_digit() {
        assert!(has_check_digit(&digits("943 476 5919")));
    }

    #[test]
    fn a_wrong_check_digit_is_no_nhs_number() {
        assert!(!has_check_digit(&digits("943 476 5918")));
    }

    #[test]
    fn a_remainder_of_ten_is_never_valid() {
        // 1000000010: 10*1 + 2*1 = 12, 12 mod 11 = 1, so the check would be 10.
        for check in 0..10 {
            let mut ten = digits("100000001");
            ten.push(check);
            assert!(!has_check_digit(&ten));
        }
    }

    #[test]
    fn a_remainder_of_eleven_is_nought() {
        // 10*1 + 1*... : 100000000 sums to 10; 5000000003 -> 50 + 0 = 50, 50 mod 11 = 6, check 5.
        assert!(has_check_digit(&digits("5000000005")));
        // 1000000006 in the ninth place weighs 2: 10 + 12 = 22, remainder 0, check 0.
        assert!(has_check_digit(&digits("1000000060")));
    }

    #[test]
    fn repeated_digits_are_not_a_number() {
        assert!(!has_check_digit(&digits("1111111111")));
    }
}
