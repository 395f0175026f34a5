use std::collections::BTreeMap;
use std::sync::Arc;

use tally_document::{Edit, EditError, Value, Version};
use tally_entry::RingId;
use tally_record::{Agreed, Approval, CountedStatement};
use tally_replica::{
    Command, CopyStatus, Event, Query, QueryAnswer, Refused, Reply, Speaker, VersionRef, VersionRefError,
};

use crate::network::Network;

#[test]
fn a_record_made_in_one_place_reads_the_same_everywhere() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let record = network.agreed(document);
    let reading = record.reading.expect("a known type");
    assert_eq!(reading.fields.get("title"), Some(&Value::Line("Adolescent vulnerability".into())));
}

#[test]
fn what_was_written_apart_meets_after_healing() {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    network.connect_all();
    network.set(0, document, "focus", Value::Text("share ten lessons a year".into()));
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        network.disconnect(a, b);
    }
    network.set(0, document, "focus", Value::Text("share fifteen lessons a year".into()));
    network.set(1, document, "focus", Value::Text("share twelve lessons a year".into()));
    network.connect_all();
    network.pass(31_000);
    let record = network.agreed(document);
    let answers: Vec<_> = record.answers.get("focus").expect("two answers").iter().map(|a| a.value.clone()).collect();
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert!(record.answers["focus"].iter().all(|answer| answer.member.is_some()));
    assert_eq!(record.joined, ["focus"]);
}

#[test]
fn a_node_that_was_away_catches_up_on_many_entries() {
    let mut network = Network::new();
    network.connect(0, 1);
    let documents: Vec<_> = (0..300).map(|n| network.create(0, &format!("Topic {n}"))).collect();
    for document in documents.iter().take(100) {
        network.set(1, *document, "focus", Value::Text("one two three".into()));
    }
    network.connect(2, 1);
    network.pass(31_000);
    for document in documents {
        network.agreed(document);
    }
    let frames = network.frames;
    network.pass(31_000);
    network.pass(31_000);
    assert!(network.frames - frames <= 12, "{} questions although nothing changed", network.frames - frames);
}

fn is_complete(network: &Network, at: usize, ring: RingId) -> bool {
    network.events[at].iter().any(|event| matches!(event, Event::RingComplete { ring: of } if *of == ring))
}

#[test]
fn nodes_finish_an_invitation_among_themselves() {
    let mut network = Network::founded_by(&[3, 1, 2]);
    let ring = network.ring();
    assert!(!is_complete(&network, 1, ring));
    network.connect_all();
    assert!(is_complete(&network, 1, ring) && is_complete(&network, 2, ring));
    let document = network.create(2, "After founding");
    network.agreed(document);
}

#[test]
fn a_receipt_confirms_a_copy() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let others = [network.boroughs[1].member(), network.boroughs[2].member()];
    network.pass(6_000);
    network.pass(6_000);
    let record = network.record(0, document);
    for other in others {
        assert!(matches!(record.held_by[&other], CopyStatus::Confirmed { .. }), "{:?}", record.held_by);
    }
}

#[test]
fn a_subset_is_known_to_its_members_only() {
    let mut network = Network::new();
    network.connect_all();
    let only = [network.boroughs[0].member(), network.boroughs[2].member()].into();
    let ring = network.ring();
    let command = Command::Create {
        ring,
        only: Some(only),
        kind: "priority".into(),
        edits: vec![],
        overridden: [].into(),
        speaker: None,
    };
    let Ok(Reply::Created { document, .. }) = network.command(0, command) else { panic!("not created") };
    network.pass(31_000);
    assert_eq!(network.record(2, document).version, network.record(0, document).version);
    let missing = Command::Query(Query::Record { document, at: None });
    assert!(matches!(network.command(1, missing), Err(Refused::UnknownDocument(_))));
}

#[test]
fn a_statement_travels_with_its_version() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
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
    network.command(0, command).expect("stated");
    assert_eq!(network.agreed(document).statements.len(), 1);
}

