//! Where a node keeps things: the journal (the truth), its fence, the disk guard, and the views in sled.
//!
//! The journal acknowledges nothing that is not synced, never retries a failed sync, and never truncates damage.
//! The views can be deleted at any time; whatever they cannot prove they refuse, and are rebuilt from the journal.
//! It takes kinds and bytes and hands them back: what they say is known to those who write them. A home is not opened
//! twice.
#![allow(clippy::disallowed_methods, reason = "this crate is where files, deadlines and the sled thread live")]

mod conformance;
mod disk;
mod fence;
mod frame;
mod guard;
mod journal;
mod memory_views;
mod real_disk;
mod segment;
mod sim_disk;
mod sled_views;
mod views;

pub use conformance::{check_disk, check_view_store};
pub use disk::{Disk, DiskFile};
pub use fence::{Fence, FenceCheck, FenceError};
pub use frame::{Frame, Head, MAX_PAYLOAD};
pub use guard::{DiskGuard, GuardError, GuardLimits, LowSpace};
pub use journal::{
    AppendError, Appended, Damage, Frames, Journal, JournalCheck, JournalConfig, MAX_BATCH_BYTES, MAX_BATCH_FRAMES,
    OpenError, Opened, Place, ReadError, RepairError, StoredFrame, Torn,
};
pub use memory_views::MemoryViews;
pub use real_disk::{RealDisk, RealFile, RealLock};
pub use sim_disk::{Fate, Fault, SimDisk, SimFile, SimLock, Tear};
pub use sled_views::{Expected, OpenedViews, Readiness, RebuildReason, Views, ViewsConfig, ViewsOpenError};
pub use views::{
    Batch, MAX_BATCH, MAX_BATCH_VALUES, MAX_KEY, MAX_PAGE_BYTES, MAX_PAGE_ITEMS, MAX_STATE, MAX_TREE, MAX_VALUE, Page,
    Scan, ViewError, ViewStore,
};
