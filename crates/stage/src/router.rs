//! The router in front of a member's node: what partners dial, and where a line can be cut.
//!
//! A node listens behind it at a port of its own and tells partners the router's, as a node behind a council's firewall
//! does. Cut off is a member that no line leads to or from: its own router takes nobody, and the routers of the others
//! do not take what its process dials. The node itself knows nothing of it.

use std::collections::BTreeMap;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::owner;

/// The process of a member's node; zero while none runs.
pub(crate) type NodeProcess = Arc<AtomicU32>;

/// Who is cut off: asked by every router of a stage.
#[derive(Clone, Debug, Default)]
pub(crate) struct CutOff(Arc<Mutex<BTreeMap<u16, NodeProcess>>>);

impl CutOff {
    fn members(&self) -> MutexGuard<'_, BTreeMap<u16, NodeProcess>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cuts off, or lets back, the member behind the router at this port.
    pub(crate) fn set(&self, router: u16, process: &NodeProcess, off: bool) {
        if off {
            self.members().insert(router, Arc::clone(process));
        } else {
            self.members().remove(&router);
        }
    }

    /// Whether a connection from this port to that router is to or from somebody cut off.
    fn forbids(&self, from: u16, router: u16) -> bool {
        let members = self.members();
        members.contains_key(&router)
            || members.values().map(|process| process.load(Ordering::SeqCst)).any(|process| {
                // A node that has ended has no connections left.
                process != 0 && owner::holds(process, from, router)
            })
    }
}

/// One router; it ends when dropped.
#[derive(Debug)]
pub(crate) struct Router {
    port: u16,
    lines: Arc<Lines>,
}

#[derive(Debug)]
struct Lines {
    node: u16,
    cut_off: CutOff,
    ended: AtomicBool,
    open: Mutex<Vec<Line>>,
}

/// A connection that was let through.
#[derive(Debug)]
struct Line {
    /// The port of whoever dialled.
    from: u16,
    dialled: TcpStream,
    node: TcpStream,
}

impl Router {
    /// Opens a router before the node at this port.
    pub(crate) fn open(node: u16, cut_off: CutOff) -> io::Result<Self> {
        let port = crate::ports::free_port()?;
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let lines = Arc::new(Lines { node, cut_off, ended: AtomicBool::new(false), open: Mutex::default() });
        let taking = Arc::clone(&lines);
        thread::spawn(move || {
            for dialled in listener.incoming() {
                if taking.ended.load(Ordering::SeqCst) {
                    return;
                }
                // Whoever is refused sees a line that closed, as behind any router.
                let _refused = dialled.and_then(|dialled| taking.take(port, dialled));
            }
        });
        Ok(Self { port, lines })
    }

    /// What partners dial.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Closes the lines that may not be any more.
    pub(crate) fn apply(&self) {
        self.lines.open().retain(|line| {
            let forbidden = self.lines.cut_off.forbids(line.from, self.port);
            if forbidden {
                line.close();
            }
            !forbidden
        });
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.lines.ended.store(true, Ordering::SeqCst);
        for line in self.lines.open().drain(..) {
            line.close();
        }
        // Wakes the thread that takes connections, so that it sees the end.
        let _woken = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Lines {
    fn open(&self) -> MutexGuard<'_, Vec<Line>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, port: u16, dialled: TcpStream) -> io::Result<()> {
        let from = dialled.peer_addr()?.port();
        let node = TcpStream::connect(("127.0.0.1", self.node))?;
        dialled.set_nodelay(true)?;
        node.set_nodelay(true)?;
        let line = Line { from, dialled: dialled.try_clone()?, node: node.try_clone()? };
        // Asked under the lock: a cut either sees this line in the list, or is seen here.
        let mut open = self.open();
        if self.ended.load(Ordering::SeqCst) || self.cut_off.forbids(from, port) {
            return Ok(());
        }
        open.retain(Line::is_open);
        open.push(line);
        drop(open);
        let (there, back) = ((dialled.try_clone()?, node.try_clone()?), (node, dialled));
        for (from, to) in [there, back] {
            thread::spawn(move || carry(&from, &to));
        }
        Ok(())
    }
}

impl Line {
    fn close(&self) {
        for end in [&self.dialled, &self.node] {
            // One that is closed already need not be.
            let _closed = end.shutdown(Shutdown::Both);
        }
    }

    fn is_open(&self) -> bool {
        self.dialled.peer_addr().is_ok() && self.node.peer_addr().is_ok()
    }
}

/// Carries what comes from one end to the other, until the line is closed.
fn carry(mut from: &TcpStream, mut to: &TcpStream) {
    let ended = io::copy(&mut from, &mut to);
    let how = if ended.is_ok() { Shutdown::Write } else { Shutdown::Both };
    let _closed = to.shutdown(how);
    if ended.is_err() {
        let _closed = from.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::time::Duration;

    use super::*;

    /// A node that answers with what it is told, and a router before it.
    fn echo(cut_off: &CutOff) -> Router {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let node = listener.local_addr().expect("an address").port();
        thread::spawn(move || {
            for line in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || carry(&line, &line));
            }
        });
        Router::open(node, cut_off.clone()).expect("a router")
    }

    fn dial(router: &Router) -> TcpStream {
        let line = TcpStream::connect(("127.0.0.1", router.port())).expect("dialled");
        line.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
        line
    }

    fn answers(line: &mut TcpStream) -> bool {
        let mut word = [0; 5];
        line.write_all(b"tally").is_ok() && line.read_exact(&mut word).is_ok() && word == *b"tally"
    }

    #[test]
    fn a_line_is_carried_both_ways() {
        assert!(answers(&mut dial(&echo(&CutOff::default()))));
    }

    #[test]
    fn a_member_that_is_cut_off_is_reached_by_nobody_until_it_is_back() {
        let cut_off = CutOff::default();
        let router = echo(&cut_off);
        let mut line = dial(&router);
        assert!(answers(&mut line));
        cut_off.set(router.port(), &NodeProcess::default(), true);
        router.apply();
        assert!(!answers(&mut line), "an open line stays open");
        assert!(!answers(&mut dial(&router)), "a new line is taken");
        cut_off.set(router.port(), &NodeProcess::default(), false);
        assert!(answers(&mut dial(&router)));
    }

    #[test]
    fn what_a_member_that_is_cut_off_dials_is_not_taken_by_others() {
        let cut_off = CutOff::default();
        let (own, other) = (echo(&cut_off), echo(&cut_off));
        let mut line = dial(&other);
        assert!(answers(&mut line));
        // This test's process dials, and so is the one that is cut off.
        cut_off.set(own.port(), &Arc::new(AtomicU32::new(std::process::id())), true);
        other.apply();
        assert!(!answers(&mut line), "an open line stays open");
        assert!(!answers(&mut dial(&other)), "a new line is taken");
    }
}
