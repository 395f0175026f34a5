use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Edit, FieldKind, Target, Value, Version};
use tally_entry::{AudienceId, DocumentId, MemberId, RingId, Time};
use tally_guard::{Finding, FindingDigest, Stopped, Words};
use tally_record::{CASE_INFO, LINKS, REFERENCE, STATE, Type};
use thiserror::Error;

use crate::people::Seat;
use crate::register::{Disclosure, Overridden};

#[cfg(test)]
mod tests;

/// Fields that say something only at home, and never leave.
const HOME_FIELDS: [&str; 3] = [REFERENCE, LINKS, CASE_INFO];

/// Digits of an id that name a record; fewer could be any words.
const TELLING_DIGITS: usize = 16;

/// A member that holds the words from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What the ring lists it by.
    pub member: MemberId,
    /// Its name, as people here know it.
    pub name: String,
}

/// Where words are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// It is complete, and this member is of it.
    pub ring: RingId,
    /// What its edition calls it, as people and the register read it.
    pub ring_name: String,
    /// The audience within it.
    pub audience: AudienceId,
    /// Every other member that will hold the words.
    pub holders: Vec<Holder>,
}

/// A local record as the door reads it.
#[derive(Debug, Clone, Copy)]
pub struct Leaver<'a> {
    /// The local record.
    pub id: DocumentId,
    /// What says which fields there are.
    pub kind: &'static Type,
    /// What the register will say left.
    pub version: &'a Version,
    /// Its fields at that version.
    pub fields: &'a BTreeMap<String, Value>,
    /// Where two answers stand unsettled.
    pub unsettled: &'a [String],
    /// Every local record's id: none of them may leave in any words.
    pub local_ids: &'a BTreeSet<DocumentId>,
}

/// Says why the door does not even show a preview.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DoorError {
    /// Nobody said on what basis.
    #[error("say on what basis the words may leave")]
    NoBasis,
    /// Nobody answers for it.
    #[error("a seat has to answer for words that leave")]
    NoSeat,
    /// Nobody would receive anything.
    #[error("the audience has no member but this one")]
    NoHolders,
    /// Nothing was chosen.
    #[error("choose the fields that are to leave")]
    NoFields,
    /// The type has no such field.
    #[error("a {kind} has no field {given:?}; it has: {}", allowed.join(", "))]
    UnknownField {
        /// The kind of record, as people write it.
        kind: &'static str,
        /// The name that is no field.
        given: String,
        /// The fields that may leave.
        allowed: Vec<&'static str>,
    },
    /// The field says something only at home.
    #[error("{field} stays at home: it means something only beside the local record")]
    StaysHome {
        /// Its name in the description.
        field: &'static str,
    },
    /// The field has nothing in it.
    #[error("{field} is empty")]
    Empty {
        /// Its name in the description.
        field: &'static str,
    },
    /// The field has two answers.
    #[error("{field} has two answers; settle them first")]
    Unsettled {
        /// Its name in the description.
        field: &'static str,
    },
    /// The words name a record that stays at home.
    #[error("{field} names a local record by its id")]
    NamesLocalRecord {
        /// Where in the words: the field, or `group/line/name`.
        field: String,
    },
    /// The record may hold case information (rule R14).
    #[error("the record is marked as holding case information, which never leaves")]
    CaseInformation,
}

/// What a person should know before letting words go; none of it stops them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The record is in another state than those in which its kind is meant to leave.
    Early {
        /// Its state.
        state: String,
        /// The kind, as people read it.
        kind: &'static str,
        /// Those states.
        leaves_from: &'static [&'static str],
    },
    /// A field that such records need does not go along.
    Lacks {
        /// The field, as people read it.
        field: &'static str,
    },
}

/// Says why words may not pass the guard by a seat's word.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OverrideError {
    /// There is no written reason.
    #[error("write down why these words may leave")]
    NoReason,
    /// The seat may not do this.
    #[error("the seat {seat:?} may not let words through that the guard stopped")]
    NoAuthority {
        /// The one that tried to answer for the findings.
        seat: String,
    },
}

/// A written reason by which a seat with authority lets words through that the guard stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    seat: String,
    reason: String,
}

