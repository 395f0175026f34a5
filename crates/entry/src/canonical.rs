//! Deterministic CBOR (RFC 8949, 4.2): one value, one encoding; anything else is refused.

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error as DecodeError};

/// Why bytes are not the canonical encoding of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// Not CBOR of the expected shape.
    #[error("the bytes do not have the expected form")]
    Malformed,
    /// The value is followed by more bytes.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    /// The value would be written with other bytes.
    #[error("the bytes are not the one canonical form of their value")]
    NotCanonical,
}

/// Encodes a value.
#[must_use]
pub fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a Vec cannot fail; a type whose own encoder failed would show at its first decode.
    let _ = minicbor::encode(value, &mut bytes);
    bytes
}

/// Decodes a value, and refuses trailing bytes and every encoding but the canonical one.
///
/// # Errors
/// Says how the bytes differ from a canonical encoding.
pub fn decode<T>(bytes: &[u8]) -> Result<T, CanonicalError>
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    let mut decoder = Decoder::new(bytes);
    let value: T = decoder.decode().map_err(|_| CanonicalError::Malformed)?;
    let rest = bytes.len().saturating_sub(decoder.position());
    if rest != 0 {
        return Err(CanonicalError::Trailing(rest));
    }
    if encode(&value) != bytes {
        return Err(CanonicalError::NotCanonical);
    }
    Ok(value)
}

/// Decodes a byte string of exactly `N` bytes.
///
/// # Errors
/// When the next item is no byte string or has another length.
pub fn array<const N: usize>(d: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
    let at = d.position();
    d.bytes()?.try_into().map_err(|_| DecodeError::message("byte string of another length").at(at))
}

/// Steps over one item whose meaning is not known, if it is in canonical form.
///
/// Takes whole numbers, byte and text strings, arrays, true, false and none. A decoder's own skip takes more, and
/// how much more would decide which entries a node believes.
pub(crate) fn skip(d: &mut Decoder<'_>) -> Result<(), DecodeError> {
    let mut due = 1_u64;
    while due > 0 {
        due -= 1;
        let at = d.position();
        let (number, content) = match d.datatype()? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => (d.u64()?, 0),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => {
                let number = -1 - i128::from(d.int()?);
                (u64::try_from(number).unwrap_or(u64::MAX), 0)
            }
            Type::Bytes => {
                let content = d.bytes()?.len();
                (content as u64, content)
            }
            Type::String => {
                let content = d.str()?.len();
                (content as u64, content)
            }
            Type::Array => {
                let items = d.array()?.unwrap_or(u64::MAX);
                due = due.saturating_add(items);
                (items, 0)
            }
            Type::Bool => {
                d.bool()?;
                (0, 0)
            }
            Type::Null => {
                d.null()?;
                (0, 0)
            }
            _ => return Err(DecodeError::message("not an item of a header").at(at)),
        };
        let head = match number {
            0..=23 => 1,
            24..=0xff => 2,
            0x100..=0xffff => 3,
            0x1_0000..=0xffff_ffff => 5,
            _ => 9,
        };
        if d.position() - at != head + content {
            return Err(DecodeError::message("a number in a longer form").at(at));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_form_of_the_same_number_is_refused() {
        assert_eq!(decode::<u64>(&[0x17]), Ok(23));
        assert_eq!(decode::<u64>(&[0x18, 0x17]), Err(CanonicalError::NotCanonical));
    }

    #[test]
    fn trailing_bytes_are_refused() {
        assert_eq!(decode::<u64>(&[0x01, 0x00]), Err(CanonicalError::Trailing(1)));
    }
}
