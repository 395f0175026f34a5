//! Rust read as far as the rules need it: names, texts and signs, without comments and without tests.

/// One word of a source file and the line it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// Line, counted from 1.
    pub(super) line: usize,
    /// What stands there.
    pub(super) piece: Piece<'a>,
}

/// What a source file is made of. Numbers, characters and lifetimes say nothing to any rule and are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A keyword or an identifier.
    Name(&'a str),
    /// What a string literal holds, escapes as they are written.
    Text(&'a str),
    /// Anything else, a character at a time.
    Sign(char),
}

/// The tokens of a source file, those of its tests left out.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut reader = Reader { text, at: 0, line: 1 };
    let all: Vec<Token<'_>> = std::iter::from_fn(|| reader.token()).collect();
    without_tests(&all)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes on by so many bytes and gives them.
    fn pass(&mut self, length: usize) -> &'a str {
        let rest = self.rest();
        let passed = rest.get(..length).unwrap_or(rest);
        self.at += passed.len();
        self.line += passed.matches('\n').count();
        passed
    }

    /// Goes on behind the next `end`, or to the end of the file, and gives what stood before it.
    fn pass_to(&mut self, end: &str) -> &'a str {
        let length = self.rest().find(end);
        let before = self.pass(length.unwrap_or(usize::MAX));
        self.pass(end.len());
        before
    }

    fn token(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            let first = rest.chars().next()?;
            let line = self.line;
            if first.is_whitespace() {
                self.pass(first.len_utf8());
            } else if rest.starts_with("//") {
                self.pass(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                self.block_comment();
            } else if first == '"' {
                self.pass(1);
                return Some(Token { line, piece: Piece::Text(self.string()) });
            } else if first == '\'' {
                self.character_or_lifetime();
            } else if first.is_alphanumeric() || first == '_' {
                let length = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                let name = self.pass(length.unwrap_or(rest.len()));
                if let Some(piece) = self.after_name(name) {
                    return Some(Token { line, piece });
                }
            } else {
                self.pass(first.len_utf8());
                return Some(Token { line, piece: Piece::Sign(first) });
            }
        }
    }

    /// A name may begin a literal (`r"..."`, `b'x'`) or a raw identifier (`r#type`), or be a number.
    fn after_name(&mut self, name: &'a str) -> Option<Piece<'a>> {
        let rest = self.rest();
        let marks = rest.len() - rest.trim_start_matches('#').len();
        if matches!(name, "r" | "br" | "cr") && rest.get(marks..).is_some_and(|after| after.starts_with('"')) {
            self.pass(marks + 1);
            return Some(Piece::Text(self.pass_to(&format!("\"{}", "#".repeat(marks)))));
        }
        if matches!(name, "b" | "c") && rest.starts_with('"') {
            self.pass(1);
            return Some(Piece::Text(self.string()));
        }
        if name == "b" && rest.starts_with('\'') {
            self.character_or_lifetime();
            return None;
        }
        if name == "r" && marks == 1 {
            self.pass(1);
            return None;
        }
        (!name.starts_with(|letter: char| letter.is_numeric())).then_some(Piece::Name(name))
    }

    fn block_comment(&mut self) {
        self.pass(2);
        let mut open = 1_usize;
        while open > 0 {
            let rest = self.rest();
            match (rest.find("/*"), rest.find("*/")) {
                (Some(begin), Some(end)) if begin < end => {
                    self.pass(begin + 2);
                    open += 1;
                }
                (_, Some(end)) => {
                    self.pass(end + 2);
                    open -= 1;
                }
                (_, None) => {
                    self.pass(rest.len());
                    return;
                }
            }
        }
    }

    /// Behind the opening quote.
    fn string(&mut self) -> &'a str {
        let rest = self.rest();
        let mut escaped = false;
        let end = rest.find(|letter| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        });
        let held = self.pass(end.unwrap_or(rest.len()));
        self.pass(1);
        held
    }

    fn character_or_lifetime(&mut self) {
        self.pass(1);
        let mut letters = self.rest().chars();
        match (letters.next(), letters.next()) {
            (Some('\\'), Some(escaped)) => {
                self.pass(1 + escaped.len_utf8());
                self.pass_to("'");
            }
            (Some(letter), Some('\'')) => {
                self.pass(letter.len_utf8() + 1);
            }
            // A lifetime: its name is passed over as well.
            _ => {
                let rest = self.rest();
                let length = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                self.pass(length.unwrap_or(rest.len()));
            }
        }
    }
}

