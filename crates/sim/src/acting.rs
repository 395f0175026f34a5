//! People at their machines: commands, and what comes of them.

use std::collections::BTreeSet;

use tally_document::EditError;
use tally_entry::{EntryId, MemberId};
use tally_replica::{Command, CommandId, Query, QueryAnswer, Refused, Reply};
use tally_ring::Audience;

use crate::authors::{Doing, Form};
use crate::fault::Fault;
use crate::violation::Violation;
use crate::world::{Final, Happening, Purpose, World};

impl World {
    /// Somebody does something, and the next one is put on the clock.
    pub(crate) fn act(&mut self) -> Result<(), Violation> {
        if self.healing || self.commands >= self.plan.commands {
            return Ok(());
        }
        let pause = if self.random.chance(30) { self.random.between(500, 2_000) } else { self.random.between(1, 200) };
        self.soon(pause, Happening::Act);
        let at = self.random.index(self.machines.len());
        if !self.machines[at].is_up() {
            return Ok(());
        }
        let members: Vec<MemberId> = self.members.all().iter().map(crate::member::Member::id).collect();
        match self.authors.next(at, &members, &mut self.random) {
            Some(Doing::Create(command, holders, kind)) => {
                self.commands += 1;
                if holders.len() < self.machines.len() {
                    let audience = Audience::only(self.ring, self.members.ids(&holders));
                    self.checker.keep_secret(&audience, &holders);
                }
                self.command(at, command, Purpose::Create(holders, kind))
            }
            Some(Doing::Open(command)) => self.command(at, command, Purpose::Open),
            Some(Doing::State(command)) => {
                self.commands += 1;
                self.command(at, command, Purpose::State)
            }
            Some(Doing::Other(command)) => {
                self.commands += 1;
                self.command(at, command, Purpose::Other)
            }
            None => Ok(()),
        }
    }

    /// A form that was open a while is sent.
    pub(crate) fn submit(&mut self, node: usize, form: Form) -> Result<(), Violation> {
        if !self.machines[node].is_up() || self.healing {
            return Ok(());
        }
        self.commands += 1;
        let purpose = Purpose::Edit(form.document, form.base, form.settles);
        self.command(node, form.command, purpose)
    }

    pub(crate) fn replied(
        &mut self,
        node: usize,
        id: CommandId,
        result: Result<Box<Reply>, Box<Refused>>,
    ) -> Result<(), Violation> {
        let Some(purpose) = self.purpose(node, id) else {
            return Ok(());
        };
        let reply = match result {
            Ok(reply) => *reply,
            Err(refused) => {
                self.recording.note(self.now, &[9, node], &[], || format!("{node} refused: {refused}"));
                return self.refused(node, &purpose, &refused);
            }
        };
        self.recording.note(self.now, &[10, node], &[], || format!("{node} replied to {}", named(&purpose)));
        match (purpose, reply) {
            (Purpose::Create(holders, kind), Reply::Created { document, entry, version, .. }) => {
                self.checker.acknowledge(node, entry)?;
                if holders.len() < self.machines.len() {
                    self.faults.count(Fault::Subset);
                }
                self.authors.remember(document, holders, node, kind);
                self.authors.saw(node, document, &version);
            }
            (Purpose::Edit(document, base, settles), Reply::Edited { entry, version, joined, .. }) => {
                self.checker.acknowledge(node, entry)?;
                if !joined.is_empty() {
                    self.faults.count(Fault::Joined);
                }
                if settles {
                    self.faults.count(Fault::Settled);
                }
                if base.is_some_and(|base| self.authors.is_old(node, &document, &base)) {
                    self.faults.count(Fault::OldBase);
                }
                self.authors.saw(node, document, &version);
            }
            (Purpose::State, Reply::Stated { entry, .. }) => {
                self.checker.acknowledge(node, entry)?;
                self.faults.count(Fault::Statement);
            }
            (Purpose::Open, Reply::Answer(answer)) => self.opened(node, &answer)?,
            (Purpose::Audit, Reply::Answer(answer)) => self.audit(node, &answer)?,
            (Purpose::Final(what), Reply::Answer(answer)) => self.answers.push((node, what, answer)),
            _ => {}
        }
        Ok(())
    }

