use serde_json::{Value, json};
use tally_control::Approval;

use crate::Tale;
use crate::error::DemoError;
use crate::reading::field;

/// All approve one exact text; a later word shows as changed since, and the agreed text stays in force.
pub(crate) fn act(tale: &mut Tale) -> Result<Value, DemoError> {
    let approve = tale.story.approve.clone();
    for statement in &approve.statements {
        tale.state(statement)?;
    }
    tale.same()?;
    let near = tale.story.member_of(&tale.story.agree.by);
    // An approval is of one version: of the next one nobody has said anything yet.
    let approved_by = tale.who_said(&tale.priority(&near)?, Approval::Approved);
    tale.edit(&approve.later)?;
    tale.same()?;
    let read = tale.priority(&near)?;
    let agreed = in_force(tale, &near, &read)?;
    let (before, after) = tale.changed_word(&near, &approve.later.field)?;
    Ok(json!({
        "approved_by": approved_by,
        "agreed": agreed,
        "changed_since_agreed": read.agreed.as_ref().map(|agreed| agreed.changed_since),
        "word_before": before,
        "word_after": after,
    }))
}

/// The words of the text in force.
pub(crate) fn in_force(tale: &Tale, member: &str, read: &tally_control::Record) -> Result<Option<String>, DemoError> {
    let Some(version) = read.agreed.as_ref().and_then(|agreed| agreed.in_force.as_deref()) else {
        return Ok(None);
    };
    let agreed = tale.shown(member, &tale.priority, Some(version))?;
    Ok(Some(field(&agreed, "focus")))
}
