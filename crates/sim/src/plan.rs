/// What a world is to go through, besides what its seed draws.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many commands people give.
    pub commands: u64,
    /// Plants the fault `AnswerBeforeSync`: the driver says that appends are durable before it has synced them.
    pub answers_before_sync: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self { commands: 500, answers_before_sync: false }
    }
}
