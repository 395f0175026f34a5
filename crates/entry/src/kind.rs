/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Begins a document.
    Birth,
    /// Changes a document.
    Change,
    /// One seat's word on one version of a document.
    Statement,
    /// Ends a log: says why, and which incarnation goes on.
    Seal,
    /// A kind this program does not know: chained and passed on, and it waits. Never 1 to 4.
    Unknown(u64),
}

impl Kind {
    /// The number that stands in the header.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Birth => 1,
            Self::Change => 2,
            Self::Statement => 3,
            Self::Seal => 4,
            Self::Unknown(number) => number,
        }
    }

    /// The kind with this number.
    #[must_use]
    pub const fn of(number: u64) -> Self {
        match number {
            1 => Self::Birth,
            2 => Self::Change,
            3 => Self::Statement,
            4 => Self::Seal,
            other => Self::Unknown(other),
        }
    }

    /// Whether the entry keeps its own signature inside a run.
    #[must_use]
    pub const fn keeps_signature(self) -> bool {
        !matches!(self, Self::Change)
    }
}
