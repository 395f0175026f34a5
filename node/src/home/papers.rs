//! Cards and invitations: what members hand to each other, and the solemn acts of the root key.

use tally_control::{Exit, Failure, names, told};
use tally_entry::Time;
use tally_replica::{
    Append, Command, CommandId, Identity, Input, Output, Refused, Replica, Reply, RingSight, Sight, Sought,
};
use tally_ring::{Card, Edition, Invitation, Limits, Listed, SignError, SignedEdition, Standing};

use super::ring_journal::{RingJournal, WriteError};
use super::root_key::RootKey;
use super::{Home, ROOT_KEY, random};
use crate::failure::bad_invitation;

/// The rules by which this version judges changes.
const RULES: u32 = 1;
/// How the records of a new ring are handled, until an edition says otherwise.
const HANDLING: &str = "official_sensitive";
/// How long they are kept, until an edition says otherwise.
const RETENTION: &str = "as each member's retention schedule says";
/// The three statutory safeguarding partners (Children and Social Work Act 2017, section 16E).
const SECTORS: [&str; 3] = ["health", "local_authority", "police"];

impl Home {
    /// Drafts the first edition of a ring with the members of these cards, and signs it.
    pub(crate) fn propose_ring(
        &self,
        name: &str,
        cards: Vec<Card>,
        purpose: Option<&str>,
        passphrase: &str,
    ) -> Result<Invitation, Failure> {
        let mut given = vec![self.card.clone()];
        for card in cards {
            if given.iter().any(|other| other.member() == card.member()) {
                continue;
            }
            given.push(card);
        }
        if given.len() < 2 {
            return Err(Failure::new(
                Exit::Usage,
                "No ring was proposed",
                "no card of another member was given",
                "Give the cards of the others: `tally ring propose NAME --with CARD-FILE...`.",
            ));
        }
        let mut key = RootKey::open(&self.dir.join(ROOT_KEY), passphrase)?;
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
        let refused = |error: &dyn std::error::Error| {
            Failure::new(
                Exit::Usage,
                "No ring was proposed",
                told(error),
                "A ring has a name and, if you like, a purpose: plain words of moderate length.",
            )
        };
        let mut draft = SignedEdition::draft(edition).map_err(|error| refused(&error))?;
        draft.sign(&key.root, &mut key.memory).map_err(|error| not_signed(&error))?;
        let invitation = Invitation::new(draft, None, given).map_err(|error| refused(&error))?;
        // What was signed is remembered on disk before the signature leaves this process.
        key.save()?;
        Ok(invitation)
    }

    /// Signs an invitation for this member, where it is listed and has not signed.
    pub(crate) fn sign_invitation(&self, mut invitation: Invitation, passphrase: &str) -> Result<Invitation, Failure> {
        let member = self.member();
        let edition = invitation.edition().edition();
        let Some(listed) = edition.listed(member) else {
            return Err(Failure::new(
                Exit::Failed,
                "The invitation was not taken",
                format!(
                    "{} is not among the members of {}: {}",
                    self.identity.name,
                    edition.name,
                    names(edition.members.iter().map(|listed| listed.name.as_str()))
                ),
                "Ask whoever drafted it to use your card (`tally card`) in a new draft.",
            ));
        };
        if listed.root != self.card.content().root {
            return Err(Failure::new(
                Exit::Failed,
                "The invitation was not taken",
                "it lists another root key for this member than this home's",
                "Send your card again (`tally card`), and read its fingerprint out by telephone.",
            ));
        }
        if invitation.edition().signed_by().contains(&member) {
            return Ok(invitation);
        }
        let mut key = RootKey::open(&self.dir.join(ROOT_KEY), passphrase)?;
        invitation.edition_mut().sign(&key.root, &mut key.memory).map_err(|error| not_signed(&error))?;
        invitation.add_card(self.card.clone()).map_err(|error| bad_invitation(&error))?;
        key.save()?;
        Ok(invitation)
    }

