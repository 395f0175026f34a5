use std::collections::{BTreeMap, BTreeSet};

use tally_document::{
    Count, Edit, Field, FieldKind, FileReference, Keep, LineId, PartialDate, Pence, Percentage, Reading, TimeOfDay,
    Value, Version,
};
use tally_entry::{DocumentId, MemberId, RingId};
use tally_record::{Type, WritersRule};
use tally_replica::{Command, Query, RecordReading, Speaker};

use crate::random::Random;

/// Words that texts are made of: few, so that people often touch the same ones.
const WORDS: &[&str] =
    &["share", "ten", "twelve", "lessons", "a", "year", "with", "every", "school", "and", "health", "visitor", "\n"];
/// The most records of a world: beyond these only what is there is written on.
const RECORDS_MAX: usize = 24;

/// A record that somebody made.
#[derive(Clone, Debug)]
pub(crate) struct MadeRecord {
    pub(crate) document: DocumentId,
    /// The machines that may hold it.
    pub(crate) holders: BTreeSet<usize>,
    pub(crate) home: usize,
    pub(crate) kind: &'static Type,
    /// The newest version that each machine was seen to have.
    newest: BTreeMap<usize, Version>,
    older: Vec<Version>,
}

/// What a person does next.
pub(crate) enum Doing {
    /// Begin a record for these machines.
    Create(Box<Command>, BTreeSet<usize>, &'static Type),
    /// Open a form on a record: the edit follows once it has been read.
    Open(Box<Command>),
    /// Say something.
    State(Box<Command>),
    /// Anything else.
    Other(Box<Command>),
}

/// A form that was opened: what the edit will be made from.
pub(crate) struct Form {
    pub(crate) document: DocumentId,
    pub(crate) command: Box<Command>,
    pub(crate) settles: bool,
    pub(crate) base: Option<Version>,
}

/// Everybody who writes in this world.
#[derive(Debug)]
pub(crate) struct Authors {
    ring: RingId,
    made: BTreeMap<DocumentId, MadeRecord>,
    serial: u64,
}

impl Authors {
    pub(crate) const fn new(ring: RingId) -> Self {
        Self { ring, made: BTreeMap::new(), serial: 0 }
    }

    pub(crate) fn made(&self) -> impl Iterator<Item = &MadeRecord> {
        self.made.values()
    }

    pub(crate) fn remember(
        &mut self,
        document: DocumentId,
        holders: BTreeSet<usize>,
        home: usize,
        kind: &'static Type,
    ) {
        let made = MadeRecord { document, holders, home, kind, newest: BTreeMap::new(), older: Vec::new() };
        self.made.insert(document, made);
    }

    /// A machine was seen to have this version.
    pub(crate) fn saw(&mut self, at: usize, document: DocumentId, version: &Version) {
        if let Some(made) = self.made.get_mut(&document) {
            if made.older.len() < 32 {
                made.older.push(version.clone());
            }
            made.newest.insert(at, version.clone());
        }
    }

    /// Whether this base is older than what the machine was seen to have.
    pub(crate) fn is_old(&self, at: usize, document: &DocumentId, base: &Version) -> bool {
        self.made.get(document).and_then(|made| made.newest.get(&at)).is_some_and(|newest| newest != base)
    }

