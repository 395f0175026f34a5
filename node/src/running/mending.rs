//! After damage: waits until the lost entries have come back from partners, where they were not in memory, and has what
//! the disk lost written again.

use std::time::Duration;

use tally_replica::{Query, QueryAnswer};
use tally_service::SharedCondition;

use super::core::{CoreHandle, LoopRequest};

/// How often it looks: soon enough for somebody who waits, seldom enough to cost nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs for ever: damage may be found at any check.
pub(super) async fn mend(core: CoreHandle, shared: SharedCondition) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let damage = shared.with(|shared| shared.damage.clone());
        if damage.is_empty() {
            continue;
        }
        if !shared.with(|shared| shared.damaged_at_start) {
            core.request(LoopRequest::MakeGood).await;
            continue;
        }
        let (Ok(QueryAnswer::Logs(logs)), Ok(QueryAnswer::Partners(partners))) =
            (core.look(Query::Logs).await, core.look(Query::Partners).await)
        else {
            return;
        };
        let (short, receipts) = shared.with(|shared| (shared.short.clone(), shared.receipts.clone()));
        let all_here = short.iter().all(|(log, until)| {
            logs.iter().any(|held| {
                held.log == *log
                    && (held.frozen_after.is_some()
                        || held.position.is_some_and(|position| position.sequence >= *until))
            })
        });
        // What was lost at the end of a log shows only beside a partner's copy.
        let compared = partners.is_empty()
            || partners.iter().any(|partner| {
                partner.connected && partner.cleared && partner.ahead == 0 && receipts.contains(&partner.node)
            });
        if all_here && compared {
            core.request(LoopRequest::MakeGood).await;
        }
    }
}
