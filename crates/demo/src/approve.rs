use serde_json::{Value, json};
use tally_control::Approval;

use crate::Demo;
use crate::error::DemoError;
use crate::reading::field;

/// All approve one exact text; a later word shows as changed since, and the agreed text stays in force.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let approve = demo.story.approve.clone();
    for statement in &approve.statements {
        demo.state(statement)?;
    }
    demo.same()?;
    let near = demo.story.member_of(&demo.story.agree.by);
    // An approval is of one version: of the next one nobody has said anything yet.
    let approved_by = demo.who_said(&demo.priority(&near)?, Approval::Approved);
    demo.edit(&approve.later)?;
    demo.same()?;
    let read = demo.priority(&near)?;
    let agreed = in_force(demo, &near, &read)?;
    let (before, after) = demo.changed_word(&near, &approve.later.field)?;
    Ok(json!({
        "approved_by": approved_by,
        "agreed": agreed,
        "changed_since_agreed": read.agreed.as_ref().map(|agreed| agreed.changed_since),
        "word_before": before,
        "word_after": after,
    }))
}

/// The words of the text in force.
pub(crate) fn in_force(demo: &Demo, member: &str, read: &tally_control::Record) -> Result<Option<String>, DemoError> {
    let Some(version) = read.agreed.as_ref().and_then(|agreed| agreed.in_force.as_deref()) else {
        return Ok(None);
    };
    let agreed = demo.shown(member, &demo.priority, Some(version))?;
    Ok(Some(field(&agreed, "focus")))
}
