//! The signed entry: ids, canonical bytes, keys, and the one way from untrusted bytes to a verified entry.
//!
//! Nothing here knows who may write what: an entry that verifies is what a key said, not what a ring allows.
//! There is no clock, no file and no randomness: seeds, times and salts are arguments.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod actor;
mod body;
pub mod canonical;
mod draft;
mod header;
mod id;
mod key;
mod kind;
mod log;
mod run;
mod tag;
mod time;
mod unverified;
mod verified;

pub use actor::Actor;
pub use body::{BODY_BYTES_MAX, Birth, Body, BodyError, Change, Follows, Resumes, Salt, Seal, Statement, Writers};
pub use draft::{Draft, DraftError};
pub use header::{ATTACHMENTS_MAX, Attachment, Header, HeaderError, SEAT_BYTES_MAX, VERSION};
pub use id::{
    ActId, AudienceId, ChangeHash, Digest, DocumentId, EditionId, EntryId, IdError, MemberId, NodeId, RingId,
};
pub use key::{BadSignature, KeyError, PublicKey, Signature, SigningKey};
pub use kind::Kind;
pub use log::{LogId, Position};
pub use run::{RUN_BYTES_MAX, RUN_ENTRIES_MAX, RunError, reopen_run, verify_run, vouched_run};
pub use tag::{Tag, digest};
pub use time::Time;
pub use unverified::{ENTRY_BYTES_MAX, Unverified, VerifyError};
pub use verified::{CoSignature, Verified};
