use tally_entry::{Actor, ChangeHash};

use crate::chunk::Chunk;
use crate::limits::Limits;
use crate::meter::Meter;

/// The hash under which others would build on a change, if it is well formed and claims to be this actor's.
///
/// A change by another actor has none here: anyone can carry a stranger's change in an entry, and what that entry
/// counts for must say nothing about the change itself.
#[must_use]
pub fn claimed_hash(bytes: &[u8], actor: Actor) -> Option<ChangeHash> {
    let (chunk, hash) = Chunk::read(bytes, &Limits::FIRST, &mut Meter::default()).ok()?;
    (chunk.actor == actor.as_bytes()).then_some(hash)
}
