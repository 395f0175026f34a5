/// What one judgement cost: counted, because a clock would say something else on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Rows read and places looked up.
    pub steps: u64,
    /// Bytes held at once while decoding, as counted by the decoder.
    pub peak_bytes: usize,
}

/// Counts the work of one judgement.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meter {
    cost: Cost,
}

impl Meter {
    pub(crate) const fn step(&mut self, steps: u64) {
        self.cost.steps = self.cost.steps.saturating_add(steps);
    }

    pub(crate) const fn hold(&mut self, bytes: usize) {
        self.cost.peak_bytes = self.cost.peak_bytes.saturating_add(bytes);
    }

    pub(crate) const fn cost(&self) -> Cost {
        self.cost
    }
}
