//! Papers that members hand to each other, and the solemn acts of the root key.

use std::path::PathBuf;

use tally_replica::RingReading;
use tally_ring::{
    Card, Edition, EditionError, Invitation, InvitationError, Limits, Listed, SignError, SignedEdition, Standing,
};
use thiserror::Error;

use crate::files;
use crate::home::{Home, RINGS, ROOT_KEY};
use crate::random::{NoRandomness, random};
use crate::root_key::{RootKey, RootKeyError};

/// The rules by which this version judges changes.
const RULES: u32 = 1;
/// How the records of a new ring are handled, until an edition says otherwise.
const HANDLING: &str = "official_sensitive";
/// How long they are kept, until an edition says otherwise.
const RETENTION: &str = "as each member's retention schedule says";
/// The three statutory safeguarding partners (Children and Social Work Act 2017, section 16E).
const SECTORS: [&str; 3] = ["health", "local_authority", "police"];

/// Why no ring was proposed.
#[derive(Debug, Error)]
pub enum ProposeError {
    /// No card was of another member.
    #[error("no card of another member was given")]
    NobodyElse,
    /// The root key was not opened or not saved.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// No id can be drawn for the ring.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The name or the purpose does not fit an edition, or the members do not.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// The cards do not make an invitation.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The root may not sign it.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why an invitation was not signed.
#[derive(Debug, Error)]
pub enum SignInvitationError {
    /// The edition does not list this member.
    #[error("{member} is not among the members of {ring}")]
    NotListed {
        /// This member.
        member: String,
        /// The ring.
        ring: String,
        /// The members that it lists.
        listed: Vec<String>,
    },
    /// It lists this member with a root key that is not the one of this home.
    #[error("it lists another root key for this member than this home's")]
    OtherRoot,
    /// The root key was not opened or not saved.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// The root may not sign it.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// This member's card does not go into it.
    #[error(transparent)]
    Card(#[from] InvitationError),
}

/// Why an invitation is not kept.
#[derive(Debug, Error)]
#[error("{}", path.display())]
pub struct KeepError {
    path: PathBuf,
    source: std::io::Error,
}

impl Home {
    /// Drafts the first edition of a ring with the members of these cards, and signs it.
    pub fn propose_ring(
        &self,
        name: &str,
        purpose: Option<&str>,
        cards: Vec<Card>,
        passphrase: &str,
    ) -> Result<Invitation, ProposeError> {
        let mut given = vec![self.card().clone()];
        for card in cards {
            if !given.iter().any(|other| other.member() == card.member()) {
                given.push(card);
            }
        }
        if given.len() < 2 {
            return Err(ProposeError::NobodyElse);
        }
        let mut key = RootKey::open(&self.path(ROOT_KEY), passphrase)?;
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&random()?[..16]);
        let sectors: Vec<String> = SECTORS.map(str::to_owned).to_vec();
        let edition = Edition {
            ring: tally_ring::ring_id(self.member(), &nonce),
            founder: self.member(),
            nonce,
            parent: None,
            number: 1,
            name: name.trim().to_owned(),
            purpose: purpose.unwrap_or_default().trim().to_owned(),
            handling: HANDLING.to_owned(),
            retention: RETENTION.to_owned(),
            members: given.iter().map(|card| Listed::from_card(card, Standing::Full, sectors.clone())).collect(),
            sectors,
            limits: Limits::default(),
            rules: RULES,
            instead_of: Vec::new(),
        }
        .in_order();
        let mut draft = SignedEdition::draft(edition.cleared()?)?;
        draft.sign(&key.root, &mut key.memory)?;
        let invitation = Invitation::new(draft, None, given)?;
        // What was signed is remembered on disk before the signature leaves this process.
        key.save()?;
        Ok(invitation)
    }

    /// Signs an invitation for this member, where it is listed and has not signed.
    pub fn sign_invitation(
        &self,
        mut invitation: Invitation,
        passphrase: &str,
    ) -> Result<Invitation, SignInvitationError> {
        let member = self.member();
        let edition = invitation.edition().edition();
        let Some(listed) = edition.listed(member) else {
            return Err(SignInvitationError::NotListed {
                member: self.name().to_owned(),
                ring: edition.name.clone(),
                listed: edition.members.iter().map(|listed| listed.name.clone()).collect(),
            });
        };
        if listed.root != self.card().content().root {
            return Err(SignInvitationError::OtherRoot);
        }
        if invitation.edition().signed_by().contains(&member) {
            return Ok(invitation);
        }
        let mut key = RootKey::open(&self.path(ROOT_KEY), passphrase)?;
        invitation.edition_mut().sign(&key.root, &mut key.memory)?;
        invitation.add_card(self.card().clone())?;
        key.save()?;
        Ok(invitation)
    }

    /// The newest text of every invitation taken.
    pub fn kept_invitations(&self) -> Vec<Invitation> {
        let Ok(entries) = std::fs::read_dir(self.path(RINGS)) else {
            return Vec::new();
        };
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "txt"))
            .filter_map(|entry| std::fs::read_to_string(entry.path()).ok())
            .filter_map(|text| Invitation::from_text(&text).ok())
            .collect()
    }

    /// Keeps an invitation, merged with the copy that is kept already; returns what is kept now.
    pub fn keep_invitation(&self, given: &Invitation) -> Result<Invitation, KeepError> {
        let path = self.path(RINGS).join(format!("{}.txt", given.edition().edition().ring));
        let kept = std::fs::read_to_string(&path).ok().and_then(|text| Invitation::from_text(&text).ok());
        let mut merged = given.clone();
        if let Some(kept) = kept.filter(|kept| kept.edition().id() == given.edition().id()) {
            // A copy of the same edition that does not merge would be another fault than a lost signature.
            let _ = merged.merge(&kept);
        }
        files::make_folder(&self.path(RINGS))
            .and_then(|()| files::replace(&path, merged.to_text().as_bytes()))
            .map_err(|source| KeepError { path, source })?;
        Ok(merged)
    }

    /// Keeps an invitation with the signatures that its ring holds of the same edition; returns what is kept now.
    pub fn keep_signatures(
        &self,
        mut invitation: Invitation,
        reading: Option<&RingReading>,
    ) -> Result<Invitation, KeepError> {
        let id = invitation.edition().id();
        let held = reading.into_iter().flat_map(|reading| reading.signed.iter().chain(&reading.drafts));
        for held in held.filter(|held| held.id() == id) {
            // The same edition always merges.
            let _ = invitation.edition_mut().merge(held);
        }
        self.keep_invitation(&invitation)
    }
}
