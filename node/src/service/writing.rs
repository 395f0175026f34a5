//! Records are made and changed: in a ring through the core, at home in the sovereign store.

use std::collections::BTreeSet;

use tally_control::{Exit, Failure, Keep as Kept, Made, names};
use tally_document::{Edit, Keep, Value, Version};
use tally_entry::{DocumentId, EntryId, MemberId, RingId};
use tally_record::{Born, Reference, Type, check_move};
use tally_replica::{Command, Query, QueryAnswer, RecordReading, Reply};
use tally_sovereign::{Act, Saved, Seat, Settle};

use super::atlas::{Atlas, edition};
use super::editing::{Settling, edits, set, settle_value, split};
use super::naming::{self, Place};
use super::reading::local_version_at;
use super::{Service, guarding, refusals, shape, who};
use crate::moment;

/// A document that is to be made in a ring.
pub(super) struct Making {
    pub(super) ring: RingId,
    pub(super) only: Option<BTreeSet<MemberId>>,
    pub(super) kind: &'static Type,
    pub(super) edits: Vec<Edit>,
}

/// A change that is to be made in a ring.
struct Changing {
    document: DocumentId,
    edits: Vec<Edit>,
    base: Option<Version>,
    reason: Option<String>,
}

impl Service {
    pub(super) async fn record_new(
        &self,
        kind: &str,
        ring: Option<&str>,
        only: &[String],
        set: &[(String, String)],
        seat: Option<Seat>,
    ) -> Result<Made, Failure> {
        let what = "No record was made";
        let kind = find_kind(what, kind)?;
        let edits = edits(what, kind, set)?;
        if let Some(edit) = edits.iter().find(|edit| !matches!(edit, Edit::Set { .. })) {
            return Err(refusals::edit(
                what,
                &tally_document::EditError::UnknownField { field: format!("{:?}", edit.field()) },
            ));
        }
        let Some(ring) = ring else {
            if !only.is_empty() {
                return Err(Failure::new(
                    Exit::Usage,
                    what,
                    "--only narrows a ring, and no ring was named",
                    "Add --in RING, or leave --only out for a local record.",
                ));
            }
            let saved = self.try_local(what, move |store| store.create(kind, &edits, act(seat.as_ref(), None))).await?;
            return self.made_local(what, saved).await;
        };
        if kind.born == Born::Local {
            return Err(refusals::failure(what, &tally_replica::Refused::BornLocal(kind.kind().to_owned())));
        }
        let atlas = self.atlas(what).await?;
        let sight = naming::ring(what, &atlas.rings, ring)?;
        let only = only_members(what, sight, only, atlas.me)?;
        guarding::check(what, &edits)?;
        let making = Making { ring: sight.ring, only, kind, edits };
        let (document, entry) = self.make(what, making, seat.as_ref()).await?;
        self.made_shared(what, document, Some(entry)).await
    }

    /// Makes a document in a ring, with its state, its marks and the next short reference.
    pub(super) async fn make(
        &self,
        what: &str,
        making: Making,
        seat: Option<&Seat>,
    ) -> Result<(DocumentId, EntryId), Failure> {
        let Making { ring, only, kind, mut edits } = making;
        let speaker = seat.map(|seat| who::speaker(what, seat)).transpose()?;
        let place = self.making.lock().await;
        let seen = self.core.look(Query::Records { ring: Some(ring) }).await.map_err(|undone| undone.failure(what))?;
        let atlas = self.atlas(what).await?;
        let held: Vec<Reference> = match &seen {
            QueryAnswer::Records(records) => records
                .iter()
                .filter_map(|sight| shape::text_of(&sight.reading.as_ref()?.fields, "reference").parse().ok())
                .collect(),
            _ => Vec::new(),
        };
        let reference = Reference::next(Some(&atlas.ring_name(&ring)), kind.letter, &held).to_string();
        let mut own = vec![set("reference", Value::Line(reference))];
        for (name, value) in [
            (kind.state_field, Value::Word(kind.first.to_owned())),
            ("handling", Value::Word(kind.handling.to_owned())),
            ("retention", Value::Line(kind.retention.to_owned())),
        ] {
            if !edits.iter().any(|edit| edit.field() == name) {
                own.push(set(name, value));
            }
        }
        own.append(&mut edits);
        let command = Command::Create { ring, only, kind: kind.kind().to_owned(), edits: own, speaker };
        let made = self.core.command(command).await.map_err(|undone| undone.failure(what))?;
        drop(place);
        match made {
            Reply::Created { document, entry, .. } => Ok((document, entry)),
            _ => Err(unexpected(what)),
        }
    }