#[test]
fn a_slow_form_keeps_both_answers_and_is_marked_until_read() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    network.set(0, document, "focus", Value::Text("share ten lessons".into()));
    let base = network.record(1, document).version;
    network.set(0, document, "focus", Value::Text("share fifteen lessons".into()));
    let edits =
        vec![tally_document::Edit::Set { field: "focus".into(), value: Value::Text("share twelve lessons".into()) }];
    let slow =
        Command::Edit { document, edits, base: Some(base.into()), reason: None, overridden: [].into(), speaker: None };
    let Ok(Reply::Edited { joined, .. }) = network.command(1, slow) else { panic!("not edited") };
    assert_eq!(joined, ["focus"]);
    let record = network.agreed(document);
    assert_eq!(record.joined, ["focus"]);
    assert_eq!(record.answers["focus"].len(), 2);
    let speaker = Speaker { seat: "bexley-council".into(), ..Speaker::default() };
    let word = "noted".into();
    let read =
        Command::State { document, version: None, word, note: None, authority: None, overridden: [].into(), speaker };
    network.command(0, read).expect("stated");
    assert!(network.agreed(document).joined.is_empty());
}

#[test]
fn a_clock_put_right_does_not_bring_an_older_word_back() {
    let mut network = Network::new();
    network.connect(0, 1);
    let document = network.create(0, "Adolescent vulnerability");
    network.disconnect(0, 1);
    let right = network.now;
    let say = |network: &mut Network, at: usize, word: &str| {
        let speaker = Speaker { seat: "council".into(), role: "director".into(), ..Speaker::default() };
        let (word, note) = (word.to_owned(), Some("a reason".to_owned()));
        let command =
            Command::State { document, version: None, word, note, authority: None, overridden: [].into(), speaker };
        network.command(at, command).expect("stated");
    };
    network.now = right.plus(365 * 86_400_000);
    say(&mut network, 0, "approve");
    network.now = right.plus(1_000);
    // A node never takes its clock back while it runs.
    let journal = network.journals[0].clone();
    network.restart(0, journal);
    say(&mut network, 0, "object");
    say(&mut network, 1, "abstain");
    network.connect_all();
    network.pass(31_000);
    let record = network.agreed(document);
    let words: Vec<_> = record.statements.iter().map(|said| said.statement.word.as_str()).collect();
    // By time, but a node's own words in the order in which it said them.
    assert_eq!(words, ["abstain", "approve", "object"]);
    let member = network.boroughs[0].member();
    let said: Vec<CountedStatement<_, _, _>> = record
        .statements
        .iter()
        .map(|said| CountedStatement {
            place: said.place,
            member: said.member.expect("a member"),
            seat: said.seat.clone(),
            sector: None,
            votes: true,
            word: said.statement.word.clone(),
            version: said.version.clone(),
        })
        .collect();
    let includes = |version: &Version, other: &Version| record.includes(version, other);
    let agreed = Agreed::compute(&[member].into(), &BTreeMap::new(), &said, &record.version, includes);
    assert_eq!((agreed.approvals[&member], agreed.in_force), (Approval::Objected, None));
}

#[test]
fn a_record_knows_which_of_the_versions_spoken_about_has_seen_which() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let before = network.record(0, document).version;
    network.set(1, document, "focus", Value::Text("one two".into()));
    let after = network.record(0, document).version;
    let speaker = Speaker { seat: "council".into(), role: "director".into(), ..Speaker::default() };
    for version in [&before, &after] {
        let (version, word, speaker) = (Some(version.clone().into()), "approve".to_owned(), speaker.clone());
        let command =
            Command::State { document, version, word, note: None, authority: None, overridden: [].into(), speaker };
        network.command(0, command).expect("stated");
    }
    let record = network.agreed(document);
    assert!(record.includes(&after, &before) && !record.includes(&before, &after));
}

#[test]
fn a_text_longer_than_the_edition_allows_is_not_written() {
    let mut network = Network::new();
    let document = network.create(0, "Adolescent vulnerability");
    let long = Edit::Set { field: "focus".into(), value: Value::Text("word ".repeat(1_001)) };
    let edits = vec![long];
    let ring = network.ring();
    let create = Command::Create {
        ring,
        only: None,
        kind: "priority".into(),
        edits: edits.clone(),
        overridden: [].into(),
        speaker: None,
    };
    let edit = Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None };
    for command in [create, edit] {
        let refused = network.command(0, command).expect_err("refused");
        assert!(
            matches!(refused, Refused::Edit(EditError::TextTooLong { words: 1_001, allowed: 1_000, .. })),
            "{refused:?}"
        );
    }
    network.set(0, document, "focus", Value::Text("word ".repeat(1_000)));
}