impl Override {
    /// Takes a seat's written reason.
    ///
    /// # Errors
    /// Where the seat has no authority, or the reason says nothing.
    pub fn new(seat: &Seat, reason: &str) -> Result<Self, OverrideError> {
        if !seat.may_override() {
            return Err(OverrideError::NoAuthority { seat: seat.id.clone() });
        }
        let reason = reason.trim();
        if !reason.chars().any(char::is_alphabetic) {
            return Err(OverrideError::NoReason);
        }
        Ok(Self { seat: seat.id.clone(), reason: reason.to_owned() })
    }
}

/// Exactly what would leave, and to whom.
#[derive(Debug, Clone)]
pub struct Preview {
    kind: &'static Type,
    destination: Destination,
    would_leave: BTreeMap<&'static str, Value>,
    findings: Vec<Finding>,
    remarks: Vec<Remark>,
    line: Disclosure,
}

impl Preview {
    /// Returns the exact values that would leave, by field.
    #[must_use]
    pub fn would_leave(&self) -> &BTreeMap<&'static str, Value> {
        &self.would_leave
    }

    /// Returns who would hold them.
    #[must_use]
    pub fn holders(&self) -> &[Holder] {
        &self.destination.holders
    }

    /// Returns what the guard found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns what a person should know before letting the words go; none of it stops them.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Lets the words through, if the guard found nothing or a seat answers for it in writing.
    ///
    /// # Errors
    /// Where the guard found something and nobody answers for it.
    pub fn release(mut self, answered: Option<Override>) -> Result<Release, Stopped> {
        if !self.findings.is_empty() {
            let Some(Override { seat, reason }) = answered else {
                return Err(Stopped { findings: self.findings });
            };
            let findings = self.findings.iter().map(told).collect();
            self.line.overridden = Some(Overridden { seat, reason, findings });
        }
        let let_through = self.findings.iter().map(|finding| finding.digest).collect();
        let Self { kind, destination, would_leave: words, line, .. } = self;
        Ok(Release { kind, destination, words, let_through, line })
    }
}

/// Words that may leave. Only the door makes one, and only a register line opens it.
#[derive(Debug)]
pub struct Release {
    kind: &'static Type,
    destination: Destination,
    words: BTreeMap<&'static str, Value>,
    let_through: BTreeSet<FindingDigest>,
    line: Disclosure,
}

impl Release {
    /// Returns the words, to be compared with the preview.
    #[must_use]
    pub fn words(&self) -> &BTreeMap<&'static str, Value> {
        &self.words
    }

    /// Takes the register line and the words apart.
    pub(crate) fn open(self, number: u64, at: Time) -> (Disclosure, Leaving) {
        let line = Disclosure { number, at, ..self.line.clone() };
        let Self { kind, destination, words, let_through, .. } = self;
        (line, Leaving { number, kind, destination, words, let_through })
    }
}

/// Words whose register line is on disk; they may go into the ring's log now.
#[derive(Debug)]
pub struct Leaving {
    number: u64,
    kind: &'static Type,
    destination: Destination,
    words: BTreeMap<&'static str, Value>,
    let_through: BTreeSet<FindingDigest>,
}

impl Leaving {
    /// Returns the number of the register line, to be settled once the ring's log has the words.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the kind of the shared record.
    #[must_use]
    pub fn kind(&self) -> &'static Type {
        self.kind
    }

    /// Returns where the words go.
    #[must_use]
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// Returns the findings of the guard for which a seat has answered in writing.
    #[must_use]
    pub fn let_through(&self) -> &BTreeSet<FindingDigest> {
        &self.let_through
    }

    /// Returns the edits that make the shared record: these words and nothing else.
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        self.words.iter().map(|(field, value)| Edit::Set { field: (*field).to_owned(), value: value.clone() }).collect()
    }
}