    pub(super) async fn record_set(
        &self,
        id: &str,
        given: &[(String, String)],
        base: Option<&str>,
        reason: Option<String>,
        seat: Option<Seat>,
    ) -> Result<Made, Failure> {
        let what = "The record was not changed";
        match self.place(what, id).await? {
            Place::Local(id) => {
                let kind = self.local_kind(what, id).await?;
                let edits = edits(what, kind, given)?;
                let steps = self.try_local(what, move |store| store.history(id)).await?;
                let base = base.map(|base| local_version_at(what, &steps, base)).transpose()?;
                let saved = self
                    .try_local(what, move |store| {
                        store.set(id, &edits, base.as_ref(), act(seat.as_ref(), reason.as_deref()))
                    })
                    .await?;
                self.made_local(what, saved).await
            }
            Place::Shared(document) => {
                let sight = self.writable(what, document).await?;
                let kind = find_kind(what, &sight.kind)?;
                let edits = edits(what, kind, given)?;
                let base = match base {
                    Some(base) => Some(self.version_at(what, document, base).await?),
                    None => None,
                };
                let changing = Changing { document, edits, base, reason };
                self.change(what, changing, seat.as_ref()).await
            }
        }
    }

    pub(super) async fn record_add(
        &self,
        id: &str,
        field: &str,
        given: &[(String, String)],
        seat: Option<Seat>,
    ) -> Result<Made, Failure> {
        let what = "No line was added";
        let place = self.place(what, id).await?;
        let kind = match place {
            Place::Local(id) => self.local_kind(what, id).await?,
            Place::Shared(document) => find_kind(what, &self.writable(what, document).await?.kind)?,
        };
        let described = tally_record::field_of(kind, field).map_err(|error| refusals::value(what, &error))?;
        let words = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let values = tally_record::parse_line(described, words).map_err(|error| refusals::value(what, &error))?;
        let edits = vec![Edit::AddLine { field: described.name.to_owned(), values, after: None }];
        match place {
            Place::Local(id) => {
                let saved =
                    self.try_local(what, move |store| store.set(id, &edits, None, act(seat.as_ref(), None))).await?;
                self.made_local(what, saved).await
            }
            Place::Shared(document) => {
                let changing = Changing { document, edits, base: None, reason: None };
                self.change(what, changing, seat.as_ref()).await
            }
        }
    }

    pub(super) async fn record_move(&self, id: &str, state: &str, seat: Option<Seat>) -> Result<Made, Failure> {
        let what = "The record was not moved";
        let state = state.trim().to_lowercase().replace([' ', '-'], "_");
        match self.place(what, id).await? {
            Place::Local(id) => {
                let saved =
                    self.try_local(what, move |store| store.move_to(id, &state, act(seat.as_ref(), None))).await?;
                self.made_local(what, saved).await
            }
            Place::Shared(document) => {
                let sight = self.writable(what, document).await?;
                let kind = find_kind(what, &sight.kind)?;
                let fields = sight.reading.as_ref().map(|reading| &reading.fields);
                let from = fields.map_or(kind.first, |fields| kind.state_of(fields));
                check_move(kind, from, &state).map_err(|error| {
                    Failure::new(Exit::Failed, what, error.to_string(), "Move it by the steps that are allowed.")
                })?;
                let edits = vec![set(kind.state_field, Value::Word(state))];
                let changing = Changing { document, edits, base: Some(sight.version), reason: None };
                self.change(what, changing, seat.as_ref()).await
            }
        }
    }

