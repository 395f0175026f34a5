use std::fs;
use std::time::Duration;

use super::*;
use crate::conformance::check_view_store;

const STATE: Expected<'static> = Expected { version: 3, state: b"state" };

fn config() -> ViewsConfig {
    ViewsConfig { cache_bytes: 1 << 20, ..ViewsConfig::default() }
}

fn open(dir: &Path, expected: Expected<'_>) -> (Views, Readiness) {
    let opened = Views::open(dir, expected, config()).expect("opens");
    (opened.views, opened.state)
}

fn rebuild(why: RebuildReason) -> Readiness {
    Readiness::MustRebuild { why }
}

fn value(at: u32) -> Vec<u8> {
    // Some are long enough to be split.
    let length = if at % 50 == 7 { 150_000 } else { 40 + at as usize % 300 };
    (0..length).map(|byte| (byte as u32 ^ (at * 7)) as u8).collect()
}

fn fill(views: &Views) {
    for tree in ["one", "two"] {
        for at in 0..200_u32 {
            views.put(tree, &at.to_be_bytes(), &value(at)).expect("put");
        }
    }
    views.seal(STATE.state).expect("seal");
}

/// Asserts that nothing but the right values is served; returns how many calls were refused.
fn never_wrong(views: &Views) -> u32 {
    let mut refused = 0;
    for tree in ["one", "two"] {
        for at in 0..200_u32 {
            match views.get(tree, &at.to_be_bytes()) {
                Ok(found) => assert!(found == Some(value(at)), "{tree} {at} is wrong: {:?}", found.map(|v| v.len())),
                Err(_) => refused += 1,
            }
        }
        let scan = Scan { limit: 1000, ..Scan::default() };
        match views.scan(tree, scan) {
            Ok(page) => {
                assert_eq!(page.items.len(), 200);
                assert!(page.items.iter().zip(0..).all(|((_, found), at)| *found == value(at)));
            }
            Err(_) => refused += 1,
        }
    }
    refused
}

#[test]
fn conforms() {
    let homes: std::cell::RefCell<Vec<tempfile::TempDir>> = std::cell::RefCell::default();
    check_view_store(|| {
        let home = tempfile::tempdir().expect("a directory");
        let (views, state) = open(home.path(), STATE);
        assert_eq!(state, rebuild(RebuildReason::New));
        homes.borrow_mut().push(home);
        views
    });
}

#[test]
fn sealed_views_are_ready_and_hold_everything() {
    let home = tempfile::tempdir().expect("a directory");
    fill(&open(home.path(), STATE).0);
    for _ in 0..2 {
        let (views, state) = open(home.path(), STATE);
        assert_eq!(state, Readiness::Ready);
        assert_eq!(never_wrong(&views), 0);
    }
}

#[test]
fn a_write_after_the_seal_asks_for_a_rebuild() {
    let home = tempfile::tempdir().expect("a directory");
    let views = open(home.path(), STATE).0;
    fill(&views);
    let kept = fs::read(home.path().join("views.manifest")).expect("sealed");
    views.put("one", b"more", b"").expect("put");
    drop(views);
    // Even if somebody puts the manifest back, the database knows better.
    fs::write(home.path().join("views.manifest"), kept).expect("written");
    let (views, state) = open(home.path(), STATE);
    assert!(matches!(state, Readiness::MustRebuild { why: RebuildReason::Damaged { .. } }), "{state:?}");
    assert_eq!(views.get("one", b"more").expect("get"), None, "it begins empty");
    drop(views);
    assert_eq!(open(home.path(), STATE).1, rebuild(RebuildReason::NotSealed));
}

#[test]
fn other_states_and_versions_ask_for_a_rebuild() {
    for (expected, why) in [
        (Expected { state: b"later", ..STATE }, RebuildReason::OtherState),
        (Expected { version: 4, ..STATE }, RebuildReason::OtherVersion { found: 3 }),
    ] {
        let home = tempfile::tempdir().expect("a directory");
        fill(&open(home.path(), STATE).0);
        let (views, state) = open(home.path(), expected);
        assert_eq!(state, rebuild(why));
        assert_eq!(views.get("one", &0_u32.to_be_bytes()).expect("get"), None);
    }
}

#[test]
fn a_damaged_manifest_asks_for_a_rebuild() {
    let home = tempfile::tempdir().expect("a directory");
    fill(&open(home.path(), STATE).0);
    let path = home.path().join("views.manifest");
    let good = fs::read(&path).expect("sealed");
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&path, bad).expect("written");
        let folders = Folders::prepare(home.path()).expect("there");
        assert_eq!(folders.manifest(), Err(RebuildReason::ManifestDamaged), "byte {at}");
    }
    assert_eq!(open(home.path(), STATE).1, rebuild(RebuildReason::ManifestDamaged));
}

