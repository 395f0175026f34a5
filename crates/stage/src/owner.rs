//! Which process has opened a connection on loopback: what a router knows of the machines on its cables.

use std::process::{Command, Stdio};

/// Whether this process holds the near end, at `from`, of a connection to `to` on loopback.
///
/// Linux tells it in `/proc`; elsewhere `lsof` is asked, which macOS brings along.
pub(crate) fn holds(process: u32, from: u16, to: u16) -> bool {
    if cfg!(target_os = "linux") { in_proc(process, from, to) } else { by_lsof(process, from, to) }
}

fn in_proc(process: u32, from: u16, to: u16) -> bool {
    let Some(inode) = std::fs::read_to_string("/proc/net/tcp").ok().and_then(|table| inode(&table, from, to)) else {
        return false;
    };
    let Ok(handles) = std::fs::read_dir(format!("/proc/{process}/fd")) else {
        return false;
    };
    let socket = format!("socket:[{inode}]");
    handles
        .filter_map(Result::ok)
        .filter_map(|handle| std::fs::read_link(handle.path()).ok())
        .any(|leads_to| leads_to.as_os_str() == socket.as_str())
}

/// The inode of the socket at `from` that is connected to `to`, in the kernel's table.
fn inode(table: &str, from: u16, to: u16) -> Option<u64> {
    let (from, to) = (format!("0100007F:{from:04X}"), format!("0100007F:{to:04X}"));
    table.lines().find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let is_it = columns.get(1) == Some(&from.as_str()) && columns.get(2) == Some(&to.as_str());
        if is_it { columns.get(9)?.parse().ok() } else { None }
    })
}

fn by_lsof(process: u32, from: u16, to: u16) -> bool {
    let listed = Command::new("lsof")
        .args(["-nP", "-a", "-Fn", "-p", &process.to_string(), &format!("-iTCP:{from}")])
        .stdin(Stdio::null())
        .output();
    let connection = format!("127.0.0.1:{from}->127.0.0.1:{to}");
    listed.is_ok_and(|listed| String::from_utf8_lossy(&listed.stdout).contains(&connection))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_connection_belongs_to_the_process_that_opened_it_and_to_no_other() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let to = listener.local_addr().expect("an address").port();
        let dialled = TcpStream::connect(("127.0.0.1", to)).expect("connected");
        let from = dialled.local_addr().expect("an address").port();
        assert!(holds(std::process::id(), from, to));
        let mut other = Command::new("sleep").arg("60").spawn().expect("a process");
        assert!(!holds(other.id(), from, to));
        other.kill().and_then(|()| other.wait()).expect("ended");
    }

    #[test]
    fn only_the_row_of_both_ends_is_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                     0: 0100007F:1B5C 0100007F:0050 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1\n";
        assert_eq!(inode(table, 7004, 80), Some(4711));
        assert_eq!(inode(table, 7004, 81), None);
    }
}
