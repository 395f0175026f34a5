//! Records in the shape in which commands and pages get them.

use std::collections::{BTreeMap, BTreeSet};

use tally_control::{
    Adoption, Agreement, AnswerGiven, Approval, Audience, Breach, CopyState, HeldCopy, Made, Moment, Record,
    RecordCopy, Sectors, Statement, Writers,
};
use tally_document::Version;
use tally_entry::{DocumentId, MemberId, NodeId, Time};
use tally_record::{
    Adoption as Adopted, Agreed, Approval as Approved, CountedStatement, HANDLING, PeopleState, REFERENCE, RETENTION,
    Surroundings, breaches, people_state,
};
use tally_replica::{CopyStatus as CopyHeld, RecordReading, StatementReading};
use tally_ring::Standing;
use tally_sovereign::LocalRecord;

use crate::json;
use crate::names::{Names, edition};
use crate::views::Named;

/// What is agreed about a record, by member.
pub(crate) type AgreedBy = Agreed<MemberId, Version>;

/// A record of a ring.
pub(crate) fn shared(read: &RecordReading, names: &Names) -> Record {
    let ring = &read.ring;
    let audience = audience(read, names);
    let agreed = agreed(read, names);
    let mut record = Record {
        id: read.document.to_string(),
        kind: read.kind.clone(),
        version: read.version.to_string(),
        home: names.member(Some(ring), &read.home),
        writers: match read.writers {
            tally_entry::Writers::Members => Writers::Members,
            tally_entry::Writers::Home => Writers::Home,
            tally_entry::Writers::Seat(_) => Writers::Seat,
        },
        handling: read.handling.clone(),
        retention: read.retention.clone(),
        born: Some(Moment(read.born)),
        changed: Some(Moment(read.changed)),
        joined: read.joined.clone(),
        statements: read.statements.iter().map(|said| statement(said, read, names)).collect(),
        agreed: Some(agreement(&agreed, read, names)),
        held_by: read.held_by.iter().map(|(member, copy)| (names.member(Some(ring), member), held(copy))).collect(),
        stopped: read.stopped.then(|| "its changes cannot be shown by this version; its bytes are kept".to_owned()),
        audience,
        ..Record::default()
    };
    record.answers = read
        .answers
        .iter()
        .map(|(path, answers)| {
            let given = answers.iter().map(|answer| AnswerGiven {
                value: json::of(&answer.value),
                member: answer.member.map(|member| names.member(Some(ring), &member)),
                change: answer.change.to_string(),
            });
            (path.clone(), given.collect())
        })
        .collect();
    let (Some(kind), Some(reading)) = (tally_record::find(&read.kind), &read.reading) else {
        record.stopped.get_or_insert_with(|| format!("this version does not know the kind {}", read.kind));
        return record;
    };
    let others = read.holders.iter().any(|member| *member != names.me);
    let outstanding: Vec<String> = agreed.outstanding().map(|member| names.member(Some(ring), member)).collect();
    let unsettled: Vec<String> = reading.answers.keys().cloned().collect();
    let around = Surroundings { held_by_others: others, outstanding: &outstanding, unsettled: &unsettled };
    let state = kind.state_of(&reading.fields);
    record.reference = text_of(&reading.fields, REFERENCE);
    record.title = kind.title(&reading.fields).to_owned();
    record.fields = json::fields(&reading.fields);
    record.people_state = everyday(people_state(kind, state, others), &agreed).word().to_owned();
    record.state = state.to_owned();
    record.breaches = breaches(kind, &reading.fields, &around).iter().map(breach).collect();
    for (name, of) in [(HANDLING, &mut record.handling), (RETENTION, &mut record.retention)] {
        let said = text_of(&reading.fields, name);
        if !said.is_empty() {
            *of = said;
        }
    }
    record
}

/// A record as its row has it: who has a copy changes with every receipt, and what seats said stands in the record.
#[must_use]
pub fn row(read: &RecordReading, names: &Names) -> Record {
    let mut record = shared(read, names);
    record.held_by.clear();
    record.statements.clear();
    record
}

