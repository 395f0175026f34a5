//! Equal entries and equal control acts make equal documents and equal verdicts, whatever order, batching, duplication
//! or restart brought them; hostile changes of every kind are among them.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::ByteVec;
use tally_document::{Document, Edit, Judgement, Limits, PartialDate, Value};
use tally_entry::{
    Actor, Birth, Body, ChangeHash, DocumentId, EntryId, LogId, SigningKey, Unverified, Verified, Writers,
};
use tally_replica::{
    Command, CommandId, Input, Output, Query, QueryAnswer, Replica, Reply, Speaker, Stored, Token, Verdict,
};
use tally_ring::{Branch, ControlAct, ForkProof};

use crate::chance::Chance;
use crate::founding::{START, body, boroughs, invitation};
use crate::frame;
use crate::liar::{Liar, change};
use crate::network::Network;

/// How many histories are written, and in how many ways each is told again.
const HISTORIES: u64 = 6;
const TELLINGS: u64 = 8;
/// The one who writes honestly and whose key also lies, and the one who only listens.
const WRITER: usize = 0;
const LIAR: usize = 1;
const LISTENER: usize = 2;

/// What was written: control acts as the journal holds them, and entries in an order in which they could be written.
struct History {
    acts: Vec<(u8, Vec<u8>)>,
    proofs: Vec<ControlAct>,
    entries: Vec<Unverified>,
    hostile: BTreeMap<EntryId, &'static str>,
    forked: BTreeSet<EntryId>,
    missing: BTreeSet<EntryId>,
}

fn line(words: String) -> Vec<Edit> {
    vec![Edit::Set { field: "title".into(), value: Value::Line(words) }]
}

impl History {
    fn write(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let mut network = Network::new();
        let documents: Vec<DocumentId> = (0..3).map(|n| network.create(n % 2, &format!("Topic {n}"))).collect();
        network.connect(WRITER, LIAR);
        let words = ["share", "ten", "twelve", "lessons", "a", "year", "with", "every", "school"];
        for step in 0..60 {
            if chance.below(6) == 0 {
                network.disconnect(WRITER, LIAR);
            } else if chance.below(4) == 0 {
                network.connect(WRITER, LIAR);
            }
            let at = chance.below(2);
            let document = documents[chance.below(documents.len())];
            let text: Vec<&str> = (0..6).map(|_| words[chance.below(words.len())]).collect();
            let edit = match chance.below(5) {
                0 => Edit::Set { field: "number".into(), value: Value::Number(step) },
                1 => {
                    let date = PartialDate::parse("2021-07 month proposed").expect("a date");
                    Edit::Set { field: "starts".into(), value: Value::Date(date) }
                }
                2 => Edit::AddLine {
                    field: "success_measures".into(),
                    values: [("text".to_owned(), Value::Text(text.join(" ")))].into(),
                    after: None,
                },
                _ => Edit::Set { field: "focus".into(), value: Value::Text(text.join(" ")) },
            };
            let command = Command::Edit {
                document,
                edits: vec![edit],
                base: None,
                reason: None,
                overridden: [].into(),
                speaker: None,
            };
            let _ = network.command(at, command);
            if chance.below(5) == 0 {
                let speaker = Speaker { seat: format!("seat-{at}"), ..Speaker::default() };
                let (version, note, authority) = (None, Some("because".into()), None);
                let command = Command::State {
                    document,
                    version,
                    word: "comment".into(),
                    note,
                    authority,
                    overridden: [].into(),
                    speaker,
                };
                let _ = network.command(at, command);
            }
        }
        network.connect(WRITER, LIAR);
        network.pass(31_000);
        let mut history = Self {
            acts: vec![],
            proofs: vec![],
            entries: vec![],
            hostile: BTreeMap::new(),
            forked: BTreeSet::new(),
            missing: BTreeSet::new(),
        };
        for (kind, payload) in &network.journals[WRITER] {
            match Stored::decode(*kind, payload).expect("stored") {
                Stored::Entry(entry) => history.entries.push(*entry),
                Stored::Note(_) => {}
                _ => history.acts.push((*kind, payload.clone())),
            }
        }
        let edition = invitation(&network.boroughs, 3).edition().edition().id();
        let liar = |incarnation| Liar::new(&network.boroughs[LIAR], network.ring(), edition, incarnation);
        history.lie(&documents, &liar, network.boroughs[WRITER].member());
        history
    }

