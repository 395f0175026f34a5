use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tally_entry::{
    ActId, Attachment, Birth, Body, Change, ChangeHash, DocumentId, Draft, EditionId, EntryId, Follows, Header, Kind,
    LogId, MemberId, Resumes, Seal, SigningKey, Statement, Time, Unverified, Verified, Writers,
};

use crate::annotate::bytes_of;
use crate::fixture::{append, log_of, node_key, seat_key, strange_entry, strange_header, unknown_version};
use crate::vectors::vectors;

macro_rules! ids {
    ($($name:ident: $id:ident),*) => {
        $(fn $name() -> impl Strategy<Value = $id> {
            any::<[u8; 32]>().prop_map($id::from_bytes)
        })*
    };
}

ids!(act: ActId, change_hash: ChangeHash, document: DocumentId, edition: EditionId, entry: EntryId, member: MemberId);

fn writers() -> impl Strategy<Value = Writers> {
    prop_oneof![
        Just(Writers::Home),
        Just(Writers::Members),
        any::<[u8; 32]>().prop_map(|seed| Writers::Seat(SigningKey::from_seed(seed).public())),
    ]
}

fn birth() -> impl Strategy<Value = Body> {
    let follows = (document(), any::<String>(), option::of(act())).prop_map(|(document, reason, consent)| Follows {
        document,
        reason,
        consent,
    });
    (
        (any::<String>(), any::<u32>(), member(), writers()),
        (any::<String>(), any::<String>(), vec(any::<u8>(), 0..300)),
        (option::of(follows), option::of(entry())),
    )
        .prop_map(|(a, b, c)| {
            Body::Birth(Birth {
                type_name: a.0,
                type_version: a.1,
                home: a.2,
                writers: a.3,
                handling: b.0,
                retention: b.1,
                change: b.2,
                follows: c.0,
                again: c.1,
            })
        })
}

fn change() -> impl Strategy<Value = Body> {
    let resumes = (act(), option::of(change_hash())).prop_map(|(act, kept)| Resumes { act, kept });
    (
        vec(any::<u8>(), 0..300),
        vec(any::<String>(), 0..4),
        any::<Option<String>>(),
        option::of(resumes),
        option::of(entry()),
    )
        .prop_map(|(change, joined, reason, resumes, again)| {
            Body::Change(Change { change, joined, reason, resumes, again })
        })
}

fn statement() -> impl Strategy<Value = Body> {
    (
        (any::<String>(), vec(change_hash(), 0..4), any::<Option<String>>()),
        (any::<String>(), any::<String>(), vec(any::<String>(), 0..4)),
        (any::<Option<String>>(), any::<Option<String>>()),
        (option::of(entry()), option::of(entry())),
    )
        .prop_map(|(a, b, c, d)| {
            Body::Statement(Statement {
                word: a.0,
                version: a.1,
                note: a.2,
                role: b.0,
                sector: b.1,
                areas: b.2,
                authority: c.0,
                value: c.1,
                answers: d.0,
                again: d.1,
            })
        })
}

fn body() -> impl Strategy<Value = Body> {
    let seal = (any::<String>(), any::<Option<u32>>()).prop_map(|(reason, next)| Body::Seal(Seal { reason, next }));
    prop_oneof![birth(), change(), statement(), seal]
}

fn signed() -> impl Strategy<Value = Verified> {
    let attachment = (any::<[u8; 32]>(), any::<u64>()).prop_map(|(hash, length)| Attachment { hash, length });
    (
        (1..=u32::MAX, 1..=u64::MAX, entry(), edition(), document()),
        (any::<u32>(), option::of("[a-z-]{1,64}"), any::<i64>()),
        (vec(attachment, 0..=16), body(), any::<[u8; 16]>(), any::<bool>()),
    )
        .prop_map(|(place, writer, (attachments, body, salt, by_seat))| {
            let draft = Draft {
                log: LogId { incarnation: place.0, ..log_of(&node_key()) },
                sequence: place.1,
                previous: (place.1 > 1).then_some(place.2),
                edition: place.3,
                document: Some(place.4),
                life: writer.0,
                seat: writer.1,
                time: Time(writer.2),
                attachments,
                body,
            };
            let seat = seat_key();
            draft.sign(&node_key(), by_seat.then_some(&seat), salt).expect("within every bound")
        })
}

