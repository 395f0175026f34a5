use serde_json::json;
use tally_control::{Failure, Sync};

use super::Tale;
use crate::print::{Output, document, table};

/// Who has a copy of which record, as each borough knows it.
pub(super) fn print(tale: &Tale, output: &Output) -> Result<(), Failure> {
    // Receipts follow what they are about by some seconds.
    tale.stage.together()?;
    for member in tale.stage.members() {
        let records = tale.stage.ask(&member, None, &Sync { record: None })?.records;
        if output.json {
            output.line(&document(&json!({ "seen_by": member, "records": records })));
            continue;
        }
        output.line(&format!("\nAs {} knows it:", tale.stage.name_of(&member)));
        output.line(&table(
            ["record", "title", "has a copy"],
            records.iter().map(|copy| {
                let held = copy
                    .held_by
                    .iter()
                    .map(|(name, held)| format!("{name}: {}", held.state.word()))
                    .collect::<Vec<_>>();
                [copy.reference.clone(), copy.title.clone(), held.join(", ")]
            }),
        ));
    }
    Ok(())
}
