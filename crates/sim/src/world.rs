use std::collections::{BTreeMap, BTreeSet};

use tally_document::Version;
use tally_entry::{DocumentId, EditionId, RingId, Time, canonical};
use tally_record::Type;
use tally_replica::{AskId, Command, CommandId, Event, Input, Output, Token};

use crate::authors::{Authors, Form};
use crate::checker::{Appended, Checker};
use crate::fault::{Fault, Faults};
use crate::frame::{Answer, Claims, Question};
use crate::machine::{Machine, Synced};
use crate::member::{FoundingError, Members, START};
use crate::network::Network;
use crate::plan::Plan;
use crate::random::Random;
use crate::recording::Recording;
use crate::violation::Violation;

/// How long a question waits for its answer, in milliseconds.
const PATIENCE: i64 = 5_000;
/// The most events of one world: twenty times what the longest honest run needed.
const EVENTS_MAX: u64 = 2_000_000;

/// Something that is going to happen.
#[derive(Debug)]
pub(crate) enum Happening {
    Ask { from: usize, life: u32, to: usize, ask: Option<AskId>, frame: Vec<u8> },
    Answer { from: usize, to: usize, life: u32, ask: AskId, frame: Vec<u8> },
    Fail { to: usize, life: u32, ask: AskId },
    Sync { node: usize, life: u32 },
    Timer { node: usize, life: u32 },
    Start { node: usize },
    Act,
    Submit { node: usize, form: Box<Form> },
    Chaos,
    Heal,
    Lie,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({})", self.document)
    }
}

/// Why a command was given.
#[derive(Debug)]
pub(crate) enum Purpose {
    Take,
    Create(BTreeSet<usize>, &'static Type),
    Open,
    Edit(DocumentId, Option<Version>, bool),
    State,
    Audit,
    Final(Final),
    Other,
}

/// What is asked of every node at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Final {
    Logs,
    Records,
}

/// A question on its way back.
#[derive(Debug)]
struct Asker {
    node: usize,
    life: u32,
    ask: Option<AskId>,
}

/// Several nodes, their disks, the network between them, and everything that happens to them.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) random: Random,
    pub(crate) now: Time,
    pub(crate) members: Members,
    pub(crate) ring: RingId,
    pub(crate) edition: EditionId,
    pub(crate) machines: Vec<Machine>,
    pub(crate) network: Network,
    pub(crate) checker: Checker,
    pub(crate) authors: Authors,
    pub(crate) faults: Faults,
    pub(crate) recording: Recording,
    pub(crate) liars: Vec<usize>,
    pub(crate) commands: u64,
    pub(crate) asked: u64,
    pub(crate) healing: bool,
    pub(crate) answers: Vec<(usize, Final, Box<tally_replica::QueryAnswer>)>,
    pub(crate) row: usize,
    queue: BTreeMap<(i64, u64), Happening>,
    serial: u64,
    tokens: BTreeMap<u64, Asker>,
    purposes: BTreeMap<(usize, u64), Purpose>,
}

impl World {
    pub(crate) fn new(seed: u64, plan: Plan, record: bool) -> Result<Self, FoundingError> {
        let mut random = Random::new(seed);
        let count = 3 + random.index(3);
        let members = Members::new(count, &mut random)?;
        let invitation = members.invitation(1)?;
        let ring = invitation.edition().edition().ring;
        let edition = invitation.edition().edition().id();
        let liars = if random.chance(60) { 1 + random.index(count - 2) } else { 0 };
        let first = random.index(count);
        Ok(Self {
            plan,
            now: START,
            checker: Checker::new(&members),
            machines: (0..count).map(|_| Machine::new()).collect(),
            liars: (0..liars).map(|at| (first + at) % count).collect(),
            row: random.index(1 << 20),
            members,
            ring,
            edition,
            random,
            network: Network::new(),
            authors: Authors::new(ring),
            faults: Faults::default(),
            recording: Recording::new(record),
            commands: 0,
            asked: 0,
            healing: false,
            answers: Vec::new(),
            queue: BTreeMap::new(),
            serial: 0,
            tokens: BTreeMap::new(),
            purposes: BTreeMap::new(),
        })
    }

    /// Puts something on the clock, so many milliseconds from now.
    pub(crate) fn soon(&mut self, after: i64, what: Happening) {
        self.serial += 1;
        self.queue.insert((self.now.0 + after.max(0), self.serial), what);
    }

