//! One record of the journal: its bytes, its checksum and its link to the record before.
//!
//! ```text
//! length u32 | crc32c u32 | sequence u64 | place in batch u16 | flags u8 | kind u8 | chain before [32] | payload
//! ```
//!
//! Numbers are little-endian. The checksum starts from the journal's own seed and covers everything but itself, so
//! that bytes inside a payload, which a partner may choose, cannot pass for a frame. The place in the batch tells a torn
//! batch, which nobody was promised, from damage to one that was synced.

use sha2::{Digest, Sha256};

/// Bytes of the largest payload: two mebibytes, twice the largest run of entries a partner may send.
pub const MAX_PAYLOAD: usize = 2 * 1024 * 1024;

/// Bytes before a payload.
pub(crate) const FRAME_HEADER: usize = 52;

/// Marks a frame of the journal's own: its payload names a damaged range that was repaired.
pub(crate) const FLAG_REPAIRED: u8 = 1;

/// Separates the chain of frames from every other hash of the project.
const CHAIN_TAG: &[u8] = b"tally/1/journal";

/// A record to append: a kind the caller chose, and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// What the payload is, in the caller's numbering.
    pub kind: u8,
    /// The bytes, at most [`MAX_PAYLOAD`].
    pub payload: &'a [u8],
}

/// Where a journal ends: everything up to here is synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many frames were ever appended.
    pub frames: u64,
    /// The segment the last one is in; zero in a journal without frames.
    pub segment: u64,
    /// The offset in bytes of its end.
    pub offset: u64,
    /// The hash over the whole chain of frames.
    pub chain: [u8; 32],
}

impl Head {
    pub(crate) fn genesis(seed: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        hash.update(CHAIN_TAG);
        hash.update(seed);
        Self { frames: 0, segment: 0, offset: 0, chain: hash.finalize().into() }
    }
}

/// A frame whose checksum is right, not yet known to be the one expected at its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parsed<'a> {
    pub(crate) sequence: u64,
    pub(crate) in_batch: u16,
    pub(crate) flags: u8,
    pub(crate) kind: u8,
    pub(crate) previous: [u8; 32],
    pub(crate) payload: &'a [u8],
}

impl Parsed<'_> {
    pub(crate) fn bytes(&self) -> usize {
        FRAME_HEADER + self.payload.len()
    }

    /// The sequence of the first frame of the batch this one was written with.
    pub(crate) fn batch(&self) -> u64 {
        self.sequence.saturating_sub(u64::from(self.in_batch))
    }

    pub(crate) fn chain(&self) -> [u8; 32] {
        chain(&self.previous, self.sequence, self.flags, self.kind, self.payload)
    }
}

fn chain(previous: &[u8; 32], sequence: u64, flags: u8, kind: u8, payload: &[u8]) -> [u8; 32] {
    let content: [u8; 32] = Sha256::digest(payload).into();
    let mut hash = Sha256::new();
    hash.update(CHAIN_TAG);
    hash.update(previous);
    hash.update(sequence.to_le_bytes());
    hash.update([flags, kind]);
    hash.update(content);
    hash.finalize().into()
}

/// Turns the seed of a journal into the state its checksums start from.
pub(crate) fn salt(seed: &[u8; 32]) -> u32 {
    crc32c::crc32c(seed)
}

/// Appends the bytes of a frame to `into` and returns the chain after it.
pub(crate) fn encode(
    into: &mut Vec<u8>,
    salt: u32,
    previous: &[u8; 32],
    sequence: u64,
    in_batch: u16,
    flags: u8,
    frame: Frame<'_>,
) -> [u8; 32] {
    let length = u32::try_from(frame.payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut rest = [0; FRAME_HEADER - 8];
    rest[..8].copy_from_slice(&sequence.to_le_bytes());
    rest[8..10].copy_from_slice(&in_batch.to_le_bytes());
    rest[10] = flags;
    rest[11] = frame.kind;
    rest[12..].copy_from_slice(previous);
    let crc = checksum(salt, &length, &rest, frame.payload);
    into.extend_from_slice(&length);
    into.extend_from_slice(&crc.to_le_bytes());
    into.extend_from_slice(&rest);
    into.extend_from_slice(frame.payload);
    chain(previous, sequence, flags, frame.kind, frame.payload)
}

fn checksum(salt: u32, length: &[u8], rest: &[u8], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(crc32c::crc32c_append(salt, length), rest), payload)
}

pub(crate) fn number_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

pub(crate) fn number_u64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// Reads the frame at `offset` when its sequence is in the range and its checksum is right.
pub(crate) fn parse(
    bytes: &[u8],
    offset: usize,
    salt: u32,
    sequences: std::ops::RangeInclusive<u64>,
) -> Option<Parsed<'_>> {
    let header = bytes.get(offset..offset + FRAME_HEADER)?;
    let length = usize::try_from(number_u32(header, 0)?).ok()?;
    let sequence = number_u64(header, 8)?;
    if length > MAX_PAYLOAD || sequence == 0 || !sequences.contains(&sequence) {
        return None;
    }
    let payload = bytes.get(offset + FRAME_HEADER..offset + FRAME_HEADER + length)?;
    if checksum(salt, &header[..4], &header[8..], payload) != number_u32(header, 4)? {
        return None;
    }
    Some(Parsed {
        sequence,
        in_batch: u16::from_le_bytes([header[16], header[17]]),
        flags: header[18],
        kind: header[19],
        previous: header[20..FRAME_HEADER].try_into().ok()?,
        payload,
    })
}
