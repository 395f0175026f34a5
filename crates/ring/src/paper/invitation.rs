//! Invitations: a draft edition on its way from member to member.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use minicbor::{Decode, Encode};
use tally_entry::{MemberId, canonical};
use thiserror::Error;

use crate::act::edition::Edition;
use crate::act::edition::signed::{OtherEdition, RawEdition, SignedEdition, SignedEditionError};
use crate::bound::{self, Malformed};
use crate::paper::armour::{Armour, ArmourError};
use crate::paper::card::{Card, CardError};

/// An edition to sign, with the signatures so far, the members' cards, and the edition it builds on.
///
/// Everything inside was verified when it was made or decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    edition: SignedEdition,
    current: Option<SignedEdition>,
    cards: BTreeMap<MemberId, Card>,
}

/// Why something is not an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvitationError {
    /// The text is no whole invitation.
    #[error(transparent)]
    Armour(#[from] ArmourError),
    /// The content breaks a rule of the format.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The edition or a signature on it is not valid.
    #[error(transparent)]
    Edition(#[from] SignedEditionError),
    /// A card is not valid.
    #[error("a card in the invitation is not valid")]
    Card(#[source] CardError),
    /// A card is of a member that the edition does not list, or lists with other keys.
    #[error("the card of member {member} differs from what the edition lists")]
    StrangeCard {
        /// The member on the card.
        member: MemberId,
    },
    /// The complete edition it builds on is missing, or another one is given.
    #[error("the complete edition that this one builds on is not in the invitation")]
    WrongParent,
    /// Invitations to different editions cannot be merged.
    #[error(transparent)]
    OtherEdition(#[from] OtherEdition),
}

impl InvitationError {
    /// Tells forgery, a signature that does not verify, from damage and from what is no invitation.
    pub fn is_forgery(&self) -> bool {
        match self {
            Self::Edition(error) => matches!(error, SignedEditionError::Forged { .. }),
            Self::Card(error) => matches!(error, CardError::Forged | CardError::Certificate(_)),
            Self::StrangeCard { .. } => true,
            Self::Armour(_) | Self::Malformed(_) | Self::WrongParent | Self::OtherEdition(_) => false,
        }
    }
}

#[derive(Encode, Decode)]
struct Raw {
    #[n(0)]
    edition: RawEdition,
    #[n(1)]
    current: Option<RawEdition>,
    #[n(2)]
    cards: Vec<minicbor::bytes::ByteVec>,
}

impl Invitation {
    /// Makes an invitation to found a ring or, with the complete edition held, to change it.
    pub fn new(
        edition: SignedEdition,
        current: Option<SignedEdition>,
        cards: impl IntoIterator<Item = Card>,
    ) -> Result<Self, InvitationError> {
        let parent = current.as_ref().map(SignedEdition::id);
        let complete = current.as_ref().is_none_or(SignedEdition::is_complete);
        if parent != edition.edition().parent || !complete {
            return Err(InvitationError::WrongParent);
        }
        let mut invitation = Self { edition, current, cards: BTreeMap::new() };
        cards.into_iter().try_for_each(|card| invitation.add_card(card))?;
        Ok(invitation)
    }

    /// The edition to sign.
    pub fn edition(&self) -> &SignedEdition {
        &self.edition
    }

    /// The edition to sign, for [`SignedEdition::sign`].
    pub fn edition_mut(&mut self) -> &mut SignedEdition {
        &mut self.edition
    }

    /// The complete edition it builds on; none for the first.
    pub fn current(&self) -> Option<&SignedEdition> {
        self.current.as_ref()
    }

    /// The cards, by member.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.values()
    }

    /// Groups to read out by telephone: the same for every copy, whoever signed it.
    pub fn fingerprint(&self) -> String {
        self.edition.edition().fingerprint()
    }

    /// Adds a listed member's card; of two the one with the newer chain is kept.
    pub fn add_card(&mut self, card: Card) -> Result<(), InvitationError> {
        let member = card.member();
        if !is_as_listed(self.edition.edition(), &card) {
            return Err(InvitationError::StrangeCard { member });
        }
        let rank = |card: &Card| (card.content().newest, card.encode());
        match self.cards.entry(member) {
            Entry::Vacant(free) => {
                free.insert(card);
            }
            Entry::Occupied(mut kept) => {
                if rank(kept.get()) < rank(&card) {
                    kept.insert(card);
                }
            }
        }
        Ok(())
    }

    /// Takes over signatures and cards of another copy.
    pub fn merge(&mut self, other: &Self) -> Result<(), InvitationError> {
        self.edition.merge(&other.edition)?;
        if let (Some(current), Some(other)) = (&mut self.current, &other.current) {
            current.merge(other)?;
        }
        other.cards.values().cloned().try_for_each(|card| self.add_card(card))
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&Raw {
            edition: self.edition.raw(),
            current: self.current.as_ref().map(SignedEdition::raw),
            cards: self.cards.values().map(|card| card.encode().into()).collect(),
        })
    }

    /// Reads canonical bytes and verifies every signature in them.
    pub fn decode(bytes: &[u8]) -> Result<Self, InvitationError> {
        let raw: Raw = bound::decode("an invitation", bound::INVITATION_BYTES, bytes)?;
        bound::at_most("cards", bound::MEMBERS, raw.cards.len())?;
        let edition = SignedEdition::from_raw(raw.edition)?;
        let current = raw.current.map(SignedEdition::from_raw).transpose()?;
        let cards: Result<Vec<_>, _> = raw.cards.iter().map(|card| Card::decode(card)).collect();
        let cards = cards.map_err(InvitationError::Card)?;
        bound::ascending("cards", cards.iter().map(Card::member))?;
        Self::new(edition, current, cards)
    }

    /// Writes the text form.
    pub fn to_text(&self) -> String {
        Armour::Invitation.wrap(&self.encode())
    }

    /// Reads the first invitation in a text, whatever stands around it.
    pub fn from_text(text: &str) -> Result<Self, InvitationError> {
        Self::decode(&Armour::Invitation.unwrap(text)?)
    }
}

fn is_as_listed(edition: &Edition, card: &Card) -> bool {
    let content = card.content();
    let same = |root, next| root == content.root && next == content.next_root;
    edition.listed(card.member()).is_some_and(|listed| same(listed.root, listed.next_root))
}
