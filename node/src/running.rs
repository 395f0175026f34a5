//! `tally run`: the node in the foreground, from the lock on its home to a clean end.

mod core;
mod driver;
mod journal;
mod lines;
mod mending;
mod news;
mod parts;
mod ring_names;
mod socket;
mod tap;
mod views;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tally_control::{Exit, Failure, Happening, LogVerify, Moment, SCHEMA};
use tally_entry::{LogId, Time};
use tally_home::{Found, Home, RingJournal};
use tally_net::{Config, Net, StartError};
use tally_replica::{Command, Identity, Query, QueryAnswer, Replica, Stored};
use tally_service::{Answers as _, Asker, Core as _, Names, SharedCondition};
use tally_store::{DiskGuard, FenceCheck, GuardLimits, RealDisk};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::failure::failure;
use crate::moment::{self, Clock};
use core::CoreHandle;
use driver::{Driver, Ended, LoopInputs};
use journal::JournalThread;
use lines::Lines;
use news::News;
use parts::{HomePapers, NodeService};
use ring_names::RingNames;
use tally_home::look;

/// How long a clean stop may take to write what is on its way.
const STOP_TIME: Duration = Duration::from_secs(10);

/// How long a reader of standard output is given to read the last lines.
const OUTPUT_TIME: Duration = Duration::from_secs(1);

/// How often everything held is checked: rot is found before a second copy of it is likely to rot as well.
const CHECK_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Clone, Debug, Default)]
pub(crate) struct RunOptions {
    /// Where to listen, instead of where the settings say.
    pub(crate) listen: Vec<String>,
    /// Whether events go to standard output, a JSON object a line.
    pub(crate) json: bool,
    /// Whether to print nothing but failures.
    pub(crate) quiet: bool,
    /// Where every frame that leaves is written as well.
    pub(crate) frames: Option<PathBuf>,
}

/// Runs the node of a home until it is told to stop.
pub(crate) async fn run(home: Home, options: RunOptions) -> Result<(), Failure> {
    // Signals are caught before anything is opened, so that none of them ends the process half way.
    let mut signals = Signals::new()?;
    let mut clock = Clock::start();
    let keys = home.node_keys().map_err(failure)?;
    let (journal, found) = RingJournal::open(&home).map_err(failure)?;
    let shared = SharedCondition::default();
    let lines = if options.json { Some(open_output()?) } else { None };
    let news = News::new(lines.clone());
    let identity = Identity { member: home.member(), key: keys.entry() };
    let mut replica = Replica::new(identity, *tally_home::random().map_err(failure)?);
    note(&found, &shared, clock.now());
    let reached = reached(&found.frames);
    let reopened = replica.reopen(found.frames);
    shared.with(|shared| {
        let short = reopened.short.iter();
        shared.short =
            short.map(|short| (short.log, reached.get(&short.log).copied().unwrap_or(short.until))).collect();
    });
    // What the core requests at once is carried out when the loop runs; looking at the core must not lose it.
    let early: Vec<_> = std::iter::from_fn(|| replica.poll_output()).collect();
    let state = views::state_of(&mut replica, clock.now());
    let names = watch::Sender::new(Arc::new(names(&home, &mut replica, clock.now())));
    let (store, local) = home.open_local().map_err(failure)?;
    shared.with(|shared| {
        shared.local_damage = local.damaged;
        shared.local_gone = local.gone;
        shared.local_kept = home.local_journal_folder().display().to_string();
    });
    let listen = if options.listen.is_empty() { home.settings().listen.clone() } else { options.listen.clone() };
    let tap = options.frames.as_deref().map(tap::open).transpose()?;
    let config = Config { tap, ..Config::new(*keys.transport_seed(), listen) };
    let (net, net_events) = Net::start(config).await.map_err(|e| not_listening(&e))?;
    let listening = net.listening();
    let announced =
        if home.settings().announce.is_empty() { dialable(&listening) } else { home.settings().announce.clone() };
    shared.with(|shared| {
        shared.listening.clone_from(&listening);
        shared.announced.clone_from(&announced);
    });
    let guard = guard(&home)?;
    let (core, requests) = CoreHandle::new(shared.clone(), news.clone());
    let opened = views::open(&home.views_folder(), &state, core.clone(), names.subscribe())
        .map_err(|error| thread_failure(&error))?;
    shared.with(|shared| {
        for (node, at) in opened.heard {
            shared.contacts.entry(node).or_default().heard = Some(at);
        }
    });
    let (journal, done) = JournalThread::start(journal).map_err(|error| thread_failure(&error))?;
    let socket = home.prepare_socket().and_then(|path| Ok((socket::bind(&path)?, path)));
    let (listener, path) = socket.map_err(|error| {
        Failure::new(
            Exit::Failed,
            "The node was not started",
            format!("its control socket cannot be opened: {error}"),
            "Check that the home may be written to by the user that runs the node.",
        )
    })?;
    let service = Arc::new(NodeService::new(
        core.clone(),
        opened.desk,
        HomePapers(home.clone()),
        store,
        names.subscribe(),
        shared.clone(),
        moment::now,
    ));
    let mut driver = Driver::new(
        replica,
        clock,
        net,
        guard,
        journal,
        shared.clone(),
        news.clone(),
        opened.dirty,
        RingNames::new(names),
    );
    early.into_iter().for_each(|output| driver.carry(output));
    let mut inputs = LoopInputs { done, net: net_events, requests };
    ready(&options, lines.as_ref(), &listening, &path);
    tell_findings(&shared, &news, found.fence);
    let serving = tokio::spawn(socket::serve(listener, Arc::clone(&service)));
    let mending = tokio::spawn(mending::mend(core.clone(), shared.clone()));
    let checking = tokio::spawn(check_daily(Arc::clone(&service)));
    let beginning = tokio::spawn(begin(core.clone(), announced, Arc::clone(&service)));
    let ended = driver.run(&mut inputs, signals.stop()).await;
    news.tell(moment::now(), Happening::Stopping, []);
    serving.abort();
    mending.abort();
    checking.abort();
    beginning.abort();
    // Fails only where somebody has already removed it.
    let _ = std::fs::remove_file(&path);
    let result = match ended {
        Ended::Fatal(why) => Err(why),
        Ended::Stopped => {
            let flushed = driver.flush(&mut inputs, STOP_TIME).await;
            let state = views::state_of(&mut driver.replica, moment::now());
            let heard = shared.with(|shared| {
                shared.contacts.iter().filter_map(|(node, contact)| Some((*node, contact.heard?))).collect()
            });
            driver.close(inputs).await;
            // A panic of the thread has ended it as well, and the next start makes the views.
            let _ = tokio::task::spawn_blocking(move || opened.thread.close(state, heard)).await;
            flushed
        }
    };
    if let Some(lines) = lines {
        lines.close(OUTPUT_TIME);
    }
    result.map_err(|why| fatal(&why))
}

