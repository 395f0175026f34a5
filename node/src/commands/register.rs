use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use tally_control::{Disclosure, Exit, Failure, RegisterShow};

use crate::context::Context;
use crate::print::{document, moment, table};

/// Show what left, when, to whom, on what basis
#[derive(Debug, Args)]
pub(crate) struct Register {
    /// Also write it to this file, as comma-separated values
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

impl Register {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(&RegisterShow {})?;
        let disclosures = &given.disclosures;
        if let Some(file) = &self.export {
            std::fs::write(file, separated(disclosures)).map_err(|error| {
                Failure::new(
                    Exit::Failed,
                    "The register was not written",
                    format!("{}: {error}", file.display()),
                    "name a file that can be written",
                )
            })?;
        }
        let output = &context.output;
        if output.json {
            output.line(&document(&given));
        } else if disclosures.is_empty() {
            output.say("Nothing has left.");
        } else {
            output.line(&table(
                ["when", "local", "fields", "to", "basis", "seat", "state"],
                disclosures.iter().map(|one| {
                    [
                        moment(one.at),
                        one.local.clone(),
                        one.fields.join(", "),
                        format!("{} ({})", one.ring, one.holders.join(", ")),
                        one.basis.clone(),
                        one.seat.clone(),
                        one.state.word().to_owned(),
                    ]
                }),
            ));
        }
        Ok(Exit::Done)
    }
}

fn separated(disclosures: &[Disclosure]) -> String {
    let mut text = "at,local,fields,ring,holders,basis,seat,override_reason,shared,state\r\n".to_owned();
    for one in disclosures {
        let cells = [
            one.at.to_string(),
            one.local.clone(),
            one.fields.join("; "),
            one.ring.clone(),
            one.holders.join("; "),
            one.basis.clone(),
            one.seat.clone(),
            one.override_reason.clone().unwrap_or_default(),
            one.shared.clone().unwrap_or_default(),
            one.state.word().to_owned(),
        ];
        let row = cells.map(|cell| quoted(&cell)).join(",");
        // Writing to a string cannot fail.
        let _never = write!(text, "{row}\r\n");
    }
    text
}

/// A cell in quotes; one that a spreadsheet would take for a formula begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
    }

    #[test]
    fn a_quote_in_a_cell_is_doubled() {
        assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
    }
}
