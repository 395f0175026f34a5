use std::time::Duration;

/// Bytes in a kibibyte, the step in which held memory is counted.
pub(crate) const KIB: usize = 1024;

/// Bytes yamux lets the other side send on a stream before anything of it is read.
const STREAM_WINDOW: usize = 256 * KIB;

/// How far yamux may widen the window of one stream while a request of 256 KiB is read from it:
/// it doubles once half the window is read, so at most twice.
const WIDENED: usize = 4;

/// What others may cost this node; every number is a bound, with its reason beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Bytes of one request: an announcement or a want-list fits; what is larger is asked for in pieces. The same number must hold at every member.
    pub request_bytes: usize,
    /// Bytes of one answer: a run of entries; catching up is the next request. The same number must hold at every member.
    pub answer_bytes: usize,
    /// Bytes of the one frame of an unknown peer: a certificate and its chain's newest act fit.
    pub presented_bytes: usize,
    /// How long an unknown peer stays: enough for a slow line to present a certificate and read the answer.
    pub presented_time: Duration,
    /// Unknown peers connected at once: few, so that they cannot fill the places of known ones.
    pub strangers: usize,
    /// Unknown connections a second from one source (an IPv4 address or an IPv6 /64): one try every five seconds.
    pub strangers_per_second: f64,
    /// Unknown connections one source may open at once after a silence.
    pub strangers_burst: f64,
    /// Handshakes a second from one source: several nodes of a council may share an address, a flood may not.
    pub knocks_per_second: f64,
    /// Handshakes one source may start at once after a silence.
    pub knocks_burst: f64,
    /// Handshakes one source may have open: fewer than `pending_in`, so that one source cannot hold them all.
    pub knocks_open: usize,
    /// Requests and answers in progress a connection, both ways together.
    pub streams: usize,
    /// Streams yamux allows a connection: `streams`, those of ping and identify, and those still negotiating.
    pub muxed_streams: usize,
    /// Streams negotiating their protocol at once a connection.
    pub negotiating_streams: usize,
    /// How long a request may take, to its answer's last byte.
    pub request_time: Duration,
    /// Own requests on the way to one peer: half of `streams`, so that both sides may ask at once.
    pub asks_flying: usize,
    /// Own requests to one peer, on the way and waiting; over it the caller hears "busy" and asks later.
    pub asks_per_peer: usize,
    /// Own requests on the way in all: each may bring `answer_bytes` into memory.
    pub asks_total: usize,
    /// Requests of one peer not yet answered, over all its connections.
    pub open_per_peer: usize,
    /// Requests not yet answered in all: each may hold an answer while a slow peer reads it.
    pub open_total: usize,
    /// Bytes of requests of one peer held at once: `open_per_peer` of the largest.
    pub held_per_peer: usize,
    /// Bytes of requests held at once in all: a tenth of the memory limit.
    pub held_total: usize,
    /// Requests a second from one peer: receipts every five seconds and live entries need a few; catching up tens.
    pub frames_per_second: f64,
    /// Requests at once after a silence.
    pub frames_burst: f64,
    /// Bytes a second one peer may cause, its requests and our answers together: a year's record in minutes, never the whole line.
    pub bytes_per_second: f64,
    /// Bytes at once after a silence.
    pub bytes_burst: f64,
    /// How long a request over the rate waits, unread, before it is dropped: shorter than `request_time`, so the asker hears of it.
    pub patience: Duration,
    /// Connections being accepted at once.
    pub pending_in: u32,
    /// Connections being dialled at once.
    pub pending_out: u32,
    /// Connections accepted: two for each of the largest ring foreseen (32 nodes).
    pub established_in: u32,
    /// Connections dialled: as many.
    pub established_out: u32,
    /// Connections of one peer: both sides may dial at once.
    pub established_per_peer: u32,
    /// Connections in all.
    pub established: u32,
    /// Bytes of resident memory of the process over which no new connection is made.
    pub memory_bytes: usize,
    /// Events waiting for the caller: when full, the network is no longer read, which holds the peers back.
    pub events: usize,
    /// Commands waiting for the network: when full, the caller hears "busy".
    pub commands: usize,
    /// First wait before a failed dial is tried again; doubles, with a quarter's jitter.
    pub dial_first: Duration,
    /// Longest wait between dials: a member that comes back is found within a minute.
    pub dial_last: Duration,
    /// How long a handshake may take.
    pub handshake_time: Duration,
    /// How often a connection is tried with a ping; one that does not answer is closed.
    pub ping_every: Duration,
    /// How long a stop waits for connections to close.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes: 256 * KIB,
            answer_bytes: 1024 * KIB,
            presented_bytes: 4 * KIB,
            presented_time: Duration::from_secs(5),
            strangers: 8,
            strangers_per_second: 0.2,
            strangers_burst: 4.0,
            knocks_per_second: 2.0,
            knocks_burst: 32.0,
            knocks_open: 4,
            streams: 8,
            muxed_streams: 32,
            negotiating_streams: 16,
            request_time: Duration::from_secs(10),
            asks_flying: 4,
            asks_per_peer: 16,
            asks_total: 32,
            open_per_peer: 8,
            open_total: 64,
            held_per_peer: 2 * 1024 * KIB,
            held_total: 48 * 1024 * KIB,
            frames_per_second: 100.0,
            frames_burst: 200.0,
            bytes_per_second: 8.0 * 1024.0 * 1024.0,
            bytes_burst: 16.0 * 1024.0 * 1024.0,
            patience: Duration::from_secs(3),
            pending_in: 8,
            pending_out: 8,
            established_in: 64,
            established_out: 64,
            established_per_peer: 2,
            established: 96,
            memory_bytes: 512 * 1024 * KIB,
            events: 64,
            commands: 64,
            dial_first: Duration::from_secs(1),
            dial_last: Duration::from_secs(60),
            handshake_time: Duration::from_secs(10),
            ping_every: Duration::from_secs(15),
            stop_time: Duration::from_secs(2),
        }
    }
}

impl Limits {
    /// Returns the most bytes one connection can make the multiplexer hold unread.
    ///
    /// libp2p does not let the window of a whole connection be set, so this follows from the
    /// streams: those being read may have widened their window, the others have the first one.
    pub fn connection_bytes(&self) -> usize {
        let read = self.streams.min(self.muxed_streams);
        let unread = self.muxed_streams.saturating_sub(read);
        STREAM_WINDOW.saturating_mul(WIDENED).saturating_mul(read).saturating_add(STREAM_WINDOW.saturating_mul(unread))
    }

    /// Returns the most bytes one peer can make this node hold: its connections, its requests, the answers it does not read.
    pub fn peer_bytes(&self) -> usize {
        let connections = self.established_per_peer as usize;
        self.connection_bytes()
            .saturating_mul(connections)
            .saturating_add(self.held_per_peer)
            .saturating_add(self.answer_bytes.saturating_mul(self.open_per_peer))
            .saturating_add(self.request_bytes.saturating_mul(self.events))
    }
}
