use serde::{Deserialize, Serialize};

use crate::record::Audience;
use crate::sentences::with_sentences;
use crate::wording::names;

/// A record that was made or changed, or a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Made {
    /// The record.
    pub id: String,
    /// Its short reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: String,
    /// The version now, or the version a statement is about.
    pub version: String,
    /// Who may hold it.
    pub audience: Audience,
    /// Its state now.
    pub state: String,
    /// Fields in which two versions were joined.
    pub joined: Vec<String>,
    /// The entry; none for a local record.
    pub entry: Option<String>,
    /// The statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// Whose word it is, and which, as people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// A member's word on a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The member's name.
    pub member: String,
    /// The word.
    pub word: String,
}

with_sentences!(Made { message: String = Made::message });

impl Made {
    /// Where the words go now, after whose word it is.
    #[must_use]
    pub fn message(&self) -> String {
        let holders = names(self.audience.members.iter().map(String::as_str));
        let goes = match self.audience.members.as_slice() {
            _ if self.audience.ring.is_none() => format!("This stays in {holders}."),
            [one] => format!("Only {one} holds this."),
            [_, _] => format!("{holders} both get this now."),
            _ => format!("{holders} get this now."),
        };
        match &self.said {
            Some(Said { member, word }) => format!("{member} says: {word}. {goes}"),
            None => goes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_by(ring: Option<&str>, members: &[&str]) -> Made {
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        Made { audience: Audience { ring: ring.map(str::to_owned), members, ..Audience::default() }, ..Made::default() }
    }

    #[test]
    fn it_is_said_who_gets_the_words() {
        assert_eq!(held_by(None, &["Bexley"]).message(), "This stays in Bexley.");
        assert_eq!(held_by(Some("Three"), &["Bexley"]).message(), "Only Bexley holds this.");
        let two = held_by(Some("Three"), &["Bexley", "Lewisham"]);
        assert_eq!(two.message(), "Bexley and Lewisham both get this now.");
        let said = Some(Said { member: "Bexley".into(), word: "approve".into() });
        assert_eq!(Made { said, ..two }.message(), "Bexley says: approve. Bexley and Lewisham both get this now.");
    }

    #[test]
    fn json_has_the_sentence_and_is_read_by_its_facts() {
        let made = held_by(Some("Three"), &["Bexley"]);
        let json = serde_json::to_value(&made).expect("writes");
        assert_eq!(json["message"], "Only Bexley holds this.");
        assert_eq!(serde_json::from_value::<Made>(json).expect("reads"), made);
    }
}
