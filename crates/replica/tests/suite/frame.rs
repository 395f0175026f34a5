//! Questions and answers of the protocol, written as an outsider would.

use minicbor::bytes::ByteVec;
use minicbor::{Encode, Encoder};
use tally_entry::{AudienceId, LogId, NodeId, Position, RingId};
use tally_ring::ControlAct;

struct Frame(Encoder<Vec<u8>>);

impl Frame {
    /// The number of the question or answer among those of the protocol; its one part follows.
    fn of(kind: u32) -> Self {
        let mut frame = Self(Encoder::new(Vec::new()));
        frame.list(2).put(kind).list(1);
        frame
    }

    fn list(&mut self, length: u64) -> &mut Self {
        self.0.array(length).expect("written");
        self
    }

    fn put(&mut self, value: impl Encode<()>) -> &mut Self {
        self.0.encode(value).expect("written");
        self
    }

    fn done(self) -> Vec<u8> {
        self.0.into_writer()
    }
}

/// Entries that were just written.
pub(crate) fn push(ring: RingId, audience: AudienceId, run: &[ByteVec]) -> Vec<u8> {
    let mut frame = Frame::of(3);
    frame.list(5).put(ring).put(audience).list(1).put(run).list(2).put(0).put(0).list(0);
    frame.done()
}

/// A hello of somebody who holds nothing but this of the other's logs.
pub(crate) fn hello(ring: RingId, audience: AudienceId, node: NodeId, position: Position) -> Vec<u8> {
    let mut frame = Frame::of(0);
    frame.list(3).put(1).list(0).list(1).list(3).put(ring).put(audience);
    frame.list(1).list(2).put(node).put(position);
    frame.done()
}

/// Control acts, as an answer.
pub(crate) fn acts(acts: &[ControlAct]) -> Vec<u8> {
    let mut frame = Frame::of(1);
    frame.list(acts.len() as u64);
    for act in acts {
        frame.put(ByteVec::from(act.encode()));
    }
    frame.done()
}

/// The answer that two copies of a log have nothing in common.
pub(crate) fn traced(log: &LogId) -> Vec<u8> {
    let mut frame = Frame::of(3);
    frame.list(3).put(log).put(0).put(None::<u8>);
    frame.done()
}