    /// Lets everything happen until this moment.
    pub(crate) fn run_until(&mut self, until: Time) -> Result<(), Violation> {
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > until.0 {
                break;
            }
            let ((at, _), what) = entry.remove_entry();
            self.now = Time(at.max(self.now.0));
            self.happen(what)?;
            if self.recording.events > EVENTS_MAX {
                return Err(Violation::Endless(self.recording.events));
            }
        }
        self.now = until.max(self.now);
        Ok(())
    }

    fn happen(&mut self, what: Happening) -> Result<(), Violation> {
        match what {
            Happening::Ask { from, life, to, ask, frame } => self.deliver(from, life, to, ask, frame),
            Happening::Answer { from, to, life, ask, frame } => {
                if !self.network.reaches(from, to) || self.machines[to].life != life {
                    return Ok(());
                }
                self.recording
                    .note(self.now, &[1, from, to], &frame, || format!("{to} <- answer of {from} to {ask:?}"));
                self.feed(to, Input::Answered { ask, frame })
            }
            Happening::Fail { to, life, ask } => {
                if self.machines[to].life != life {
                    return Ok(());
                }
                self.recording.note(self.now, &[2, to], &[], || format!("{to} <- {ask:?} failed"));
                self.feed(to, Input::AskFailed { ask })
            }
            Happening::Sync { node, life } => self.sync(node, life),
            Happening::Timer { node, life } => {
                if self.machines[node].life != life || self.machines[node].wake != Some(self.now) {
                    return Ok(());
                }
                self.machines[node].wake = None;
                self.recording.note(self.now, &[3, node], &[], || format!("{node} <- timer"));
                self.feed(node, Input::TimerFired)
            }
            Happening::Start { node } => self.start(node),
            Happening::Act => self.act(),
            Happening::Submit { node, form } => self.submit(node, *form),
            Happening::Chaos => self.chaos(),
            Happening::Heal => self.heal_ways(),
            Happening::Lie => self.lie(),
        }
    }

    fn deliver(
        &mut self,
        from: usize,
        life: u32,
        to: usize,
        ask: Option<AskId>,
        frame: Vec<u8>,
    ) -> Result<(), Violation> {
        if !self.machines[to].is_up() || (ask.is_some() && !self.network.reaches(from, to)) {
            return Ok(());
        }
        self.serial += 1;
        let token = self.serial;
        self.recording
            .note(self.now, &[4, from, to], &frame, || format!("{to} <- {from} asks {ask:?} {}", summary(&frame)));
        self.tokens.insert(token, Asker { node: from, life, ask });
        let partner = self.members.at(from).node();
        self.feed(to, Input::Asked { partner, token: Token(token), frame })
    }

    /// Gives a core an event and carries out its effects.
    pub(crate) fn feed(&mut self, node: usize, input: Input) -> Result<(), Violation> {
        if self.machines[node].handle(self.now, input) { self.drain(node) } else { Ok(()) }
    }

    fn drain(&mut self, node: usize) -> Result<(), Violation> {
        while let Some(output) = self.machines[node].poll() {
            match output {
                Output::Append { ticket, item } => {
                    let appended = self.checker.appending(node, &item)?;
                    let id = match appended {
                        Appended::Entry(id) => *id.as_bytes(),
                        Appended::Headers(_) | Appended::Other => [0; 32],
                    };
                    let life = self.machines[node].life;
                    self.recording
                        .note(self.now, &[5, node], &id, || format!("{node} appends {ticket:?} {}", described(&item)));
                    self.machines[node].queue(ticket, &item, appended);
                    if !self.machines[node].syncing {
                        self.machines[node].syncing = true;
                        let after = self.random.between(1, 15);
                        self.soon(after, Happening::Sync { node, life });
                    }
                    if self.plan.answers_before_sync {
                        self.machines[node].handle(self.now, Input::Appended { upto: ticket });
                    }
                }
                Output::Ask { partner, ask, frame } => self.ask(node, partner, ask, frame)?,
                Output::Answer { token, frame } => self.answer(node, token, frame)?,
                Output::Reply { id, result } => self.replied(node, id, result)?,
                Output::Tell(event) => self.told(node, &event),
                Output::WakeAt(at) => {
                    let life = self.machines[node].life;
                    let at = at.max(self.now);
                    self.machines[node].wake = Some(at);
                    self.soon(at.0 - self.now.0, Happening::Timer { node, life });
                }
                Output::Allow(_) => {}
            }
        }
        Ok(())
    }

    fn told(&mut self, node: usize, event: &Event) {
        match event {
            Event::Restored { rewritten } => self.faults.count_many(Fault::Rewritten, *rewritten as u64),
            Event::Forked { .. } => self.faults.count(Fault::Frozen),
            _ => {}
        }
        self.recording.note(self.now, &[6, node], &[], || format!("{node} tells {event:?}"));
    }

    fn ask(&mut self, node: usize, partner: tally_entry::NodeId, ask: AskId, frame: Vec<u8>) -> Result<(), Violation> {
        let Some(to) = self.members.index(partner) else {
            return Ok(());
        };
        self.asked += 1;
        let life = self.machines[node].life;
        let question: Question = canonical::decode(&frame).map_err(|_| Violation::BadFrame { node })?;
        self.checker.check_frame(node, to, &frame, &Claims::of_question(&question))?;
        if !self.network.reaches(node, to) {
            self.soon(10, Happening::Fail { to: node, life, ask });
            return Ok(());
        }
        if self.random.chance(self.network.weather.duplicate)
            && let Some((at, _)) = self.network.carry(node, to, self.now.0, &mut self.random)
        {
            self.faults.count(Fault::Duplicate);
            let (after, frame) = (at - self.now.0, frame.clone());
            self.soon(after, Happening::Ask { from: node, life, to, ask: Some(ask), frame });
        }
        match self.network.carry(node, to, self.now.0, &mut self.random) {
            Some((at, overtakes)) => {
                if overtakes {
                    self.faults.count(Fault::Reordered);
                }
                self.soon(at - self.now.0, Happening::Ask { from: node, life, to, ask: Some(ask), frame });
            }
            None => self.faults.count(Fault::QuestionLost),
        }
        self.soon(PATIENCE, Happening::Fail { to: node, life, ask });
        Ok(())
    }

    fn answer(&mut self, node: usize, token: Token, frame: Vec<u8>) -> Result<(), Violation> {
        let Some(Asker { node: to, life, ask }) = self.tokens.remove(&token.0) else {
            return Ok(());
        };
        let answer: Answer = canonical::decode(&frame).map_err(|_| Violation::BadFrame { node })?;
        self.checker.check_frame(node, to, &frame, &Claims::of_answer(&answer))?;
        let Some(ask) = ask else {
            return Ok(());
        };
        match self.network.carry(node, to, self.now.0, &mut self.random) {
            Some((at, overtakes)) => {
                if overtakes {
                    self.faults.count(Fault::Reordered);
                }
                self.soon(at - self.now.0, Happening::Answer { from: node, to, life, ask, frame });
            }
            None => self.faults.count(Fault::AnswerLost),
        }
        Ok(())
    }

    fn sync(&mut self, node: usize, life: u32) -> Result<(), Violation> {
        if self.machines[node].life != life || !self.machines[node].is_up() {
            return Ok(());
        }
        self.machines[node].syncing = false;
        match self.machines[node].sync() {
            Synced::Done(upto, appended) => {
                self.recording.note(self.now, &[7, node], &[], || format!("{node} synced up to {upto:?}"));
                for appended in appended {
                    self.checker.synced(node, appended);
                }
                self.feed(node, Input::Appended { upto })
            }
            Synced::Died => {
                self.faults.count(Fault::CrashInAppend);
                self.crash(node)
            }
        }
    }

    /// Gives a command to a node; what comes of it is found by its purpose.
    pub(crate) fn command(&mut self, node: usize, command: Box<Command>, purpose: Purpose) -> Result<(), Violation> {
        self.serial += 1;
        let id = self.serial;
        self.recording.note(self.now, &[8, node], &[], || format!("{node} is told to {}", short(&command)));
        self.purposes.insert((node, id), purpose);
        self.feed(node, Input::Commanded { id: CommandId(id), command })
    }

    pub(crate) fn purpose(&mut self, node: usize, id: CommandId) -> Option<Purpose> {
        self.purposes.remove(&(node, id.0))
    }

    pub(crate) fn forget_commands(&mut self, node: usize) {
        self.purposes.retain(|(of, _), _| *of != node);
    }
}

