//! A text as the guard reads it: compatibility forms folded, invisible characters gone.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One character as the guard reads it, and where it came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    pub(crate) ch: char,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A folded text; every glyph knows its bytes in the original.
#[derive(Debug)]
pub(crate) struct Folded(Vec<Glyph>);

impl Folded {
    /// Folds a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut glyphs = Vec::with_capacity(text.len());
        for (start, original) in text.char_indices() {
            if is_invisible(original) {
                continue;
            }
            let end = start + original.len_utf8();
            if original.is_ascii() {
                glyphs.push(Glyph { ch: plain(original), start, end });
                continue;
            }
            for part in std::iter::once(original).nfkd() {
                if is_combining_mark(part) || is_invisible(part) {
                    continue;
                }
                glyphs.push(Glyph { ch: plain(part), start, end });
            }
        }
        Self(glyphs)
    }

    /// Makes a folded text of glyphs that were worked on further.
    pub(crate) fn from_glyphs(glyphs: Vec<Glyph>) -> Self {
        Self(glyphs)
    }

    /// Returns the glyphs.
    pub(crate) fn glyphs(&self) -> &[Glyph] {
        &self.0
    }

    /// Returns the character at an index, or none beyond either end.
    pub(crate) fn at(&self, index: usize) -> Option<char> {
        self.0.get(index).map(|g| g.ch)
    }

    /// Returns the runs of letters and digits as index ranges.
    pub(crate) fn words(&self) -> Vec<(usize, usize)> {
        let mut words = Vec::new();
        let mut open = None;
        for (i, glyph) in self.0.iter().enumerate() {
            match (glyph.ch.is_alphanumeric(), open) {
                (true, None) => open = Some(i),
                (false, Some(start)) => {
                    words.push((start, i));
                    open = None;
                }
                _ => {}
            }
        }
        if let Some(start) = open {
            words.push((start, self.0.len()));
        }
        words
    }
}

/// Returns whether a character shows nothing: zero-width, formatting, selectors, controls.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0x00..=0x08 | 0x0E..=0x1F | 0x7F..=0x84 | 0x86..=0x9F | 0xAD | 0x034F | 0x061C | 0x115F | 0x1160
        | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164
        | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}

/// First digits of the decimal scripts a keyboard in a London borough may hold, and of ringed ones.
const ZEROS: [u32; 30] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA8D0, 0xABF0,
];

/// Where ringed digits start whose compatibility form Unicode does not give; each begins at one.
const RINGED: [u32; 3] = [0x2776, 0x2780, 0x278A];

/// Folds one character: digits of other scripts, look-alike letters, dashes, dots, spaces.
fn plain(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_whitespace() {
        return c;
    }
    if c.is_whitespace() {
        return ' ';
    }
    let code = u32::from(c);
    for zero in ZEROS {
        if (zero..zero + 10).contains(&code) {
            return char::from_digit(code - zero, 10).unwrap_or(c);
        }
    }
    for one in RINGED {
        if (one..one + 9).contains(&code) {
            return char::from_digit(code - one + 1, 10).unwrap_or(c);
        }
    }
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{02D7}' | '\u{FE58}' | '\u{30FC}' | '\u{2E3A}' => '-',
        '\u{00B7}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' | '\u{3002}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        // Cyrillic and Greek letters that look like Latin ones.
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'У' | 'Υ' => 'Y',
        'Х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        'а' => 'a',
        'с' => 'c',
        'е' => 'e',
        'һ' => 'h',
        'і' => 'i',
        'ј' => 'j',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'у' => 'y',
        'х' => 'x',
        'ν' => 'v',
        'в' | 'β' => 'b',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'н' => 'h',
        'т' | 'τ' => 't',
        _ => c,
    }
}
