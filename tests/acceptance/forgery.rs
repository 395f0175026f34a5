//! An attacker on the wire: as a stranger, and over the connection of a partner whose key was stolen.

use std::time::{Duration, Instant};

use tally_control::{Happening, LogList, Logs};
use tally_forger::{AttackOutcome, Forgery, peer, send, transport_seed};
use tally_stage::Member;

use crate::expect::{Commands as _, Ended as _};
use crate::search::every_file;
use crate::world::{SEAT, World};

const WORDS: &str = "Each area may stop sharing.";
/// How long a refusal may take to be told once the forged entry has been answered.
const REFUSAL: Duration = Duration::from_secs(10);

#[test]
fn an_entry_in_a_partners_name_is_refused_from_a_stranger_and_over_a_partners_connection() {
    let world = World::running();
    let (id, _) = world.priority();
    let [bexley, greenwich, lewisham] = world.homes();
    greenwich.by(SEAT, &["record", "set", &id, "ends=2020-12"]).ok();
    world.together();
    let before = bexley.json(&["record", "show", &id]);
    let (forgery, held) = forged(bexley, &before["audience"]["ring_id"], &id);
    let victim = peer(&transport_seed(bexley.home()).expect("a key"));
    let addresses = vec![format!("/ip4/127.0.0.1/tcp/{}", bexley.port())];

    let stranger = send(&forgery, [0x11; 32], victim, addresses.clone()).expect("sent");
    assert_eq!(stranger, AttackOutcome::KeptOut);

    // A connection of Lewisham's, while its own node stands still.
    assert_eq!(lewisham.stop().expect("ends"), Some(0));
    let mut events = bexley.events().expect("told");
    let stolen = transport_seed(lewisham.home()).expect("a key");
    assert_eq!(send(&forgery, stolen, victim, addresses).expect("sent"), AttackOutcome::Answered);
    let deadline = Instant::now() + REFUSAL;
    let mut told = Vec::new();
    while let Some(event) = events.next(deadline).expect("told") {
        told.push(event.event);
        if event.event == Happening::RunRefused {
            break;
        }
    }
    assert_eq!(told.last(), Some(&Happening::RunRefused), "{told:?}");

    let after = bexley.json(&["record", "show", &id]);
    assert_eq!((&before["version"], &before["fields"]), (&after["version"], &after["fields"]));
    assert_eq!(logs(bexley).entries.len(), held);
    for home in [bexley, greenwich] {
        let words = WORDS.as_bytes();
        let anywhere = every_file(home.home()).iter().any(|file| file.windows(words.len()).any(|here| here == words));
        assert!(!anywhere, "{} keeps the words", home.name());
    }
}

/// An entry that claims to be Greenwich's next, and how many entries the victim holds.
fn forged(victim: &Member, ring: &serde_json::Value, document: &str) -> (Forgery, usize) {
    let Logs { logs, entries } = logs(victim);
    let log = logs.iter().find(|log| log.member.as_deref() == Some("Greenwich")).expect("a log");
    let forgery = Forgery {
        ring: id(ring.as_str().expect("a ring")),
        audience: id(&log.audience),
        node: id(&log.node),
        incarnation: log.incarnation,
        sequence: log.entries + 1,
        previous: log.head.as_deref().map(id),
        edition: id(&entries.last().expect("an entry").edition),
        document: id(document),
        words: WORDS.to_owned(),
    };
    (forgery, entries.len())
}

fn logs(member: &Member) -> Logs {
    member.ask(None, &LogList {}).expect("answered")
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("an id")
}