    fn opened(&mut self, node: usize, answer: &QueryAnswer) -> Result<(), Violation> {
        let QueryAnswer::Record(record) = answer else {
            return Ok(());
        };
        for said in &record.statements {
            self.checker.shown(node, said.entry, "showed")?;
        }
        self.authors.saw(node, record.document, &record.version);
        if let Some(form) = self.authors.form(record, &mut self.random) {
            let open = if self.random.chance(50) { self.random.between(0, 15_000) } else { 0 };
            self.soon(open, Happening::Submit { node, form: Box::new(form) });
        }
        Ok(())
    }

    /// After a start: everything that was acknowledged is there, and nothing is there that the disk does not hold.
    fn audit(&mut self, node: usize, answer: &QueryAnswer) -> Result<(), Violation> {
        let QueryAnswer::Logs(logs) = answer else {
            return Ok(());
        };
        let mut present: BTreeSet<EntryId> = BTreeSet::new();
        for log in logs {
            for entry in &log.entries {
                self.checker.shown(node, entry.entry, "showed")?;
                present.insert(entry.entry);
                let held = self.checker.at(node, &log.log, entry.header.sequence);
                if !entry.aside && held != Some(entry.entry) {
                    return Err(Violation::TwoAtOnePlace { node, entry: entry.entry, log: log.log });
                }
            }
        }
        self.checker.check_kept(node, &present, false)
    }

    /// Asks a node for all its logs, to hold them against what is known of it.
    pub(crate) fn audit_soon(&mut self, node: usize) -> Result<(), Violation> {
        self.command(node, Box::new(Command::Query(Query::Logs)), Purpose::Audit)
    }

    /// Asks a node for everything, to compare it with the others.
    pub(crate) fn look_finally(&mut self, node: usize) -> Result<(), Violation> {
        self.command(node, Box::new(Command::Query(Query::Logs)), Purpose::Final(Final::Logs))?;
        let records = Query::Records { ring: Some(self.ring) };
        self.command(node, Box::new(Command::Query(records)), Purpose::Final(Final::Records))
    }

    fn refused(&mut self, node: usize, purpose: &Purpose, refused: &Refused) -> Result<(), Violation> {
        self.faults.count(Fault::Refused);
        let expected = match refused {
            // The record went with a restore, or has not come yet.
            Refused::UnknownDocument(_) => true,
            Refused::NotHome { .. } | Refused::Version(_) => true,
            // What an own change was written on was lost with a crash, or is set aside by a fork.
            Refused::AwaitsOwn(_) => matches!(purpose, Purpose::Edit(..)),
            Refused::NotComplete => matches!(purpose, Purpose::Create(..)),
            // After a restore its home began another record at the same place, and the author means the one before it.
            Refused::Edit(EditError::UnknownField { .. }) => {
                matches!(purpose, Purpose::Edit(document, ..) if self.checker.born_twice(document))
            }
            Refused::Edit(why) => matches!(
                why,
                EditError::NothingChanged
                    | EditError::UnknownVersion
                    | EditError::UnknownLine { .. }
                    | EditError::NoSuchAnswer { .. }
                    | EditError::Twice { .. }
            ),
            _ => false,
        };
        if expected { Ok(()) } else { Err(Violation::Refused { node, why: format!("{refused:?} to {purpose:?}") }) }
    }
}

const fn named(purpose: &Purpose) -> &'static str {
    match purpose {
        Purpose::Take => "an invitation",
        Purpose::Create(..) => "a birth",
        Purpose::Open => "a look",
        Purpose::Edit(..) => "an edit",
        Purpose::State => "a statement",
        Purpose::Audit => "an audit",
        Purpose::Final(_) => "the last look",
        Purpose::Other => "something",
    }
}
