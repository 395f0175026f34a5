//! How the node is, its partners, and who has a copy of what. It never says more than partners have confirmed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tally_control::{Copy, Failure, Held, Peer, Problem, Record, Status, names};
use tally_entry::{DocumentId, MemberId, Time};
use tally_replica::{CopyStatus, LogReading, PartnerReading, Query, QueryAnswer, RingReading};
use tally_ring::SignedEdition;

use super::atlas::{Atlas, edition};
use super::naming::Place;
use super::rings::named;
use super::writing::unexpected;
use super::{Service, shape};
use crate::moment;
use crate::running::Condition;

/// Who holds what of one document, by member.
pub(super) type Copies = (DocumentId, BTreeMap<MemberId, CopyStatus>);

impl Service {
    pub(super) async fn status(&self) -> Result<Status, Failure> {
        let what = "The status was not shown";
        let atlas = self.atlas(what).await?;
        let partners = self.partners(what).await?;
        let copies = self.copies(what, None).await?;
        let logs = self.log_sights(what).await?;
        let records = self.views.list(&self.core).await.map_err(|undone| undone.failure(what))?;
        let others: BTreeSet<MemberId> = atlas.everybody().into_keys().filter(|member| *member != atlas.me).collect();
        let connected: BTreeSet<MemberId> =
            partners.iter().filter(|partner| partner.connected).map(|partner| partner.member).collect();
        let lacking = |holds: &BTreeMap<MemberId, CopyStatus>| {
            holds.iter().any(|(member, copy)| {
                *member != atlas.me && !matches!(copy, CopyStatus::Confirmed { .. } | CopyStatus::Ahead { .. })
            })
        };
        let waiting = logs
            .iter()
            .flat_map(|log| &log.entries)
            .filter(|entry| entry.verdict == Some(tally_replica::Verdict::Waiting))
            .count() as u64;
        let local_journal = self.home.local_journal_folder();
        let mut problems = self.shared.with(|shared| {
            let mut problems = own_problems(shared);
            problems.extend(local_problem(shared, &local_journal));
            problems.extend(older_copy_problem(shared, &atlas, &partners));
            problems
        });
        problems.extend(ring_problems(&atlas));
        problems.extend(silent_problems(&atlas, &partners, &others, &connected));
        problems.extend(log_problems(&atlas, &logs));
        problems.extend(records.iter().filter_map(record_problem));
        Ok(Status {
            verdict: if problems.is_empty() { "ok" } else { "needs_attention" }.to_owned(),
            problems,
            member: atlas.name.clone(),
            members_connected: connected.intersection(&others).count() as u64,
            members_total: others.len() as u64,
            records_behind: copies.iter().filter(|(_, holds)| lacking(holds)).count() as u64,
            waiting,
            last_backup: None,
        })
    }

    pub(super) async fn peers(&self) -> Result<Vec<Peer>, Failure> {
        let what = "The partners were not shown";
        let atlas = self.atlas(what).await?;
        let mut peers: Vec<Peer> = self
            .partners(what)
            .await?
            .iter()
            .map(|partner| {
                let contact =
                    self.shared.with(|shared| shared.contacts.get(&partner.node).cloned()).unwrap_or_default();
                Peer {
                    member: atlas.member(None, &partner.member),
                    node: partner.node.to_string(),
                    name: partner.name.clone(),
                    state: if partner.connected { "connected" } else { "unreachable" }.to_owned(),
                    last_heard: heard(partner, contact.heard).map(moment::text),
                    path: contact.path.or(contact.why),
                    behind: partner.behind,
                    ahead: partner.ahead,
                }
            })
            .collect();
        peers.sort_by(|a, b| (&a.member, &a.name).cmp(&(&b.member, &b.name)));
        Ok(peers)
    }

