//! What is given on the command line as a value: text as it is, or the text of a file.

use std::io::Read;
use std::path::Path;

use tally_control::{Exit, Failure};

/// The longest file taken as a value, in bytes: far above the longest text of a record.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// A field and what it is given, as `FIELD=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// The field.
    pub(crate) field: String,
    /// Its value as it was typed.
    pub(crate) value: String,
}

/// Reads `FIELD=VALUE`.
pub(crate) fn assignment(given: &str) -> Result<Assignment, String> {
    match given.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => {
            Ok(Assignment { field: field.trim().to_owned(), value: value.to_owned() })
        }
        _ => Err("this is not FIELD=VALUE".to_owned()),
    }
}

/// The text that a value stands for: `@FILE` is the text of that file, `@@` begins a text with one `@`.
pub(crate) fn text(given: &str) -> Result<String, Failure> {
    let Some(rest) = given.strip_prefix('@') else {
        return Ok(given.to_owned());
    };
    if rest.starts_with('@') {
        return Ok(rest.to_owned());
    }
    file_text(Path::new(rest), "The value was not read")
}

/// The same, where there is one.
pub(crate) fn optional(given: Option<&str>) -> Result<Option<String>, Failure> {
    given.map(text).transpose()
}

/// Fields with the texts that their values stand for.
pub(crate) fn pairs(given: &[Assignment]) -> Result<Vec<(String, String)>, Failure> {
    given.iter().map(|one| Ok((one.field.clone(), text(&one.value)?))).collect()
}

/// The text of a file that was named, or of the standard input for `-`.
pub(crate) fn file_text(file: &Path, what: &str) -> Result<String, Failure> {
    let refused = |why: String| Failure::new(Exit::Failed, what, why, "name a file of plain text");
    let failed = |error: std::io::Error| refused(format!("{}: {error}", file.display()));
    let from: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(failed)?)
    };
    // A device or a pipe has no length to look at: what is read is counted.
    let mut text = String::new();
    from.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(refused(format!("{} is longer than {FILE_BYTES_MAX} bytes", file.display())));
    }
    Ok(text.strip_suffix('\n').map_or_else(|| text.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_further_equals_signs() {
        let one = assignment("focus=a=b").expect("reads");
        assert_eq!((one.field.as_str(), one.value.as_str()), ("focus", "a=b"));
    }

    #[test]
    fn a_field_without_a_value_is_no_assignment() {
        assert!(assignment("focus").is_err());
    }

    #[test]
    fn a_file_gives_its_text_without_the_last_line_break() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("words");
        std::fs::write(&file, "one\ntwo\n").expect("written");
        assert_eq!(text(&format!("@{}", file.display())).expect("reads"), "one\ntwo");
    }

    #[test]
    fn a_file_without_end_is_refused() {
        assert!(text("@/dev/zero").is_err_and(|failure| failure.why.contains("longer than")));
    }

    #[test]
    fn two_signs_begin_a_text_with_one() {
        assert_eq!(text("@@home").expect("reads"), "@home");
    }
}
