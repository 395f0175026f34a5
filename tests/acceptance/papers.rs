use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::expect::{Commands as _, Ended as _, tally};
use crate::world::{RING, World, text};

#[test]
fn a_second_init_changes_nothing() {
    let world = World::apart();
    let bexley = &world.homes()[0];
    let before = std::fs::read(bexley.home().join("root.key")).expect("read");
    bexley.by_root(&["init", "--name", "Bexley"]).fails(1, &["home already", "--home"]);
    assert_eq!(std::fs::read(bexley.home().join("root.key")).expect("read"), before);
}

#[test]
fn a_damaged_card_is_refused() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let card = flipped(&greenwich.tally(&["card"]).ok());
    let file = world.paper("damaged.card", card);
    bexley.by_root(&["ring", "propose", RING, "--with", &text(&file)]).fails_either(&["card", "damaged"]);
}

#[test]
fn a_card_is_shown_in_words_before_anybody_signs() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let told = greenwich.json(&["card"]);
    let file = text(&world.paper("greenwich.card", greenwich.tally(&["card"]).ok()));
    let shown = bexley.tally(&["card", "show", &file]).ok();
    for word in ["Greenwich", "E09000011", told["fingerprint"].as_str().expect("a fingerprint")] {
        assert!(shown.contains(word), "{word:?} is not shown: {shown}");
    }
    let shown = bexley.json(&["card", "show", &file]);
    assert_eq!((&shown["paper"], &shown["name"]), (&"card".into(), &"Greenwich".into()), "{shown}");
    for field in ["member", "codes", "fingerprint", "addresses"] {
        assert_eq!(shown[field], told[field], "{field}");
    }
}

#[test]
fn a_file_that_is_no_card_is_not_shown_as_one() {
    let world = World::apart();
    let bexley = &world.homes()[0];
    let letter = world.paper("letter.txt", "Dear all, our card follows on Monday.\n".to_owned());
    bexley.tally(&["card", "show", &text(&letter)]).fails(1, &["no card in this text"]);
    bexley.tally(&["card", "show", "nowhere.card"]).fails(1, &["nowhere.card"]);
}

#[test]
fn a_forged_card_is_told_from_a_damaged_one() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let forged = world.paper("forged.card", renamed(&greenwich.tally(&["card"]).ok(), "Greenwich", "Greenwick"));
    bexley.tally(&["card", "show", &text(&forged)]).fails(1, &["Do not use it", "telephone"]);
}

#[test]
fn an_invitation_with_one_character_flipped_is_refused() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let card = world.paper("greenwich.card", greenwich.tally(&["card"]).ok());
    let proposed = bexley.by_root(&["ring", "propose", RING, "--with", &text(&card)]).ok();
    let file = world.paper("flipped", flipped(&proposed));
    greenwich.by_root(&["ring", "join", &text(&file)]).fails_either(&["invitation", "damaged"]);
}

#[test]
fn a_card_is_no_invitation() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let card = world.paper("greenwich.card", greenwich.tally(&["card"]).ok());
    bexley.by_root(&["ring", "join", &text(&card)]).fails_either(&["invitation"]);
}

#[test]
fn a_wrong_passphrase_opens_nothing() {
    let world = World::apart();
    let [bexley, greenwich, _] = world.homes();
    let card = world.paper("greenwich.card", greenwich.tally(&["card"]).ok());
    let wrong = world.paper("wrong", "not this one\n".to_owned());
    let given = ["--passphrase-file", &text(&wrong), "ring", "propose", RING, "--with", &text(&card)];
    bexley.tally(&given).fails(1, &["passphrase"]);
}

#[test]
fn nothing_is_asked_with_no_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = text(&folder.path().join("home"));
    tally(&["--home", &home, "--no-input", "init", "--name", "Bexley"]).fails(1, &["--passphrase-file"]);
    assert!(!folder.path().join("home").exists());
}

#[test]
fn the_port_of_another_is_refused() {
    let world = World::apart();
    world.homes()[0].start().expect("starts");
    let taken = format!("/ip4/127.0.0.1/tcp/{}", world.homes()[0].port());
    world.homes()[1].tally(&["run", "--listen", &taken]).fails(1, &["listen", &world.homes()[0].port().to_string()]);
}

/// The text with one character in the middle of its longest lines put for another.
fn flipped(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let middle = bytes.len() / 2;
    let at = (middle..bytes.len()).find(|&at| bytes[at].is_ascii_alphanumeric()).expect("a letter");
    bytes[at] = if bytes[at] == b'b' { b'c' } else { b'b' };
    String::from_utf8(bytes).expect("text")
}

/// The card with another name in it, and the checksum that belongs to it: only the signature is wrong.
fn renamed(card: &str, from: &str, to: &str) -> String {
    let lines: Vec<&str> = card.lines().filter(|line| !line.trim().is_empty()).collect();
    let [begin, body @ .., _sum, end] = lines.as_slice() else { panic!("no card: {card}") };
    let mut payload = STANDARD.decode(body.concat()).expect("base64");
    let at = payload.windows(from.len()).position(|here| here == from.as_bytes()).expect("the name");
    payload[at..at + to.len()].copy_from_slice(to.as_bytes());
    let coded = STANDARD.encode(&payload);
    let body: Vec<&str> = coded.as_bytes().chunks(body[0].len()).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!("{begin}\n{}\n={}\n{end}\n", body.join("\n"), STANDARD.encode(Sha256::digest(&payload)))
}

/// The work factor stands in the first lines of an age file that a passphrase opens.
#[track_caller]
fn work_factor(root_key: &std::path::Path) -> u32 {
    let bytes = std::fs::read(root_key).expect("read");
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let line = head.lines().find(|line| line.starts_with("-> scrypt ")).expect("a passphrase opens it");
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn no_environment_weakens_the_root_key_of_a_home_that_is_not_for_a_demonstration() {
    let folder = tempfile::tempdir().expect("a folder");
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "the passphrase of Bexley\n").expect("written");
    let (home, passphrase) = (text(&folder.path().join("bexley")), text(&passphrase));
    let line = ["--home", &home, "--passphrase-file", &passphrase, "init", "--name", "Bexley"];
    let mut command = crate::expect::program().command(&line);
    let made = command.env("TALLY_SCRYPT_LOG_N", "4").output().expect("runs");
    assert!(made.status.success(), "{made:?}");
    assert!(!String::from_utf8_lossy(&made.stderr).contains("demonstration"), "{made:?}");
    assert!(work_factor(&folder.path().join("bexley/root.key")) >= 18);
}

#[test]
fn a_home_for_a_demonstration_has_a_weak_root_key_and_says_so() {
    let world = World::apart();
    let bexley = &world.homes()[0];
    assert!(work_factor(&bexley.home().join("root.key")) < 18);
    bexley.start().expect("starts");
    for command in [&["card"][..], &["status"]] {
        let said = bexley.tally(command).err;
        assert!(said.contains("for a demonstration") && said.contains("weak"), "{said}");
    }
}
