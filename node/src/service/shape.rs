//! Records in the shape in which commands and pages get them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use tally_control::{AnswerGiven, Audience, Held, Made, Record, Statement};
use tally_document::Version;
use tally_entry::{DocumentId, MemberId, NodeId, Time, Writers};
use tally_record::{
    Adoption, Agreed, Approval, PeopleState, Said, Surroundings, breaches, find_statement, people_state,
};
use tally_replica::{CopyStatus, RecordReading, StatementReading};
use tally_ring::Standing;
use tally_sovereign::LocalRecord;

use super::atlas::{Atlas, edition};
use super::json;
use crate::moment;

/// What is agreed about a record, by member.
pub(crate) type Agreement = Agreed<MemberId, Version>;

/// A record of a ring.
pub(crate) fn shared(sight: &RecordReading, atlas: &Atlas) -> Record {
    let ring = &sight.ring;
    let audience = audience(sight, atlas);
    let agreed = agreed(sight, atlas);
    let mut record = Record {
        id: sight.document.to_string(),
        kind: sight.kind.clone(),
        version: sight.version.to_string(),
        home: atlas.member(Some(ring), &sight.home),
        writers: match sight.writers {
            Writers::Members => "members",
            Writers::Home => "home",
            Writers::Seat(_) => "seat",
        }
        .to_owned(),
        handling: sight.handling.clone(),
        retention: sight.retention.clone(),
        born: moment::text(sight.born),
        changed: moment::text(sight.changed),
        joined: sight.joined.clone(),
        statements: sight.statements.iter().map(|said| statement(said, sight, atlas)).collect(),
        agreed: agreed_json(&agreed, sight, atlas),
        held_by: sight.held_by.iter().map(|(member, copy)| (atlas.member(Some(ring), member), held(copy))).collect(),
        stopped: sight.stopped.then(|| "its changes cannot be shown by this version; its bytes are kept".to_owned()),
        audience,
        ..Record::default()
    };
    record.answers = sight
        .answers
        .iter()
        .map(|(path, answers)| {
            let given = answers.iter().map(|answer| AnswerGiven {
                value: json::of(&answer.value),
                member: answer.member.map(|member| atlas.member(Some(ring), &member)),
                change: answer.change.to_string(),
            });
            (path.clone(), given.collect())
        })
        .collect();
    let (Some(kind), Some(reading)) = (tally_record::find(&sight.kind), &sight.reading) else {
        record.stopped.get_or_insert_with(|| format!("this version does not know the kind {}", sight.kind));
        return record;
    };
    let others = sight.holders.iter().any(|member| *member != atlas.me);
    let outstanding: Vec<String> = agreed.outstanding().map(|member| atlas.member(Some(ring), member)).collect();
    let unsettled: Vec<String> = reading.answers.keys().cloned().collect();
    let around = Surroundings { held_by_others: others, outstanding: &outstanding, unsettled: &unsettled };
    let state = kind.state_of(&reading.fields);
    record.reference = text_of(&reading.fields, "reference");
    record.title = kind.title(&reading.fields).to_owned();
    record.fields = json::fields(&reading.fields);
    record.people_state = everyday(people_state(kind, state, others), &agreed).word().to_owned();
    record.state = state.to_owned();
    record.breaches = breaches(kind, &reading.fields, &around).iter().map(ToString::to_string).collect();
    for (name, of) in [("handling", &mut record.handling), ("retention", &mut record.retention)] {
        let said = text_of(&reading.fields, name);
        if !said.is_empty() {
            *of = said;
        }
    }
    record
}

/// A text that everybody approved is agreed, until somebody changes it.
fn everyday(state: PeopleState, agreed: &Agreement) -> PeopleState {
    if state == PeopleState::Shared && agreed.is_agreed() { PeopleState::Agreed } else { state }
}

/// A local record.
pub(crate) fn local(record: &LocalRecord, times: Option<(Time, Time)>, atlas: &Atlas) -> Record {
    let (born, changed) = times.unwrap_or_default();
    let answers = record.answers.iter().map(|(path, answers)| {
        let given = answers.iter().map(|answer| AnswerGiven {
            value: json::of(&answer.value),
            member: Some(atlas.name.clone()),
            change: answer.change.to_string(),
        });
        (path.clone(), given.collect())
    });
    let held = Held { state: "confirmed".to_owned(), at: Some(moment::text(moment::now())) };
    Record {
        id: record.id.to_string(),
        reference: record.reference.clone(),
        kind: record.kind.kind().to_owned(),
        title: record.kind.title(&record.fields).to_owned(),
        version: record.version.to_string(),
        audience: local_audience(atlas),
        home: atlas.name.clone(),
        writers: "home".to_owned(),
        handling: text_of(&record.fields, "handling"),
        retention: text_of(&record.fields, "retention"),
        born: moment::text(born),
        changed: moment::text(changed),
        fields: json::fields(&record.fields),
        state: record.state.clone(),
        people_state: record.people_state.word().to_owned(),
        answers: answers.collect(),
        joined: record.joined.keys().cloned().collect(),
        statements: Vec::new(),
        agreed: BTreeMap::new(),
        held_by: BTreeMap::from([(atlas.name.clone(), held)]),
        breaches: record.breaches.iter().map(ToString::to_string).collect(),
        stopped: None,
    }
}

