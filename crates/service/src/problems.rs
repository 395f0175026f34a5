//! What is wrong with a node, each with its remedy. It never says more than partners have confirmed.

use std::collections::BTreeSet;

use tally_control::{Problem, Record, names as listed};
use tally_entry::MemberId;
use tally_replica::{LogReading, PartnerReading};
use tally_ring::SignedEdition;

use crate::condition::Condition;
use crate::names::Names;
use crate::ring_list::named;

fn problem(what: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem { what: what.into(), remedy: remedy.into() }
}

pub(crate) fn own_problems(condition: &Condition) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(why) = &condition.low_space {
        problems.push(problem(
            format!("Nothing new is written: {why}."),
            "Free some space on the disk of the home; the node takes words again by itself.",
        ));
    }
    for damage in &condition.damage {
        problems.push(problem(
            format!(
                "The journal is damaged in segment {} at offset {} ({} bytes, {} entries); what was lost is \
                 fetched again.",
                damage.segment, damage.offset, damage.bytes, damage.frames
            ),
            "Leave the node running until a partner is connected; then check the disk. `tally log verify` tells more.",
        ));
    }
    for unread in &condition.unread {
        problems.push(problem(
            format!("The journal holds something that this version cannot read ({unread})."),
            "Use a newer version of this program.",
        ));
    }
    problems
}

/// What is lost of the local store: nobody else has it, so nothing brings it back but a backup.
pub(crate) fn local_problem(condition: &Condition) -> Option<Problem> {
    let mut lost = Vec::new();
    match condition.local_damage.len() {
        0 => {}
        1 => lost.push("is damaged in one place".to_owned()),
        several => lost.push(format!("is damaged in {several} places")),
    }
    match condition.local_gone {
        0 => {}
        1 => lost.push("lacks one change that was written to it and left no trace".to_owned()),
        several => lost.push(format!("lacks {several} changes that were written to it and left no trace")),
    }
    if lost.is_empty() {
        return None;
    }
    let kept = condition.local_damage.iter().any(|damage| damage.set_aside.is_some());
    let kept = if kept {
        format!(" The damaged bytes are kept in {}, in files that begin with `damaged-`.", condition.local_kept)
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
pub(crate) fn older_copy_problem(condition: &Condition, names: &Names, partners: &[PartnerReading]) -> Option<Problem> {
    if !condition.older_copy {
        return None;
    }
    let began = "This home was an older copy of itself, or had lost the end of its journal, when the node started";
    let (heard, silent): (Vec<&PartnerReading>, Vec<&PartnerReading>) =
        partners.iter().partition(|partner| condition.receipts.contains(&partner.node));
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
    let rewritten = match condition.rewritten {
        0 => String::new(),
        1 => " One entry that nobody had was written again.".to_owned(),
        several => format!(" {several} entries that nobody had were written again."),
    };
    let silent: BTreeSet<String> = silent.iter().map(|partner| names.member(None, &partner.member)).collect();
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
            listed(silent.iter().map(String::as_str))
        ),
        "Leave the node running until they are connected: they may hold more. Find out who put an old copy back.",
    ))
}

pub(crate) fn ring_problems(names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    for ring in &names.rings {
        for draft in &ring.drafts {
            let edition = draft.edition();
            let awaiting = named(edition, draft.awaiting());
            let mine = draft.awaiting().contains(&names.me);
            problems.push(problem(
                format!(
                    "Edition {} of {} waits for the signature of {}.",
                    edition.number,
                    edition.name,
                    listed(awaiting.iter().map(String::as_str))
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

pub(crate) fn silent_problems(
    names: &Names,
    partners: &[PartnerReading],
    others: &BTreeSet<MemberId>,
    connected: &BTreeSet<MemberId>,
) -> Vec<Problem> {
    let complete: BTreeSet<MemberId> = names
        .rings
        .iter()
        .filter_map(|ring| ring.signed.as_ref().map(SignedEdition::edition))
        .flat_map(|edition| edition.members.iter().map(|listed| listed.member))
        .collect();
    let mut problems = Vec::new();
    for member in others.difference(connected).filter(|member| complete.contains(member)) {
        let name = names.member(None, member);
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

pub(crate) fn log_problems(names: &Names, logs: &[LogReading]) -> Vec<Problem> {
    logs.iter()
        .filter_map(|log| {
            let after = log.frozen_after?;
            let member = log.member.map_or_else(|| "an unknown member".to_owned(), |m| names.member(None, &m));
            Some(problem(
                format!(
                    "A log of {member} in {} forked after entry {after}; both branches are set aside.",
                    names.ring_name(&log.log.ring)
                ),
                "Ask them by telephone what happened; `tally log list` shows the branches.",
            ))
        })
        .collect()
}

pub(crate) fn record_problem(record: &Record) -> Option<Problem> {
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
        format!("{name} has more than one answer to {}.", listed(open.iter().copied())),
        format!("tally record settle {name} {first} --keep MEMBER"),
    ))
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
        let condition = Condition { older_copy: true, receipts, ..Condition::default() };
        let names = Names::new(MemberId::from_bytes([9; 32]), "Bexley".to_owned());
        let problem = older_copy_problem(&condition, &names, partners).expect("a problem");
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
        let condition = Condition { local_gone: 2, ..Condition::default() };
        let problem = local_problem(&condition).expect("a problem");
        assert!(problem.what.contains("lacks 2 changes"), "{}", problem.what);
        assert!(local_problem(&Condition::default()).is_none());
    }
}
