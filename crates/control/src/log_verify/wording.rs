use std::fmt::{self, Display, Formatter};

use super::{EntryFault, Fault, Place, Verified};

/// Where the journal itself lost something.
const FETCH: &str =
    "start the node with partners connected, who send what they hold, or put the home back from a newer backup";

impl Verified {
    /// What does not hold, a sentence each.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        self.faults.iter().map(ToString::to_string).collect()
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutShort { acknowledged, gone } => write!(
                f,
                "{acknowledged}: the journal ends before what was acknowledged up to here; {gone} entries or acts are \
                 gone: {FETCH}"
            ),
            Self::AllGone { acknowledged, gone } => write!(
                f,
                "{acknowledged}: the journal ends before what was acknowledged up to here; all {gone} entries and acts \
                 are gone: {FETCH}"
            ),
            Self::OtherJournal { acknowledged, frames } => write!(
                f,
                "{acknowledged}: the journal is not the one that was acknowledged up to here; some of its {frames} \
                 entries and acts are gone: {FETCH}"
            ),
            Self::Damaged { place, bytes, entries } => {
                write!(f, "{place}: {bytes} bytes are not what was written; {entries} entries or acts are lost there")
            }
            Self::Unread { place, found } => write!(f, "{place}: {found}"),
            Self::Entry { place, entry, sequence, node, why } => {
                write!(f, "{place}: entry {entry} (sequence {sequence} of node {node}): {why}")
            }
            Self::NotOnDisk { entry } => {
                write!(f, "entry {entry}: the running node holds it, and it is not whole on disk")
            }
            Self::JudgedOtherwise { entry } => {
                write!(f, "entry {entry}: the running node judges it otherwise than the disk says")
            }
        }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "segment {}, offset {}", self.segment, self.offset)
    }
}

impl Display for EntryFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gap => "the entries before it are missing",
            Self::NotChained => "it does not name the entry before it",
            Self::NoCertificate => "no certificate of its node is on disk",
            Self::NoEdition => "the edition it was written under is not on disk, or was agreed without this member",
            Self::NoAudience => "its audience is not on disk",
            Self::NotAMember => "its member is not of its audience in the edition it names",
            Self::Signature { found } => found,
            Self::Unsigned => "no signature vouches for it",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_faults_by_their_codes_and_failures_as_sentences() {
        let place = Place { segment: 2, offset: 64 };
        let (entry, node) = ("ab".to_owned(), "cd".to_owned());
        let faults = vec![Fault::Entry { place, entry, sequence: 7, node, why: EntryFault::Gap }];
        let verified = Verified { entries: 9, logs: 1, faults, seconds: 0.5 };
        let json = serde_json::to_value(&verified).expect("writes");
        let said = "segment 2, offset 64: entry ab (sequence 7 of node cd): the entries before it are missing";
        assert_eq!(json["failures"], serde_json::json!([said]));
        assert_eq!((&json["faults"][0]["code"], &json["faults"][0]["why"]["code"]), (&"entry".into(), &"gap".into()));
        assert_eq!(serde_json::from_value::<Verified>(json).expect("reads"), verified);
    }
}