/// Checks everything held once a day: what rotted is named, and written again from what is in memory.
async fn check_daily(service: Arc<NodeService>) {
    loop {
        tokio::time::sleep(CHECK_EVERY).await;
        match service.answer(LogVerify {}, &Asker::default()).await {
            Ok(verified) => {
                for fault in &verified.faults {
                    tracing::error!(%fault, "the daily check found something");
                }
                tracing::info!(entries = verified.entries, seconds = verified.seconds, "the daily check is done");
            }
            Err(why) => tracing::warn!(%why, "the daily check was not made"),
        }
    }
}

/// What is done once the loop runs: partners are told where we are, and the register is made whole.
async fn begin(core: CoreHandle, announced: Vec<String>, service: Arc<NodeService>) {
    if let Err(why) = core.command(Command::Announce(announced)).await {
        tracing::warn!(?why, "partners are not told where this node listens");
    }
    service.settle_register().await;
}

/// This member and the rings as the core has them at the start.
fn names(home: &Home, replica: &mut Replica, now: Time) -> Names {
    let mut names = Names::new(home.member(), home.name().to_owned());
    if let Some(QueryAnswer::Rings(rings)) = look(replica, now, Query::Rings) {
        names.rings = rings;
    }
    names
}

/// Of the addresses a node listens at, those that others can use: none of this machine's inside, if there are others.
fn dialable(listening: &[String]) -> Vec<String> {
    let inside = |address: &&String| address.starts_with("/ip4/127.") || address.starts_with("/ip6/::1/");
    let outside: Vec<String> = listening.iter().filter(|address| !inside(address)).cloned().collect();
    let mut chosen = if outside.is_empty() { listening.to_vec() } else { outside };
    // As many as a notice holds.
    chosen.truncate(16);
    chosen
}

/// Standard output, for the lines of `--json`.
fn open_output() -> Result<Lines, Failure> {
    Lines::start(std::io::stdout(), |count| news::line(&news::missed(count))).map_err(|error| thread_failure(&error))
}