    fn lie(&mut self, documents: &[DocumentId], liar: &impl Fn(u32) -> Liar, stranger: tally_entry::MemberId) {
        let mut liars: Vec<Liar> = (10..30).map(liar).collect();
        let count = liars.len();
        for (number, row) in tally_document::hostile::rows().into_iter().enumerate() {
            let id = documents[number % documents.len()];
            let document = self.document(id);
            let liar = &mut liars[number % count];
            let bytes = (row.build)(&document, liar.actor(&id));
            let entry = liar.write(Some(id), change(bytes));
            self.hostile.insert(entry.id(), row.name);
            self.entries.push(entry.to_unverified());
        }
        let mut void = liar(2);
        for home in [stranger, network_member(&void)] {
            let birth = Birth {
                type_name: "priority".into(),
                type_version: 1,
                home,
                writers: Writers::Members,
                handling: "official".into(),
                retention: "ring".into(),
                change: vec![1, 2, 3],
                follows: None,
                again: None,
            };
            let entry = void.write(None, Body::Birth(birth));
            let on_it = void.write(entry.header().document, change(vec![4, 5, 6]));
            self.hostile.insert(entry.id(), "a void birth");
            self.hostile.insert(on_it.id(), "a change of a void document");
            self.entries.extend([entry.to_unverified(), on_it.to_unverified()]);
        }
        self.missing_past(documents[0], liar(3));
        self.void_past(documents[2], liar(5), liar(6));
        self.fork(documents[1], liar(4));
    }

    /// A change on one that nobody has, and a good one after it in the same log.
    fn missing_past(&mut self, id: DocumentId, mut liar: Liar) {
        let mut document = self.document(id);
        let priority = tally_record::find("priority").expect("known").description;
        let actor = liar.actor(&id);
        for words in ["never sent", "on what was never sent", "and on that"] {
            let edited = document.edit(priority, actor, &line(words.into()), None, &mut || [7; 8]).expect("edited");
            if words != "never sent" {
                let entry = liar.write(Some(id), change(edited.change.clone()));
                self.missing.insert(entry.id());
                self.entries.push(entry.to_unverified());
            }
            document.admit(vec![edited.admitted]).expect("admitted");
        }
    }

    /// A change on a void one and on one that nobody has, and a good one in its place: void at once wherever it comes.
    fn void_past(&mut self, id: DocumentId, mut first: Liar, mut second: Liar) {
        let document = self.document(id);
        let row =
            tally_document::hostile::rows().into_iter().find(|row| row.name == "start op too low").expect("a row");
        let bytes = (row.build)(&document, first.actor(&id));
        let void = tally_document::claimed_hash(&bytes, first.actor(&id)).expect("a change");
        let on = vec![void, ChangeHash::from_bytes([9; 32])];
        let actor = second.actor(&id);
        let entries = [
            first.write(Some(id), change(bytes)),
            second.write(Some(id), change(tally_document::hostile::building_on(&document, actor, on))),
        ];
        for entry in entries {
            self.hostile.insert(entry.id(), "a void past");
            self.entries.push(entry.to_unverified());
        }
        let priority = tally_record::find("priority").expect("known").description;
        let good = document.edit(priority, actor, &line("after all".into()), None, &mut || [6; 8]).expect("edited");
        self.entries.push(second.write(Some(id), change(good.change)).to_unverified());
    }

    /// Two entries at one place, with the proof; only what is before them stays.
    fn fork(&mut self, id: DocumentId, mut liar: Liar) {
        let mut document = self.document(id);
        let priority = tally_record::find("priority").expect("known").description;
        let actor = liar.actor(&id);
        let edit = |document: &Document, words: &str| {
            document.edit(priority, actor, &line(words.into()), None, &mut || [8; 8]).expect("edited")
        };
        let common = edit(&document, "said to everybody");
        self.entries.push(liar.write(Some(id), change(common.change.clone())).to_unverified());
        document.admit(vec![common.admitted]).expect("admitted");
        let branches: Vec<Verified> = ["one thing", "another thing"]
            .map(|words| liar.draft(Some(id), change(edit(&document, words).change)))
            .into();
        let proof = ForkProof::new(
            liar.log,
            Branch::of(&branches[..1]).expect("signed"),
            Branch::of(&branches[1..]).expect("signed"),
        );
        self.proofs.push(ControlAct::Fork(proof.expect("a fork")));
        for branch in branches {
            self.forked.insert(branch.id());
            self.entries.push(branch.to_unverified());
        }
    }

