//! Cards and invitations: what members hand to each other, and the solemn acts of the root key.

use serde::Serialize;
use tally_control::{Answer, Exit, Failure, Member, Request, Ring, names, told};
use tally_entry::{MemberId, Time};
use tally_replica::{Append, Command, CommandId, Identity, Input, Output, Refused, Replica, Reply, Sight, Sought};
use tally_ring::{
    Card, CardError, Edition, Invitation, InvitationError, Limits, Listed, SignError, SignedEdition, Standing,
};

use super::ring_journal::{RingJournal, WriteError};
use super::root_key::RootKey;
use super::{Home, ROOT_KEY, random, reach};
use crate::moment;
use crate::service::rings;

/// The rules by which this version judges changes.
const RULES: u32 = 1;
/// How the records of a new ring are handled, until an edition says otherwise.
const HANDLING: &str = "official_sensitive";
/// How long they are kept, until an edition says otherwise.
const RETENTION: &str = "as each member's retention schedule says";
/// The three statutory safeguarding partners (Children and Social Work Act 2017, section 16E).
const SECTORS: [&str; 3] = ["health", "local_authority", "police"];

/// A card, to e-mail.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CardPaper {
    pub(crate) member: String,
    pub(crate) codes: Vec<String>,
    pub(crate) fingerprint: String,
    pub(crate) addresses: Vec<String>,
    pub(crate) card: String,
}

/// An invitation, with how far its edition is signed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RingPaper {
    pub(crate) ring: String,
    pub(crate) edition: String,
    pub(crate) state: String,
    pub(crate) members: Vec<Member>,
    pub(crate) invitation: String,
    pub(crate) signed_by: Vec<String>,
    pub(crate) awaiting: Vec<String>,
}

impl Home {
    /// This member's card.
    pub(crate) fn card(&self) -> Result<CardPaper, Failure> {
        Ok(CardPaper {
            member: self.identity.member.clone(),
            codes: self.identity.codes.clone(),
            fingerprint: self.identity.fingerprint.clone(),
            addresses: self.card.content().addresses.clone(),
            card: self.card.to_text(),
        })
    }

    /// Drafts the first edition of a ring with the members of these cards, and signs it.
    pub(crate) fn ring_propose(
        &self,
        name: &str,
        cards: &[String],
        purpose: Option<&str>,
        passphrase: &str,
    ) -> Result<RingPaper, Failure> {
        let mut given = vec![self.card.clone()];
        for (at, text) in cards.iter().enumerate() {
            let card = Card::from_text(text).map_err(|error| bad_card(at + 1, &error))?;
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
        self.hand_in(&invitation)
    }

    /// Takes an invitation: signs it where this member is listed and has not, and merges it with what is held.
    pub(crate) fn ring_join(&self, text: &str, passphrase: &str) -> Result<RingPaper, Failure> {
        let mut invitation = Invitation::from_text(text).map_err(|error| bad_invitation(&error))?;
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
            return self.hand_in(&invitation);
        }
        let mut key = RootKey::open(&self.dir.join(ROOT_KEY), passphrase)?;
        invitation.edition_mut().sign(&key.root, &mut key.memory).map_err(|error| not_signed(&error))?;
        invitation.add_card(self.card.clone()).map_err(|error| bad_invitation(&error))?;
        key.save()?;
        self.hand_in(&invitation)
    }

    /// The rings, from the running node or from the journal.
    pub(crate) fn rings_offline(&self) -> Result<Vec<Ring>, Failure> {
        if let Some(Answer::Rings { rings }) = reach::ask(&self.socket(), Request::Rings { ring: None })? {
            return Ok(rings);
        }
        let (_journal, mut replica, _) = self.reopen()?;
        Ok(sights(&mut replica).iter().map(rings::ring).collect())
    }

    /// Keeps the invitation, and gives it to the running node or to the journal for the next one.
    fn hand_in(&self, invitation: &Invitation) -> Result<RingPaper, Failure> {
        let kept = self.keep_invitation(invitation)?;
        let request = Request::RingTake { invitation: kept.to_text() };
        if let Some(Answer::RingTaken { ring, invitation }) = reach::ask(&self.socket(), request)? {
            return Ok(paper(ring, invitation));
        }
        let (mut journal, mut replica, now) = self.reopen()?;
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
            Some(Err(refused)) => return Err(rings::not_taken(&refused)),
            _ => kept.edition().edition().ring,
        };
        let mut merged = kept;
        let seen = sights(&mut replica);
        let sight = seen.iter().find(|sight| sight.ring == id);
        if let Some(sight) = sight {
            rings::merge_held(&mut merged, sight);
        }
        let merged = self.keep_invitation(&merged)?;
        Ok(paper(rings::of_edition(merged.edition(), sight), merged.to_text()))
    }

    /// The journal under its lock, and the core as it stands after it.
    fn reopen(&self) -> Result<(RingJournal, Replica, Time), Failure> {
        let (journal, found) = RingJournal::open(self)?;
        let identity = Identity { member: self.member(), key: self.node_keys()?.entry() };
        let mut replica = Replica::new(identity, *random()?);
        replica.reopen(found.frames);
        Ok((journal, replica, moment::now()))
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

fn sights(replica: &mut Replica) -> Vec<tally_replica::RingSight> {
    let seen = command(replica, moment::now(), Command::Look(Sought::Rings), &mut Vec::new());
    match seen {
        Some(Ok(Reply::Seen(sight))) => match *sight {
            Sight::Rings(rings) => rings,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn paper(ring: Ring, invitation: String) -> RingPaper {
    RingPaper {
        ring: ring.ring,
        edition: ring.edition,
        state: ring.state,
        members: ring.members,
        invitation,
        signed_by: ring.signed_by,
        awaiting: ring.awaiting,
    }
}

pub(super) fn bad_card(at: usize, error: &CardError) -> Failure {
    Failure::new(
        Exit::Failed,
        "No ring was proposed",
        format!("card {at}: {}", told(error)),
        match error {
            CardError::Forged | CardError::Certificate(_) => {
                "Do not use it. Ask the member by telephone to send its card again, and compare the fingerprint."
            }
            _ => "Ask the member to send its card again (`tally card`), as a file rather than pasted text.",
        },
    )
}

pub(super) fn bad_invitation(error: &InvitationError) -> Failure {
    Failure::new(
        Exit::Failed,
        "The invitation was not taken",
        told(error),
        if error.is_forgery() {
            "Do not use it. Ask whoever sent it by telephone what they sent, and compare the fingerprint."
        } else {
            "Ask for it to be sent again, as a file rather than pasted text."
        },
    )
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
