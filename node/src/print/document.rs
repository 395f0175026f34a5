use serde::Serialize;
use serde_json::{Map, Value};
use tally_control::{Answer, SCHEMA};

/// The JSON document of a value: its fields with the version of the form.
pub(crate) fn document<T: Serialize>(value: &T) -> String {
    let mut map = match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        Ok(other) => Map::from_iter([("value".to_owned(), other)]),
        Err(_) => Map::new(),
    };
    map.insert("schema".to_owned(), Value::from(SCHEMA));
    Value::Object(map).to_string()
}

/// The JSON document of an answer: what is inside it, less the name of the answer.
pub(crate) fn answer(answer: &Answer) -> String {
    let inside = match serde_json::to_value(answer) {
        Ok(Value::Object(map)) if map.len() == 1 => map.into_iter().next().map(|(_, inside)| inside),
        _ => None,
    };
    document(&inside.unwrap_or_else(|| Value::Object(Map::new())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_printed_without_its_name() {
        let text = answer(&Answer::Peers { peers: Vec::new() });
        assert_eq!(text, r#"{"peers":[],"schema":1}"#);
    }

    #[test]
    fn an_empty_answer_is_still_a_document() {
        assert_eq!(answer(&Answer::Nothing {}), r#"{"schema":1}"#);
    }
}
