use tally_control::{
    Ask, CoreFault, DoorFault, EditFault, Events, Exit, Failure, LogList, LogShow, LogVerify, Peers, RecordAdd,
    RecordContributions, RecordDiff, RecordHistory, RecordList, RecordMove, RecordNew, RecordSet, RecordSettle,
    RecordShow, Refusal, RegisterShow, Respond, RingList, RingTake, SeatAdd, SeatList, Share, Status, StoreFault, Sync,
    ViewsRebuild, Why,
};

/// What was not done, where a request was refused.
fn undone(request: &str) -> &'static str {
    match request {
        Status::NAME => "The status was not shown",
        Peers::NAME => "The partners were not shown",
        Sync::NAME => "The copies were not shown",
        Why::NAME => "No cause was found",
        RingList::NAME => "The ring was not shown",
        RingTake::NAME => "The invitation was not taken",
        RecordNew::NAME => "No record was made",
        RecordSet::NAME => "The record was not changed",
        RecordAdd::NAME => "No line was added",
        RecordMove::NAME => "The record was not moved",
        RecordSettle::NAME => "The answers were not settled",
        RecordShow::NAME => "The record was not shown",
        RecordList::NAME => "The records were not listed",
        RecordHistory::NAME => "The history was not shown",
        RecordContributions::NAME => "It was not shown who worked on the record",
        RecordDiff::NAME => "The versions were not compared",
        Respond::NAME => "Nothing was said",
        Share::NAME => "Nothing was shared",
        RegisterShow::NAME => "The register was not shown",
        SeatAdd::NAME => "The seat was not added",
        SeatList::NAME => "The seats were not listed",
        LogList::NAME => "The logs were not shown",
        LogShow::NAME => "The entry was not shown",
        LogVerify::NAME => "Nothing was checked",
        ViewsRebuild::NAME => "The views were not rebuilt",
        Events::NAME => "No events were told",
        _ => "It was not done",
    }
}

/// A request that the node refused.
pub(crate) fn refused(request: &str, refusal: &Refusal) -> Failure {
    let what = match refusal {
        Refusal::NoSuchSeat { .. } | Refusal::NotTheirSeat { .. } => "No seat to act as",
        Refusal::NotPermitted => "Not permitted",
        Refusal::NotUnderstood { .. } | Refusal::Newer => "The request was not understood",
        Refusal::AnswerTooLong { .. } => "The answer was not given",
        _ => undone(request),
    };
    let (exit, hint) = hint(refusal);
    Failure::new(exit, what, refusal.to_string(), hint)
}