    /// The rings as the journal of a home that no node runs from has them.
    pub(crate) fn rings_offline(&self, now: Time) -> Result<Vec<RingSight>, Failure> {
        let (_journal, mut replica) = self.reopen()?;
        Ok(sights(&mut replica, now))
    }

    /// Puts an invitation that is kept into the journal for the next start of the node. Returns it with what was held
    /// already, and how its ring stands now.
    pub(crate) fn take_offline(&self, now: Time, kept: Invitation) -> Result<(Invitation, Option<RingSight>), Failure> {
        let (mut journal, mut replica) = self.reopen()?;
        let mut items: Vec<Append> = Vec::new();
        let reply = command(&mut replica, now, Command::Take(Box::new(kept.clone())), &mut items);
        journal.append(&items).map_err(|error| {
            let (WriteError::LowSpace(why) | WriteError::Fatal(why)) = error;
            Failure::new(
                Exit::Failed,
                "The invitation was not stored",
                why,
                "Make space on the disk; then `tally ring join` with the same file again.",
            )
        })?;
        let id = match reply {
            Some(Ok(Reply::Taken { ring })) => ring,
            Some(Err(refused)) => {
                return Err(crate::service::refusals::failure("The invitation was not taken", &refused));
            }
            _ => kept.edition().edition().ring,
        };
        let sight = sights(&mut replica, now).into_iter().find(|sight| sight.ring == id);
        let merged = self.keep_signatures(kept, sight.as_ref())?;
        Ok((merged, sight))
    }

    /// Keeps an invitation with the signatures that its ring holds of the same edition; returns what is kept now.
    pub(crate) fn keep_signatures(
        &self,
        mut invitation: Invitation,
        sight: Option<&RingSight>,
    ) -> Result<Invitation, Failure> {
        let id = invitation.edition().id();
        let held = sight.into_iter().flat_map(|sight| sight.signed.iter().chain(&sight.drafts));
        for held in held.filter(|held| held.id() == id) {
            // The same edition always merges.
            let _ = invitation.edition_mut().merge(held);
        }
        self.keep_invitation(&invitation)
    }

    /// The journal under its lock, and the core as it stands after it.
    fn reopen(&self) -> Result<(RingJournal, Replica), Failure> {
        let (journal, found) = RingJournal::open(self)?;
        let identity = Identity { member: self.member(), key: self.node_keys()?.entry() };
        let mut replica = Replica::new(identity, *random()?);
        replica.reopen(found.frames);
        Ok((journal, replica))
    }
}

/// Gives the core one command; what it wants appended is added to `items`.
fn command(
    replica: &mut Replica,
    now: Time,
    command: Command,
    items: &mut Vec<Append>,
) -> Option<Result<Reply, Refused>> {
    replica.handle(now, Input::Commanded { id: CommandId(0), command: Box::new(command) });
    let mut result = None;
    loop {
        let mut upto = None;
        while let Some(output) = replica.poll_output() {
            match output {
                Output::Append { ticket, item } => {
                    items.push(item);
                    upto = Some(ticket);
                }
                Output::Reply { result: given, .. } => result = Some(given.map(|reply| *reply).map_err(|error| *error)),
                _ => {}
            }
        }
        // The caller appends before it tells anybody, so what waits for the disk may be looked at here.
        let Some(upto) = upto else {
            return result;
        };
        replica.handle(now, Input::Appended { upto });
    }
}

fn sights(replica: &mut Replica, now: Time) -> Vec<RingSight> {
    let seen = command(replica, now, Command::Look(Sought::Rings), &mut Vec::new());
    match seen {
        Some(Ok(Reply::Seen(sight))) => match *sight {
            Sight::Rings(rings) => rings,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn not_signed(error: &SignError) -> Failure {
    Failure::new(
        Exit::Failed,
        "The edition was not signed",
        told(error),
        match error {
            SignError::AlreadySigned(_) => {
                "A root signs one edition on each parent. Go on with the one it signed, or have a draft made that \
                 names that one as replaced."
            }
            _ => "Ask for a draft that uses this member's card.",
        },
    )
}
