//! Who changed a record, and when.

use tally_control::{Change, History, Moment, RecordHistory, Refusal};

use crate::service::{Answers, Asker, Parts, Service};

impl<P: Parts> Answers<RecordHistory> for Service<P> {
    async fn answer(&self, ask: RecordHistory, _: &Asker) -> Result<History, Refusal> {
        let (id, records) = self.found(&ask.id).await?;
        let steps = records.history(id).await?.into_iter().enumerate();
        let changes = steps.map(|(at, step)| Change {
            entry: step.entry,
            at: Moment(step.at),
            member: step.member,
            seat: step.seat,
            version: step.version.to_string(),
            summary: summary(at, &step.fields),
            fields: step.fields,
            reason: step.reason,
        });
        Ok(History { changes: changes.collect() })
    }
}

fn summary(at: usize, fields: &[String]) -> String {
    let mut top: Vec<&str> = fields.iter().filter_map(|field| field.split('/').next()).collect();
    top.dedup();
    if at == 0 {
        return "made".to_owned();
    }
    match top.as_slice() {
        [] => "changed".to_owned(),
        [tally_record::STATE] => "moved".to_owned(),
        _ => format!("changed {}", top.join(", ")),
    }
}
