use tally_entry::{EntryId, PublicKey, RunError, Unverified, Verified, reopen_run, vouched_run};

/// The longest beginning of a log that holds and ends with a signature or with an entry that signed headers are known
/// to follow, and why it ends there.
pub(super) fn longest_believed(
    mut entries: Vec<Unverified>,
    key: &PublicKey,
    followed: impl Fn(&EntryId) -> bool,
) -> (Vec<Verified>, Option<RunError>) {
    let mut why = None;
    loop {
        let vouched = |entry: &Unverified| entry.is_signed() || followed(&entry.header().id());
        entries.truncate(entries.iter().rposition(vouched).map_or(0, |at| at + 1));
        let Some(last) = entries.last() else {
            return (Vec::new(), why);
        };
        let run = if last.is_signed() {
            reopen_run(entries.clone(), key)
        } else {
            vouched_run(entries.clone(), &last.header().id(), key)
        };
        match run {
            Ok(run) => return (run, why),
            Err(error) => {
                entries.truncate(error.at());
                why.get_or_insert(error);
            }
        }
    }
}
