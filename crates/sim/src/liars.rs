//! Everything that goes wrong because somebody wills it: a member's key in the hands of a program that lies.

use tally_document::{Document, Edit, Value};
use tally_entry::{Birth, DocumentId, SigningKey, Verified, Writers};
use tally_ring::Audience;

use crate::fault::Fault;
use crate::hostile;
use crate::lie::{self, LogEnd};
use crate::violation::Violation;
use crate::world::{Happening, World};

/// A lie about one record to one partner.
struct Scheme {
    liar: usize,
    victim: usize,
    id: DocumentId,
    document: Document,
    birth: Birth,
    place: LogEnd,
    key: SigningKey,
}

impl World {
    /// A liar does what an honest program never would, and the next lie is put on the clock.
    pub(crate) fn lie(&mut self) -> Result<(), Violation> {
        if self.healing || self.liars.is_empty() {
            return Ok(());
        }
        let pause = self.random.between(1_000, 12_000);
        self.soon(pause, Happening::Lie);
        let liar = *self.random.pick(&self.liars).unwrap_or(&0);
        let victim = self.random.index(self.machines.len());
        if victim == liar || !self.machines[victim].is_up() {
            return Ok(());
        }
        if let Some(scheme) = self.scheme(liar, victim) {
            self.carry_out(&scheme);
        }
        Ok(())
    }

    fn scheme(&mut self, liar: usize, victim: usize) -> Option<Scheme> {
        let both: Vec<_> = self
            .authors
            .made()
            .filter(|made| made.holders.contains(&liar) && made.holders.contains(&victim))
            .map(|made| (made.document, made.holders.clone()))
            .collect();
        let (id, holders) = self.random.pick(&both)?.clone();
        let (document, birth) = lie::document(id, self.checker.taken(victim))?;
        let place = self.place(liar, victim, &holders);
        Some(Scheme { liar, victim, id, document, birth, place, key: self.members.at(liar).key() })
    }