    /// A document as all honest entries make it.
    fn document(&self, id: DocumentId) -> Document {
        let mut built: Option<Document> = None;
        for entry in &self.entries {
            let header = entry.header();
            if header.document != Some(id) || self.hostile.contains_key(&header.id()) {
                continue;
            }
            let actor = Actor::derive(&header.ring, &id, &header.node, header.incarnation, 0);
            match (&mut built, body(entry)) {
                (None, Some(Body::Birth(birth))) => {
                    built = Some(Document::open(&birth.change, actor, &Limits::FIRST).expect("opens"));
                }
                (Some(document), Some(Body::Change(change))) => {
                    if let Judgement::Admit(admitted) = document.judge(actor, &change.change) {
                        document.admit(vec![admitted]).expect("admitted");
                    }
                }
                _ => {}
            }
        }
        built.expect("born")
    }
}

fn network_member(liar: &Liar) -> tally_entry::MemberId {
    boroughs()
        .iter()
        .find(|borough| SigningKey::from_seed(borough.key).public() == liar.key.public())
        .expect("a borough")
        .member()
}

/// What a node makes of it all: readings, answers, statements, versions, and what every entry counts for.
/// Readings by document, and by entry its verdict and whether it was set aside.
type Seen = (BTreeMap<DocumentId, String>, BTreeMap<EntryId, (Option<Verdict>, bool)>);

fn seen(replica: &mut Replica) -> Seen {
    let mut records = BTreeMap::new();
    let mut verdicts = BTreeMap::new();
    for (number, query) in [Query::Records { ring: None }, Query::Logs].into_iter().enumerate() {
        let id = CommandId(900 + number as u64);
        replica.handle(START, Input::Commanded { id, command: Box::new(Command::Query(query)) });
        for output in drain(replica) {
            let Output::Reply { id: of, result } = output else { continue };
            let Ok(Reply::Answer(answer)) = result.map(|reply| *reply) else { continue };
            assert_eq!(of, id);
            match *answer {
                QueryAnswer::Records(read) => records.extend(read.into_iter().map(|record| {
                    let said: Vec<_> = record.statements.iter().map(|said| (said.entry, &said.version)).collect();
                    let words = format!(
                        "{:?} {:?} {:?} {said:?} {} stopped: {}",
                        record.reading, record.answers, record.joined, record.version, record.stopped
                    );
                    (record.document, words)
                })),
                QueryAnswer::Logs(logs) => verdicts.extend(
                    logs.into_iter()
                        .flat_map(|log| log.entries)
                        .map(|entry| (entry.entry, (entry.verdict, entry.aside))),
                ),
                _ => {}
            }
        }
    }
    (records, verdicts)
}

/// Every output of a node, with each append said to be durable at once.
fn drain(replica: &mut Replica) -> Vec<Output> {
    let mut outputs = Vec::new();
    while let Some(output) = replica.poll_output() {
        if let Output::Append { ticket, .. } = &output {
            replica.handle(START, Input::Appended { upto: *ticket });
        }
        outputs.push(output);
    }
    outputs
}

fn listener() -> Replica {
    Replica::new(boroughs()[LISTENER].identity(), [3; 32])
}

/// Brings the history to a listener in one push a run, logs mixed at random, runs of random length, some twice.
fn told(history: &History, chance: &mut Chance) -> Replica {
    let mut replica = listener();
    let take = Command::Take(Box::new(invitation(&boroughs(), 3)));
    replica.handle(START, Input::Commanded { id: CommandId(1), command: Box::new(take) });
    drain(&mut replica);
    let mut logs: BTreeMap<LogId, Vec<&Unverified>> = BTreeMap::new();
    // Of a forked log one branch arrives, whichever it is, and then the proof.
    let branch = chance.below(2);
    for (at, entry) in history.entries.iter().enumerate() {
        let dropped = history.forked.contains(&entry.header().id()) && at % 2 == branch;
        if !dropped {
            logs.entry(entry.header().log()).or_default().push(entry);
        }
    }
    let partner = tally_entry::NodeId::of(&SigningKey::from_seed(boroughs()[WRITER].key).public());
    let mut token = 0;
    let mut push = |replica: &mut Replica, run: &[&Unverified]| {
        let log = run[0].header().log();
        let last = run.len() - 1;
        let frames: Vec<ByteVec> = run
            .iter()
            .enumerate()
            .map(|(at, entry)| {
                let keeps = at == last || entry.header().kind.keeps_signature();
                let entry = (*entry).clone();
                if keeps { entry } else { entry.without_signature() }.encode().into()
            })
            .collect();
        token += 1;
        let frame = frame::push(log.ring, log.audience, &frames);
        replica.handle(START, Input::Asked { partner, token: Token(token), frame });
        drain(replica);
    };
    let mut sent: Vec<Vec<&Unverified>> = Vec::new();
    while !logs.is_empty() {
        let key = *logs.keys().nth(chance.below(logs.len())).expect("some");
        let log = logs.get_mut(&key).expect("some");
        // A run ends where a signature stands.
        let least = chance.below(9).min(log.len() - 1);
        let end = (least..log.len()).find(|at| log[*at].is_signed()).expect("a log ends with a signature");
        let run: Vec<&Unverified> = log.drain(..=end).collect();
        if log.is_empty() {
            logs.remove(&key);
        }
        push(&mut replica, &run);
        sent.push(run);
        if chance.below(3) == 0 {
            let again = sent[chance.below(sent.len())].clone();
            push(&mut replica, &again);
        }
    }
    replica
}

