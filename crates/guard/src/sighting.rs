/// One identifier in one text: where it lies in bytes of the text as given, and what it says without its disguise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sighting {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) plain: String,
}

impl Sighting {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
