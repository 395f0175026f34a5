use clap::Args;
use serde_json::Value;
use tally_control::{Exit, Failure, Record, RecordList};
use tally_document::{Field, FieldKind};
use tally_record::{REFERENCE, Type};

use crate::context::Context;
use crate::print::{document, field_text, moment, table, table_of};
use crate::value::{self, Assignment};

/// List records
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Of one kind
    kind: Option<String>,
    /// Of one ring
    #[arg(long = "in", value_name = "RING", conflicts_with = "local")]
    ring: Option<String>,
    /// Only those that this member keeps to itself
    #[arg(long)]
    local: bool,
    /// With this value; may be given more than once
    #[arg(long = "where", value_name = "FIELD=VALUE", value_parser = value::assignment)]
    matching: Vec<Assignment>,
    /// With a date before this day
    #[arg(long, value_name = "DATE")]
    due_before: Option<String>,
}

impl List {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let given = context.ask(&RecordList {
            kind: self.kind.clone(),
            ring: self.ring,
            local: self.local,
            matching: value::pairs(&self.matching)?,
            due_before: self.due_before,
        })?;
        let records = &given.records;
        let output = &context.output;
        if output.json {
            output.line(&document(&given));
        } else if records.is_empty() {
            output.say("No such record.");
        } else {
            let kind = self.kind.as_deref().and_then(|kind| tally_record::find(kind.trim()));
            output.line(&kind.map_or_else(|| of_any_kind(records), |kind| of_one_kind(kind, records)));
        }
        Ok(Exit::Done)
    }
}

fn of_any_kind(records: &[Record]) -> String {
    table(
        ["ref", "kind", "title", "state", "where", "changed"],
        records.iter().map(|one| {
            [
                one.reference.clone(),
                one.kind.clone(),
                one.title.clone(),
                if one.state.is_empty() { String::new() } else { format!("{} ({})", one.state, one.people_state) },
                place(one),
                one.changed.map(moment).unwrap_or_default(),
            ]
        }),
    )
}

/// The columns that the kind names, in its order, and where each record is.
fn of_one_kind(kind: &Type, records: &[Record]) -> String {
    let columns: Vec<&Field> = kind.columns.iter().filter_map(|name| kind.field(name)).collect();
    let mut sorted: Vec<&Record> = records.iter().collect();
    // What is empty comes last.
    sorted.sort_by_key(|one| match one.fields.get(kind.sort) {
        Some(Value::Number(number)) => (0, number.as_i64(), String::new()),
        Some(Value::String(text)) => (0, None, text.clone()),
        _ => (1, None, String::new()),
    });
    let heads = columns.iter().map(|field| field.label.to_lowercase()).chain(["where".to_owned()]);
    let rows = sorted.into_iter().map(|one| {
        let cells = columns.iter().map(|field| match one.fields.get(field.name) {
            Some(value) => cell(field, value),
            // Of a record that cannot be read the row still says what it is called.
            None if field.name == REFERENCE => one.reference.clone(),
            None if field.name == kind.title_field => one.title.clone(),
            None => String::new(),
        });
        cells.chain([place(one)]).collect::<Vec<String>>()
    });
    table_of(heads, rows)
}

/// A value with the labels of its words.
fn cell(field: &Field, value: &Value) -> String {
    match (value, field.kind) {
        (Value::String(word), FieldKind::Word(_)) => field.kind.label_of(word).to_owned(),
        (Value::Array(words), FieldKind::Words(_)) => {
            words.iter().filter_map(Value::as_str).map(|word| field.kind.label_of(word)).collect::<Vec<_>>().join(", ")
        }
        _ => field_text(value),
    }
}

fn place(record: &Record) -> String {
    record.audience.ring.clone().unwrap_or_else(|| "local".to_owned())
}
