use std::hash::{DefaultHasher, Hasher as _};

use tally_entry::Time;

/// What happened in a world: always as one number that tells two runs apart, and as lines where somebody reads them.
#[derive(Debug)]
pub(crate) struct Recording {
    hasher: DefaultHasher,
    lines: Option<Vec<String>>,
    pub(crate) events: u64,
}

impl Recording {
    pub(crate) fn new(record: bool) -> Self {
        Self { hasher: DefaultHasher::new(), lines: record.then(Vec::new), events: 0 }
    }

    /// Notes one thing: numbers and bytes always, the words only where they are kept.
    pub(crate) fn note(&mut self, now: Time, numbers: &[usize], bytes: &[u8], words: impl FnOnce() -> String) {
        self.events += 1;
        self.hasher.write_i64(now.0);
        for number in numbers {
            self.hasher.write_usize(*number);
        }
        self.hasher.write(bytes);
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>10} {}", now.0 - crate::member::START.0, words()));
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hasher.finish()
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}
