use std::thread;
use std::time::{Duration, Instant};

use crate::error::StageError;

/// How often something awaited is looked at again: nodes on one machine settle in tens of milliseconds.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Looks again and again until something is there.
///
/// # Errors
/// When it is not there within the limit, or looking fails.
pub fn until<T, E: From<StageError>>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<Option<T>, E>,
) -> Result<T, E> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            return Err(StageError::NotInTime { what: what.to_owned(), limit }.into());
        }
        thread::sleep(LOOK_AGAIN);
    }
}
