use serde_json::{Value, json};
use tally_control::{Answer, Failure, Request};

use super::Tale;
use super::reading::field;
use crate::context::unexpected;

/// One is cut off; both sides change the same sentence and the same date.
pub(super) fn act(tale: &mut Tale) -> Result<Value, Failure> {
    let cut = tale.story.cut_off.clone();
    let near = tale.story.member_of(&tale.story.agree.by);
    tale.stage.ask(&cut.member, None, Request::Cut { off: true })?;
    let name = tale.stage.name_of(&cut.member);
    tale.stage.until("the loss is noticed", || match tale.stage.ask(&near, None, Request::Peers)? {
        Answer::Peers { peers } => {
            Ok(peers.iter().any(|peer| peer.member == name && peer.state != "connected").then_some(()))
        }
        other => Err(unexpected(&other)),
    })?;
    for edit in &cut.edits {
        tale.edit(edit)?;
    }
    let why = match tale.stage.ask(&near, None, Request::Why { member: name.clone(), record: None })? {
        Answer::Why(why) => why,
        other => return Err(unexpected(&other)),
    };
    let status = match tale.stage.ask(&near, None, Request::Status)? {
        Answer::Status(status) => status,
        other => return Err(unexpected(&other)),
    };
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