    pub(super) async fn sync(&self, given: Option<&str>) -> Result<Vec<Copy>, Failure> {
        let what = "The copies were not shown";
        let atlas = self.atlas(what).await?;
        let document = match given {
            None => None,
            Some(given) => match self.place(what, given).await? {
                Place::Shared(document) => Some(document),
                Place::Local(id) => {
                    let record = self.try_local(what, move |store| store.show(id, None)).await?;
                    let record = shape::local(&record, None, &atlas);
                    let Record { id, reference, title, held_by, .. } = record;
                    return Ok(vec![Copy { id, reference, title, held_by }]);
                }
            },
        };
        let rows: BTreeMap<String, Record> = self
            .views
            .list(&self.core)
            .await
            .map_err(|undone| undone.failure(what))?
            .into_iter()
            .map(|record| (record.id.clone(), record))
            .collect();
        let mut copies: Vec<Copy> = self
            .copies(what, document)
            .await?
            .into_iter()
            .map(|(document, holds)| {
                let id = document.to_string();
                let row = rows.get(&id);
                let held_by: BTreeMap<String, Held> =
                    holds.iter().map(|(member, copy)| (atlas.member(None, member), shape::held(copy))).collect();
                Copy {
                    reference: row.map(|row| row.reference.clone()).unwrap_or_default(),
                    title: row.map(|row| row.title.clone()).unwrap_or_default(),
                    id,
                    held_by,
                }
            })
            .collect();
        copies.sort_by_cached_key(|copy| (copy.reference.parse::<tally_record::Reference>().ok(), copy.id.clone()));
        Ok(copies)
    }

    pub(super) async fn partners(&self, what: &str) -> Result<Vec<PartnerReading>, Failure> {
        match self.core.look(Query::Partners).await.map_err(|undone| undone.failure(what))? {
            QueryAnswer::Partners(partners) => Ok(partners),
            _ => Err(unexpected(what)),
        }
    }

    pub(super) async fn copies(&self, what: &str, document: Option<DocumentId>) -> Result<Vec<Copies>, Failure> {
        match self.core.look(Query::Copies(document)).await.map_err(|undone| undone.failure(what))? {
            QueryAnswer::Copies(copies) => Ok(copies),
            _ => Err(unexpected(what)),
        }
    }
}

/// When a partner last said anything, in this run or an earlier one.
pub(super) fn heard(partner: &PartnerReading, before: Option<Time>) -> Option<Time> {
    partner.heard.max(before)
}

fn problem(what: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem { what: what.into(), remedy: remedy.into() }
}

fn own_problems(shared: &Condition) -> Vec<Problem> {
    let mut problems = Vec::new();
    if shared.cut {
        problems.push(problem(
            "This node is cut off from every partner by a command; nothing goes out or comes in.",
            "tally cut off",
        ));
    }
    if let Some(why) = &shared.low_space {
        problems.push(problem(
            format!("Nothing new is written: {why}."),
            "Free some space on the disk of the home; the node takes words again by itself.",
        ));
    }
    for damage in &shared.damage {
        problems.push(problem(
            format!(
                "The journal is damaged in segment {} at offset {} ({} bytes, {} entries); what was lost is \
                 fetched again.",
                damage.segment, damage.offset, damage.bytes, damage.frames
            ),
            "Leave the node running until a partner is connected; then check the disk. `tally log verify` tells more.",
        ));
    }
    for unread in &shared.unread {
        problems.push(problem(
            format!("The journal holds something that this version cannot read ({unread})."),
            "Use a newer version of this program.",
        ));
    }
    problems
}

/// What is lost of the local store: nobody else has it, so nothing brings it back but a backup.
fn local_problem(shared: &Condition, journal: &Path) -> Option<Problem> {
    let mut lost = Vec::new();
    match shared.local_damage.len() {
        0 => {}
        1 => lost.push("is damaged in one place".to_owned()),
        several => lost.push(format!("is damaged in {several} places")),
    }
    match shared.local_gone {
        0 => {}
        1 => lost.push("lacks one change that was written to it and left no trace".to_owned()),
        several => lost.push(format!("lacks {several} changes that were written to it and left no trace")),
    }
    if lost.is_empty() {
        return None;
    }
    let kept = shared.local_damage.iter().any(|damage| damage.set_aside.is_some());
    let kept = if kept {
        format!(" The damaged bytes are kept in {}, in files that begin with `damaged-`.", journal.display())
    } else {
        String::new()
    };
    Some(problem(
        format!(
            "The local store {}; the register, the seats and the local records may lack what was written there, and \
             partners do not have it.",
            lost.join(" and ")
        ),
        format!("Check the disk; then stop the node and put the folder `local` of the home back from a backup.{kept}"),
    ))
}

