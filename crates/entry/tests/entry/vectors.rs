use tally_entry::{Attachment, Body, Change, ChangeHash, Draft, EntryId, Follows, Resumes, Verified, Writers};

use crate::annotate::Form;
use crate::fixture::{
    act, birth, change, draft, draft_after, node_key, plain_change, seal, seat_key, sign, statement, unknown_kind,
    unknown_version,
};

/// Entries whose bytes are fixed for ever.
pub(crate) struct Vector {
    /// The name of the file.
    pub(crate) name: &'static str,
    /// What it shows, in a line.
    pub(crate) about: &'static str,
    /// The entries' bytes.
    pub(crate) entries: Vec<Vec<u8>>,
    /// How the entries are to be read, each its own way.
    pub(crate) forms: Vec<Form>,
}

const ITEM: Form = Form::Item;
const TEXTS: Form = Form::List(&Form::Item);
const HEADER: Form = Form::Fields(&[
    ("domain", ITEM),
    ("version", ITEM),
    ("ring", ITEM),
    ("audience", ITEM),
    ("node", ITEM),
    ("incarnation", ITEM),
    ("sequence", ITEM),
    ("previous entry", ITEM),
    ("edition", ITEM),
    ("kind", ITEM),
    ("document", ITEM),
    ("life", ITEM),
    ("seat", ITEM),
    ("seat key", ITEM),
    ("time", ITEM),
    ("attachments", Form::List(&Form::Fields(&[("hash", ITEM), ("length", ITEM)]))),
    ("body hash", ITEM),
    ("body length", ITEM),
]);
const CO_SIGNATURE: Form = Form::Fields(&[("key", ITEM), ("signature", ITEM)]);

macro_rules! entry {
    ($body:expr) => {
        Form::Fields(&[
            ("header", Form::Inside(&HEADER)),
            ("signature", ITEM),
            ("co-signature", CO_SIGNATURE),
            ("body", Form::Salted(&$body)),
        ])
    };
}

const BIRTH: Form = entry!(Form::Fields(&[
    ("type", ITEM),
    ("type version", ITEM),
    ("home", ITEM),
    ("writers (0 home, 1 members, 2 seat)", Form::Fields(&[("rule", ITEM), ("seat's key", ITEM)]),),
    ("handling", ITEM),
    ("retention", ITEM),
    ("change", ITEM),
    ("follows", Form::Fields(&[("document", ITEM), ("reason", ITEM), ("consent", ITEM)]),),
    ("again", ITEM),
]));
const CHANGE: Form = entry!(Form::Fields(&[
    ("change", ITEM),
    ("joined", TEXTS),
    ("reason", ITEM),
    ("resumes", Form::Fields(&[("act", ITEM), ("kept", ITEM)])),
    ("again", ITEM),
]));
const STATEMENT: Form = entry!(Form::Fields(&[
    ("word", ITEM),
    ("version", TEXTS),
    ("note", ITEM),
    ("role", ITEM),
    ("sector", ITEM),
    ("areas", TEXTS),
    ("authority", ITEM),
    ("value", ITEM),
    ("answers", ITEM),
    ("again", ITEM),
]));
const SEAL: Form = entry!(Form::Fields(&[("reason", ITEM), ("next incarnation", ITEM)]));
const UNKNOWN: Form = entry!(ITEM);

fn one(name: &'static str, about: &'static str, entry: &Verified, form: Form) -> Vector {
    Vector { name, about, entries: vec![entry.encode()], forms: vec![form] }
}

fn change_with(with: impl FnOnce(&mut Change)) -> Verified {
    let mut change = plain_change();
    with(&mut change);
    sign(draft(Body::Change(change)))
}

/// Every vector.
pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = births();
    vectors.extend(changes());
    vectors.extend([
        one("statement", "A statement with every field.", &sign(draft(statement())), STATEMENT),
        one("seal", "The end of a log.", &sign(draft(seal())), SEAL),
    ]);
    vectors.extend(headers());
    vectors.push(run());
    vectors
}

