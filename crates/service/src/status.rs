//! How the node is.

use std::collections::{BTreeMap, BTreeSet};

use tally_control::{Health, NodeStatus, Refusal, Status};
use tally_entry::MemberId;
use tally_replica::{CopyStatus as CopyHeld, Verdict};

use crate::problems;
use crate::service::{Answers, Asker, Parts, Service};
use crate::views::Filter;

impl<P: Parts> Answers<Status> for Service<P> {
    async fn answer(&self, _: Status, _: &Asker) -> Result<NodeStatus, Refusal> {
        let names = self.names();
        let partners = self.looking().partners().await?;
        let copies = self.looking().copies(None).await?;
        let logs = self.looking().logs().await?;
        let records = self.rows(&Filter { attention: true, ..Filter::default() }).await?;
        let others: BTreeSet<MemberId> = names.everybody().into_keys().filter(|member| *member != names.me).collect();
        let connected: BTreeSet<MemberId> =
            partners.iter().filter(|partner| partner.connected).map(|partner| partner.member).collect();
        let lacking = |holds: &BTreeMap<MemberId, CopyHeld>| {
            holds.iter().any(|(member, copy)| {
                *member != names.me && !matches!(copy, CopyHeld::Confirmed { .. } | CopyHeld::Ahead { .. })
            })
        };
        let waiting =
            logs.iter().flat_map(|log| &log.entries).filter(|entry| entry.verdict == Some(Verdict::Waiting)).count()
                as u64;
        let mut problems = self.condition.with(|condition| {
            let mut problems = problems::own_problems(condition);
            problems.extend(problems::local_problem(condition));
            problems.extend(problems::older_copy_problem(condition, &names, &partners));
            problems
        });
        problems.extend(problems::ring_problems(&names));
        problems.extend(problems::silent_problems(&names, &partners, &others, &connected));
        problems.extend(problems::log_problems(&names, &logs));
        problems.extend(records.iter().filter_map(problems::record_problem));
        Ok(NodeStatus {
            verdict: if problems.is_empty() { Health::Ok } else { Health::NeedsAttention },
            problems,
            member: names.name.clone(),
            members_connected: connected.intersection(&others).count() as u64,
            members_total: others.len() as u64,
            records_behind: copies.iter().filter(|(_, holds)| lacking(holds)).count() as u64,
            waiting,
            last_backup: None,
        })
    }
}
