use std::fmt::{self, Display, Formatter};

use super::{Because, Cause};
use crate::moment::Moment;
use crate::peers::Unreachable;

const NOTHING: &str = "Nothing needs to be done.";
const ASK_AGAIN: &str = "Wait a moment, and ask again.";

impl Display for Cause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = &self.member;
        match &self.because {
            Because::Itself => write!(f, "{name} is this member itself: what is here, it has."),
            Because::Local => {
                write!(f, "It is a local record of this member: {name} does not get it, and cannot see that it exists.")
            }
            Because::Outside => {
                write!(f, "{name} is not among the members that may hold it, so nothing of it is sent there.")
            }
            Because::Confirmed { at } => {
                write!(f, "Nothing is wrong: {name} confirmed on {} that it has this version.", at.spoken())
            }
            Because::LowSpace { low } => write!(
                f,
                "This node takes nothing new while its disk is low on space ({low}), and does not answer {name}."
            ),
            Because::Unsigned { ring } => {
                write!(
                    f,
                    "{name} has not signed the edition of {ring} yet, and until everybody has, nothing is copied."
                )
            }
            Because::NoNode => write!(f, "No node of {name} is known here: no certificate of one has come."),
            Because::Unreachable { heard, why, lacks } => {
                match heard {
                    Some(at) => write!(f, "{name} has not been heard since {}", at.spoken())?,
                    None => write!(f, "{name} has never been heard here")?,
                }
                if let Some(why) = why {
                    write!(f, ": {why}")?;
                }
                match lacks {
                    0 => write!(f, "."),
                    1 => write!(f, ". It may not have the last entry that is here."),
                    several => write!(f, ". It may not have the last {several} entries that are here."),
                }
            }
            Because::Comparing => {
                write!(f, "{name} is connected, and its copy of this member's log is still being compared with ours.")
            }
            Because::Behind { heard, by } => {
                let by = if *by == 0 { String::new() } else { format!(" by {}", entries(*by)) };
                write!(
                    f,
                    "{name} is connected, and its last receipt{} was behind{by}. Entries go out at once; receipts come \
                     every few seconds.",
                    last_heard(*heard)
                )
            }
            Because::Ahead { by } => {
                write!(f, "{name} has {} that are not here yet; they are being fetched.", entries(*by))
            }
            Because::NotSaid => write!(f, "{name} is connected and has not said yet that it has this record."),
            Because::InStep { heard } => write!(
                f,
                "Nothing is wrong: {name} is connected{} and has confirmed every entry that is here.",
                last_heard(*heard)
            ),
        }
    }
}

impl Cause {
    /// What to do next.
    #[must_use]
    pub fn remedy(&self) -> String {
        let name = &self.member;
        match &self.because {
            Because::Itself | Because::Confirmed { .. } | Because::InStep { .. } => NOTHING.to_owned(),
            Because::Local => "What is final can leave through the door: `tally share ID --in RING`.".to_owned(),
            Because::Outside => {
                "Who holds a record is fixed when it is made; make another one for those who should.".to_owned()
            }
            Because::LowSpace { .. } => "Free some space on the disk of the home; it goes on by itself.".to_owned(),
            Because::Unsigned { .. } => {
                format!("Send the invitation to {name} again; there, `tally ring join FILE` signs it.")
            }
            Because::NoNode => format!("Ask {name} for its card, or for its signed copy of the invitation."),
            Because::Unreachable { why: Some(Unreachable::NoAddress), .. } => format!(
                "Ask {name} for a card with an address, or for the port to this node to be opened the other way."
            ),
            Because::Unreachable { why: Some(Unreachable::OtherPeer), .. } => {
                format!("Somebody else answers at {name}'s address. Ask {name} by telephone where its node is now.")
            }
            Because::Unreachable { why: Some(Unreachable::Network { .. }) | None, .. } => format!(
                "Nothing can be done here but wait: ring {name} and ask whether its node runs and can be reached."
            ),
            Because::Comparing | Because::Ahead { .. } => ASK_AGAIN.to_owned(),
            Because::Behind { .. } => "Wait a moment; `tally sync --wait` waits until it has confirmed.".to_owned(),
            Because::NotSaid => "Wait a moment: receipts come every few seconds.".to_owned(),
        }
    }
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn last_heard(at: Option<Moment>) -> String {
    at.map(|at| format!(" (last heard {})", at.spoken())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tally_entry::Time;

    use super::*;

    fn greenwich(because: Because) -> Cause {
        Cause { member: "Greenwich".into(), because }
    }

    #[test]
    fn a_silent_member_is_told_with_the_time_and_what_it_lacks() {
        let heard = Some(Moment(Time(1_626_048_000_000)));
        let told = greenwich(Because::Unreachable { heard, why: None, lacks: 4 }).to_string();
        assert!(told.contains("not been heard since 2021-07-12 00:00 UTC"), "{told}");
        assert!(told.contains("4 entries"), "{told}");
    }

    #[test]
    fn a_connected_member_is_behind_by_a_number() {
        let told = greenwich(Because::Behind { heard: None, by: 2 }).to_string();
        assert!(told.contains("behind by 2 entries"), "{told}");
    }

    #[test]
    fn the_remedy_follows_from_why_a_node_is_not_reached() {
        let remedy = |why| greenwich(Because::Unreachable { heard: None, why: Some(why), lacks: 0 }).remedy();
        assert!(remedy(Unreachable::NoAddress).contains("card with an address"));
        assert!(remedy(Unreachable::OtherPeer).contains("Somebody else answers"));
        assert!(remedy(Unreachable::Network { said: "no answer".into() }).contains("but wait"));
    }

    #[test]
    fn json_has_the_facts_and_the_sentences_and_is_read_by_its_facts() {
        let cause = greenwich(Because::Behind { heard: Some(Moment(Time(0))), by: 1 });
        let json = serde_json::to_value(&cause).expect("writes");
        assert_eq!((&json["code"], &json["member"], &json["by"]), (&"behind".into(), &"Greenwich".into(), &1.into()));
        assert_eq!(json["cause"], cause.to_string());
        assert_eq!(json["remedy"], cause.remedy());
        assert_eq!(serde_json::from_value::<Cause>(json).expect("reads"), cause);
    }
}