    /// The next place of the liar's log, as its victim knows it, or the first of a new incarnation.
    fn place(&mut self, writer: usize, victim: usize, holders: &std::collections::BTreeSet<usize>) -> LogEnd {
        let audience = if holders.len() == self.machines.len() {
            Audience::whole(self.ring)
        } else {
            Audience::only(self.ring, self.members.ids(holders))
        };
        let node = self.members.at(writer).node();
        let head = self.checker.head(victim, node, audience.id());
        let first = tally_entry::LogId { ring: self.ring, audience: audience.id(), node, incarnation: 1 };
        let (log, sequence, previous) = match head {
            Some((log, sequence, entry)) if self.random.chance(80) => (log, sequence + 1, Some(entry)),
            Some((log, ..)) => (tally_entry::LogId { incarnation: log.incarnation + 1, ..log }, 1, None),
            None => (first, 1, None),
        };
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.random.bytes()[..16]);
        LogEnd { log, sequence, previous, edition: self.edition, time: self.now, salt }
    }

    fn carry_out(&mut self, scheme: &Scheme) {
        let Scheme { liar, victim, id, place, key, .. } = scheme;
        match self.random.below(100) {
            0..=39 => {
                self.row += 1;
                let actor = place.actor(id);
                if let Some((name, change)) = hostile::change(self.row, &scheme.document, actor)
                    && let Some(entry) = place.change(key, *id, change)
                {
                    self.faults.row(name);
                    self.tell(*liar, *victim, place, vec![entry.encode()]);
                }
            }
            40..=49 => {
                let home =
                    if self.random.chance(50) { self.members.at(*victim).id() } else { self.members.at(*liar).id() };
                let change = if self.random.chance(50) { scheme.birth.change.clone() } else { vec![7; 90] };
                if let Some(entry) = place.void_birth(key, home, change) {
                    self.faults.count(Fault::VoidBirth);
                    self.tell(*liar, *victim, place, vec![entry.encode()]);
                }
            }
            50..=57 => {
                if let Some(entry) = self.edited(scheme, "written by a stranger") {
                    let stranger =
                        scheme.birth.writers == Writers::Home && scheme.birth.home != self.members.at(*liar).id();
                    if stranger {
                        self.faults.count(Fault::StrangersChange);
                    }
                    self.tell(*liar, *victim, place, vec![entry.encode()]);
                }
            }
            58..=65 => self.forge(scheme),
            66..=79 => self.equivocate(scheme),
            80..=86 => {
                let version = self.random.chance(50);
                if let Some(entry) = place.remark(key, *id, "from the future", &scheme.document) {
                    self.faults.count(if version { Fault::UnknownVersion } else { Fault::UnknownKind });
                    self.tell(*liar, *victim, place, vec![lie::unknown(&entry, key, version)]);
                }
            }
            87..=94 => self.leave_a_gap(scheme),
            _ => {
                self.faults.count(Fault::Garbage);
                let bytes = self.random.bytes();
                let frame = bytes[..self.random.index(32)].to_vec();
                self.soon(1, Happening::Ask { from: *liar, life: 0, to: *victim, ask: None, frame });
            }
        }
    }

    /// A well-formed change of the record, whoever may write there.
    fn edited(&mut self, scheme: &Scheme, words: &str) -> Option<Verified> {
        let change = self.honest_change(scheme, &scheme.document, words)?;
        scheme.place.change(&scheme.key, scheme.id, change.change)
    }

    fn honest_change(&mut self, scheme: &Scheme, on: &Document, words: &str) -> Option<tally_document::Edited> {
        let kind = tally_record::find(&scheme.birth.type_name)?;
        let value = Value::Line(format!("{words} {}", self.random.below(1_000)));
        let edit = Edit::Set { field: kind.title_field.into(), value };
        let mut random = self.random.clone();
        let mut ids = || random.draw().to_be_bytes();
        on.edit(kind.description, scheme.place.actor(&scheme.id), &[edit], None, &mut ids).ok()
    }

    /// An entry in another's name, signed with the liar's key.
    fn forge(&mut self, scheme: &Scheme) {
        let named = self.random.index(self.machines.len());
        if named == scheme.liar {
            return;
        }
        let holders = (0..self.machines.len()).collect();
        let place = self.place(named, scheme.victim, &holders);
        let key = self.members.at(named).key();
        if let Some(entry) = place.remark(&key, scheme.id, "forged", &scheme.document) {
            let (id, bytes) = lie::resigned(&entry, &scheme.key, |_| {});
            self.checker.forge(id);
            self.faults.count(Fault::Forged);
            self.tell(scheme.liar, scheme.victim, &place, vec![bytes]);
        }
    }

    /// Two entries at one place, each to another partner.
    fn equivocate(&mut self, scheme: &Scheme) {
        let others: Vec<usize> = self
            .authors
            .made()
            .filter(|made| made.document == scheme.id)
            .flat_map(|made| made.holders.iter().copied())
            .filter(|other| *other != scheme.liar && *other != scheme.victim && self.machines[*other].is_up())
            .collect();
        let Some(second) = self.random.pick(&others).copied() else {
            return;
        };
        let changes = self.random.chance(60) && scheme.birth.writers == Writers::Members;
        let mut told = 0;
        for (to, words) in [(scheme.victim, "one thing"), (second, "another thing")] {
            let entry = if changes {
                self.edited(scheme, words)
            } else {
                scheme.place.remark(&scheme.key, scheme.id, words, &scheme.document)
            };
            if let Some(entry) = entry {
                told += 1;
                self.tell(scheme.liar, to, &scheme.place, vec![entry.encode()]);
            }
        }
        if told == 2 {
            self.faults.count(Fault::Equivocation);
        }
    }

    /// A change that builds on one that nobody will ever see.
    fn leave_a_gap(&mut self, scheme: &Scheme) {
        let mut document = scheme.document.clone();
        let Some(unseen) = self.honest_change(scheme, &document, "never sent") else {
            return;
        };
        if document.admit(vec![unseen.admitted]).is_err() {
            return;
        }
        let seen = self.honest_change(scheme, &document, "built on nothing");
        if let Some(entry) = seen.and_then(|seen| scheme.place.change(&scheme.key, scheme.id, seen.change)) {
            self.faults.count(Fault::MissingPast);
            self.tell(scheme.liar, scheme.victim, &scheme.place, vec![entry.encode()]);
        }
    }

    fn tell(&mut self, from: usize, to: usize, place: &LogEnd, entries: Vec<Vec<u8>>) {
        let frame = lie::push(&place.log, entries);
        let after = self.random.between(1, 50);
        self.soon(after, Happening::Ask { from, life: 0, to, ask: None, frame });
    }
}
