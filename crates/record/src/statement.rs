/// Groups words of which a seat's newest on one matter replaces its older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Approve, object, abstain: on the exact version.
    Approval,
    /// Sign-off of a text for publication: on the exact version.
    SignOff,
    /// Adopt or decline, for the member's own area.
    Adoption,
    /// A promise of money.
    Funding,
    /// Coming to a meeting.
    Attendance,
    /// Having read a version.
    Receipt,
    /// A promise of confidentiality.
    Confidentiality,
    /// Words that stand beside each other; none replaces another.
    Remark,
}

impl Family {
    /// Returns whether a newer word of the same seat replaces only one on the same version.
    ///
    /// An approval of the text in force outlives the same seat's word on a later draft.
    #[must_use]
    pub fn is_by_version(self) -> bool {
        matches!(self, Self::Approval | Self::SignOff | Self::Receipt)
    }
}

/// One word a seat can say about a version of a record.
#[derive(Debug, PartialEq, Eq)]
pub struct StatementWord {
    /// The word on commands and in entries.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The words of the same seat that it may replace or be replaced by.
    pub family: Family,
    /// Whether it is agreement that binds its seat to the exact version.
    pub binds: bool,
    /// Whether it says nothing without a note.
    pub needs_note: bool,
    /// Whether only a seat with a vote may say it (rule R24).
    pub needs_vote: bool,
}

const fn word(name: &'static str, label: &'static str, family: Family) -> StatementWord {
    StatementWord { name, label, family, binds: false, needs_note: false, needs_vote: false }
}

const fn binding(name: &'static str, label: &'static str, family: Family) -> StatementWord {
    StatementWord { name, label, family, binds: true, needs_note: false, needs_vote: true }
}

const fn with_vote(name: &'static str, label: &'static str, family: Family) -> StatementWord {
    StatementWord { name, label, family, binds: false, needs_note: false, needs_vote: true }
}

const fn noted(word: StatementWord) -> StatementWord {
    StatementWord { needs_note: true, ..word }
}

const fn remark(name: &'static str, label: &'static str) -> StatementWord {
    noted(word(name, label, Family::Remark))
}

/// Every word of a statement, in the order people are offered them.
static STATEMENTS: [StatementWord; 21] = [
    binding("approve", "Approve", Family::Approval),
    noted(with_vote("object", "Object", Family::Approval)),
    with_vote("abstain", "Abstain", Family::Approval),
    binding("sign_off", "Sign off", Family::SignOff),
    binding("adopt", "Adopt for our area", Family::Adoption),
    noted(with_vote("decline", "Decline for our area", Family::Adoption)),
    binding("confirm_funding", "Confirm funding", Family::Funding),
    word("acknowledge", "Acknowledge", Family::Receipt),
    word("noted", "Noted", Family::Receipt),
    word("cascaded", "Cascaded to practitioners", Family::Remark),
    remark("reply", "Reply"),
    remark("comment", "Comment"),
    remark("question", "Question"),
    remark("feedback", "Feedback"),
    remark("progress", "Progress"),
    remark("take_home", "What we take home"),
    remark("observe", "Observation"),
    word("available", "Available", Family::Attendance),
    word("attend", "Will attend", Family::Attendance),
    word("apologise", "Apologies", Family::Attendance),
    word("declare_confidentiality", "Declare confidentiality", Family::Confidentiality),
];

/// Returns every word of a statement.
#[must_use]
pub fn statements() -> &'static [StatementWord] {
    &STATEMENTS
}

/// Returns the statement that a word names.
#[must_use]
pub fn find_statement(name: &str) -> Option<&'static StatementWord> {
    STATEMENTS.iter().find(|s| s.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of T15 in the catalogue of the field, with the two that the commands add.
    const CATALOGUE: [&str; 21] = [
        "approve",
        "object",
        "abstain",
        "sign_off",
        "adopt",
        "decline",
        "confirm_funding",
        "acknowledge",
        "cascaded",
        "reply",
        "feedback",
        "available",
        "attend",
        "apologise",
        "declare_confidentiality",
        "observe",
        "progress",
        "question",
        "take_home",
        "noted",
        "comment",
    ];

    fn said(name: &str) -> &'static StatementWord {
        find_statement(name).unwrap()
    }

    #[test]
    fn every_word_of_the_catalogue_is_here_once() {
        for name in CATALOGUE {
            assert_eq!(statements().iter().filter(|s| s.name == name).count(), 1, "{name}");
        }
        assert_eq!(statements().len(), CATALOGUE.len());
    }

    #[test]
    fn a_reply_says_nothing_without_words() {
        assert!(said("reply").needs_note);
        assert!(!said("approve").needs_note);
    }

    #[test]
    fn only_agreement_binds() {
        let binding: Vec<&str> = statements().iter().filter(|s| s.binds).map(|s| s.name).collect();
        assert_eq!(binding, ["approve", "sign_off", "adopt", "confirm_funding"]);
    }
}
