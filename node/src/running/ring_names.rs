//! The rings with everybody's names, handed out whenever an act changed them.

use std::sync::Arc;

use tally_replica::{Append, Command, CommandId, Input, Query, QueryAnswer, Reply, RingReading};
use tally_ring::SignedEdition;
use tally_service::Names;
use tokio::sync::watch;

/// The loop's own question for the rings; those of others are counted from one.
pub(super) const OWN: CommandId = CommandId(0);

/// Where the rings are handed out.
pub(super) struct RingNames {
    names: watch::Sender<Arc<Names>>,
    /// Whether an act was appended since the rings were last asked for.
    acts: bool,
}

impl RingNames {
    pub(super) const fn new(names: watch::Sender<Arc<Names>>) -> Self {
        Self { names, acts: false }
    }

    /// Notes what is appended.
    pub(super) fn note(&mut self, item: &Append) {
        self.acts |= matches!(item, Append::Act(_) | Append::MemberAct(..) | Append::Card(..));
    }

    /// The question for the rings, where acts were appended; its answer waits for the disk behind the acts themselves.
    pub(super) fn question(&mut self) -> Option<Input> {
        let command = || Box::new(Command::Query(Query::Rings));
        std::mem::take(&mut self.acts).then(|| Input::Commanded { id: OWN, command: command() })
    }

    /// Hands out the answer; says whether rows carry other names now.
    pub(super) fn tell(&self, reply: Reply) -> bool {
        let Reply::Answer(answer) = reply else {
            return false;
        };
        let QueryAnswer::Rings(rings) = *answer else {
            return false;
        };
        let before = Arc::clone(&self.names.borrow());
        let renamed = editions(&before.rings) != editions(&rings);
        let mut names = Names::new(before.me, before.name.clone());
        names.rings = rings;
        self.names.send_replace(Arc::new(names));
        renamed
    }
}

/// What the names of rings and members come from.
fn editions(rings: &[RingReading]) -> Vec<Vec<tally_entry::EditionId>> {
    let edition = |ring: &RingReading| ring.edition.as_ref().map(|(id, _)| *id);
    rings
        .iter()
        .map(|ring| edition(ring).into_iter().chain(ring.drafts.iter().map(SignedEdition::id)).collect())
        .collect()
}