/// Leaves out every item that stands under `#[cfg(test)]`.
fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match test_attribute(tokens, at) {
            Some(end) => at = end_of_item(tokens, end),
            None => {
                kept.push(*token);
                at += 1;
            }
        }
    }
    kept
}

/// Where the attribute that begins here ends, if it is one that leaves its item to tests.
fn test_attribute(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let end = attribute(tokens, at)?;
    let names: Vec<&str> = tokens.get(at..end)?.iter().filter_map(Token::name).collect();
    (names.starts_with(&["cfg", "test"]) || names.starts_with(&["cfg", "all", "test"])).then_some(end)
}

/// Where the attribute that begins here ends.
fn attribute(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let [hash, bracket] = tokens.get(at..at + 2)? else { return None };
    (hash.is('#') && bracket.is('[')).then(|| behind(tokens, at + 1))
}

/// Behind the item that begins here, its own attributes first.
fn end_of_item(tokens: &[Token<'_>], mut at: usize) -> usize {
    while let Some(end) = attribute(tokens, at) {
        at = end;
    }
    while let Some(token) = tokens.get(at) {
        match token.piece {
            Piece::Sign(';') => return at + 1,
            Piece::Sign('{') => return behind(tokens, at),
            // A field or a variant, the last of its list.
            Piece::Sign('}' | ')' | ']') => return at,
            Piece::Sign('(' | '[') => at = behind(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// Behind the bracket that closes the one that opens here.
fn behind(tokens: &[Token<'_>], mut at: usize) -> usize {
    let mut open = 0_usize;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.piece {
            Piece::Sign('(' | '[' | '{') => open += 1,
            Piece::Sign(')' | ']' | '}') => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return at;
        }
    }
    at
}

impl<'a> Token<'a> {
    /// The name that stands here, if one does.
    pub(super) fn name(&self) -> Option<&'a str> {
        match self.piece {
            Piece::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Whether this sign stands here.
    pub(super) fn is(&self, sign: char) -> bool {
        self.piece == Piece::Sign(sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        tokens(text)
            .into_iter()
            .map(|token| match token.piece {
                Piece::Name(name) => name.to_owned(),
                Piece::Text(text) => format!("{text:?}"),
                Piece::Sign(sign) => sign.to_string(),
            })
            .collect()
    }

    #[test]
    fn comments_characters_numbers_and_lifetimes_are_left_out() {
        let text = "a // b \"c\"\n/* d /* e */ f */ g 'h' '\\'' b'i' '\\u{1F}' 'j 10_u8 &'static k";
        assert_eq!(read(text), ["a", "g", "&", "k"]);
    }

    #[test]
    fn texts_are_read_in_every_spelling() {
        let text = r####"a("b \" c", r"d\", r#"e " f"#, b"g", br##"h"#i"##) r#type"####;
        assert_eq!(
            read(text),
            [
                "a",
                "(",
                "\"b \\\\\\\" c\"",
                ",",
                "\"d\\\\\"",
                ",",
                "\"e \\\" f\"",
                ",",
                "\"g\"",
                ",",
                "\"h\\\"#i\"",
                ")",
                "type"
            ]
        );
    }

    #[test]
    fn lines_are_counted_over_comments_and_texts() {
        let found: Vec<usize> = tokens("a\n/* \n */ b \"\n\" c").iter().map(|token| token.line).collect();
        assert_eq!(found, [1, 3, 3, 4]);
    }

    #[test]
    fn what_is_left_to_tests_is_left_out() {
        let text = "a #[cfg(test)] #[allow(b)] mod c { d {} } e #[cfg(test)] mod f; g \
            #[cfg(test)] fn h(i: [u8; 2]) { j } k #[cfg(any(test, l))] m";
        assert_eq!(read(text), read("a e g k #[cfg(any(test, l))] m"));
        assert_eq!(read("a #[cfg(test)] mod b {} c"), ["a", "c"]);
    }

    #[test]
    fn a_file_that_ends_within_a_text_or_a_comment_ends() {
        assert_eq!(read("a \"b"), ["a", "\"b\""]);
        assert_eq!(read("a /* b"), ["a"]);
        assert_eq!(read("a '"), ["a"]);
    }
}
