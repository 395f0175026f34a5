use std::collections::{BTreeMap, BTreeSet};

use crate::amount::{Count, Pence, Percentage};
use crate::date::PartialDate;
use crate::describe::FieldKind;
use crate::file::FileReference;
use crate::scalar::Scalar;
use crate::time_of_day::TimeOfDay;

/// What a field holds, as people and commands see it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A short text.
    Line(String),
    /// A longer text; words are parted by one space or a line break.
    Text(String),
    /// One allowed word.
    Word(String),
    /// A set of allowed words.
    Words(BTreeSet<String>),
    /// A date.
    Date(PartialDate),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Short lines in their order.
    Items(Vec<String>),
    /// Lines of a group in their order, each with the fields that hold something.
    Lines(Vec<BTreeMap<String, Self>>),
    /// What names one other thing.
    Link(String),
    /// A sum of money.
    Money(Pence),
    /// A number of people or things.
    Count(Count),
    /// A part in a hundred with its base.
    Percentage(Percentage),
    /// A time of day.
    Time(TimeOfDay),
    /// A file by its digest.
    File(FileReference),
    /// The field was written and holds nothing, as after it was cleared.
    Empty,
}

impl Value {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Line(text) | Self::Text(text) | Self::Word(text) | Self::Link(text) => text.is_empty(),
            Self::Words(words) => words.is_empty(),
            Self::Items(items) => items.is_empty(),
            Self::Lines(lines) => lines.is_empty(),
            Self::Date(_)
            | Self::Number(_)
            | Self::Flag(_)
            | Self::Money(_)
            | Self::Count(_)
            | Self::Percentage(_)
            | Self::Time(_)
            | Self::File(_) => false,
        }
    }

    /// The one scalar that holds it, for fields that are replaced as a whole.
    pub(crate) fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Line(text) | Self::Word(text) | Self::Link(text) => Some(Scalar::Text(text.clone())),
            Self::Date(date) => Some(Scalar::Text(date.to_string())),
            Self::Number(number) | Self::Money(Pence(number)) => Some(Scalar::Signed(*number)),
            Self::Count(Count::Exactly(number)) => i64::try_from(*number).ok().map(Scalar::Signed),
            Self::Count(fewer) => Some(Scalar::Text(fewer.to_string())),
            Self::Percentage(percentage) => Some(Scalar::Text(percentage.to_string())),
            Self::Time(time) => Some(Scalar::Text(time.to_string())),
            Self::File(file) => Some(Scalar::Text(file.to_string())),
            Self::Flag(flag) => Some(Scalar::Flag(*flag)),
            Self::Empty => Some(Scalar::Null),
            Self::Text(_) | Self::Words(_) | Self::Items(_) | Self::Lines(_) => None,
        }
    }

    /// Reads a scalar as the field's kind says. What does not fit is shown as its words, never dropped.
    pub(crate) fn of(kind: &FieldKind, scalar: &Scalar) -> Self {
        let text = match scalar {
            Scalar::Null => return Self::Empty,
            Scalar::Signed(number) if *kind == FieldKind::Number => return Self::Number(*number),
            Scalar::Signed(number) if *kind == FieldKind::Money => return Self::Money(Pence(*number)),
            Scalar::Flag(flag) if *kind == FieldKind::Flag => return Self::Flag(*flag),
            Scalar::Text(text) => text.clone(),
            Scalar::Signed(number) => number.to_string(),
            Scalar::Unsigned(number) => number.to_string(),
            Scalar::Flag(flag) => flag.to_string(),
            Scalar::Bytes(_) => return Self::Empty,
        };
        match kind {
            FieldKind::Word(_) => Self::Word(text),
            FieldKind::Link(_) => Self::Link(text),
            FieldKind::Count { .. } => Count::parse(&text).map_or(Self::Line(text), Self::Count),
            FieldKind::Percentage => Percentage::parse(&text).map_or(Self::Line(text), Self::Percentage),
            FieldKind::Time => TimeOfDay::parse(&text).map_or(Self::Line(text), Self::Time),
            FieldKind::File => FileReference::parse(&text).map_or(Self::Line(text), Self::File),
            FieldKind::Date => PartialDate::parse(&text).map_or(Self::Line(text), Self::Date),
            _ => Self::Line(text),
        }
    }

    /// Whether a field of that kind may hold it.
    pub(crate) const fn fits(&self, kind: &FieldKind) -> bool {
        matches!(
            (self, kind),
            (Self::Empty, _)
                | (Self::Line(_), FieldKind::Line)
                | (Self::Text(_), FieldKind::Text)
                | (Self::Word(_), FieldKind::Word(_))
                | (Self::Words(_), FieldKind::Words(_))
                | (Self::Date(_), FieldKind::Date)
                | (Self::Number(_), FieldKind::Number)
                | (Self::Flag(_), FieldKind::Flag)
                | (Self::Items(_), FieldKind::Items)
                | (Self::Lines(_), FieldKind::Lines(_))
                | (Self::Link(_), FieldKind::Link(_))
                | (Self::Money(_), FieldKind::Money)
                | (Self::Count(_), FieldKind::Count { .. })
                | (Self::Percentage(_), FieldKind::Percentage)
                | (Self::Time(_), FieldKind::Time)
                | (Self::File(_), FieldKind::File)
        )
    }
}
