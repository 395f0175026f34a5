use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tally_control::{Keep, RecordAdd, RecordSettle};
use tally_stage::StageError;

use crate::Demo;
use crate::error::DemoError;
use crate::reading::field;
use crate::story::PowerCut;

/// So many writes are acknowledged before the power goes: enough to have some behind and some before it.
const BEFORE: u32 = 8;

/// The line is back and both wordings are kept; the power goes at a third, and nothing acknowledged is lost.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let heal = demo.story.heal.clone();
    demo.stage.reconnect(&demo.story.cut_off.member)?;
    let acknowledged = power_cut(demo, &heal.power_cut)?;
    demo.stage.start(&heal.power_cut.member)?;
    let lines = demo
        .priority(&heal.power_cut.member)?
        .fields
        .get(&heal.power_cut.field)
        .map(Value::to_string)
        .unwrap_or_default();
    let text = heal.power_cut.line.get("text").cloned().unwrap_or_default();
    let lost = (1..=acknowledged).filter(|n| !lines.contains(&text.replace("{n}", &n.to_string()))).count();
    demo.same()?;
    let near = demo.story.member_of(&demo.story.agree.by);
    let read = demo.priority(&near)?;
    let answers: Map<String, Value> = read
        .answers
        .get(&heal.settle.field)
        .into_iter()
        .flatten()
        .filter_map(|one| Some((demo.stage.id_of(one.member.as_deref()?), one.value.clone())))
        .collect();
    demo.make(
        &heal.settle.by,
        &RecordSettle {
            id: demo.priority.clone(),
            field: heal.settle.field.clone(),
            keep: Keep::Member(demo.stage.name_of(&heal.settle.keep)),
        },
    )?;
    demo.same()?;
    let settled = demo.priority(&near)?;
    Ok(json!({
        "focus": field(&read, "focus"),
        "joined": read.joined,
        "answers": answers,
        "settled": settled.answers.is_empty().then(|| field(&settled, &heal.settle.field)),
        "acknowledged_lost": lost,
    }))
}

/// Writes line after line and takes the power in the middle; gives how many were acknowledged.
fn power_cut(demo: &Demo, cut: &PowerCut) -> Result<u32, StageError> {
    let acknowledged = AtomicU32::new(0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 1..=cut.writes {
                let set =
                    cut.line.iter().map(|(key, text)| (key.clone(), text.replace("{n}", &n.to_string()))).collect();
                let ask = RecordAdd { id: demo.priority.clone(), field: cut.field.clone(), set };
                if let Err(error) = demo.make(&cut.by, &ask) {
                    return Some(error);
                }
                acknowledged.store(n, Ordering::SeqCst);
            }
            None
        });
        while acknowledged.load(Ordering::SeqCst) < BEFORE && !writer.is_finished() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let killed = demo.stage.kill(&cut.member);
        match writer.join() {
            // A write that broke off before the power went is a failure of its own.
            Ok(Some(error)) if acknowledged.load(Ordering::SeqCst) < BEFORE => Err(error),
            _ => killed.map(|()| acknowledged.load(Ordering::SeqCst)),
        }
    })
}