fn births() -> Vec<Vector> {
    let mut successor = birth(Writers::Home);
    if let Body::Birth(birth) = &mut successor {
        birth.follows = Some(Follows {
            document: crate::fixture::document(),
            reason: "its home left the ring".into(),
            consent: Some(act()),
        });
        birth.again = Some(EntryId::from_bytes([0xb4; 32]));
    }
    let by_seat = birth(Writers::Seat(seat_key().public()));
    vec![
        one(
            "birth-home",
            "A birth: only the document's home may change it.",
            &sign(draft(birth(Writers::Home))),
            BIRTH,
        ),
        one(
            "birth-members",
            "A birth: every full member of the audience may change the document.",
            &sign(draft(birth(Writers::Members))),
            BIRTH,
        ),
        one(
            "birth-seat",
            "A birth: only its home may change the document, and only with this seat's signature.",
            &sign(draft(by_seat)),
            BIRTH,
        ),
        one(
            "birth-follows",
            "A birth that takes over from another document and is written again.",
            &sign(draft(successor)),
            BIRTH,
        ),
    ]
}

fn changes() -> Vec<Vector> {
    let vector = |name, about, with: fn(&mut Change)| one(name, about, &change_with(with), CHANGE);
    vec![
        vector("change", "A change with nothing beside it.", |_| {}),
        vector("change-joined", "A change that joined two texts.", |change| {
            change.joined = vec!["summary".into(), "next steps".into()];
        }),
        vector("change-reason", "A change with a reason.", |change| {
            change.reason = Some("the review asked for it".into());
        }),
        vector("change-resumes", "The first change of a life after the first.", |change| {
            change.resumes = Some(Resumes { act: act(), kept: Some(ChangeHash::from_bytes([0xc6; 32])) });
        }),
        vector("change-again", "A change that writes an earlier entry again.", |change| {
            change.again = Some(EntryId::from_bytes([0xc7; 32]))
        }),
    ]
}

fn headers() -> Vec<Vector> {
    let attachment = |byte, length| Attachment { hash: [byte; 32], length };
    let co_signed = Draft { seat: Some("bexley-council".into()), ..draft(change()) }
        .sign(&node_key(), Some(&seat_key()), [0x5a; 16])
        .expect("an honest draft can be signed");
    let raw = |name, about, entry| Vector { name, about, entries: vec![entry], forms: vec![UNKNOWN] };
    let header = |name, about, draft| one(name, about, &sign(draft), CHANGE);
    vec![
        header(
            "header-life",
            "A header of the writer's third life in the document.",
            Draft { life: 2, ..draft(change()) },
        ),
        header(
            "header-seat",
            "A header in the name of a seat.",
            Draft { seat: Some("bexley-council".into()), ..draft(change()) },
        ),
        header(
            "header-attachments",
            "A header with two attachments.",
            Draft { attachments: vec![attachment(0xe1, 0), attachment(0xe2, 5_000_000_000)], ..draft(change()) },
        ),
        header(
            "header-before-1970",
            "A header with a time before 1970.",
            Draft { time: tally_entry::Time(-1_000), ..draft(change()) },
        ),
        one("co-signature", "A seat's signature beside its node's.", &co_signed, CHANGE),
        raw("unknown-kind", "An entry of kind 9: chained and passed on as it came.", unknown_kind()),
        raw(
            "unknown-version",
            "An entry of version 2 with two items appended: chained and passed on as it came.",
            unknown_version(),
        ),
    ]
}

fn run() -> Vector {
    let first = sign(draft(birth(Writers::Members)));
    let second = sign(draft_after(&first, change()));
    let third = sign(draft_after(&second, statement()));
    let fourth = sign(draft_after(&third, change()));
    let fifth = sign(draft_after(&fourth, change()));
    let inner = |entry: &Verified| entry.to_unverified().without_signature().encode();
    Vector {
        name: "run",
        about: "Five entries; the changes before the last come without their signatures.",
        entries: vec![first.encode(), inner(&second), third.encode(), inner(&fourth), fifth.encode()],
        forms: vec![BIRTH, CHANGE, STATEMENT, CHANGE, CHANGE],
    }
}
