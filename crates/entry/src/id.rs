use std::fmt;
use std::str::FromStr;

use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};

use crate::canonical;
use crate::key::PublicKey;
use crate::log::LogId;
use crate::tag::{Tag, digest};

/// A text is not an id: 64 lower-case hexadecimal digits were expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 64 hexadecimal digits were expected")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Takes the bytes as they are.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// In the order in which they are encoded and shown.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text).map(Self)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.bytes(&self.0)?;
                Ok(())
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
                canonical::array(d).map(Self)
            }
        }
    };
}

id! {
    /// A member for ever: the hash of its first root key.
    MemberId
}
id! {
    /// A ring for ever.
    RingId
}
id! {
    /// An audience: the hash of its ring and its sorted members.
    AudienceId
}
id! {
    /// A node: the hash of its entry-signing key.
    NodeId
}
id! {
    /// A document: the hash of where its birth stands in a log.
    DocumentId
}
id! {
    /// An entry: the hash of its header without signatures.
    EntryId
}
id! {
    /// An edition: the hash of its content without signatures.
    EditionId
}
id! {
    /// A control act: the hash of its content without signatures.
    ActId
}
id! {
    /// An Automerge change, by the hash Automerge gives it.
    ChangeHash
}
id! {
    /// A digest over many things, compared to find out whether anything differs.
    Digest
}

impl NodeId {
    /// The node that signs entries with this key.
    #[must_use]
    pub fn of(key: &PublicKey) -> Self {
        Self(digest(&Tag::new("tally/1/node"), &[key.as_bytes()]))
    }
}

impl MemberId {
    /// The member whose first root key this is.
    #[must_use]
    pub fn of(root: &PublicKey) -> Self {
        Self(digest(&Tag::new("tally/1/member"), &[root.as_bytes()]))
    }
}

impl DocumentId {
    /// The document whose birth is the entry at `sequence` of `log`.
    #[must_use]
    pub fn of_birth(log: &LogId, sequence: u64) -> Self {
        Self(digest(
            &Tag::new("tally/1/document"),
            &[
                log.ring.as_bytes(),
                log.audience.as_bytes(),
                log.node.as_bytes(),
                &log.incarnation.to_be_bytes(),
                &sequence.to_be_bytes(),
            ],
        ))
    }
}

fn parse(text: &str) -> Result<[u8; 32], IdError> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return Err(IdError);
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(IdError),
            };
            *byte = *byte << 4 | value;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        let id = EntryId::from_bytes(std::array::from_fn(|i| (i * 7) as u8));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn upper_case_is_refused_so_that_one_id_has_one_text() {
        let text = EntryId::from_bytes([0xab; 32]).to_string().to_uppercase();
        assert_eq!(text.parse::<EntryId>(), Err(IdError));
    }
}
