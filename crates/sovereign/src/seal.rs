use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use tally_entry::{Tag, digest};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::key::{KEY_BYTES, SovereignKey};

/// Bytes of a nonce; 24 random ones never meet again in the life of a store.
const NONCE_BYTES: usize = 24;

/// What sealed bytes are for, bound into them: what was sealed in one context does not open in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SealContext {
    /// A fact in the journal.
    Journal,
    /// A summary in the views.
    Summary,
}

impl SealContext {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Journal => b"tally/1/sovereign/journal",
            Self::Summary => b"tally/1/sovereign/summary",
        }
    }
}

/// Says why bytes could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SealError {
    /// They are shorter than any sealed bytes.
    #[error("the sealed bytes are cut short")]
    Short,
    /// They were sealed with another key, or changed since.
    #[error("the sealed bytes were made with another key or changed since")]
    Refused,
    /// They are too long to seal.
    #[error("the bytes are too long to seal")]
    TooLong,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    NoRandomness(#[from] getrandom::Error),
}

/// Seals and opens bytes with one store's key, and hashes what the views are found by.
pub(crate) struct Sealer {
    cipher: XChaCha20Poly1305,
    index: Zeroizing<[u8; KEY_BYTES]>,
    actor: Zeroizing<[u8; KEY_BYTES]>,
}

impl Sealer {
    pub(crate) fn new(key: &SovereignKey) -> Self {
        let values = key.derive(&Tag::new("tally/1/sovereign/values"));
        Self {
            cipher: XChaCha20Poly1305::new((&*values).into()),
            index: key.derive(&Tag::new("tally/1/sovereign/index")),
            actor: key.derive(&Tag::new("tally/1/sovereign/actor")),
        }
    }

    /// Seals bytes in one context: a random nonce, then the ciphertext and its tag.
    pub(crate) fn seal(&self, context: SealContext, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce)?;
        let payload = Payload { msg: plain, aad: context.bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::TooLong)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens bytes that were sealed in the same context.
    pub(crate) fn open(&self, context: SealContext, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Short)?;
        let payload = Payload { msg: sealed, aad: context.bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| SealError::Refused)
    }

    /// Hashes what an index is found by, so that the views show neither ids nor words.
    pub(crate) fn index_key(&self, parts: &[&[u8]]) -> [u8; 32] {
        keyed(&self.index, &Tag::new("tally/1/sovereign/index/key"), parts)
    }

    /// Derives the writer of a local document, which says nothing about node or member.
    pub(crate) fn actor(&self, document: &[u8; 32]) -> [u8; 16] {
        let [actor @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            keyed(&self.actor, &Tag::new("tally/1/sovereign/actor/key"), &[document]);
        actor
    }
}

/// A keyed digest, nested so that nobody without the key can extend it.
fn keyed(key: &[u8; KEY_BYTES], tag: &Tag, parts: &[&[u8]]) -> [u8; 32] {
    let inner = [&[key.as_slice()], parts].concat();
    digest(tag, &[key.as_slice(), &digest(tag, &inner)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&SovereignKey::from_bytes([byte; KEY_BYTES]))
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key() {
        let sealed = sealer(1).seal(SealContext::Journal, b"words").unwrap();
        assert_eq!(sealer(1).open(SealContext::Journal, &sealed).unwrap().as_slice(), b"words");
    }

    #[test]
    fn another_key_is_refused() {
        let sealed = sealer(1).seal(SealContext::Journal, b"words").unwrap();
        assert_eq!(sealer(2).open(SealContext::Journal, &sealed).unwrap_err(), SealError::Refused);
    }

    #[test]
    fn another_place_is_refused() {
        let sealed = sealer(1).seal(SealContext::Journal, b"words").unwrap();
        assert_eq!(sealer(1).open(SealContext::Summary, &sealed).unwrap_err(), SealError::Refused);
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let sealed = sealer(1).seal(SealContext::Journal, b"words").unwrap();
        for i in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[i / 8] ^= 1 << (i % 8);
            assert!(sealer(1).open(SealContext::Journal, &bad).is_err());
        }
    }

    #[test]
    fn short_bytes_are_refused() {
        assert_eq!(sealer(1).open(SealContext::Journal, &[0; 23]).unwrap_err(), SealError::Short);
    }

    #[test]
    fn the_same_words_never_look_the_same() {
        let a = sealer(1).seal(SealContext::Journal, b"words").unwrap();
        assert_ne!(a, sealer(1).seal(SealContext::Journal, b"words").unwrap());
    }

    #[test]
    fn index_keys_depend_on_the_key_and_on_every_part() {
        let key = sealer(1).index_key(&[b"a", b"b"]);
        assert_eq!(key, sealer(1).index_key(&[b"a", b"b"]));
        assert_ne!(key, sealer(2).index_key(&[b"a", b"b"]));
        assert_ne!(key, sealer(1).index_key(&[b"ab"]));
    }
}
