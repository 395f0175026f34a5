use serde::Serialize;
use serde_json::{Map, Value};
use tally_control::SCHEMA;

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

#[cfg(test)]
mod tests {
    use tally_control::{Done, PeerList};

    use super::*;

    #[test]
    fn an_answer_is_printed_with_its_schema() {
        assert_eq!(document(&PeerList { peers: Vec::new() }), r#"{"peers":[],"schema":1}"#);
    }

    #[test]
    fn an_empty_answer_is_still_a_document() {
        assert_eq!(document(&Done {}), r#"{"schema":1}"#);
    }
}
