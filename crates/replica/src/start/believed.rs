use tally_entry::{PublicKey, RunError, Unverified, Verified, reopen_run, vouched_run};

use crate::ledger::log::End;

/// The longest beginning of a log that holds and ends with a signature or where a fork proof ends it, and why it ends
/// there.
pub(super) fn longest_believed(
    mut entries: Vec<Unverified>,
    key: &PublicKey,
    end: Option<End>,
) -> (Vec<Verified>, Option<RunError>) {
    let mut why = None;
    let vouched = end.and_then(|end| Some((usize::try_from(end.after).ok()?, end.last?)));
    loop {
        let signed = entries.iter().rposition(Unverified::is_signed).map_or(0, |at| at + 1);
        if let Some((after, last)) = vouched
            && after > signed
            && after <= entries.len()
            && let Ok(run) = vouched_run(entries.iter().take(after).cloned().collect(), &last, key)
        {
            return (run, why);
        }
        entries.truncate(signed);
        if entries.is_empty() {
            return (Vec::new(), why);
        }
        match reopen_run(entries.clone(), key) {
            Ok(run) => return (run, why),
            Err(error) => {
                entries.truncate(error.at());
                why.get_or_insert(error);
            }
        }
    }
}
