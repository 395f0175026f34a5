use std::fmt::Write as _;

/// What a CBOR item means, so that its bytes can be written beside their reading.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// An item on its own.
    Item,
    /// An array, each of whose items has a name; items beyond the names are a later version's.
    Fields(&'static [(&'static str, Self)]),
    /// An array of items of one form.
    List(&'static Self),
    /// A byte string that holds one item.
    Inside(&'static Self),
    /// A byte string that holds 16 random bytes and then one item.
    Salted(&'static Self),
}

/// One item's place in the bytes, its head included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Where its head begins.
    pub(crate) at: usize,
    /// How many bytes its head takes.
    pub(crate) head: usize,
}

/// A small reader of CBOR, written apart from the program's own, that explains bytes as it goes.
pub(crate) struct Annotator<'a> {
    bytes: &'a [u8],
    at: usize,
    lines: Vec<(Vec<u8>, String)>,
    places: Vec<Span>,
}

/// Bytes a line: a hash.
const LINE: usize = 32;

/// The bytes in hexadecimal, each piece beside what it says.
pub(crate) fn annotate(bytes: &[u8], name: &str, form: Form) -> String {
    let mut annotator = Annotator::new(bytes);
    annotator.item(name, form, 0);
    assert_eq!(annotator.at, bytes.len(), "the item ends where the bytes end");
    let mut text = String::new();
    for (bytes, says) in &annotator.lines {
        let mut says = says.as_str();
        for chunk in bytes.chunks(LINE) {
            let line = format!("{:<64} | {says}", hex(chunk));
            text.push_str(line.trim_end());
            text.push('\n');
            says = "";
        }
    }
    text
}

/// Every item of one encoded value.
pub(crate) fn places(bytes: &[u8]) -> Vec<Span> {
    let mut annotator = Annotator::new(bytes);
    annotator.item("", Form::Item, 0);
    annotator.places
}

/// The bytes that an annotated text shows.
pub(crate) fn bytes_of(text: &str) -> Vec<u8> {
    let digits: String = text.lines().filter_map(|line| line.split_once('|')).map(|(hex, _)| hex.trim()).collect();
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hexadecimal")
        })
        .collect()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all");
        text
    })
}

impl<'a> Annotator<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, lines: Vec::new(), places: Vec::new() }
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let taken = &self.bytes[self.at..self.at + length];
        self.at += length;
        taken
    }

    fn say(&mut self, from: usize, depth: usize, says: String) {
        let bytes = self.bytes[from..self.at].to_vec();
        self.lines.push((bytes, "  ".repeat(depth) + &says));
    }

    fn item(&mut self, name: &str, form: Form, depth: usize) {
        let at = self.at;
        let first = self.take(1)[0];
        let number = match first & 0x1f {
            short @ 0..=23 => u64::from(short),
            long => self.take(1 << (long - 24)).iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        };
        self.places.push(Span { at, head: self.at - at });
        let length = usize::try_from(number).expect("a small number");
        match (first >> 5, form) {
            (0, _) => self.say(at, depth, format!("{name}: {number}")),
            (1, _) => self.say(at, depth, format!("{name}: -{}", number + 1)),
            (2, Form::Inside(form)) => {
                self.say(at, depth, format!("{name}: {length} bytes that hold"));
                self.item("value", *form, depth + 1);
            }
            (2, Form::Salted(form)) => {
                self.say(at, depth, format!("{name}: {length} bytes that hold"));
                let salt = self.at;
                self.take(16);
                self.say(salt, depth + 1, "salt".into());
                self.item("value", *form, depth + 1);
            }
            (2, _) => {
                self.say(at, depth, format!("{name}: {length} bytes"));
                let content = self.at;
                self.take(length);
                self.say(content, depth + 1, String::new());
            }
            (3, _) => {
                let text = String::from_utf8_lossy(self.take(length)).into_owned();
                self.say(at, depth, format!("{name}: {text:?}"));
            }
            (4, _) => {
                self.say(at, depth, format!("{name}: array of {length}"));
                for index in 0..length {
                    let (name, form) = match form {
                        Form::Fields(fields) => *fields.get(index).unwrap_or(&("item of a later version", Form::Item)),
                        Form::List(form) => ("item", *form),
                        _ => ("item", Form::Item),
                    };
                    self.item(name, form, depth + 1);
                }
            }
            (7, _) if number == 22 => self.say(at, depth, format!("{name}: none")),
            (major, _) => panic!("major type {major} stands in no entry"),
        }
    }
}
