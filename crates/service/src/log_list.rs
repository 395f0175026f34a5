//! The logs are listed, with their entries.

use tally_control::{Log, LogList, Logs, Refusal};
use tally_replica::{EntryReading, LogReading};

use crate::log_show::entry;
use crate::names::Names;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<LogList> for Service<P> {
    async fn answer(&self, _: LogList, _: &Asker) -> Result<Logs, Refusal> {
        let names = self.names();
        let sights = self.looking().logs().await?;
        let mut entries: Vec<(&EntryReading, &LogReading)> =
            sights.iter().flat_map(|log| log.entries.iter().map(move |entry| (entry, log))).collect();
        entries.sort_by_key(|(entry, log)| (entry.header.time, log.log.node, entry.header.sequence));
        Ok(Logs {
            logs: sights.iter().map(|sight| log(sight, &names)).collect(),
            entries: entries.into_iter().map(|(sight, log)| entry(sight, log, &names)).collect(),
        })
    }
}

fn log(sight: &LogReading, names: &Names) -> Log {
    Log {
        ring: names.ring_name(&sight.log.ring),
        audience: sight.log.audience.to_string(),
        member: sight.member.map(|member| names.member(Some(&sight.log.ring), &member)),
        node: sight.log.node.to_string(),
        incarnation: sight.log.incarnation,
        entries: sight.position.map_or(0, |position| position.sequence),
        head: sight.position.map(|position| position.entry.to_string()),
        frozen_after: sight.frozen_after,
    }
}
