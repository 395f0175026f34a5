use serde_json::{Value, json};
use tally_control::{Adoption, RecordNew};

use crate::Tale;
use crate::error::DemoError;
use crate::reading::{field, given};

/// The steering group's text, born in the ring; all three hold it and nobody has adopted it.
pub(crate) fn act(tale: &mut Tale) -> Result<Value, DemoError> {
    let (agree, next) = (tale.story.agree.clone(), tale.facts.next_shared_priority.clone());
    let mut fields = agree.fields;
    fields.insert("short_title".to_owned(), next.title.into());
    fields.insert("programme_year".to_owned(), next.programme_year.into());
    fields.insert("time_limited".to_owned(), next.time_limited.into());
    let lists = tale.lists(&tale.story.member_of(&agree.by), &agree.kind)?;
    let made = tale.make(
        &agree.by,
        &RecordNew {
            kind: agree.kind.clone(),
            ring: Some(tale.facts.ring.name.clone()),
            only: Vec::new(),
            set: given(&lists, fields),
        },
    )?;
    tale.priority = made.id;
    tale.stage.together()?;
    let mut held_by = Vec::new();
    let writer = tale.priority(&tale.story.member_of(&agree.by))?;
    for member in tale.stage.members() {
        if tale.priority(&member)?.version == writer.version {
            held_by.push(member);
        }
    }
    let others = tale.stage.members().into_iter().next_back().unwrap_or_default();
    let read = tale.priority(&others)?;
    Ok(json!({
        "ring": read.audience.ring,
        "title": read.title,
        "programme_year": field(&read, "programme_year"),
        "time_limited": read.fields.get("time_limited"),
        "held_by": held_by,
        "adopted_by": tale.who_adopted(&read, Adoption::Adopted),
    }))
}