/// A text that everybody approved is agreed, until somebody changes it.
fn everyday(state: PeopleState, agreed: &AgreedBy) -> PeopleState {
    if state == PeopleState::Shared && agreed.is_agreed() { PeopleState::Agreed } else { state }
}

/// A local record.
pub(crate) fn local(record: &LocalRecord, times: Option<(Time, Time)>, now: Time, names: &Names) -> Record {
    let answers = record.answers.iter().map(|(path, answers)| {
        let given = answers.iter().map(|answer| AnswerGiven {
            value: json::of(&answer.value),
            member: Some(names.name.clone()),
            change: answer.change.to_string(),
        });
        (path.clone(), given.collect())
    });
    let held = HeldCopy { state: CopyState::Confirmed, at: Some(Moment(now)) };
    Record {
        id: record.id.to_string(),
        reference: record.reference.clone(),
        kind: record.kind.kind().to_owned(),
        title: record.kind.title(&record.fields).to_owned(),
        version: record.version.to_string(),
        audience: local_audience(names),
        home: names.name.clone(),
        writers: Writers::Home,
        handling: text_of(&record.fields, HANDLING),
        retention: text_of(&record.fields, RETENTION),
        born: times.map(|(born, _)| Moment(born)),
        changed: times.map(|(_, changed)| Moment(changed)),
        fields: json::fields(&record.fields),
        state: record.state.clone(),
        people_state: record.people_state.word().to_owned(),
        answers: answers.collect(),
        joined: record.joined.keys().cloned().collect(),
        statements: Vec::new(),
        agreed: None,
        held_by: BTreeMap::from([(names.name.clone(), held)]),
        breaches: record.breaches.iter().map(breach).collect(),
        stopped: None,
    }
}

fn breach(breach: &tally_record::Breach) -> Breach {
    Breach {
        rule: breach.rule().map(str::to_owned),
        says: breach.to_string(),
        field: breach.field().map(str::to_owned),
    }
}

/// A local record of which only the name can be read.
pub(crate) fn unreadable(id: DocumentId, label: Option<(&str, &str)>, why: String, names: &Names) -> Record {
    let (kind, reference) = label.unwrap_or_default();
    Record {
        id: id.to_string(),
        reference: reference.to_owned(),
        kind: kind.to_owned(),
        title: "(cannot be read)".to_owned(),
        audience: local_audience(names),
        home: names.name.clone(),
        writers: Writers::Home,
        stopped: Some(why),
        ..Record::default()
    }
}

/// Who holds a local record: this member.
pub(crate) fn local_audience(names: &Names) -> Audience {
    Audience { ring: None, ring_id: None, members: vec![names.name.clone()], only: true }
}

/// Who may hold a record of a ring.
pub(crate) fn audience(read: &RecordReading, names: &Names) -> Audience {
    Audience {
        ring: Some(names.ring_name(&read.ring)),
        ring_id: Some(read.ring.to_string()),
        members: names.members(&read.ring, &read.holders),
        only: read.narrow,
    }
}

/// What is said of a record that was made or changed.
pub(crate) fn made(record: Record) -> Made {
    Made {
        id: record.id,
        reference: record.reference,
        kind: record.kind,
        version: record.version,
        audience: record.audience,
        state: record.state,
        joined: record.joined,
        entry: None,
        statement: None,
        said: None,
    }
}

/// What is agreed about the version shown.
pub(crate) fn agreed(read: &RecordReading, names: &Names) -> AgreedBy {
    let edition = names.ring(&read.ring).and_then(edition);
    let full = |member: &&MemberId| {
        edition.and_then(|edition| edition.listed(**member)).is_some_and(|listed| listed.standing == Standing::Full)
    };
    let members: BTreeSet<MemberId> = read.holders.iter().filter(full).copied().collect();
    let said: Vec<CountedStatement<MemberId, NodeId, Version>> = read
        .statements
        .iter()
        .filter_map(|said| {
            Some(CountedStatement {
                place: said.place,
                member: said.member?,
                seat: said.seat.clone(),
                sector: Some(said.statement.sector.clone()).filter(|sector| !sector.is_empty()),
                // Whether the seat has a vote was checked where it spoke; others take its member's word.
                votes: true,
                word: said.statement.word.clone(),
                version: said.version.clone(),
            })
        })
        .collect();
    Agreed::compute(&members, &BTreeMap::new(), &said, &read.version, |version, other| read.includes(version, other))
}

