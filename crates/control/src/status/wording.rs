use std::fmt::{self, Display, Formatter};

use super::{Problem, Recovery};
use crate::wording::names;

const BEGAN: &str = "This home was an older copy of itself, or had lost the end of its journal, when the node started";

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::LowSpace { low } => write!(f, "Nothing new is written: {low}."),
            Self::JournalDamaged { segment, offset, bytes, entries } => write!(
                f,
                "The journal is damaged in segment {segment} at offset {offset} ({bytes} bytes, {entries} entries); what \
                 was lost is fetched again."
            ),
            Self::JournalUnread { found } => {
                write!(f, "The journal holds something that this version cannot read ({found}).")
            }
            Self::LocalLost { damaged, gone, .. } => write!(
                f,
                "The local store {}; the register, the seats and the local records may lack what was written there, and \
                 partners do not have it.",
                lost(*damaged, *gone)
            ),
            Self::OlderCopy { since } => write!(f, "{BEGAN}{since}"),
            Self::Unsigned { ring, number, awaiting, .. } => {
                write!(f, "Edition {number} of {ring} waits for the signature of {}.", listed(awaiting))
            }
            Self::Unreachable { member, behind } => {
                write!(f, "{member} cannot be reached.")?;
                match behind {
                    0 => Ok(()),
                    1 => write!(f, " It is not known to have the last entry that is here."),
                    several => write!(f, " It is not known to have {several} entries that are here."),
                }
            }
            Self::Forked { member, ring, after } => {
                let member = member.as_deref().unwrap_or("an unknown member");
                write!(f, "A log of {member} in {ring} forked after entry {after}; both branches are set aside.")
            }
            Self::RecordStopped { record, found } => write!(f, "{record} is not shown: {found}."),
            Self::OpenAnswers { record, fields } => {
                write!(f, "{record} has more than one answer to {}.", listed(fields))
            }
        }
    }
}

impl Problem {
    /// What to do next.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::LowSpace { .. } => {
                "Free some space on the disk of the home; the node takes words again by itself.".to_owned()
            }
            Self::JournalDamaged { .. } => {
                "Leave the node running until a partner is connected; then check the disk. `tally log verify` tells more."
                    .to_owned()
            }
            Self::JournalUnread { .. } => "Use a newer version of this program.".to_owned(),
            Self::LocalLost { kept_in, .. } => {
                let restore = "Check the disk; then stop the node and put the folder `local` of the home back from a backup.";
                match kept_in {
                    Some(folder) => format!(
                        "{restore} The damaged bytes are kept in {folder}, in files that begin with `damaged-`."
                    ),
                    None => restore.to_owned(),
                }
            }
            Self::OlderCopy { since } => since.remedy().to_owned(),
            Self::Unsigned { mine: true, .. } => "tally ring join FILE".to_owned(),
            Self::Unsigned { mine: false, .. } => {
                "Send them the invitation; they run `tally ring join FILE`.".to_owned()
            }
            Self::Unreachable { member, .. } if member.contains(' ') => format!("tally why '{member}'"),
            Self::Unreachable { member, .. } => format!("tally why {member}"),
            Self::Forked { .. } => {
                "Ask them by telephone what happened; `tally log list` shows the branches.".to_owned()
            }
            Self::RecordStopped { .. } => "Use a newer version, or look at the node's log.".to_owned(),
            Self::OpenAnswers { record, fields } => {
                let first = fields.first().map_or("FIELD", String::as_str);
                format!("tally record settle {record} {first} --keep MEMBER")
            }
        }
    }
}

impl Display for Recovery {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rewritten = |count: u64| match count {
            0 => String::new(),
            1 => " One entry that nobody had was written again.".to_owned(),
            several => format!(" {several} entries that nobody had were written again."),
        };
        match self {
            Self::NoPartners => write!(
                f,
                ": what was lost since can only come back from partners, and this node does not know any: that is lost \
                 with it."
            ),
            Self::NobodyHeard => write!(
                f,
                ": what was lost since can only come back from partners, none of which has been heard from yet."
            ),
            Self::Coming { entries } => {
                write!(f, ": what was lost since is being fetched from partners, and ")?;
                match entries {
                    0 => write!(f, "it is not yet known how much that is."),
                    1 => write!(f, "at least one entry is still to come."),
                    several => write!(f, "at least {several} entries are still to come."),
                }
            }
            Self::Back { rewritten: count, silent } if silent.is_empty() => {
                write!(f, "; what partners hold of it was taken back, and nothing forked.{}", rewritten(*count))
            }
            Self::Back { rewritten: count, silent } => write!(
                f,
                "; what the partners heard from since hold of it was taken back, and nothing forked.{} Not heard from \
                 yet: {}.",
                rewritten(*count),
                listed(silent)
            ),
        }
    }
}

