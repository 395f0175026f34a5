use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rand_chacha::ChaCha12Rng;
use rand_core::{Rng as _, SeedableRng as _};
use tally_entry::{EditionId, EntryId, MemberId, NodeId, RingId, SigningKey, Time};
use tally_ring::{Audience, Edition, Ring, SignedEdition};

use crate::api::append::Append;
use crate::api::input::{AskId, Input};
use crate::api::output::{AllowedNode, Event, Output};
use crate::counted::documents::Judged;
use crate::counted::verdict::Verdict;
use crate::ledger::book::Book;
use crate::ledger::chained::AudienceRef;
use crate::outbox::Outbox;
use crate::session::partner::{HELLO_EVERY, Partner, RECEIPTS_EVERY, RETRY_AFTER, Task};

/// The most audiences that one node keeps apart: every pair of a ring of fourteen, and as many again.
const AUDIENCES_MAX: usize = 256;

/// Who this node is.
#[derive(Debug)]
pub struct Identity {
    /// The member it belongs to.
    pub member: MemberId,
    /// The key it signs entries with.
    pub key: SigningKey,
}

/// The replication core of one node.
///
/// Call [`handle`](Self::handle) with each event in the order in which it happened, then drain
/// [`poll_output`](Self::poll_output) until it is empty; carry out the outputs in that order. Time must not go
/// backwards between calls; where the machine's clock does, the driver goes on at its own pace. Appends go out at
/// once; all else that follows from them comes out only after [`Input::Appended`] said they are durable, so a driver
/// cannot show what is not on disk. The core holds no clock, no file and no randomness of its own: the same inputs and
/// seed give the same outputs.
#[derive(Debug)]
pub struct Replica {
    pub(crate) me: Identity,
    pub(crate) node: NodeId,
    pub(crate) now: Time,
    random: ChaCha12Rng,
    pub(crate) rings: BTreeMap<RingId, Ring>,
    pub(crate) books: BTreeMap<AudienceRef, Book>,
    /// The incarnation in which this node writes, where it is not the first.
    pub(crate) open: BTreeMap<AudienceRef, u32>,
    pub(crate) partners: BTreeMap<NodeId, Partner>,
    pub(crate) outbox: Outbox,
    /// Own entries that were set aside and are not written again in this run: what they said stands, or was said of
    /// words that stand no more.
    pub(crate) left_aside: BTreeSet<EntryId>,
    asks: u64,
    wake: Option<Time>,
    allowed: Vec<AllowedNode>,
}

impl Replica {
    /// A node that holds nothing yet. The seed feeds salts and line ids; take it from the machine's randomness.
    #[must_use]
    pub fn new(me: Identity, seed: [u8; 32]) -> Self {
        Self {
            node: NodeId::of(&me.key.public()),
            me,
            now: Time::default(),
            random: ChaCha12Rng::from_seed(seed),
            rings: BTreeMap::new(),
            books: BTreeMap::new(),
            open: BTreeMap::new(),
            partners: BTreeMap::new(),
            outbox: Outbox::default(),
            left_aside: BTreeSet::new(),
            asks: 0,
            wake: None,
            allowed: Vec::new(),
        }
    }

