//! E-mail addresses, plain or lightly disguised.

use crate::folded::Folded;
use crate::sighting::Sighting;

/// Characters of space or brackets that may surround a spelled "at" or "dot".
const PADDING: usize = 4;

/// Finds e-mail addresses.
pub(crate) fn find(folded: &Folded) -> Vec<Sighting> {
    let mut found = Vec::new();
    for (i, glyph) in folded.glyphs().iter().enumerate() {
        if !matches!(glyph.ch, '@' | 'a' | 'A') {
            continue;
        }
        let Some((before, after, spelled)) = sign_at(folded, i) else {
            continue;
        };
        let Some(start) = local_part(folded, before) else {
            continue;
        };
        let Some((end, domain)) = domain(folded, after, spelled) else {
            continue;
        };
        if let (Some(first), Some(last)) = (folded.glyphs().get(start), folded.glyphs().get(end)) {
            let local = text(folded, start, before + 1);
            let plain = format!("{local}@{domain}").to_lowercase();
            found.push(Sighting { start: first.start, end: last.end, plain });
        }
    }
    found
}

/// How plainly the at sign was written.
#[derive(Clone, Copy, PartialEq)]
enum Spelled {
    Sign,
    Bracketed,
    Bare,
}

/// Reads an at sign at an index: the index before it, the index after it, and how it was written.
fn sign_at(folded: &Folded, i: usize) -> Option<(usize, usize, Spelled)> {
    if folded.at(i) == Some('@') {
        let before = back_over(folded, i, |c| c == ' ')?;
        let after = forward_over(folded, i + 1, |c| c == ' ');
        return Some((before, after, Spelled::Sign));
    }
    let (before, after, bracketed) = word_at(folded, i, "at")?;
    Some((before, after, if bracketed { Spelled::Bracketed } else { Spelled::Bare }))
}

/// Reads a spelled word between spaces or brackets at an index.
fn word_at(folded: &Folded, i: usize, word: &str) -> Option<(usize, usize, bool)> {
    let length = word.chars().count();
    for (offset, wanted) in word.chars().enumerate() {
        if folded.at(i + offset)?.to_ascii_lowercase() != wanted {
            return None;
        }
    }
    let padding = |c: char| matches!(c, ' ' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '_' | '-');
    let before = back_over(folded, i, padding)?;
    let after = forward_over(folded, i + length, padding);
    if before + 1 == i || after == i + length || after - i > PADDING + length || i - before > PADDING + 1 {
        return None;
    }
    let bracketed = matches!(folded.at(i.checked_sub(1)?), Some('(' | '[' | '{' | '<'))
        && matches!(folded.at(i + length), Some(')' | ']' | '}' | '>'));
    Some((before, after, bracketed))
}

fn back_over(folded: &Folded, from: usize, skip: impl Fn(char) -> bool) -> Option<usize> {
    let mut at = from.checked_sub(1)?;
    while skip(folded.at(at)?) {
        at = at.checked_sub(1)?;
    }
    Some(at)
}

fn forward_over(folded: &Folded, from: usize, skip: impl Fn(char) -> bool) -> usize {
    let mut at = from;
    while folded.at(at).is_some_and(&skip) {
        at += 1;
    }
    at
}

/// Reads the part before the sign backwards from its last character; returns where it starts.
fn local_part(folded: &Folded, last: usize) -> Option<usize> {
    let allowed = |c: char| c.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    if !folded.at(last)?.is_alphanumeric()
        && folded.at(last)? != '_'
        && folded.at(last)? != '-'
        && folded.at(last)? != '+'
    {
        return None;
    }
    let mut start = last;
    while start > 0 && folded.at(start - 1).is_some_and(allowed) {
        start -= 1;
    }
    while start < last && !folded.at(start)?.is_alphanumeric() {
        start += 1;
    }
    Some(start)
}

fn text(folded: &Folded, start: usize, end: usize) -> String {
    folded.glyphs().get(start..end).unwrap_or_default().iter().map(|g| g.ch).collect()
}

/// Reads the part after the sign: labels parted by dots, the last of two letters or more.
///
/// Returns where it ends and its labels with plain dots.
fn domain(folded: &Folded, first: usize, spelled: Spelled) -> Option<(usize, String)> {
    let mut at = first;
    let mut dots = 0;
    let mut spelled_dots = 0;
    let mut labels: Vec<String> = Vec::new();
    let mut end = None;
    loop {
        let start = at;
        while folded.at(at).is_some_and(|c| c.is_alphanumeric() || c == '-') {
            at += 1;
        }
        if at == start {
            break;
        }
        let letters = folded.glyphs().get(start..at).unwrap_or_default().iter().all(|g| g.ch.is_alphabetic());
        labels.push(text(folded, start, at));
        if dots > 0 && letters && at - start >= 2 {
            end = Some((at - 1, labels.join(".")));
        }
        let next = dot_at(folded, at, spelled);
        match next {
            Some((after, was_spelled)) => {
                dots += 1;
                spelled_dots += usize::from(was_spelled);
                at = after;
            }
            None => break,
        }
    }
    // "met at bexley.gov.uk" is no address; "name at bexley dot gov dot uk" is.
    if spelled == Spelled::Bare && spelled_dots == 0 {
        return None;
    }
    end
}

/// Reads a dot at an index, plain or spelled; returns the index after it.
fn dot_at(folded: &Folded, at: usize, spelled: Spelled) -> Option<(usize, bool)> {
    if folded.at(at) == Some('.') {
        return Some((at + 1, false));
    }
    if spelled != Spelled::Bare && folded.at(at) == Some(' ') && folded.at(at + 1) == Some('.') {
        let after = forward_over(folded, at + 2, |c| c == ' ');
        return Some((after, false));
    }
    (at..=at + PADDING).find_map(|i| {
        let (before, after, _) = word_at(folded, i, "dot")?;
        (before + 1 == at).then_some((after, true))
    })
}