/// How far a home has come that began as an older copy of itself. That everything is back is said only of partners who
/// have told what they hold since the start.
fn older_copy_problem(shared: &Condition, atlas: &Atlas, partners: &[PartnerReading]) -> Option<Problem> {
    if !shared.older_copy {
        return None;
    }
    let began = "This home was an older copy of itself, or had lost the end of its journal, when the node started";
    let (heard, silent): (Vec<&PartnerReading>, Vec<&PartnerReading>) =
        partners.iter().partition(|partner| shared.receipts.contains(&partner.node));
    if partners.is_empty() {
        return Some(problem(
            format!(
                "{began}: what was lost since can only come back from partners, and this node does not know any: that \
                 is lost with it."
            ),
            "Take the invitation of each ring again: `tally ring join FILE`, from the folder `rings` of the home or \
             from a partner; or put the home back from a newer backup.",
        ));
    }
    if heard.is_empty() {
        return Some(problem(
            format!(
                "{began}: what was lost since can only come back from partners, none of which has been heard from yet."
            ),
            "Leave the node running until a partner is connected; `tally peers` shows who is. What no partner holds \
             comes back only with a newer backup of the home.",
        ));
    }
    let coming: u64 = heard.iter().map(|partner| partner.ahead).max().unwrap_or_default();
    if coming > 0 || heard.iter().any(|partner| !partner.cleared) {
        let much = match coming {
            0 => "it is not yet known how much that is".to_owned(),
            1 => "at least one entry is still to come".to_owned(),
            several => format!("at least {several} entries are still to come"),
        };
        return Some(problem(
            format!("{began}: what was lost since is being fetched from partners, and {much}."),
            "Leave the node running; `tally peers` shows who is connected.",
        ));
    }
    let rewritten = match shared.rewritten {
        0 => String::new(),
        1 => " One entry that nobody had was written again.".to_owned(),
        several => format!(" {several} entries that nobody had were written again."),
    };
    let silent: BTreeSet<String> = silent.iter().map(|partner| atlas.member(None, &partner.member)).collect();
    if silent.is_empty() {
        return Some(problem(
            format!("{began}; what partners hold of it was taken back, and nothing forked.{rewritten}"),
            "Nothing needs to be done. Find out who put an old copy back; this line goes with the next start.",
        ));
    }
    Some(problem(
        format!(
            "{began}; what the partners heard from since hold of it was taken back, and nothing forked.{rewritten} Not \
             heard from yet: {}.",
            names(silent.iter().map(String::as_str))
        ),
        "Leave the node running until they are connected: they may hold more. Find out who put an old copy back.",
    ))
}

fn ring_problems(atlas: &Atlas) -> Vec<Problem> {
    let mut problems = Vec::new();
    for ring in &atlas.rings {
        for draft in &ring.drafts {
            let edition = draft.edition();
            let awaiting = named(edition, draft.awaiting());
            let mine = draft.awaiting().contains(&atlas.me);
            problems.push(problem(
                format!(
                    "Edition {} of {} waits for the signature of {}.",
                    edition.number,
                    edition.name,
                    names(awaiting.iter().map(String::as_str))
                ),
                if mine {
                    "tally ring join FILE"
                } else {
                    "Send them the invitation; they run `tally ring join FILE`."
                },
            ));
        }
    }
    problems
}

fn silent_problems(
    atlas: &Atlas,
    partners: &[PartnerReading],
    others: &BTreeSet<MemberId>,
    connected: &BTreeSet<MemberId>,
) -> Vec<Problem> {
    let complete: BTreeSet<MemberId> = atlas
        .rings
        .iter()
        .filter_map(|ring| ring.signed.as_ref().map(SignedEdition::edition))
        .flat_map(|edition| edition.members.iter().map(|listed| listed.member))
        .collect();
    let mut problems = Vec::new();
    for member in others.difference(connected).filter(|member| complete.contains(member)) {
        let name = atlas.member(None, member);
        let behind = partners.iter().filter(|p| p.member == *member).map(|p| p.behind).min().unwrap_or_default();
        let lacks = match behind {
            0 => String::new(),
            1 => " It is not known to have the last entry that is here.".to_owned(),
            several => format!(" It is not known to have {several} entries that are here."),
        };
        problems.push(problem(
            format!("{name} cannot be reached.{lacks}"),
            format!("tally why {}", if name.contains(' ') { format!("'{name}'") } else { name }),
        ));
    }
    problems
}

