use serde_json::{Value, json};
use tally_control::{Because, Link, Peers, Problem, Status, Why};

use crate::Demo;
use crate::error::DemoError;
use crate::reading::field;

/// One is cut off; both sides change the same sentence and the same date.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let cut = demo.story.cut_off.clone();
    let near = demo.story.member_of(&demo.story.agree.by);
    demo.stage.cut_off(&cut.member)?;
    let name = demo.stage.name_of(&cut.member);
    demo.stage.until("the loss is noticed", || {
        let peers = demo.stage.ask(&near, None, &Peers {})?.peers;
        Ok(peers.iter().any(|peer| peer.member == name && peer.state != Link::Connected).then_some(()))
    })?;
    for edit in &cut.edits {
        demo.edit(edit)?;
    }
    let why = demo.stage.ask(&near, None, &Why { member: name.clone(), record: None })?;
    let status = demo.stage.ask(&near, None, &Status {})?;
    let silent = |problem: &Problem| matches!(problem, Problem::Unreachable { member, .. } if *member == name);
    let said = matches!(why.because, Because::Unreachable { .. }) && status.problems.iter().any(silent);
    Ok(json!({
        "not_heard_from": said.then_some(&cut.member),
        // Of all members, the one that asks counted too.
        "members_connected": status.members_connected + 1,
        "members_total": status.members_total + 1,
        "bexley_reads": field(&demo.priority(&near)?, "focus"),
        "greenwich_reads": field(&demo.priority(&cut.member)?, "focus"),
    }))
}