/// Shows what would leave if these fields of a local record went to this audience.
///
/// # Errors
/// Where basis, seat, fields or audience are missing, or a field may not leave.
pub fn prepare(
    leaver: Leaver<'_>,
    destination: Destination,
    fields: &[String],
    basis: &str,
    seat: &str,
) -> Result<Preview, DoorError> {
    let (basis, seat) = (basis.trim(), seat.trim());
    if basis.is_empty() {
        return Err(DoorError::NoBasis);
    }
    if seat.is_empty() {
        return Err(DoorError::NoSeat);
    }
    if destination.holders.is_empty() {
        return Err(DoorError::NoHolders);
    }
    if fields.is_empty() {
        return Err(DoorError::NoFields);
    }
    if matches!(leaver.fields.get(CASE_INFO), Some(Value::Flag(true))) {
        return Err(DoorError::CaseInformation);
    }
    let mut would_leave = BTreeMap::new();
    for given in fields {
        let (field, value) = chosen(&leaver, given.trim())?;
        would_leave.insert(field, value);
    }
    let kind = leaver.kind;
    let leaving: Vec<String> = would_leave.keys().map(|name| (*name).to_owned()).collect();
    would_leave.insert(STATE, Value::Word(kind.arrives_as.to_owned()));
    let findings = Words::of(&would_leave).findings();
    let remarks = remarks(&leaver, &would_leave);
    let line = Disclosure {
        number: 0,
        at: Time(0),
        record: leaver.id,
        kind: kind.kind().to_owned(),
        version: leaver.version.to_string(),
        fields: leaving,
        ring: destination.ring,
        ring_name: destination.ring_name.clone(),
        audience: destination.audience,
        holders: destination.holders.iter().map(|holder| holder.name.clone()).collect(),
        basis: basis.to_owned(),
        seat: seat.to_owned(),
        overridden: None,
        outcome: None,
    };
    Ok(Preview { kind, destination, would_leave, findings, remarks, line })
}

/// Returns whether a field names a record, which means something only where that record is.
const fn is_of_a_record(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Link(Target::Record(_)))
}

fn chosen(leaver: &Leaver<'_>, given: &str) -> Result<(&'static str, Value), DoorError> {
    let may_leave =
        |name: &str, kind: FieldKind| !HOME_FIELDS.contains(&name) && name != STATE && !is_of_a_record(kind);
    let fields = leaver.kind.description.fields;
    let Some(field) = fields.iter().find(|field| field.name == given) else {
        let allowed = fields.iter().filter(|f| may_leave(f.name, f.kind)).map(|f| f.name).collect();
        return Err(DoorError::UnknownField { kind: leaver.kind.kind(), given: given.to_owned(), allowed });
    };
    if !may_leave(field.name, field.kind) {
        return Err(DoorError::StaysHome { field: field.name });
    }
    let inside = |path: &String| path == field.name || path.starts_with(&format!("{}/", field.name));
    if leaver.unsettled.iter().any(inside) {
        return Err(DoorError::Unsettled { field: field.name });
    }
    let value = match leaver.fields.get(field.name) {
        Some(value) if !value.is_empty() => value.clone(),
        _ => return Err(DoorError::Empty { field: field.name }),
    };
    let mut words = Words::default();
    words.at(field.name, &value);
    if let Some((place, _)) = words.passages().find(|(_, text)| names_local_record(text, leaver.local_ids)) {
        return Err(DoorError::NamesLocalRecord { field: place.to_owned() });
    }
    Ok((field.name, value))
}

/// Returns whether words hold enough of a local id to name its record.
fn names_local_record(text: &str, ids: &BTreeSet<DocumentId>) -> bool {
    text.split(|c: char| !c.is_ascii_hexdigit()).filter(|run| run.len() >= TELLING_DIGITS).any(|run| {
        let run = run.to_ascii_lowercase();
        ids.iter().any(|id| {
            let id = id.to_string();
            run.contains(&id) || id.starts_with(&run)
        })
    })
}

fn remarks(leaver: &Leaver<'_>, would_leave: &BTreeMap<&'static str, Value>) -> Vec<Remark> {
    let kind = leaver.kind;
    let mut remarks = Vec::new();
    let state = kind.state_of(leaver.fields);
    if !kind.leaves_from.contains(&state) {
        remarks.push(Remark::Early { state: state.to_owned(), kind: kind.label, leaves_from: kind.leaves_from });
    }
    for field in kind.description.fields {
        let needed = field.required && !HOME_FIELDS.contains(&field.name) && !is_of_a_record(field.kind);
        if needed && !would_leave.contains_key(field.name) {
            remarks.push(Remark::Lacks { field: field.label });
        }
    }
    remarks
}

/// Says what a finding is without its words.
fn told(found: &Finding) -> String {
    format!("{} in {}", found.what.label(), found.places.join(" and "))
}
