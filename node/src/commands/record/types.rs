use clap::Args;
use serde_json::{Map, Value, json};
use tally_control::{Exit, Failure};
use tally_document::{Field, FieldKind, Target, Term};
use tally_record::Type;

use crate::context::Context;
use crate::print::{document, table};

/// List the kinds of records, or show one: its fields, words and states
#[derive(Debug, Args)]
pub(crate) struct Types {
    /// One kind [default: all]
    kind: Option<String>,
}

impl Types {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let chosen = match &self.kind {
            None => tally_record::types().to_vec(),
            Some(kind) => vec![tally_record::find(kind).ok_or_else(|| unknown(kind))?],
        };
        let output = &context.output;
        if output.json {
            let types: Vec<Value> = chosen.iter().map(|one| described(one)).collect();
            output.line(&document(&json!({ "types": types })));
        } else if let (Some(_), [one]) = (&self.kind, chosen.as_slice()) {
            people(context, one);
        } else {
            output.line(&table(
                ["kind", "is a", "born", "written by", "states"],
                chosen.iter().map(|one| {
                    [
                        one.kind().to_owned(),
                        one.label.to_owned(),
                        one.born.word().to_owned(),
                        one.writers.word().to_owned(),
                        one.states.iter().map(|state| state.name).collect::<Vec<_>>().join(", "),
                    ]
                }),
            ));
        }
        Ok(Exit::Done)
    }
}

fn unknown(kind: &str) -> Failure {
    let known = tally_record::types().iter().map(|one| one.kind()).collect::<Vec<_>>().join(", ");
    Failure::new(
        Exit::Failed,
        "The kind was not shown",
        format!("no kind of record is called {kind:?}"),
        format!("the kinds: {known}"),
    )
}

fn people(context: &Context, one: &Type) {
    let output = &context.output;
    output.line(&format!(
        "{}: a {}, born {}, written by {}",
        one.kind(),
        one.label,
        one.born.word(),
        one.writers.word()
    ));
    output.line("");
    output.line(&table(
        ["field", "holds", "for"],
        one.description.fields.iter().map(|field| [field.name.to_owned(), holds(&field.kind), field.help.to_owned()]),
    ));
    output.line("");
    output
        .line(&table(["state", "then"], one.states.iter().map(|state| [state.name.to_owned(), state.next.join(", ")])));
}

fn holds(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Word(terms) => format!("one of {}", words(terms)),
        FieldKind::Words(terms) => format!("any of {}", words(terms)),
        FieldKind::Lines(fields) => {
            format!("lines of {}", fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", "))
        }
        other => word(other).to_owned(),
    }
}

fn words(terms: &[Term]) -> String {
    terms.iter().map(|term| term.word).collect::<Vec<_>>().join(", ")
}

fn word(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Line => "line",
        FieldKind::Text => "text",
        FieldKind::Word(_) => "word",
        FieldKind::Words(_) => "words",
        FieldKind::Date => "date",
        FieldKind::Number => "number",
        FieldKind::Flag => "flag",
        FieldKind::Items => "items",
        FieldKind::Lines(_) => "lines",
        FieldKind::Link(Target::Member) => "member",
        FieldKind::Link(Target::Area) => "area",
        FieldKind::Link(Target::Seat) => "seat",
        FieldKind::Link(Target::Organisation) => "organisation",
        FieldKind::Link(Target::Record(_)) => "link",
        FieldKind::Money => "money",
        FieldKind::Count { .. } => "count",
        FieldKind::Percentage => "percentage",
        FieldKind::Time => "time",
        FieldKind::File => "file",
    }
}

fn field(one: &Field) -> Value {
    let mut map = Map::new();
    map.insert("name".into(), one.name.into());
    map.insert("label".into(), one.label.into());
    map.insert("help".into(), one.help.into());
    map.insert("required".into(), one.required.into());
    map.insert("holds".into(), word(&one.kind).into());
    match &one.kind {
        FieldKind::Word(terms) | FieldKind::Words(terms) => {
            map.insert("words".into(), terms.iter().map(|term| term.word).collect());
            let labels: Map<String, Value> =
                terms.iter().map(|term| (term.word.to_owned(), term.label.into())).collect();
            map.insert("labels".into(), labels.into());
        }
        FieldKind::Link(Target::Record(kinds)) if !kinds.is_empty() => {
            map.insert("kinds".into(), json!(kinds));
        }
        FieldKind::Count { least } => {
            map.insert("least".into(), (*least).into());
        }
        FieldKind::Lines(fields) => {
            map.insert("fields".into(), fields.iter().map(field).collect());
        }
        _ => {}
    }
    Value::Object(map)
}

fn described(one: &Type) -> Value {
    let states: Map<String, Value> = one
        .states
        .iter()
        .map(|state| {
            (state.name.to_owned(), json!({ "label": state.label, "next": state.next, "people": state.people.word() }))
        })
        .collect();
    let groups: Vec<Value> = one
        .groups
        .iter()
        .map(|group| {
            let names: Vec<&str> = group.fields.iter().map(|field| field.name).collect();
            json!({ "label": group.label, "fields": names })
        })
        .collect();
    let rules: Vec<Value> =
        one.rules.iter().map(|rule| json!({ "rule": rule.number, "says": rule.says, "fields": rule.about })).collect();
    json!({
        "kind": one.kind(), "label": one.label, "version": one.description.version,
        "fields": one.description.fields.iter().map(field).collect::<Vec<_>>(),
        "groups": groups, "agreed_text": one.agreed_text, "dues": one.dues, "columns": one.columns, "sort": one.sort,
        "section": one.section.label(), "rules": rules, "states": states, "first": one.first, "born": one.born.word(), "writers": one.writers.word(),
    })
}
