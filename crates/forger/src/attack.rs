use std::time::Duration;

use tally_entry::SigningKey;
use tally_net::{AllowedPeer, AskId, Config, Event, Net, Peer};

use crate::forgery::{Forgery, Unforged};

/// How long the attacker waits for a connection, and then for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The stranger's key: no member's, and the same in every test.
const STRANGER: [u8; 32] = [0x66; 32];

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttackOutcome {
    /// The victim did not let the attacker in.
    KeptOut,
    /// The victim answered; whether it took the entry shows at the victim.
    Answered,
}

/// Sends a forged entry to a victim, over a connection with this transport key.
///
/// # Errors
/// When nothing was forged or sent.
pub fn send(
    forgery: &Forgery,
    transport: [u8; 32],
    victim: Peer,
    addresses: Vec<String>,
) -> Result<AttackOutcome, Unforged> {
    let frame = forgery.frame(&SigningKey::from_seed(STRANGER))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Unforged::Network(error.to_string()))?;
    runtime.block_on(deliver(transport, victim, addresses, frame))
}

async fn deliver(
    transport: [u8; 32],
    victim: Peer,
    addresses: Vec<String>,
    frame: Vec<u8>,
) -> Result<AttackOutcome, Unforged> {
    let failed = |error: &dyn std::fmt::Display| Unforged::Network(error.to_string());
    let (net, mut events) = Net::start(Config::new(transport, Vec::new())).await.map_err(|error| failed(&error))?;
    net.allow(vec![AllowedPeer { peer: victim, addresses }]);
    let attempt = async {
        while let Some(event) = events.recv().await {
            match event {
                Event::Connected { peer, .. } if peer == victim => {
                    net.ask(victim, AskId(1), frame.clone()).map_err(|error| failed(&error))?;
                }
                // What the victim itself asks is left unanswered: the attacker has nothing to share.
                Event::Answered { ask: AskId(1), .. } => return Ok(AttackOutcome::Answered),
                Event::AskFailed { ask: AskId(1), .. } => return Ok(AttackOutcome::KeptOut),
                _ => {}
            }
        }
        Ok(AttackOutcome::KeptOut)
    };
    let outcome = tokio::time::timeout(PATIENCE, attempt).await.unwrap_or(Ok(AttackOutcome::KeptOut));
    net.stop().await;
    outcome
}
