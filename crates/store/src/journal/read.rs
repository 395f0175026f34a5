//! Reading: every frame is checked again each time, and nothing that fails is served.

use std::collections::VecDeque;
use std::io;

use thiserror::Error;

use super::recovery::read_headers;
use super::set_aside::set_aside;
use super::survey::{Until, load, survey};
use super::{Damage, Journal, OpenError, Place};
use crate::disk::{Disk, DiskFile};
use crate::frame::{FLAG_REPAIRED, FRAME_HEADER, Head, MAX_PAYLOAD, number_u32, parse};
use crate::segment::{Walk, WalkStep, segment_name};

/// A frame read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFrame {
    /// Where it is.
    pub place: Place,
    /// Its number in the journal, from one; the journal's own frames take numbers too.
    pub sequence: u64,
    /// What the payload is, in the caller's numbering.
    pub kind: u8,
    /// What the caller appended, as it came.
    pub payload: Vec<u8>,
}

/// Why a frame was not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The bytes are not what was written; [`Journal::verify`] says how far that goes.
    #[error("segment {} is damaged at offset {}", .0.segment, .0.offset)]
    Damaged(Place),
    /// The journal holds no frame there.
    #[error("no frame begins in segment {} at offset {}", .0.segment, .0.offset)]
    Nothing(Place),
    /// The disk failed.
    #[error("the journal could not be read")]
    Io(#[from] io::Error),
    /// An append was fatal; the process must end.
    #[error("the journal stopped at an earlier failure; the process must end")]
    Stopped,
}

/// What a check of the whole journal found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalCheck {
    /// How many frames can be read.
    pub frames: u64,
    /// Damage that is not repaired, by place.
    pub damaged: Vec<Damage>,
}

impl<D: Disk> Journal<D> {
    /// Reads the frame that begins at a place.
    pub fn read(&self, place: Place) -> Result<StoredFrame, ReadError> {
        if self.stopped {
            return Err(ReadError::Stopped);
        }
        let end = Place { segment: self.head.segment, offset: self.head.offset };
        if place >= end || !self.segments.contains_key(&place.segment) {
            return Err(ReadError::Nothing(place));
        }
        let file = self.disk.open(&segment_name(place.segment)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::Damaged(place),
            _ => ReadError::Io(error),
        })?;
        let mut bytes = vec![0; FRAME_HEADER];
        let read = file.read_at(place.offset, &mut bytes)?;
        let length = number_u32(&bytes, 0).and_then(|length| usize::try_from(length).ok());
        let Some(length) = length.filter(|length| *length <= MAX_PAYLOAD && read == FRAME_HEADER) else {
            return Err(ReadError::Damaged(place));
        };
        bytes.resize(FRAME_HEADER + length, 0);
        let read = file.read_at(place.offset + FRAME_HEADER as u64, &mut bytes[FRAME_HEADER..])?;
        let frame = parse(&bytes, 0, self.salt, 1..=self.head.frames)
            .filter(|frame| read == length && frame.flags & FLAG_REPAIRED == 0)
            .ok_or(ReadError::Damaged(place))?;
        Ok(StoredFrame { place, sequence: frame.sequence, kind: frame.kind, payload: frame.payload.to_vec() })
    }

    /// Reads all frames in order; known damage is stepped over, new damage is an error and the next frame follows.
    pub fn frames(&self) -> Frames<'_, D> {
        self.frames_from(Place { segment: 0, offset: 0 })
    }

    /// Reads the frames that begin at a place or after it, in order.
    pub fn frames_from(&self, from: Place) -> Frames<'_, D> {
        Frames { journal: self, from, next: Some(from.segment), ready: VecDeque::new() }
    }

    /// Reads everything again from the disk, and names each place where it is not what was written.
    ///
    /// Damage found now is set aside, reported by [`Journal::damaged`] from then on, and can be repaired.
    pub fn verify(&mut self) -> Result<JournalCheck, ReadError> {
        if self.stopped {
            return Err(ReadError::Stopped);
        }
        let mut headers = read_headers(&self.disk).map_err(|error| match error {
            OpenError::Io(error) => ReadError::Io(error),
            OpenError::NewerFormat { segment, .. } => ReadError::Damaged(Place { segment, offset: 0 }),
            OpenError::Locked => ReadError::Stopped,
        })?;
        headers.retain(|number, _| self.segments.contains_key(number));
        let genesis = Head::genesis(&self.seed);
        let mut survey = survey(&self.disk, &headers, self.salt, genesis, Until::Head(self.head))?;
        let last = headers.keys().next_back().copied().unwrap_or(0);
        if last < self.head.segment {
            let frames = self.head.frames - survey.end.frames;
            let segment = last + 1;
            let damage = Damage { segment, offset: 0, bytes: 0, frames, set_aside: None };
            survey.damaged.push((damage, Vec::new()));
        }
        set_aside(&self.disk, &mut survey.damaged)?;
        self.repaired.extend(survey.repaired);
        self.set_damage(survey.damaged.into_iter().map(|(damage, _)| damage).collect());
        Ok(JournalCheck { frames: survey.frames, damaged: self.damaged.clone() })
    }

    /// Returns the chain after so many frames, or `None` when the journal is shorter or damaged there.
    pub fn chain_at(&self, frames: u64) -> Result<Option<[u8; 32]>, ReadError> {
        if self.stopped {
            return Err(ReadError::Stopped);
        }
        if frames == self.head.frames {
            return Ok(Some(self.head.chain));
        }
        if frames == 0 {
            return Ok(Some(Head::genesis(&self.seed).chain));
        }
        let after = self.segments.values().find(|segment| segment.first == frames + 1);
        if let Some(chain) = after.and_then(|segment| segment.chain) {
            return Ok(Some(chain));
        }
        let holder = self.segments.iter().rfind(|(_, segment)| segment.first <= frames);
        let Some((number, segment)) = holder else {
            return Ok(None);
        };
        let bytes = self.load(*number)?;
        for step in Walk::new(&bytes, self.salt, segment.first, segment.chain) {
            if let WalkStep::Frame { frame, .. } = step {
                if frame.sequence == frames {
                    return Ok(Some(frame.chain()));
                }
                if frame.sequence == frames + 1 {
                    return Ok(Some(frame.previous));
                }
            }
        }
        Ok(None)
    }

    /// Reads a segment as far as it is synced; a missing one is empty.
    fn load(&self, number: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = match load(&self.disk, number) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        if number == self.head.segment {
            bytes.truncate(usize::try_from(self.head.offset).unwrap_or(usize::MAX));
        }
        Ok(bytes)
    }
}

