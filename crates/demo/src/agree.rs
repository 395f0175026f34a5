use serde_json::{Value, json};
use tally_control::{Adoption, RecordNew};

use crate::Demo;
use crate::error::DemoError;
use crate::reading::{field, given};

/// The steering group's text, born in the ring; all three hold it and nobody has adopted it.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let (agree, next) = (demo.story.agree.clone(), demo.facts.next_shared_priority.clone());
    let mut fields = agree.fields;
    fields.insert("short_title".to_owned(), next.title.into());
    fields.insert("programme_year".to_owned(), next.programme_year.into());
    fields.insert("time_limited".to_owned(), next.time_limited.into());
    let lists = demo.lists(&demo.story.member_of(&agree.by), &agree.kind)?;
    let made = demo.make(
        &agree.by,
        &RecordNew {
            kind: agree.kind.clone(),
            ring: Some(demo.facts.ring.name.clone()),
            only: Vec::new(),
            set: given(&lists, fields),
        },
    )?;
    demo.priority = made.id;
    demo.stage.together()?;
    let mut held_by = Vec::new();
    let writer = demo.priority(&demo.story.member_of(&agree.by))?;
    for member in demo.stage.members() {
        if demo.priority(&member)?.version == writer.version {
            held_by.push(member);
        }
    }
    let others = demo.stage.members().into_iter().next_back().unwrap_or_default();
    let read = demo.priority(&others)?;
    Ok(json!({
        "ring": read.audience.ring,
        "title": read.title,
        "programme_year": field(&read, "programme_year"),
        "time_limited": read.fields.get("time_limited"),
        "held_by": held_by,
        "adopted_by": demo.who_adopted(&read, Adoption::Adopted),
    }))
}