    /// What the person at this machine does next.
    pub(crate) fn next(&mut self, at: usize, members: &[MemberId], random: &mut Random) -> Option<Doing> {
        let held: Vec<&MadeRecord> = self.made.values().filter(|made| made.holders.contains(&at)).collect();
        let make = held.is_empty() || (self.made.len() < RECORDS_MAX && random.chance(8));
        if make {
            return self.create(at, members, random);
        }
        let made = *random.pick(&held)?;
        let document = made.document;
        Some(match random.below(100) {
            0..=77 => {
                let made =
                    if made.kind.writers == tally_record::WritersRule::Home && made.home != at && random.chance(90) {
                        held.iter()
                            .find(|made| made.home == at || made.kind.writers == WritersRule::Members)
                            .unwrap_or(&made)
                    } else {
                        made
                    };
                let look = Command::Query(Query::Record { document: made.document, at: None });
                Doing::Open(Box::new(look))
            }
            78..=93 => {
                let word = *random.pick(&["approve", "object", "comment", "noted", "adopt"])?;
                let version = if random.chance(40) { random.pick(&made.older).cloned().map(Into::into) } else { None };
                let seat = format!("seat-{at}-{}", random.below(3));
                Doing::State(Box::new(Command::State {
                    document,
                    version,
                    word: word.into(),
                    note: Some("because".into()),
                    authority: None,
                    overridden: BTreeSet::new(),
                    speaker: Speaker { seat, role: "lead".into(), sector: "health".into(), areas: Vec::new() },
                }))
            }
            94..=95 => {
                let port = 5000 + random.below(1000);
                Doing::Other(Box::new(Command::Announce(vec![format!("/ip4/127.0.0.1/tcp/{port}")])))
            }
            _ => {
                let query = match random.below(4) {
                    0 => Query::Partners,
                    1 => Query::Copies(None),
                    2 => Query::History(document),
                    _ => Query::Rings,
                };
                Doing::Other(Box::new(Command::Query(query)))
            }
        })
    }

    fn create(&mut self, at: usize, members: &[MemberId], random: &mut Random) -> Option<Doing> {
        self.serial += 1;
        let mut holders: BTreeSet<usize> = (0..members.len()).collect();
        let narrow = random.chance(35);
        if narrow {
            let others: Vec<usize> = holders.iter().copied().filter(|other| *other != at).collect();
            let without = *random.pick(&others)?;
            holders.remove(&without);
            if random.chance(30) {
                let with = *random.pick(&others)?;
                holders = [at, with].into();
            }
        }
        let writers = if random.chance(75) { WritersRule::Members } else { WritersRule::Home };
        let kind = *tally_record::types().iter().find(|kind| kind.writers == writers)?;
        let title = Edit::Set { field: kind.title_field.into(), value: Value::Line(format!("Record {}", self.serial)) };
        let mut edits = vec![title];
        if let Some(text) = kind.description.fields.iter().find(|field| field.kind == FieldKind::Text) {
            edits.push(Edit::Set { field: text.name.into(), value: Value::Text("share ten lessons a year".into()) });
        }
        let only = narrow.then(|| holders.iter().map(|index| members[*index]).collect());
        let command = Command::Create {
            ring: self.ring,
            only,
            kind: kind.kind().into(),
            edits,
            overridden: BTreeSet::new(),
            speaker: None,
        };
        Some(Doing::Create(Box::new(command), holders, kind))
    }

