//! Why a member does not have what we have: the first cause.

use tally_control::{Because, Cause, Moment, Refusal, Why};
use tally_entry::{MemberId, Time};
use tally_replica::{CopyStatus as CopyHeld, PartnerReading, RingReading};

use crate::condition::Contact;
use crate::names::{Names, edition};
use crate::naming::{self, FoundRecord};
use crate::peers::heard;
use crate::service::{Answers, Asker, Parts, Service};

/// What is known when the question is asked.
#[derive(Debug, Default)]
struct Known {
    itself: bool,
    local: bool,
    outside: bool,
    low_space: Option<String>,
    awaits: Option<String>,
    nodes: Vec<Node>,
    copy: Option<CopyHeld>,
    record: bool,
}

/// One node of the member.
#[derive(Debug, Default)]
struct Node {
    connected: bool,
    cleared: bool,
    heard: Option<Time>,
    contact: Contact,
    behind: u64,
    ahead: u64,
}

impl<P: Parts> Answers<Why> for Service<P> {
    async fn answer(&self, ask: Why, _: &Asker) -> Result<Cause, Refusal> {
        let names = self.names();
        let everybody = names.everybody();
        let member: MemberId = if ask.member.trim().eq_ignore_ascii_case(&names.name) {
            names.me
        } else {
            naming::among(everybody.values(), &ask.member)?
        };
        let mut known = Known {
            itself: member == names.me,
            awaits: awaits(&names, &member),
            record: ask.record.is_some(),
            ..Known::default()
        };
        self.condition.with(|condition| {
            known.low_space.clone_from(&condition.low_space);
        });
        for partner in self.looking().partners().await?.iter().filter(|partner| partner.member == member) {
            known.nodes.push(node(partner, self.contact(partner)));
        }
        match &ask.record {
            None => {}
            Some(given) => match self.find_record(given).await? {
                FoundRecord::Local(_) => known.local = true,
                FoundRecord::Shared(document) => {
                    let copies = self.looking().copies(Some(document)).await?;
                    known.copy = copies.first().and_then(|(_, holds)| holds.get(&member)).copied();
                    known.outside = known.copy.is_none();
                }
            },
        }
        Ok(Cause { member: names.member(None, &member), because: because(&known) })
    }
}

fn node(partner: &PartnerReading, contact: Contact) -> Node {
    Node {
        connected: partner.connected,
        cleared: partner.cleared,
        heard: heard(partner, contact.heard),
        contact,
        behind: partner.behind,
        ahead: partner.ahead,
    }
}

/// The first cause that holds: those on this machine first, since only they can be put right here.
fn because(known: &Known) -> Because {
    if known.itself {
        return Because::Itself;
    }
    if known.local {
        return Because::Local;
    }
    if known.outside {
        return Because::Outside;
    }
    if let Some(CopyHeld::Confirmed { at } | CopyHeld::Ahead { at }) = known.copy {
        return Because::Confirmed { at: Moment(at) };
    }
    if let Some(low) = known.low_space.clone() {
        return Because::LowSpace { low };
    }
    if let Some(ring) = known.awaits.clone() {
        return Because::Unsigned { ring };
    }
    let Some(best) = known.nodes.iter().max_by_key(|node| (node.connected, node.heard)) else {
        return Because::NoNode;
    };
    let behind = known.nodes.iter().map(|node| node.behind).min().unwrap_or_default();
    let heard = best.heard.map(Moment);
    if !best.connected {
        return Because::Unreachable { heard, why: best.contact.why.clone(), lacks: behind };
    }
    if !best.cleared {
        return Because::Comparing;
    }
    if behind > 0 || matches!(known.copy, Some(CopyHeld::Behind { .. })) {
        return Because::Behind { heard, by: behind };
    }
    if best.ahead > 0 {
        return Because::Ahead { by: best.ahead };
    }
    if known.record { Because::NotSaid } else { Because::InStep { heard } }
}

/// The edition that a member has not signed, in a ring of ours.
fn awaits(names: &Names, member: &MemberId) -> Option<String> {
    let copies = |ring: &RingReading| {
        ring.edition.is_some() && edition(ring).is_some_and(|edition| edition.listed(*member).is_some())
    };
    // Where another ring of both is in force, whatever is late has another cause.
    if names.rings.iter().any(copies) {
        return None;
    }
    names.rings.iter().find_map(|ring| {
        let draft = ring.drafts.iter().find(|draft| draft.awaiting().contains(member))?;
        // A newer draft beside an edition in force keeps nobody from copying.
        (ring.edition.is_none())
            .then(|| edition(ring).map_or_else(|| draft.edition().name.clone(), |edition| edition.name.clone()))
    })
}

#[cfg(test)]
mod tests {
    use tally_control::Unreachable;

    use super::*;

    fn known() -> Known {
        Known { nodes: vec![Node { cleared: true, ..Node::default() }], ..Known::default() }
    }

    #[test]
    fn a_full_disk_here_is_the_first_cause() {
        let known = Known { low_space: Some("1 MiB left".into()), ..known() };
        assert_eq!(because(&known), Because::LowSpace { low: "1 MiB left".into() });
    }

    #[test]
    fn a_silent_member_is_told_with_the_time_and_what_it_lacks() {
        let at = Time(1_626_048_000_000);
        let contact = Contact { why: Some(Unreachable::OtherPeer), ..Contact::default() };
        let node = Node { heard: Some(at), behind: 4, contact, ..Node::default() };
        let told = because(&Known { nodes: vec![node], ..known() });
        let why = Some(Unreachable::OtherPeer);
        assert_eq!(told, Because::Unreachable { heard: Some(Moment(at)), why, lacks: 4 });
    }

    #[test]
    fn a_missing_signature_comes_before_a_silent_node() {
        let known = Known { awaits: Some("Tri-borough programme".into()), ..known() };
        assert_eq!(because(&known), Because::Unsigned { ring: "Tri-borough programme".into() });
    }

    #[test]
    fn a_connected_member_is_behind_by_a_number() {
        let node = Node { connected: true, cleared: true, behind: 2, ..Node::default() };
        assert_eq!(because(&Known { nodes: vec![node], ..known() }), Because::Behind { heard: None, by: 2 });
    }

    #[test]
    fn a_confirmed_copy_is_never_called_a_problem() {
        let copy = Some(CopyHeld::Confirmed { at: Time(0) });
        let known = Known { copy, low_space: Some("1 MiB left".into()), record: true, ..known() };
        assert_eq!(because(&known), Because::Confirmed { at: Moment(Time(0)) });
    }

    #[test]
    fn nobody_outside_the_audience_is_behind() {
        assert_eq!(because(&Known { outside: true, ..known() }), Because::Outside);
    }
}
