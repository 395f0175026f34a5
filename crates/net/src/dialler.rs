use crate::limits::Limits;
use libp2p::{Multiaddr, PeerId};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Addresses of one peer that are dialled; a card or a notice names a handful.
const MOST_ADDRESSES: usize = 8;

/// Decides whom to dial, and when: known peers that are not connected, with a growing wait.
#[derive(Debug)]
pub(crate) struct Dialler {
    first: Duration,
    last: Duration,
    most: usize,
    jitter: ChaCha8Rng,
    plans: BTreeMap<PeerId, Plan>,
}

#[derive(Debug)]
struct Plan {
    addresses: Vec<Multiaddr>,
    failures: u32,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Waiting(Instant),
    Dialling,
    Connected(Instant),
}

impl Dialler {
    /// Makes a dialler whose jitter follows from `seed`, which is no secret.
    pub(crate) fn new(seed: [u8; 32], limits: &Limits) -> Self {
        Self {
            first: limits.dial_first,
            last: limits.dial_last,
            most: limits.pending_out as usize,
            jitter: ChaCha8Rng::from_seed(seed),
            plans: BTreeMap::new(),
        }
    }

    /// Takes the addresses of a known peer; new ones are tried at once.
    pub(crate) fn know(&mut self, peer: PeerId, mut addresses: Vec<Multiaddr>, connected: bool, now: Instant) {
        addresses.truncate(MOST_ADDRESSES);
        if let Some(plan) = self.plans.get_mut(&peer) {
            if plan.addresses != addresses {
                plan.addresses = addresses;
                plan.failures = 0;
                if matches!(plan.state, State::Waiting(_)) {
                    plan.state = State::Waiting(now);
                }
            }
            return;
        }
        let state = if connected { State::Connected(now) } else { State::Waiting(now) };
        self.plans.insert(peer, Plan { addresses, failures: 0, state });
    }

    /// Forgets every peer but those for which `keep` holds.
    pub(crate) fn retain(&mut self, keep: impl Fn(&PeerId) -> bool) {
        self.plans.retain(|peer, _| keep(peer));
    }

    pub(crate) fn connected(&mut self, peer: &PeerId, now: Instant) {
        if let Some(plan) = self.plans.get_mut(peer) {
            plan.state = State::Connected(now);
        }
    }

    /// Takes the loss of the last connection. One that held for a while is tried again after the
    /// first wait; one that was dropped at once counts as a failed dial.
    pub(crate) fn lost(&mut self, peer: &PeerId, now: Instant) {
        let Some(plan) = self.plans.get_mut(peer) else {
            return;
        };
        if let State::Connected(since) = plan.state
            && now.saturating_duration_since(since) >= self.last.min(Duration::from_secs(30))
        {
            plan.failures = 0;
        }
        self.failed(peer, now);
    }

    pub(crate) fn failed(&mut self, peer: &PeerId, now: Instant) {
        let Some(plan) = self.plans.get_mut(peer) else {
            return;
        };
        let wait = self.first.saturating_mul(2_u32.saturating_pow(plan.failures.min(16))).min(self.last);
        plan.failures = plan.failures.saturating_add(1);
        // Between three quarters and five quarters of the wait, so that a ring whose hub came
        // back does not knock in step.
        let share = 0.75 + 0.5 * f64::from(self.jitter.next_u32()) / f64::from(u32::MAX);
        plan.state = State::Waiting(now + wait.mul_f64(share));
    }

    /// Returns those to dial now, and marks them as being dialled.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<(PeerId, Vec<Multiaddr>)> {
        let busy = self.plans.values().filter(|plan| plan.state == State::Dialling).count();
        let mut due: Vec<(Instant, PeerId)> = self
            .plans
            .iter()
            .filter(|(_, plan)| !plan.addresses.is_empty())
            .filter_map(|(peer, plan)| match plan.state {
                State::Waiting(at) if at <= now => Some((at, *peer)),
                State::Waiting(_) | State::Dialling | State::Connected(_) => None,
            })
            .collect();
        due.sort();
        due.truncate(self.most.saturating_sub(busy));
        due.into_iter()
            .filter_map(|(_, peer)| {
                let plan = self.plans.get_mut(&peer)?;
                plan.state = State::Dialling;
                Some((peer, plan.addresses.clone()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Dialler;
    use crate::limits::Limits;
    use crate::peer::peer_of;
    use libp2p::{Multiaddr, PeerId};
    use std::time::Duration;
    use tokio::time::Instant;

    fn one() -> (Dialler, PeerId, Instant) {
        let now = Instant::now();
        let peer = peer_of(&[1; 32]).id();
        let mut dialler = Dialler::new([5; 32], &Limits::default());
        dialler.know(peer, vec![address()], false, now);
        (dialler, peer, now)
    }

    fn address() -> Multiaddr {
        "/ip4/192.0.2.1/tcp/443".parse().expect("an address")
    }

    #[test]
    fn a_peer_is_dialled_once_at_a_time() {
        let (mut dialler, peer, now) = one();
        assert_eq!(dialler.due(now), [(peer, vec![address()])]);
        assert!(dialler.due(now).is_empty());
    }

    #[test]
    fn the_wait_grows_and_stops_growing() {
        let (mut dialler, peer, now) = one();
        dialler.due(now);
        dialler.failed(&peer, now);
        assert!(dialler.due(now + Duration::from_millis(700)).is_empty());
        assert_eq!(dialler.due(now + Duration::from_millis(1300)).len(), 1);
        for _ in 0..40 {
            dialler.failed(&peer, now);
        }
        assert!(dialler.due(now + Duration::from_secs(44)).is_empty());
        assert_eq!(dialler.due(now + Duration::from_secs(76)).len(), 1);
    }

    #[test]
    fn a_connection_dropped_at_once_does_not_reset_the_wait() {
        let (mut dialler, peer, now) = one();
        for _ in 0..10 {
            dialler.connected(&peer, now);
            dialler.lost(&peer, now);
        }
        assert!(dialler.due(now + Duration::from_secs(40)).is_empty());
    }

    #[test]
    fn new_addresses_are_tried_at_once() {
        let (mut dialler, peer, now) = one();
        dialler.due(now);
        dialler.failed(&peer, now);
        let other: Multiaddr = "/ip4/192.0.2.2/tcp/443".parse().expect("an address");
        dialler.know(peer, vec![other.clone()], false, now);
        assert_eq!(dialler.due(now), [(peer, vec![other])]);
    }

    #[test]
    fn no_more_than_the_limit_are_dialled_at_once() {
        let (mut dialler, _, now) = one();
        for n in 2..40 {
            dialler.know(peer_of(&[n; 32]).id(), vec![address()], false, now);
        }
        assert_eq!(dialler.due(now).len(), 8);
        assert!(dialler.due(now).is_empty());
    }
}
