//! What members hand each other and keep outside any ring: cards, invitations, fingerprints, a root key's memory.

pub(crate) mod armour;
pub(crate) mod card;
pub(crate) mod fingerprint;
pub(crate) mod invitation;
pub(crate) mod root_memory;
