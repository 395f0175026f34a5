//! Editions: the agreement of a ring.

pub(crate) mod limits;
pub(crate) mod signed;

use minicbor::{Decode, Encode};
use tally_entry::{EditionId, MemberId, PublicKey, RingId, Tag, canonical, digest};
use tally_guard::{Cleared, Stopped, Wording, Words};
use thiserror::Error;

use crate::act::edition::limits::{LimitError, Limits};
use crate::bound::{self, Malformed};
use crate::paper::card::Card;
use crate::paper::fingerprint::{fingerprint, spoken};

const EDITION: Tag = Tag::new("tally/1/edition");
const RING: Tag = Tag::new("tally/1/ring");

/// What a member may do in a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Standing {
    /// Reads, makes statements and changes records.
    #[n(0)]
    Full,
    /// Reads and makes statements.
    #[n(1)]
    Observer,
}

/// One member as an edition lists it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Listed {
    /// The member listed.
    #[n(0)]
    pub member: MemberId,
    /// Its root key under this edition.
    #[n(1)]
    pub root: PublicKey,
    /// Its commitment to the next root key.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub next_root: [u8; 32],
    /// What people call it.
    #[n(3)]
    pub name: String,
    /// Its official codes, in order.
    #[n(4)]
    pub codes: Vec<String>,
    /// What it may do.
    #[n(5)]
    pub standing: Standing,
    /// The sectors it takes part with, in order; each is one of the edition's.
    #[n(6)]
    pub sectors: Vec<String>,
}

impl Listed {
    /// Lists a member as its card introduces it.
    pub fn from_card(card: &Card, standing: Standing, sectors: Vec<String>) -> Self {
        let content = card.content();
        Self {
            member: card.member(),
            root: content.root,
            next_root: content.next_root,
            name: content.name.clone(),
            codes: content.codes.clone(),
            standing,
            sectors,
        }
    }

    /// The fingerprint that stands on the member's card too.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.root, &self.next_root)
    }
}

/// One edition of a ring's agreement.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Edition {
    /// The ring, by the hash of founder and nonce.
    #[n(0)]
    pub ring: RingId,
    /// The member that founded the ring.
    #[n(1)]
    pub founder: MemberId,
    /// What makes two rings of one founder differ; chosen once, kept in every edition.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub nonce: [u8; 16],
    /// The edition before; none for the first.
    #[n(3)]
    pub parent: Option<EditionId>,
    /// The number along the chain; the first is 1.
    #[n(4)]
    pub number: u64,
    /// What people call the ring.
    #[n(5)]
    pub name: String,
    /// What the record is shared for.
    #[n(6)]
    pub purpose: String,
    /// How it is to be handled.
    #[n(7)]
    pub handling: String,
    /// How long it is kept.
    #[n(8)]
    pub retention: String,
    /// The members, by id.
    #[n(9)]
    pub members: Vec<Listed>,
    /// The sectors whose seats may read, in order.
    #[n(10)]
    pub sectors: Vec<String>,
    /// Size limits that hold for every member.
    #[n(11)]
    pub limits: Limits,
    /// The version of the gate's rules; the first is 1.
    #[n(12)]
    pub rules: u32,
    /// Drafts on the same parent that this one replaces, by id.
    #[n(13)]
    pub instead_of: Vec<EditionId>,
}

/// Why an edition cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditionError {
    /// The guard found what identifies a person in its words.
    #[error(transparent)]
    Guard(#[from] Stopped),
    /// A field breaks a rule of the format.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A limit cannot be kept.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The ring's id does not follow from founder and nonce.
    #[error("the ring's id is not the hash of its founder and nonce")]
    WrongRing,
    /// Only the first edition has number 1 and no parent.
    #[error("edition {number} has a parent it should not have, or lacks the one it should")]
    BadNumber {
        /// The number that it states.
        number: u64,
    },
    /// The first edition does not list the founder.
    #[error("the founder is not listed")]
    FounderMissing,
    /// The first edition lists a member under a root key that is not the one its id comes from.
    #[error("member {member} is listed with a root key that its id does not come from")]
    WrongRoot {
        /// The member listed so.
        member: MemberId,
    },
    /// Two members are listed with one root key.
    #[error("member {member} shares a root key with another")]
    SharedRoot {
        /// The second of the two.
        member: MemberId,
    },
    /// Nobody listed may change records.
    #[error("no full member is listed")]
    NoFullMember,
    /// A member takes part with a sector that the edition does not name.
    #[error("member {member} takes part with sector {sector}, which the edition does not name")]
    UnknownSector {
        /// The member that takes part.
        member: MemberId,
        /// The sector that the edition lacks.
        sector: String,
    },
    /// The version of the gate's rules is 0.
    #[error("the edition does not say which version of the rules applies")]
    NoRules,
}

