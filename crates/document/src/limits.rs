/// What a change may weigh. A verdict depends on these, so every member must use the same: they belong to the rule
/// version of an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one change: 64 KiB is about 40 pages of words, and what a partner is asked to read at once.
    pub change_bytes: usize,
    /// Operations of one change: a text of 2,000 words; bounds what a run of a few bytes can expand to.
    pub operations: usize,
    /// Changes one change may build on: a document with more unmerged heads than this could not be edited any more,
    /// so it is more than the writers of the largest ring thought of (32 members with two nodes).
    pub dependencies: usize,
    /// Other actors one change may name: one for each incarnation of each node whose words it touches, for years.
    pub other_actors: usize,
    /// Predecessors of all operations of one change together: four concurrent answers for each operation.
    pub predecessors: usize,
    /// Bytes of a key in a map: keys are field names and random ids.
    pub key_bytes: usize,
    /// Words and line breaks of one text, beyond which our own edits may not lengthen it: 40 pages of print. No verdict
    /// depends on it, for texts that are lengthened apart may be longer together.
    pub text_words: usize,
    /// Containers inside containers: our deepest is a text in a line of a group, which is three.
    pub depth: usize,
}

impl Limits {
    /// The limits of rule version 1.
    pub const FIRST: Self = Self {
        change_bytes: 64 * 1024,
        operations: 2_000,
        dependencies: 64,
        other_actors: 256,
        predecessors: 8_000,
        key_bytes: 255,
        text_words: 20_000,
        depth: 8,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::FIRST
    }
}

/// Automerge keeps an operation's counter in 32 bits and panics above; half of that leaves room for ever.
pub(crate) const COUNTER_MAX: u64 = (1 << 31) - 1;

/// Changes handed to Automerge in one batch: large enough to be fast, small enough to be lost without pain.
pub(crate) const BATCH_MAX: usize = 256;
