use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::expect::{Commands as _, Ended as _};
use crate::search::{Search, every_file, words};
use crate::world::{RING, SEAT, World};

/// Words that each borough keeps to itself, and as many that are shared: enough that one form in a thousand is found.
const CANARIES: usize = 1_000;
/// Words of one record: one is its title, the others are all over it.
const EACH: usize = 20;

/// Three homes whose nodes write down what they say and what they send.
struct Watched {
    world: World,
    said: PathBuf,
    frames: PathBuf,
}

impl Watched {
    fn running() -> Self {
        let world = World::founded();
        let folder = |name: &str| {
            let path = world.stage.folder().join(name);
            std::fs::create_dir(&path).expect("made");
            path
        };
        let (said, frames) = (folder("said"), folder("frames"));
        for (number, home) in world.homes().iter().enumerate() {
            home.watch(&said.join(number.to_string()), &frames.join(number.to_string()));
        }
        Self { world: world.run(), said, frames }
    }

    /// A local record full of words; with the number of its home.
    fn keep(&self, number: usize, words: &[String]) -> String {
        let home = &self.world.homes()[number % 3];
        let title = format!("title={}", words[0]);
        let background = format!("background={}", words[1..10].join(" "));
        let made = home.json_by(SEAT, &["record", "new", "learning", "--set", &title, "--set", &background]);
        let id = made["id"].as_str().expect("an id").to_owned();
        let more = format!("background={}", words[1..EACH - 1].join(" "));
        home.by(SEAT, &["record", "set", &id, &more, "--reason", &words[EACH - 1]]).ok();
        id
    }

    /// A record of the ring with some words.
    fn share(&self, number: usize, words: &[String]) -> String {
        let home = &self.world.homes()[number % 3];
        let title = format!("short_title={}", words[0]);
        let focus = format!("focus={}", words[1..10].join(" "));
        let made = home.json_by(SEAT, &["record", "new", "priority", "--in", RING, "--set", &title, "--set", &focus]);
        made["id"].as_str().expect("an id").to_owned()
    }

    /// More words in it, from another.
    fn add(&self, number: usize, id: &str, words: &[String]) {
        let other = &self.world.homes()[(number + 1) % 3];
        let more = format!("focus={}", words[1..EACH - 1].join(" "));
        other.by(SEAT, &["record", "set", id, &more]).ok();
        other.by(SEAT, &["respond", id, "approve", "--note", &words[EACH - 1]]).ok();
    }
}

#[test]
fn no_word_kept_at_home_is_in_any_frame_or_file_or_log_of_three_nodes() {
    let watched = Watched::running();
    let (kept, shared) = (words(0xCA_4A, CANARIES), words(0x5A_FE, CANARIES));
    let local: Vec<String> = kept.chunks(EACH).enumerate().map(|(number, words)| watched.keep(number, words)).collect();
    let common: Vec<String> =
        shared.chunks(EACH).enumerate().map(|(number, words)| watched.share(number, words)).collect();
    watched.world.together();
    for (number, (id, words)) in common.iter().zip(shared.chunks(EACH)).enumerate() {
        watched.add(number, id, words);
    }
    // The door is opened for one field of one record; what the guard stops, and what is only tried, stays.
    let opened = format!("title={}", shared[0]);
    let home = &watched.world.homes()[0];
    home.by(SEAT, &["record", "set", &local[0], &opened]).ok();
    let door = ["share", &local[0], "--in", RING, "--basis", "agreed at the forum", "--fields"];
    home.by(SEAT, &[&door[..], &["title,background", "--dry-run"]].concat()).ok();
    home.by(SEAT, &[&door[..], &["title"]].concat()).ok();
    let named = format!("background={} 943 476 5919", kept[1]);
    home.by(SEAT, &["record", "set", &local[0], &named]).ok();
    home.by(SEAT, &[&door[..], &["background"]].concat()).fails(1, &["guard"]);
    // What else a day brings.
    watched.world.homes()[1].kill();
    watched.world.homes()[1].start().expect("starts");
    watched.world.homes()[2].stop().expect("ends");
    watched.world.homes()[2].start().expect("starts");
    watched.world.together();
    for home in watched.world.homes() {
        for look in [&["status"][..], &["peers"], &["log", "verify"], &["views", "rebuild"], &["register"]] {
            home.tally(look).ok();
        }
        home.tally(&["record", "list", "--local"]).ok();
    }
    for home in watched.world.homes() {
        assert_eq!(home.stop().expect("ends"), Some(0));
    }

    let (frames, said) = (every_file(&watched.frames), every_file(&watched.said));
    assert_eq!(frames.len(), 3);
    let log = String::from_utf8_lossy(&said[0]).into_owned();
    assert!(log.contains("connected") && log.contains("document_changed"), "the logs say nothing: {log}");
    assert_eq!(Search::of(&shared).count(&frames), CANARIES, "the search does not find what is there");
    assert_eq!(Search::of(&shared).count(&said), 0, "the logs hold the words of a record");
    assert_eq!(Search::of(&kept).count(frames.iter().chain(&said)), 0);
    let files: Vec<Vec<u8>> = watched.world.homes().iter().flat_map(|home| every_file(home.home())).collect();
    assert_eq!(Search::of(&shared).count(&files), CANARIES);
    assert_eq!(Search::of(&kept).count(&files), 0);
    // They were kept all the same.
    let distinct: BTreeSet<&String> = local.iter().collect();
    assert_eq!(distinct.len(), CANARIES / EACH);
    watched.world.homes()[0].start().expect("starts");
    let record = watched.world.homes()[0].json(&["record", "show", &local[3]]);
    assert_eq!(record["fields"]["title"], kept[3 * EACH].as_str());
}
