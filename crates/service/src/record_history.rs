//! Who changed a record, and when.

use tally_control::{Change, History, Moment, RecordHistory, Refusal, Step};

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
            step: did(at, &step.fields),
            fields: step.fields,
            reason: step.reason,
        });
        Ok(History { changes: changes.collect() })
    }
}

fn did(at: usize, fields: &[String]) -> Step {
    let moves = |field: &String| field.split('/').next() == Some(tally_record::STATE);
    match at {
        0 => Step::Made,
        _ if !fields.is_empty() && fields.iter().all(moves) => Step::Moved,
        _ => Step::Changed,
    }
}
