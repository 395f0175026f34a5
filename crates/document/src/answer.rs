use minicbor::{Decoder, Encoder};
use tally_entry::{Actor, ChangeHash};

use crate::scalar::Scalar;

/// Answers one place may hold: more than the writers of the largest ring thought of.
const ANSWERS_MAX: usize = 64;

/// One of several answers kept in one scalar, because a merge found a word or value changed on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptAnswer {
    pub(crate) value: Scalar,
    pub(crate) by: Actor,
    /// The change that said it; none is the change that this scalar is part of.
    pub(crate) change: Option<ChangeHash>,
}

/// Writes answers as canonical CBOR: an array of `[value, actor, change or null]`.
pub(crate) fn write(claims: &[KeptAnswer]) -> Option<Scalar> {
    encode(claims).ok().map(Scalar::Bytes)
}

type Failed = minicbor::encode::Error<core::convert::Infallible>;

fn encode(claims: &[KeptAnswer]) -> Result<Vec<u8>, Failed> {
    let mut e = Encoder::new(Vec::new());
    e.array(claims.len() as u64)?;
    for claim in claims {
        e.array(3)?;
        match &claim.value {
            Scalar::Null => e.null()?,
            Scalar::Flag(flag) => e.bool(*flag)?,
            Scalar::Unsigned(number) => e.u64(*number)?,
            Scalar::Signed(number) => e.i64(*number)?,
            Scalar::Text(text) => e.str(text)?,
            Scalar::Bytes(bytes) => e.bytes(bytes)?,
        };
        e.bytes(claim.by.as_bytes())?;
        match claim.change {
            Some(change) => e.bytes(change.as_bytes())?,
            None => e.null()?,
        };
    }
    Ok(e.into_writer())
}

/// Reads answers back; none where the bytes are anything but the canonical form of at least two.
pub(crate) fn read(bytes: &[u8]) -> Option<Vec<KeptAnswer>> {
    let mut d = Decoder::new(bytes);
    let count = usize::try_from(d.array().ok()??).ok()?;
    if !(2..=ANSWERS_MAX).contains(&count) {
        return None;
    }
    let mut claims = Vec::with_capacity(count);
    for _ in 0..count {
        if d.array().ok()? != Some(3) {
            return None;
        }
        let value = scalar(&mut d)?;
        let by = Actor::from_bytes(d.bytes().ok()?.try_into().ok()?);
        let change = if d.datatype().ok()? == minicbor::data::Type::Null {
            d.null().ok()?;
            None
        } else {
            Some(ChangeHash::from_bytes(d.bytes().ok()?.try_into().ok()?))
        };
        claims.push(KeptAnswer { value, by, change });
    }
    (encode(&claims).ok()? == bytes).then_some(claims)
}

fn scalar(d: &mut Decoder<'_>) -> Option<Scalar> {
    use minicbor::data::Type;
    Some(match d.datatype().ok()? {
        Type::Null => {
            d.null().ok()?;
            Scalar::Null
        }
        Type::Bool => Scalar::Flag(d.bool().ok()?),
        Type::String => Scalar::Text(d.str().ok()?.to_owned()),
        _ => Scalar::Signed(d.i64().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Vec<KeptAnswer> {
        let claim = |value, change| KeptAnswer { value, by: Actor::from_bytes([7; 16]), change };
        vec![
            claim(Scalar::Text("fifteen".to_owned()), Some(ChangeHash::from_bytes([1; 32]))),
            claim(Scalar::Signed(-3), None),
            claim(Scalar::Null, None),
        ]
    }

    #[test]
    fn answers_come_back() {
        let Some(Scalar::Bytes(bytes)) = write(&claims()) else {
            panic!("no bytes");
        };
        assert_eq!(read(&bytes), Some(claims()));
    }

    #[test]
    fn nothing_else_is_read_as_answers() {
        let Some(Scalar::Bytes(mut bytes)) = write(&claims()) else {
            panic!("no bytes");
        };
        bytes.push(0);
        assert_eq!(read(&bytes), None);
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[0x9f, 0xff]), None);
    }
}