fn ready(options: &RunOptions, lines: Option<&Lines>, listening: &[String], socket: &std::path::Path) {
    if let Some(lines) = lines {
        lines.print(serde_json::json!({
            "schema": SCHEMA,
            "event": "ready",
            "at": Moment(moment::now()),
            "listen": listening,
            "socket": socket.to_string_lossy(),
        }));
    } else if !options.quiet {
        println!("Ready. Listening at {}.", listening.join(", "));
        println!("Control socket: {}", socket.display());
    }
}

fn note(found: &Found, shared: &SharedCondition, now: Time) {
    shared.with(|shared| {
        shared.damage.clone_from(&found.opened.damaged);
        shared.damaged_at_start = !found.opened.damaged.is_empty();
        let unread = found.unread.iter();
        shared.unread = unread.map(|(place, why)| format!("{place}: {why}")).collect();
        shared.older_copy = matches!(found.fence, FenceCheck::JournalBehind | FenceCheck::Apart);
        shared.started = now;
    });
    if let Some(torn) = &found.opened.torn {
        tracing::info!(segment = torn.segment, offset = torn.offset, bytes = torn.bytes, "a half-written end was cut");
    }
}

fn tell_findings(shared: &SharedCondition, news: &News, agreement: FenceCheck) {
    let now = moment::now();
    for damage in shared.with(|shared| shared.damage.clone()) {
        let about = [
            ("segment", damage.segment.to_string()),
            ("offset", damage.offset.to_string()),
            ("bytes", damage.bytes.to_string()),
            ("entries", damage.frames.to_string()),
            ("kept", damage.set_aside.unwrap_or_default()),
        ];
        news.tell(now, Happening::Damage, about);
    }
    if matches!(agreement, FenceCheck::JournalBehind | FenceCheck::Apart) {
        news.tell(now, Happening::OlderCopy, []);
    }
}

/// How far each log reaches in these frames.
fn reached(frames: &[Stored]) -> BTreeMap<LogId, u64> {
    let mut reached: BTreeMap<LogId, u64> = BTreeMap::new();
    for frame in frames {
        if let Stored::Entry(entry) = frame {
            let until = reached.entry(entry.header().log()).or_default();
            *until = (*until).max(entry.header().sequence);
        }
    }
    reached
}

/// A second watch on the disk's space: it holds no ballast, which is the journal's.
fn guard(home: &Home) -> Result<DiskGuard<RealDisk>, Failure> {
    let limits = GuardLimits { ballast_bytes: 0, ..home.settings().guard.limits() };
    RealDisk::open(home.journal_folder()).and_then(|disk| DiskGuard::open(disk, limits)).map_err(|error| {
        Failure::new(
            Exit::Failed,
            "The node was not started",
            format!("{}: {error}", home.journal_folder().display()),
            "Check the disk.",
        )
    })
}

/// The signals that end a node.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        let catch = |kind| signal(kind).map_err(|error| thread_failure(&error));
        Ok(Self { terminate: catch(SignalKind::terminate())?, interrupt: catch(SignalKind::interrupt())? })
    }

    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn not_listening(error: &StartError) -> Failure {
    let hint = match error {
        StartError::PortTaken { .. } => {
            "Another program, or another node, listens there. Stop it, or choose another port: `tally run --listen \
             /ip4/0.0.0.0/tcp/PORT`, or `listen` in settings.toml."
        }
        StartError::NotPermitted { .. } => {
            "Ports below 1024 need a privilege: use a port above, or give the service CAP_NET_BIND_SERVICE."
        }
        StartError::NotHere { .. } => "Choose an address of this machine, or /ip4/0.0.0.0/tcp/PORT for all of them.",
        _ => "An address looks like /ip4/0.0.0.0/tcp/7443.",
    };
    Failure::new(Exit::Failed, "The node was not started", tally_control::told(error), hint)
}

fn thread_failure(error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        "The node was not started",
        format!("the system refused what it needs: {error}"),
        "Look at the limits on threads and open files of this user.",
    )
}

fn fatal(why: &str) -> Failure {
    tracing::error!(why, "the node must end");
    Failure::new(
        Exit::Failed,
        "The node ended",
        why,
        "Nothing that was acknowledged is lost. Check the disk (its free space, the kernel's messages), then start again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_addresses_are_told_only_where_there_are_no_others() {
        let inside = "/ip4/127.0.0.1/tcp/1".to_owned();
        let outside = "/ip4/10.0.0.4/tcp/1".to_owned();
        assert_eq!(dialable(&[inside.clone(), outside.clone()]), [outside]);
        assert_eq!(dialable(std::slice::from_ref(&inside)), [inside]);
    }
}
