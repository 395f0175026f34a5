//! One pass over all segments: which frames are there, and what is not what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{Damage, Place, Segment, Torn};
use crate::disk::Disk;
use crate::frame::{FLAG_REPAIRED, Head, MAX_PAYLOAD, Parsed, number_u64};
use crate::journal::append::MAX_BATCH_BYTES;
use crate::segment::{
    HEADER_COPY, HeaderCopy, SEGMENT_HEADER, SegmentHeader, Walk, WalkStep, header_copy, segment_name,
};

/// Bytes read of one segment: more than any segment this program makes, so that a foreign file cannot fill memory.
const MAX_SEGMENT: u64 = (1 << 30) + (MAX_BATCH_BYTES + MAX_PAYLOAD) as u64;

/// The headers by segment; `None` where neither copy is good.
pub(super) type Headers = BTreeMap<u64, Option<SegmentHeader>>;

/// Reads a whole segment.
pub(super) fn load<D: Disk>(disk: &D, number: u64) -> io::Result<Vec<u8>> {
    disk.read(&segment_name(number), MAX_SEGMENT)
}

/// A point in the sequence of frames: how many came before, and their chain where it is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) frames: u64,
    pub(super) chain: [u8; 32],
}

/// A frame met in the last segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    pub(super) offset: u64,
    /// The sequence of the first frame of its batch.
    pub(super) batch: u64,
}

/// Bytes that are not what was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bad {
    pub(super) offset: u64,
    pub(super) end: u64,
    pub(super) before: Point,
    pub(super) resumed: bool,
    pub(super) lost: u64,
}

impl Bad {
    pub(super) fn in_header(&self) -> bool {
        self.offset < SEGMENT_HEADER as u64
    }
}

/// What one segment holds, in order.
pub(super) struct SegmentSurvey {
    pub(super) number: u64,
    pub(super) met: Vec<Met>,
    pub(super) bad: Vec<Bad>,
    /// Frames the caller appended, as against the journal's own.
    pub(super) readable: u64,
    pub(super) repaired: Vec<(Place, u64)>,
    pub(super) end: Point,
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
}

/// What all segments hold.
pub(super) struct Survey {
    pub(super) segments: BTreeMap<u64, Segment>,
    pub(super) damaged: Vec<(Damage, Vec<u8>)>,
    pub(super) repaired: BTreeSet<(Place, u64)>,
    pub(super) frames: u64,
    pub(super) end: Head,
    pub(super) torn: Option<Torn>,
    /// The last segment, for whoever goes on in it.
    pub(super) last: Option<SegmentSurvey>,
}

/// How far the last segment is to be believed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// To the end of the file: what may be a torn tail is cut from the result.
    Tail { fence: Option<Head>, cut: bool },
    /// To the head of an open journal: everything before it was synced.
    Head(Head),
}

fn repair_mark(frame: &Parsed<'_>) -> Option<(Place, u64)> {
    let segment = number_u64(frame.payload, 0)?;
    let offset = number_u64(frame.payload, 8)?;
    Some((Place { segment, offset }, number_u64(frame.payload, 16)?))
}

fn header_damage(bytes: &[u8], header: Option<SegmentHeader>) -> Option<(usize, usize)> {
    let good = |which| header.is_some_and(|header| header_copy(bytes, which) == HeaderCopy::Good(header));
    match (good(0), good(1)) {
        (true, true) => None,
        (true, false) => Some((HEADER_COPY, SEGMENT_HEADER)),
        (false, true) => Some((0, HEADER_COPY)),
        (false, false) => Some((0, SEGMENT_HEADER)),
    }
}

fn survey_segment(
    number: u64,
    header: Option<SegmentHeader>,
    bytes: Vec<u8>,
    salt: u32,
    start: Point,
    known_chain: bool,
) -> SegmentSurvey {
    let mut bad = Vec::new();
    if let Some((from, to)) = header_damage(&bytes, header) {
        let (offset, end) = (from as u64, (to as u64).min(bytes.len() as u64));
        bad.push(Bad { offset, end, before: start, resumed: true, lost: 0 });
    }
    let mut met = Vec::new();
    let mut repaired = Vec::new();
    let mut readable = 0;
    let mut end = start;
    let mut walk = Walk::new(&bytes, salt, start.frames + 1, known_chain.then_some(start.chain));
    while let Some(step) = walk.next() {
        match step {
            WalkStep::Frame { offset, frame } => {
                met.push(Met { offset: offset as u64, batch: frame.batch() });
                if frame.flags & FLAG_REPAIRED != 0 {
                    repaired.extend(repair_mark(&frame));
                } else {
                    readable += 1;
                }
                end = Point { frames: frame.sequence, chain: walk.chain.unwrap_or(end.chain) };
            }
            WalkStep::Bad { offset, end: to, resumed } => bad.push(Bad {
                offset: offset as u64,
                end: to as u64,
                before: end,
                resumed,
                lost: walk.expected - 1 - end.frames,
            }),
        }
    }
    let offset = walk.offset as u64;
    SegmentSurvey { number, met, bad, readable, repaired, end, offset, bytes }
}

impl SegmentSurvey {
    /// Notes that frames up to `upto` are missing at the end, up to the offset `end`.
    fn lose_tail(&mut self, upto: u64, end: u64) {
        let lost = upto.saturating_sub(self.end.frames);
        if lost == 0 {
            return;
        }
        match self.bad.last_mut().filter(|bad| !bad.resumed) {
            Some(bad) => {
                bad.lost = lost;
                bad.end = bad.end.max(end);
            }
            None => self.bad.push(Bad {
                offset: self.offset,
                end: end.max(self.offset),
                before: self.end,
                resumed: false,
                lost,
            }),
        }
        self.offset = self.offset.max(end);
    }

