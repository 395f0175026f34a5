//! The search for words that must not be somewhere, in every form in which words are written.
#![allow(dead_code, reason = "each test uses its own part")]

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use flate2::{Decompress, FlushDecompress};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// The most bytes of one compressed piece that are looked at: more than any frame.
const PIECE: usize = 1 << 20;

/// Words that nobody has written before, the same for the same seed.
pub(crate) fn words(seed: u64, count: usize) -> Vec<String> {
    let mut dice = ChaCha20Rng::seed_from_u64(seed);
    let letter = |dice: &mut ChaCha20Rng| char::from(b'a' + u8::try_from(dice.next_u64() % 26).expect("a letter"));
    (0..count).map(|_| (0..16).map(|_| letter(&mut dice)).collect()).collect()
}

/// Returns every byte of every file in a folder.
pub(crate) fn every_file(folder: &Path) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for item in fs::read_dir(folder).expect("a folder") {
        let item = item.expect("a file");
        let kind = item.file_type().expect("a kind");
        if kind.is_dir() {
            files.extend(every_file(&item.path()));
        } else if kind.is_file() {
            files.push(fs::read(item.path()).expect("read"));
        }
    }
    files
}

/// The forms in which a word could lie about; base64 in each of its three alignments.
pub(crate) fn forms(word: &str) -> Vec<Vec<u8>> {
    let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms =
        vec![word.as_bytes().to_vec(), word.bytes().rev().collect(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    for skip in 0..3 {
        let bytes = &word.as_bytes()[skip..];
        let whole = &bytes[..bytes.len() / 3 * 3];
        forms.push(STANDARD_NO_PAD.encode(whole).into_bytes());
        forms.push(URL_SAFE_NO_PAD.encode(whole).into_bytes());
    }
    forms
}

/// Looks for many words at once.
pub(crate) struct Search {
    /// By their first four bytes: forms, each with the number of its word.
    by_start: HashMap<[u8; 4], Vec<(usize, Vec<u8>)>>,
    found: BTreeSet<usize>,
}

impl Search {
    pub(crate) fn of(words: &[String]) -> Self {
        let mut by_start: HashMap<[u8; 4], Vec<(usize, Vec<u8>)>> = HashMap::new();
        for (number, word) in words.iter().enumerate() {
            for form in forms(word) {
                let start = form[..4].try_into().expect("four bytes");
                by_start.entry(start).or_default().push((number, form));
            }
        }
        Self { by_start, found: BTreeSet::new() }
    }

    /// Counts the words that are in any of these, as they are or compressed.
    pub(crate) fn count<'a>(mut self, places: impl IntoIterator<Item = &'a Vec<u8>>) -> usize {
        for bytes in places {
            self.look(bytes);
            self.unpack(bytes);
        }
        self.found.len()
    }

    fn look(&mut self, bytes: &[u8]) {
        for (at, start) in bytes.windows(4).enumerate() {
            if let Some(forms) = self.by_start.get(start) {
                let here = forms.iter().filter(|(_, form)| bytes[at..].starts_with(form));
                self.found.extend(here.map(|(number, _)| *number));
            }
        }
    }

    /// Takes every place for the beginning of something deflated, which is what zlib, gzip, PNG and Automerge hold.
    fn unpack(&mut self, bytes: &[u8]) {
        let mut inflate = Decompress::new(false);
        let mut piece = vec![0; PIECE];
        for at in 0..bytes.len() {
            inflate.reset(false);
            // What is not deflated is an error sooner or later; what came before it is looked at all the same.
            let _error = inflate.decompress(&bytes[at..], &mut piece, FlushDecompress::None);
            let made = usize::try_from(inflate.total_out()).expect("a length");
            self.look(&piece[..made]);
        }
    }
}
