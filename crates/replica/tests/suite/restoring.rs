use tally_document::{Edit, Keep, Value};
use tally_entry::{Body, DocumentId, EntryId, LogId, Position};
use tally_replica::{Command, Event, Note, Query, QueryAnswer, RecordReading, Refused, Reply, Speaker, Stored};
use tally_ring::Audience;

use crate::founding::body;
use crate::frame;
use crate::network::{Journal, Network};

/// The journal up to and with the first frame of which this holds.
fn torn(journal: &Journal, is_last: impl Fn(&Stored) -> bool) -> Journal {
    let decoded = journal.iter().map(|(kind, payload)| Stored::decode(*kind, payload).expect("stored"));
    let last = decoded.into_iter().position(|stored| is_last(&stored)).expect("such a frame");
    journal[..=last].to_vec()
}

fn records(network: &mut Network, at: usize) -> Vec<RecordReading> {
    let Ok(Reply::Answer(answer)) = network.command(at, Command::Query(Query::Records { ring: None })) else {
        panic!("nothing seen")
    };
    let QueryAnswer::Records(records) = *answer else { panic!("no records") };
    records
}

fn titles(network: &mut Network, at: usize) -> Vec<String> {
    let title = |record: RecordReading| match record.reading?.fields.get("title")? {
        Value::Line(title) => Some(title.clone()),
        _ => None,
    };
    let mut titles: Vec<_> = records(network, at).into_iter().filter_map(title).collect();
    titles.sort();
    titles
}

/// What a home holds that was set aside.
fn aside(network: &mut Network, at: usize) -> usize {
    let Ok(Reply::Answer(answer)) = network.command(at, Command::Query(Query::Logs)) else { panic!("nothing seen") };
    let QueryAnswer::Logs(logs) = *answer else { panic!("no logs") };
    logs.iter().flat_map(|log| &log.entries).filter(|entry| entry.aside).count()
}

#[test]
fn a_restart_reads_the_same() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    network.set(1, document, "focus", Value::Text("one two".into()));
    let before = network.agreed(document).version;
    let journal = network.journals[1].clone();
    network.restart(1, journal);
    assert_eq!(network.record(1, document).version, before);
    network.connect_all();
    network.set(1, document, "focus", Value::Text("one two three".into()));
    network.agreed(document);
}

#[test]
fn an_older_copy_of_a_home_loses_nothing_and_forks_nothing() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let image = network.journals[0].clone();
    network.set(0, document, "focus", Value::Text("written before the disk broke".into()));
    let kept = network.create(0, "Kept by partners");
    network.restart(0, image);
    let unsent = network.create(0, "Written before the first hello");
    network.set(0, document, "short_title", Value::Line("adolescents".into()));
    network.connect_all();
    network.pass(31_000);
    network.pass(31_000);
    let record = network.agreed(document);
    let reading = record.reading.expect("known");
    assert_eq!(reading.fields.get("focus"), Some(&Value::Text("written before the disk broke".into())));
    assert_eq!(reading.fields.get("short_title"), Some(&Value::Line("adolescents".into())));
    network.agreed(kept);
    assert!(!network.events.iter().flatten().any(|event| matches!(event, Event::Forked { .. })));
    assert!(network.events[0].iter().any(|event| matches!(event, Event::Restored { .. })));
    // The record begun meanwhile was begun again, under an id of the new incarnation.
    let gone =
        network.command(0, tally_replica::Command::Query(tally_replica::Query::Record { document: unsent, at: None }));
    assert!(gone.is_err());
    let expected = ["Adolescent vulnerability", "Kept by partners", "Written before the first hello"];
    for at in 0..3 {
        assert_eq!(titles(&mut network, at), expected);
    }
    // And after another start of the healed home nothing changes.
    let journal = network.journals[0].clone();
    network.restart(0, journal);
    network.connect_all();
    network.pass(31_000);
    assert_eq!(titles(&mut network, 0), expected);
}

#[test]
fn a_fork_that_both_branches_of_reached_partners_is_frozen_everywhere() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let image = network.journals[0].clone();
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        network.disconnect(a, b);
    }
    // One partner hears one life, the other another: nobody could have known in time.
    network.connect(0, 1);
    network.set(0, document, "focus", Value::Text("said to the second".into()));
    network.restart(0, image);
    network.connect(0, 2);
    network.set(0, document, "focus", Value::Text("said to the third".into()));
    network.connect(1, 2);
    network.connect(0, 1);
    network.pass(31_000);
    network.pass(31_000);
    network.agreed(document);
    for at in 0..3 {
        assert!(network.events[at].iter().any(|event| matches!(event, Event::Forked { after: 1, .. })), "node {at}");
    }
    network.set(0, document, "source", Value::Line("goes on".into()));
    network.agreed(document);
}