fn hint(refusal: &Refusal) -> (Exit, &'static str) {
    match refusal {
        Refusal::NoSuchRecord { .. } => {
            (Exit::Failed, "`tally record list` shows what is here, with the names to use.")
        }
        Refusal::NoSuch { .. } => (Exit::Failed, "Use one of these names, or the beginning of an id."),
        Refusal::Ambiguous { .. } => (Exit::Usage, "Use the beginning of the id of the one you mean."),
        Refusal::UnknownKind { .. } => (Exit::Usage, "`tally record types` says what each is for."),
        Refusal::Value { .. } => {
            (Exit::Usage, "`tally record types KIND` lists the fields with their words and forms.")
        }
        Refusal::Edit { fault, .. } => edit(*fault),
        Refusal::NotByHand { state: true, .. } => (Exit::Usage, "Move the record with `tally record move ID STATE`."),
        Refusal::NotByHand { state: false, .. } => (Exit::Usage, "It is given when the record is made."),
        Refusal::OnlyWithoutRing => (Exit::Usage, "Add --in RING, or leave --only out for a local record."),
        Refusal::Move { .. } => (Exit::Failed, "Move it by the steps that are allowed."),
        Refusal::NotOurs { .. } => (
            Exit::NotPermitted,
            "Respond to it instead: `tally respond ID comment --note TEXT`, or reply, question, object.",
        ),
        Refusal::OneMember => (Exit::Usage, "Say what to keep with --set VALUE."),
        Refusal::NotOpen { .. } => (Exit::Failed, "`tally record show ID` shows the answers."),
        Refusal::SeveralAnswers { .. } => (Exit::Failed, "Say what to keep with --set VALUE."),
        Refusal::NoAnswer { .. } => (Exit::Failed, "Keep one of theirs, or say what to keep with --set VALUE."),
        Refusal::NotAVersion { .. } => {
            (Exit::Usage, "Copy it from `tally record show ID` or `tally record history ID`.")
        }
        Refusal::NotYet { .. } => (Exit::Failed, "`tally record history ID` says when it was made."),
        Refusal::NotADay { .. } => (Exit::Usage, "A day looks like 2021-07-12."),
        Refusal::NeverAgreed => (Exit::Failed, "Compare two versions by name, or use --since DATE."),
        Refusal::UnknownWord { .. } => (Exit::Usage, "Say one of these words."),
        Refusal::NeedsNote { .. } => (Exit::Usage, "Add --note TEXT."),
        Refusal::NeedsVote { .. } => {
            (Exit::NotPermitted, "Comment, reply or question instead; or act as a seat that votes, with --as SEAT.")
        }
        Refusal::Local => {
            (Exit::Failed, "Share what is final with `tally share ID --in RING`; others respond to that.")
        }
        Refusal::SharedAlready => {
            (Exit::Failed, "The door is for local records; a new edition of the ring can let others in.")
        }
        Refusal::Guard { door: false, .. } => {
            (Exit::Failed, "Say it without that; nothing was written. Words that name people stay in local records.")
        }
        Refusal::Guard { door: true, .. } => {
            (Exit::Failed, "Share other fields, or say it without that. Nothing left this member.")
        }
        Refusal::Override { .. } => (
            Exit::NotPermitted,
            "A seat with a vote may let it through with --override REASON, which is kept in the register.",
        ),
        Refusal::Door { fault } => door(fault),
        Refusal::SeatNeeded => (
            Exit::NotPermitted,
            "Name a seat with --as SEAT; `tally seat add ID --role TEXT --sector WORD` makes one, and gives it to a \
             user of this machine.",
        ),
        Refusal::NoSuchSeat { .. } => {
            (Exit::NotPermitted, "Add it with `tally seat add ID --role TEXT --sector WORD`.")
        }
        Refusal::NotTheirSeat { .. } => {
            (Exit::NotPermitted, "Act as a seat that you hold, or have this one given to you: `tally seat add`.")
        }
        Refusal::Invitation { forged: false, .. } => {
            (Exit::Failed, "Ask for it to be sent again, as a file rather than pasted text.")
        }
        Refusal::Invitation { forged: true, .. } => (
            Exit::Failed,
            "Do not use it. Ask whoever sent it by telephone what they sent, and compare the fingerprint.",
        ),
        Refusal::NotKept { .. } => {
            (Exit::Failed, "Check that the home may be written to and has space; then do it again.")
        }
        Refusal::Core { fault, .. } => core(*fault),
        Refusal::Store { fault, .. } => store(*fault),
        Refusal::LowSpace { .. } => {
            (Exit::Failed, "Free some space; the node takes words again by itself. Reading goes on as before.")
        }
        Refusal::NoViews { .. } => (Exit::Failed, "`tally views rebuild` makes them again; then look at the disk."),
        Refusal::Busy { .. } => (Exit::Failed, "Try again in a moment."),
        Refusal::Stopping => (Exit::NotRunning, "Start it again with `tally run`."),
        Refusal::NotPermitted => (Exit::NotPermitted, "Run the command as that user, for example with sudo -u."),
        Refusal::NotUnderstood { .. } => {
            (Exit::Usage, "Use the command and the node of one version: stop the node and start it again.")
        }
        Refusal::Newer => (Exit::Usage, "Stop the node and start it again with the newer version."),
        Refusal::AnswerTooLong { .. } => (Exit::Failed, "Ask for less at once: one kind, one ring, or one record."),
    }
}

fn edit(fault: EditFault) -> (Exit, &'static str) {
    match fault {
        EditFault::UnknownField | EditFault::WordNotAllowed => {
            (Exit::Usage, "`tally record types KIND` lists the fields and their words.")
        }
        EditFault::WrongKind | EditFault::BadDate | EditFault::Twice => {
            (Exit::Usage, "`tally record show ID` shows what it holds.")
        }
        EditFault::UnknownVersion => {
            (Exit::Failed, "`tally record show ID` gives the present version; leave --base out to edit that one.")
        }
        EditFault::NothingChanged => (Exit::Failed, "It reads so already; nothing was written."),
        EditFault::TooMuch => (Exit::Failed, "Save it in parts."),
        EditFault::TextTooLong => (Exit::Failed, "Shorten it, or put the rest in another record."),
        EditFault::UnknownLine => (Exit::Failed, "`tally record show ID` shows the lines."),
        EditFault::Other => (Exit::Failed, "`tally record show ID` shows what it holds."),
    }
}

