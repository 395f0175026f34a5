//! What is exchanged with partners: one file a phase of a conversation.

mod acts;
mod hello;
pub(crate) mod partner;
pub(crate) mod partners;
mod pull;
mod push;
mod receipts;
mod run;
mod trace;
pub(crate) mod wire;

use tally_entry::{NodeId, Time, canonical};

use crate::api::input::AskId;
use crate::api::output::{Event, Output};
use crate::ledger::Ledger;
use crate::outbox::Outbox;
use crate::session::partner::{HELLO_EVERY, RETRY_AFTER, Task};
use crate::session::partners::Partners;
use crate::session::wire::{Answer, Have, Question, Trace};
use crate::signer::Signer;

/// What a conversation may touch: what is held, who the partners are, and what goes out.
pub(crate) struct Exchange<'a> {
    pub(crate) ledger: &'a mut Ledger,
    pub(crate) partners: &'a mut Partners,
    pub(crate) outbox: &'a mut Outbox,
    /// Signs receipts.
    pub(crate) signer: &'a Signer,
    pub(crate) now: Time,
}

impl Exchange<'_> {
    /// A partner's node can be reached.
    pub(crate) fn connected(&mut self, node: NodeId) {
        // One hello tells both sides all there is to compare, so only one side opens; the other is there to fall back on.
        let opens = self.ledger.node() < node;
        let shares = !self.ledger.shared_rings(&node).is_empty();
        let partner = self.partners.meet(node, self.now);
        if !shares {
            // Kept in mind: an invitation may come while it is connected.
            return;
        }
        partner.begin(self.now.plus(if opens { HELLO_EVERY } else { RETRY_AFTER }), self.now.plus(RETRY_AFTER));
        if opens {
            partner.add(Task::Hello);
        }
    }

    /// Answers a partner's question.
    pub(crate) fn asked(&mut self, node: NodeId, frame: &[u8]) -> Vec<u8> {
        self.partners.heard(&node, self.now);
        canonical::encode(&self.answer(node, frame))
    }

    fn answer(&mut self, node: NodeId, frame: &[u8]) -> Answer {
        if self.ledger.shared_rings(&node).is_empty() {
            return Answer::Refused;
        }
        let Ok(question) = canonical::decode::<Question>(frame) else {
            self.outbox.push(Output::Tell(Event::FrameRefused { partner: node }));
            return Answer::Refused;
        };
        match question {
            Question::Hello(hello) => self.answer_hello(node, &hello),
            Question::Acts(ring) => self.answer_acts(node, &ring),
            Question::Pull(have) => self.answer_pull(node, &have),
            Question::New(runs) => self.answer_push(node, runs),
            Question::Trace(trace) => self.answer_trace(node, &trace),
            Question::Receipts(receipts) => {
                self.take_receipts(node, receipts);
                Answer::Took
            }
        }
    }

    /// Asks a partner the next question, if none is under way.
    pub(crate) fn ask_next(&mut self, node: NodeId) {
        while let Some(task) = self.partners.get_mut(&node).and_then(|partner| partner.next()) {
            let Some(question) = self.question(node, &task) else {
                continue;
            };
            let ask = self.partners.asks(&node, task);
            self.outbox.push(Output::Ask { partner: node, ask, frame: canonical::encode(&question) });
        }
    }

    fn question(&mut self, node: NodeId, task: &Task) -> Option<Question> {
        match task {
            Task::Hello => Some(Question::Hello(self.hello(&node))),
            Task::Acts(ring) => Some(Question::Acts(*ring)),
            Task::Pull(of) => {
                let positions = self.ledger.shared(&node, of)?.positions();
                Some(Question::Pull(Have { ring: of.0, audience: of.1, positions }))
            }
            Task::New(of) => self.push(node, *of).map(Question::New),
            Task::Trace(log, probes) => Some(Question::Trace(Trace { log: *log, probes: probes.clone() })),
            Task::Receipts => self.receipts_for(node).map(Question::Receipts),
        }
    }

    /// Takes an answer; says whether own entries that were set aside may now be written again.
    pub(crate) fn answered(&mut self, ask: AskId, frame: &[u8]) -> bool {
        let Some((node, task)) = self.partners.answered_by(ask, self.now) else {
            return false;
        };
        let Ok(answer) = canonical::decode::<Answer>(frame) else {
            self.outbox.push(Output::Tell(Event::FrameRefused { partner: node }));
            return false;
        };
        match (task, answer) {
            (Task::Hello, Answer::Hello(hello, positions)) => {
                self.greeted(node, &hello);
                for have in positions {
                    self.compare(node, have);
                }
                true
            }
            (Task::Acts(ring), Answer::Acts(acts)) => {
                self.take_acts(node, &ring, &acts);
                false
            }
            (Task::Pull(of), Answer::Runs(runs)) => self.pulled(node, of, runs),
            (Task::New(_), Answer::Gap) => {
                self.partners.forget_known(&node);
                false
            }
            (Task::Trace(log, probes), Answer::Traced(traced)) if traced.log == log => {
                self.traced(node, &probes, &traced);
                false
            }
            _ => false,
        }
    }

    fn add(&mut self, node: NodeId, task: Task) {
        self.partners.add(&node, task);
    }
}
