//! What is wrong with a node. It never says more than partners have confirmed.

use std::collections::BTreeSet;

use tally_control::{Problem, Record, Recovery};
use tally_entry::MemberId;
use tally_replica::{LogReading, PartnerReading};
use tally_ring::SignedEdition;

use crate::condition::Condition;
use crate::names::Names;
use crate::ring_list::named;

pub(crate) fn own_problems(condition: &Condition) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(low) = condition.low_space.clone() {
        problems.push(Problem::LowSpace { low });
    }
    problems.extend(condition.damage.iter().map(|damage| Problem::JournalDamaged {
        segment: damage.segment,
        offset: damage.offset,
        bytes: damage.bytes,
        entries: damage.frames,
    }));
    problems.extend(condition.unread.iter().cloned().map(|found| Problem::JournalUnread { found }));
    problems
}

/// What is lost of the local store.
pub(crate) fn local_problem(condition: &Condition) -> Option<Problem> {
    let (damaged, gone) = (condition.local_damage.len() as u64, condition.local_gone);
    if damaged == 0 && gone == 0 {
        return None;
    }
    let kept = condition.local_damage.iter().any(|damage| damage.set_aside.is_some());
    Some(Problem::LocalLost { damaged, gone, kept_in: kept.then(|| condition.local_kept.clone()) })
}

/// How far a home has come that began as an older copy of itself. That everything is back is said only of partners who
/// have told what they hold since the start.
pub(crate) fn older_copy_problem(condition: &Condition, names: &Names, partners: &[PartnerReading]) -> Option<Problem> {
    condition.older_copy.then(|| Problem::OlderCopy { since: recovery(condition, names, partners) })
}

fn recovery(condition: &Condition, names: &Names, partners: &[PartnerReading]) -> Recovery {
    let (heard, silent): (Vec<&PartnerReading>, Vec<&PartnerReading>) =
        partners.iter().partition(|partner| condition.receipts.contains(&partner.node));
    if partners.is_empty() {
        return Recovery::NoPartners;
    }
    if heard.is_empty() {
        return Recovery::NobodyHeard;
    }
    let entries: u64 = heard.iter().map(|partner| partner.ahead).max().unwrap_or_default();
    if entries > 0 || heard.iter().any(|partner| !partner.cleared) {
        return Recovery::Coming { entries };
    }
    let silent: BTreeSet<String> = silent.iter().map(|partner| names.member(None, &partner.member)).collect();
    Recovery::Back { rewritten: condition.rewritten as u64, silent: silent.into_iter().collect() }
}

pub(crate) fn ring_problems(names: &Names) -> Vec<Problem> {
    let drafts = names.rings.iter().flat_map(|ring| &ring.drafts);
    drafts
        .map(|draft| Problem::Unsigned {
            ring: draft.edition().name.clone(),
            number: draft.edition().number,
            awaiting: named(draft.edition(), draft.awaiting()),
            mine: draft.awaiting().contains(&names.me),
        })
        .collect()
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
    let behind = |member: &MemberId| {
        partners.iter().filter(|partner| partner.member == *member).map(|partner| partner.behind).min()
    };
    others
        .difference(connected)
        .filter(|member| complete.contains(member))
        .map(|member| Problem::Unreachable {
            member: names.member(None, member),
            behind: behind(member).unwrap_or_default(),
        })
        .collect()
}

pub(crate) fn log_problems(names: &Names, logs: &[LogReading]) -> Vec<Problem> {
    let forked = logs.iter().filter_map(|log| Some((log, log.frozen_after?)));
    forked
        .map(|(log, after)| Problem::Forked {
            member: log.member.map(|member| names.member(None, &member)),
            ring: names.ring_name(&log.log.ring),
            after,
        })
        .collect()
}

pub(crate) fn record_problem(record: &Record) -> Option<Problem> {
    let name = if record.reference.is_empty() { record.id.clone() } else { record.reference.clone() };
    if let Some(found) = record.stopped.clone() {
        return Some(Problem::RecordStopped { record: name, found });
    }
    let fields: Vec<String> = record.answers.keys().cloned().collect();
    (!fields.is_empty()).then_some(Problem::OpenAnswers { record: name, fields })
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

    /// How far it has come where these were heard from since the start.
    fn since(heard: &[u8], partners: &[PartnerReading]) -> Recovery {
        let receipts = heard.iter().map(|byte| NodeId::from_bytes([*byte; 32])).collect();
        let condition = Condition { older_copy: true, receipts, ..Condition::default() };
        let names = Names::new(MemberId::from_bytes([9; 32]), "Bexley".to_owned());
        match older_copy_problem(&condition, &names, partners) {
            Some(Problem::OlderCopy { since }) => since,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_is_said_to_be_back_before_a_partner_was_heard_from_and_agrees() {
        assert_eq!(since(&[], &[]), Recovery::NoPartners);
        assert_eq!(since(&[], &[partner(1, 0)]), Recovery::NobodyHeard);
        assert_eq!(since(&[1], &[partner(1, 3)]), Recovery::Coming { entries: 3 });
        let unclear = PartnerReading { cleared: false, ..partner(1, 0) };
        assert_eq!(since(&[1], &[unclear]), Recovery::Coming { entries: 0 });
    }

    #[test]
    fn what_is_back_is_said_only_of_the_partners_heard_from() {
        let back = |silent: &[&str]| Recovery::Back {
            rewritten: 0,
            silent: silent.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(since(&[1], &[partner(1, 0)]), back(&[]));
        assert_eq!(since(&[1], &[partner(1, 0), partner(2, 0)]), back(&["02020202"]));
    }

    #[test]
    fn damage_of_the_local_store_is_said() {
        let condition = Condition { local_gone: 2, ..Condition::default() };
        assert_eq!(local_problem(&condition), Some(Problem::LocalLost { damaged: 0, gone: 2, kept_in: None }));
        assert_eq!(local_problem(&Condition::default()), None);
    }
}
