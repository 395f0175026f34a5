//! Fingerprints that two people compare by telephone.

use tally_entry::{PublicKey, Tag, digest};

const ROOT: Tag = Tag::new("tally/1/fingerprint");
const NEXT_ROOT: Tag = Tag::new("tally/1/next-root");

/// Commits to the next root key without showing it.
pub fn next_root_commitment(key: &PublicKey) -> [u8; 32] {
    digest(&NEXT_ROOT, &[key.as_bytes()])
}

/// Shows a root key and the commitment to the next one as eight groups of five digits.
pub fn fingerprint(root: &PublicKey, next_root: &[u8; 32]) -> String {
    spoken(&digest(&ROOT, &[root.as_bytes(), next_root]))
}

/// Writes 32 bytes as eight groups of five digits (132 bits), because digits survive a telephone line best.
pub(crate) fn spoken(hash: &[u8; 32]) -> String {
    let groups = hash.chunks_exact(4).map(|four| {
        let number = four.iter().fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        format!("{:05}", number % 100_000)
    });
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_entry::SigningKey;

    #[test]
    fn every_byte_of_the_hash_is_spoken() {
        let plain = spoken(&[1; 32]);
        for at in 0..32 {
            let mut other = [1; 32];
            other[at] ^= 1;
            assert_ne!(spoken(&other), plain, "byte {at}");
        }
    }

    #[test]
    fn groups_keep_their_leading_noughts() {
        assert_eq!(spoken(&[0; 32]), "00000 00000 00000 00000 00000 00000 00000 00000");
    }

    #[test]
    fn the_commitment_is_part_of_the_fingerprint() {
        let root = SigningKey::from_seed([1; 32]).public();
        assert_ne!(fingerprint(&root, &[1; 32]), fingerprint(&root, &[2; 32]));
    }
}