    pub(super) async fn record_settle(
        &self,
        id: &str,
        field: &str,
        keep: &Kept,
        seat: Option<Seat>,
    ) -> Result<Made, Failure> {
        let what = "The answers were not settled";
        match self.place(what, id).await? {
            Place::Local(id) => {
                let kind = self.local_kind(what, id).await?;
                let Kept::Value(value) = keep else {
                    return Err(Failure::new(
                        Exit::Usage,
                        what,
                        "every answer of a local record is this member's",
                        "Say what to keep with --set VALUE.",
                    ));
                };
                let (field, line, keep) = settle_value(what, kind, field, value)?;
                let saved = self
                    .try_local(what, move |store| {
                        store.settle(id, Settle { field: &field, line, keep }, act(seat.as_ref(), None))
                    })
                    .await?;
                self.made_local(what, saved).await
            }
            Place::Shared(document) => {
                let sight = self.writable(what, document).await?;
                let kind = find_kind(what, &sight.kind)?;
                let (field, line, keep) = match keep {
                    Kept::Value(value) => settle_value(what, kind, field, value)?,
                    Kept::Member(member) => self.settle_member(what, &sight, field, member).await?,
                };
                let edits = vec![Edit::Settle { field, line, keep }];
                let changing = Changing { document, edits, base: None, reason: None };
                self.change(what, changing, seat.as_ref()).await
            }
        }
    }

    async fn settle_member(
        &self,
        what: &str,
        sight: &RecordReading,
        field: &str,
        member: &str,
    ) -> Result<Settling, Failure> {
        let atlas = self.atlas(what).await?;
        let edition = atlas.ring(&sight.ring).and_then(edition).ok_or_else(|| unexpected(what))?;
        let member = naming::member(what, edition, member)?;
        let Some(answers) = sight.answers.get(field) else {
            let open: Vec<&str> = sight.answers.keys().map(String::as_str).collect();
            let why = if open.is_empty() {
                "no field of it has more than one answer".to_owned()
            } else {
                format!("{field} has one answer; more than one have: {}", open.join(", "))
            };
            return Err(Failure::new(Exit::Failed, what, why, "`tally record show ID` shows the answers."));
        };
        let changes: Vec<_> = answers.iter().filter(|a| a.member == Some(member)).map(|a| a.change).collect();
        if changes.len() > 1 {
            return Err(Failure::new(
                Exit::Failed,
                what,
                format!(
                    "{} gave {} answers to {field}, and which of them to keep is not said",
                    atlas.member(Some(&sight.ring), &member),
                    changes.len()
                ),
                "Say what to keep with --set VALUE.",
            ));
        }
        let read = sight.reading.as_ref().and_then(|reading| reading.answers.get(field));
        let kept = read.into_iter().flatten().find(|answer| changes.contains(&answer.change));
        let Some(kept) = kept else {
            let given = answers.iter().filter_map(|a| a.member).map(|m| atlas.member(Some(&sight.ring), &m));
            let given: Vec<String> = given.collect();
            return Err(Failure::new(
                Exit::Failed,
                what,
                format!(
                    "{} gave no answer to {field}; answers are by {}",
                    atlas.member(Some(&sight.ring), &member),
                    names(given.iter().map(String::as_str))
                ),
                "Keep one of theirs, or say what to keep with --set VALUE.",
            ));
        };
        let (field, line) = split(field);
        Ok((field, line, Keep::Actor(kept.by)))
    }

    /// Changes a document of a ring, after the guard has seen the words.
    async fn change(&self, what: &str, changing: Changing, seat: Option<&Seat>) -> Result<Made, Failure> {
        let Changing { document, edits, base, reason } = changing;
        guarding::check(what, &edits)?;
        guarding::check_said(what, reason.as_deref().map(|reason| ("reason", reason)))?;
        let speaker = seat.map(|seat| who::speaker(what, seat)).transpose()?;
        let command = Command::Edit { document, edits, base: base.map(Into::into), reason, speaker };
        match self.core.command(command).await.map_err(|undone| undone.failure(what))? {
            Reply::Edited { entry, joined, .. } => {
                let mut made = self.made_shared(what, document, Some(entry)).await?;
                made.joined = joined;
                Ok(made)
            }
            _ => Err(unexpected(what)),
        }
    }

    /// The record, where this member may change it.
    async fn writable(&self, what: &str, document: DocumentId) -> Result<RecordReading, Failure> {
        let sight = self.sight(what, document, None).await?;
        if sight.writers != tally_entry::Writers::Members && sight.home != self.home.member() {
            let atlas = self.atlas(what).await?;
            return Err(Failure::new(
                Exit::NotPermitted,
                what,
                format!("it is {}'s, and only {0} changes it", atlas.member(Some(&sight.ring), &sight.home)),
                "Respond to it instead: `tally respond ID comment --note TEXT`, or reply, question, object.",
            ));
        }
        Ok(sight)
    }