/// The frames of a journal in order; holds one segment in memory.
#[derive(Debug)]
pub struct Frames<'a, D: Disk> {
    journal: &'a Journal<D>,
    from: Place,
    next: Option<u64>,
    ready: VecDeque<Result<StoredFrame, ReadError>>,
}

impl<D: Disk> Frames<'_, D> {
    fn fill(&mut self, number: u64) -> Result<(), ReadError> {
        let journal = self.journal;
        if journal.stopped {
            return Err(ReadError::Stopped);
        }
        let Some(segment) = journal.segments.get(&number) else {
            return Ok(());
        };
        let bytes = journal.load(number)?;
        let mut walk = Walk::new(&bytes, journal.salt, segment.first, segment.chain);
        let mut broken = false;
        for step in walk.by_ref() {
            match step {
                WalkStep::Frame { offset, frame } => {
                    broken = false;
                    let place = Place { segment: number, offset: offset as u64 };
                    if frame.flags & FLAG_REPAIRED == 0 && place >= self.from {
                        self.ready.push_back(Ok(StoredFrame {
                            place,
                            sequence: frame.sequence,
                            kind: frame.kind,
                            payload: frame.payload.to_vec(),
                        }));
                    }
                }
                WalkStep::Bad { offset, .. } => {
                    broken = true;
                    self.damaged(Place { segment: number, offset: offset as u64 });
                }
            }
        }
        // Zeros where frames were are not met on the walk; what follows knows that they are missing.
        let next = journal.segments.range(number + 1..).next();
        let upto = match next {
            Some((next, segment)) if *next == number + 1 => segment.first,
            Some(_) => walk.expected,
            None => journal.head.frames + 1,
        };
        if !broken && walk.expected < upto {
            self.damaged(Place { segment: number, offset: walk.offset as u64 });
        }
        Ok(())
    }

    fn damaged(&mut self, place: Place) {
        if place >= self.from && !self.journal.known.contains(&place) {
            self.ready.push_back(Err(ReadError::Damaged(place)));
        }
    }
}

impl<D: Disk> Iterator for Frames<'_, D> {
    type Item = Result<StoredFrame, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Some(frame);
            }
            let from = self.next.take()?;
            let (number, _) = self.journal.segments.range(from..).next()?;
            self.next = number.checked_add(1);
            if let Err(error) = self.fill(*number) {
                // What follows cannot be told from what was lost, so the walk ends here.
                self.next = None;
                return Some(Err(error));
            }
        }
    }
}