    /// The edit that a person makes who has read this.
    pub(crate) fn form(&self, seen: &RecordReading, random: &mut Random) -> Option<Form> {
        let made = self.made.get(&seen.document)?;
        let reading = seen.reading.as_ref()?;
        let mut settles = false;
        let mut edits = Vec::new();
        if random.chance(40)
            && let Some((path, answers)) = reading.answers.iter().nth(random.index(reading.answers.len().max(1)))
            && let Some(answer) = random.pick(answers)
        {
            let keep = if random.chance(50) { Keep::Actor(answer.by) } else { Keep::Value(answer.value.clone()) };
            if let Some((field, line)) = place(path) {
                edits.push(Edit::Settle { field, line, keep });
                settles = true;
            }
        }
        if edits.is_empty() {
            for _ in 0..=random.below(2) {
                // What the page shows decides: a restored copy may have begun another record of the same name.
                edits.extend(edit(tally_record::find(&seen.kind)?.description.fields, reading, random));
            }
        }
        let base = match random.below(100) {
            0..=59 => Some(seen.version.clone()),
            60..=69 => random.pick(&made.older).cloned(),
            _ => None,
        };
        let command = Command::Edit {
            document: seen.document,
            edits,
            base: base.clone().map(Into::into),
            reason: random.chance(20).then(|| "as agreed".into()),
            overridden: BTreeSet::new(),
            speaker: None,
        };
        Some(Form { document: seen.document, command: Box::new(command), settles, base })
    }
}

/// The field, and the line and its field, that an answer's path names.
fn place(path: &str) -> Option<(String, Option<(LineId, String)>)> {
    let mut parts = path.splitn(3, '/');
    let field = parts.next()?.to_owned();
    let line = match (parts.next(), parts.next()) {
        (Some(line), name) => Some((line.parse().ok()?, name.unwrap_or_default().to_owned())),
        _ => None,
    };
    Some((field, line))
}

fn edit(fields: &'static [Field], reading: &Reading, random: &mut Random) -> Option<Edit> {
    let texts: Vec<&Field> = fields.iter().filter(|field| matches!(field.kind, FieldKind::Text)).collect();
    let field = if random.chance(40) { *random.pick(&texts)? } else { random.pick(fields)? };
    let now = reading.fields.get(field.name);
    let lines = reading.lines.get(field.name).map(Vec::as_slice).unwrap_or_default();
    let name = field.name.to_owned();
    Some(match field.kind {
        FieldKind::Lines(inner) => {
            let part = random.pick(inner)?;
            match (random.below(3), random.pick(lines)) {
                (0, Some(line)) => Edit::RemoveLine { field: name, line: line.clone() },
                (1, Some(line)) => Edit::SetLine {
                    field: name,
                    line: line.clone(),
                    name: part.name.into(),
                    value: value(&part.kind, None, random)?,
                },
                (_, after) => Edit::AddLine {
                    field: name,
                    values: [(part.name.to_owned(), value(&part.kind, None, random)?)].into(),
                    after: after.cloned(),
                },
            }
        }
        _ => Edit::Set { field: name, value: value(&field.kind, now, random)? },
    })
}

fn value(kind: &FieldKind, now: Option<&Value>, random: &mut Random) -> Option<Value> {
    Some(match kind {
        FieldKind::Line => Value::Line(format!("Line {}", random.below(9))),
        FieldKind::Link(_) => Value::Link(format!("link-{}", random.below(9))),
        FieldKind::Money => Value::Money(Pence(random.between(-500, 9_999))),
        FieldKind::Count { least } => Value::Count(Count::Exactly(random.below(99)).told(*least)),
        FieldKind::Percentage => {
            Value::Percentage(Percentage { tenths: random.below(1_001) as u32, base: Count::Exactly(random.below(99)) })
        }
        FieldKind::Time => Value::Time(TimeOfDay::new(random.below(24) as u16, random.below(60) as u16)?),
        FieldKind::File => {
            let digest = format!("{:02x}", random.below(256)).repeat(32);
            Value::File(FileReference::parse(&format!("{digest} {} text/plain notes", random.below(9)))?)
        }
        FieldKind::Text => Value::Text(retold(now, random)),
        FieldKind::Word(terms) => Value::Word(random.pick(terms)?.word.into()),
        FieldKind::Words(terms) => {
            Value::Words(terms.iter().filter(|_| random.chance(50)).map(|term| term.word.to_owned()).collect())
        }
        FieldKind::Date => {
            Value::Date(PartialDate::parse(&format!("202{}-0{} month proposed", random.below(9), 1 + random.below(9)))?)
        }
        FieldKind::Number => Value::Number(random.between(-5, 99)),
        FieldKind::Flag => Value::Flag(random.chance(50)),
        FieldKind::Items => {
            let items = (0..random.below(4)).map(|_| WORDS[random.index(WORDS.len() - 1)].to_owned());
            Value::Items(items.collect())
        }
        FieldKind::Lines(_) => return None,
    })
}

/// A text with a word or two put in, taken out or replaced, as people edit.
fn retold(now: Option<&Value>, random: &mut Random) -> String {
    let text = match now {
        Some(Value::Text(text)) => text.as_str(),
        _ => "share ten lessons a year",
    };
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    for _ in 0..=random.below(2) {
        let word = WORDS[random.index(WORDS.len())];
        let at = random.index(words.len().max(1));
        match random.below(3) {
            0 if words.len() > 2 => drop(words.remove(at)),
            1 if !words.is_empty() => words[at] = word,
            _ if words.len() < 40 => words.insert(at.min(words.len()), word),
            _ => words.truncate(10),
        }
    }
    words.join(" ")
}
