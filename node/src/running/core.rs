//! The way to the core for everything that does not run in the loop.

use tally_control::{Exit, Failure};
use tally_home::Reread;
use tally_replica::{Command, Query, QueryAnswer, Refused, Reply};
use tokio::sync::{mpsc, oneshot};

/// Wishes that wait: more than people and pages of one member make in the time of one write.
const WISHES: usize = 256;

/// Something the loop is asked for.
pub(crate) enum Wish {
    /// A command for the core.
    Command(Box<Command>, oneshot::Sender<Result<Reply, Undone>>),
    /// Read the journal from the disk again, and check every byte of it.
    Reread(oneshot::Sender<Result<Reread, String>>),
    /// What damaged ranges held is here: write it again, and forget the damage.
    MakeGood,
    /// Lose or regain every connection.
    Cut(bool),
    /// Something that must not be written to any more failed.
    Broken(String),
    /// End.
    Stop,
}

/// Why a command has no reply.
#[derive(Debug)]
pub(crate) enum Undone {
    /// The core refused it.
    Refused(Box<Refused>),
    /// The disk is low on space.
    LowSpace(String),
    /// The node is stopping.
    Stopping,
}

impl Undone {
    /// The same for a person who wanted `what`.
    pub(crate) fn failure(&self, what: &str) -> Failure {
        match self {
            Self::Refused(refused) => crate::service::refusals::failure(what, refused),
            Self::LowSpace(why) => Failure::new(
                Exit::Failed,
                what,
                why.clone(),
                "Free some space; the node takes words again by itself. Reading goes on as before.",
            ),
            Self::Stopping => {
                Failure::new(Exit::NotRunning, what, "the node is stopping", "Start it again with `tally run`.")
            }
        }
    }
}

/// The way to the core.
#[derive(Clone)]
pub(crate) struct Core(mpsc::Sender<Wish>);

impl Core {
    /// A way, and the end at which the loop takes wishes.
    pub(super) fn new() -> (Self, mpsc::Receiver<Wish>) {
        let (sender, receiver) = mpsc::channel(WISHES);
        (Self(sender), receiver)
    }

    /// Gives the core a command; the reply comes when all it tells is durable.
    pub(crate) async fn command(&self, command: Command) -> Result<Reply, Undone> {
        let (answer, reply) = oneshot::channel();
        self.0.send(Wish::Command(Box::new(command), answer)).await.map_err(|_| Undone::Stopping)?;
        reply.await.unwrap_or(Err(Undone::Stopping))
    }

    /// Looks at something.
    pub(crate) async fn look(&self, sought: Query) -> Result<QueryAnswer, Undone> {
        seen(self.command(Command::Query(sought)).await?)
    }

    /// Looks at something, from a thread that may wait.
    pub(crate) fn look_and_wait(&self, sought: Query) -> Result<QueryAnswer, Undone> {
        let (answer, reply) = oneshot::channel();
        let command = Box::new(Command::Query(sought));
        self.0.blocking_send(Wish::Command(command, answer)).map_err(|_| Undone::Stopping)?;
        seen(reply.blocking_recv().unwrap_or(Err(Undone::Stopping))?)
    }

    /// Reads the journal again from the disk.
    pub(crate) async fn reread(&self) -> Result<Reread, String> {
        let (answer, reply) = oneshot::channel();
        let stopping = || "the node is stopping".to_owned();
        self.0.send(Wish::Reread(answer)).await.map_err(|_| stopping())?;
        reply.await.map_err(|_| stopping())?
    }

    /// Asks for something that has no reply.
    pub(crate) async fn wish(&self, wish: Wish) {
        // A loop that has ended needs nothing any more.
        let _ = self.0.send(wish).await;
    }
}

fn seen(reply: Reply) -> Result<QueryAnswer, Undone> {
    match reply {
        Reply::Answer(sight) => Ok(*sight),
        _ => Err(Undone::Stopping),
    }
}