#[test]
fn what_was_set_aside_is_listed_after_a_start_though_its_log_is_empty() {
    let mut network = Network::new();
    let image = network.journals[0].clone();
    network.connect(0, 1);
    network.create(0, "Kept by partners");
    network.restart(0, image);
    network.create(0, "Written before the first hello");
    network.connect(0, 1);
    network.pass(31_000);
    let journal = torn(&network.journals[0], |stored| matches!(stored, Stored::Note(Note::Aside { after: 0, .. })));
    network.restart(0, journal);
    assert_eq!(aside(&mut network, 0), 1);
}

#[test]
fn the_word_of_a_partner_alone_moves_nothing() {
    let mut network = Network::new();
    network.connect_all();
    network.create(0, "Adolescent vulnerability");
    let journal = network.journals[0].clone();
    network.restart(0, journal.clone());
    let (ring, audience, node) = (network.ring(), Audience::whole(network.ring()).id(), network.nodes[0].node());
    // It says that it holds a million entries of ours, in this life or in one that never was...
    for incarnation in [1, u32::MAX] {
        let position = Position { incarnation, sequence: 1_000_000, entry: EntryId::from_bytes([9; 32]) };
        let hello = frame::hello(ring, audience, node, position);
        // ... and that, asked where, our copies have nothing in common.
        let traced = frame::traced(&LogId { ring, audience, node, incarnation });
        network.untrue = Some((1, 4, traced));
        network.intrude(1, 0, hello);
        network.pass(31_000);
    }
    network.untrue = None;
    let since = network.journals[0][journal.len()..].iter();
    let notes = since.filter(|(kind, payload)| matches!(Stored::decode(*kind, payload), Ok(Stored::Note(_))));
    assert_eq!(notes.count(), 0);
    network.connect_all();
    network.pass(31_000);
    for at in 0..3 {
        assert_eq!(titles(&mut network, at), ["Adolescent vulnerability"]);
    }
}

#[test]
fn writing_again_goes_on_where_a_crash_interrupted_it() {
    let mut network = Network::new();
    let image = network.journals[0].clone();
    network.connect_all();
    network.create(0, "Kept by partners");
    let partners = [network.journals[1].clone(), network.journals[2].clone()];
    network.restart(0, image);
    let unsent = network.create(0, "Written before the first hello");
    network.set(0, unsent, "focus", Value::Text("one lesson".into()));
    network.set(0, unsent, "focus", Value::Text("one lesson a term".into()));
    network.connect_all();
    network.pass(31_000);
    // The power fails between the record begun again and the words said in it, and no partner has heard of either.
    let journal = torn(&network.journals[0], |stored| match stored {
        Stored::Entry(entry) => matches!(body(entry), Some(Body::Birth(birth)) if birth.again.is_some()),
        _ => false,
    });
    network.restart(0, journal);
    for (at, journal) in (1..).zip(partners) {
        network.restart(at, journal);
    }
    network.connect_all();
    network.pass(31_000);
    network.pass(31_000);
    for at in 0..3 {
        assert_eq!(titles(&mut network, at), ["Kept by partners", "Written before the first hello"]);
        let focus: Vec<_> = records(&mut network, at)
            .into_iter()
            .filter_map(|record| record.reading?.fields.get("focus").cloned())
            .filter(|value| !value.is_empty())
            .collect();
        assert_eq!(focus, [Value::Text("one lesson a term".into())]);
    }
}

fn approve(network: &mut Network, at: usize, document: DocumentId) {
    let speaker = Speaker { seat: "bexley-council".into(), role: "director".into(), ..Speaker::default() };
    let command = Command::State {
        document,
        version: None,
        word: "approve".into(),
        note: None,
        authority: None,
        overridden: [].into(),
        speaker,
    };
    network.command(at, command).expect("stated");
}

/// Connects a home that was put back, and lets it write again what only it has.
fn heal(network: &mut Network) {
    network.connect_all();
    network.pass(31_000);
    network.pass(31_000);
    for at in 0..3 {
        assert_eq!(network.nodes[at].waiting(), 0, "node {at} waits for a change that nobody will write");
    }
}

/// How often the seats of a document were asked again.
fn asked(network: &Network, document: DocumentId) -> usize {
    let events = network.events[0].iter();
    events.filter(|event| matches!(event, Event::LeftAside { document: of, .. } if *of == document)).count()
}

