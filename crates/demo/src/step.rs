use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a step is told.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Told {
    pub(crate) step: u32,
    pub(crate) title: String,
    pub(crate) when: String,
    pub(crate) told: String,
    pub(crate) invented: bool,
    /// What must be observed.
    pub(crate) expected: Value,
}

/// A step as it was observed.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its number in the story.
    pub step: u32,
    /// What it is called.
    pub title: String,
    /// The month or day of the story, not of the clock.
    pub when: String,
    /// What happens, in a sentence or three.
    pub told: String,
    /// Whether wordings and acts are made up; dates and bodies are not.
    pub invented: bool,
    /// What must be observed.
    pub expected: Value,
    /// What was observed; `failed` where the step broke off.
    pub observed: Value,
    /// Whether the two are the same.
    pub held: bool,
}

impl Step {
    /// Compares what was observed with what was expected; the order of a list of names means nothing.
    pub(crate) fn judge(told: Told, observed: Value) -> Self {
        let expected = in_order(told.expected);
        let observed = in_order(observed);
        Self {
            step: told.step,
            title: told.title,
            when: told.when,
            told: told.told,
            invented: told.invented,
            held: expected == observed,
            expected,
            observed,
        }
    }
}

fn in_order(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(in_order).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(map) => map.into_iter().map(|(name, value)| (name, in_order(value))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(expected: Value) -> Told {
        Told { step: 1, title: String::new(), when: String::new(), told: String::new(), invented: true, expected }
    }

    #[test]
    fn the_same_names_in_another_order_hold() {
        assert!(Step::judge(told(json!({ "by": ["a", "b"] })), json!({ "by": ["b", "a"] })).held);
    }

    #[test]
    fn something_not_observed_does_not_hold() {
        assert!(!Step::judge(told(json!({ "by": "a", "in": 2 })), json!({ "by": "a" })).held);
    }
}
