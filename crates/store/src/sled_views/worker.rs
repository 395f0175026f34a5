//! A thread that owns a thing that may hang or panic, and callers that never wait for it longer than they said.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::views::ViewError;

/// Calls that may wait: more than the pages of one member ask for at once.
const QUEUE: usize = 256;

/// How long a thread gets to close the database when its handle is dropped.
const CLOSE: Duration = Duration::from_secs(10);

type Job<T> = Box<dyn FnOnce(&mut T) -> After + Send>;

/// Whether the thread goes on after a job.
#[derive(PartialEq, Eq)]
enum After {
    On,
    End,
}

/// The callers' side of the thread.
pub(super) struct Worker<T> {
    jobs: Option<SyncSender<Job<T>>>,
    ended: Mutex<Receiver<()>>,
    stopped: AtomicBool,
}

impl<T> fmt::Debug for Worker<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Worker").field("stopped", &self.stopped).finish_non_exhaustive()
    }
}

impl<T: 'static> Worker<T> {
    /// Starts the thread, which opens the thing and checks it, all within the deadline.
    ///
    /// A thread that misses it is left behind: nothing can stop a thread that waits for ever.
    pub(super) fn start(
        open: impl FnOnce() -> Result<T, ViewError> + Send + 'static,
        check: impl FnOnce(&mut T) -> Result<(), ViewError> + Send + 'static,
        deadline: Duration,
    ) -> Result<Self, ViewError> {
        let (jobs, queue) = sync_channel::<Job<T>>(QUEUE);
        let (tell, opened) = sync_channel(1);
        let (end, ended) = sync_channel::<()>(1);
        thread::Builder::new()
            .name("views".to_owned())
            .spawn(move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| {
                    let mut thing = open()?;
                    check(&mut thing)?;
                    Ok(thing)
                }));
                match outcome {
                    Ok(Ok(thing)) => {
                        let _ = tell.send(Ok(()));
                        run(thing, &queue);
                    }
                    Ok(Err(error)) => {
                        let _ = tell.send(Err(error));
                    }
                    Err(_) => {
                        let _ = tell.send(Err(ViewError::Panicked));
                    }
                }
                drop(end);
            })
            .map_err(ViewError::Io)?;
        match opened.recv_timeout(deadline) {
            Ok(Ok(())) => Ok(Self { jobs: Some(jobs), ended: Mutex::new(ended), stopped: AtomicBool::new(false) }),
            Ok(Err(error)) => Err(error),
            Err(RecvTimeoutError::Timeout) => Err(ViewError::TooSlow { deadline }),
            Err(RecvTimeoutError::Disconnected) => Err(ViewError::Panicked),
        }
    }

    /// Has the thread do a job and waits for its answer, no longer than the deadline.
    pub(super) fn call<R: Send + 'static>(
        &self,
        deadline: Duration,
        job: impl FnOnce(&mut T) -> Result<R, ViewError> + Send + 'static,
    ) -> Result<R, ViewError> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(ViewError::Stopped);
        }
        let (answer, answered) = sync_channel(1);
        let job: Job<T> = Box::new(move |thing| {
            let result = catch_unwind(AssertUnwindSafe(|| job(thing)));
            let after = if result.is_ok() { After::On } else { After::End };
            let _ = answer.send(result.unwrap_or(Err(ViewError::Panicked)));
            after
        });
        let Some(jobs) = &self.jobs else {
            return Err(ViewError::Stopped);
        };
        match jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(ViewError::Busy),
            Err(TrySendError::Disconnected(_)) => return Err(ViewError::Stopped),
        }
        let result = answered.recv_timeout(deadline).unwrap_or_else(|error| match error {
            RecvTimeoutError::Timeout => Err(ViewError::TooSlow { deadline }),
            RecvTimeoutError::Disconnected => Err(ViewError::Stopped),
        });
        if matches!(result, Err(ViewError::TooSlow { .. } | ViewError::Panicked)) {
            self.stopped.store(true, Ordering::Release);
        }
        result
    }
}

fn run<T>(mut thing: T, queue: &Receiver<Job<T>>) {
    while let Ok(job) = queue.recv() {
        if job(&mut thing) == After::End {
            break;
        }
    }
    // Closing may panic as well, and then there is nothing left to save.
    let _ = catch_unwind(AssertUnwindSafe(move || drop(thing)));
}

impl<T> Drop for Worker<T> {
    fn drop(&mut self) {
        self.jobs = None;
        if !self.stopped.load(Ordering::Acquire) {
            // Either way the wait is over: the channel closes when the thread has closed the database.
            let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
            let _ = ended.recv_timeout(CLOSE);
        }
    }
}