    /// Decides which bad ranges are a torn tail, cuts at the first of them and says what was cut.
    fn cut_torn(&mut self, fence: Option<Head>, salt: u32) -> Option<Torn> {
        let newest = self.met.last().map_or(0, |met| met.batch);
        let used = self.bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last as u64 + 1);
        for at in 0..self.bad.len() {
            let bad = self.bad[at];
            if bad.in_header() || newest > bad.before.frames + 1 {
                continue;
            }
            let mut from = bad.offset;
            if let Some(fence) = fence.filter(|fence| fence.frames > bad.before.frames) {
                if fence.segment != self.number || fence.offset <= bad.offset || bad.end < fence.offset && bad.resumed {
                    continue;
                }
                // Durable up to the fence, so this is damage; what is beyond it nobody was promised.
                self.bad.truncate(at + 1);
                self.bad[at].end = fence.offset;
                self.bad[at].lost = fence.frames - bad.before.frames;
                self.end = Point { frames: fence.frames, chain: fence.chain };
                from = fence.offset;
            } else {
                self.bad.truncate(at);
                self.end = bad.before;
            }
            self.offset = from;
            self.met.retain(|met| met.offset < from);
            let bytes = std::mem::take(&mut self.bytes);
            self.recount(&bytes, salt, from);
            self.bytes = bytes;
            return (used > from).then(|| Torn { segment: self.number, offset: from, bytes: used - from });
        }
        None
    }

    /// Counts again the frames before a cut.
    fn recount(&mut self, bytes: &[u8], salt: u32, from: u64) {
        let mut readable = 0;
        let mut repaired = Vec::new();
        for met in &self.met {
            let at = usize::try_from(met.offset).unwrap_or(usize::MAX);
            if met.offset < from
                && let Some(frame) = crate::frame::parse(bytes, at, salt, 1..=u64::MAX)
            {
                if frame.flags & FLAG_REPAIRED != 0 {
                    repaired.extend(repair_mark(&frame));
                } else {
                    readable += 1;
                }
            }
        }
        self.readable = readable;
        self.repaired = repaired;
    }
}

/// Reads every segment and says what is there.
pub(super) fn survey<D: Disk>(
    disk: &D,
    headers: &Headers,
    salt: u32,
    genesis: Head,
    until: Until,
) -> io::Result<Survey> {
    let mut result = Survey {
        segments: BTreeMap::new(),
        damaged: Vec::new(),
        repaired: BTreeSet::new(),
        frames: 0,
        end: genesis,
        torn: None,
        last: None,
    };
    let mut point = Point { frames: 0, chain: genesis.chain };
    let mut before: Option<SegmentSurvey> = None;
    for (number, header) in headers {
        let mut bytes = load(disk, *number)?;
        if let Until::Head(head) = until
            && head.segment == *number
        {
            bytes.truncate(usize::try_from(head.offset).unwrap_or(usize::MAX));
        }
        let expected_number = before.as_ref().map_or(1, |before| before.number + 1);
        let first = header.map_or(point.frames + 1, |header| header.first.max(point.frames + 1));
        let lost = first - 1 - point.frames;
        if *number != expected_number {
            let damage = Damage { segment: expected_number, offset: 0, bytes: 0, frames: lost, set_aside: None };
            result.damaged.push((damage, Vec::new()));
        } else if let Some(before) = &mut before {
            let end = before.bytes.len() as u64;
            before.lose_tail(first - 1, end);
        }
        let whole = before.as_ref().is_none_or(|before| before.bad.last().is_none_or(|bad| bad.resumed));
        if let Some(before) = before.take() {
            result.take(before);
        }
        // After a loss only the header knows the chain; without it the next frame is believed.
        let known_chain = header.is_some() || (lost == 0 && whole);
        if let Some(header) = header.filter(|_| lost > 0 || !whole) {
            point.chain = header.chain;
        }
        point.frames = first - 1;
        let chain = header.map(|header| header.chain);
        result.segments.insert(*number, Segment { first, chain });
        let surveyed = survey_segment(*number, *header, bytes, salt, point, known_chain);
        point = surveyed.end;
        before = Some(surveyed);
    }
    if let Some(mut last) = before {
        match until {
            Until::Tail { fence, cut: true } => result.torn = last.cut_torn(fence, salt),
            Until::Tail { .. } => {}
            Until::Head(head) => last.lose_tail(head.frames, head.offset),
        }
        let end = Head { frames: last.end.frames, segment: last.number, offset: last.offset, chain: last.end.chain };
        result.last = Some(result.take(last));
        result.end = end;
    }
    Ok(result)
}

impl Survey {
    fn take(&mut self, segment: SegmentSurvey) -> SegmentSurvey {
        self.frames += segment.readable;
        self.repaired.extend(segment.repaired.iter().copied());
        for bad in &segment.bad {
            let damage = Damage {
                segment: segment.number,
                offset: bad.offset,
                bytes: bad.end - bad.offset,
                frames: bad.lost,
                set_aside: None,
            };
            let from = usize::try_from(bad.offset).unwrap_or(usize::MAX);
            let to = usize::try_from(bad.end).unwrap_or(usize::MAX).min(segment.bytes.len());
            let copy = segment.bytes.get(from..to).unwrap_or_default().to_vec();
            self.damaged.push((damage, copy));
        }
        segment
    }
}
