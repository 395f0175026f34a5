use super::world::*;
use crate::hostile::rows;
use crate::*;

/// No hostile change may cost more than the largest honest one: 2,000 operations with 8,000 predecessors.
const STEPS_MOST: u64 = 200_000;
const BYTES_MOST: usize = 8 << 20;

/// What every row must hold, whatever else is in the document.
fn refused(name: &str) {
    let row = rows().into_iter().find(|row| row.name == name).expect(name);
    let document = lived_in();
    let hostile = (row.build)(&document, actor(4));
    let Judgement::Void(refusal) = document.judge(actor(4), &hostile) else {
        panic!("{name}: {:?}", document.judge(actor(4), &hostile));
    };
    assert!(document.cost().steps < STEPS_MOST, "{:?}", document.cost());
    assert!(document.cost().peak_bytes < BYTES_MOST, "{:?}", document.cost());

    // The same verdict wherever unrelated changes arrived before it.
    let mut other = document.clone();
    for by in [1, 2, 3] {
        say(&mut other, by, &[set("body", text(&format!("something by {by} else")))]);
        let Judgement::Void(again) = other.judge(actor(4), &hostile) else {
            panic!("{name}: admitted later");
        };
        assert_eq!(again, refusal, "{name}");
    }

    // The honest go on.
    say(&mut other, 4, &[set("body", text("honest words afterwards"))]);
    assert_eq!(body(&other), "honest words afterwards");
    other.snapshot().unwrap();
}

