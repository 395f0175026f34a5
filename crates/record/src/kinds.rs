use crate::record_type::Type;

mod group;
mod learning;
mod priority;
mod scrutiny;

pub(crate) use group::GROUP;
pub(crate) use learning::LEARNING;
pub(crate) use priority::PRIORITY;
pub(crate) use scrutiny::SCRUTINY;

/// Every kind of record there is; a new one adds its file and its line here.
static TYPES: [&Type; 4] = [&PRIORITY, &LEARNING, &SCRUTINY, &GROUP];

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
    use crate::fields::{CASE_INFO, HANDLING, LINKS, REFERENCE, RETENTION, STATE};

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
            let FieldKind::Word(terms) = kind.field(STATE).unwrap().kind else {
                panic!("the state of a {} is not a word", kind.kind());
            };
            let words: Vec<(&str, &str)> = terms.iter().map(|term| (term.word, term.label)).collect();
            let states: Vec<(&str, &str)> = kind.states.iter().map(|state| (state.name, state.label)).collect();
            assert_eq!(words, states, "{}", kind.kind());
        }
    }

    #[test]
    fn every_field_that_a_kind_names_is_there() {
        for kind in types() {
            let about = kind.rules.iter().flat_map(|rule| rule.about);
            let named = [kind.columns, kind.agreed_text, kind.dues].into_iter().flatten().chain(about);
            for name in named.chain([&kind.title_field, &kind.sort, &HANDLING, &RETENTION, &REFERENCE, &CASE_INFO]) {
                assert!(kind.field(name).is_some(), "{} {name}", kind.kind());
            }
        }
    }

    #[test]
    fn what_is_due_is_a_day_and_what_is_agreed_is_no_mark_of_its_own() {
        for kind in types() {
            for name in kind.dues {
                assert_eq!(kind.field(name).unwrap().kind, FieldKind::Date, "{} {name}", kind.kind());
            }
            let own: BTreeSet<&str> = kind.groups.iter().flat_map(|group| group.fields).map(|f| f.name).collect();
            assert!(!kind.agreed_text.is_empty() && kind.agreed_text.iter().all(|name| own.contains(name)));
        }
    }

    #[test]
    fn a_kind_has_its_groups_and_what_all_share() {
        for kind in types() {
            let names: Vec<&str> = kind.description.fields.iter().map(|field| field.name).collect();
            let own = kind.groups.iter().flat_map(|group| group.fields).map(|field| field.name);
            let whole: Vec<&str> = [REFERENCE, STATE]
                .into_iter()
                .chain(own)
                .chain(["source", LINKS, CASE_INFO, HANDLING, RETENTION])
                .collect();
            assert_eq!(names, whole, "{}", kind.kind());
            assert!(kind.groups.iter().all(|group| !group.label.is_empty() && !group.fields.is_empty()));
        }
    }

    #[test]
    fn every_word_has_a_label_and_is_there_once() {
        let fields = types().iter().flat_map(|kind| kind.description.fields).flat_map(|field| match field.kind {
            FieldKind::Lines(inner) => inner.to_vec(),
            _ => vec![*field],
        });
        for field in fields {
            let words: BTreeSet<&str> = field.kind.terms().iter().map(|term| term.word).collect();
            assert_eq!(words.len(), field.kind.terms().len(), "{}", field.name);
            let labels: BTreeSet<&str> = field.kind.terms().iter().map(|term| term.label).collect();
            assert_eq!(labels.len(), words.len(), "{}", field.name);
            assert!(labels.iter().all(|label| !label.contains('_') && !label.is_empty()), "{}", field.name);
        }
    }

    #[test]
    fn rules_are_said_once_and_about_something() {
        for kind in types() {
            let said: BTreeSet<&str> = kind.rules.iter().map(|rule| rule.says).collect();
            assert_eq!(said.len(), kind.rules.len(), "{}", kind.kind());
            assert!(kind.rules.iter().all(|rule| !rule.about.is_empty()), "{}", kind.kind());
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
