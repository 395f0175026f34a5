//! Rings as values: cards, certificates, editions, audiences, standing, and the control acts that decide about entries.
//!
//! Verdicts here follow from the set of acts held, never from the order in which they came. The crate reads no clock
//! and no file, draws no randomness and sends nothing; it knows who may do what, not what a record says.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod armour;
mod audience;
mod bound;
mod card;
mod certificate;
mod chain;
mod control_act;
mod cut;
mod edition;
mod erasure;
mod finality;
mod fingerprint;
mod fork;
mod invitation;
mod limits;
mod lineage;
mod notice;
mod offer;
mod receipt;
mod ring;
mod root_memory;
mod seat;
mod signed;
mod signed_edition;

pub use armour::{Armour, ArmourError};
pub use audience::Audience;
pub use bound::{Malformed, NAME_CHARS, TEXT_CHARS};
pub use card::{Card, CardContent, CardError};
pub use certificate::{Certificate, CertificateContent, CertificateError, NodeAct};
pub use chain::{CertificateTaken, Chain, ChainError, NodeCertificate, NodeStatus};
pub use control_act::{ControlAct, ControlActError, Scope};
pub use cut::{Because, Cut, CutAct, CutContent, CutError};
pub use edition::{Edition, EditionError, Listed, Standing, ring_id};
pub use erasure::{ErasureError, ErasureOrder, ErasureOrderContent, ErasureReceipt, ErasureReceiptContent};
pub use finality::{Finality, FinalityError};
pub use fingerprint::{fingerprint, next_root_commitment, spoken};
pub use fork::{Branch, ForkError, ForkProof, Frozen};
pub use invitation::{Invitation, InvitationError};
pub use limits::{LimitError, Limits};
pub use lineage::Contest;
pub use notice::{Notice, NoticeContent, NoticeError};
pub use offer::NodeOffer;
pub use receipt::{LogKey, Receipt, ReceiptContent, ReceiptError};
pub use ring::{CertificateRefused, EditionRefused, EditionTaken, NoticeRefused, Ring};
pub use root_memory::{AlreadySigned, Remembered, RootMemory};
pub use seat::SeatDescriptor;
pub use signed_edition::{EditionSignature, OtherEdition, SignError, SignedEdition, SignedEditionError};
