use crate::expect::{Commands as _, Ended as _, tally};
use crate::world::{RING, World, text};

#[test]
fn a_ring_is_complete_once_all_have_signed() {
    let world = World::founded();
    for home in world.homes() {
        let shown = home.json(&["ring", "show", RING]);
        assert_eq!(shown["state"], "complete", "{shown}");
        assert_eq!(shown["members"].as_array().map(Vec::len), Some(3), "{shown}");
    }
}

#[test]
fn a_name_can_be_copied_and_a_fingerprint_is_shown_before_anybody_signs() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let card = greenwich.json(&["card"]);
    let told = card["fingerprint"].as_str().expect("a fingerprint");
    let file = world.paper("greenwich.card", greenwich.tally(&["card"]).ok());
    let proposed = bexley.by_root(&["ring", "propose", RING, "--with", &text(&file)]);
    assert!(proposed.err.contains(told), "{proposed:#?}");
    let invitation = world.paper("ring.1", proposed.ok());
    let joined = greenwich.by_root(&["ring", "join", &text(&invitation)]);
    let own = bexley.json(&["card"]);
    assert!(joined.err.contains(own["fingerprint"].as_str().expect("a fingerprint")), "{joined:#?}");
    joined.ok();
    let shown = greenwich.json(&["ring", "show", RING]);
    assert!(shown["members"].as_array().expect("members").iter().any(|one| one["fingerprint"] == *told), "{shown}");
}

#[test]
fn an_invitation_says_who_has_not_signed() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let card = world.paper("greenwich.card", greenwich.tally(&["card"]).ok());
    let given = [text(bexley.passphrase()), text(&card)];
    let proposed = bexley.json(&["--passphrase-file", &given[0], "ring", "propose", RING, "--with", &given[1]]);
    assert_eq!(proposed["awaiting"], serde_json::json!(["Greenwich"]));
    assert_eq!(proposed["signed_by"], serde_json::json!(["Bexley"]));
}

#[test]
fn nodes_that_run_complete_an_edition_over_the_network() {
    let world = World::founded();
    for home in world.homes() {
        let ready = home.start().expect("starts");
        assert_eq!(ready["event"], "ready");
        assert_eq!(ready["schema"], 1);
        assert!(ready["listen"].as_array().is_some_and(|addresses| !addresses.is_empty()), "{ready}");
        assert!(ready["socket"].is_string(), "{ready}");
    }
    world.together();
}

#[test]
fn an_address_that_no_node_can_listen_at_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "the passphrase of Bexley\n").expect("written");
    let home = folder.path().join("bexley");
    for address in ["foo", "127.0.0.1:80", "/ip4/127.0.0.1/tcp/99999"] {
        let (home, passphrase) = (text(&home), text(&passphrase));
        let line = ["--home", &home, "--passphrase-file", &passphrase, "init", "--name", "Bexley", "--listen", address];
        tally(&line).fails(2, &[address, "why:", "/ip4/0.0.0.0/tcp/"]);
    }
    assert!(!home.exists(), "something was made");
}

#[test]
fn the_help_of_init_says_what_a_node_is_called() {
    let help = tally(&["init", "--help"]).ok();
    assert!(help.contains("[default: first]"), "{help}");
}
