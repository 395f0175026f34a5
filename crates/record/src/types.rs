use crate::learning::LEARNING;
use crate::priority::PRIORITY;
use crate::record_type::Type;
use crate::scrutiny::SCRUTINY;

/// Every kind of record there is; a new type adds one line here.
static TYPES: [&Type; 3] = [&PRIORITY, &LEARNING, &SCRUTINY];

/// Returns every kind of record.
#[must_use]
pub fn types() -> &'static [&'static Type] {
    &TYPES
}

/// Returns the kind of record that a word names.
#[must_use]
pub fn find(kind: &str) -> Option<&'static Type> {
    TYPES.iter().find(|t| t.kind() == kind).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tally_document::FieldKind;

    use super::*;

    #[test]
    fn every_move_leads_to_a_state_of_the_type() {
        for kind in types() {
            for state in kind.states {
                for next in state.next {
                    assert!(kind.state(next).is_some(), "{} {next}", kind.kind());
                }
            }
        }
    }

    #[test]
    fn every_state_can_be_reached_from_the_first() {
        for kind in types() {
            let mut reached = BTreeSet::from([kind.first]);
            while let Some(more) = kind
                .states
                .iter()
                .filter(|s| reached.contains(s.name))
                .flat_map(|s| s.next)
                .find(|n| !reached.contains(*n))
            {
                reached.insert(more);
            }
            assert_eq!(reached.len(), kind.states.len(), "{}", kind.kind());
        }
    }

    #[test]
    fn the_state_field_allows_exactly_the_states() {
        for kind in types() {
            let FieldKind::Word(words) = kind.field(kind.state_field).unwrap().kind else {
                panic!("the state of a {} is not a word", kind.kind());
            };
            let states: Vec<&str> = kind.states.iter().map(|s| s.name).collect();
            assert_eq!(words, states, "{}", kind.kind());
        }
    }

    #[test]
    fn lists_and_titles_name_fields_that_exist() {
        for kind in types() {
            for name in kind.list_columns.iter().chain([&kind.title_field, &"handling", &"retention", &"reference"]) {
                assert!(kind.field(name).is_some(), "{} {name}", kind.kind());
            }
        }
    }

    #[test]
    fn no_field_is_named_twice() {
        for kind in types() {
            let names: BTreeSet<&str> = kind.description.fields.iter().map(|f| f.name).collect();
            assert_eq!(names.len(), kind.description.fields.len(), "{}", kind.kind());
        }
    }

    #[test]
    fn every_field_has_a_label_and_help() {
        for field in types().iter().flat_map(|t| t.description.fields) {
            assert!(!field.label.is_empty() && field.help.ends_with('.'), "{}", field.name);
        }
    }

    #[test]
    fn names_are_in_snake_case() {
        for field in types().iter().flat_map(|t| t.description.fields) {
            assert!(field.name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", field.name);
        }
    }

    #[test]
    fn letters_and_kinds_are_unique() {
        let letters: BTreeSet<char> = types().iter().map(|t| t.letter).collect();
        let kinds: BTreeSet<&str> = types().iter().map(|t| t.kind()).collect();
        assert_eq!((letters.len(), kinds.len()), (types().len(), types().len()));
    }

    #[test]
    fn where_a_record_leaves_and_arrives_are_states() {
        for kind in types() {
            for state in kind.leaves_from.iter().chain([&kind.arrives_as, &kind.first]) {
                assert!(kind.state(state).is_some(), "{} {state}", kind.kind());
            }
        }
    }

    #[test]
    fn a_kind_is_found_by_its_word() {
        assert_eq!(find("learning").map(Type::kind), Some("learning"));
        assert!(find("case").is_none());
    }
}
