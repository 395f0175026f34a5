//! What the service needs of the loop that runs the core.

use std::collections::BTreeMap;

use tally_document::{FieldDifference, Version};
use tally_entry::{DocumentId, MemberId, RingId};
use tally_home::Reread;
use tally_record::Reference;
use tally_replica::{
    Command, CopyStatus as CopyHeld, LogReading, PartnerReading, Query, QueryAnswer, RecordReading, Refused, Reply,
    RingReading, StepReading,
};

/// Who holds what of one document, by member.
pub(crate) type Copies = (DocumentId, BTreeMap<MemberId, CopyHeld>);

/// The core of a running node, and what only its loop can do.
pub trait Core: Send + Sync + 'static {
    /// Gives the core a command; the reply comes when all it tells is durable.
    fn command(&self, command: Command) -> impl Future<Output = Result<Reply, NoReply>> + Send;

    /// Reads the journal again from the disk, and checks every byte of it.
    fn reread(&self) -> impl Future<Output = Result<Reread, String>> + Send;

    /// Ends the node: something that must not be written to any more failed.
    fn give_up(&self, why: String) -> impl Future<Output = ()> + Send;
}

/// Why a command has no reply.
#[derive(Debug)]
pub enum NoReply {
    /// The core refused it.
    Refused(Box<Refused>),
    /// The disk is low on space.
    LowSpace(String),
    /// The views cannot be read, and why.
    NoViews(String),
    /// The node is stopping.
    Stopping,
}

/// Questions to a core, each with the type of its answer.
pub(crate) struct Looking<'a, C>(pub(crate) &'a C);

macro_rules! look {
    ($self:ident, $query:expr, $answer:ident) => {
        match $self.0.command(Command::Query($query)).await? {
            Reply::Answer(answer) => match *answer {
                QueryAnswer::$answer(seen) => Ok(seen),
                // The core answers each question with its own answer; another one is a core that is going.
                _ => Err(NoReply::Stopping),
            },
            _ => Err(NoReply::Stopping),
        }
    };
}

impl<C: Core> Looking<'_, C> {
    pub(crate) async fn rings(&self) -> Result<Vec<RingReading>, NoReply> {
        look!(self, Query::Rings, Rings)
    }

    pub(crate) async fn record(&self, document: DocumentId, at: Option<Version>) -> Result<RecordReading, NoReply> {
        let record: Box<RecordReading> = look!(self, Query::Record { document, at: at.map(Into::into) }, Record)?;
        Ok(*record)
    }

    pub(crate) async fn records(&self, ring: Option<RingId>) -> Result<Vec<RecordReading>, NoReply> {
        look!(self, Query::Records { ring }, Records)
    }

    pub(crate) async fn references(&self, ring: RingId, letter: char) -> Result<Vec<Reference>, NoReply> {
        look!(self, Query::References { ring, letter }, References)
    }

    pub(crate) async fn history(&self, document: DocumentId) -> Result<Vec<StepReading>, NoReply> {
        look!(self, Query::History(document), History)
    }

    pub(crate) async fn difference(
        &self,
        document: DocumentId,
        before: Version,
        after: Version,
    ) -> Result<Vec<FieldDifference>, NoReply> {
        look!(self, Query::Difference { document, before: before.into(), after: Some(after.into()) }, Difference)
    }

    pub(crate) async fn copies(&self, document: Option<DocumentId>) -> Result<Vec<Copies>, NoReply> {
        look!(self, Query::Copies(document), Copies)
    }

    pub(crate) async fn partners(&self) -> Result<Vec<PartnerReading>, NoReply> {
        look!(self, Query::Partners, Partners)
    }

    pub(crate) async fn logs(&self) -> Result<Vec<LogReading>, NoReply> {
        look!(self, Query::Logs, Logs)
    }
}