fn short(command: &Command) -> String {
    let mut text = format!("{command:?}");
    text.truncate(text.char_indices().nth(600).map_or(text.len(), |(at, _)| at));
    text
}

fn described(item: &tally_replica::Append) -> String {
    match item {
        tally_replica::Append::Entry(entry) => {
            let header = entry.header();
            format!(
                "entry {} of {} incarnation {} at {} {:?} in {} about {:?}",
                entry.id(),
                header.node,
                header.incarnation,
                header.sequence,
                header.kind,
                header.audience,
                header.document
            )
        }
        other => short_debug(other),
    }
}

fn short_debug(item: &tally_replica::Append) -> String {
    let mut text = format!("{item:?}");
    text.truncate(text.char_indices().nth(200).map_or(text.len(), |(at, _)| at));
    text
}

fn summary(frame: &[u8]) -> String {
    let question: Result<Question, _> = canonical::decode(frame);
    match question {
        Ok(Question::New(runs)) => format!(
            "New {:?}",
            runs.runs
                .iter()
                .flatten()
                .filter_map(|entry| Some(tally_entry::Unverified::decode(entry).ok()?.header().id().to_string()))
                .collect::<Vec<_>>()
        ),
        Ok(other) => {
            let mut text = format!("{other:?}");
            text.truncate(12);
            text
        }
        Err(_) => "garbage".into(),
    }
}