/// The bytes of some entry, with some of them changed, taken out or put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let entries: Vec<Vec<u8>> = vectors().into_iter().flat_map(|vector| vector.entries).collect();
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    (prop::sample::select(entries), vec(edit, 1..6)).prop_map(|(mut bytes, edits)| {
        for (index, byte, what) in edits {
            let at = index.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    })
}

/// Decodes as far as the bytes go: what decodes must encode to the bytes it came from.
fn decode_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(entry) = Unverified::decode(bytes) {
        prop_assert_eq!(entry.encode(), bytes);
        let _ = entry.verify(&node_key().public());
    }
    if let Ok(header) = Header::decode(bytes) {
        prop_assert_eq!(header.encode(), bytes);
    }
    for kind in [Kind::Birth, Kind::Change, Kind::Statement, Kind::Seal] {
        if let Ok(body) = Body::decode(kind, bytes) {
            let salt = bytes[..16].try_into().expect("16 bytes");
            prop_assert_eq!(body.encode(salt), bytes);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..600)) {
        decode_all(&bytes)?;
    }

    #[test]
    fn mutated_entries_never_panic(bytes in mutated()) {
        decode_all(&bytes)?;
    }

    #[test]
    fn a_mutated_entry_is_refused(bytes in mutated()) {
        let honest = vectors().iter().any(|vector| vector.entries.contains(&bytes));
        prop_assume!(!honest);
        let believed = Unverified::decode(&bytes)
            .and_then(|entry| entry.verify(&node_key().public()));
        prop_assert!(believed.is_err());
    }

    #[test]
    fn arbitrary_header_bytes_never_panic(tail in vec(any::<u8>(), 0..600)) {
        let mut bytes = strange_header(|header| header.version = 2);
        bytes.truncate(bytes.len().saturating_sub(tail.len()));
        bytes.extend(tail);
        decode_all(&bytes)?;
    }

    #[test]
    fn an_entry_decodes_to_what_was_encoded(entry in signed()) {
        let decoded = Unverified::decode(&entry.encode()).expect("an honest entry decodes");
        let verified = decoded.verify(&node_key().public()).expect("and verifies");
        prop_assert_eq!(verified, entry);
    }

    #[test]
    fn a_body_decodes_to_what_was_encoded(body in body(), salt: [u8; 16]) {
        prop_assert_eq!(Body::decode(body.kind(), &body.encode(salt)), Ok(body));
    }

    #[test]
    fn an_entry_of_an_unknown_kind_verifies_and_keeps_its_bytes(kind in 5..=u64::MAX) {
        let bytes = strange_entry(&strange_header(|header| header.kind = Kind::of(kind)));
        let entry = Unverified::decode(&bytes).expect("it decodes");
        prop_assert_eq!(entry.header().kind, Kind::Unknown(kind));
        let verified = entry.verify(&node_key().public()).expect("it verifies");
        prop_assert_eq!(verified.encode(), bytes);
    }

    #[test]
    fn an_entry_of_a_later_version_verifies_and_keeps_its_bytes(
        version in 2..=u64::MAX,
        numbers in vec(any::<u64>(), 0..6),
        text: String,
    ) {
        let mut items = Vec::new();
        for number in &numbers {
            items.extend(tally_entry::canonical::encode(number));
        }
        items.extend(tally_entry::canonical::encode(&text));
        let count = u8::try_from(numbers.len() + 1).expect("few items");
        let header = strange_header(|header| header.version = version);
        let bytes = strange_entry(&append(header, count, &items));
        let entry = Unverified::decode(&bytes).expect("it decodes");
        prop_assert_eq!(entry.header().version, version);
        let verified = entry.verify(&node_key().public()).expect("it verifies");
        prop_assert_eq!(verified.encode(), bytes);
    }
}

#[test]
fn an_entry_of_a_later_version_keeps_its_bytes_when_only_its_header_is_kept() {
    let entry = Unverified::decode(&unknown_version()).expect("it decodes");
    let header = entry.header().encode();
    assert_eq!(Header::decode(&header).expect("it decodes"), *entry.header());
}

#[test]
fn an_annotated_text_gives_back_its_bytes() {
    let bytes = unknown_version();
    let text = crate::annotate::annotate(&bytes, "entry", crate::annotate::Form::Item);
    assert_eq!(bytes_of(&text), bytes);
}
