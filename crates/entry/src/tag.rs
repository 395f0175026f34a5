use sha2::{Digest as _, Sha256};

/// A domain tag: keeps a hash or signature made for one purpose from being taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(&'static str);

impl Tag {
    /// Makes a tag from its text, for example `tally/1/entry`.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The tag's text.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

/// SHA-256 over the tag and the parts, each preceded by its length as eight big-endian bytes.
#[must_use]
pub fn digest(tag: &Tag, parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in std::iter::once(tag.0.as_bytes()).chain(parts.iter().copied()) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_parts_changes_the_digest() {
        let tag = Tag::new("tally/1/test");
        assert_ne!(digest(&tag, &[b"ab", b"c"]), digest(&tag, &[b"a", b"bc"]));
    }
}