/// A record with two answers to one field, and the home's journal at that point; then the home writes on, and is put
/// back to there.
fn put_back_with_two_answers(meanwhile: impl FnOnce(&mut Network, DocumentId)) -> (Network, DocumentId) {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    network.connect_all();
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        network.disconnect(a, b);
    }
    network.set(0, document, "source", Value::Line("the strategy".into()));
    network.set(1, document, "source", Value::Line("the inspection".into()));
    network.connect_all();
    network.pass(31_000);
    let image = network.journals[0].clone();
    network.create(0, "Kept by partners");
    meanwhile(&mut network, document);
    network.restart(0, image);
    let shown = network.record(0, document).reading.expect("known").fields["source"].clone();
    let (field, keep) = ("source".to_owned(), Keep::Value(shown));
    let edits = vec![Edit::Settle { field, line: None, keep }];
    network
        .command(0, Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None })
        .expect("settled");
    approve(&mut network, 0, document);
    (network, document)
}

#[test]
fn a_choice_and_the_approval_of_it_are_written_again() {
    let (mut network, document) = put_back_with_two_answers(|_, _| {});
    heal(&mut network);
    let record = network.agreed(document);
    assert!(record.answers.is_empty());
    let versions: Vec<_> = record.statements.iter().map(|said| &said.version).collect();
    assert_eq!(versions, [&record.version]);
    assert_eq!(asked(&network, document), 0);
}

#[test]
fn a_choice_among_other_answers_is_left_aside_with_the_approval_of_it_and_the_seat_asked() {
    let (mut network, document) = put_back_with_two_answers(|network, document| {
        let edits = vec![Edit::Settle {
            field: "source".into(),
            line: None,
            keep: Keep::Value(Value::Line("the minutes".into())),
        }];
        let settle = Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None };
        network.command(1, settle).expect("settled");
    });
    heal(&mut network);
    let record = network.agreed(document);
    assert_eq!(record.reading.expect("known").fields["source"], Value::Line("the minutes".into()));
    assert!(record.statements.is_empty());
    assert_eq!((asked(&network, document), aside(&mut network, 0)), (2, 2));
    network.pass(31_000);
    assert_eq!(asked(&network, document), 2, "asked again without need");
}

#[test]
fn an_approval_of_another_members_words_does_not_follow_a_record_that_began_again() {
    let mut network = Network::new();
    network.connect_all();
    network.create(0, "Kept by all");
    let image = network.journals[0].clone();
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        network.disconnect(a, b);
    }
    network.connect(0, 2);
    network.create(0, "Said to the third");
    network.restart(0, image);
    network.connect(0, 1);
    let document = network.create(0, "Said to the second");
    network.set(1, document, "focus", Value::Text("one lesson a term".into()));
    approve(&mut network, 0, document);
    // Now both lives of the log are known: it ends before the record began, and the record begins again without the
    // other member's words.
    network.connect(1, 2);
    network.connect(0, 2);
    network.pass(31_000);
    network.pass(31_000);
    let left = network.events[0].iter().filter(|event| matches!(event, Event::LeftAside { .. })).count();
    assert_eq!(left, 1, "the seat is asked");
    for at in 0..3 {
        assert_eq!(network.nodes[at].waiting(), 1, "node {at} waits for more than the words that lost their record");
    }
}

#[test]
fn nothing_is_written_beside_an_own_change_that_waits_for_a_partners() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let before = network.journals[0].len();
    network.set(1, document, "focus", Value::Text("share ten lessons".into()));
    let theirs = network.journals[0][before..].to_vec();
    network.set(0, document, "source", Value::Line("the strategy".into()));
    // The partner's change is lost from the disk, and the own one that was written on it is not.
    let journal = network.journals[0].iter().filter(|item| !theirs.contains(item)).cloned().collect();
    network.restart(0, journal);
    let edits = vec![Edit::Set { field: "source".into(), value: Value::Line("the minutes".into()) }];
    let edit = Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None };
    let written = network.journals[0].len();
    let refused = network.command(0, edit.clone()).expect_err("refused");
    assert!(matches!(refused, Refused::AwaitsOwn(waiting) if waiting == document), "{refused:?}");
    assert_eq!(network.journals[0].len(), written);
    network.connect_all();
    network.command(0, edit).expect("edited");
    let reading = network.agreed(document).reading.expect("known");
    assert_eq!(reading.fields["source"], Value::Line("the minutes".into()));
    assert_eq!(reading.fields["focus"], Value::Text("share ten lessons".into()));
}
