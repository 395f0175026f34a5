use std::fmt;

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::{Signer as _, VerifyingKey};
use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};
use zeroize::Zeroize as _;

use crate::canonical;
use crate::tag::Tag;

/// Why bytes are not a key that anybody may be certified with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no point of the curve, or not the one encoding of it.
    #[error("the bytes are not the canonical encoding of an Ed25519 key")]
    NotCanonical,
    /// A key of small order, for which anyone can sign anything.
    #[error("the key is weak: signatures by it prove nothing")]
    Weak,
    /// A key with a torsion part, on which implementations disagree.
    #[error("the key is of mixed order: programs would disagree about its signatures")]
    MixedOrder,
}

/// The signature was not made by this key over these bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature was not made by this key over these bytes")]
pub struct BadSignature;

/// An Ed25519 key to verify with: canonical, of full order. No other can be made.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Takes a key's bytes, if the key is one that may be certified.
    ///
    /// # Errors
    /// Refuses weak, mixed-order and non-canonical keys.
    pub fn certify(bytes: [u8; 32]) -> Result<Self, KeyError> {
        let point = CompressedEdwardsY(bytes).decompress().ok_or(KeyError::NotCanonical)?;
        if point.compress().0 != bytes {
            return Err(KeyError::NotCanonical);
        }
        if point.is_small_order() {
            return Err(KeyError::Weak);
        }
        if !point.is_torsion_free() {
            return Err(KeyError::MixedOrder);
        }
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| KeyError::NotCanonical)
    }

    /// The key's 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Checks a signature over the tag and the message, strictly (RFC 8032, no cofactor, small orders refused).
    ///
    /// # Errors
    /// When the signature does not hold.
    pub fn verify(&self, tag: &Tag, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(&framed(tag, message), &signature).map_err(|_| BadSignature)
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

impl<C> minicbor::Encode<C> for PublicKey {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.bytes(self.as_bytes())?;
        Ok(())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for PublicKey {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let at = d.position();
        Self::certify(canonical::array(d)?).map_err(|_| DecodeError::message("not a key that may be certified").at(at))
    }
}

/// A key to sign with. The secret is wiped when dropped and never printed.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes the key of a 32-byte seed, and wipes the seed.
    #[must_use]
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        Self(key)
    }

    /// The seed, for whoever keeps the key on disk.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The key others verify with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs the tag and the message.
    #[must_use]
    pub fn sign(&self, tag: &Tag, message: &[u8]) -> Signature {
        Signature(self.0.sign(&framed(tag, message)).to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?})", self.public())
    }
}

/// A signature as bytes: says nothing until it was verified.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "Signature({a:02x}{b:02x}{c:02x}{d:02x}..)")
    }
}

impl<C> minicbor::Encode<C> for Signature {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.bytes(&self.0)?;
        Ok(())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Signature {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        canonical::array(d).map(Self)
    }
}

/// What is signed: the tag, a zero byte that no tag contains, the message.
fn framed(tag: &Tag, message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(tag.as_str().len() + 1 + message.len());
    bytes.extend_from_slice(tag.as_str().as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(message);
    bytes
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;

    use super::*;

    const TAG: Tag = Tag::new("tally/1/test");

    #[test]
    fn every_point_of_small_order_is_refused() {
        for point in EIGHT_TORSION {
            assert_eq!(PublicKey::certify(point.compress().0), Err(KeyError::Weak));
        }
    }

    #[test]
    fn a_key_with_a_torsion_part_is_refused() {
        let honest = EdwardsPoint::mul_base(&Scalar::from(7_u8));
        let mixed = honest + EIGHT_TORSION[1];
        assert!(PublicKey::certify(honest.compress().0).is_ok());
        assert_eq!(PublicKey::certify(mixed.compress().0), Err(KeyError::MixedOrder));
    }

    #[test]
    fn a_second_encoding_of_a_point_is_refused() {
        // y = 1 written as p + 1: the identity in a form that lenient parsers take.
        let mut bytes = [0xff; 32];
        bytes[0] = 0xee;
        bytes[31] = 0x7f;
        assert_eq!(PublicKey::certify(bytes), Err(KeyError::NotCanonical));
    }

    #[test]
    fn a_signature_holds_only_under_its_tag() {
        let key = SigningKey::from_seed([3; 32]);
        let signature = key.sign(&TAG, b"words");
        assert_eq!(key.public().verify(&TAG, b"words", &signature), Ok(()));
        let other = Tag::new("tally/1/other");
        assert_eq!(key.public().verify(&other, b"words", &signature), Err(BadSignature));
    }

    #[test]
    fn the_secret_is_not_printed() {
        let key = SigningKey::from_seed([3; 32]);
        assert!(!format!("{key:?}").contains("0303"));
    }
}