/// Starts a listener from a journal that holds everything in this order.
fn restarted(history: &History, chance: &mut Chance, shuffle: bool) -> Replica {
    let mut entries: Vec<&Unverified> = history.entries.iter().collect();
    for _ in 0..20 {
        entries.push(entries[chance.below(history.entries.len())]);
    }
    if shuffle {
        chance.shuffle(&mut entries);
    }
    let acts = history.acts.iter().map(|(kind, payload)| Stored::decode(*kind, payload).expect("stored"));
    let proofs = history.proofs.iter().cloned().map(|act| Stored::Act(Box::new(act)));
    let entries = entries.into_iter().map(|entry| Stored::Entry(Box::new(entry.clone())));
    let mut replica = listener();
    replica.reopen(acts.chain(entries).chain(proofs).collect::<Vec<_>>());
    replica
}

#[test]
fn every_order_of_one_history_reads_the_same() {
    for seed in 0..HISTORIES {
        let history = History::write(seed);
        let mut chance = Chance(seed ^ 0xdead_beef);
        let (records, verdicts) = seen(&mut restarted(&history, &mut chance, false));
        assert!(records.len() >= 3, "{} records", records.len());
        for telling in 0..TELLINGS {
            let (other, others) = seen(&mut restarted(&history, &mut chance, true));
            assert_eq!(other, records, "history {seed}, telling {telling}");
            let standing =
                |verdicts: &BTreeMap<EntryId, (Option<Verdict>, bool)>| -> BTreeMap<EntryId, Option<Verdict>> {
                    let held = verdicts.iter().filter(|(_, (_, aside))| !aside);
                    held.map(|(id, (verdict, _))| (*id, verdict.clone())).collect()
                };
            assert_eq!(standing(&others), standing(&verdicts), "history {seed}, telling {telling}");
        }
    }
}

#[test]
fn every_batching_and_duplication_reads_the_same() {
    for seed in 0..HISTORIES {
        let mut history = History::write(seed);
        // Without the forked log: what a proof does to it is looked at where it is held from the start.
        let forked: BTreeSet<LogId> = history.proofs.iter().filter_map(forked_log).collect();
        history.entries.retain(|entry| !forked.contains(&entry.header().log()));
        history.proofs.clear();
        let mut chance = Chance(seed ^ 0xfeed);
        let (records, verdicts) = seen(&mut restarted(&history, &mut chance, false));
        for telling in 0..TELLINGS {
            let (other, others) = seen(&mut told(&history, &mut chance));
            assert_eq!(other, records, "history {seed}, telling {telling}");
            assert_eq!(others, verdicts, "history {seed}, telling {telling}");
        }
    }
}

fn forked_log(act: &ControlAct) -> Option<LogId> {
    match act {
        ControlAct::Fork(proof) => Some(proof.log()),
        _ => None,
    }
}

#[test]
fn no_hostile_change_ever_stands_and_no_honest_one_falls() {
    for seed in 0..HISTORIES {
        let history = History::write(seed);
        let (records, verdicts) = seen(&mut restarted(&history, &mut Chance(seed), true));
        let hostile: BTreeSet<_> = history.hostile.values().collect();
        assert!(hostile.len() > tally_document::hostile::rows().len(), "{} kinds", hostile.len());
        for entry in &history.entries {
            let id = entry.header().id();
            let Some((verdict, aside)) = verdicts.get(&id) else {
                assert!(history.forked.contains(&id), "{id} is gone");
                continue;
            };
            if let Some(name) = history.hostile.get(&id) {
                assert!(matches!(verdict, Some(Verdict::Void(_) | Verdict::Waiting)), "{name}: {verdict:?}");
            } else if history.missing.contains(&id) {
                assert_eq!(*verdict, Some(Verdict::Waiting));
            } else if history.forked.contains(&id) {
                assert!(aside);
            } else {
                assert_eq!(*verdict, Some(Verdict::Standing), "{:?}", entry.header());
            }
        }
        for (document, words) in records {
            assert!(words.ends_with("stopped: false"), "{document} of history {seed} stopped");
        }
    }
}
