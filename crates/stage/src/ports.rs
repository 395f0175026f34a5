use std::io;
use std::net::TcpListener;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Where ports are looked for: below those that systems give to outgoing connections, which could take the port of a
/// node while it stands still.
const FIRST: u16 = 10_000;
const COUNT: u16 = 20_000;

/// A port that was free a moment ago, and that nobody else in this process was given.
///
/// # Errors
/// When no port of the range is free.
pub fn free_port() -> io::Result<u16> {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Processes that look at the same time begin at different places.
    let begin = process::id().wrapping_mul(97) % u32::from(COUNT);
    for _ in 0..COUNT {
        let step = u32::from(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + u16::try_from((begin + step) % u32::from(COUNT)).unwrap_or_default();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::other(format!("no port from {FIRST} to {} is free", FIRST + COUNT)))
}
