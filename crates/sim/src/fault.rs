use std::collections::BTreeMap;
use std::fmt;

/// A thing that goes wrong in the world, or that must be exercised for a run to mean anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// A node died between two of its steps.
    Crash,
    /// A node died while its journal wrote or synced.
    CrashInAppend,
    /// A start found a half-written tail.
    Torn,
    /// A home was put back to an earlier image.
    Restore,
    /// Own words were written again after a restore.
    Rewritten,
    /// Some nodes could not reach the others.
    Partition,
    /// A question was lost.
    QuestionLost,
    /// An answer was lost.
    AnswerLost,
    /// A question was delivered twice.
    Duplicate,
    /// A frame overtook an earlier one on the same way.
    Reordered,
    /// A change of the table of hostile changes was sent.
    HostileChange,
    /// A birth that counts for nothing was sent.
    VoidBirth,
    /// A change of a document that is not its writer's was sent.
    StrangersChange,
    /// An entry in the name of another was sent.
    Forged,
    /// Two entries at one place went to two partners.
    Equivocation,
    /// An entry of a kind that nobody knows was sent.
    UnknownKind,
    /// An entry of a later version was sent.
    UnknownVersion,
    /// A change that builds on one never sent was sent.
    MissingPast,
    /// Bytes that are no frame were sent.
    Garbage,
    /// A log was proved to fork and frozen.
    Frozen,
    /// An honest entry was left waiting for words of a branch that was frozen or lost.
    Orphaned,
    /// A record was made for fewer than the ring.
    Subset,
    /// An edit was made on an older version than the present one.
    OldBase,
    /// Two texts were joined.
    Joined,
    /// Concurrent answers were settled.
    Settled,
    /// A statement was made.
    Statement,
    /// A command was refused, as it should have been.
    Refused,
}

impl Fault {
    /// Every one: a run over many seeds in which one of them never happened proves nothing about it.
    pub const ALL: &[Self] = &[
        Self::Crash,
        Self::CrashInAppend,
        Self::Torn,
        Self::Restore,
        Self::Rewritten,
        Self::Partition,
        Self::QuestionLost,
        Self::AnswerLost,
        Self::Duplicate,
        Self::Reordered,
        Self::HostileChange,
        Self::VoidBirth,
        Self::StrangersChange,
        Self::Forged,
        Self::Equivocation,
        Self::UnknownKind,
        Self::UnknownVersion,
        Self::MissingPast,
        Self::Garbage,
        Self::Frozen,
        Self::Orphaned,
        Self::Subset,
        Self::OldBase,
        Self::Joined,
        Self::Settled,
        Self::Statement,
        Self::Refused,
    ];

    const fn words(self) -> &'static str {
        match self {
            Self::Crash => "crashes between steps",
            Self::CrashInAppend => "crashes while the journal wrote",
            Self::Torn => "torn tails found",
            Self::Restore => "restores from an image",
            Self::Rewritten => "own entries written again",
            Self::Partition => "partitions",
            Self::QuestionLost => "questions lost",
            Self::AnswerLost => "answers lost",
            Self::Duplicate => "questions delivered twice",
            Self::Reordered => "frames overtaken",
            Self::HostileChange => "hostile changes",
            Self::VoidBirth => "void births",
            Self::StrangersChange => "changes by a stranger",
            Self::Forged => "forged entries",
            Self::Equivocation => "equivocations",
            Self::UnknownKind => "entries of unknown kinds",
            Self::UnknownVersion => "entries of later versions",
            Self::MissingPast => "changes with a missing past",
            Self::Garbage => "frames of garbage",
            Self::Frozen => "logs frozen",
            Self::Orphaned => "honest entries orphaned by a frozen or lost branch",
            Self::Subset => "records of a subset",
            Self::OldBase => "edits of an older version",
            Self::Joined => "texts joined",
            Self::Settled => "answers settled",
            Self::Statement => "statements",
            Self::Refused => "commands refused",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// How often each thing happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    counted: BTreeMap<Fault, u64>,
    rows: BTreeMap<&'static str, u64>,
}

impl Faults {
    pub(crate) fn count(&mut self, fault: Fault) {
        *self.counted.entry(fault).or_default() += 1;
    }

    pub(crate) fn count_many(&mut self, fault: Fault, times: u64) {
        *self.counted.entry(fault).or_default() += times;
    }

    /// Counts a row of the table of hostile changes.
    pub(crate) fn row(&mut self, name: &'static str) {
        *self.rows.entry(name).or_default() += 1;
        self.count(Fault::HostileChange);
    }

    /// How often it happened.
    #[must_use]
    pub fn of(&self, fault: Fault) -> u64 {
        self.counted.get(&fault).copied().unwrap_or_default()
    }

    /// Adds what happened in another world.
    pub fn add(&mut self, other: &Self) {
        for (fault, times) in &other.counted {
            *self.counted.entry(*fault).or_default() += times;
        }
        for (row, times) in &other.rows {
            *self.rows.entry(row).or_default() += times;
        }
    }

    /// What never happened, hostile rows by their names.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let faults = Fault::ALL.iter().filter(|fault| self.of(**fault) == 0).map(ToString::to_string);
        let rows = crate::hostile::names().filter(|name| !self.rows.contains_key(name));
        faults.chain(rows.map(|name| format!("hostile change: {name}"))).collect()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in Fault::ALL {
            writeln!(f, "{:>12}  {fault}", self.of(*fault))?;
        }
        write!(f, "{:>12}  rows of hostile changes", self.rows.len())
    }
}
