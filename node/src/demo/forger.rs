//! An attack on a node: an entry in a partner's name that the partner never signed.
//!
//! It comes once from a stranger, and once over the connection of a real partner, whose transport key is borrowed
//! from its home while its own node stands still. The forger speaks the nodes' protocol with frames of its own.

use std::time::Duration;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use tally_control::{Exit, Failure, Log};
use tally_entry::{
    AudienceId, Body, Change, DocumentId, Draft, EditionId, EntryId, LogId, NodeId, RingId, SigningKey, Time, canonical,
};
use tally_net::{AllowedPeer, AskId, Config, Event, Net, Peer, peer_of};
use zeroize::Zeroizing;

/// How long the forger waits for a connection, and then for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is forged, and whom it is sent to.
pub(super) struct Forgery {
    /// The log it claims to continue.
    pub(super) log: Log,
    pub(super) ring: String,
    pub(super) edition: String,
    pub(super) document: String,
    pub(super) words: String,
    /// Where the victim listens, and its transport key.
    pub(super) victim: (Peer, Vec<String>),
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The victim did not let the forger in.
    Kept,
    /// The victim answered; whether it took the entry shows at the victim.
    Answered,
}

/// A question of the nodes' protocol: entries that have just been written.
#[derive(Encode, Decode)]
enum Question {
    #[n(3)]
    New(#[n(0)] Runs),
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Runs {
    #[n(0)]
    ring: RingId,
    #[n(1)]
    audience: AudienceId,
    #[n(2)]
    runs: Vec<Vec<ByteVec>>,
    #[n(3)]
    more: More,
    #[n(4)]
    parted: Vec<NodeId>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct More {
    #[n(0)]
    entries: u64,
    #[n(1)]
    bytes: u64,
}

impl Forgery {
    /// Sends it with this transport key.
    pub(super) fn send(&self, seed: Zeroizing<[u8; 32]>) -> Result<Outcome, Failure> {
        let frame = self.frame()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| failed(&error))?;
        runtime.block_on(deliver(seed, &self.victim, frame))
    }

    fn frame(&self) -> Result<Vec<u8>, Failure> {
        let (ring, audience): (RingId, AudienceId) = (id(&self.ring)?, id(&self.log.audience)?);
        let claimed: NodeId = id(&self.log.node)?;
        let key = SigningKey::from_seed(*tally_home::random().map_err(crate::failure::failure)?);
        let own = NodeId::of(&key.public());
        let draft = Draft {
            log: LogId { ring, audience, node: own, incarnation: self.log.incarnation },
            sequence: self.log.entries + 1,
            previous: self.log.head.as_deref().map(id::<EntryId>).transpose()?,
            edition: id::<EditionId>(&self.edition)?,
            document: Some(id::<DocumentId>(&self.document)?),
            life: 0,
            seat: None,
            time: Time(0),
            attachments: Vec::new(),
            body: Body::Change(Change {
                change: self.words.clone().into_bytes(),
                joined: Vec::new(),
                reason: Some(self.words.clone()),
                resumes: None,
                again: None,
            }),
        };
        let salt = tally_home::random().map_err(crate::failure::failure)?;
        let mut short = [0; 16];
        short.copy_from_slice(&salt[..16]);
        let entry = draft.sign(&key, None, short).map_err(|error| failed(&error))?.encode();
        // Only the partner's own key could sign under its name: the name is put in afterwards.
        let entry = replaced(entry, own.as_bytes(), claimed.as_bytes());
        Ok(canonical::encode(&Question::New(Runs {
            ring,
            audience,
            runs: vec![vec![entry.into()]],
            more: More { entries: 0, bytes: 0 },
            parted: Vec::new(),
        })))
    }
}

async fn deliver(seed: Zeroizing<[u8; 32]>, victim: &(Peer, Vec<String>), frame: Vec<u8>) -> Result<Outcome, Failure> {
    let (net, mut events) = Net::start(Config::new(*seed, Vec::new())).await.map_err(|error| failed(&error))?;
    net.allow(vec![AllowedPeer { peer: victim.0, addresses: victim.1.clone() }]);
    let attempt = async {
        while let Some(event) = events.recv().await {
            match event {
                Event::Connected { peer, .. } if peer == victim.0 => {
                    net.ask(victim.0, AskId(1), frame.clone()).map_err(|error| failed(&error))?;
                }
                // What the victim itself asks is left unanswered: the forger has nothing to share.
                Event::Answered { ask: AskId(1), .. } => return Ok(Outcome::Answered),
                Event::AskFailed { ask: AskId(1), .. } => return Ok(Outcome::Kept),
                _ => {}
            }
        }
        Ok(Outcome::Kept)
    };
    let outcome = tokio::time::timeout(PATIENCE, attempt).await.unwrap_or(Ok(Outcome::Kept));
    net.stop().await;
    outcome
}

/// The peer that this seed is on the network.
pub(super) fn peer(seed: &Zeroizing<[u8; 32]>) -> Peer {
    peer_of(seed)
}

fn replaced(mut bytes: Vec<u8>, from: &[u8; 32], to: &[u8; 32]) -> Vec<u8> {
    if let Some(at) = bytes.windows(from.len()).position(|window| window == from) {
        bytes[at..at + from.len()].copy_from_slice(to);
    }
    bytes
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| failed(&format!("{text:?} is no id")))
}

fn failed(why: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, "Nothing was forged", why.to_string(), "Run the story again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_put_in_the_place_of_another() {
        let bytes = [vec![9; 3], vec![1; 32], vec![9; 3]].concat();
        assert_eq!(replaced(bytes, &[1; 32], &[2; 32]), [vec![9; 3], vec![2; 32], vec![9; 3]].concat());
    }
}
