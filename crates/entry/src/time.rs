use minicbor::{Decode, Encode};

/// A moment: milliseconds since the Unix epoch, UTC. Shown to people, never used to order entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Time(#[n(0)] pub i64);

impl Time {
    /// The moment `milliseconds` later.
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// How many milliseconds have passed since `earlier`; never negative.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        let passed = self.0.saturating_sub(earlier.0);
        if passed < 0 { 0 } else { passed.unsigned_abs() }
    }
}