/// A local record of which only the name can be read.
pub(crate) fn unreadable(id: DocumentId, label: Option<(&str, &str)>, why: String, atlas: &Atlas) -> Record {
    let (kind, reference) = label.unwrap_or_default();
    Record {
        id: id.to_string(),
        reference: reference.to_owned(),
        kind: kind.to_owned(),
        title: "(cannot be read)".to_owned(),
        audience: local_audience(atlas),
        home: atlas.name.clone(),
        writers: "home".to_owned(),
        stopped: Some(why),
        ..Record::default()
    }
}

/// Who holds a local record: this member.
pub(crate) fn local_audience(atlas: &Atlas) -> Audience {
    Audience { ring: None, ring_id: None, members: vec![atlas.name.clone()], only: true }
}

/// Who may hold a record of a ring.
pub(crate) fn audience(sight: &RecordReading, atlas: &Atlas) -> Audience {
    Audience {
        ring: Some(atlas.ring_name(&sight.ring)),
        ring_id: Some(sight.ring.to_string()),
        members: atlas.members(&sight.ring, &sight.holders),
        only: sight.narrow,
    }
}

/// What is said of a record that was made or changed.
pub(crate) fn made(record: Record, message: String) -> Made {
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
        message,
    }
}

/// What is agreed about the version shown.
pub(crate) fn agreed(sight: &RecordReading, atlas: &Atlas) -> Agreement {
    let edition = atlas.ring(&sight.ring).and_then(edition);
    let full = |member: &&MemberId| {
        edition.and_then(|edition| edition.listed(**member)).is_some_and(|listed| listed.standing == Standing::Full)
    };
    let members: BTreeSet<MemberId> = sight.holders.iter().filter(full).copied().collect();
    let said: Vec<Said<MemberId, NodeId, Version>> = sight
        .statements
        .iter()
        .filter_map(|said| {
            Some(Said {
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
    Agreed::compute(&members, &BTreeMap::new(), &said, &sight.version, |version, other| sight.includes(version, other))
}

fn agreed_json(agreed: &Agreement, sight: &RecordReading, atlas: &Atlas) -> BTreeMap<String, Json> {
    let name = |member: &MemberId| atlas.member(Some(&sight.ring), member);
    let approvals: BTreeMap<String, &str> = agreed
        .approvals
        .iter()
        .map(|(member, approval)| {
            let word = match approval {
                Approval::Outstanding => "outstanding",
                Approval::Abstained => "abstained",
                Approval::Approved => "approved",
                Approval::Objected => "objected",
            };
            (name(member), word)
        })
        .collect();
    let mut adoption: BTreeMap<String, &str> = BTreeMap::new();
    let mut adopted_versions: BTreeMap<String, String> = BTreeMap::new();
    let mut adopted_by_sector: BTreeMap<String, Json> = BTreeMap::new();
    for (member, how) in &agreed.adoption {
        let word = match how {
            Adoption::Awaiting => "awaiting",
            Adoption::Declined => "declined",
            Adoption::Partly { adopted, awaiting } => {
                adopted_by_sector.insert(name(member), json!({"adopted": adopted, "awaiting": awaiting}));
                "partly"
            }
            Adoption::Adopted { version } => {
                adopted_versions.insert(name(member), version.to_string());
                "adopted"
            }
        };
        adoption.insert(name(member), word);
    }
    let outstanding: Vec<String> = agreed.outstanding().map(name).collect();
    BTreeMap::from([
        ("agreed".to_owned(), agreed.is_agreed().into()),
        ("approvals".to_owned(), json!(approvals)),
        ("in_force".to_owned(), agreed.in_force.as_ref().map(ToString::to_string).into()),
        ("changed_since".to_owned(), agreed.changed_since.into()),
        ("outstanding".to_owned(), json!(outstanding)),
        ("adoption".to_owned(), json!(adoption)),
        ("adopted_versions".to_owned(), json!(adopted_versions)),
        ("adopted_by_sector".to_owned(), json!(adopted_by_sector)),
    ])
}

fn statement(said: &StatementReading, sight: &RecordReading, atlas: &Atlas) -> Statement {
    Statement {
        statement: said.entry.to_string(),
        word: said.statement.word.clone(),
        member: said.member.map(|member| atlas.member(Some(&sight.ring), &member)),
        seat: said.seat.clone(),
        sector: said.statement.sector.clone(),
        at: moment::text(said.at),
        version: said.version.to_string(),
        current: said.version == sight.heads,
        note: said.statement.note.clone(),
        authority: said.statement.authority.clone(),
    }
}

/// Whether a member has a copy, in one of four words.
pub(crate) fn held(copy: &CopyStatus) -> Held {
    let (state, at) = match copy {
        CopyStatus::Confirmed { at } => ("confirmed", Some(*at)),
        CopyStatus::Behind { at } => ("behind", Some(*at)),
        CopyStatus::Ahead { at } => ("ahead", Some(*at)),
        CopyStatus::Unknown => ("unknown", None),
    };
    Held { state: state.to_owned(), at: at.map(moment::text) }
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

/// A statement's word as a person reads it.
pub(crate) fn label(word: &str) -> &str {
    find_statement(word).map_or(word, |word| word.label)
}
