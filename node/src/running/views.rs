//! The views: a row a record in sled, on a thread of their own, made from the core and never believed beyond it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tally_control::Record;
use tally_entry::{DocumentId, NodeId, Tag, Time, digest};
use tally_home::look;
use tally_replica::{Query, QueryAnswer, Refused, Replica};
use tally_store::{Expected, MemoryViews, Readiness, Scan, ViewError, ViewStore, Views, ViewsConfig};
use tokio::sync::{mpsc, oneshot};

use super::core::{Core, Undone};
use crate::service::{Atlas, shape};

/// The form of the rows; another number makes them anew.
const FORM: u32 = 1;
const RECORDS: &str = "records";
const HEARD: &str = "heard";
/// Rows read at once.
const PAGE: usize = 256;
/// Questions that wait for the views.
const ASKS: usize = 64;

/// Documents whose rows are behind.
#[derive(Clone)]
pub(super) struct Dirty {
    documents: Arc<Mutex<Behind>>,
    asks: mpsc::Sender<Ask>,
}

#[derive(Default)]
struct Behind {
    all: bool,
    documents: BTreeSet<DocumentId>,
}

impl Dirty {
    /// Notes that a document reads differently.
    pub(super) fn touch(&self, document: DocumentId) {
        self.with(|behind| behind.documents.insert(document));
        // Where the thread has enough to do, it comes to this by itself.
        let _ = self.asks.try_send(Ask::Touch);
    }

    /// Notes that every row may read differently, as when members' names change.
    pub(super) fn touch_all(&self) {
        self.with(|behind| behind.all = true);
        let _ = self.asks.try_send(Ask::Touch);
    }