#[test]
fn the_references_of_a_kind_are_those_that_its_records_have_now() {
    let mut network = Network::new();
    network.connect_all();
    let reference = |network: &mut Network, at: usize, document, text: &str| {
        network.set(at, document, "reference", Value::Line(text.into()));
    };
    let first = network.create(0, "Adolescent vulnerability");
    reference(&mut network, 0, first, "TB-P1");
    let second = network.create(1, "Neglect");
    reference(&mut network, 1, second, "TB-P7");
    let held = |network: &mut Network, letter| {
        let query = Query::References { ring: network.ring(), letter };
        let Ok(Reply::Answer(answer)) = network.command(2, Command::Query(query)) else { panic!("no answer") };
        let QueryAnswer::References(held) = *answer else { panic!("{answer:?}") };
        let mut held: Vec<String> = held.iter().map(ToString::to_string).collect();
        held.sort();
        held
    };
    assert_eq!(held(&mut network, 'P'), ["TB-P1", "TB-P7"]);
    assert!(held(&mut network, 'L').is_empty());
    reference(&mut network, 1, second, "TB-P8");
    assert_eq!(held(&mut network, 'P'), ["TB-P1", "TB-P8"], "what was read before the change is not kept");
}

#[test]
fn an_own_act_reads_the_record_once_for_whoever_asked_and_whoever_listens() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    let edits = vec![Edit::Set { field: "focus".into(), value: Value::Text("one lesson a term".into()) }];
    let speaker = Speaker { seat: "bexley-council".into(), ..Speaker::default() };
    let (word, note, authority) = ("noted".to_owned(), None, None);
    let acts = [
        Command::Edit { document, edits, base: None, reason: None, overridden: [].into(), speaker: None },
        Command::State { document, version: None, word, note, authority, overridden: [].into(), speaker },
    ];
    for act in acts {
        let (before, told) = (network.nodes[0].readings(), network.events[0].len());
        let reply = network.command(0, act).expect("done");
        assert_eq!(network.nodes[0].readings() - before, 1, "{reply:?}");
        let (Reply::Edited { record, .. } | Reply::Stated { record, .. }) = reply else { panic!("{reply:?}") };
        let heard = network.events[0][told..].iter().find_map(|event| match event {
            Event::DocumentChanged { record, .. } => record.clone(),
            _ => None,
        });
        assert!(heard.is_some_and(|heard| Arc::ptr_eq(&heard, &record)));
        assert_eq!(format!("{record:?}"), format!("{:?}", network.record(0, document)));
    }
    let before = network.nodes[0].readings();
    let query = Query::References { ring: network.ring(), letter: 'P' };
    network.command(0, Command::Query(query)).expect("answered");
    assert_eq!(network.nodes[0].readings(), before, "references cost no reading");
}

#[test]
fn a_version_is_named_by_the_beginning_of_its_changes() {
    let mut network = Network::new();
    network.connect_all();
    let document = network.create(0, "Adolescent vulnerability");
    network.set(0, document, "focus", Value::Text("share ten lessons".into()));
    let begun = network.record(0, document).version;
    network.set(0, document, "focus", Value::Text("share fifteen lessons".into()));
    let edit = |short: &str| {
        let edits = vec![Edit::Set { field: "focus".into(), value: Value::Text("share twelve lessons".into()) }];
        let base = Some(VersionRef::Short(short.to_owned()));
        Command::Edit { document, edits, base, reason: None, overridden: [].into(), speaker: None }
    };
    let text = begun.to_string();
    for (short, refused) in [(&text[..3], "too short"), ("zzzz", "no hash"), ("", "nothing")] {
        let why = network.command(0, edit(short)).expect_err(refused);
        assert!(matches!(why, Refused::VersionRef(VersionRefError::NoSuch { .. })), "{why:?}");
    }
    // Written on the version before the other text, it stands beside it.
    network.command(1, edit(&text[..12].to_uppercase())).expect("edited");
    let at = Some(VersionRef::Short(text[..12].to_owned()));
    let Ok(Reply::Answer(answer)) = network.command(0, Command::Query(Query::Record { document, at })) else {
        panic!("no answer")
    };
    let QueryAnswer::Record(record) = *answer else { panic!("{answer:?}") };
    assert_eq!(record.version, begun);
    assert_eq!(record.reading.expect("known").fields["focus"], Value::Text("share ten lessons".into()));
    assert_eq!(network.record(0, document).answers["focus"].len(), 2);
}
