use crate::leb::{Cursor, put_signed, put_unsigned};
use crate::refusal::OperationFault;

/// A value inside a document. Others that Automerge knows (counter, time, floating point) are not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scalar {
    Null,
    Flag(bool),
    Unsigned(u64),
    Signed(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Scalar {
    /// Reads a value from its column form, refusing all but the shortest form.
    pub(crate) fn read(meta: u64, bytes: &[u8]) -> Result<Self, OperationFault> {
        let mut cursor = Cursor::new(bytes);
        let value = match meta & 0x0f {
            0 => Self::Null,
            1 => Self::Flag(false),
            2 => Self::Flag(true),
            3 => Self::Unsigned(cursor.unsigned().map_err(|_| OperationFault::Value)?),
            4 => Self::Signed(cursor.signed().map_err(|_| OperationFault::Value)?),
            6 => Self::Text(std::str::from_utf8(bytes).map_err(|_| OperationFault::Value)?.to_owned()),
            7 => Self::Bytes(bytes.to_vec()),
            _ => return Err(OperationFault::Value),
        };
        if value.write() == (meta, bytes.to_vec()) { Ok(value) } else { Err(OperationFault::Value) }
    }

    /// The value's column form: its type with its length, and its bytes.
    pub(crate) fn write(&self) -> (u64, Vec<u8>) {
        let mut bytes = Vec::new();
        let kind = match self {
            Self::Null => 0,
            Self::Flag(false) => 1,
            Self::Flag(true) => 2,
            Self::Unsigned(number) => {
                put_unsigned(&mut bytes, *number);
                3
            }
            Self::Signed(number) => {
                put_signed(&mut bytes, *number);
                4
            }
            Self::Text(text) => {
                bytes.extend_from_slice(text.as_bytes());
                6
            }
            Self::Bytes(raw) => {
                bytes.extend_from_slice(raw);
                7
            }
        };
        (((bytes.len() as u64) << 4) | kind, bytes)
    }
}
