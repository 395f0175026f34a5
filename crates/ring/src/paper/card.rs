//! Cards: how a member introduces itself.

use minicbor::{Decode, Encode};
use tally_entry::{MemberId, PublicKey, SigningKey, Tag, canonical};
use tally_guard::{Cleared, Stopped, Wording, Words};
use thiserror::Error;

use crate::act::certificate::{Certificate, CertificateContent, CertificateError, NodeAct};
use crate::bound::{self, Malformed};
use crate::paper::armour::{Armour, ArmourError};
use crate::paper::fingerprint::fingerprint;
use crate::signed::Signed;

const CARD: Tag = Tag::new("tally/1/card");

/// A member's card: its root key, a node certificate and addresses, signed by the root.
///
/// Every `Card` value was verified when it was made or decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    signed: Signed<Raw>,
    content: CardContent,
}

/// What a card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardContent {
    /// What people call the member.
    pub name: String,
    /// Its official codes, in order.
    pub codes: Vec<String>,
    /// Its root key.
    pub root: PublicKey,
    /// The commitment to its next root key.
    pub next_root: [u8; 32],
    /// The certificate of the node to talk to.
    pub certificate: Certificate,
    /// The newest number of the member's certificate chain.
    pub newest: u64,
    /// Where the node listens, in order.
    pub addresses: Vec<String>,
}

impl Wording for CardContent {
    fn say(&self, words: &mut Words) {
        // An address is no words: whoever signs has checked that a node can listen at it, and its digits tell nothing.
        let Self { name, codes, root: _, next_root: _, certificate, newest: _, addresses: _ } = self;
        words.at("name", name);
        codes.iter().for_each(|code| words.at("code", code));
        match &certificate.content().act {
            NodeAct::Add(offer) | NodeAct::Replace { new: offer, old: _ } => words.at("the node's name", &offer.name),
            NodeAct::Revoke(_) => {}
        }
    }
}

impl CardContent {
    /// Has the guard read its words, which leave with the card.
    ///
    /// # Errors
    /// Where they hold what identifies a person.
    pub fn cleared(self) -> Result<Cleared<Self>, CardError> {
        Ok(Cleared::first(self)?)
    }
}

/// Why something is not a member's card.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CardError {
    /// The guard found what identifies a person in its words.
    #[error(transparent)]
    Guard(#[from] Stopped),
    /// The text is no whole card.
    #[error(transparent)]
    Armour(#[from] ArmourError),
    /// The content breaks a rule of the format.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The root's signature does not verify: somebody changed or invented the card.
    #[error("the card is forged: its signature does not verify")]
    Forged,
    /// The certificate inside is not the member's.
    #[error("the certificate on the card is not valid")]
    Certificate(#[source] CertificateError),
    /// The node certificate names no node, or a number above the newest one stated.
    #[error("the certificate on the card names no node, or a number above the newest one stated")]
    NoNode,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Raw {
    #[n(0)]
    name: String,
    #[n(1)]
    codes: Vec<String>,
    #[n(2)]
    root: PublicKey,
    #[cbor(n(3), with = "minicbor::bytes")]
    next_root: [u8; 32],
    #[n(4)]
    certificate: Signed<CertificateContent>,
    #[n(5)]
    newest: u64,
    #[n(6)]
    addresses: Vec<String>,
}

impl Card {
    /// Signs a card with the member's root; codes and addresses are put in order.
    ///
    /// Words that the guard has not read are no card's:
    ///
    /// ```compile_fail,E0308
    /// use tally_entry::SigningKey;
    /// use tally_ring::{Card, CardContent, CardError};
    ///
    /// fn card(content: CardContent, root: &SigningKey) -> Result<Card, CardError> {
    ///     Card::sign(content, root)
    /// }
    /// ```
    pub fn sign(content: Cleared<CardContent>, root: &SigningKey) -> Result<Self, CardError> {
        let content = content.into_inner();
        let raw = Raw {
            name: content.name,
            codes: in_order(content.codes),
            root: content.root,
            next_root: content.next_root,
            certificate: content.certificate.signed().clone(),
            newest: content.newest,
            addresses: in_order(content.addresses),
        };
        Self::from_signed(Signed::sign(&CARD, raw, root))
    }

    /// What the member says of itself.
    pub fn content(&self) -> &CardContent {
        &self.content
    }

    /// The member: the hash of the root key on the card.
    pub fn member(&self) -> MemberId {
        MemberId::of(&self.content.root)
    }

    /// The fingerprint of the root key and the commitment to the next, to read out by telephone.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.content.root, &self.content.next_root)
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        canonical::encode(&self.signed)
    }

    /// Reads canonical bytes and verifies every signature in them.
    pub fn decode(bytes: &[u8]) -> Result<Self, CardError> {
        Self::from_signed(bound::decode("a card", bound::CARD_BYTES, bytes)?)
    }

    /// Writes the text form.
    pub fn to_text(&self) -> String {
        Armour::Card.wrap(&self.encode())
    }

    /// Reads the first card in a text, whatever stands around it.
    pub fn from_text(text: &str) -> Result<Self, CardError> {
        Self::decode(&Armour::Card.unwrap(text)?)
    }

    fn from_signed(signed: Signed<Raw>) -> Result<Self, CardError> {
        let raw = signed.content.clone();
        bound::line("name", bound::NAME_CHARS, &raw.name)?;
        bound::lines("codes", bound::CODES, bound::CODE_CHARS, &raw.codes)?;
        bound::lines("addresses", bound::ADDRESSES, bound::ADDRESS_CHARS, &raw.addresses)?;
        if !signed.is_signed_by(&CARD, &raw.root) {
            return Err(CardError::Forged);
        }
        let certificate = Certificate::from_signed(raw.certificate).map_err(CardError::Certificate)?;
        certificate.verify(&raw.root).map_err(CardError::Certificate)?;
        let about = certificate.content();
        if about.member != MemberId::of(&raw.root) {
            return Err(CardError::Certificate(CertificateError::Forged { member: about.member }));
        }
        if certificate.offer().is_none() || about.number > raw.newest {
            return Err(CardError::NoNode);
        }
        let content = CardContent {
            name: raw.name,
            codes: raw.codes,
            root: raw.root,
            next_root: raw.next_root,
            certificate,
            newest: raw.newest,
            addresses: raw.addresses,
        };
        Ok(Self { signed, content })
    }
}

fn in_order(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list.dedup();
    list
}
