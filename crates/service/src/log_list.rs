//! The logs are listed, with their entries.

use tally_control::{Log, LogList, Logs, Refusal};
use tally_replica::{EntryReading, LogReading};

use crate::log_show::entry;
use crate::names::Names;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<LogList> for Service<P> {
    async fn answer(&self, _: LogList, _: &Asker) -> Result<Logs, Refusal> {
        let names = self.names();
        let logs = self.looking().logs().await?;
        let mut entries: Vec<(&EntryReading, &LogReading)> =
            logs.iter().flat_map(|log| log.entries.iter().map(move |entry| (entry, log))).collect();
        entries.sort_by_key(|(entry, log)| (entry.header.time, log.log.node, entry.header.sequence));
        Ok(Logs {
            logs: logs.iter().map(|reading| log(reading, &names)).collect(),
            entries: entries.into_iter().map(|(reading, log)| entry(reading, log, &names)).collect(),
        })
    }
}

fn log(reading: &LogReading, names: &Names) -> Log {
    Log {
        ring: names.ring_name(&reading.log.ring),
        audience: reading.log.audience.to_string(),
        member: reading.member.map(|member| names.member(Some(&reading.log.ring), &member)),
        node: reading.log.node.to_string(),
        incarnation: reading.log.incarnation,
        entries: reading.position.map_or(0, |position| position.sequence),
        head: reading.position.map(|position| position.entry.to_string()),
        frozen_after: reading.frozen_after,
    }
}
