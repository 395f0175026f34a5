//! A seat says its word.

use tally_control::{Exit, Failure, Made};
use tally_record::{find_statement, statements};
use tally_replica::{Command, Reply};
use tally_sovereign::Seat;

use super::naming::Place;
use super::writing::unexpected;
use super::{Service, guarding, shape, who};

/// What a seat says.
pub(super) struct Said {
    pub(super) word: String,
    pub(super) note: Option<String>,
    pub(super) authority: Option<String>,
    pub(super) version: Option<String>,
}

impl Service {
    pub(super) async fn respond(&self, id: &str, said: Said, seat: Option<Seat>) -> Result<Made, Failure> {
        let what = "Nothing was said";
        let plain = said.word.trim().to_lowercase().replace([' ', '-'], "_");
        let Some(word) = find_statement(&plain) else {
            let known: Vec<&str> = statements().iter().map(|word| word.name).collect();
            return Err(Failure::new(
                Exit::Usage,
                what,
                format!("{:?} is no word of a statement; they are: {}", said.word, known.join(", ")),
                "Say one of these words.",
            ));
        };
        let note = said.note.filter(|note| !note.trim().is_empty());
        if word.needs_note && note.is_none() {
            return Err(Failure::new(
                Exit::Usage,
                what,
                format!("{} says nothing without a note", word.label.to_lowercase()),
                "Add --note TEXT.",
            ));
        }
        let seat = who::must_act(seat, what)?;
        if word.needs_vote && !seat.votes() {
            return Err(Failure::new(
                Exit::NotPermitted,
                what,
                format!(
                    "only a seat with a vote may {}, and {} is {}",
                    word.label.to_lowercase(),
                    seat.id,
                    seat.standing
                ),
                "Comment, reply or question instead; or act as a seat that votes, with --as SEAT.",
            ));
        }
        let document = match self.place(what, id).await? {
            Place::Shared(document) => document,
            Place::Local(_) => {
                return Err(Failure::new(
                    Exit::Failed,
                    what,
                    "it is a local record, and nobody else has it to respond to",
                    "Share what is final with `tally share ID --in RING`; others respond to that.",
                ));
            }
        };
        let words = [("note", note.as_deref()), ("authority", said.authority.as_deref())];
        guarding::check_said(what, words.into_iter().filter_map(|(name, words)| Some((name, words?))))?;
        let version = match &said.version {
            Some(given) => Some(self.version_at(what, document, given).await?),
            None => None,
        };
        let command = Command::State {
            document,
            version: version.map(Into::into),
            word: word.name.to_owned(),
            note,
            authority: said.authority,
            speaker: who::speaker(what, &seat)?,
        };
        let Reply::Stated { entry, version, .. } = self.core.command(command).await.map_err(|u| u.failure(what))?
        else {
            return Err(unexpected(what));
        };
        let mut made = self.made_shared(what, document, Some(entry)).await?;
        made.statement = Some(entry.to_string());
        made.version = version.to_string();
        made.message =
            format!("{} says: {}. {}", self.home.name(), shape::label(word.name).to_lowercase(), made.message);
        Ok(made)
    }
}
