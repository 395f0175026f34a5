use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use tally_control::{AskError, Check, RecordMove, RecordNew, Refusal, Share};
use tally_stage::StageError;

use crate::Demo;
use crate::error::DemoError;
use crate::reading::given;

/// A list of young people stays at home: the guard stops it, and none of its words is anywhere else.
pub(crate) fn act(demo: &mut Demo) -> Result<Value, DemoError> {
    let guard = demo.story.guard.clone();
    let member = demo.story.member_of(&guard.by);
    let made = demo.make(
        &guard.by,
        &RecordNew {
            kind: guard.kind.clone(),
            ring: None,
            only: Vec::new(),
            set: given(&demo.lists(&member, &guard.kind)?, guard.fields),
        },
    )?;
    for state in guard.share.moves {
        demo.make(&guard.by, &RecordMove { id: made.id.clone(), state })?;
    }
    let share = |dry_run| Share {
        id: made.id.clone(),
        ring: demo.facts.ring.name.clone(),
        only: Vec::new(),
        fields: guard.share.fields.clone(),
        basis: guard.share.basis.clone(),
        dry_run,
        override_reason: None,
    };
    let findings = counted(&demo.stage.ask(&member, Some(&guard.by), &share(true))?.findings);
    let shared = match demo.stage.ask(&member, Some(&guard.by), &share(false)) {
        Ok(shared) => shared.shared.is_some(),
        Err(StageError::Asked { source: AskError::Refused(refusal), .. })
            if matches!(*refusal, Refusal::Guard { .. }) =>
        {
            false
        }
        Err(error) => return Err(error.into()),
    };
    demo.same()?;
    let words: Vec<String> = guard.told.expected["nowhere_else"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect();
    let others: Vec<String> = demo.stage.members().into_iter().filter(|one| *one != member).collect();
    let mut nowhere = words;
    for other in &others {
        let home = demo.stage.home(other)?;
        nowhere.retain(|word| !holds(&home, word.as_bytes()));
    }
    let hubs = demo.facts.hub.iter().filter_map(|hub| hub.mini_hubs.as_ref()).find(|hubs| hubs.date == guard.told.when);
    Ok(json!({
        "hubs": hubs.map(|hubs| hubs.count),
        "shared": shared,
        "findings": findings,
        "nowhere_else": nowhere,
        "other_homes": others,
    }))
}

fn counted(findings: &[Check]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        // As the story names it: an NHS number is nhs_number.
        let words = finding.what.to_lowercase();
        let name = words.strip_prefix("an ").or_else(|| words.strip_prefix("a ")).unwrap_or(&words);
        *counts.entry(name.replace(' ', "_")).or_default() += 1;
    }
    counts
}

/// Whether these bytes stand in any file of the folder. What cannot be read counts as holding them.
pub(crate) fn holds(folder: &Path, bytes: &[u8]) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return true;
    };
    entries.filter_map(Result::ok).any(|entry| {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => holds(&path, bytes),
            Ok(kind) if kind.is_file() => match std::fs::read(&path) {
                Ok(content) => content.windows(bytes.len()).any(|window| window == bytes),
                // A file that went while the folder was read, as a database's do.
                Err(error) => error.kind() != std::io::ErrorKind::NotFound,
            },
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_a_folder_below_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("below")).expect("made");
        std::fs::write(folder.path().join("below/file"), b"\0\0Quillfeather\0").expect("written");
        assert!(holds(folder.path(), b"Quillfeather"));
        assert!(!holds(folder.path(), b"Vandermoot"));
    }
}
