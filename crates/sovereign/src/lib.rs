//! What one member keeps for itself, and the door: the one checked way by which words of it leave.
//!
//! It refuses to know how anything is sent: nothing here reaches a network, and nothing that reaches one
//! depends on it. What it writes to a disk is sealed, and what may leave exists only as a type that the
//! door makes and a written register line opens.
#![allow(
    clippy::disallowed_methods,
    reason = "this crate is where the key file and the folder of the sovereign store live"
)]

mod door;
mod fact;
mod folder;
mod key;
mod local_record;
mod people;
mod register;
mod seal;
mod store;
mod summary;
mod wrap;

pub use door::{
    Destination, DoorError, Holder, Leaver, Leaving, Override, OverrideError, Preview, Release, Remark, prepare,
};
pub use fact::Provenance;
pub use folder::{SovereignFolder, open_folder};
pub use key::{KEY_BYTES, KeyFileError, SovereignKey};
pub use local_record::{Authorship, LocalRecord, LocalStep, Saved, Settle};
pub use people::{People, PeopleError, Person, STANDINGS, Seat, WhoError};
pub use register::{Disclosure, DisclosureOutcome, Overridden, Register, RegisterError};
pub use seal::SealError;
pub use store::{OpenReport, Sovereign, StoreError};
pub use summary::Summary;
pub use tally_store::{Damage, Disk, ViewStore};
pub use wrap::{NodeIdentity, NotAnIdentity, WorkFactor, WrapError, unwrap, wrap};
