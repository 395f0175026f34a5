//! Ctrl-C, or SIGTERM, in a command that only waits: the terminal is put right and the process ends with 130.

use std::sync::Mutex;

use rustix::termios::{OptionalActions, Termios, tcsetattr};
use tally_control::Exit;

/// What the terminal was like before a passphrase was asked.
static TERMINAL: Mutex<Option<Termios>> = Mutex::new(None);

/// Ends the process with 130 on Ctrl-C, from now on.
pub(crate) fn watch() {
    watch_and(restore);
}

/// Does what has to be done before, and ends the process with 130 on Ctrl-C, from now on.
pub(crate) fn watch_and(before: impl FnOnce() + Send + 'static) {
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
            return;
        };
        if runtime.block_on(ends()) {
            before();
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
}

/// Waits for Ctrl-C or SIGTERM; false where no signal can be waited for.
pub(crate) async fn ends() -> bool {
    let Ok(mut asked) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        return false;
    };
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.is_ok(),
        _ = asked.recv() => true,
    }
}

/// Keeps what the terminal was like, for an end in the middle.
pub(crate) fn keep(terminal: Termios) {
    *TERMINAL.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(terminal);
}

/// Puts the terminal right, where something was kept.
pub(crate) fn restore() {
    let kept = TERMINAL.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    if let Some(terminal) = kept {
        // Nothing can be done about a terminal that has gone.
        let _gone = tcsetattr(std::io::stdin(), OptionalActions::Flush, &terminal);
    }
}
