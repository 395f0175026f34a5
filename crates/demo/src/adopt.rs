use std::collections::BTreeMap;

use serde_json::{Value, json};
use tally_control::{Adoption, RecordNew};

use crate::Demo;
use crate::error::DemoError;
use crate::reading::{field, given};

/// Two adopt; Bexley makes it its own priority, which stays at home; the third has not answered.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let adopt = demo.story.adopt.clone();
    for statement in &adopt.statements {
        demo.state(statement)?;
    }
    let own = demo.facts.bexley_priority.iter().find(|one| one.number == adopt.bexley_priority).cloned();
    let seat = adopt.statements.first().map(|one| one.by.clone()).unwrap_or_default();
    let member = demo.story.member_of(&seat);
    let mut at_home = Value::Null;
    if let Some(own) = own {
        let mut fields: BTreeMap<String, Value> = BTreeMap::from([
            ("scope".to_owned(), json!("local")),
            ("number".to_owned(), json!(own.number)),
            ("short_title".to_owned(), json!(own.title)),
            ("programme_year".to_owned(), json!(format!("Year {}", own.year))),
            ("lead_sectors".to_owned(), json!(own.lead)),
            ("time_limited".to_owned(), json!(true)),
        ]);
        if let Some(begins) = own.begins {
            fields.insert("starts".to_owned(), json!(begins));
        }
        let kind = demo.story.agree.kind.clone();
        let set = given(&demo.lists(&member, &kind)?, fields);
        let made = demo.make(&seat, &RecordNew { kind, ring: None, only: Vec::new(), set })?;
        let read = demo.shown(&member, &made.id, None)?;
        at_home = json!({
            "title": read.title,
            "lead": read.fields.get("lead_sectors"),
            "begins": field(&read, "starts"),
        });
    }
    demo.same()?;
    let read = demo.priority(&demo.story.cut_off.member)?;
    Ok(json!({
        "adopted_by": demo.who_adopted(&read, Adoption::Adopted),
        "awaiting": demo.who_adopted(&read, Adoption::Awaiting),
        "bexley_title": at_home["title"],
        "bexley_lead": at_home["lead"],
        "bexley_begins": at_home["begins"],
    }))
}
