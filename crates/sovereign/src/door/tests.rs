use tally_entry::ChangeHash;
use tally_guard::Identifier;

use super::*;

const ID: DocumentId = DocumentId::from_bytes([0xAB; 32]);

fn lesson() -> BTreeMap<String, Value> {
    let line = |text: &str| Value::Line(text.to_owned());
    [
        ("title", line("Ask early")),
        ("reference", line("L7")),
        ("background", Value::Text("A young person was moved between areas".to_owned())),
        ("key_learning", Value::Items(vec!["Ask early".to_owned(), "Write it down".to_owned()])),
        ("state", Value::Word("cleared".to_owned())),
        ("source", line("Hub of 28 June 2021")),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

fn destination() -> Destination {
    let holder = |byte, name: &str| Holder { member: MemberId::from_bytes([byte; 32]), name: name.to_owned() };
    Destination {
        ring: RingId::from_bytes([1; 32]),
        ring_name: "Tri-borough programme".to_owned(),
        audience: AudienceId::from_bytes([2; 32]),
        holders: vec![holder(3, "Greenwich"), holder(4, "Lewisham")],
    }
}

fn version() -> Version {
    [ChangeHash::from_bytes([9; 32])].into_iter().collect()
}

struct Asked {
    fields: BTreeMap<String, Value>,
    unsettled: Vec<String>,
    chosen: &'static [&'static str],
    destination: Destination,
    basis: &'static str,
    seat: &'static str,
}

fn asked() -> Asked {
    Asked {
        fields: lesson(),
        unsettled: Vec::new(),
        chosen: &["title", "key_learning"],
        destination: destination(),
        basis: "Working Together 2018, chapter 3",
        seat: "manager",
    }
}

fn ask(asked: Asked) -> Result<Preview, DoorError> {
    let version = version();
    let local_ids = BTreeSet::from([ID]);
    let leaver = Leaver {
        id: ID,
        kind: tally_record::find("learning").unwrap(),
        version: &version,
        fields: &asked.fields,
        unsettled: &asked.unsettled,
        local_ids: &local_ids,
    };
    let chosen: Vec<String> = asked.chosen.iter().map(|name| (*name).to_owned()).collect();
    prepare(leaver, asked.destination, &chosen, asked.basis, asked.seat)
}

fn with_title(title: &str) -> Asked {
    let mut asked = asked();
    asked.fields.insert("title".to_owned(), Value::Line(title.to_owned()));
    asked
}

fn seat(standing: &str) -> Seat {
    Seat {
        id: "dcs".to_owned(),
        role: "Director".to_owned(),
        sector: "local_authority".to_owned(),
        areas: Vec::new(),
        standing: standing.to_owned(),
        delegated_from: None,
    }
}

#[test]
fn what_is_released_is_what_was_shown() {
    let preview = ask(asked()).unwrap();
    let shown = preview.would_leave().clone();
    let release = preview.release(None).unwrap();
    assert_eq!(release.words(), &shown);
    let (_, leaving) = release.open(1, Time(5));
    let edits: BTreeMap<String, Value> = leaving
        .edits()
        .into_iter()
        .map(|edit| match edit {
            Edit::Set { field, value } => (field, value),
            other => panic!("{other:?}"),
        })
        .collect();
    let shown: BTreeMap<String, Value> = shown.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(edits, shown);
}

#[test]
fn only_the_chosen_fields_and_the_state_leave() {
    let preview = ask(asked()).unwrap();
    let fields: Vec<&str> = preview.would_leave().keys().copied().collect();
    assert_eq!(fields, ["key_learning", "state", "title"]);
    assert_eq!(preview.would_leave()["state"], Value::Word("shared".to_owned()));
}

#[test]
fn neither_the_local_id_nor_the_local_reference_leaves() {
    let (_, leaving) = ask(asked()).unwrap().release(None).unwrap().open(1, Time(0));
    let words = format!("{leaving:?}");
    assert!(!words.contains(&ID.to_string()) && !words.contains("L7"), "{words}");
}

#[test]
fn the_register_line_says_all_that_was_asked() {
    let (line, _) = ask(asked()).unwrap().release(None).unwrap().open(4, Time(5));
    assert_eq!((line.number, line.at, line.record), (4, Time(5), ID));
    assert_eq!(line.fields, ["key_learning", "title"]);
    assert_eq!(line.holders, ["Greenwich", "Lewisham"]);
    assert_eq!((line.basis.as_str(), line.seat.as_str()), ("Working Together 2018, chapter 3", "manager"));
    assert_eq!((line.overridden, line.outcome), (None, None));
}

#[test]
fn each_kind_of_finding_stops_the_words() {
    for (title, what) in [
        ("for 943 476 5919", Identifier::NhsNumber),
        ("ask sam@example.org", Identifier::EmailAddress),
        ("at DA6 7AT", Identifier::Postcode),
    ] {
        let stopped = ask(with_title(title)).unwrap().release(None).unwrap_err();
        assert_eq!(stopped.findings.len(), 1);
        assert_eq!(stopped.findings[0].what, what);
        assert_eq!(stopped.findings[0].places, ["title"]);
    }
}

#[test]
fn what_was_found_is_told_without_its_words() {
    let stopped = ask(with_title("for 943 476 5919")).unwrap().release(None).unwrap_err();
    assert_eq!(stopped.to_string(), "the guard stopped it: an NHS number in title (*** *** **19)");
}

#[test]
fn a_number_split_between_two_fields_stops_the_words() {
    let mut asked = asked();
    asked.fields.insert("background".to_owned(), Value::Text("ends with 943 476".to_owned()));
    asked.fields.insert("key_learning".to_owned(), Value::Items(vec!["5919 begins".to_owned()]));
    asked.chosen = &["background", "key_learning"];
    let stopped = ask(asked).unwrap().release(None).unwrap_err();
    assert_eq!(stopped.findings[0].places, ["background", "key_learning/1"]);
}

#[test]
fn an_override_lets_the_words_through_and_is_kept() {
    let answered = Override::new(&seat("voting"), " The address is a school's ").unwrap();
    let (line, _) = ask(with_title("at DA6 7AT")).unwrap().release(Some(answered)).unwrap().open(1, Time(0));
    let kept = line.overridden.unwrap();
    assert_eq!((kept.seat.as_str(), kept.reason.as_str()), ("dcs", "The address is a school's"));
    assert_eq!(kept.findings, ["a full postcode in title"]);
}

#[test]
fn an_override_that_nothing_needed_is_not_kept() {
    let answered = Override::new(&seat("voting"), "to be sure").unwrap();
    let (line, _) = ask(asked()).unwrap().release(Some(answered)).unwrap().open(1, Time(0));
    assert_eq!(line.overridden, None);
}

#[test]
fn an_override_needs_written_words() {
    for reason in ["", "   ", "...", "123"] {
        assert_eq!(Override::new(&seat("voting"), reason), Err(OverrideError::NoReason), "{reason:?}");
    }
}

#[test]
fn an_override_needs_a_seat_with_authority() {
    for standing in ["non_voting", "participant_observer", "adviser", "guest_observer"] {
        assert!(matches!(Override::new(&seat(standing), "because"), Err(OverrideError::NoAuthority { .. })));
    }
}

#[test]
fn nothing_leaves_without_a_basis_a_seat_fields_or_an_audience() {
    assert_eq!(ask(Asked { basis: " ", ..asked() }).unwrap_err(), DoorError::NoBasis);
    assert_eq!(ask(Asked { seat: "", ..asked() }).unwrap_err(), DoorError::NoSeat);
    assert_eq!(ask(Asked { chosen: &[], ..asked() }).unwrap_err(), DoorError::NoFields);
    let alone = Destination { holders: Vec::new(), ..destination() };
    assert_eq!(ask(Asked { destination: alone, ..asked() }).unwrap_err(), DoorError::NoHolders);
}

#[test]
fn fields_that_mean_something_only_at_home_stay_there() {
    for field in ["reference", "links", "case_info", "state"] {
        let chosen: &'static [&'static str] = Box::leak(Box::new([field]));
        assert_eq!(ask(Asked { chosen, ..asked() }).unwrap_err(), DoorError::StaysHome { field });
    }
}