macro_rules! refuses {
    ($($test:ident: $name:literal;)*) => {
        $(#[test] fn $test() { refused($name); })*

        #[test]
        fn every_row_has_its_test() {
            let named = [$($name),*];
            for row in rows() {
                assert!(named.contains(&row.name), "{}", row.name);
            }
        }
    };
}

refuses! {
    a_word_that_it_has_not_seen: "a word that it has not seen";
    a_value_that_it_has_not_seen: "a value that it has not seen";
    no_bytes: "no bytes";
    wrong_magic: "wrong magic";
    wrong_checksum: "wrong checksum";
    document_chunk: "document chunk";
    compressed_chunk: "compressed chunk";
    bundle_chunk: "bundle chunk";
    truncated: "truncated";
    trailing_byte: "trailing byte";
    two_changes_in_one: "two changes in one";
    padded_length: "padded length";
    run_written_as_literals: "run written as literals";
    a_saved_document_of_many_operations: "a saved document of many operations";
    has_1_000_000_operations_in_a_map: "1,000,000 operations in a map";
    has_5_000_000_operations_in_a_map: "5,000,000 operations in a map";
    has_100_000_000_operations_in_a_map: "100,000,000 operations in a map";
    has_5_000_000_operations_in_a_list: "5,000,000 operations in a list";
    has_2_001_operations: "2,001 operations";
    has_70_kib: "70 KiB";
    unknown_column: "unknown column";
    expand_column: "expand column";
    mark_name_column: "mark name column";
    deflated_column: "deflated column";
    no_operations: "no operations";
    sequence_gap_of_7: "sequence gap of 7";
    sequence_2_of_an_unknown_actor: "sequence 2 of an unknown actor";
    sequence_too_low: "sequence too low";
    sequence_enormous: "sequence enormous";
    start_op_too_low: "start op too low";
    start_op_zero: "start op zero";
    start_op_4_000_000_000: "start op 4,000,000,000";
    start_op_2_32_1: "start op 2^32-1";
    start_op_2_32_1_two_operations: "start op 2^32-1, two operations";
    start_op_enormous: "start op enormous";
    another_actor: "another actor";
    short_actor: "short actor";
    a_time: "a time";
    a_message: "a message";
    extra_bytes: "extra bytes";
    unused_other_actor: "unused other actor";
    own_actor_among_the_others: "own actor among the others";
    has_300_other_actors: "300 other actors";
    no_dependencies: "no dependencies";
    a_dependency_twice: "a dependency twice";
    a_dependency_in_the_past_of_another: "a dependency in the past of another";
    has_100_dependencies: "100 dependencies";
    object_does_not_exist: "object does not exist";
    object_is_a_put_of_a_text: "object is a put of a text";
    object_is_a_word: "object is a word";
    object_is_a_deletion: "object is a deletion";
    object_is_itself: "object is itself";
    object_is_the_next_operation: "object is the next operation";
    a_name_inside_a_list: "a name inside a list";
    an_element_inside_a_map: "an element inside a map";
    an_element_at_the_root: "an element at the root";
    an_insertion_into_a_map: "an insertion into a map";
    an_insertion_at_the_root: "an insertion at the root";
    an_insertion_at_the_head_of_a_map: "an insertion at the head of a map";
    a_name_and_an_element_at_once: "a name and an element at once";
    no_key: "no key";
    an_empty_name: "an empty name";
    a_long_name: "a long name";
    an_actor_out_of_the_table: "an actor out of the table";
    nine_maps_deep: "nine maps deep";
    has_1_900_maps_deep: "1,900 maps deep";
    has_5_000_maps_deep: "5,000 maps deep";
    insertion_after_another_texts_word: "insertion after another text's word";
    insertion_after_nothing_known: "insertion after nothing known";
    insertion_after_a_list: "insertion after a list";
    insertion_after_itself: "insertion after itself";
    insertion_after_the_next_operation: "insertion after the next operation";
    insertion_with_a_predecessor: "insertion with a predecessor";
    insertion_of_a_deletion: "insertion of a deletion";
    a_map_inserted_into_a_list: "a map inserted into a list";
    a_list_put_on_a_word: "a list put on a word";
    put_at_the_head: "put at the head";
    delete_at_the_head: "delete at the head";
    delete_at_the_head_with_a_predecessor: "delete at the head with a predecessor";
    put_on_itself: "put on itself";
    put_on_the_next_operation: "put on the next operation";
    put_on_another_texts_word: "put on another text's word";
    put_on_a_word_that_is_deleted: "put on a word that is deleted";
    predecessor_does_not_exist: "predecessor does not exist";
    predecessor_in_another_key: "predecessor in another key";
    predecessor_in_another_object: "predecessor in another object";
    predecessor_is_another_word: "predecessor is another word";
    predecessor_is_itself: "predecessor is itself";
    predecessor_is_the_next_operation: "predecessor is the next operation";
    predecessor_is_a_deletion: "predecessor is a deletion";
    predecessor_was_deleted: "predecessor was deleted";
    predecessor_was_replaced: "predecessor was replaced";
    predecessor_twice: "predecessor twice";
    predecessor_left_out: "predecessor left out";
    delete_without_predecessor: "delete without predecessor";
    delete_of_a_name_without_predecessor: "delete of a name without predecessor";
    delete_with_an_unknown_predecessor: "delete with an unknown predecessor";
    predecessor_is_a_container: "predecessor is a container";
    a_container_is_deleted: "a container is deleted";
    a_value_over_a_container: "a value over a container";
    a_container_over_a_container: "a container over a container";
    a_container_over_a_value: "a container over a value";
    negative_predecessor: "negative predecessor";
    predecessor_beyond_32_bits: "predecessor beyond 32 bits";
    make_text: "make text";
    increment: "increment";
    make_table: "make table";
    mark: "mark";
    unknown_action: "unknown action";
    a_counter: "a counter";
    a_time_value: "a time value";
    a_floating_number: "a floating number";
    an_unknown_value: "an unknown value";
    nothing_with_bytes: "nothing with bytes";
    a_padded_number: "a padded number";
    a_text_that_is_no_utf_8: "a text that is no UTF-8";
    a_value_longer_than_its_column: "a value longer than its column";
    an_enormous_value_length: "an enormous value length";
    a_map_with_a_value: "a map with a value";
}

#[test]
fn what_builds_on_nothing_here_waits() {
    let document = lived_in();
    let mut other = document.clone();
    let first = say(&mut other, 4, &[set("title", line("one"))]);
    let second = say(&mut other, 4, &[set("title", line("two"))]);
    let Judgement::Wait(missing) = document.judge(actor(4), &second) else {
        panic!("{:?}", document.judge(actor(4), &second));
    };
    let Judgement::Admit(admitted) = document.judge(actor(4), &first) else {
        panic!("{:?}", document.judge(actor(4), &first));
    };
    assert_eq!(missing, [admitted.hash()]);
}

#[test]
fn one_number_is_taken_once() {
    let mut document = lived_in();
    let mut left = document.clone();
    let mut right = document.clone();
    let left = say(&mut left, 4, &[set("title", line("left"))]);
    let right = say(&mut right, 4, &[set("title", line("right"))]);
    let (Judgement::Admit(a), Judgement::Admit(b)) =
        (document.judge(actor(4), &left), document.judge(actor(4), &right))
    else {
        panic!("not admitted");
    };
    assert_eq!(document.admit(vec![a, b]), Err(Blown::Misplaced));
    let refused = document.judge(actor(4), &right);
    assert!(matches!(refused, Judgement::Void(Refusal::SequenceTaken { .. })), "{refused:?}");
    say(&mut document, 1, &[set("title", line("honest"))]);
    document.snapshot().unwrap();
}

#[test]
fn a_birth_that_builds_on_something_is_none() {
    let mut document = lived_in();
    let change = say(&mut document, 4, &[set("title", line("late"))]);
    let opened = Document::open(&change, actor(4), &Limits::FIRST);
    assert_eq!(opened.err(), Some(Refusal::NotABirth));
}

#[test]
fn the_forgers_honest_change_is_admitted() {
    let mut document = lived_in();
    let change = crate::hostile::honest(&document, actor(4)).write();
    hear(&mut document, 4, &change);
    assert_eq!(read(&document).unknown, ["unheard of"]);
    document.snapshot().unwrap();
}