    /// This node.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// The member it belongs to.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.me.member
    }

    /// Takes an event.
    pub fn handle(&mut self, now: Time, input: Input) {
        self.now = self.now.max(now);
        match input {
            Input::Connected { partner } => self.connected(partner),
            Input::Disconnected { partner } => {
                if let Some(partner) = self.partners.get_mut(&partner) {
                    partner.disconnect();
                }
            }
            Input::Asked { partner, token, frame } => {
                self.heard(partner);
                let answer = self.asked(partner, &frame);
                self.outbox.push(Output::Answer { token, frame: tally_entry::canonical::encode(&answer) });
            }
            Input::Answered { ask, frame } => self.answered(ask, &frame),
            Input::AskFailed { ask } => self.ask_failed(ask),
            Input::Appended { upto } => self.outbox.durable(upto),
            Input::Commanded { id, command } => {
                let shown = match command.as_ref() {
                    Command::Query(query) => Some(self.outbox.shown_by(query)),
                    _ => None,
                };
                let result = self.command(*command).map(Box::new).map_err(Box::new);
                let reply = Output::Reply { id, result };
                match shown {
                    // It changed nothing, so nothing has become due by it.
                    Some(shown) => return self.outbox.push_after(shown, reply),
                    None => self.outbox.push(reply),
                }
            }
            Input::TimerFired => self.wake = None,
        }
        self.work();
    }

    /// The next effect, until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outbox.pop()
    }

    /// Does what has become due, and asks each partner the next question.
    fn work(&mut self) {
        let partners: Vec<NodeId> = self.partners.keys().copied().collect();
        for node in partners {
            self.due(node);
            self.pump(node);
        }
        let next = self
            .partners
            .values()
            .filter(|partner| partner.connected)
            .flat_map(|partner| [partner.hello_due, partner.receipts_due])
            .flatten()
            .min();
        if let Some(next) = next
            && self.wake.is_none_or(|wake| next < wake)
        {
            self.wake = Some(next);
            self.outbox.push(Output::WakeAt(next));
        }
    }

    fn due(&mut self, node: NodeId) {
        let now = self.now;
        let Some(partner) = self.partners.get_mut(&node) else {
            return;
        };
        if partner.hello_due.is_some_and(|due| due <= now) {
            partner.hello_due = Some(now.plus(HELLO_EVERY));
            partner.add(Task::Hello);
        }
        if partner.receipts_due.is_some_and(|due| due <= now) {
            partner.receipts_due = None;
            partner.add(Task::Receipts);
        }
    }

    fn connected(&mut self, node: NodeId) {
        // One hello tells both sides all there is to compare, so only one side opens; the other is there to fall back on.
        let opens = self.node < node;
        let due = self.now.plus(if opens { HELLO_EVERY } else { RETRY_AFTER });
        let shares = !self.shared_rings(&node).is_empty();
        let partner = self.partners.entry(node).or_default();
        partner.connected = true;
        partner.heard = Some(self.now);
        if !shares {
            // Kept in mind: an invitation may come while it is connected.
            return;
        }
        partner.hello_due = Some(due);
        partner.seen.clear();
        // A partner that started anew holds no receipts, and without them could not say who has a copy.
        partner.receipts_sent.clear();
        partner.receipts_due = Some(self.now.plus(RETRY_AFTER));
        if opens {
            partner.add(Task::Hello);
        }
    }

    fn heard(&mut self, node: NodeId) {
        let now = self.now;
        if let Some(partner) = self.partners.get_mut(&node) {
            partner.heard = Some(now);
        }
    }

    pub(crate) fn answered_by(&mut self, ask: AskId) -> Option<(NodeId, Task)> {
        let (node, partner) = self
            .partners
            .iter_mut()
            .find(|(_, partner)| partner.asking.as_ref().is_some_and(|(asking, _)| *asking == ask))?;
        partner.heard = Some(self.now);
        let (_, task) = partner.asking.take()?;
        Some((*node, task))
    }

    fn ask_failed(&mut self, ask: AskId) {
        let retry = self.now.plus(RETRY_AFTER);
        for partner in self.partners.values_mut() {
            if partner.asking.as_ref().is_some_and(|(asking, _)| *asking == ask) {
                partner.asking = None;
                // Whether it was taken is unknown, so nothing told before counts as known.
                partner.known.clear();
                partner.seen.clear();
                partner.hello_due = Some(retry);
            }
        }
    }

    pub(crate) fn next_ask(&mut self) -> AskId {
        self.asks += 1;
        AskId(self.asks)
    }

    pub(crate) fn salt(&mut self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.random.fill_bytes(&mut salt);
        salt
    }

    /// Line ids for an edit, from this node's seeded randomness.
    pub(crate) fn line_ids(&mut self) -> impl FnMut() -> [u8; 8] + use<> {
        let mut random = ChaCha12Rng::from_rng(&mut self.random);
        move || random.next_u64().to_be_bytes()
    }

    /// Rings that a partner's node shares with us, complete or as drafts that list both.
    pub(crate) fn shared_rings(&self, node: &NodeId) -> Vec<RingId> {
        self.rings
            .iter()
            .filter(|(_, ring)| {
                ring.member_of(*node).is_some_and(|member| lists(ring, member) && lists(ring, self.me.member))
            })
            .map(|(id, _)| *id)
            .collect()
    }

    /// Whether a partner's node may hold this audience.
    pub(crate) fn may_hold(&self, node: &NodeId, of: &AudienceRef) -> bool {
        let Some(ring) = self.rings.get(&of.0) else {
            return false;
        };
        let (Some(edition), Some(member), Some(book)) = (ring.current(), ring.member_of(*node), self.books.get(of))
        else {
            return false;
        };
        book.audience.holds(edition, member)
    }

    /// Opens the book of an audience that we are of.
    pub(crate) fn open_book(&mut self, ring: RingId, audience: Audience) -> Option<&mut Book> {
        let edition = self.rings.get(&ring)?.current()?;
        if !audience.holds(edition, self.me.member) {
            return None;
        }
        let of = (ring, audience.id());
        if !self.books.contains_key(&of) {
            if self.books.len() >= AUDIENCES_MAX {
                return None;
            }
            if let Some(only) = audience.members() {
                self.outbox.append(Append::Note(crate::api::append::Note::Audience {
                    ring,
                    only: only.iter().copied().collect(),
                }));
            }
            self.books.insert(of, Book::new(ring, audience));
            // Entries go live once both have said that they know of the audience.
            self.compare_with_all(of);
        }
        self.books.get_mut(&of)
    }

    /// Compares with every partner that may hold the audience.
    pub(crate) fn compare_with_all(&mut self, of: AudienceRef) {
        let nodes: Vec<NodeId> = self.partners.keys().copied().filter(|node| self.may_hold(node, &of)).collect();
        for node in nodes {
            self.add(node, Task::Hello);
        }
    }

    /// Tells of verdicts, lets partners know, and makes receipts due.
    pub(crate) fn judged(&mut self, of: AudienceRef, judged: Vec<Judged>) {
        let mut changed = BTreeSet::new();
        for one in judged {
            match one.verdict {
                Verdict::Standing => changed.extend(one.document),
                Verdict::Void(why) => self.outbox.push(Output::Tell(Event::EntryVoid { entry: one.entry, why })),
                Verdict::Waiting => {}
            }
        }
        let stopped = self.books.get_mut(&of).map(Book::take_stopped).unwrap_or_default();
        for document in stopped {
            self.outbox.push(Output::Tell(Event::DocumentStopped { document }));
        }
        for document in changed {
            self.outbox.push(Output::Tell(Event::DocumentChanged { ring: of.0, document }));
        }
        self.spread(of);
    }

    /// Lets every connected partner of the audience know that there is something new.
    pub(crate) fn spread(&mut self, of: AudienceRef) {
        let now = self.now;
        let nodes: VecDeque<NodeId> =
            self.partners.iter().filter(|(_, partner)| partner.connected).map(|(node, _)| *node).collect();
        for node in nodes {
            if !self.may_hold(&node, &of) {
                continue;
            }
            if let Some(partner) = self.partners.get_mut(&node) {
                partner.add(Task::New(of));
                partner.receipts_due.get_or_insert(now.plus(RECEIPTS_EVERY));
            }
        }
    }

    /// Says again who may connect, if that changed.
    pub(crate) fn allow(&mut self) {
        let mut known = BTreeMap::new();
        for ring in self.rings.values() {
            let members = members(ring);
            if !members.contains(&self.me.member) {
                continue;
            }
            for certificate in members.iter().flat_map(|member| ring.nodes_of(*member)) {
                if certificate.node == self.node {
                    continue;
                }
                let addresses = ring.addresses(certificate.node);
                let listed = editions(ring).find_map(|edition| edition.listed(certificate.member));
                let node = known.entry(certificate.node).or_insert_with(|| AllowedNode {
                    node: certificate.node,
                    member: listed.map(|listed| listed.name.clone()).unwrap_or_default(),
                    transport: certificate.transport,
                    addresses: Vec::new(),
                });
                for address in addresses {
                    if !node.addresses.contains(address) {
                        node.addresses.push(address.clone());
                    }
                }
            }
        }
        let known: Vec<AllowedNode> = known.into_values().collect();
        if known != self.allowed {
            self.allowed.clone_from(&known);
            self.outbox.push(Output::Allow(known));
        }
    }

    /// The edition that own entries name now.
    pub(crate) fn current_edition(&self, ring: &RingId) -> Option<EditionId> {
        self.rings.get(ring)?.current_id()
    }
}

/// The members of the edition in force and of every draft: those who must be able to meet.
pub(crate) fn members(ring: &Ring) -> BTreeSet<MemberId> {
    editions(ring).flat_map(|edition| edition.members.iter().map(|listed| listed.member)).collect()
}

/// The edition in force and every draft.
fn editions(ring: &Ring) -> impl Iterator<Item = &Edition> {
    ring.current().into_iter().chain(ring.drafts().map(SignedEdition::edition))
}

fn lists(ring: &Ring, member: MemberId) -> bool {
    members(ring).contains(&member)
}
