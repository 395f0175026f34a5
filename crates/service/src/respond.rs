//! A seat says its word.

use std::collections::BTreeSet;

use tally_control::{Made, Refusal, Respond, Said};
use tally_record::acting;
use tally_replica::{Command, Reply};

use crate::core::Core;
use crate::naming::FoundRecord;
use crate::records::Records;
use crate::records::versions;
use crate::service::{Answers, Asker, Parts, Service};
use crate::{refusals, who};

impl<P: Parts> Answers<Respond> for Service<P> {
    async fn answer(&self, ask: Respond, by: &Asker) -> Result<Made, Refusal> {
        let seat = self.seat(by).await?;
        let note = ask.note.filter(|note| !note.trim().is_empty());
        // What the word lacks is told before who speaks is asked.
        acting::say(&ask.word, note.as_deref(), true).map_err(|error| refusals::saying(error, None))?;
        let seat = who::must_act(seat)?;
        let word = acting::say(&ask.word, note.as_deref(), seat.votes())
            .map_err(|error| refusals::saying(error, Some(&seat)))?;
        let FoundRecord::Shared(document) = self.find_record(&ask.id).await? else {
            return Err(Refusal::Local);
        };
        let records = self.shared_records();
        let version = match &ask.version {
            Some(given) => Some(versions::at(&records.history(document).await?, given)?.into()),
            None => None,
        };
        let command = Command::State {
            document,
            version,
            word: word.name.to_owned(),
            note,
            authority: ask.authority,
            overridden: BTreeSet::new(),
            speaker: who::speaker(&seat),
        };
        let Reply::Stated { entry, version, record } = self.core.command(command).await? else {
            return Err(Refusal::Stopping);
        };
        let mut made = records.made(&record, entry);
        made.statement = Some(entry.to_string());
        made.version = version.to_string();
        made.said = Some(Said { member: self.names().name.clone(), word: word.label.to_lowercase() });
        Ok(made)
    }
}