/// The id of the ring that this founder opens with this nonce; replaced first drafts keep it.
pub fn ring_id(founder: MemberId, nonce: &[u8; 16]) -> RingId {
    RingId::from_bytes(digest(&RING, &[founder.as_bytes(), nonce]))
}

impl Wording for Edition {
    fn say(&self, words: &mut Words) {
        words.at("name", &self.name.as_str());
        words.at("purpose", &self.purpose.as_str());
        words.at("handling", &self.handling.as_str());
        words.at("retention", &self.retention.as_str());
        for listed in &self.members {
            words.at("a member's name", &listed.name.as_str());
        }
    }
}

impl Edition {
    /// Has the guard read its words, which leave with the invitation.
    ///
    /// # Errors
    /// Where they hold what identifies a person.
    pub fn cleared(self) -> Result<Cleared<Self>, EditionError> {
        Ok(Cleared::first(self)?)
    }

    /// The id: the hash of the canonical bytes, without any signature.
    pub fn id(&self) -> EditionId {
        EditionId::from_bytes(digest(&EDITION, &[&canonical::encode(self)]))
    }

    /// The id as groups to read out by telephone.
    pub fn fingerprint(&self) -> String {
        spoken(self.id().as_bytes())
    }

    /// How it lists a member.
    pub fn listed(&self, member: MemberId) -> Option<&Listed> {
        let at = self.members.binary_search_by_key(&member, |listed| listed.member).ok()?;
        self.members.get(at)
    }

    /// Puts every list in order and drops what is repeated, as [`Edition::check`] demands.
    pub fn in_order(mut self) -> Self {
        self.members.sort_by_key(|listed| listed.member);
        self.sectors.sort();
        self.sectors.dedup();
        self.instead_of.sort();
        self.instead_of.dedup();
        for listed in &mut self.members {
            listed.codes.sort();
            listed.codes.dedup();
            listed.sectors.sort();
            listed.sectors.dedup();
        }
        self
    }

    /// Drafts the edition after this one, with the same terms.
    pub fn next(&self) -> Self {
        Self { parent: Some(self.id()), number: self.number.saturating_add(1), instead_of: Vec::new(), ..self.clone() }
    }

    /// Drafts a replacement for this draft, on the same parent.
    pub fn replacement(&self) -> Self {
        let mut draft = self.clone();
        draft.instead_of.push(self.id());
        draft.in_order()
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Checks everything that can be known without the parent.
    pub fn check(&self) -> Result<(), EditionError> {
        if self.ring != ring_id(self.founder, &self.nonce) {
            return Err(EditionError::WrongRing);
        }
        if self.number == 0 || (self.number == 1) != self.parent.is_none() {
            return Err(EditionError::BadNumber { number: self.number });
        }
        bound::line("name", bound::NAME_CHARS, &self.name)?;
        bound::paragraph("purpose", bound::TEXT_CHARS, &self.purpose)?;
        bound::paragraph("handling", bound::TEXT_CHARS, &self.handling)?;
        bound::paragraph("retention", bound::TEXT_CHARS, &self.retention)?;
        bound::lines("sectors", bound::SECTORS, bound::NAME_CHARS, &self.sectors)?;
        bound::at_most("instead of", bound::INSTEAD_OF, self.instead_of.len())?;
        bound::ascending("instead of", self.instead_of.iter())?;
        self.limits.check()?;
        if self.rules == 0 {
            return Err(EditionError::NoRules);
        }
        self.check_members()
    }

    fn check_members(&self) -> Result<(), EditionError> {
        bound::at_most("members", bound::MEMBERS, self.members.len())?;
        bound::ascending("members", self.members.iter().map(|listed| listed.member))?;
        let mut roots = std::collections::BTreeSet::new();
        for listed in &self.members {
            let member = listed.member;
            bound::line("member name", bound::NAME_CHARS, &listed.name)?;
            bound::lines("codes", bound::CODES, bound::CODE_CHARS, &listed.codes)?;
            bound::lines("member sectors", bound::SECTORS, bound::NAME_CHARS, &listed.sectors)?;
            if self.parent.is_none() && member != MemberId::of(&listed.root) {
                return Err(EditionError::WrongRoot { member });
            }
            if !roots.insert(listed.root) {
                return Err(EditionError::SharedRoot { member });
            }
            if let Some(sector) = listed.sectors.iter().find(|s| self.sectors.binary_search(s).is_err()) {
                return Err(EditionError::UnknownSector { member, sector: sector.clone() });
            }
        }
        if self.parent.is_none() && self.listed(self.founder).is_none() {
            return Err(EditionError::FounderMissing);
        }
        if self.members.iter().all(|listed| listed.standing != Standing::Full) {
            return Err(EditionError::NoFullMember);
        }
        Ok(())
    }
}
