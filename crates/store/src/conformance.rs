//! What every disk and every store of views must do, asked of each of them by its own tests.

use std::io;

use crate::disk::{Disk, DiskFile};
use crate::views::{Batch, MAX_KEY, MAX_PAGE_ITEMS, MAX_VALUE, Scan, ViewError, ViewStore};

/// Checks a disk that begins empty; panics where it does not do what [`Disk`] says.
pub fn check_disk<D: Disk>(disk: &D) {
    let file = disk.create("a", 100).expect("a new file");
    assert_eq!(file.length().expect("length"), 100, "space is taken at once");
    assert_eq!(disk.read("a", 1000).expect("read"), vec![0; 100], "and is zero");
    let again = disk.create("a", 1).expect_err("a name is taken once");
    assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);

    file.write_at(98, b"tail").expect("write past the end");
    assert_eq!(file.length().expect("length"), 102, "a write may grow a file");
    let mut buffer = [7; 10];
    assert_eq!(file.read_at(97, &mut buffer).expect("read"), 5, "less only at the end");
    assert_eq!(&buffer[..5], b"\0tail");
    assert_eq!(file.read_at(500, &mut buffer).expect("read"), 0, "nothing after the end");
    assert_eq!(disk.read("a", 3).expect("read"), vec![0; 3], "no more than asked for");
    file.truncate(99).expect("cut");
    file.truncate(101).expect("grow");
    assert_eq!(disk.open("a").expect("open").length().expect("length"), 101);
    assert_eq!(disk.read("a", 1000).expect("read")[98..], *b"t\0\0", "what was cut is gone");
    file.sync_data().expect("sync");

    disk.create("b", 0).expect("an empty file");
    disk.sync_dir().expect("sync");
    assert_eq!(disk.list().expect("list"), ["a", "b"], "names are sorted");
    disk.rename("a", "b").expect("rename replaces");
    assert_eq!(disk.list().expect("list"), ["b"]);
    assert_eq!(disk.read("b", 1000).expect("read").len(), 101);
    disk.remove("b").expect("remove");
    let gone = disk.open("b").map(|_| ()).expect_err("it is gone");
    assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    assert!(disk.remove("b").is_err(), "nothing is removed twice");
    assert!(disk.rename("b", "c").is_err(), "nothing is renamed that is not there");
    assert!(disk.free_bytes().expect("free") > 0);

    let lock = disk.lock("lock").expect("lock").expect("it is free");
    assert!(disk.lock("lock").expect("lock").is_none(), "one holder at a time");
    drop(lock);
    assert!(disk.lock("lock").expect("lock").is_some(), "and it is free again");
}

fn all(views: &impl ViewStore, tree: &str, prefix: &[u8], limit: usize) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = Vec::new();
    loop {
        let after = keys.last().cloned();
        let page = views.scan(tree, Scan { prefix, after: after.as_deref(), limit }).expect("a page");
        assert!(page.items.len() <= limit);
        keys.extend(page.items.into_iter().map(|(key, _)| key));
        if !page.more {
            return keys;
        }
    }
}

/// Checks a store of views that begins empty; panics where it does not do what [`ViewStore`] says.
pub fn check_view_store<S: ViewStore>(make: impl Fn() -> S) {
    let views = make();
    assert_eq!(views.get("tree", b"key").expect("get"), None, "nothing at first");
    assert!(views.scan("tree", Scan { limit: 5, ..Scan::default() }).expect("scan").items.is_empty());

    views.put("tree", b"key", b"value").expect("put");
    assert_eq!(views.get("tree", b"key").expect("get").as_deref(), Some(b"value".as_slice()));
    assert_eq!(views.get("other", b"key").expect("get"), None, "trees are apart");
    views.put("tree", b"", b"").expect("an empty key and value");
    assert_eq!(views.get("tree", b"").expect("get").as_deref(), Some(b"".as_slice()));
    views.remove("tree", b"key").expect("remove");
    views.remove("tree", b"key").expect("remove what is not there");
    assert_eq!(views.get("tree", b"key").expect("get"), None);
    views.remove("tree", b"").expect("remove");

    check_scans(&views);
    check_long_values(&views);
    check_limits(&views);

    views.clear("tree").expect("clear");
    views.clear("never made").expect("clear nothing");
    assert!(all(&views, "tree", b"", 10).is_empty());
    views.put("tree", b"after", b"clearing").expect("put");
    views.seal(b"state").expect("seal");
    views.put("tree", b"after", b"sealing").expect("put");
    assert_eq!(views.get("tree", b"after").expect("get").as_deref(), Some(b"sealing".as_slice()));
}

