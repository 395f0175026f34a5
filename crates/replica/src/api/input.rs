use tally_entry::NodeId;

use crate::api::append::Ticket;
use crate::api::command::{Command, CommandId};

/// Names a question that this node asked, so that its answer finds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId(pub u64);

/// Names a question that a partner asked; the driver's, given back with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u64);

/// An event, for the core to take.
#[derive(Debug)]
pub enum Input {
    /// A partner's node can be reached.
    Connected {
        /// The node.
        partner: NodeId,
    },
    /// It no longer can.
    Disconnected {
        /// The node.
        partner: NodeId,
    },
    /// A partner asked something.
    Asked {
        /// The node.
        partner: NodeId,
        /// To be given back with the answer.
        token: Token,
        /// The question.
        frame: Vec<u8>,
    },
    /// A partner answered.
    Answered {
        /// Which question.
        ask: AskId,
        /// The answer.
        frame: Vec<u8>,
    },
    /// A question got no answer; the partner may or may not have acted on it.
    AskFailed {
        /// Which question.
        ask: AskId,
    },
    /// Everything up to this append is on disk.
    Appended {
        /// The last of them.
        upto: Ticket,
    },
    /// Someone on this machine wants something.
    Commanded {
        /// To be given back with the reply.
        id: CommandId,
        /// What is wanted.
        command: Box<Command>,
    },
    /// The moment asked for by the last `WakeAt` has come.
    TimerFired,
}
