//! Homes that no node runs from, through the library alone.
#![allow(clippy::disallowed_methods, reason = "the test damages a file")]

use std::path::Path;

use tally_entry::Time;
use tally_home::{FoundError, Founding, Home, JournalFault, RootKeyError, SignInvitationError};
use tally_sovereign::WrapError;

const PASSPHRASE: &str = "three boroughs in one boat";
const RING: &str = "Two boroughs";
const NOW: Time = Time(1_567_296_000_000);

fn found(folder: &Path, name: &str) -> Home {
    let founding = Founding { name: name.to_owned(), codes: Vec::new(), node: None, listen: Vec::new() };
    Home::found(&folder.join(name), &founding, PASSPHRASE).expect("a home")
}

#[test]
fn a_ring_is_founded_without_a_node_and_what_is_held_is_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let [bexley, lewisham] = ["Bexley", "Lewisham"].map(|name| found(folder.path(), name));

    let proposed = bexley.propose_ring(RING, None, vec![lewisham.card().clone()], PASSPHRASE).expect("proposed");
    let wrong = lewisham.sign_invitation(proposed.clone(), "another").expect_err("another passphrase");
    assert!(
        matches!(
            &wrong,
            SignInvitationError::RootKey(RootKeyError::Wrap { source, .. })
                if matches!(**source, WrapError::WrongPassphrase)
        ),
        "{wrong:?}"
    );
    let signed = lewisham.sign_invitation(proposed.clone(), PASSPHRASE).expect("signed");
    assert!(signed.edition().is_complete());

    for (home, invitation) in [(&bexley, &proposed), (&lewisham, &signed), (&bexley, &signed)] {
        let kept = home.keep_invitation(invitation).expect("kept");
        home.take_offline(NOW, kept).expect("taken");
    }
    for home in [&bexley, &lewisham] {
        let rings = home.rings_offline(NOW).expect("rings");
        let [ring] = rings.as_slice() else { panic!("{} rings", rings.len()) };
        assert!(ring.signed.as_ref().is_some_and(|edition| edition.is_complete()));
        let report = home.verify_offline().expect("verified");
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    damage(&bexley.journal_folder());
    let report = bexley.verify_offline().expect("verified");
    assert!(
        report.faults.iter().any(|fault| matches!(fault, JournalFault::Damaged(_) | JournalFault::CutShort { .. })),
        "{:?}",
        report.faults
    );
}

#[test]
fn a_home_is_never_made_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = found(folder.path(), "Bexley");
    let founding = Founding { name: "Greenwich".into(), codes: Vec::new(), node: None, listen: Vec::new() };
    let again = Home::found(home.dir(), &founding, PASSPHRASE).expect_err("a second home");
    assert!(matches!(again, FoundError::InUse { home: true, .. }), "{again:?}");
    assert_eq!(Home::open(home.dir()).expect("opens").name(), "Bexley");
}

#[test]
fn a_name_that_tells_of_a_person_makes_no_home() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, node) in [("Bexley, sam@example.org", "first"), ("Bexley", "the desk of sam@example.org")] {
        let dir = folder.path().join("home");
        let node = Some(node.to_owned());
        let founding = Founding { name: name.into(), codes: Vec::new(), node, listen: Vec::new() };
        let error = Home::found(&dir, &founding, PASSPHRASE).expect_err("no home");
        assert!(error.to_string().contains("s**@*******.***"), "masked: {error}");
        assert!(!dir.exists());
    }
}

/// Changes one byte of the ring's name wherever the journal holds it.
fn damage(journal: &Path) {
    let mut damaged = 0;
    for file in std::fs::read_dir(journal).expect("a folder") {
        let path = file.expect("a file").path();
        let mut bytes = std::fs::read(&path).expect("read");
        let found: Vec<usize> =
            bytes.windows(RING.len()).enumerate().filter(|(_, at)| *at == RING.as_bytes()).map(|(at, _)| at).collect();
        for at in &found {
            bytes[*at] ^= 1;
        }
        if !found.is_empty() {
            std::fs::write(&path, &bytes).expect("written");
        }
        damaged += found.len();
    }
    assert!(damaged > 0, "the journal does not hold the ring");
}
