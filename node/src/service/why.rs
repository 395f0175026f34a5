//! Why a member does not have what we have: the first cause, in a paragraph, and what helps.

use tally_control::{Failure, Why};
use tally_entry::{MemberId, Time};
use tally_replica::{CopyStatus, PartnerReading};

use super::Service;
use super::naming::{self, Place};
use super::status::{awaits, heard};
use crate::moment;
use crate::running::Contact;

/// What is known when the question is asked.
#[derive(Debug, Default)]
struct Known {
    name: String,
    itself: bool,
    local: bool,
    outside: bool,
    cut: bool,
    low_space: Option<String>,
    awaits: Option<String>,
    nodes: Vec<Node>,
    copy: Option<CopyStatus>,
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

impl Service {
    pub(super) async fn why(&self, member: &str, record: Option<&str>) -> Result<Why, Failure> {
        let what = "No cause was found";
        let atlas = self.atlas(what).await?;
        let everybody = atlas.everybody();
        let member: MemberId = if member.trim().eq_ignore_ascii_case(&atlas.name) {
            atlas.me
        } else {
            naming::among(what, everybody.values(), member)?
        };
        let mut known = Known {
            name: atlas.member(None, &member),
            itself: member == atlas.me,
            awaits: awaits(&atlas, &member),
            record: record.is_some(),
            ..Known::default()
        };
        self.shared.with(|shared| {
            known.cut = shared.cut;
            known.low_space.clone_from(&shared.low_space);
        });
        for partner in self.partners(what).await?.iter().filter(|partner| partner.member == member) {
            let contact = self.shared.with(|shared| shared.contacts.get(&partner.node).cloned()).unwrap_or_default();
            known.nodes.push(node(partner, contact));
        }
        match record {
            None => {}
            Some(given) => match self.place(what, given).await? {
                Place::Local(_) => known.local = true,
                Place::Shared(document) => {
                    let copies = self.copies(what, Some(document)).await?;
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

fn why(cause: impl Into<String>, remedy: impl Into<String>) -> Why {
    Why { cause: cause.into(), remedy: remedy.into() }
}

/// The first cause that holds: those on this machine first, since only they can be put right here.
fn cause(known: &Known) -> Why {
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
    if let Some(CopyStatus::Confirmed { at } | CopyStatus::Ahead { at }) = known.copy {
        return why(
            format!("Nothing is wrong: {name} confirmed on {} that it has this version.", moment::spoken(at)),
            "Nothing needs to be done.",
        );
    }
    if known.cut {
        return why(
            format!("This node is cut off here, by a command, so {name} gets nothing and is not heard."),
            "tally cut off",
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
    if behind > 0 || matches!(known.copy, Some(CopyStatus::Behind { .. })) {
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

fn unreachable(name: &str, node: &Node, behind: u64) -> Why {
    let since = match node.heard {
        Some(at) => format!("{name} has not been heard since {}", moment::spoken(at)),
        None => format!("{name} has never been heard here"),
    };
    let reason = node.contact.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let lacks = match behind {
        0 => String::new(),
        1 => " It may not have the last entry that is here.".to_owned(),
        several => format!(" It may not have the last {several} entries that are here."),
    };
    let remedy = match node.contact.why.as_deref() {
        Some(why) if why.contains("no address") && why.contains("known") => {
            format!("Ask {name} for a card with an address, or for the port to this node to be opened the other way.")
        }
        Some(why) if why.contains("another peer") => {
            format!("Somebody else answers at {name}'s address. Ask {name} by telephone where its node is now.")
        }
        _ => {
            format!("Nothing can be done here but wait: ring {name} and ask whether its node runs and can be reached.")
        }
    };
    why(format!("{since}{reason}.{lacks}"), remedy)
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn on(at: Option<Time>) -> String {
    at.map(|at| format!(" (last heard {})", moment::spoken(at))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known { name: "Greenwich".into(), nodes: vec![Node { cleared: true, ..Node::default() }], ..Known::default() }
    }

    #[test]
    fn a_cut_here_is_the_first_cause() {
        let told = cause(&Known { cut: true, ..known() });
        assert!(told.cause.contains("cut off here"));
        assert_eq!(told.remedy, "tally cut off");
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
        let copy = Some(CopyStatus::Confirmed { at: Time(0) });
        let told = cause(&Known { copy, cut: true, record: true, ..known() });
        assert!(told.cause.starts_with("Nothing is wrong"));
    }

    #[test]
    fn nobody_outside_the_audience_is_behind() {
        assert!(cause(&Known { outside: true, ..known() }).cause.contains("not among the members"));
    }
}