#[test]
fn an_unknown_field_is_refused_with_those_that_may_leave() {
    let error = ask(Asked { chosen: &["drafts"], ..asked() }).unwrap_err();
    assert!(error.to_string().contains("key_learning") && !error.to_string().contains("reference"), "{error}");
}

#[test]
fn an_empty_field_is_refused() {
    assert_eq!(ask(Asked { chosen: &["themes"], ..asked() }).unwrap_err(), DoorError::Empty { field: "themes" });
}

#[test]
fn a_field_with_two_answers_waits_until_they_are_settled() {
    let unsettled = vec!["key_learning/abcd".to_owned()];
    assert_eq!(ask(Asked { unsettled, ..asked() }).unwrap_err(), DoorError::Unsettled { field: "key_learning" });
}

#[test]
fn a_record_marked_as_case_information_never_leaves() {
    let mut asked = asked();
    asked.fields.insert("case_info".to_owned(), Value::Flag(true));
    assert_eq!(ask(asked).unwrap_err(), DoorError::CaseInformation);
}

#[test]
fn words_that_name_a_local_record_do_not_leave() {
    let id = ID.to_string();
    for named in [id.clone(), id.to_uppercase(), id[..16].to_owned(), format!("see {id}.")] {
        let refused = ask(with_title(&named)).unwrap_err();
        assert_eq!(refused, DoorError::NamesLocalRecord { field: "title".to_owned() }, "{named}");
    }
    assert!(ask(with_title(&"cd".repeat(32))).is_ok());
}

#[test]
fn a_record_that_is_not_cleared_may_leave_and_the_preview_warns() {
    let mut asked = asked();
    asked.fields.insert("state".to_owned(), Value::Word("drafted".to_owned()));
    let preview = ask(asked).unwrap();
    assert!(
        preview.remarks().iter().any(|r| matches!(r, Remark::Early { leaves_from: ["cleared"], .. })),
        "{:?}",
        preview.remarks()
    );
}
