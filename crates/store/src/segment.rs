//! One file of the journal: its two headers, and the walk over its frames that finds its way past damage.

use crate::frame::{FRAME_HEADER, Parsed, number_u32, number_u64, parse};

/// Bytes of one copy of the header.
pub(crate) const HEADER_COPY: usize = 128;

/// Bytes before the first frame: two copies, because without the seed in it no frame can be checked.
pub(crate) const SEGMENT_HEADER: usize = 2 * HEADER_COPY;

/// The version of the bytes of a segment. Every later one keeps magic, version and checksum where they are.
pub(crate) const FORMAT: u32 = 1;

const MAGIC: &[u8; 8] = b"tallyjnl";

/// What a segment says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) number: u64,
    pub(crate) first: u64,
    pub(crate) chain: [u8; 32],
    pub(crate) seed: [u8; 32],
}

/// What one copy of a header turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderCopy {
    Good(SegmentHeader),
    Newer(u32),
    Bad,
}

impl SegmentHeader {
    /// Encodes both copies.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut copy = Vec::with_capacity(SEGMENT_HEADER);
        copy.extend_from_slice(MAGIC);
        copy.extend_from_slice(&FORMAT.to_le_bytes());
        copy.extend_from_slice(&[0; 4]);
        copy.extend_from_slice(&self.number.to_le_bytes());
        copy.extend_from_slice(&self.first.to_le_bytes());
        copy.extend_from_slice(&self.chain);
        copy.extend_from_slice(&self.seed);
        copy.resize(HEADER_COPY, 0);
        let crc = header_checksum(&copy).to_le_bytes();
        copy[12..16].copy_from_slice(&crc);
        copy.extend_from_within(..);
        copy
    }
}

fn header_checksum(copy: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&copy[..12]), &copy[16..])
}

/// Reads copy 0 or 1 of the header of a segment.
pub(crate) fn header_copy(bytes: &[u8], which: usize) -> HeaderCopy {
    let read = || {
        let copy = bytes.get(which * HEADER_COPY..(which + 1) * HEADER_COPY)?;
        if &copy[..8] != MAGIC || number_u32(copy, 12)? != header_checksum(copy) {
            return None;
        }
        let version = number_u32(copy, 8)?;
        if version > FORMAT {
            return Some(HeaderCopy::Newer(version));
        }
        Some(HeaderCopy::Good(SegmentHeader {
            number: number_u64(copy, 16)?,
            first: number_u64(copy, 24)?,
            chain: copy[32..64].try_into().ok()?,
            seed: copy[64..96].try_into().ok()?,
        }))
    };
    read().unwrap_or(HeaderCopy::Bad)
}

/// Returns the file name of a segment.
pub(crate) fn segment_name(number: u64) -> String {
    format!("segment-{number:016x}")
}

/// Returns the number of a segment from its file name.
pub(crate) fn segment_number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("segment-")?;
    let number = u64::from_str_radix(digits, 16).ok()?;
    (segment_name(number) == name).then_some(number)
}

/// One thing met on a walk.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WalkStep<'a> {
    /// The frame that was expected here, or the first one after damage.
    Frame { offset: usize, frame: Parsed<'a> },
    /// Bytes that are no frame, before a frame or, when `resumed` is false, before nothing but zeros.
    Bad { offset: usize, end: usize, resumed: bool },
}

/// A walk over the frames of one segment held in memory.
pub(crate) struct Walk<'a> {
    bytes: &'a [u8],
    salt: u32,
    /// One past the last byte that is not zero.
    used: usize,
    pub(crate) offset: usize,
    /// The sequence the next frame should have.
    pub(crate) expected: u64,
    /// The chain before it, when the frames before it are known.
    pub(crate) chain: Option<[u8; 32]>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(bytes: &'a [u8], salt: u32, expected: u64, chain: Option<[u8; 32]>) -> Self {
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        Self { bytes, salt, used, offset: SEGMENT_HEADER, expected, chain }
    }

    fn take(&mut self, offset: usize, frame: Parsed<'a>) -> WalkStep<'a> {
        self.offset = offset + frame.bytes();
        self.expected = frame.sequence + 1;
        self.chain = Some(frame.chain());
        WalkStep::Frame { offset, frame }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = WalkStep<'a>;

    fn next(&mut self) -> Option<WalkStep<'a>> {
        if let Some(frame) = parse(self.bytes, self.offset, self.salt, self.expected..=self.expected)
            && self.chain.is_none_or(|chain| chain == frame.previous)
        {
            return Some(self.take(self.offset, frame));
        }
        if self.offset >= self.used {
            return None;
        }
        // Sequences only rise, and each frame lost took at least its header's room.
        let start = self.offset;
        let lost = ((self.bytes.len() - start) / FRAME_HEADER) as u64 + 1;
        let window = self.expected..=self.expected.saturating_add(lost);
        let next = (start + 1..self.used).find(|at| parse(self.bytes, *at, self.salt, window.clone()).is_some());
        self.chain = None;
        if let Some(end) = next {
            self.offset = end;
            if let Some(frame) = parse(self.bytes, end, self.salt, window) {
                self.expected = frame.sequence;
            }
            return Some(WalkStep::Bad { offset: start, end, resumed: true });
        }
        self.offset = self.used;
        Some(WalkStep::Bad { offset: start, end: self.used, resumed: false })
    }
}
