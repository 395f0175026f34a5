use tally_entry::{DocumentId, EntryId, LogId};

/// What must never be, and was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A node told somebody of an entry that its disk does not hold.
    #[error("node {node} {how} entry {entry}, which its disk does not hold")]
    NotDurable {
        /// Its number in the world.
        node: usize,
        /// Its id.
        entry: EntryId,
        /// What it did with it.
        how: &'static str,
    },
    /// An entry that was acknowledged is gone.
    #[error("node {node} acknowledged entry {entry}, and it is gone")]
    Lost {
        /// Its number in the world.
        node: usize,
        /// Its id.
        entry: EntryId,
    },
    /// A node took a second entry at one place.
    #[error("node {node} took entry {entry} at a place of log {log:?} where it holds another, or after a gap")]
    TwoAtOnePlace {
        /// Its number in the world.
        node: usize,
        /// Its id.
        entry: EntryId,
        /// Whose entries are compared.
        log: LogId,
    },
    /// A node lengthened a frozen log.
    #[error("node {node} took entry {entry} into a frozen log")]
    Frozen {
        /// Its number in the world.
        node: usize,
        /// Its id.
        entry: EntryId,
    },
    /// A node took an entry that its author never signed.
    #[error("node {node} took entry {entry}, which is forged")]
    Forged {
        /// Its number in the world.
        node: usize,
        /// Its id.
        entry: EntryId,
    },
    /// Something of a subset went to a node outside it.
    #[error("node {from} sent node {to} something of an audience that {to} is not of: {what}")]
    Leak {
        /// Its number in the world.
        from: usize,
        /// Its number in the world.
        to: usize,
        /// The id that was found in the frame.
        what: String,
    },
    /// A position went back without a restore or a freeze.
    #[error("node {node} told {sequence} of log {log:?} after it had told {before}")]
    WentBack {
        /// Its number in the world.
        node: usize,
        /// Whose entries are compared.
        log: LogId,
        /// What it told before.
        before: u64,
        /// What it told now.
        sequence: u64,
    },
    /// A node sent what is no frame.
    #[error("node {node} sent a frame that cannot be read")]
    BadFrame {
        /// Its number in the world.
        node: usize,
    },
    /// A command was refused that should not have been, or the other way.
    #[error("node {node} answered a command with: {why}")]
    Refused {
        /// Its number in the world.
        node: usize,
        /// What the node said.
        why: String,
    },
    /// A start found what cannot be.
    #[error("node {node} started badly: {why}")]
    Start {
        /// Its number in the world.
        node: usize,
        /// What was wrong.
        why: String,
    },
    /// Two nodes that share an audience hold different positions after healing.
    #[error("nodes {a} and {b} hold different logs after healing: {what}")]
    PositionsDiffer {
        /// The node that was looked at first.
        a: usize,
        /// The other.
        b: usize,
        /// What differs.
        what: String,
    },
    /// Two nodes read a record differently after healing.
    #[error("nodes {a} and {b} read document {document} differently: {what}")]
    DocumentsDiffer {
        /// The node that was looked at first.
        a: usize,
        /// The other.
        b: usize,
        /// The document.
        document: DocumentId,
        /// What differs.
        what: String,
    },
    /// An honest entry still waits after healing.
    #[error("node {node}: entry {entry} waits although everything was exchanged")]
    Waits {
        /// Its number in the world.
        node: usize,
        /// Its id.
        entry: EntryId,
    },
    /// The network does not come to rest.
    #[error("{asked} questions in {minutes} minutes although nothing changed; {allowed} are allowed")]
    Restless {
        /// Questions asked.
        asked: u64,
        /// In so many minutes.
        minutes: u64,
        /// So many are allowed.
        allowed: u64,
    },
    /// The world made far more events than its time can hold.
    #[error("the world does not come to rest: {0} events")]
    Endless(u64),
    /// The program panicked.
    #[error("a node panicked: {0}")]
    Panic(String),
}