#[test]
fn at_most_two_bad_folders_are_kept() {
    let home = tempfile::tempdir().expect("a directory");
    for _ in 0..5 {
        open(home.path(), STATE);
    }
    let mut names: Vec<String> = fs::read_dir(home.path())
        .expect("there")
        .map(|entry| entry.expect("read").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    assert_eq!(names, ["views-5", "views.bad-3", "views.bad-4"]);
}

fn tamper(views: &Views, job: impl FnOnce(&sled::Tree) + Send + 'static) {
    let result = views.call(Duration::from_secs(10), move |engine| {
        job(&engine.raw("one"));
        Ok(())
    });
    result.expect("tampered");
}

#[test]
fn a_changed_moved_or_cut_value_is_never_served() {
    type Change = fn(&sled::Tree);
    let changes: [Change; 6] = [
        |tree| {
            let mut bytes = tree.get(b"\x01\x00a").expect("get").expect("there").to_vec();
            *bytes.last_mut().expect("a byte") ^= 1;
            tree.insert(b"\x01\x00a", bytes).expect("insert");
        },
        |tree| {
            let moved = tree.get(b"\x01\x00b").expect("get").expect("there");
            tree.insert(b"\x01\x00a", moved).expect("insert");
        },
        |tree| {
            tree.insert(b"\x01\x00a", b"").expect("insert");
        },
        |tree| {
            tree.insert(b"\x01\x00a", &[0; 5]).expect("insert");
        },
        |tree| {
            // A part of the long value is gone.
            let (key, _) = tree.scan_prefix(b"\x01\x01").next().expect("a part").expect("read");
            tree.remove(key).expect("remove");
            tree.insert(b"\x01\x00a", tree.get(b"\x01\x00long").expect("get").expect("there")).expect("insert");
        },
        |tree| {
            let parts: Vec<_> = tree.scan_prefix(b"\x01\x01").map(|part| part.expect("read")).collect();
            tree.insert(&parts[0].0, &parts[1].1).expect("insert");
            tree.insert(b"\x01\x00a", b"x").expect("insert");
        },
    ];
    for change in changes {
        let home = tempfile::tempdir().expect("a directory");
        let views = open(home.path(), STATE).0;
        views.put("one", b"a", b"right").expect("put");
        views.put("one", b"b", b"other").expect("put");
        views.put("one", b"long", &vec![5; 200_000]).expect("put");
        views.seal(STATE.state).expect("seal");
        tamper(&views, change);
        assert!(matches!(views.get("one", b"a"), Err(ViewError::Corrupt { .. })));
        let scan = Scan { limit: 10, ..Scan::default() };
        assert!(matches!(views.scan("one", scan), Err(ViewError::Corrupt { .. })));
        drop(views);
        assert_eq!(open(home.path(), STATE).1, rebuild(RebuildReason::NotSealed), "an error ends the seal");
    }
}

#[test]
fn a_missing_part_is_never_served() {
    let home = tempfile::tempdir().expect("a directory");
    let views = open(home.path(), STATE).0;
    views.put("one", b"long", &vec![5; 200_000]).expect("put");
    tamper(&views, |tree| {
        let (key, _) = tree.scan_prefix(b"\x01\x01").next().expect("a part").expect("read");
        tree.remove(key).expect("remove");
    });
    assert!(matches!(views.get("one", b"long"), Err(ViewError::Corrupt { .. })));
}

#[test]
fn parts_of_two_writings_are_never_served_together() {
    let home = tempfile::tempdir().expect("a directory");
    let views = open(home.path(), STATE).0;
    views.put("one", b"long", &vec![5; 200_000]).expect("put");
    let part = views
        .call(Duration::from_secs(10), |engine| {
            let (key, part) = engine.raw("one").scan_prefix(b"\x01\x01").next().expect("a part").expect("read");
            Ok((key, part))
        })
        .expect("read");
    views.put("one", b"long", &vec![6; 200_000]).expect("put");
    tamper(&views, move |tree| {
        tree.insert(part.0, part.1).expect("insert");
    });
    assert!(matches!(views.get("one", b"long"), Err(ViewError::Corrupt { .. })));
}

#[test]
fn a_database_sealed_with_another_state_asks_for_a_rebuild() {
    let home = tempfile::tempdir().expect("a directory");
    let views = open(home.path(), STATE).0;
    fill(&views);
    let old = fs::read(home.path().join("views.manifest")).expect("sealed");
    views.seal(b"later").expect("seal");
    drop(views);
    fs::write(home.path().join("views.manifest"), old).expect("written");
    let state = open(home.path(), STATE).1;
    assert!(matches!(state, Readiness::MustRebuild { why: RebuildReason::Damaged { .. } }), "{state:?}");
}

#[test]
fn a_call_that_hangs_is_given_up_and_everything_after_is_refused() {
    let home = tempfile::tempdir().expect("a directory");
    let views = open(home.path(), STATE).0;
    fill(&views);
    let result: Result<(), _> = views.call(Duration::from_millis(20), |_| {
        std::thread::sleep(Duration::from_millis(400));
        Ok(())
    });
    assert!(matches!(result, Err(ViewError::TooSlow { .. })));
    assert!(matches!(views.get("one", b""), Err(ViewError::Stopped)));
    assert!(matches!(views.put("one", b"", b""), Err(ViewError::Stopped)));
    drop(views);
    // The old thread may still hold the old folder; the new one is another.
    assert_eq!(open(home.path(), STATE).1, rebuild(RebuildReason::NotSealed));
}

#[test]
fn a_panic_is_an_error_and_everything_after_is_refused() {
    let home = tempfile::tempdir().expect("a directory");
    let views = open(home.path(), STATE).0;
    let result: Result<(), _> = views.call(Duration::from_secs(10), |_| panic!("on purpose"));
    assert!(matches!(result, Err(ViewError::Panicked)));
    assert!(matches!(views.get("one", b""), Err(ViewError::Stopped)));
}

#[test]
fn opening_that_panics_or_hangs_is_an_error() {
    let folders = tempfile::tempdir().expect("a directory");
    let path = folders.path().join("views-1");
    let panics = Worker::start(|| panic!("on purpose"), |_: &mut Engine| Ok(()), Duration::from_secs(10));
    assert!(matches!(panics, Err(ViewError::Panicked)));
    let hangs = Worker::start(
        move || {
            std::thread::sleep(Duration::from_millis(200));
            Engine::open(&path, 1 << 20)
        },
        |_| Ok(()),
        Duration::from_millis(10),
    );
    assert!(matches!(hangs, Err(ViewError::TooSlow { .. })));
}

#[test]
fn a_database_that_is_open_elsewhere_is_set_aside() {
    let home = tempfile::tempdir().expect("a directory");
    let views = open(home.path(), STATE).0;
    fill(&views);
    let (second, state) = open(home.path(), STATE);
    assert!(matches!(state, Readiness::MustRebuild { why: RebuildReason::Damaged { .. } }), "{state:?}");
    second.put("one", b"key", b"value").expect("put");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("there") {
        let path = entry.expect("read").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("there") {
        let path = entry.expect("read").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn damaged_files_give_an_error_or_a_rebuild_and_never_a_wrong_value() {
    let home = tempfile::tempdir().expect("a directory");
    fill(&open(home.path(), STATE).0);
    let (mut ready, mut rebuilt, mut refused) = (0, 0, 0);
    let names = files(home.path());
    let mut ways: Vec<(usize, u64, u8)> = Vec::new();
    for (at, path) in names.iter().enumerate() {
        let used = fs::read(path).expect("read").iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64;
        ways.push((at, 0, 2));
        for step in 0..8 {
            // Flipped bits, zeroed pages and cut ends, spread over what is used of each file.
            ways.extend([(at, used * step / 8 + step, 0), (at, used * step / 8, 1), (at, used * step / 8, 3)]);
        }
    }
    for (at, offset, way) in ways {
        let damaged = tempfile::tempdir().expect("a directory");
        copy(home.path(), damaged.path());
        let path = damaged.path().join(names[at].strip_prefix(home.path()).expect("below"));
        let mut bytes = fs::read(&path).expect("read");
        let start = (offset as usize).min(bytes.len());
        match way {
            0 => bytes.iter_mut().skip(start).take(1).for_each(|byte| *byte ^= 0x10),
            1 => bytes.iter_mut().skip(start).take(4096).for_each(|byte| *byte = 0),
            _ => bytes.truncate(start),
        }
        if way == 2 {
            fs::remove_file(&path).expect("removed");
        } else {
            fs::write(&path, bytes).expect("written");
        }
        let (views, state) = open(damaged.path(), STATE);
        if state == Readiness::Ready {
            ready += 1;
            refused += u32::from(never_wrong(&views) > 0);
        } else {
            rebuilt += 1;
            assert_eq!(views.get("one", &0_u32.to_be_bytes()).expect("get"), None);
        }
    }
    println!("{ready} opened as they were, {refused} of them refused something; {rebuilt} were rebuilt");
    assert!(rebuilt > 10);
}