fn check_scans(views: &impl ViewStore) {
    let batch = Batch::new()
        .put(b"b/2", b"2")
        .put(b"b/1", b"1")
        .put(b"a", b"a")
        .put(b"b", b"b")
        .put(b"c", b"c")
        .put(b"b/\xff", b"last")
        .put(b"gone", b"")
        .remove(b"gone")
        .remove(b"c")
        .put(b"c", b"again");
    views.apply("tree", batch).expect("apply");
    for limit in [1, 2, 3, 100] {
        assert_eq!(
            all(views, "tree", b"", limit),
            [b"a".to_vec(), b"b".to_vec(), b"b/1".to_vec(), b"b/2".to_vec(), b"b/\xff".to_vec(), b"c".to_vec()],
            "in order, whatever the page",
        );
        assert_eq!(
            all(views, "tree", b"b/", limit),
            [b"b/1".to_vec(), b"b/2".to_vec(), b"b/\xff".to_vec()],
            "with the prefix only",
        );
    }
    let scan = Scan { prefix: b"b/", after: Some(b"a"), limit: 1 };
    let page = views.scan("tree", scan).expect("scan");
    assert_eq!(page.items, [(b"b/1".to_vec(), b"1".to_vec())], "after a key before the prefix");
    assert!(page.more);
    let scan = Scan { prefix: b"b/", after: Some(b"c"), limit: 1 };
    assert!(views.scan("tree", scan).expect("scan").items.is_empty(), "after a key past the prefix");
    let scan = Scan { prefix: b"", after: None, limit: usize::MAX };
    assert!(views.scan("tree", scan).expect("scan").items.len() <= MAX_PAGE_ITEMS);
}

fn check_long_values(views: &impl ViewStore) {
    // Around the size at which a value is split, growing and shrinking under one key.
    for length in [65_278, 65_279, 65_280, 65_281, 65_536, 300_000, 70_000, 10, 200_000] {
        let value: Vec<u8> = (0..length).map(|at: u32| (at % 251) as u8).collect();
        views.put("long", b"key", &value).expect("put");
        assert!(views.get("long", b"key").expect("get").as_ref() == Some(&value), "{length}");
        let page = views.scan("long", Scan { limit: 10, ..Scan::default() }).expect("scan");
        assert_eq!(page.items.len(), 1, "parts are not seen");
        assert!(page.items[0].1 == value, "{length}");
    }
    let long = vec![1; 200_000];
    let batch = Batch::new().put(b"key", b"short").put(b"key", &long).put(b"key2", &long).remove(b"key2");
    views.apply("long", batch).expect("apply");
    assert!(views.get("long", b"key").expect("get").as_ref() == Some(&long));
    assert_eq!(views.get("long", b"key2").expect("get"), None);
    views.remove("long", b"key").expect("remove");
    assert!(all(views, "long", b"", 10).is_empty());
}

fn check_limits(views: &impl ViewStore) {
    let refused = |result: Result<(), ViewError>| matches!(result, Err(ViewError::TooLarge { .. }));
    assert!(refused(views.put("tree", &vec![0; MAX_KEY + 1], b"")), "a long key");
    assert!(refused(views.put("tree", b"key", &vec![0; MAX_VALUE + 1])), "a long value");
    assert!(refused(views.put(&"t".repeat(65), b"key", b"")), "a long name");
    assert!(refused(views.seal(&[0; 257])), "a long state");
    views.put("tree", &[1; MAX_KEY], &vec![2; MAX_VALUE]).expect("the longest of each");
    assert_eq!(views.get("tree", &[1; MAX_KEY]).expect("get").map(|value| value.len()), Some(MAX_VALUE));
}
