//! Opening: what a crash left half written is cut, what rotted is named, and what is served is synced first.
//!
//! A bad range is a torn tail only if nothing proves that it was once durable. Three things prove it: a frame of a
//! later batch or a later segment (both are written only after the sync of everything before), and the fence.

use std::collections::BTreeSet;
use std::io;

use super::set_aside::set_aside;
use super::survey::{Headers, Survey, Until, load, survey};
use super::{Active, Damage, Journal, JournalConfig, LOCK, OpenError, Opened, Torn};
use crate::disk::{Disk, DiskFile};
use crate::frame::{Head, salt};
use crate::guard::DiskGuard;
use crate::segment::{FORMAT, HeaderCopy, SEGMENT_HEADER, header_copy, segment_name, segment_number};

/// Bytes of zeros written at once over a torn tail; one mebibyte keeps the buffer small.
const ZEROS: usize = 1 << 20;

impl<D: Disk> Journal<D> {
    /// Opens a journal, or begins one in a directory without segments.
    ///
    /// Needs no free space: the first segment is made by the first append, and damage that cannot be copied for want
    /// of room is still reported. On a disk that may only be read it changes nothing, and the journal takes no append.
    pub fn open(disk: D, config: JournalConfig) -> Result<(Self, Opened), OpenError> {
        let lock = disk.lock(LOCK)?.ok_or(OpenError::Locked)?;
        let mut headers = read_headers(&disk)?;
        let unborn = remove_unborn(&disk, &mut headers)?;
        let found = headers.values().flatten().next().map(|header| header.seed);
        let seed = found.unwrap_or(config.seed);
        let readable = found.is_some();
        let genesis = Head::genesis(&seed);
        let until = Until::Tail { fence: config.fence, cut: readable };
        let mut survey = survey(&disk, &headers, salt(&seed), genesis, until)?;
        set_aside(&disk, &mut survey.damaged)?;

        // A directory synced anew covers a process that died between a new name and its sync.
        if !disk.is_read_only() {
            disk.sync_dir()?;
        }
        let last_segment = headers.keys().next_back().copied().unwrap_or(0);
        let (active, head) = if readable {
            (settle(&disk, &survey)?, survey.end)
        } else {
            // Not one header is left to check frames by: the old segments stay as they are, all of them damage, and
            // the journal goes on in a new one, using no sequence twice that the fence knows of.
            let frames = config.fence.map_or(0, |fence| fence.frames);
            (None, Head { frames, ..genesis })
        };
        let guard = DiskGuard::open(disk.clone(), config.guard)?;
        let mut journal = Self {
            disk,
            config,
            guard,
            seed,
            salt: salt(&seed),
            segments: survey.segments,
            active,
            last_segment,
            head,
            known: BTreeSet::new(),
            repaired: survey.repaired,
            damaged: Vec::new(),
            stopped: false,
            _lock: lock,
        };
        journal.set_damage(survey.damaged.into_iter().map(|(damage, _)| damage).collect());
        let damaged: Vec<Damage> = journal.damaged.clone();
        Ok((journal, Opened { frames: survey.frames, torn: survey.torn.or(unborn), damaged }))
    }
}

/// Reads the headers of all segments.
pub(super) fn read_headers<D: Disk>(disk: &D) -> Result<Headers, OpenError> {
    let mut headers = Headers::new();
    for number in disk.list()?.iter().filter_map(|name| segment_number(name)) {
        let bytes = disk.read(&segment_name(number), SEGMENT_HEADER as u64)?;
        let mut found = None;
        for which in 0..2 {
            match header_copy(&bytes, which) {
                HeaderCopy::Newer(version) => {
                    return Err(OpenError::NewerFormat { segment: number, version, known: FORMAT });
                }
                HeaderCopy::Good(header) if header.number == number => {
                    found = found.or(Some(header));
                }
                HeaderCopy::Good(_) | HeaderCopy::Bad => {}
            }
        }
        headers.insert(number, found);
    }
    Ok(headers)
}

/// Removes a last segment whose creation was cut short: a header that is not whole, and nothing after it.
fn remove_unborn<D: Disk>(disk: &D, headers: &mut Headers) -> io::Result<Option<Torn>> {
    let Some((last, header)) = headers.last_key_value().map(|(last, header)| (*last, *header)) else {
        return Ok(None);
    };
    let bytes = load(disk, last)?;
    let whole = header.is_some_and(|header| (0..2).all(|which| header_copy(&bytes, which) == HeaderCopy::Good(header)));
    if whole || bytes.iter().skip(SEGMENT_HEADER).any(|byte| *byte != 0) {
        return Ok(None);
    }
    if !disk.is_read_only() {
        disk.remove(&segment_name(last))?;
        disk.sync_dir()?;
    }
    headers.remove(&last);
    Ok(Some(Torn { segment: last, offset: 0, bytes: bytes.len() as u64 }))
}

/// Makes the last segment ready for more: the torn tail is overwritten with zeros, and what may not be durable yet
/// (the header of an empty segment, the last batch) is written again and synced.
///
/// Written again, not only synced: after a failed sync Linux shows readers bytes it no longer intends to write.
fn settle<D: Disk>(disk: &D, survey: &Survey) -> io::Result<Option<Active<D::File>>> {
    let Some(last) = survey.last.as_ref().filter(|_| !disk.is_read_only()) else {
        return Ok(None);
    };
    let file = disk.open(&segment_name(last.number))?;
    if let Some(torn) = survey.torn {
        let zeros = vec![0; ZEROS.min(usize::try_from(torn.bytes).unwrap_or(ZEROS))];
        let mut offset = torn.offset;
        let end = torn.offset + torn.bytes;
        while offset < end {
            let part = zeros.len().min(usize::try_from(end - offset).unwrap_or(usize::MAX));
            file.write_at(offset, &zeros[..part])?;
            offset += part as u64;
        }
    }
    let batch = last.met.last().map(|met| met.batch);
    let newest = last.met.iter().find(|met| Some(met.batch) == batch);
    let from = newest.map_or(0, |met| usize::try_from(met.offset).unwrap_or(usize::MAX));
    let to = usize::try_from(last.offset).unwrap_or(usize::MAX).min(last.bytes.len());
    if let Some(bytes) = last.bytes.get(from..to) {
        file.write_at(from as u64, bytes)?;
    }
    file.sync_data()?;
    let capacity = file.length()?;
    Ok(Some(Active { number: last.number, file, capacity }))
}
