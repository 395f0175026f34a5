use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tally_control::{Keep, RecordAdd, RecordSettle};
use tally_stage::StageError;

use crate::Tale;
use crate::error::DemoError;
use crate::reading::field;
use crate::story::PowerCut;

/// So many writes are acknowledged before the power goes: enough to have some behind and some before it.
const BEFORE: u32 = 8;

/// The line is back and both wordings are kept; the power goes at a third, and nothing acknowledged is lost.
pub(crate) fn act(tale: &mut Tale) -> Result<Value, DemoError> {
    let heal = tale.story.heal.clone();
    tale.stage.reconnect(&tale.story.cut_off.member)?;
    let acknowledged = power_cut(tale, &heal.power_cut)?;
    tale.stage.start(&heal.power_cut.member)?;
    let lines = tale
        .priority(&heal.power_cut.member)?
        .fields
        .get(&heal.power_cut.field)
        .map(Value::to_string)
        .unwrap_or_default();
    let text = heal.power_cut.line.get("text").cloned().unwrap_or_default();
    let lost = (1..=acknowledged).filter(|n| !lines.contains(&text.replace("{n}", &n.to_string()))).count();
    tale.same()?;
    let near = tale.story.member_of(&tale.story.agree.by);
    let read = tale.priority(&near)?;
    let answers: Map<String, Value> = read
        .answers
        .get(&heal.settle.field)
        .into_iter()
        .flatten()
        .filter_map(|one| Some((tale.stage.id_of(one.member.as_deref()?), one.value.clone())))
        .collect();
    tale.make(
        &heal.settle.by,
        &RecordSettle {
            id: tale.priority.clone(),
            field: heal.settle.field.clone(),
            keep: Keep::Member(tale.stage.name_of(&heal.settle.keep)),
        },
    )?;
    tale.same()?;
    let settled = tale.priority(&near)?;
    Ok(json!({
        "focus": field(&read, "focus"),
        "joined": read.joined,
        "answers": answers,
        "settled": settled.answers.is_empty().then(|| field(&settled, &heal.settle.field)),
        "acknowledged_lost": lost,
    }))
}

/// Writes line after line and takes the power in the middle; gives how many were acknowledged.
fn power_cut(tale: &Tale, cut: &PowerCut) -> Result<u32, StageError> {
    let acknowledged = AtomicU32::new(0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 1..=cut.writes {
                let set =
                    cut.line.iter().map(|(key, text)| (key.clone(), text.replace("{n}", &n.to_string()))).collect();
                let ask = RecordAdd { id: tale.priority.clone(), field: cut.field.clone(), set };
                if let Err(error) = tale.make(&cut.by, &ask) {
                    return Some(error);
                }
                acknowledged.store(n, Ordering::SeqCst);
            }
            None
        });
        while acknowledged.load(Ordering::SeqCst) < BEFORE && !writer.is_finished() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let killed = tale.stage.kill(&cut.member);
        match writer.join() {
            // A write that broke off before the power went is a failure of its own.
            Ok(Some(error)) if acknowledged.load(Ordering::SeqCst) < BEFORE => Err(error),
            _ => killed.map(|()| acknowledged.load(Ordering::SeqCst)),
        }
    })
}
