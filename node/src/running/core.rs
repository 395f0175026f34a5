//! The core as the service and others outside the loop reach it: by requests on a channel.

use tally_control::Happening;
use tally_home::Reread;
use tally_replica::{Command, Query, QueryAnswer, Reply};
use tally_service::{Core, NoReply, SharedCondition};
use tokio::sync::{mpsc, oneshot};

use super::news::News;
use crate::moment;

/// Wishes that wait: more than people and pages of one member make in the time of one write.
const REQUESTS: usize = 256;

/// Something the loop is asked for.
pub(crate) enum LoopRequest {
    /// A command for the core.
    Command(Box<Command>, oneshot::Sender<Result<Reply, NoReply>>),
    /// Read the journal from the disk again, and check every byte of it.
    Reread(oneshot::Sender<Result<Reread, String>>),
    /// What damaged ranges held is here: write it again, and forget the damage.
    MakeGood,
    /// Something that must not be written to any more failed.
    Broken(String),
}

/// A handle on the loop.
#[derive(Clone)]
pub(crate) struct CoreHandle {
    requests: mpsc::Sender<LoopRequest>,
    condition: SharedCondition,
    news: News,
}

impl CoreHandle {
    /// A handle, and the receiver that the loop reads.
    pub(super) fn new(condition: SharedCondition, news: News) -> (Self, mpsc::Receiver<LoopRequest>) {
        let (requests, receiver) = mpsc::channel(REQUESTS);
        (Self { requests, condition, news }, receiver)
    }

    /// Looks at something.
    pub(crate) async fn look(&self, query: Query) -> Result<QueryAnswer, NoReply> {
        seen(self.command(Command::Query(query)).await?)
    }

    /// Looks at something, from a thread that may wait.
    pub(crate) fn look_and_wait(&self, query: Query) -> Result<QueryAnswer, NoReply> {
        let (answer, reply) = oneshot::channel();
        let command = Box::new(Command::Query(query));
        self.requests.blocking_send(LoopRequest::Command(command, answer)).map_err(|_| NoReply::Stopping)?;
        seen(reply.blocking_recv().unwrap_or(Err(NoReply::Stopping))?)
    }

    /// Asks for something that has no reply.
    pub(crate) async fn request(&self, request: LoopRequest) {
        // A loop that has ended needs nothing any more.
        let _ = self.requests.send(request).await;
    }

    /// Notes damage that nobody knew of, and tells of it.
    fn note_damage(&self, reread: &Reread) {
        let known = self.condition.with(|condition| condition.damage.clone());
        let new = |damage: &&tally_store::Damage| !known.iter().any(|other| other.place() == damage.place());
        let found: Vec<_> = reread.damaged.iter().filter(new).collect();
        if found.is_empty() {
            return;
        }
        for damage in found {
            let about = [("segment", damage.segment.to_string()), ("offset", damage.offset.to_string())];
            self.news.tell(moment::now(), Happening::Damage, about);
        }
        self.condition.with(|condition| condition.damage.clone_from(&reread.damaged));
    }

    /// Every event from now on.
    pub(crate) fn listen(&self) -> tokio::sync::broadcast::Receiver<tally_control::Event> {
        self.news.listen()
    }
}

impl Core for CoreHandle {
    async fn command(&self, command: Command) -> Result<Reply, NoReply> {
        let (answer, reply) = oneshot::channel();
        self.requests.send(LoopRequest::Command(Box::new(command), answer)).await.map_err(|_| NoReply::Stopping)?;
        reply.await.unwrap_or(Err(NoReply::Stopping))
    }

    async fn reread(&self) -> Result<Reread, String> {
        let (answer, reply) = oneshot::channel();
        let stopping = || "the node is stopping".to_owned();
        self.requests.send(LoopRequest::Reread(answer)).await.map_err(|_| stopping())?;
        let reread = reply.await.map_err(|_| "the journal is being written; it is read again later".to_owned())??;
        self.note_damage(&reread);
        Ok(reread)
    }

    async fn give_up(&self, why: String) {
        self.request(LoopRequest::Broken(why)).await;
    }
}

fn seen(reply: Reply) -> Result<QueryAnswer, NoReply> {
    match reply {
        Reply::Answer(answer) => Ok(*answer),
        _ => Err(NoReply::Stopping),
    }
}
