use crate::id::EntryId;
use crate::key::PublicKey;
use crate::unverified::{Unverified, VerifyError};
use crate::verified::Verified;

/// The most entries of one run: what one answer may carry of one log before others have their turn.
pub const RUN_ENTRIES_MAX: usize = 256;
/// The most bytes of one run: it fits the longest question that a partner takes (256 KiB), and the headers of two of
/// them fit one fork proof.
pub const RUN_BYTES_MAX: usize = 200_000;

/// Why a run is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// No entries, or more than [`RUN_ENTRIES_MAX`].
    #[error("a run has 1 to {RUN_ENTRIES_MAX} entries, and this one has {0}")]
    Length(usize),
    /// An entry does not follow the one before it.
    #[error("entry {0} of the run does not follow the one before it")]
    Broken(usize),
    /// The last entry, a birth or a statement carries no signature.
    #[error("entry {0} of the run must carry its own signature and does not")]
    NotSigned(usize),
    /// An entry does not hold.
    #[error("entry {at} of the run is refused")]
    Entry {
        /// Its place in the run, from 0.
        at: usize,
        /// Why that entry does not hold.
        source: VerifyError,
    },
}

impl RunError {
    /// The place in the run, from 0, of the first entry that does not hold.
    #[must_use]
    pub const fn at(&self) -> usize {
        match self {
            Self::Length(_) => 0,
            Self::Broken(at) | Self::NotSigned(at) | Self::Entry { at, .. } => *at,
        }
    }
}

/// Believes consecutive entries of one log, of which the last is signed.
///
/// The last signature vouches for all before it, since each header names the one before. Births and statements
/// must be signed too, and their signatures are checked; a signature on an inner change is dropped unread, because
/// only a verified signature may be stored.
///
/// # Errors
/// Says which entry of the run does not hold.
pub fn verify_run(entries: Vec<Unverified>, key: &PublicKey) -> Result<Vec<Verified>, RunError> {
    if entries.len() > RUN_ENTRIES_MAX {
        return Err(RunError::Length(entries.len()));
    }
    let last = entries.len().saturating_sub(1);
    believe(entries, |at, entry, id| {
        if at == last || entry.header.kind.keeps_signature() {
            let signature = entry.signature.ok_or(RunError::NotSigned(at))?;
            entry.check_signature(id, key, &signature).map_err(|source| RunError::Entry { at, source })?;
        } else {
            entry.signature = None;
        }
        Ok(())
    })
}

/// Believes a whole log, or its tail, that this node itself verified once and stored under a checksum.
///
/// Checks the chain and the last signature, and keeps the inner signatures as stored. Of any length: what may be
/// stored was bounded when it came.
///
/// # Errors
/// Says which entry does not hold.
pub fn reopen_run(entries: Vec<Unverified>, key: &PublicKey) -> Result<Vec<Verified>, RunError> {
    let Some(signed) = entries.iter().rposition(Unverified::is_signed) else {
        return Err(RunError::NotSigned(entries.len().saturating_sub(1)));
    };
    if signed + 1 != entries.len() {
        return Err(RunError::NotSigned(entries.len() - 1));
    }
    believe(entries, |at, entry, id| {
        if at != signed {
            return Ok(());
        }
        let signature = entry.signature.ok_or(RunError::NotSigned(at))?;
        entry.check_signature(id, key, &signature).map_err(|source| RunError::Entry { at, source })
    })
}

/// Believes consecutive entries of one log, for whose last something else vouches already: a fork proof names the
/// entry that its signed branches follow.
///
/// Births and statements must be signed all the same.
///
/// # Errors
/// Says which entry of the run does not hold.
pub fn vouched_run(entries: Vec<Unverified>, vouched: &EntryId, key: &PublicKey) -> Result<Vec<Verified>, RunError> {
    let last = entries.len().saturating_sub(1);
    believe(entries, |at, entry, id| {
        if entry.header.kind.keeps_signature() {
            let signature = entry.signature.ok_or(RunError::NotSigned(at))?;
            entry.check_signature(id, key, &signature).map_err(|source| RunError::Entry { at, source })?;
        } else {
            entry.signature = None;
        }
        if at == last && id != vouched { Err(RunError::Broken(at)) } else { Ok(()) }
    })
}

fn believe(
    entries: Vec<Unverified>,
    mut check: impl FnMut(usize, &mut Unverified, &EntryId) -> Result<(), RunError>,
) -> Result<Vec<Verified>, RunError> {
    if entries.is_empty() {
        return Err(RunError::Length(0));
    }
    let mut believed: Vec<Verified> = Vec::with_capacity(entries.len());
    for (at, mut entry) in entries.into_iter().enumerate() {
        if let Some(before) = believed.last() {
            let header = &entry.header;
            if header.log() != before.header.log()
                || Some(header.sequence) != before.header.sequence.checked_add(1)
                || header.previous != Some(before.id)
            {
                return Err(RunError::Broken(at));
            }
        }
        let id = entry.header.id();
        check(at, &mut entry, &id)?;
        believed.push(entry.into_vouched(id).map_err(|source| RunError::Entry { at, source })?);
    }
    Ok(believed)
}
