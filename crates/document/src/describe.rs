/// The fields of one type of record, as edits and readings use them. The gate knows nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// The kind's name, as commands say it.
    pub kind: &'static str,
    /// Rises when fields are added.
    pub version: u32,
    /// The fields in the order in which pages show them.
    pub fields: &'static [Field],
}

impl Description {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One field of a type, or of the lines of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in commands and in the document, never changed once released.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One sentence for the person who fills it in.
    pub help: &'static str,
    /// What may stand in it, and how two answers to it are merged.
    pub kind: FieldKind,
    /// Whether a record is incomplete without it: shown, never enforced on what arrives.
    pub required: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A short text on one line, replaced as a whole.
    Line,
    /// A longer text, merged word by word.
    Text,
    /// One of these words.
    Word(&'static [Term]),
    /// Any of these words.
    Words(&'static [Term]),
    /// A date that may be partial or unconfirmed.
    Date,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// A list of short lines.
    Items,
    /// A group of lines, each with these fields; items and groups inside a group are not kept.
    Lines(&'static [Field]),
    /// One other thing, by what names it for ever; kept as a text.
    Link(Target),
    /// A sum of money in pence; kept as a whole number.
    Money,
    /// A number of people or things. Where it may be told, a number below this one is told as fewer; kept as a number,
    /// or as the text `<5` where the source told no more.
    Count {
        /// The least number that points at nobody.
        least: u64,
    },
    /// A part in a hundred with its base; kept as the text `34.5% of 120`.
    Percentage,
    /// A time of day; kept as the text `09:30`.
    Time,
    /// A file by its digest; kept as the text `digest bytes type name`.
    File,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A member of a ring, by its id.
    Member,
    /// An area, by the code of the statistics office such as `E09000004`, or by its name where it has none.
    Area,
    /// A seat, by its id.
    Seat,
    /// An organisation, by its record's id, or by its name where it has no record here.
    Organisation,
    /// A record of one of these kinds, or of any where none is named, by its id or short reference.
    Record(&'static [&'static str]),
}

/// One word of a field's vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The word in commands and in the document, never changed once released.
    pub word: &'static str,
    /// What people read.
    pub label: &'static str,
}

impl Term {
    /// Returns a word with its label.
    #[must_use]
    pub const fn new(word: &'static str, label: &'static str) -> Self {
        Self { word, label }
    }
}

impl FieldKind {
    /// Returns the field's vocabulary; empty where any words may stand in it.
    #[must_use]
    pub const fn terms(&self) -> &'static [Term] {
        match self {
            Self::Word(terms) | Self::Words(terms) => terms,
            _ => &[],
        }
    }

    /// Returns what people read for a word; the word itself where the vocabulary does not have it.
    #[must_use]
    pub fn label_of<'a>(&self, word: &'a str) -> &'a str {
        self.terms().iter().find(|term| term.word == word).map_or(word, |term| term.label)
    }

    pub(crate) const fn is_scalar(&self) -> bool {
        !matches!(self, Self::Text | Self::Words(_) | Self::Items | Self::Lines(_))
    }
}
