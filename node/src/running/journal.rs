//! The journal on a thread of its own: one write and one sync for all that waits, and never a second try after a
//! failed one.

use std::thread::JoinHandle;
use std::time::Duration;

use tally_control::told;
use tally_home::{Reread, RingJournal};
use tally_replica::{Append, Ticket};
use tally_store::Damage;
use tokio::sync::{mpsc, oneshot};

/// Jobs that wait: one write, and a check beside it.
const JOBS: usize = 4;
/// How long to wait before a write is tried again that had too little space.
const RETRY: Duration = Duration::from_secs(1);

/// Work for the thread.
pub(super) enum Job {
    /// Write and sync.
    Append(Vec<Append>, Ticket),
    /// Check every byte, and read every frame.
    Reread(oneshot::Sender<Result<Reread, String>>),
    /// Write what damaged ranges held and is here, and forget the damage.
    MakeGood(Vec<Append>),
}

/// What the thread tells.
pub(super) enum Done {
    /// Everything up to this append is durable.
    Appended(Ticket),
    /// A write waits for space.
    LowSpace(String),
    /// Damaged ranges were made good, with so many frames.
    MadeGood(Vec<Damage>, usize),
    /// The process must end.
    Fatal(String),
}

/// The thread, and the way to it.
pub(super) struct JournalThread {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

impl JournalThread {
    pub(super) fn start(journal: RingJournal) -> std::io::Result<(Self, mpsc::Receiver<Done>)> {
        let (jobs, jobs_in) = mpsc::channel(JOBS);
        let (done_out, done) = mpsc::channel(JOBS);
        let thread =
            std::thread::Builder::new().name("journal".into()).spawn(move || work(journal, jobs_in, &done_out))?;
        Ok((Self { jobs, thread }, done))
    }

    /// Gives it a write. There is always a place for one, and only an ended thread does not take it.
    pub(super) fn give(&self, job: Job) -> bool {
        self.jobs.try_send(job).is_ok()
    }

    /// Gives it a job beside the writes, leaving a place for the next write: a write that found none would be lost,
    /// and what follows from it told all the same. False where there is no other place.
    pub(super) fn give_aside(&self, job: Job) -> bool {
        self.jobs.capacity() > 1 && self.give(job)
    }

    /// Lets it finish, and closes the journal.
    pub(super) fn close(self) {
        drop(self.jobs);
        // A panic of the thread has ended it as well, and what it acknowledged is on disk.
        let _ = self.thread.join();
    }
}

fn work(mut journal: RingJournal, mut jobs: mpsc::Receiver<Job>, done: &mpsc::Sender<Done>) {
    while let Some(job) = jobs.blocking_recv() {
        let tell = match job {
            Job::Append(items, upto) => append(&mut journal, &items, upto, done, &jobs),
            Job::Reread(answer) => {
                // Whoever asked may have gone; the check did no harm.
                let _ = answer.send(journal.reread().map_err(|error| told(&error)));
                continue;
            }
            Job::MakeGood(items) => make_good(&mut journal, &items),
        };
        let fatal = matches!(tell, Done::Fatal(_));
        if done.blocking_send(tell).is_err() || fatal {
            return;
        }
    }
}

fn append(
    journal: &mut RingJournal,
    items: &[Append],
    upto: Ticket,
    done: &mpsc::Sender<Done>,
    jobs: &mpsc::Receiver<Job>,
) -> Done {
    let mut told_once = false;
    loop {
        match journal.append(items) {
            Ok(()) => return Done::Appended(upto),
            Err(error) if error.is_fatal() => return Done::Fatal(told(&error)),
            Err(error) => {
                let why = told(&error);
                if jobs.is_closed() {
                    // Nobody was told that it is written, so ending without it breaks no promise.
                    return Done::Fatal(why);
                }
                if !told_once {
                    told_once = true;
                    let _ = done.blocking_send(Done::LowSpace(why));
                }
                std::thread::sleep(RETRY);
            }
        }
    }
}

fn make_good(journal: &mut RingJournal, items: &[Append]) -> Done {
    match journal.make_good(items) {
        Ok((damage, written)) => Done::MadeGood(damage, written),
        Err(error) if error.is_fatal() => Done::Fatal(told(&error)),
        Err(error) => {
            tracing::warn!(why = told(&error), "damaged ranges stay noted");
            Done::MadeGood(Vec::new(), 0)
        }
    }
}
