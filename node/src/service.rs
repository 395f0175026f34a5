//! Every request of the control socket, answered from the core, the record types and the sovereign store.

mod atlas;
mod editing;
mod guarding;
mod json;
mod logs;
mod naming;
mod reading;
pub(crate) mod refusals;
mod responding;
pub(crate) mod rings;
pub(crate) mod shape;
mod sharing;
mod status;
pub(crate) mod who;
mod why;
mod writing;

use std::sync::{Arc, Mutex, PoisonError};

use tally_control::{Answer, Envelope, Event, Exit, Failure, Request};
use tally_home::Home;
use tally_replica::{Query, QueryAnswer};
use tally_sovereign::{Seat, SovereignFolder, StoreError};
use tokio::sync::broadcast;

pub(crate) use atlas::Atlas;
pub(crate) use logs::verified;

use crate::running::{Core, News, Shared, ViewsDesk, Wish};

/// Answers requests.
pub(crate) struct Service {
    home: Home,
    core: Core,
    store: Arc<Mutex<SovereignFolder>>,
    views: ViewsDesk,
    shared: Shared,
    news: News,
    /// Held while a reference is chosen and the record with it is made, so that no two get the same.
    making: tokio::sync::Mutex<()>,
}

impl Service {
    /// A service of these parts.
    pub(crate) fn new(
        home: Home,
        core: Core,
        store: SovereignFolder,
        views: ViewsDesk,
        shared: Shared,
        news: News,
    ) -> Self {
        let store = Arc::new(Mutex::new(store));
        Self { home, core, store, views, shared, news, making: tokio::sync::Mutex::new(()) }
    }

    /// Every event from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.news.listen()
    }

    /// Answers one request of a user of this machine.
    pub(crate) async fn answer(&self, envelope: Envelope, user: &str) -> Result<Answer, Failure> {
        let seat = envelope.seat.as_deref();
        match envelope.request {
            Request::Status => self.status().await.map(Answer::Status),
            Request::Peers => self.peers().await.map(|peers| Answer::Peers { peers }),
            Request::Sync { record } => self.sync(record.as_deref()).await.map(|records| Answer::Sync { records }),
            Request::Why { member, record } => self.why(&member, record.as_deref()).await.map(Answer::Why),
            Request::Rings { ring } => self.rings(ring.as_deref()).await.map(|rings| Answer::Rings { rings }),
            Request::RingTake { invitation } => self.ring_take(&invitation).await,
            Request::RecordNew { kind, ring, only, set } => {
                let seat = self.seat(user, seat).await?;
                self.record_new(&kind, ring.as_deref(), &only, &set, seat).await.map(Answer::Made)
            }
            Request::RecordSet { id, set, base, reason } => {
                let seat = self.seat(user, seat).await?;
                self.record_set(&id, &set, base.as_deref(), reason, seat).await.map(Answer::Made)
            }
            Request::RecordAdd { id, field, set } => {
                let seat = self.seat(user, seat).await?;
                self.record_add(&id, &field, &set, seat).await.map(Answer::Made)
            }
            Request::RecordMove { id, state } => {
                let seat = self.seat(user, seat).await?;
                self.record_move(&id, &state, seat).await.map(Answer::Made)
            }
            Request::RecordSettle { id, field, keep } => {
                let seat = self.seat(user, seat).await?;
                self.record_settle(&id, &field, &keep, seat).await.map(Answer::Made)
            }
            Request::RecordShow { id, at } => {
                self.record_show(&id, at.as_deref()).await.map(|record| Answer::Record(Box::new(record)))
            }
            Request::RecordList { kind, ring, local, matching, due_before } => {
                let list = reading::List { kind, ring, local, matching, due_before };
                self.record_list(list).await.map(|records| Answer::Records { records })
            }
            Request::RecordHistory { id } => self.record_history(&id).await.map(|changes| Answer::History { changes }),
            Request::RecordDiff { id, before, after, since_agreed, since } => {
                self.record_diff(&id, before.as_deref(), after.as_deref(), since_agreed, since.as_deref()).await
            }
            Request::Respond { id, word, note, authority, version } => {
                let seat = self.seat(user, seat).await?;
                let said = responding::Said { word, note, authority, version };
                self.respond(&id, said, seat).await.map(Answer::Made)
            }
            Request::Share { id, ring, only, fields, basis, dry_run, override_reason } => {
                let seat = self.seat(user, seat).await?;
                let wish = sharing::Wish { id, ring, only, fields, basis, dry_run, override_reason };
                self.share(wish, seat).await.map(Answer::Shared)
            }
            Request::Register => self.register().await.map(|disclosures| Answer::Register { disclosures }),
            Request::SeatAdd { seat, users } => self
                .local(move |store| who::add_seat(store, &seat, &users).map(|()| who::seats(store)))
                .await
                .map(|seats| Answer::Seats { seats }),
            Request::Seats => Ok(Answer::Seats { seats: self.local(|store| who::seats(store)).await }),
            Request::Logs => self.logs().await,
            Request::LogShow { entry } => self.log_show(&entry).await.map(|entry| Answer::Entry(Box::new(entry))),
            Request::LogVerify => self.log_verify().await.map(Answer::Verified),
            Request::ViewsRebuild => {
                let rows = self.views.rebuild().await.map_err(|undone| undone.failure("The views were not rebuilt"))?;
                tracing::info!(rows, "the views were made anew");
                Ok(Answer::Nothing {})
            }
            Request::Events => Err(Failure::new(
                Exit::Usage,
                "No events were told",
                "events are told on a connection of their own",
                "Ask for them as the first request.",
            )),
            Request::Cut { off } => {
                self.core.wish(Wish::Cut(off)).await;
                Ok(Answer::Nothing {})
            }
            Request::Stop => {
                let core = self.core.clone();
                // The answer goes out before the loop ends.
                tokio::spawn(async move {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    core.wish(Wish::Stop).await;
                });
                Ok(Answer::Nothing {})
            }
        }
    }

    /// Does something with the sovereign store, where it may wait for the disk.
    pub(crate) async fn local<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut SovereignFolder) -> T + Send + 'static,
    ) -> T {
        let store = Arc::clone(&self.store);
        let done = tokio::task::spawn_blocking(move || job(&mut store.lock().unwrap_or_else(PoisonError::into_inner)));
        match done.await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The same for what may fail; a failure after which nothing may be written any more ends the node.
    pub(crate) async fn try_local<T: Send + 'static>(
        &self,
        what: &str,
        job: impl FnOnce(&mut SovereignFolder) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        match self.local(job).await {
            Ok(done) => Ok(done),
            Err(error) => {
                if error.is_fatal() {
                    let why = format!("the local records could not be written: {}", tally_control::told(&error));
                    self.core.wish(Wish::Broken(why)).await;
                }
                Err(refusals::local(what, &error))
            }
        }
    }

    async fn seat(&self, user: &str, named: Option<&str>) -> Result<Option<Seat>, Failure> {
        let (user, named) = (user.to_owned(), named.map(str::to_owned));
        self.local(move |store| who::acting(store, &user, named.as_deref())).await
    }

    /// The rings with their names, as they are now.
    pub(crate) async fn atlas(&self, what: &str) -> Result<Atlas, Failure> {
        let mut atlas = Atlas::new(self.home.member(), self.home.name().to_owned());
        if let QueryAnswer::Rings(rings) = self.core.look(Query::Rings).await.map_err(|undone| undone.failure(what))? {
            atlas.rings = rings;
        }
        Ok(atlas)
    }
}
