use std::time::Duration;
use tokio::time::Instant;

/// A token bucket that may run into debt: what is taken now is waited for later.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    level: f64,
    rate: f64,
    burst: f64,
    at: Instant,
}

impl Bucket {
    /// Makes a full bucket of `burst` that gains `rate` a second.
    pub(crate) fn new(rate: f64, burst: f64, now: Instant) -> Self {
        Self { level: burst, rate, burst, at: now }
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + passed * self.rate).min(self.burst);
        self.at = now;
    }

    /// Returns how long until the bucket, as it stands, could give `amount`.
    pub(crate) fn wait_for(&mut self, amount: f64, now: Instant) -> Duration {
        self.refill(now);
        // More than a full bucket could never be had, so it is let through from a full one.
        let lacking = amount.min(self.burst) - self.level;
        if lacking <= 0.0 {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(lacking / self.rate).unwrap_or(Duration::MAX)
    }

    /// Takes `amount`, into debt if need be.
    pub(crate) fn take(&mut self, amount: f64, now: Instant) {
        self.refill(now);
        self.level -= amount;
    }

    /// Takes `amount` if it is there now.
    pub(crate) fn try_take(&mut self, amount: f64, now: Instant) -> bool {
        let free = self.wait_for(amount, now).is_zero();
        if free {
            self.take(amount, now);
        }
        free
    }

    /// Returns whether nothing is missing, so that forgetting the bucket changes nothing.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.level >= self.burst
    }
}

#[cfg(test)]
mod tests {
    use super::Bucket;
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_burst_is_given_then_refused() {
        let now = Instant::now();
        let mut bucket = Bucket::new(1.0, 2.0, now);
        assert!(bucket.try_take(1.0, now));
        assert!(bucket.try_take(1.0, now));
        assert!(!bucket.try_take(1.0, now));
    }

    #[test]
    fn time_refills_to_the_burst_and_no_further() {
        let now = Instant::now();
        let mut bucket = Bucket::new(1.0, 2.0, now);
        bucket.take(2.0, now);
        let later = now + Duration::from_secs(60);
        assert!(bucket.is_full(later));
        assert!(bucket.try_take(2.0, later));
        assert!(!bucket.try_take(1.0, later));
    }

    #[test]
    fn a_debt_is_waited_for() {
        let now = Instant::now();
        let mut bucket = Bucket::new(2.0, 2.0, now);
        bucket.take(6.0, now);
        assert_eq!(bucket.wait_for(2.0, now), Duration::from_secs(3));
    }

    #[test]
    fn no_rate_at_all_waits_for_ever() {
        let now = Instant::now();
        let mut bucket = Bucket::new(0.0, 1.0, now);
        bucket.take(1.0, now);
        assert_eq!(bucket.wait_for(1.0, now), Duration::MAX);
    }
}
