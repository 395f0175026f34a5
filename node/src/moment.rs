//! This machine's clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tally_entry::Time;

/// The moment by this machine's clock.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A clock that never goes backwards: where the machine's is put back, it goes on at its own pace, so that what is due
/// in half a minute is due in half a minute.
#[derive(Debug)]
pub(crate) struct Clock {
    set: Time,
    at: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { set: now(), at: Instant::now() }
    }

    pub(crate) fn now(&mut self) -> Time {
        let own = self.set.plus(i64::try_from(self.at.elapsed().as_millis()).unwrap_or(i64::MAX));
        let machine = now();
        if machine > own {
            *self = Self { set: machine, at: Instant::now() };
        }
        machine.max(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_ahead_goes_on_at_its_own_pace() {
        let ahead = now().plus(3_600_000);
        let mut clock = Clock { set: ahead, at: Instant::now() };
        let first = clock.now();
        assert!(first >= ahead);
        std::thread::sleep(std::time::Duration::from_millis(20));
        assert!(clock.now() >= first.plus(20));
    }
}
