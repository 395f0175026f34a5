//! The views: a row a record in sled, on a thread of their own, made from the core and never believed beyond it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tally_control::Record;
use tally_entry::{DocumentId, NodeId, Tag, Time, digest};
use tally_replica::{Query, QueryAnswer, RecordReading, Refused, Replica};
use tally_service::{Filter, Named, Names, NoReply, Page, Views as Rows, row};
use tally_store::{Expected, MemoryViews, Readiness, Scan, ViewError, ViewStore, Views, ViewsConfig};
use tokio::sync::{mpsc, oneshot, watch};

use super::core::CoreHandle;
use tally_home::look;

/// The form of the rows; with another number they are rebuilt.
const FORM: u32 = 1;
const RECORDS: &str = "records";
const HEARD: &str = "heard";
/// Rows read at once.
const PAGE: usize = 256;
/// Readings kept for rows that are behind, of some ten kilobytes each; beyond these the core is asked again.
const READINGS_MAX: usize = 256;
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
    documents: BTreeMap<DocumentId, Option<Arc<RecordReading>>>,
    readings: usize,
}

impl Behind {
    fn note(&mut self, document: DocumentId, record: Option<Arc<RecordReading>>) {
        let kept = record.filter(|_| self.readings < READINGS_MAX);
        self.readings += usize::from(kept.is_some());
        if self.documents.insert(document, kept).flatten().is_some() {
            self.readings -= 1;
        }
    }
}

impl Dirty {
    /// Notes that a document reads differently: so, where that was told.
    pub(super) fn touch(&self, document: DocumentId, record: Option<Arc<RecordReading>>) {
        self.with(|behind| behind.note(document, record));
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
    Page(Filter, Option<DocumentId>, oneshot::Sender<Result<Page, NoReply>>),
    Names(oneshot::Sender<Vec<Named>>),
    Rebuild(oneshot::Sender<u64>),
    Close(Vec<u8>, BTreeMap<NodeId, Time>),
}

/// A handle on the thread of the views.
#[derive(Clone)]
pub(crate) struct ViewsDesk {
    asks: mpsc::Sender<Ask>,
    core: CoreHandle,
}

impl ViewsDesk {
    async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Result<T, NoReply> {
        let (answer, reply) = oneshot::channel();
        self.asks.send(ask(answer)).await.map_err(|_| NoReply::Stopping)?;
        reply.await.map_err(|_| NoReply::Stopping)
    }

    /// Lets the loop go round once: whatever it told before is then noted as behind, and made up before rows are read.
    async fn caught_up(&self) -> Result<(), NoReply> {
        self.core.look(Query::Rings).await.map(|_| ())
    }
}

impl Rows for ViewsDesk {
    async fn find(&self, given: &str) -> Result<Vec<Named>, NoReply> {
        Ok(self.ask(Ask::Names).await?.into_iter().filter(|named| named.answers_to(given)).collect())
    }

    async fn names(&self) -> Result<Vec<Named>, NoReply> {
        self.caught_up().await?;
        self.ask(Ask::Names).await
    }

    async fn page(&self, filter: &Filter, after: Option<DocumentId>) -> Result<Page, NoReply> {
        if after.is_none() {
            self.caught_up().await?;
        }
        self.ask(|answer| Ask::Page(filter.clone(), after, answer)).await?
    }

