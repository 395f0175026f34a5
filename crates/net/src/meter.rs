use crate::bucket::Bucket;
use crate::limits::{KIB, Limits};
use crate::refusal::Refusal;
use libp2p::PeerId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, sleep_until, timeout_at};

/// What all meters share: the limits, the memory for requests, and the way refusals are told.
#[derive(Debug)]
pub(crate) struct Share {
    pub(crate) limits: Limits,
    held: Arc<Semaphore>,
    refusals: mpsc::Sender<(PeerId, Refusal)>,
}

/// Measures what one peer costs, over all its connections.
#[derive(Debug)]
pub(crate) struct Meter {
    peer: PeerId,
    share: Arc<Share>,
    known: AtomicBool,
    presented: AtomicBool,
    rates: Mutex<Rates>,
    held: Arc<Semaphore>,
}

#[derive(Debug)]
struct Rates {
    frames: Bucket,
    bytes: Bucket,
}

/// Memory a request holds until it is answered or dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    _of_peer: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Share {
    pub(crate) fn new(limits: Limits, refusals: mpsc::Sender<(PeerId, Refusal)>) -> Self {
        let held = Arc::new(Semaphore::new(steps(limits.held_total)));
        Self { limits, held, refusals }
    }
}

impl Meter {
    pub(crate) fn new(peer: PeerId, known: bool, share: Arc<Share>) -> Self {
        let now = Instant::now();
        let limits = &share.limits;
        let rates = Rates {
            frames: Bucket::new(limits.frames_per_second, limits.frames_burst, now),
            bytes: Bucket::new(limits.bytes_per_second, limits.bytes_burst, now),
        };
        Self {
            peer,
            known: AtomicBool::new(known),
            presented: AtomicBool::new(false),
            rates: Mutex::new(rates),
            held: Arc::new(Semaphore::new(steps(limits.held_per_peer))),
            share,
        }
    }

    pub(crate) fn set_known(&self, known: bool) {
        self.known.store(known, Ordering::Relaxed);
    }

    pub(crate) fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.share.limits
    }

    /// Tells of a refusal; where too many wait to be told, this one is only counted by the peer's loss.
    pub(crate) fn tell(&self, why: Refusal) {
        let _full = self.share.refusals.try_send((self.peer, why));
    }

    /// Lets a stream begin: an unknown peer has one.
    pub(crate) fn begin(&self) -> Result<(), Refusal> {
        if !self.is_known() && self.presented.swap(true, Ordering::Relaxed) {
            return Err(Refusal::AlreadyPresented);
        }
        Ok(())
    }

    /// Waits until a request of `len` bytes may be read, and holds the memory for it.
    pub(crate) async fn admit(&self, len: usize) -> Result<Reservation, Refusal> {
        let limits = self.limits();
        let most = if self.is_known() { limits.request_bytes } else { limits.presented_bytes };
        if len > most {
            return Err(Refusal::RequestTooLong { most });
        }
        let now = Instant::now();
        let until = now + limits.patience;
        let turn = {
            let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
            let wait = rates.frames.wait_for(1.0, now).max(rates.bytes.wait_for(len as f64, now));
            if wait > limits.patience {
                return Err(Refusal::TooFast);
            }
            rates.frames.take(1.0, now);
            rates.bytes.take(len as f64, now);
            now + wait
        };
        sleep_until(turn).await;
        let wanted = u32::try_from(steps(len)).unwrap_or(u32::MAX);
        let held = async {
            let of_peer = self.held.clone().acquire_many_owned(wanted).await.ok()?;
            let of_all = self.share.held.clone().acquire_many_owned(wanted).await.ok()?;
            Some(Reservation { _of_peer: of_peer, _of_all: of_all })
        };
        match timeout_at(until.max(turn), held).await {
            Ok(Some(held)) => Ok(held),
            Ok(None) | Err(_) => Err(Refusal::TooManyOpen),
        }
    }

    /// Counts the bytes of an answer against the peer that asked for it.
    pub(crate) fn charge(&self, len: usize) {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates.bytes.take(len as f64, Instant::now());
    }
}

/// Counts the steps of held memory in `len` bytes, at least one.
fn steps(len: usize) -> usize {
    len.div_ceil(KIB).clamp(1, Semaphore::MAX_PERMITS)
}