    fn with<T>(&self, look: impl FnOnce(&mut Behind) -> T) -> T {
        look(&mut self.documents.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

enum Ask {
    Touch,
    List(oneshot::Sender<Vec<Record>>),
    Find(String, oneshot::Sender<Vec<Named>>),
    Rebuild(oneshot::Sender<u64>),
    Close(Vec<u8>, BTreeMap<NodeId, Time>),
}

/// A record by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its id.
    pub(crate) document: DocumentId,
    /// Its short reference.
    pub(crate) reference: String,
    /// Its title.
    pub(crate) title: String,
}

impl Named {
    /// Whether words a person gave name it: its reference, its id, or enough of the id's beginning.
    pub(crate) fn answers_to(&self, given: &str) -> bool {
        let id = self.document.to_string();
        !self.reference.is_empty() && self.reference.eq_ignore_ascii_case(given)
            || given.len() >= 4 && id.starts_with(&given.to_ascii_lowercase())
    }
}

/// The way to the views.
#[derive(Clone)]
pub(crate) struct ViewsDesk {
    asks: mpsc::Sender<Ask>,
}

impl ViewsDesk {
    /// Every row, as the durable record reads.
    pub(crate) async fn list(&self, core: &Core) -> Result<Vec<Record>, Undone> {
        // Whatever the core told before it answers this is noted as behind, and made up before the rows are read.
        core.look(Query::Rings).await?;
        self.ask(Ask::List).await
    }

    /// The records that these words name.
    pub(crate) async fn find(&self, given: &str) -> Result<Vec<Named>, Undone> {
        self.ask(|answer| Ask::Find(given.to_owned(), answer)).await
    }

    /// Makes every row anew; says how many there are.
    pub(crate) async fn rebuild(&self) -> Result<u64, Undone> {
        self.ask(Ask::Rebuild).await
    }

    async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Result<T, Undone> {
        let (answer, reply) = oneshot::channel();
        self.asks.send(ask(answer)).await.map_err(|_| Undone::Stopping)?;
        reply.await.map_err(|_| Undone::Stopping)
    }
}

/// The thread of the views.
pub(super) struct ViewsThread {
    asks: mpsc::Sender<Ask>,
    thread: JoinHandle<()>,
}

impl ViewsThread {
    /// Brings the views to a state that the next start can trust, and ends the thread.
    pub(super) fn close(self, state: Vec<u8>, heard: BTreeMap<NodeId, Time>) {
        // A thread that ended early has left views that the next start makes anew.
        let _ = self.asks.blocking_send(Ask::Close(state, heard));
        let _ = self.thread.join();
    }
}

/// What opening the views gives.
pub(super) struct OpenViews {
    pub(super) desk: ViewsDesk,
    pub(super) dirty: Dirty,
    pub(super) thread: ViewsThread,
    pub(super) heard: BTreeMap<NodeId, Time>,
}

/// Opens the views of a folder, or begins them, for a core in this state.
pub(super) fn open(folder: &Path, state: &[u8], core: Core, atlas: Atlas) -> std::io::Result<OpenViews> {
    let (asks, asks_in) = mpsc::channel(ASKS);
    let dirty = Dirty { documents: Arc::default(), asks: asks.clone() };
    let (store, rebuild) = store(folder, state);
    let mut keeper = Keeper {
        folder: folder.to_owned(),
        store,
        failed: 0,
        names: BTreeMap::new(),
        core,
        atlas,
        dirty: dirty.clone(),
    };
    if rebuild || keeper.load_names().is_err() {
        dirty.touch_all();
    }
    let heard = keeper.heard();
    let thread = std::thread::Builder::new().name("views".into()).spawn(move || keeper.work(asks_in))?;
    Ok(OpenViews { desk: ViewsDesk { asks: asks.clone() }, dirty, thread: ViewsThread { asks, thread }, heard })
}

fn store(folder: &Path, state: &[u8]) -> (Box<dyn ViewStore>, bool) {
    match Views::open(folder, Expected { version: FORM, state }, ViewsConfig::default()) {
        Ok(opened) => {
            let rebuild = match opened.state {
                Readiness::Ready => false,
                Readiness::MustRebuild { why } => {
                    tracing::info!(?why, "the views are made anew from the journal");
                    true
                }
            };
            (Box::new(opened.views), rebuild)
        }
        Err(error) => {
            tracing::error!(error = tally_control::told(&error), "the views do not open; they are kept in memory");
            (Box::new(MemoryViews::new()), true)
        }
    }
}

struct Keeper {
    folder: PathBuf,
    store: Box<dyn ViewStore>,
    failed: u32,
    names: BTreeMap<DocumentId, (String, String)>,
    core: Core,
    atlas: Atlas,
    dirty: Dirty,
}

/// A key with its value.
type Row = (Vec<u8>, Vec<u8>);

/// Why a row was not made.
enum Unmade {
    View(ViewError),
    Stopping,
}

impl From<ViewError> for Unmade {
    fn from(error: ViewError) -> Self {
        Self::View(error)
    }
}

impl From<Undone> for Unmade {
    fn from(_: Undone) -> Self {
        Self::Stopping
    }
}

impl Keeper {
    fn work(mut self, mut asks: mpsc::Receiver<Ask>) {
        while let Some(ask) = asks.blocking_recv() {
            if let Ask::Close(state, heard) = ask {
                return self.close(&state, &heard);
            }
            self.catch_up();
            match ask {
                Ask::Touch | Ask::Close(..) => {}
                Ask::List(answer) => {
                    let rows = self.rows().unwrap_or_else(|error| {
                        self.give_up(&error);
                        self.catch_up();
                        self.rows().unwrap_or_default()
                    });
                    let _ = answer.send(rows);
                }
                Ask::Find(given, answer) => {
                    let found = self
                        .names
                        .iter()
                        .map(|(document, (reference, title))| Named {
                            document: *document,
                            reference: reference.clone(),
                            title: title.clone(),
                        })
                        .filter(|named| named.answers_to(&given));
                    let _ = answer.send(found.collect());
                }
                Ask::Rebuild(answer) => {
                    self.dirty.touch_all();
                    self.catch_up();
                    let _ = answer.send(self.names.len() as u64);
                }
            }
        }
    }

    /// Makes the rows that are behind.
    fn catch_up(&mut self) {
        for _ in 0..3 {
            let behind = self.dirty.with(std::mem::take);
            let done = if behind.all {
                self.make_all()
            } else if behind.documents.is_empty() {
                return;
            } else {
                self.make(&behind.documents)
            };
            match done {
                Ok(()) => {}
                Err(Unmade::Stopping) => return,
                Err(Unmade::View(error)) => self.give_up(&error),
            }
        }
    }

    fn look_around(&mut self) -> Result<(), Unmade> {
        if let QueryAnswer::Rings(rings) = self.core.look_and_wait(Query::Rings)? {
            self.atlas.rings = rings;
        }
        Ok(())
    }

    fn make_all(&mut self) -> Result<(), Unmade> {
        self.look_around()?;
        self.store.clear(RECORDS)?;
        self.names.clear();
        if let QueryAnswer::Records(records) = self.core.look_and_wait(Query::Records { ring: None })? {
            for record in records {
                self.put(record.document, &shape::shared(&record, &self.atlas))?;
            }
        }
        Ok(())
    }

    fn make(&mut self, documents: &BTreeSet<DocumentId>) -> Result<(), Unmade> {
        self.look_around()?;
        for document in documents {
            match self.core.look_and_wait(Query::Record { document: *document, at: None }) {
                Ok(QueryAnswer::Record(record)) => self.put(*document, &shape::shared(&record, &self.atlas))?,
                Err(Undone::Refused(refused)) if matches!(*refused, Refused::UnknownDocument(_)) => {
                    self.names.remove(document);
                    self.store.remove(RECORDS, document.as_bytes())?;
                }
                Ok(_) => {}
                Err(undone) => return Err(undone.into()),
            }
        }
        Ok(())
    }

    fn put(&mut self, document: DocumentId, record: &Record) -> Result<(), ViewError> {
        self.names.insert(document, (record.reference.clone(), record.title.clone()));
        // Who has a copy changes with every receipt, and what seats said stands in the record itself.
        let row = Record { held_by: BTreeMap::new(), statements: Vec::new(), ..record.clone() };
        let bytes = serde_json::to_vec(&row).map_err(|error| ViewError::Database { reason: error.to_string() })?;
        self.store.put(RECORDS, document.as_bytes(), &bytes)
    }

    fn rows(&self) -> Result<Vec<Record>, ViewError> {
        self.scan(RECORDS)?
            .into_iter()
            .map(|(_, value)| {
                serde_json::from_slice(&value).map_err(|_| ViewError::Corrupt { tree: RECORDS.to_owned() })
            })
            .collect()
    }

    fn scan(&self, tree: &str) -> Result<Vec<Row>, ViewError> {
        let mut all: Vec<Row> = Vec::new();
        loop {
            let after = all.last().map(|(key, _)| key.clone());
            let page = self.store.scan(tree, Scan { prefix: b"", after: after.as_deref(), limit: PAGE })?;
            all.extend(page.items);
            if !page.more {
                return Ok(all);
            }
        }
    }

    fn load_names(&mut self) -> Result<(), ViewError> {
        for row in self.rows()? {
            if let Ok(document) = row.id.parse() {
                self.names.insert(document, (row.reference, row.title));
            }
        }
        Ok(())
    }

    fn heard(&self) -> BTreeMap<NodeId, Time> {
        let rows = self.scan(HEARD).unwrap_or_default();
        rows.into_iter()
            .filter_map(|(key, value)| {
                let node = NodeId::from_bytes(key.try_into().ok()?);
                Some((node, Time(i64::from_le_bytes(value.try_into().ok()?))))
            })
            .collect()
    }

    /// Sets views aside that failed, and begins new ones; after a second failure they are kept in memory.
    fn give_up(&mut self, error: &ViewError) {
        tracing::error!(error = tally_control::told(error), "the views failed and are made anew");
        self.failed += 1;
        self.store = if self.failed > 1 { Box::new(MemoryViews::new()) } else { store(&self.folder, b"set aside").0 };
        self.dirty.with(|behind| behind.all = true);
    }

    fn close(&self, state: &[u8], heard: &BTreeMap<NodeId, Time>) {
        let behind = self.dirty.with(|behind| behind.all || !behind.documents.is_empty());
        let kept = heard.iter().try_for_each(|(node, at)| self.store.put(HEARD, node.as_bytes(), &at.0.to_le_bytes()));
        // Views that are behind stay without a seal, and the next start makes them anew.
        if !behind && let Err(error) = kept.and_then(|()| self.store.seal(state)) {
            tracing::warn!(error = tally_control::told(&error), "the views will be made anew at the next start");
        }
    }
}

/// Over everything rows are made of: how far each log reaches, and the editions in force.
pub(super) fn state_of(replica: &mut Replica, now: Time) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for sight in [look(replica, now, Query::Rings), look(replica, now, Query::Logs)].into_iter().flatten() {
        match sight {
            QueryAnswer::Rings(rings) => parts.extend(rings.iter().map(|ring| {
                let edition = ring.edition.as_ref().map(|(id, _)| id.as_bytes().to_vec()).unwrap_or_default();
                [ring.ring.as_bytes().to_vec(), edition].concat()
            })),
            QueryAnswer::Logs(logs) => parts.extend(logs.iter().map(|log| {
                let log_id = &log.log;
                let entry = log.position.map(|position| position.entry.as_bytes().to_vec()).unwrap_or_default();
                [
                    log_id.audience.as_bytes().as_slice(),
                    log_id.node.as_bytes(),
                    &log_id.incarnation.to_le_bytes(),
                    &log.frozen_after.unwrap_or(u64::MAX).to_le_bytes(),
                    &entry,
                ]
                .concat()
            })),
            _ => {}
        }
    }
    parts.sort();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    digest(&Tag::new("tally/1/views-state"), &parts).to_vec()
}