impl Recovery {
    const fn remedy(&self) -> &'static str {
        match self {
            Self::NoPartners => {
                "Take the invitation of each ring again: `tally ring join FILE`, from the folder `rings` of the home or \
                 from a partner; or put the home back from a newer backup."
            }
            Self::NobodyHeard => {
                "Leave the node running until a partner is connected; `tally peers` shows who is. What no partner holds \
                 comes back only with a newer backup of the home."
            }
            Self::Coming { .. } => "Leave the node running; `tally peers` shows who is connected.",
            Self::Back { silent, .. } if silent.is_empty() => {
                "Nothing needs to be done. Find out who put an old copy back; this line goes with the next start."
            }
            Self::Back { .. } => {
                "Leave the node running until they are connected: they may hold more. Find out who put an old copy back."
            }
        }
    }
}

fn listed(all: &[String]) -> String {
    names(all.iter().map(String::as_str))
}

/// What is lost of the local store: nobody else has it, so nothing brings it back but a backup.
fn lost(damaged: u64, gone: u64) -> String {
    let damaged = match damaged {
        0 => None,
        1 => Some("is damaged in one place".to_owned()),
        several => Some(format!("is damaged in {several} places")),
    };
    let gone = match gone {
        0 => None,
        1 => Some("lacks one change that was written to it and left no trace".to_owned()),
        several => Some(format!("lacks {several} changes that were written to it and left no trace")),
    };
    damaged.into_iter().chain(gone).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(since: Recovery) -> String {
        let problem = Problem::OlderCopy { since };
        format!("{problem} {}", problem.remedy())
    }

    #[test]
    fn nothing_is_said_to_be_back_before_it_is() {
        for since in [
            Recovery::NoPartners,
            Recovery::NobodyHeard,
            Recovery::Coming { entries: 0 },
            Recovery::Coming { entries: 3 },
        ] {
            let said = said(since);
            assert!(!said.contains("taken back") && !said.contains("Nothing needs"), "{said}");
        }
        assert!(said(Recovery::NobodyHeard).contains("none of which has been heard from yet"));
        assert!(said(Recovery::Coming { entries: 3 }).contains("3 entries"));
    }

    #[test]
    fn what_is_back_is_said_only_of_the_partners_heard_from() {
        let all = said(Recovery::Back { rewritten: 0, silent: Vec::new() });
        assert!(all.contains("Nothing needs to be done"), "{all}");
        let one_silent = said(Recovery::Back { rewritten: 2, silent: vec!["Lewisham".into()] });
        assert!(
            one_silent.contains("taken back") && one_silent.contains("Not heard from yet: Lewisham"),
            "{one_silent}"
        );
        assert!(one_silent.contains("2 entries") && !one_silent.contains("Nothing needs"), "{one_silent}");
    }

    #[test]
    fn damage_of_the_local_store_is_said() {
        let problem = Problem::LocalLost { damaged: 1, gone: 2, kept_in: Some("member/local".into()) };
        assert!(problem.to_string().contains("is damaged in one place and lacks 2 changes"), "{problem}");
        assert!(problem.remedy().contains("kept in member/local"), "{}", problem.remedy());
    }

    #[test]
    fn a_name_of_two_words_is_quoted_in_the_command() {
        let remedy = |member: &str| Problem::Unreachable { member: member.into(), behind: 0 }.remedy();
        assert_eq!(remedy("Tower Hamlets"), "tally why 'Tower Hamlets'");
        assert_eq!(remedy("Bexley"), "tally why Bexley");
    }

    #[test]
    fn json_has_the_facts_and_the_sentences_and_is_read_by_its_facts() {
        let problem = Problem::OpenAnswers { record: "TB-P1".into(), fields: vec!["ends".into()] };
        let json = serde_json::to_value(&problem).expect("writes");
        assert_eq!((&json["code"], &json["record"]), (&"open_answers".into(), &"TB-P1".into()));
        assert_eq!((&json["what"], &json["remedy"]), (&problem.to_string().into(), &problem.remedy().into()));
        assert_eq!(serde_json::from_value::<Problem>(json).expect("reads"), problem);
    }
}
