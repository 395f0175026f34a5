use std::sync::Arc;

use tally_entry::{AudienceId, DocumentId, EntryId, NodeId, PublicKey, RingId};

use crate::api::append::{Append, Ticket};
use crate::api::command::{CommandId, Reply};
use crate::api::input::{AskId, Token};
use crate::api::reading::RecordReading;
use crate::api::refused::Refused;
use crate::counted::verdict::Voided;
use crate::ledger::act_refused::ActNotTaken;
use crate::ledger::chained::Unchained;

/// What the core has the driver do.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "appends are the common case, and a box each would buy nothing")]
pub enum Output {
    /// Put this on disk, in the order given, and say when it is there.
    Append {
        /// To be given back with [`Input::Appended`](crate::Input::Appended).
        ticket: Ticket,
        /// What is to be durable.
        item: Append,
    },
    /// Ask a partner.
    Ask {
        /// The node.
        partner: NodeId,
        /// To be given back with the answer.
        ask: AskId,
        /// The question.
        frame: Vec<u8>,
    },
    /// Answer a partner.
    Answer {
        /// Which question.
        token: Token,
        /// The answer.
        frame: Vec<u8>,
    },
    /// Reach these nodes and no others.
    Allow(Vec<AllowedNode>),
    /// Reply to a command.
    Reply {
        /// The number given with the command.
        id: CommandId,
        /// What came of it.
        result: Result<Box<Reply>, Box<Refused>>,
    },
    /// Tell whoever listens.
    Tell(Event),
    /// Say `TimerFired` at this moment, or at the next one asked for.
    WakeAt(tally_entry::Time),
}

/// A node that may connect, and where it was last said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedNode {
    /// The node.
    pub node: NodeId,
    /// The name under which its ring lists its member.
    pub member: String,
    /// Its key on the network.
    pub transport: PublicKey,
    /// Its addresses, newest notice first.
    pub addresses: Vec<String>,
}

/// Something that happened, for logs, views and pages. Logs get ids from it, never words of a record.
#[derive(Clone, Debug)]
pub enum Event {
    /// A document reads differently than before, or is new.
    DocumentChanged {
        /// The ring.
        ring: RingId,
        /// The document.
        document: DocumentId,
        /// The record as it reads now, where an act of this node changed it: whoever listens need not ask again.
        record: Option<Arc<RecordReading>>,
    },
    /// A ring's edition became complete.
    RingComplete {
        /// The ring.
        ring: RingId,
    },
    /// An entry was judged void.
    EntryVoid {
        /// The entry.
        entry: EntryId,
        /// Why it counts for nothing.
        why: Voided,
    },
    /// A run that a partner sent was not taken.
    RunRefused {
        /// Who sent it.
        partner: NodeId,
        /// Why it is not believed.
        why: Unchained,
    },
    /// A partner sent bytes that are not a frame.
    FrameRefused {
        /// Who sent it.
        partner: NodeId,
    },
    /// A control act that a partner sent was not taken.
    ActRefused {
        /// Who sent it.
        partner: NodeId,
        /// Why it changes nothing here.
        why: ActNotTaken,
    },
    /// A log was found to fork, and is frozen after this sequence.
    Forked {
        /// The node that writes the log.
        node: NodeId,
        /// The audience of the log.
        audience: AudienceId,
        /// The last entry that both branches share; 0 for none.
        after: u64,
    },
    /// A partner held more of our own log than we did: this home is an older copy, and it goes on in another incarnation.
    Restored {
        /// Own entries that were written again.
        rewritten: usize,
    },
    /// An own entry was set aside and is not written again, since what its seat saw stands no more: the seat is to be
    /// asked what it says now.
    LeftAside {
        /// The document, as it goes on now.
        document: DocumentId,
        /// The entry as it was.
        entry: EntryId,
    },
    /// A document stopped here: the library failed on changes that the gate let pass.
    DocumentStopped {
        /// The document.
        document: DocumentId,
    },
    /// A newer receipt of a partner came.
    ReceiptCame {
        /// The node that signed it.
        node: NodeId,
    },
}
