//! Standard output for programs, on a thread of its own: a reader that stops keeps nobody waiting.

use std::io::Write;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

/// Lines that wait for a slow reader: what a busy minute makes, in half a megabyte.
const QUEUE: usize = 1024;

/// Makes the line that stands for so many that were left out.
type Missed = fn(u64) -> Value;

/// Prints JSON objects, one a line, and never waits for whoever reads them.
///
/// What finds the queue full is left out and counted; the first line for which there is room again follows a line that
/// says how many are missing in its place.
#[derive(Clone)]
pub(crate) struct Lines(Arc<Mutex<Queue>>);

struct Queue {
    lines: Option<SyncSender<Value>>,
    missed: u64,
    describe: Missed,
    ended: Option<Receiver<()>>,
}

impl Lines {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(out: impl Write + Send + 'static, describe: Missed) -> std::io::Result<Self> {
        let (lines, waiting) = mpsc::sync_channel(QUEUE);
        let (end, ended) = mpsc::sync_channel(1);
        let all = Self(Arc::new(Mutex::new(Queue { lines: Some(lines), missed: 0, describe, ended: Some(ended) })));
        let queue = all.clone();
        std::thread::Builder::new().name("output".into()).spawn(move || {
            queue.write(out, &waiting);
            // Whoever waited for the end may have given up.
            let _ = end.send(());
        })?;
        Ok(all)
    }

    /// Prints one line as soon as those before it are read.
    pub(crate) fn print(&self, line: Value) {
        self.with(|queue| queue.push(line));
    }

    /// Lets what waits be written, for at most so long, and ends the thread. A thread that waits for its reader even
    /// then ends with the process.
    pub(crate) fn close(&self, patience: Duration) {
        let ended = self.with(|queue| {
            queue.lines = None;
            queue.ended.take()
        });
        if let Some(ended) = ended {
            let _ = ended.recv_timeout(patience);
        }
    }

    fn write(&self, mut out: impl Write, waiting: &Receiver<Value>) {
        let mut write = |line: Value| {
            // A reader that has gone ends nothing: the node runs on without it.
            let _ = writeln!(out, "{line}");
            let _ = out.flush();
        };
        loop {
            if let Ok(line) = waiting.try_recv() {
                write(line);
                continue;
            }
            // All is read: what is missing after it is told now, and not only before the next line.
            if let Some(missed) = self.with(Queue::take_missed) {
                write(missed);
            }
            match waiting.recv() {
                Ok(line) => write(line),
                Err(_) => return,
            }
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Queue) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Queue {
    fn take_missed(&mut self) -> Option<Value> {
        let missed = std::mem::take(&mut self.missed);
        (missed > 0).then(|| (self.describe)(missed))
    }

    fn push(&mut self, line: Value) {
        let Some(lines) = &self.lines else {
            return;
        };
        if self.missed > 0 {
            match lines.try_send((self.describe)(self.missed)) {
                Ok(()) => self.missed = 0,
                Err(_) => {
                    self.missed += 1;
                    return;
                }
            }
        }
        if let Err(TrySendError::Full(_)) = lines.try_send(line) {
            self.missed += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, PipeReader};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn missed(count: u64) -> Value {
        serde_json::json!({ "missed": count })
    }

    fn lines() -> (Lines, PipeReader) {
        let (reader, writer) = std::io::pipe().unwrap();
        (Lines::start(writer, missed).unwrap(), reader)
    }

    fn read(reader: PipeReader) -> Vec<Value> {
        BufReader::new(reader).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
    }

    #[test]
    fn what_nobody_reads_keeps_nobody_waiting_and_is_counted_in_its_place() {
        let (lines, reader) = lines();
        // More than a pipe (64 KiB) and the queue hold; where printing waited for the reader, this would never end.
        let padding = "x".repeat(100);
        for number in 0..10_000 {
            lines.print(serde_json::json!({ "number": number, "padding": padding }));
        }
        let reading = std::thread::spawn(move || read(reader));
        // Once the reader has caught up, what is missing is told, whether or not anything follows.
        while lines.with(|queue| queue.missed > 0) {
            std::thread::yield_now();
        }
        lines.print(serde_json::json!({ "number": 10_000 }));
        lines.close(PATIENCE);
        let mut next = 0;
        let mut left_out = 0;
        for line in reading.join().unwrap() {
            if let Some(count) = line["missed"].as_u64() {
                left_out += count;
                next += count;
            } else {
                assert_eq!(line["number"], next);
                next += 1;
            }
        }
        assert!(left_out > 0);
        assert_eq!(next, 10_001);
    }

    #[test]
    fn a_reader_that_has_gone_ends_nothing() {
        let (lines, reader) = lines();
        drop(reader);
        lines.print(serde_json::json!(1));
        lines.close(PATIENCE);
        lines.print(serde_json::json!(2));
    }
}
