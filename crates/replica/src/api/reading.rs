use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Reading, Seen, Value, Version};
use tally_entry::{
    AudienceId, ChangeHash, DocumentId, EditionId, EntryId, LogId, MemberId, NodeId, Position, RingId, Statement, Time,
    Writers,
};
use tally_record::StatementPlace;
use tally_ring::{Edition, SignedEdition};

use crate::counted::verdict::Verdict;

/// A ring as this node knows it.
#[derive(Clone, Debug)]
pub struct RingReading {
    /// The ring.
    pub ring: RingId,
    /// The edition in force.
    pub edition: Option<(EditionId, Edition)>,
    /// The same with its signatures.
    pub signed: Option<SignedEdition>,
    /// Editions that are not complete.
    pub drafts: Vec<SignedEdition>,
    /// Nodes by member.
    pub nodes: Vec<(MemberId, NodeId, String)>,
}

/// A record as it reads.
#[derive(Clone, Debug)]
pub struct RecordReading {
    /// The document.
    pub document: DocumentId,
    /// Its ring.
    pub ring: RingId,
    /// Its audience.
    pub audience: AudienceId,
    /// The members that hold it.
    pub holders: BTreeSet<MemberId>,
    /// Whether the audience is narrower than the ring.
    pub narrow: bool,
    /// The record type.
    pub kind: String,
    /// The member that answers for it.
    pub home: MemberId,
    /// Who may change it.
    pub writers: Writers,
    /// How it is handled.
    pub handling: String,
    /// How long it is kept.
    pub retention: String,
    /// When it began, by the writer's clock.
    pub born: Time,
    /// When it last changed, by the writer's clock.
    pub changed: Time,
    /// The version read.
    pub version: Version,
    /// The present version.
    pub heads: Version,
    /// Its fields; none where the type is not known to this version of the program.
    pub reading: Option<Reading>,
    /// Every concurrent answer, with who gave it.
    pub answers: BTreeMap<String, Vec<AnswerReading>>,
    /// Fields joined from concurrent words that nobody has read yet.
    pub joined: Vec<String>,
    /// Statements, in the order of their times as far as those contradict no log.
    pub statements: Vec<StatementReading>,
    /// What the versions that statements are about have seen.
    pub(crate) seen: BTreeMap<Version, Seen>,
    /// Which members have a copy.
    pub held_by: BTreeMap<MemberId, CopyStatus>,
    /// Whether the document stopped here.
    pub stopped: bool,
}

impl RecordReading {
    /// Whether one version that a statement is about has seen all of another such version.
    #[must_use]
    pub fn includes(&self, version: &Version, other: &Version) -> bool {
        self.seen.get(version).zip(self.seen.get(other)).is_some_and(|(seen, other)| seen.includes(other))
    }
}

/// One of several answers.
#[derive(Clone, Debug)]
pub struct AnswerReading {
    /// What was answered.
    pub value: Value,
    /// The member that gave it.
    pub member: Option<MemberId>,
    /// The change that holds it.
    pub change: ChangeHash,
}

/// A statement with who made it.
#[derive(Clone, Debug)]
pub struct StatementReading {
    /// The entry.
    pub entry: EntryId,
    /// The member whose seat made it.
    pub member: Option<MemberId>,
    /// The seat.
    pub seat: Option<String>,
    /// When, by the writer's clock: for people to read, and no proof of what came first.
    pub at: Time,
    /// Where in its node's logs, which is what came first.
    pub place: StatementPlace<NodeId>,
    /// What it says.
    pub statement: Statement,
    /// The version it is about.
    pub version: Version,
}

/// Whether a member has a copy of a record, as its newest receipt tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStatus {
    /// A node of it holds all of the record that we hold.
    Confirmed {
        /// When it said so.
        at: Time,
    },
    /// It lacks something of the record that we hold.
    Behind {
        /// When it last said what it holds.
        at: Time,
    },
    /// It holds all that we do, and entries that we do not.
    Ahead {
        /// When it said so.
        at: Time,
    },
    /// It never said.
    Unknown,
}

/// One change of a record.
#[derive(Clone, Debug)]
pub struct StepReading {
    /// The change.
    pub change: ChangeHash,
    /// The entry that carries it.
    pub entry: EntryId,
    /// When, by the writer's clock.
    pub at: Time,
    /// The member that wrote it.
    pub member: Option<MemberId>,
    /// The seat.
    pub seat: Option<String>,
    /// The fields it touched.
    pub fields: Vec<String>,
    /// The reason that its writer gave.
    pub reason: Option<String>,
    /// The version that it made, as its writer saw it.
    pub version: Version,
    /// The changes that it directly builds on.
    pub dependencies: Vec<ChangeHash>,
}

/// What is known of a partner's node.
#[derive(Clone, Debug)]
pub struct PartnerReading {
    /// The node.
    pub node: NodeId,
    /// Its member.
    pub member: MemberId,
    /// Its name, as its member gave it.
    pub name: String,
    /// Whether it can be reached now.
    pub connected: bool,
    /// When it last said anything, in this run.
    pub heard: Option<Time>,
    /// Entries that we hold and it is not known to have.
    pub behind: u64,
    /// Entries that it holds and we do not.
    pub ahead: u64,
    /// Audiences in which its copy of our logs has been checked since our start.
    pub cleared: bool,
}

/// A log as this node holds it.
#[derive(Clone, Debug)]
pub struct LogReading {
    /// The log.
    pub log: LogId,
    /// Its member.
    pub member: Option<MemberId>,
    /// How far it reaches.
    pub position: Option<Position>,
    /// Where it was frozen, if it forked.
    pub frozen_after: Option<u64>,
    /// Its entries.
    pub entries: Vec<EntryReading>,
}

/// An entry with its verdict.
#[derive(Clone, Debug)]
pub struct EntryReading {
    /// The entry.
    pub entry: EntryId,
    /// What it says about itself.
    pub header: tally_entry::Header,
    /// What it counts for.
    pub verdict: Option<Verdict>,
    /// Whether it carries its own signature here.
    pub signed: bool,
    /// Whether it was set aside by a fork or a restore.
    pub aside: bool,
}
