use std::collections::{BTreeMap, BTreeSet};

use crate::random::Random;

/// How the network behaves at the moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// Frames lost, in a hundred.
    pub(crate) loss: u64,
    /// Questions delivered twice, in a hundred.
    pub(crate) duplicate: u64,
    /// The longest a frame is under way, in milliseconds.
    pub(crate) delay: i64,
}

impl Weather {
    /// Nothing is lost.
    pub(crate) const FAIR: Self = Self { loss: 0, duplicate: 0, delay: 30 };

    pub(crate) fn draw(random: &mut Random) -> Self {
        let loss = *random.pick(&[0, 0, 2, 10, 30]).unwrap_or(&0);
        let duplicate = *random.pick(&[0, 5, 20]).unwrap_or(&0);
        let delay = *random.pick(&[5, 40, 200, 2_000]).unwrap_or(&5);
        Self { loss, duplicate, delay }
    }
}

/// Who can reach whom, and what became of what was sent.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) weather: Weather,
    down: BTreeSet<(usize, usize)>,
    newest: BTreeMap<(usize, usize), i64>,
}

const fn pair(a: usize, b: usize) -> (usize, usize) {
    if a < b { (a, b) } else { (b, a) }
}

impl Network {
    pub(crate) const fn new() -> Self {
        Self { weather: Weather::FAIR, down: BTreeSet::new(), newest: BTreeMap::new() }
    }

    pub(crate) fn reaches(&self, a: usize, b: usize) -> bool {
        !self.down.contains(&pair(a, b))
    }

    /// Opens or closes a way; false when it was so already.
    pub(crate) fn set(&mut self, a: usize, b: usize, up: bool) -> bool {
        if up { self.down.remove(&pair(a, b)) } else { self.down.insert(pair(a, b)) }
    }

    /// When a frame sent now arrives, and whether it overtakes another on its way; nothing when it is lost.
    pub(crate) fn carry(&mut self, from: usize, to: usize, now: i64, random: &mut Random) -> Option<(i64, bool)> {
        if random.chance(self.weather.loss) {
            return None;
        }
        let at = now + random.between(1, self.weather.delay);
        let newest = self.newest.entry((from, to)).or_default();
        let overtakes = at < *newest;
        *newest = at.max(*newest);
        Some((at, overtakes))
    }
}
