//! One entry is shown.

use tally_control::{Entry, LogShow, Moment, Refusal, Verdict, told};
use tally_entry::Kind;
use tally_replica::{EntryReading, LogReading, Refused, Verdict as Judged};

use crate::names::Names;
use crate::refusals;
use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<LogShow> for Service<P> {
    async fn answer(&self, ask: LogShow, _: &Asker) -> Result<Entry, Refusal> {
        let id = self.entry(&ask.entry).await?;
        let names = self.names();
        let logs = self.looking().logs().await?;
        let found = logs.iter().find_map(|log| {
            log.entries.iter().find(|entry| entry.entry == id).map(|reading| entry(reading, log, &names))
        });
        found.ok_or_else(|| refusals::core(&Refused::UnknownEntry(id)))
    }
}

pub(crate) fn entry(reading: &EntryReading, log: &LogReading, names: &Names) -> Entry {
    let header = &reading.header;
    let (verdict, why) = match &reading.verdict {
        Some(Judged::Standing) => (Verdict::Standing, None),
        Some(Judged::Void(why)) => (Verdict::Void, Some(told(why))),
        Some(Judged::Waiting) => (Verdict::Waiting, None),
        None => (if reading.aside { Verdict::Aside } else { Verdict::Waiting }, None),
    };
    Entry {
        entry: reading.entry.to_string(),
        kind: match header.kind {
            Kind::Birth => "birth".to_owned(),
            Kind::Change => "change".to_owned(),
            Kind::Statement => "statement".to_owned(),
            Kind::Seal => "seal".to_owned(),
            Kind::Unknown(number) => number.to_string(),
        },
        member: log.member.map(|member| names.member(Some(&log.log.ring), &member)),
        node: header.node.to_string(),
        incarnation: header.incarnation,
        sequence: header.sequence,
        previous: header.previous.map(|previous| previous.to_string()),
        edition: header.edition.to_string(),
        document: header.document.map(|document| document.to_string()),
        seat: header.seat.clone(),
        at: Moment(header.time),
        body_bytes: header.body_length,
        verdict,
        why,
        signed: reading.signed,
        aside: reading.aside,
    }
}
