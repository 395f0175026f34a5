//! What is done with a home that no node runs from: a core is made of its journal, asked, and dropped.

use tally_entry::Time;
use tally_replica::{
    Append, Command, CommandId, Identity, Input, Output, Query, QueryAnswer, Refused, Replica, Reply, RingReading,
};
use tally_ring::Invitation;
use thiserror::Error;

use crate::home::Home;
use crate::node_keys::NodeKeysError;
use crate::papers::KeepError;
use crate::random::{NoRandomness, random};
use crate::ring_journal::{OpenJournalError, RingJournal, WriteError};

/// Why a home without a running node did not answer or take something.
#[derive(Debug, Error)]
pub enum OfflineError {
    /// The journal cannot be opened.
    #[error(transparent)]
    Journal(#[from] OpenJournalError),
    /// The node's keys cannot be used.
    #[error(transparent)]
    NodeKeys(#[from] NodeKeysError),
    /// The core gets no seed.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The core refuses it.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The invitation was not kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl Home {
    /// The rings as the journal has them.
    pub fn rings_offline(&self, now: Time) -> Result<Vec<RingReading>, OfflineError> {
        let (_journal, mut replica) = self.reopen()?;
        Ok(rings(&mut replica, now))
    }

    /// Puts a kept invitation into the journal for the next start of the node. Returns it with the signatures that
    /// were held already, and how its ring stands now.
    pub fn take_offline(&self, now: Time, kept: Invitation) -> Result<(Invitation, Option<RingReading>), OfflineError> {
        let (mut journal, mut replica) = self.reopen()?;
        let (reply, items) = command(&mut replica, now, Command::Take(Box::new(kept.clone())));
        journal.append(&items)?;
        let id = match reply {
            Some(Ok(Reply::Taken { ring })) => ring,
            Some(Err(refused)) => return Err(OfflineError::Refused(Box::new(refused))),
            _ => kept.edition().edition().ring,
        };
        let reading = rings(&mut replica, now).into_iter().find(|reading| reading.ring == id);
        let merged = self.keep_signatures(kept, reading.as_ref())?;
        Ok((merged, reading))
    }

    /// The journal under its lock, and the core as it stands after it.
    fn reopen(&self) -> Result<(RingJournal, Replica), OfflineError> {
        let (journal, found) = RingJournal::open(self)?;
        let identity = Identity { member: self.member(), key: self.node_keys()?.entry() };
        let mut replica = Replica::new(identity, *random()?);
        replica.reopen(found.frames);
        Ok((journal, replica))
    }
}

/// Looks at a core that no loop runs.
pub fn look(replica: &mut Replica, now: Time, query: Query) -> Option<QueryAnswer> {
    match command(replica, now, Command::Query(query)).0 {
        Some(Ok(Reply::Answer(answer))) => Some(*answer),
        _ => None,
    }
}

fn rings(replica: &mut Replica, now: Time) -> Vec<RingReading> {
    match look(replica, now, Query::Rings) {
        Some(QueryAnswer::Rings(rings)) => rings,
        _ => Vec::new(),
    }
}

/// Gives the core one command; returns its reply and what it wants appended.
fn command(replica: &mut Replica, now: Time, command: Command) -> (Option<Result<Reply, Refused>>, Vec<Append>) {
    replica.handle(now, Input::Commanded { id: CommandId(0), command: Box::new(command) });
    let mut items = Vec::new();
    let mut result = None;
    loop {
        let mut upto = None;
        while let Some(output) = replica.poll_output() {
            match output {
                Output::Append { ticket, item } => {
                    items.push(item);
                    upto = Some(ticket);
                }
                Output::Reply { result: given, .. } => result = Some(given.map(|reply| *reply).map_err(|error| *error)),
                _ => {}
            }
        }
        // The caller appends before it tells anybody, so what waits for the disk may be looked at here.
        let Some(upto) = upto else {
            return (result, items);
        };
        replica.handle(now, Input::Appended { upto });
    }
}
