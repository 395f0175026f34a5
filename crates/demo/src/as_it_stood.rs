use serde_json::{Value, json};
use tally_control::Adoption;

use crate::Demo;
use crate::approve::in_force;
use crate::error::DemoError;
use crate::reading::field;

/// What the Board had before it can be read whatever is written afterwards.
///
/// The machine's clock is today's, so the day is kept as the version of that day and read by its name.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let stood = demo.story.as_it_stood.clone();
    let near = demo.story.member_of(&stood.afterwards.by);
    let version = demo.priority(&near)?.version;
    demo.edit(&stood.afterwards)?;
    demo.same()?;
    let on_the_day = demo.shown(&near, &demo.priority, Some(&version))?;
    let now = demo.priority(&near)?;
    let named = stood.told.expected["board"].as_str().unwrap_or_default();
    let board = demo.facts.body.iter().find(|body| body.id == named);
    Ok(json!({
        "board": board.map(|board| board.id.clone()),
        "board_met": board.is_some_and(|board| board.dates_2020_21.contains(&stood.day)),
        "focus_on_the_day": field(&on_the_day, "focus"),
        "agreed_on_the_day": in_force(demo, &near, &on_the_day)?,
        "ends_on_the_day": field(&on_the_day, "ends"),
        "focus_now": field(&now, "focus"),
        "adopted_by": demo.who_adopted(&now, Adoption::Adopted),
        "outstanding": demo.who_adopted(&now, Adoption::Awaiting),
    }))
}
