use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tally_control::{Exit, Failure};
use tally_ring::{ArmourError, Card, Invitation, InvitationError, fingerprint};

use crate::commands::introduction;
use crate::context::Context;
use crate::failure::{bad_invitation, unusable_card};
use crate::print::document;
use crate::value;

/// Say what a card or an invitation says, before anybody signs
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The card or the invitation; - for the standard input
    file: PathBuf,
}

#[derive(Debug, Serialize)]
#[serde(tag = "paper", rename_all = "snake_case")]
enum Paper {
    Card(Introduced),
    Invitation { ring: String, name: String, number: u64, purpose: String, members: Vec<Introduced> },
}

/// A member as a paper introduces it.
#[derive(Debug, Serialize)]
struct Introduced {
    member: String,
    name: String,
    codes: Vec<String>,
    fingerprint: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    /// Whether its root has signed the edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed: Option<bool>,
}

impl Show {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let text = value::file_text(&self.file, "The paper was not read")?;
        let (paper, lines) = match Invitation::from_text(&text) {
            Ok(invitation) => (of_invitation(&invitation), introduction::of_invitation(&invitation)),
            Err(InvitationError::Armour(ArmourError::Absent { .. } | ArmourError::OtherKind { .. })) => {
                let card = Card::from_text(&text).map_err(|error| unusable_card("It is no card to use", &error))?;
                (of_card(&card), introduction::of_cards(std::slice::from_ref(&card)))
            }
            Err(error) => return Err(bad_invitation(&error)),
        };
        if context.output.json {
            context.output.line(&document(&paper));
        } else {
            lines.iter().for_each(|line| context.output.line(line));
        }
        Ok(Exit::Done)
    }
}

fn of_card(card: &Card) -> Paper {
    let content = card.content();
    Paper::Card(Introduced {
        member: card.member().to_string(),
        name: content.name.clone(),
        codes: content.codes.clone(),
        fingerprint: card.fingerprint(),
        addresses: content.addresses.clone(),
        signed: None,
    })
}

fn of_invitation(invitation: &Invitation) -> Paper {
    let edition = invitation.edition().edition();
    let signed = invitation.edition().signed_by();
    let members = edition.members.iter().map(|listed| Introduced {
        member: listed.member.to_string(),
        name: listed.name.clone(),
        codes: listed.codes.clone(),
        fingerprint: fingerprint(&listed.root, &listed.next_root),
        addresses: Vec::new(),
        signed: Some(signed.contains(&listed.member)),
    });
    Paper::Invitation {
        ring: edition.ring.to_string(),
        name: edition.name.clone(),
        number: edition.number,
        purpose: edition.purpose.clone(),
        members: members.collect(),
    }
}
