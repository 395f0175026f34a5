//! Why a member does not have what we have: the first cause, in a paragraph, and what to do next.

use tally_control::{Cause, Refusal, Why};
use tally_entry::{MemberId, Time};
use tally_replica::{CopyStatus as CopyHeld, PartnerReading, RingReading};

use crate::condition::{Contact, Unreachable};
use crate::day;
use crate::names::{Names, edition};
use crate::naming::{self, Place};
use crate::peers::heard;
use crate::service::{Answers, Asker, Parts, Service};

/// What is known when the question is asked.
#[derive(Debug, Default)]
struct Known {
    name: String,
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
            name: names.member(None, &member),
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
            Some(given) => match self.place(given).await? {
                Place::Local(_) => known.local = true,
                Place::Shared(document) => {
                    let copies = self.looking().copies(Some(document)).await?;
                    known.copy = copies.first().and_then(|(_, holds)| holds.get(&member)).copied();
                    known.outside = known.copy.is_none();
                }
            },
        }
        Ok(cause(&known))
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

fn why(cause: impl Into<String>, remedy: impl Into<String>) -> Cause {
    Cause { cause: cause.into(), remedy: remedy.into() }
}

/// The first cause that holds: those on this machine first, since only they can be put right here.
fn cause(known: &Known) -> Cause {
    let name = &known.name;
    if known.itself {
        return why(format!("{name} is this member itself: what is here, it has."), "Nothing needs to be done.");
    }
    if known.local {
        return why(
            format!("It is a local record of this member: {name} does not get it, and cannot see that it exists."),
            "What is final can leave through the door: `tally share ID --in RING`.",
        );
    }
    if known.outside {
        return why(
            format!("{name} is not among the members that may hold it, so nothing of it is sent there."),
            "Who holds a record is fixed when it is made; make another one for those who should.",
        );
    }
    if let Some(CopyHeld::Confirmed { at } | CopyHeld::Ahead { at }) = known.copy {
        return why(
            format!("Nothing is wrong: {name} confirmed on {} that it has this version.", day::spoken(at)),
            "Nothing needs to be done.",
        );
    }
    if let Some(low) = &known.low_space {
        return why(
            format!("This node takes nothing new while its disk is low on space ({low}), and does not answer {name}."),
            "Free some space on the disk of the home; it goes on by itself.",
        );
    }
    if let Some(ring) = &known.awaits {
        return why(
            format!("{name} has not signed the edition of {ring} yet, and until everybody has, nothing is copied."),
            format!("Send the invitation to {name} again; there, `tally ring join FILE` signs it."),
        );
    }
    let Some(best) = known.nodes.iter().max_by_key(|node| (node.connected, node.heard)) else {
        return why(
            format!("No node of {name} is known here: no certificate of one has come."),
            format!("Ask {name} for its card, or for its signed copy of the invitation."),
        );
    };
    let behind = known.nodes.iter().map(|node| node.behind).min().unwrap_or_default();
    if !best.connected {
        return unreachable(name, best, behind);
    }
    if !best.cleared {
        return why(
            format!("{name} is connected, and its copy of this member's log is still being compared with ours."),
            "Wait a moment, and ask again.",
        );
    }
    if behind > 0 || matches!(known.copy, Some(CopyHeld::Behind { .. })) {
        let by = if behind == 0 { String::new() } else { format!(" by {}", entries(behind)) };
        return why(
            format!(
                "{name} is connected, and its last receipt{} was behind{by}. Entries go out at once; receipts come every \
                 few seconds.",
                on(best.heard)
            ),
            "Wait a moment; `tally sync --wait` waits until it has confirmed.",
        );
    }
    if best.ahead > 0 {
        return why(
            format!("{name} has {} that are not here yet; they are being fetched.", entries(best.ahead)),
            "Wait a moment, and ask again.",
        );
    }
    if known.record {
        return why(
            format!("{name} is connected and has not said yet that it has this record."),
            "Wait a moment: receipts come every few seconds.",
        );
    }
    why(
        format!("Nothing is wrong: {name} is connected{} and has confirmed every entry that is here.", on(best.heard)),
        "Nothing needs to be done.",
    )
}

fn unreachable(name: &str, node: &Node, behind: u64) -> Cause {
    let since = match node.heard {
        Some(at) => format!("{name} has not been heard since {}", day::spoken(at)),
        None => format!("{name} has never been heard here"),
    };
    let reason = node.contact.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let lacks = match behind {
        0 => String::new(),
        1 => " It may not have the last entry that is here.".to_owned(),
        several => format!(" It may not have the last {several} entries that are here."),
    };
    let remedy = match node.contact.why {
        Some(Unreachable::NoAddress) => {
            format!("Ask {name} for a card with an address, or for the port to this node to be opened the other way.")
        }
        Some(Unreachable::OtherPeer) => {
            format!("Somebody else answers at {name}'s address. Ask {name} by telephone where its node is now.")
        }
        Some(Unreachable::Network(_)) | None => {
            format!("Nothing can be done here but wait: ring {name} and ask whether its node runs and can be reached.")
        }
    };
    why(format!("{since}{reason}.{lacks}"), remedy)
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

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn on(at: Option<Time>) -> String {
    at.map(|at| format!(" (last heard {})", day::spoken(at))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known { name: "Greenwich".into(), nodes: vec![Node { cleared: true, ..Node::default() }], ..Known::default() }
    }

    #[test]
    fn a_full_disk_here_is_the_first_cause() {
        let told = cause(&Known { low_space: Some("1 MiB left".into()), ..known() });
        assert!(told.cause.contains("low on space (1 MiB left)"));
    }

    #[test]
    fn a_silent_member_is_told_with_the_time_and_what_it_lacks() {
        let node = Node { heard: Some(Time(1_626_048_000_000)), behind: 4, ..Node::default() };
        let told = cause(&Known { nodes: vec![node], ..known() });
        assert!(told.cause.contains("not been heard since 2021-07-12 00:00 UTC"));
        assert!(told.cause.contains("4 entries"));
    }

    #[test]
    fn a_missing_signature_comes_before_a_silent_node() {
        let told = cause(&Known { awaits: Some("Tri-borough programme".into()), ..known() });
        assert!(told.cause.contains("has not signed"));
    }

    #[test]
    fn a_connected_member_is_behind_by_a_number() {
        let node = Node { connected: true, cleared: true, behind: 2, ..Node::default() };
        assert!(cause(&Known { nodes: vec![node], ..known() }).cause.contains("behind by 2 entries"));
    }

    #[test]
    fn a_confirmed_copy_is_never_called_a_problem() {
        let copy = Some(CopyHeld::Confirmed { at: Time(0) });
        let told = cause(&Known { copy, low_space: Some("1 MiB left".into()), record: true, ..known() });
        assert!(told.cause.starts_with("Nothing is wrong"));
    }

    #[test]
    fn nobody_outside_the_audience_is_behind() {
        assert!(cause(&Known { outside: true, ..known() }).cause.contains("not among the members"));
    }

    #[test]
    fn the_remedy_follows_from_why_a_node_is_not_reached() {
        let remedy = |why| {
            let contact = Contact { why: Some(why), ..Contact::default() };
            cause(&Known { nodes: vec![Node { contact, ..Node::default() }], ..known() }).remedy
        };
        assert!(remedy(Unreachable::NoAddress).contains("card with an address"));
        assert!(remedy(Unreachable::OtherPeer).contains("Somebody else answers"));
        assert!(remedy(Unreachable::Network("no answer".into())).contains("but wait"));
    }
}