    async fn rebuild(&self) -> Result<u64, NoReply> {
        self.ask(Ask::Rebuild).await
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
        // A thread that ended early has left views that the next start rebuilds.
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
pub(super) fn open(
    folder: &Path,
    state: &[u8],
    core: CoreHandle,
    names: watch::Receiver<Arc<Names>>,
) -> std::io::Result<OpenViews> {
    let (asks, asks_in) = mpsc::channel(ASKS);
    let dirty = Dirty { documents: Arc::default(), asks: asks.clone() };
    let (store, rebuild) = store(folder, state);
    let mut work = ViewsWork {
        folder: folder.to_owned(),
        store,
        failed: 0,
        named: BTreeMap::new(),
        core: core.clone(),
        names,
        dirty: dirty.clone(),
    };
    if rebuild || work.load_names().is_err() {
        dirty.touch_all();
    }
    let heard = work.heard();
    let thread = std::thread::Builder::new().name("views".into()).spawn(move || work.work(asks_in))?;
    Ok(OpenViews { desk: ViewsDesk { asks: asks.clone(), core }, dirty, thread: ViewsThread { asks, thread }, heard })
}

fn store(folder: &Path, state: &[u8]) -> (Box<dyn ViewStore>, bool) {
    match Views::open(folder, Expected { version: FORM, state }, ViewsConfig::default()) {
        Ok(opened) => {
            let rebuild = match opened.state {
                Readiness::Ready => false,
                Readiness::MustRebuild { why } => {
                    tracing::info!(?why, "the views are rebuilt from the journal");
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

struct ViewsWork {
    folder: PathBuf,
    store: Box<dyn ViewStore>,
    failed: u32,
    named: BTreeMap<DocumentId, Named>,
    core: CoreHandle,
    names: watch::Receiver<Arc<Names>>,
    dirty: Dirty,
}

/// A key with its value.
type Row = (Vec<u8>, Vec<u8>);

/// Why a row was not made.
enum RowError {
    View(ViewError),
    Stopping,
}

impl From<ViewError> for RowError {
    fn from(error: ViewError) -> Self {
        Self::View(error)
    }
}

impl From<NoReply> for RowError {
    fn from(_: NoReply) -> Self {
        Self::Stopping
    }
}

impl ViewsWork {
    fn work(mut self, mut asks: mpsc::Receiver<Ask>) {
        while let Some(ask) = asks.blocking_recv() {
            if let Ask::Close(state, heard) = ask {
                return self.close(&state, &heard);
            }
            self.catch_up();
            match ask {
                Ask::Touch | Ask::Close(..) => {}
                Ask::Page(filter, after, answer) => {
                    let page = self.page(&filter, after).or_else(|error| {
                        self.give_up(&error);
                        self.catch_up();
                        self.page(&filter, after)
                    });
                    let _ = answer.send(page.map_err(|error| NoReply::NoViews(tally_control::told(&error))));
                }
                Ask::Names(answer) => {
                    let _ = answer.send(self.named.values().cloned().collect());
                }
                Ask::Rebuild(answer) => {
                    self.dirty.touch_all();
                    self.catch_up();
                    let _ = answer.send(self.named.len() as u64);
                }
            }
        }
    }

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
                Err(RowError::Stopping) => return,
                Err(RowError::View(error)) => self.give_up(&error),
            }
        }
    }

    fn make_all(&mut self) -> Result<(), RowError> {
        let names = Arc::clone(&self.names.borrow());
        self.store.clear(RECORDS)?;
        self.named.clear();
        if let QueryAnswer::Records(records) = self.core.look_and_wait(Query::Records { ring: None })? {
            for record in records {
                self.put(record.document, &row(&record, &names))?;
            }
        }
        Ok(())
    }

    fn make(&mut self, documents: &BTreeMap<DocumentId, Option<Arc<RecordReading>>>) -> Result<(), RowError> {
        let names = Arc::clone(&self.names.borrow());
        for (document, record) in documents {
            if let Some(record) = record {
                self.put(*document, &row(record, &names))?;
                continue;
            }
            match self.core.look_and_wait(Query::Record { document: *document, at: None }) {
                Ok(QueryAnswer::Record(record)) => self.put(*document, &row(&record, &names))?,
                Err(NoReply::Refused(refused)) if matches!(*refused, Refused::UnknownDocument(_)) => {
                    self.named.remove(document);
                    self.store.remove(RECORDS, document.as_bytes())?;
                }
                Ok(_) => {}
                // One that cannot be read keeps no other row behind.
                Err(NoReply::Refused(why)) => tracing::warn!(%document, %why, "the row is left as it was"),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn put(&mut self, document: DocumentId, row: &Record) -> Result<(), ViewError> {
        self.named.extend(Named::of(row).map(|named| (document, named)));
        let bytes = serde_json::to_vec(row).map_err(|error| ViewError::Database { reason: error.to_string() })?;
        self.store.put(RECORDS, document.as_bytes(), &bytes)
    }

    /// The rows that a filter takes, of as many as are read at once.
    fn page(&self, filter: &Filter, after: Option<DocumentId>) -> Result<Page, ViewError> {
        let after = after.as_ref().map(|document| document.as_bytes().as_slice());
        let read = self.store.scan(RECORDS, Scan { prefix: b"", after, limit: PAGE })?;
        let corrupt = || ViewError::Corrupt { tree: RECORDS.to_owned() };
        let last = read.items.last().map(|(key, _)| key.clone());
        let mut page = Page::default();
        for (_, value) in &read.items {
            let row: Record = serde_json::from_slice(value).map_err(|_| corrupt())?;
            if filter.takes(&row) {
                page.rows.push(row);
            }
        }
        if read.more {
            let key = last.and_then(|key| <[u8; 32]>::try_from(key).ok()).ok_or_else(corrupt)?;
            page.after = Some(DocumentId::from_bytes(key));
        }
        Ok(page)
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
        let mut after = None;
        loop {
            let page = self.page(&Filter::default(), after)?;
            self.named.extend(page.rows.iter().filter_map(Named::of).map(|named| (named.document, named)));
            after = page.after;
            if after.is_none() {
                return Ok(());
            }
        }
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
        tracing::error!(error = tally_control::told(error), "the views failed and are rebuilt");
        self.failed += 1;
        self.store = if self.failed > 1 { Box::new(MemoryViews::new()) } else { store(&self.folder, b"set aside").0 };
        self.dirty.with(|behind| behind.all = true);
    }

    fn close(&self, state: &[u8], heard: &BTreeMap<NodeId, Time>) {
        let behind = self.dirty.with(|behind| behind.all || !behind.documents.is_empty());
        let kept = heard.iter().try_for_each(|(node, at)| self.store.put(HEARD, node.as_bytes(), &at.0.to_le_bytes()));
        // Views that are behind stay without a seal, and the next start rebuilds them.
        if !behind && let Err(error) = kept.and_then(|()| self.store.seal(state)) {
            tracing::warn!(error = tally_control::told(&error), "the views will be rebuilt at the next start");
        }
    }
}

/// Over everything rows are made of: how far each log reaches, and the editions in force.
pub(super) fn state_of(replica: &mut Replica, now: Time) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for answer in [look(replica, now, Query::Rings), look(replica, now, Query::Logs)].into_iter().flatten() {
        match answer {
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
