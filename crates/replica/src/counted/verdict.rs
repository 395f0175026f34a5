use tally_document::Refusal;
use tally_entry::{BodyError, ChangeHash};
use tally_ring::NotAuthor;

/// What an entry counts for: the same on every node that holds the same entries and control acts.
///
/// Reached in `judge.rs`; [`Ring::author`](tally_ring::Ring::author) decides who may author an entry at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Standing,
    /// It waits for something that is not here yet, or for a version of this program that knows it.
    Waiting,
    /// It counts for nothing, and neither does what depends on it.
    Void(Voided),
}

/// Why an entry counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Voided {
    /// The body is not what the entry's kind asks for.
    #[error("its body cannot be read")]
    Body(#[from] BodyError),
    /// The birth names another document than its place gives.
    #[error("its document's id does not follow from its place in the log")]
    Misplaced,
    /// The birth names another member as home than the one that writes it.
    #[error("it makes a document for another member")]
    ForeignHome,
    /// The node may not write in the audience, by the control acts held.
    #[error("its node may not write here")]
    NotAuthor(#[from] NotAuthor),
    /// The writer's member may only read and make statements.
    #[error("its member is an observer, who may make statements and change nothing")]
    Observer,
    /// Only the home may change the document.
    #[error("only the document's home may change it")]
    NotHome,
    /// The seat whose document it is did not sign.
    #[error("the seat whose document it is did not sign")]
    NoSeatSignature,
    /// The change does not pass the gate.
    #[error("its change is refused by the gate")]
    Gate(#[source] Refusal),
    /// Its change stands already, carried by an earlier entry.
    #[error("its change was carried by an earlier entry")]
    Repeated,
    /// It depends on a change that is void.
    #[error("it depends on change {0}, which is void")]
    Depends(ChangeHash),
    /// Its document is void.
    #[error("its document is void")]
    Document,
    /// The version of a statement is empty, unsorted or too wide.
    #[error("it names no proper version")]
    Version,
    /// Its life in the document is not one it may have.
    #[error("it claims a life in the document that was not opened")]
    Life,
}
