/// Why a change is void.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// More bytes than a change may have.
    #[error("the change has {bytes} bytes, and {allowed} are allowed")]
    TooLarge {
        /// Length of the chunk as it came.
        bytes: usize,
        /// From the limits that the document was born under.
        allowed: usize,
    },
    /// Not one plain change chunk: another magic number, or a document, compressed or bundle chunk.
    #[error("not a plain change")]
    NotAChange,
    /// Ends in the middle of something.
    #[error("change ends too early")]
    Truncated,
    /// Something follows the change.
    #[error("bytes follow the change")]
    Trailing,
    /// The checksum is not that of the content.
    #[error("wrong checksum")]
    Checksum,
    /// Decodes, but Automerge would have written it in another way.
    #[error("not written in the one canonical way")]
    NotCanonical,
    /// A number does not fit.
    #[error("a number is too large")]
    NumberTooLarge,
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotText,
    /// A map key is too long.
    #[error("a key is longer than {allowed} bytes")]
    KeyTooLong {
        /// From the limits that the document was born under.
        allowed: usize,
    },
    /// A column expands to more rows than there are operations.
    #[error("a column has too many rows")]
    ColumnTooLong,
    /// A column that this rule version does not know, marks and expansion among them.
    #[error("unknown column {column}")]
    UnknownColumn {
        /// The column's specification as Automerge writes it.
        column: u64,
    },
    /// Columns are out of order, repeated, empty or cut short.
    #[error("columns are out of order, repeated, empty or cut short")]
    Columns,
    /// More operations than a change may have.
    #[error("more than {allowed} operations")]
    TooManyOperations {
        /// From the limits that the document was born under.
        allowed: usize,
    },
    /// A change without operations says nothing.
    #[error("no operation")]
    NoOperation,
    /// More dependencies than a change may have.
    #[error("more than {allowed} dependencies")]
    TooManyDependencies {
        /// As many heads as the largest ring can leave.
        allowed: usize,
    },
    /// Dependencies are not sorted, or named twice.
    #[error("dependencies are not a sorted set")]
    DependencyOrder,
    /// A dependency is already in the past of another one.
    #[error("a dependency is in the past of another")]
    RedundantDependency,
    /// Only the birth builds on nothing.
    #[error("builds on nothing and is not the birth")]
    SecondBirth,
    /// The birth builds on something.
    #[error("a birth builds on nothing")]
    NotABirth,
    /// An actor is 16 bytes.
    #[error("an actor is 16 bytes")]
    ActorLength,
    /// Written as another actor than its signer.
    #[error("written as an actor other than its signer")]
    WrongActor,
    /// More other actors than a change may name.
    #[error("more than {allowed} other actors")]
    TooManyActors {
        /// As many writers as the largest ring can have.
        allowed: usize,
    },
    /// Other actors are not sorted, include the author, or are not used.
    #[error("other actors are not the sorted set of those used")]
    ActorSet,
    /// The time is not zero: entries carry the time.
    #[error("carries a time")]
    Time,
    /// The message is not empty: entries carry the reason.
    #[error("carries a message")]
    Message,
    /// Bytes follow the columns.
    #[error("carries extra bytes")]
    ExtraBytes,
    /// The sequence number is not one more than the actor's last in its causal past.
    #[error("sequence {found} where {expected} is due")]
    Sequence {
        /// The number that follows.
        expected: u64,
        /// The number given.
        found: u64,
    },
    /// Another change of this actor has this number. The changes of one log are judged in the order of the log.
    #[error("sequence {sequence} is taken by another change of the same actor")]
    SequenceTaken {
        /// Counted from 1 within the actor.
        sequence: u64,
    },
    /// The first operation is not one more than the highest in the causal past.
    #[error("starts at operation {found} where {expected} is due")]
    StartOp {
        /// The number that follows.
        expected: u64,
        /// The number given.
        found: u64,
    },
    /// Operations are numbered beyond what Automerge can count.
    #[error("operations are numbered too high")]
    CounterTooHigh,
    /// An operation is of a form that is not allowed.
    #[error("operation {at}: {fault}")]
    Operation {
        /// The operation's place in the change, from zero.
        at: usize,
        /// The rule that it breaks.
        fault: OperationFault,
    },
}

/// What is wrong with one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OperationFault {
    /// An action other than make map, make list, put, delete: text, table, increment and mark are not used.
    #[error("unknown action")]
    Action,
    /// A value that is no text, whole number, flag, bytes or nothing, or is not written canonically.
    #[error("unknown or malformed value")]
    Value,
    /// A container or a deletion carries a value.
    #[error("a value stands where none belongs")]
    NeedlessValue,
    /// The key is neither a name nor an element, or both.
    #[error("malformed key")]
    Key,
    /// An operation's number is malformed.
    #[error("malformed reference")]
    Reference,
    /// The object is not in the causal past.
    #[error("its object is not in its past")]
    NoObject,
    /// The object is a value, a deletion or a word.
    #[error("its object is not a container")]
    ObjectNotContainer,
    /// A name is used inside a list.
    #[error("a name is used inside a list")]
    NameInList,
    /// An element is used inside a map.
    #[error("an element is used inside a map")]
    ElementInMap,
    /// Something is inserted into a map.
    #[error("something is inserted into a map")]
    InsertInMap,
    /// The head of a list is put or deleted.
    #[error("the head of a list cannot be put or deleted")]
    Head,
    /// The element is not in the causal past.
    #[error("its element is not in its past")]
    NoElement,
    /// The element is of another list, or no element at all.
    #[error("its element is not one of its list")]
    ElementElsewhere,
    /// A list holds values only.
    #[error("a container is put into a list")]
    ContainerInList,
    /// Containers are nested too deep.
    #[error("containers are nested too deep")]
    TooDeep,
    /// An insertion replaces nothing.
    #[error("an insertion has a predecessor")]
    InsertWithPredecessor,
    /// A deletion, or a put on an element, replaces something.
    #[error("no predecessor")]
    NoPredecessor,
    /// A container is made where something is.
    #[error("a container is made where something stands")]
    MadeOver,
    /// A predecessor is not in the causal past.
    #[error("a predecessor is not in its past")]
    PredecessorUnknown,
    /// A predecessor is at another key or in another object.
    #[error("a predecessor is somewhere else")]
    PredecessorElsewhere,
    /// A predecessor is a deletion.
    #[error("a predecessor is a deletion")]
    PredecessorDeletion,
    /// A container is never overwritten or deleted.
    #[error("a container would be overwritten")]
    PredecessorContainer,
    /// A predecessor was replaced before.
    #[error("a predecessor was replaced before")]
    PredecessorReplaced,
    /// A value that stands there is not named as a predecessor.
    #[error("a value that stands there is not named as a predecessor")]
    PredecessorMissing,
    /// Predecessors are not sorted, or named twice.
    #[error("predecessors are not a sorted set")]
    PredecessorOrder,
}