fn log_problems(atlas: &Atlas, logs: &[LogReading]) -> Vec<Problem> {
    logs.iter()
        .filter_map(|log| {
            let after = log.frozen_after?;
            let member = log.member.map_or_else(|| "an unknown member".to_owned(), |m| atlas.member(None, &m));
            Some(problem(
                format!(
                    "A log of {member} in {} forked after entry {after}; both branches are set aside.",
                    atlas.ring_name(&log.log.ring)
                ),
                "Ask them by telephone what happened; `tally log list` shows the branches.",
            ))
        })
        .collect()
}

fn record_problem(record: &Record) -> Option<Problem> {
    let name = if record.reference.is_empty() { &record.id } else { &record.reference };
    if let Some(why) = &record.stopped {
        return Some(problem(
            format!("{name} is not shown: {why}."),
            "Use a newer version, or look at the node's log.",
        ));
    }
    let open: Vec<&str> = record.answers.keys().map(String::as_str).collect();
    let first = open.first()?;
    Some(problem(
        format!("{name} has more than one answer to {}.", names(open.iter().copied())),
        format!("tally record settle {name} {first} --keep MEMBER"),
    ))
}

/// The edition that a member has not signed, in a ring of ours.
pub(super) fn awaits(atlas: &Atlas, member: &MemberId) -> Option<String> {
    let copies = |ring: &RingReading| {
        ring.edition.is_some() && edition(ring).is_some_and(|edition| edition.listed(*member).is_some())
    };
    // Where another ring of both is in force, whatever is late has another cause.
    if atlas.rings.iter().any(copies) {
        return None;
    }
    atlas.rings.iter().find_map(|ring| {
        let draft = ring.drafts.iter().find(|draft| draft.awaiting().contains(member))?;
        // A newer draft beside an edition in force keeps nobody from copying.
        (ring.edition.is_none())
            .then(|| edition(ring).map_or_else(|| draft.edition().name.clone(), |edition| edition.name.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_entry::NodeId;

    fn partner(byte: u8, ahead: u64) -> PartnerReading {
        PartnerReading {
            node: NodeId::from_bytes([byte; 32]),
            member: MemberId::from_bytes([byte; 32]),
            name: String::new(),
            connected: true,
            heard: None,
            behind: 0,
            ahead,
            cleared: true,
        }
    }

    /// What is said where these were heard from since the start.
    fn said(heard: &[u8], partners: &[PartnerReading]) -> String {
        let receipts = heard.iter().map(|byte| NodeId::from_bytes([*byte; 32])).collect();
        let shared = Condition { older_copy: true, receipts, ..Condition::default() };
        let atlas = Atlas::new(MemberId::from_bytes([9; 32]), "Bexley".to_owned());
        let problem = older_copy_problem(&shared, &atlas, partners).expect("a problem");
        format!("{} {}", problem.what, problem.remedy)
    }

    #[test]
    fn nothing_is_said_to_be_back_before_a_partner_was_heard_from_and_agrees() {
        for (heard, partners) in [
            (&[][..], vec![]),
            (&[], vec![partner(1, 0)]),
            (&[1], vec![partner(1, 3)]),
            (&[1], vec![PartnerReading { cleared: false, ..partner(1, 0) }]),
        ] {
            let said = said(heard, &partners);
            assert!(!said.contains("taken back") && !said.contains("Nothing needs"), "{said}");
        }
        assert!(said(&[], &[partner(1, 0)]).contains("none of which has been heard from yet"));
        assert!(said(&[1], &[partner(1, 3)]).contains("3 entries"));
    }

    #[test]
    fn what_is_back_is_said_only_of_the_partners_heard_from() {
        assert!(said(&[1], &[partner(1, 0)]).contains("Nothing needs to be done"));
        let one_silent = said(&[1], &[partner(1, 0), partner(2, 0)]);
        assert!(one_silent.contains("taken back") && one_silent.contains("Not heard from yet"), "{one_silent}");
        assert!(!one_silent.contains("Nothing needs"), "{one_silent}");
    }

    #[test]
    fn damage_of_the_local_store_is_said() {
        let shared = Condition { local_gone: 2, ..Condition::default() };
        let problem = local_problem(&shared, Path::new("local")).expect("a problem");
        assert!(problem.what.contains("lacks 2 changes"), "{}", problem.what);
        assert!(local_problem(&Condition::default(), Path::new("local")).is_none());
    }
}
