//! Rings as values: cards, certificates, editions, audiences, standing, and the control acts that decide about entries.
//!
//! Verdicts here follow from the set of acts held, never from the order in which they came. The crate reads no clock
//! and no file, draws no randomness and sends nothing; it knows who may do what, not what a record says.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod act;
mod audience;
mod bound;
mod paper;
mod receipt;
mod ring;
mod signed;

pub use act::certificate::offer::{NodeName, NodeNameError, NodeOffer};
pub use act::certificate::{Certificate, CertificateContent, CertificateError, NodeAct};
pub use act::cut::{Because, Cut, CutAct, CutContent, CutError};
pub use act::edition::limits::{LimitError, Limits};
pub use act::edition::signed::{EditionSignature, OtherEdition, SignError, SignedEdition, SignedEditionError};
pub use act::edition::{Edition, EditionError, Listed, Standing, ring_id};
pub use act::erasure::{ErasureError, ErasureOrder, ErasureOrderContent, ErasureReceipt, ErasureReceiptContent};
pub use act::finality::{Finality, FinalityError};
pub use act::fork::{Branch, ForkError, ForkProof, Frozen};
pub use act::notice::{Notice, NoticeContent, NoticeError};
pub use act::{ControlAct, ControlActError, Scope};
pub use audience::Audience;
pub use bound::{Malformed, NAME_CHARS, TEXT_CHARS};
pub use paper::armour::{Armour, ArmourError};
pub use paper::card::{Card, CardContent, CardError};
pub use paper::fingerprint::{fingerprint, next_root_commitment};
pub use paper::invitation::{Invitation, InvitationError};
pub use paper::root_memory::{AlreadySigned, Remembered, RootMemory};
pub use receipt::{LogKey, Receipt, ReceiptContent, ReceiptError};
pub use ring::Ring;
pub use ring::author::{Author, NotAuthor};
pub use ring::chain::{CertificateTaken, Chain, ChainError, NodeCertificate, NodeStatus};
pub use ring::taken::{ActRefused, ActState, Taken};
