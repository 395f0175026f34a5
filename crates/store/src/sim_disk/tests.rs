use super::*;
use crate::conformance::check_disk;
use crate::real_disk::RealDisk;

#[test]
fn the_simulated_disk_conforms() {
    check_disk(&SimDisk::new());
}

#[test]
fn the_real_disk_conforms() {
    let home = tempfile::tempdir().expect("a directory");
    // A parent that is new as well.
    check_disk(&RealDisk::open(home.path().join("a/b")).expect("opens"));
}

#[test]
fn the_real_disk_keeps_to_its_directory() {
    let home = tempfile::tempdir().expect("a directory");
    let disk = RealDisk::open(home.path()).expect("opens");
    for name in ["", ".", "..", "../a", "a/b", "/a", "a\0b"] {
        assert_eq!(disk.create(name, 0).expect_err(name).kind(), io::ErrorKind::InvalidInput);
    }
}

fn durable(disk: &SimDisk, name: &str) -> Vec<Option<Vec<u8>>> {
    let mut states: Vec<_> = disk.crash_states().map(|after| after.peek(name)).collect();
    states.sort();
    states.dedup();
    states
}

#[test]
fn an_unsynced_write_may_be_lost_torn_or_kept() {
    let disk = SimDisk::new();
    disk.set_sector(2);
    let file = disk.create("a", 3).expect("create");
    file.sync_data().expect("sync");
    disk.sync_dir().expect("sync");
    file.write_at(0, b"xyz").expect("write");
    let texts: Vec<String> = durable(&disk, "a")
        .into_iter()
        .map(|state| String::from_utf8(state.expect("the name is durable")).expect("text"))
        .collect();
    assert_eq!(texts, ["\0\0\0", "\0\0z", "x\0\0", "xy\0", "xyz"]);
    file.sync_data().expect("sync");
    assert_eq!(durable(&disk, "a"), [Some(b"xyz".to_vec())]);
}

#[test]
fn an_unsynced_name_may_be_lost() {
    let disk = SimDisk::new();
    let file = disk.create("a", 0).expect("create");
    file.write_at(0, b"x").expect("write");
    file.sync_data().expect("sync");
    assert_eq!(durable(&disk, "a"), [None, Some(b"x".to_vec())]);
    disk.sync_dir().expect("sync");
    disk.rename("a", "b").expect("rename");
    assert_eq!(durable(&disk, "a"), [None, Some(b"x".to_vec())]);
    for state in disk.crash_states() {
        assert!(state.peek("a").is_some() != state.peek("b").is_some(), "a rename is one step");
    }
}

#[test]
fn unsynced_writes_survive_in_any_subset() {
    let disk = SimDisk::new();
    let file = disk.create("a", 3).expect("create");
    file.sync_data().expect("sync");
    disk.sync_dir().expect("sync");
    for at in 0..3 {
        file.write_at(at, b"x").expect("write");
    }
    assert_eq!(durable(&disk, "a").len(), 8);
}

#[test]
fn a_failed_sync_loses_the_writes_that_readers_still_see() {
    let disk = SimDisk::new();
    let file = disk.create("a", 1).expect("create");
    disk.sync_dir().expect("sync");
    file.sync_data().expect("sync");
    file.write_at(0, b"x").expect("write");
    disk.fail_at(disk.operations(), Fault::Broken);
    file.sync_data().expect_err("it fails");
    file.sync_data().expect("and then says all is well");
    assert_eq!(disk.peek("a"), Some(b"x".to_vec()));
    assert_eq!(durable(&disk, "a"), [Some(b"\0".to_vec())]);
}

#[test]
fn one_seed_is_one_crash() {
    let disk = SimDisk::new();
    let file = disk.create("a", 100).expect("create");
    file.write_at(0, &[1; 100]).expect("write");
    let seen: std::collections::BTreeSet<_> = (0..50).map(|seed| disk.crash(seed).peek("a")).collect();
    assert!(seen.len() > 5);
    for seed in 0..50 {
        assert_eq!(disk.crash(seed).peek("a"), disk.crash(seed).peek("a"));
    }
}

#[test]
fn a_full_disk_refuses_growth_only() {
    let disk = SimDisk::new();
    disk.set_capacity(10);
    let file = disk.create("a", 8).expect("create");
    let full = |result: io::Result<()>| result.expect_err("full").kind() == io::ErrorKind::StorageFull;
    assert!(full(disk.create("b", 3).map(|_| ())));
    assert!(full(file.write_at(8, b"xyz")));
    file.write_at(0, b"12345678").expect("what is there can be written");
    assert_eq!(disk.free_bytes().expect("free"), 2);
}
