use std::collections::{BTreeMap, BTreeSet};

use tally_document::{Document, EditError};
use tally_entry::{Actor, DocumentId, Time, canonical};
use tally_record::Type;
use tally_store::{
    AppendError, Damage, Disk, Fence, FenceError, Frame, Journal, JournalConfig, OpenError, Place, ReadError, Torn,
    ViewError, ViewStore, ViewsOpenError,
};
use thiserror::Error;

use crate::door::{Leaving, Release};
use crate::fact::{Fact, Provenance};
use crate::key::{KeyFileError, SovereignKey};
use crate::people::{People, PeopleError, Person, Seat};
use crate::register::{DisclosureOutcome, Register, RegisterError};
use crate::seal::{SealContext, SealError, Sealer};
use crate::summary::Summary;

/// The kind of every frame: a sealed fact. What it says is nobody's business.
const SEALED_FACT: u8 = 1;

/// The name of the fence beside the journal.
const FENCE: &str = "fence";

/// The form of the summaries; another one makes them anew.
pub(crate) const SUMMARY_FORM: u32 = 1;

/// Says why the sovereign store could not do something.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The key file cannot be used.
    #[error("the key of the sovereign store cannot be used")]
    Key(#[from] KeyFileError),
    /// The store was made with another key.
    #[error("the sovereign store was made with another key")]
    WrongKey,
    /// Sealed bytes could not be made or opened.
    #[error("sealed bytes could not be made or opened")]
    Seal(#[from] SealError),
    /// A fact on disk is of a kind that this version does not know.
    #[error("fact {sequence} of the sovereign store is not known to this version")]
    UnknownFact {
        /// Its number in the journal, from 1.
        sequence: u64,
    },
    /// The journal cannot be opened.
    #[error("the journal of the sovereign store cannot be opened")]
    Open(#[from] OpenError),
    /// The journal cannot be read.
    #[error("the journal of the sovereign store cannot be read")]
    Read(#[from] ReadError),
    /// The journal took nothing, or says it cannot know.
    #[error("the sovereign store could not write")]
    Append(#[from] AppendError),
    /// The fence cannot be read or written.
    #[error("the fence of the sovereign store cannot be used")]
    Fence(#[from] FenceError),
    /// The views cannot be opened.
    #[error("the views of the sovereign store cannot be opened")]
    ViewsOpen(#[from] ViewsOpenError),
    /// The views cannot be read or written.
    #[error("the views of the sovereign store cannot be used")]
    View(#[from] ViewError),
    /// The folder or disk cannot be used.
    #[error("the folder of the sovereign store cannot be used")]
    Io(#[from] std::io::Error),
    /// There is no such local record.
    #[error("there is no local record {given:?}")]
    NoSuchRecord {
        /// The id, first digits or short reference that was written.
        given: String,
    },
    /// The words name several records.
    #[error("{given:?} names several local records: {}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Ambiguous {
        /// The id, first digits or short reference that was written.
        given: String,
        /// The records it names.
        ids: Vec<DocumentId>,
    },
    /// The record is of a kind this version does not know.
    #[error("the local record is of the kind {kind:?}, which this version does not know")]
    UnknownKind {
        /// As the fact on disk names it.
        kind: String,
    },
    /// The edit was refused.
    #[error("the edit was refused")]
    Edit(#[from] EditError),
    /// The workflow has no such step.
    #[error(transparent)]
    Move(#[from] tally_record::MoveError),
    /// The version is none of this record.
    #[error("the record has no such version")]
    UnknownVersion,
    /// No record begins so.
    #[error(transparent)]
    Begin(#[from] tally_record::acting::BeginError),
    /// A field is set by the program alone.
    #[error(transparent)]
    NotByHand(#[from] tally_record::acting::NotByHand),
    /// A local record's own bytes on disk do not pass the gate.
    #[error("the local record {id} is damaged on disk; restore it from a backup")]
    Damaged {
        /// The record whose bytes do not hold.
        id: DocumentId,
    },
    /// Seats or people would not fit together.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The register would be rewritten.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

impl StoreError {
    /// Returns whether the process must end: nobody knows what is on the disk.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Append(error) => error.is_fatal(),
            Self::Fence(_) => true,
            _ => false,
        }
    }
}

/// What was found when the store was opened.
#[derive(Debug)]
pub struct OpenReport {
    /// How many facts the journal holds.
    pub facts: u64,
    /// A tail cut by a crash; nothing in it had been acknowledged.
    pub torn: Option<Torn>,
    /// Damage before the tail, set aside; restore from a backup.
    pub damaged: Vec<Damage>,
    /// Facts that were written once and of which not even damaged bytes are left, as far as the fence and the numbers
    /// of what is there can tell.
    pub gone: u64,
    /// Whether the views were rebuilt.
    pub views_rebuilt: bool,
}

/// What the store knows of a record without opening it.
pub(crate) struct RecordOutline {
    pub(crate) kind: String,
    pub(crate) reference: String,
    pub(crate) made: Vec<Provenance>,
    places: Vec<Place>,
}

/// The local store of one member: records, people, register; nothing of it is in the clear on disk.
///
/// `D` is the disk of its journal, `V` holds its views.
pub struct Sovereign<D: Disk, V: ViewStore> {
    journal: Journal<D>,
    fence: Fence<D>,
    pub(crate) views: V,
    /// Set where the views could not follow the journal: lists are then read from the journal.
    pub(crate) views_behind: bool,
    pub(crate) sealer: Sealer,
    pub(crate) held: BTreeMap<DocumentId, RecordOutline>,
    people: People,
    register: Register,
}

impl<D: Disk, V: ViewStore> Sovereign<D, V> {
    /// Opens a store on a disk, or founds it where there is none.
    ///
    /// `open_views` is given the state the views should be at; it returns them and whether they are
    /// at another one and have to be rebuilt.
    ///
    /// # Errors
    /// Where the key is another one, or the disk cannot be used.
    pub fn open(
        disk: D,
        key: &SovereignKey,
        mut config: JournalConfig,
        open_views: impl FnOnce(&[u8]) -> Result<(V, bool), StoreError>,
    ) -> Result<(Self, OpenReport), StoreError> {
        let fence = Fence::open(disk.clone(), FENCE)?;
        config.fence = fence.head();
        let (journal, opened) = Journal::open(disk, config)?;
        let acknowledged = fence.head().map_or(0, |fence| fence.frames);
        let behind = acknowledged.saturating_sub(journal.head().frames);
        let (views, rebuild) = open_views(&journal.head().chain)?;
        let mut store = Self {
            journal,
            fence,
            views,
            views_behind: false,
            sealer: Sealer::new(key),
            held: BTreeMap::new(),
            people: People::default(),
            register: Register::default(),
        };
        let (facts, first) = store.replay()?;
        // A journal that lost all its segments goes on after the number the fence knows, so the first fact that is there
        // tells it at every later start as well.
        let before_first = first.map_or(acknowledged.saturating_sub(behind), |first| first - 1);
        let gone = if opened.damaged.is_empty() { before_first + behind } else { behind };
        let new = facts == 0 && opened.damaged.is_empty();
        if new {
            store.write(&Fact::Founded)?;
        }
        if rebuild || new {
            store.rebuild_summaries()?;
        }
        let report = OpenReport { facts, torn: opened.torn, damaged: opened.damaged, gone, views_rebuilt: rebuild };
        Ok((store, report))
    }

    /// Returns the seats and who holds them.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Returns the register of disclosures.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// Adds or changes a seat.
    ///
    /// # Errors
    /// Where the seat does not fit the others, or cannot be written.
    pub fn set_seat(&mut self, seat: Seat) -> Result<(), StoreError> {
        self.people.check_seat(&seat)?;
        self.note(&Fact::SeatSet(seat))
    }

    /// Takes a seat away that nobody holds.
    ///
    /// # Errors
    /// Where somebody holds it, or it cannot be written.
    pub fn remove_seat(&mut self, id: &str) -> Result<(), StoreError> {
        self.people.check_removal(id)?;
        self.note(&Fact::SeatGone(id.to_owned()))
    }

    /// Adds or changes a person.
    ///
    /// # Errors
    /// Where a seat is not there, or it cannot be written.
    pub fn set_person(&mut self, person: Person) -> Result<(), StoreError> {
        self.people.check_person(&person)?;
        self.note(&Fact::PersonSet(person))
    }

    /// Takes a person away.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn remove_person(&mut self, user: &str) -> Result<(), StoreError> {
        self.note(&Fact::PersonGone(user.to_owned()))
    }

    /// Writes the register line of words that are about to leave, and only then hands the words out.
    ///
    /// # Errors
    /// Where the line cannot be written; then nothing leaves.
    pub fn intend(&mut self, release: Release, now: Time) -> Result<Leaving, StoreError> {
        let (line, leaving) = release.open(self.register.next_number(), now);
        self.note(&Fact::Intended(Box::new(line)))?;
        Ok(leaving)
    }

    /// Writes that the words of a register line left, as which shared record.
    ///
    /// # Errors
    /// Where the line is settled already, or cannot be written.
    pub fn left(&mut self, number: u64, shared: DocumentId, now: Time) -> Result<(), StoreError> {
        self.settle_line(number, DisclosureOutcome::Done { at: now, shared })
    }

    /// Writes that the words of a register line did not leave, and why.
    ///
    /// # Errors
    /// Where the line is settled already, or cannot be written.
    pub fn not_sent(&mut self, number: u64, why: &str, now: Time) -> Result<(), StoreError> {
        self.settle_line(number, DisclosureOutcome::NotSent { at: now, why: why.to_owned() })
    }

    fn settle_line(&mut self, number: u64, outcome: DisclosureOutcome) -> Result<(), StoreError> {
        self.register.check(number)?;
        self.note(&Fact::Settled(number, outcome))
    }

    /// Returns the kind and the short reference of a local record, known also where it does not open.
    #[must_use]
    pub fn label(&self, id: DocumentId) -> Option<(&str, &str)> {
        self.held.get(&id).map(|held| (held.kind.as_str(), held.reference.as_str()))
    }

    /// Returns the ids of every local record.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<DocumentId> {
        self.held.keys().copied().collect()
    }

    /// Seals and writes one fact, durably, and takes it in.
    pub(crate) fn write(&mut self, fact: &Fact) -> Result<(), StoreError> {
        let plain = zeroize::Zeroizing::new(canonical::encode(fact));
        let sealed = self.sealer.seal(SealContext::Journal, &plain)?;
        let appended = self.journal.append(&[Frame { kind: SEALED_FACT, payload: &sealed }])?;
        self.fence.record(&appended.upto)?;
        if let Some(place) = appended.places.first() {
            self.take(fact.clone(), *place);
        }
        Ok(())
    }

    /// Writes a fact that no summary shows.
    fn note(&mut self, fact: &Fact) -> Result<(), StoreError> {
        self.write(fact)?;
        self.follow(None);
        Ok(())
    }

    /// Lets the views follow what the journal has; where they cannot, nothing is lost and nothing fails.
    pub(crate) fn follow(&mut self, changed: Option<(DocumentId, &Document)>) {
        if !self.views_behind {
            let put = changed.map_or(Ok(()), |(id, document)| self.put_summary(id, document));
            self.views_behind = put.and_then(|()| self.seal_views()).is_err();
        }
    }

    /// Marks the views as being at the journal's head.
    fn seal_views(&self) -> Result<(), StoreError> {
        Ok(self.views.seal(&self.journal.head().chain)?)
    }

    /// Reads every fact; returns how many there are, and the number of the first in the journal.
    fn replay(&mut self) -> Result<(u64, Option<u64>), StoreError> {
        let mut facts = Vec::new();
        let mut seen = 0;
        let mut first = None;
        for stored in self.journal.frames() {
            let stored = match stored {
                Ok(stored) => stored,
                // Reported by the opening; what follows it is still read.
                Err(ReadError::Damaged(_)) => continue,
                Err(error) => return Err(error.into()),
            };
            let plain = match self.sealer.open(SealContext::Journal, &stored.payload) {
                Ok(plain) => plain,
                Err(_) if seen == 0 => return Err(StoreError::WrongKey),
                Err(error) => return Err(error.into()),
            };
            let unknown = |_| StoreError::UnknownFact { sequence: stored.sequence };
            facts.push((canonical::decode::<Fact>(&plain).map_err(unknown)?, stored.place));
            first = first.or(Some(stored.sequence));
            seen += 1;
        }
        for (fact, place) in facts {
            self.take(fact, place);
        }
        Ok((seen, first))
    }

    /// Takes a fact in that is on disk.
    fn take(&mut self, fact: Fact, place: Place) {
        match fact {
            Fact::Founded => {}
            Fact::Born { document, kind, reference, made, .. } => {
                self.held.insert(document, RecordOutline { kind, reference, made: vec![made], places: vec![place] });
            }
            Fact::Changed { document, made, .. } => {
                if let Some(held) = self.held.get_mut(&document) {
                    held.made.push(made);
                    held.places.push(place);
                }
            }
            Fact::SeatSet(seat) => self.people.take_seat(seat),
            Fact::SeatGone(id) => self.people.drop_seat(&id),
            Fact::PersonSet(person) => self.people.take_person(person),
            Fact::PersonGone(user) => self.people.drop_person(&user),
            Fact::Intended(line) => self.register.take(*line),
            Fact::Settled(number, outcome) => self.register.settle(number, outcome),
        }
    }

    /// Reads a record's changes back, the birth first.
    pub(crate) fn changes(&self, id: DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
        let held = self.held.get(&id).ok_or_else(|| StoreError::NoSuchRecord { given: id.to_string() })?;
        held.places
            .iter()
            .map(|place| {
                let stored = self.journal.read(*place)?;
                let plain = self.sealer.open(SealContext::Journal, &stored.payload)?;
                match canonical::decode::<Fact>(&plain) {
                    Ok(Fact::Born { change, .. } | Fact::Changed { change, .. }) => Ok(change),
                    _ => Err(StoreError::Damaged { id }),
                }
            })
            .collect()
    }

    /// Returns the type of a record.
    pub(crate) fn kind_of(&self, id: DocumentId) -> Result<&'static Type, StoreError> {
        let held = self.held.get(&id).ok_or_else(|| StoreError::NoSuchRecord { given: id.to_string() })?;
        tally_record::find(&held.kind).ok_or_else(|| StoreError::UnknownKind { kind: held.kind.clone() })
    }

    /// Returns the one writer of a local document.
    pub(crate) fn actor(&self, id: DocumentId) -> Actor {
        Actor::from_bytes(self.sealer.actor(id.as_bytes()))
    }

    /// Makes every summary anew from the records.
    fn rebuild_summaries(&mut self) -> Result<(), StoreError> {
        Summary::clear(&self.views)?;
        for id in self.ids() {
            // A record that cannot be read is missing from lists, and says why when it is opened.
            if let Ok(document) = self.document(id) {
                self.put_summary(id, &document)?;
            }
        }
        self.seal_views()
    }

    /// Writes the summary of a record as it stands.
    fn put_summary(&self, id: DocumentId, document: &Document) -> Result<(), StoreError> {
        let kind = self.kind_of(id)?;
        let held = self.held.get(&id).ok_or_else(|| StoreError::NoSuchRecord { given: id.to_string() })?;
        let summary = Summary::of(id, kind, held, document)?;
        summary.put(&self.views, &self.sealer)
    }
}