fn core(fault: CoreFault) -> (Exit, &'static str) {
    match fault {
        CoreFault::Unknown => (Exit::Failed, "`tally ring list` and `tally record list` show what is here."),
        CoreFault::NotComplete => {
            (Exit::Pending, "`tally ring list` shows who has not signed; they run `tally ring join FILE`.")
        }
        CoreFault::NotListed | CoreFault::Observer => {
            (Exit::NotPermitted, "A new edition of the ring can change who takes part and how.")
        }
        CoreFault::NotHome => (
            Exit::NotPermitted,
            "Say what you think of it instead: `tally respond ID comment --note TEXT`, or object, reply, question.",
        ),
        CoreFault::Audience => (Exit::Usage, "Name members of the ring with --only; this member is always among them."),
        CoreFault::UnknownKind => (Exit::Usage, "`tally record types` lists the kinds; a newer version may know more."),
        CoreFault::BornLocal => (
            Exit::Failed,
            "Make it here without --in, and let the checked final text out with `tally share ID --in RING`.",
        ),
        CoreFault::UnknownVersion => {
            (Exit::Failed, "`tally record history ID` lists the versions; one of another member may not be here yet.")
        }
        CoreFault::AwaitsOwn => (Exit::Pending, "They come from partners: `tally status` says who is not connected."),
        CoreFault::Stopped => (Exit::Attention, "Keep the home as it is, and look at the node's log."),
        CoreFault::Edition => (Exit::Failed, "Ask whoever sent it for the newest text."),
        CoreFault::Draft => (Exit::Failed, "Say it in fewer words, or in parts."),
        CoreFault::Limit => (Exit::Failed, "The edition of the ring sets this limit; a new edition can raise it."),
        CoreFault::Void => (Exit::Failed, "Nothing was written; every member would have refused it."),
    }
}

fn store(fault: StoreFault) -> (Exit, &'static str) {
    match fault {
        StoreFault::Unknown => (Exit::Failed, "`tally record list --local` shows what is here."),
        StoreFault::Ambiguous => (Exit::Usage, "Give more of the id."),
        StoreFault::UnknownVersion => (Exit::Failed, "`tally record history ID` lists the versions."),
        StoreFault::People => (Exit::Usage, "`tally seat list` shows the seats."),
        StoreFault::Write => (Exit::Failed, "Free some space on the disk; reading goes on as before."),
        StoreFault::Read => (Exit::Failed, "Look at the disk; or put the home back from a backup."),
    }
}

fn door(fault: &DoorFault) -> (Exit, &'static str) {
    match fault {
        DoorFault::NoBasis | DoorFault::NoFields | DoorFault::UnknownField { .. } => {
            (Exit::Usage, "`tally share ID --in RING --fields A,B --basis TEXT`")
        }
        DoorFault::NoSeat => (Exit::NotPermitted, "Name a seat with --as SEAT."),
        DoorFault::CaseInformation => {
            (Exit::Failed, "Write down what was learnt as a record of its own, in which nobody can be recognised.")
        }
        DoorFault::NoHolders => (Exit::Failed, "Share it with a ring in which others take part."),
        DoorFault::StaysHome { .. }
        | DoorFault::Empty { .. }
        | DoorFault::Unsettled { .. }
        | DoorFault::NamesLocalRecord { .. } => {
            (Exit::Failed, "Choose other fields, or put this one right first: `tally record set ID FIELD=VALUE`.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_says_what_was_not_done() {
        macro_rules! names {
            ($($request:ident,)*) => { [$(<tally_control::$request as Ask>::NAME),*] };
        }
        for name in tally_control::for_each_request!(names) {
            assert_ne!(undone(name), undone("none"), "{name}");
        }
    }

    #[test]
    fn a_refusal_becomes_what_why_and_what_helps() {
        let failure = refused(RecordSet::NAME, &Refusal::NotByHand { field: "state".into(), state: true });
        assert_eq!((failure.exit, failure.what.as_str()), (Exit::Usage, "The record was not changed"));
        assert_eq!(failure.why, "state is not set by hand");
        assert!(failure.hint.contains("tally record move"));
    }
}
