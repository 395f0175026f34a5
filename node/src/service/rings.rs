//! Rings, and invitations handed to the running node.

use tally_control::{Answer, Exit, Failure, Member, Ring, told};
use tally_entry::MemberId;
use tally_replica::{Command, Reply, RingReading};
use tally_ring::{Edition, Invitation, SignedEdition, Standing};

use super::atlas::edition;
use super::refusals::{self, not_kept};
use super::{Service, naming};
use crate::running::Undone;

impl Service {
    pub(super) async fn rings(&self, given: Option<&str>) -> Result<Vec<Ring>, Failure> {
        let what = "The ring was not shown";
        let atlas = self.atlas(what).await?;
        match given {
            None => Ok(atlas.rings.iter().map(ring).collect()),
            Some(given) => Ok(vec![ring(naming::ring(what, &atlas.rings, given)?)]),
        }
    }

    pub(super) async fn ring_take(&self, text: &str) -> Result<Answer, Failure> {
        let what = "The invitation was not taken";
        let given = Invitation::from_text(text).map_err(|error| {
            Failure::new(
                Exit::Failed,
                what,
                told(&error),
                "Ask for it to be sent again, as a file rather than pasted text.",
            )
        })?;
        let kept = self.home.keep_invitation(&given).map_err(|error| not_kept(&error))?;
        let id = match self.core.command(Command::Take(Box::new(kept.clone()))).await {
            Ok(Reply::Taken { ring }) => ring,
            Ok(_) => given.edition().edition().ring,
            Err(Undone::Refused(refused)) => return Err(refusals::failure(what, &refused)),
            Err(undone) => return Err(undone.failure(what)),
        };
        // The members of a new ring have to hear where this node is.
        let listening = self.shared.with(|shared| shared.announced.clone());
        if let Err(undone) = self.core.command(Command::Announce(listening)).await {
            return Err(undone.failure(what));
        }
        let atlas = self.atlas(what).await?;
        let sight = atlas.ring(&id);
        let merged = self.home.keep_signatures(kept, sight).map_err(|error| not_kept(&error))?;
        Ok(Answer::RingTaken { ring: of_edition(merged.edition(), sight), invitation: merged.to_text() })
    }
}

/// A ring as commands show it: by its edition in force, or its first draft.
pub(crate) fn ring(sight: &RingReading) -> Ring {
    match sight.signed.as_ref().or_else(|| sight.drafts.first()) {
        Some(signed) => of_edition(signed, Some(sight)),
        None => Ring {
            ring: sight.ring.to_string(),
            name: edition(sight).map(|edition| edition.name.clone()).unwrap_or_default(),
            purpose: String::new(),
            state: "awaiting".to_owned(),
            edition: String::new(),
            number: 0,
            members: Vec::new(),
            signed_by: Vec::new(),
            awaiting: Vec::new(),
            drafts: Vec::new(),
        },
    }
}

/// A ring by one of its editions.
pub(crate) fn of_edition(signed: &SignedEdition, sight: Option<&RingReading>) -> Ring {
    let edition = signed.edition();
    let drafts = sight.map(|sight| sight.drafts.iter().map(SignedEdition::id)).into_iter().flatten();
    Ring {
        ring: edition.ring.to_string(),
        name: edition.name.clone(),
        purpose: edition.purpose.clone(),
        state: if signed.is_complete() { "complete" } else { "awaiting" }.to_owned(),
        edition: signed.id().to_string(),
        number: edition.number,
        members: members(edition, sight),
        signed_by: named(edition, signed.signed_by()),
        awaiting: named(edition, signed.awaiting()),
        drafts: drafts.filter(|id| *id != signed.id()).map(|id| id.to_string()).collect(),
    }
}

fn members(edition: &Edition, sight: Option<&RingReading>) -> Vec<Member> {
    let mut members: Vec<Member> = edition
        .members
        .iter()
        .map(|listed| Member {
            member: listed.member.to_string(),
            name: listed.name.clone(),
            codes: listed.codes.clone(),
            standing: match listed.standing {
                Standing::Full => "full",
                Standing::Observer => "observer",
            }
            .to_owned(),
            fingerprint: tally_ring::fingerprint(&listed.root, &listed.next_root),
            nodes: sight
                .map(|sight| {
                    sight
                        .nodes
                        .iter()
                        .filter(|(member, ..)| *member == listed.member)
                        .map(|(_, node, _)| node.to_string())
                        .collect()
                })
                .unwrap_or_default(),
        })
        .collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    members
}

/// Members by their names, or the beginning of the id of one that the edition does not name.
pub(super) fn named(edition: &Edition, members: impl IntoIterator<Item = MemberId>) -> Vec<String> {
    members
        .into_iter()
        .map(|member| {
            edition
                .listed(member)
                .map_or_else(|| member.to_string().chars().take(8).collect(), |listed| listed.name.clone())
        })
        .collect()
}