    /// A record of a ring as it reads.
    pub(super) async fn sight(
        &self,
        what: &str,
        document: DocumentId,
        at: Option<Version>,
    ) -> Result<RecordReading, Failure> {
        match self
            .core
            .look(Query::Record { document, at: at.map(Into::into) })
            .await
            .map_err(|undone| undone.failure(what))?
        {
            QueryAnswer::Record(sight) => Ok(*sight),
            _ => Err(unexpected(what)),
        }
    }

    pub(super) async fn local_kind(&self, what: &str, id: DocumentId) -> Result<&'static Type, Failure> {
        self.try_local(what, move |store| store.show(id, None).map(|record| record.kind)).await
    }

    async fn made_local(&self, what: &str, saved: Saved) -> Result<Made, Failure> {
        let id = saved.id;
        let record = self.try_local(what, move |store| store.show(id, None)).await?;
        let atlas = Atlas::new(self.home.member(), self.home.name().to_owned());
        let message = format!("This stays in {}.", atlas.name);
        let mut made = shape::made(shape::local(&record, None, &atlas), message);
        made.joined = saved.joined;
        Ok(made)
    }

    /// What is said once a document of a ring was made or changed: where the words go now.
    pub(super) async fn made_shared(
        &self,
        what: &str,
        document: DocumentId,
        entry: Option<EntryId>,
    ) -> Result<Made, Failure> {
        let sight = self.sight(what, document, None).await?;
        let atlas = self.atlas(what).await?;
        let mut made = shape::made(shape::shared(&sight, &atlas), go_to(&sight, &atlas));
        made.entry = entry.map(|entry| entry.to_string());
        Ok(made)
    }
}

/// Where words of a record go, as a sentence.
pub(super) fn go_to(sight: &RecordReading, atlas: &Atlas) -> String {
    let holders = atlas.members(&sight.ring, &sight.holders);
    match holders.as_slice() {
        [one] => format!("Only {one} holds this."),
        [_, _] => format!("{} both get this now.", names(holders.iter().map(String::as_str))),
        _ => format!("{} get this now.", names(holders.iter().map(String::as_str))),
    }
}

/// The members of a narrower audience, this one among them.
pub(super) fn only_members(
    what: &str,
    ring: &tally_replica::RingReading,
    only: &[String],
    me: MemberId,
) -> Result<Option<BTreeSet<MemberId>>, Failure> {
    if only.is_empty() {
        return Ok(None);
    }
    let Some(edition) = edition(ring) else {
        return Err(unexpected(what));
    };
    let mut members = BTreeSet::from([me]);
    for given in only {
        members.insert(naming::member(what, edition, given)?);
    }
    // All of them is the ring itself, which is the audience without a list.
    Ok((members.len() < edition.members.len()).then_some(members))
}

pub(super) fn find_kind(what: &str, kind: &str) -> Result<&'static Type, Failure> {
    tally_record::find(kind.trim()).ok_or_else(|| {
        let known: Vec<&str> = tally_record::types().iter().map(|kind| kind.kind()).collect();
        Failure::new(
            Exit::Usage,
            what,
            format!("there is no kind {kind:?}; the kinds are: {}", known.join(", ")),
            "`tally record types` says what each is for.",
        )
    })
}

/// Reads a version in the form in which it is printed.
pub(super) fn version(what: &str, given: &str) -> Result<Version, Failure> {
    given.trim().parse().map_err(|error: tally_document::VersionError| {
        Failure::new(
            Exit::Usage,
            what,
            format!("{given:?} is {error}"),
            "Copy it from `tally record show ID` or `tally record history ID`.",
        )
    })
}

fn act<'a>(seat: Option<&'a Seat>, reason: Option<&'a str>) -> Act<'a> {
    Act { seat: seat.map(|seat| seat.id.as_str()), reason, now: moment::now() }
}

/// An answer of another kind than the request has: a fault of this program.
pub(super) fn unexpected(what: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        what,
        "the node answered something else than was asked",
        "This is a fault of the program; please report it with what you did.",
    )
}