fn agreement(agreed: &AgreedBy, read: &RecordReading, names: &Names) -> Agreement {
    let name = |member: &MemberId| names.member(Some(&read.ring), member);
    let approvals = agreed.approvals.iter().map(|(member, approval)| {
        let approval = match approval {
            Approved::Outstanding => Approval::Outstanding,
            Approved::Abstained => Approval::Abstained,
            Approved::Approved => Approval::Approved,
            Approved::Objected => Approval::Objected,
        };
        (name(member), approval)
    });
    let mut agreement = Agreement {
        agreed: agreed.is_agreed(),
        approvals: approvals.collect(),
        in_force: agreed.in_force.as_ref().map(ToString::to_string),
        changed_since: agreed.changed_since,
        outstanding: agreed.outstanding().map(name).collect(),
        ..Agreement::default()
    };
    for (member, how) in &agreed.adoption {
        let adoption = match how {
            Adopted::Awaiting => Adoption::Awaiting,
            Adopted::Declined => Adoption::Declined,
            Adopted::Partly { adopted, awaiting } => {
                let sectors = Sectors {
                    adopted: adopted.iter().cloned().collect(),
                    awaiting: awaiting.iter().cloned().collect(),
                };
                agreement.adopted_by_sector.insert(name(member), sectors);
                Adoption::Partly
            }
            Adopted::Adopted { version } => {
                agreement.adopted_versions.insert(name(member), version.to_string());
                Adoption::Adopted
            }
        };
        agreement.adoption.insert(name(member), adoption);
    }
    agreement
}

fn statement(said: &StatementReading, read: &RecordReading, names: &Names) -> Statement {
    Statement {
        statement: said.entry.to_string(),
        word: said.statement.word.clone(),
        member: said.member.map(|member| names.member(Some(&read.ring), &member)),
        seat: said.seat.clone(),
        sector: said.statement.sector.clone(),
        at: Moment(said.at),
        version: said.version.to_string(),
        current: said.version == read.heads,
        note: said.statement.note.clone(),
        authority: said.statement.authority.clone(),
    }
}

/// Whether a member has a copy, and when it last said so.
pub(crate) fn held(copy: &CopyHeld) -> HeldCopy {
    let (state, at) = match copy {
        CopyHeld::Confirmed { at } => (CopyState::Confirmed, Some(*at)),
        CopyHeld::Behind { at } => (CopyState::Behind, Some(*at)),
        CopyHeld::Ahead { at } => (CopyState::Ahead, Some(*at)),
        CopyHeld::Unknown => (CopyState::Unknown, None),
    };
    HeldCopy { state, at: at.map(Moment) }
}

/// Who has a copy of a record, with its names where they are known.
pub(crate) fn copy(
    document: &DocumentId,
    holds: &BTreeMap<MemberId, CopyHeld>,
    named: Option<&Named>,
    names: &Names,
) -> RecordCopy {
    RecordCopy {
        id: document.to_string(),
        reference: named.map(|named| named.reference.clone()).unwrap_or_default(),
        title: named.map(|named| named.title.clone()).unwrap_or_default(),
        held_by: holds.iter().map(|(member, copy)| (names.member(None, member), held(copy))).collect(),
    }
}

/// A record by its names, from the core.
pub(crate) fn named(read: &RecordReading) -> Named {
    let fields = read.reading.as_ref().map(|reading| &reading.fields);
    let kind = tally_record::find(&read.kind);
    Named {
        document: read.document,
        reference: fields.map(|fields| text_of(fields, REFERENCE)).unwrap_or_default(),
        title: fields.zip(kind).map(|(fields, kind)| kind.title(fields).to_owned()).unwrap_or_default(),
        kind: read.kind.clone(),
    }
}

/// The words of a short field.
pub(crate) fn text_of(fields: &BTreeMap<String, tally_document::Value>, name: &str) -> String {
    match fields.get(name) {
        Some(
            tally_document::Value::Line(text) | tally_document::Value::Word(text) | tally_document::Value::Text(text),
        ) => text.clone(),
        _ => String::new(),
    }
}
