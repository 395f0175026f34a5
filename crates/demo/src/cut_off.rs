use serde_json::{Value, json};
use tally_control::{Link, Peers, Status, Why};

use crate::Tale;
use crate::error::DemoError;
use crate::reading::field;

/// One is cut off; both sides change the same sentence and the same date.
pub(crate) fn act(tale: &mut Tale) -> Result<Value, DemoError> {
    let cut = tale.story.cut_off.clone();
    let near = tale.story.member_of(&tale.story.agree.by);
    tale.stage.cut_off(&cut.member)?;
    let name = tale.stage.name_of(&cut.member);
    tale.stage.until("the loss is noticed", || {
        let peers = tale.stage.ask(&near, None, &Peers {})?.peers;
        Ok(peers.iter().any(|peer| peer.member == name && peer.state != Link::Connected).then_some(()))
    })?;
    for edit in &cut.edits {
        tale.edit(edit)?;
    }
    let why = tale.stage.ask(&near, None, &Why { member: name.clone(), record: None })?;
    let status = tale.stage.ask(&near, None, &Status {})?;
    let said = why.cause.contains(&name) && status.problems.iter().any(|problem| problem.what.contains(&name));
    Ok(json!({
        "not_heard_from": said.then_some(&cut.member),
        // Of all members, the one that asks counted too.
        "members_connected": status.members_connected + 1,
        "members_total": status.members_total + 1,
        "bexley_reads": field(&tale.priority(&near)?, "focus"),
        "greenwich_reads": field(&tale.priority(&cut.member)?, "focus"),
    }))
}
