//! The service, and the one place where requests find who answers them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tally_control::{Ask, Envelope, LineError, Outcome, Refusal, for_each_request, told};
use tally_entry::Time;
use tally_sovereign::{Disk, Seat, Sovereign, StoreError, ViewStore};
use tokio::sync::watch;

use crate::condition::SharedCondition;
use crate::core::{Core, Looking};
use crate::names::Names;
use crate::papers::Papers;
use crate::refusals;
use crate::views::Views;
use crate::who;

/// The kinds of part that a service stands on.
pub trait Parts: Send + Sync + 'static {
    /// What runs the core.
    type Core: Core;
    /// What keeps the views.
    type Views: Views;
    /// What keeps papers.
    type Papers: Papers;
    /// The disk of the local records.
    type Disk: Disk;
    /// Where the local records' own views are.
    type LocalViews: ViewStore + 'static;
}

/// Answers requests. Each request has its own file, and in it [`Answers`].
pub struct Service<P: Parts> {
    pub(crate) core: P::Core,
    pub(crate) views: P::Views,
    pub(crate) papers: P::Papers,
    store: Arc<Mutex<Sovereign<P::Disk, P::LocalViews>>>,
    /// Lines of the register that an earlier run left open, by number.
    pub(crate) left_open: BTreeSet<u64>,
    names: watch::Receiver<Arc<Names>>,
    pub(crate) condition: SharedCondition,
    pub(crate) now: fn() -> Time,
    /// Held while a reference is chosen and the record with it is made, so that no two get the same.
    pub(crate) making: tokio::sync::Mutex<()>,
}

/// Who asks: the user of this machine, and the seat that was named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// The user's name.
    pub user: String,
    /// The seat to act as, if one was named.
    pub seat: Option<String>,
}

/// Answers one kind of request.
pub trait Answers<A: Ask> {
    /// Answers it, or says why it was not carried out.
    fn answer(&self, ask: A, by: &Asker) -> impl Future<Output = Result<A::Answer, Refusal>> + Send;
}

impl<P: Parts> Service<P> {
    /// A service that stands on these parts: `names` and `condition` are told by whoever runs the core, and `now` is the
    /// clock.
    pub fn new(
        core: P::Core,
        views: P::Views,
        papers: P::Papers,
        store: Sovereign<P::Disk, P::LocalViews>,
        names: watch::Receiver<Arc<Names>>,
        condition: SharedCondition,
        now: fn() -> Time,
    ) -> Self {
        let left_open = store.register().unsettled().map(|line| line.number).collect();
        let store = Arc::new(Mutex::new(store));
        Self { core, views, papers, store, left_open, names, condition, now, making: tokio::sync::Mutex::default() }
    }

    /// What runs the core.
    pub fn core(&self) -> &P::Core {
        &self.core
    }

    /// Answers a request by its name, as one line.
    ///
    /// # Errors
    /// When the answer is longer than a line.
    pub async fn reply(&self, envelope: Envelope, user: &str) -> Result<Vec<u8>, LineError> {
        let by = Asker { user: user.to_owned(), seat: envelope.seat.clone() };
        macro_rules! dispatch {
            ($($request:ident,)*) => {
                match envelope.ask.as_str() {
                    // Each answer in a box of its own: together they would make one very large future.
                    $(<tally_control::$request as Ask>::NAME =>
                        Box::pin(self.line::<tally_control::$request>(envelope, &by)).await,)*
                    unknown => {
                        let said = format!("this version knows no request {unknown:?}");
                        Outcome::<()>::Failed(Refusal::NotUnderstood { said }).to_line()
                    }
                }
            };
        }
        for_each_request!(dispatch)
    }

    async fn line<A: Ask>(&self, envelope: Envelope, by: &Asker) -> Result<Vec<u8>, LineError>
    where
        Self: Answers<A>,
    {
        let outcome = match envelope.read::<A>() {
            Ok(ask) => match self.answer(ask, by).await {
                Ok(answer) => Outcome::Done(answer),
                Err(refusal) => Outcome::Failed(refusal),
            },
            Err(error) => Outcome::Failed(Refusal::NotUnderstood { said: told(&error) }),
        };
        outcome.to_line()
    }

    /// This member and its rings, as they are now.
    pub(crate) fn names(&self) -> Arc<Names> {
        Arc::clone(&self.names.borrow())
    }

    /// Questions to the core.
    pub(crate) fn looking(&self) -> Looking<'_, P::Core> {
        Looking(&self.core)
    }

    /// Does something with the local records, where it may wait for the disk.
    pub(crate) async fn local<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Sovereign<P::Disk, P::LocalViews>) -> T + Send + 'static,
    ) -> T {
        let store = Arc::clone(&self.store);
        let done = tokio::task::spawn_blocking(move || job(&mut store.lock().unwrap_or_else(PoisonError::into_inner)));
        match done.await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime ends, and this task with it.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// Like [`Self::local`], for jobs that can fail; a failure after which nothing may be written any more ends the
    /// node.
    pub(crate) async fn try_local<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Sovereign<P::Disk, P::LocalViews>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Refusal> {
        match self.local(job).await {
            Ok(done) => Ok(done),
            Err(error) => {
                if error.is_fatal() {
                    self.core.give_up(format!("the local records could not be written: {}", told(&error))).await;
                }
                Err(refusals::store(&error))
            }
        }
    }

    /// The seat that acts, where one does.
    pub(crate) async fn seat(&self, by: &Asker) -> Result<Option<Seat>, Refusal> {
        let Asker { user, seat } = by.clone();
        self.local(move |store| who::acting(store, &user, seat.as_deref())).await
    }
}
