//! The pages in `examples`, typed at real nodes: each is a page of the manual, and must hold to the letter.
//!
//! `TALLY_TRANSCRIPTS=rewrite cargo test -p tallystick --test transcripts` puts what is printed now into the pages, for
//! a person to read the difference.
#![allow(clippy::disallowed_methods, reason = "pages are files, and the nodes they speak to are processes")]

use std::path::{Path, PathBuf};

use tally_stage::{Program, Transcript};

/// Names every page once; each is a test of its own.
macro_rules! pages {
    ($($name:ident = $file:literal,)+) => {
        const PAGES: &[&str] = &[$($file),+];
        $(
            #[test]
            fn $name() {
                check($file);
            }
        )+
    };
}

pages! {
    founding_a_ring = "founding-a-ring.md",
    a_shared_priority = "a-shared-priority.md",
    two_answers = "two-answers.md",
    the_door = "the-door.md",
    a_group = "a-group.md",
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

fn check(file: &str) {
    let program = Program::new(env!("CARGO_BIN_EXE_tally"));
    let rewrite = std::env::var_os("TALLY_TRANSCRIPTS").is_some_and(|how| how == "rewrite");
    if let Err(error) = Transcript::check_file(&folder().join(file), &program, rewrite) {
        panic!("examples/{file}: {error}");
    }
}

#[test]
fn no_page_is_forgotten() {
    let mut pages: Vec<String> = std::fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md"))
        .collect();
    pages.sort();
    let mut tested = PAGES.to_vec();
    tested.sort_unstable();
    assert_eq!(pages, tested);
}

#[test]
fn every_page_types_something() {
    for page in PAGES {
        let text = std::fs::read_to_string(folder().join(page)).expect("read");
        assert!(Transcript::read(&text).expect("reads").commands() > 3, "{page}");
    }
}
