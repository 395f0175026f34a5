//! Who acts: the seat that was named, or the one that the user of this machine holds.

use std::collections::BTreeSet;

use tally_control::{Refusal, Seat};
use tally_guard::Words;
use tally_replica::Speaker;
use tally_sovereign::{Disk, Person, Seat as OwnSeat, Sovereign, StoreError, ViewStore, WhoError};

use crate::refusals;

/// The standing of a seat that was added without one.
const STANDING: &str = "voting";

/// The seat that acts, where one does; a seat that was named must be one that this user may act as.
pub(crate) fn acting<D: Disk, V: ViewStore>(
    store: &Sovereign<D, V>,
    user: &str,
    named: Option<&str>,
) -> Result<Option<OwnSeat>, Refusal> {
    let people = store.people();
    let Some(named) = named else {
        return Ok(people.acting(user, None).ok().cloned());
    };
    let Some(seat) = people.seat(named) else {
        let known = people.seats().map(|seat| seat.id.clone()).collect();
        return Err(Refusal::NoSuchSeat { given: named.to_owned(), known });
    };
    // A seat that nobody was given is whoever's runs the node: this socket takes requests from nobody else.
    if people.holders(named).next().is_none() {
        return Ok(Some(seat.clone()));
    }
    people.acting(user, Some(named)).map(|seat| Some(seat.clone())).map_err(|error| not_theirs(error, named))
}

/// The seat that must act, for what only seats do.
pub(crate) fn must_act(seat: Option<OwnSeat>) -> Result<OwnSeat, Refusal> {
    seat.ok_or(Refusal::SeatNeeded)
}

/// The seat as entries name it.
pub(crate) fn speaker(seat: &OwnSeat) -> Speaker {
    let OwnSeat { id, role, sector, areas, .. } = seat.clone();
    Speaker { seat: id, role, sector, areas }
}

/// Adds or changes a seat, and gives it to users.
///
/// # Errors
/// Where its words identify a person, it does not fit the others, or it cannot be written.
pub fn add_seat<D: Disk, V: ViewStore>(
    store: &mut Sovereign<D, V>,
    seat: &Seat,
    users: &[String],
) -> Result<(), Refusal> {
    let seat = checked(seat)?;
    keep(store, seat, users).map_err(|error| refusals::store(&error))
}

/// The seat as it is kept; refused where it identifies a person.
pub(crate) fn checked(seat: &Seat) -> Result<OwnSeat, Refusal> {
    let standing = if seat.standing.trim().is_empty() { STANDING.to_owned() } else { seat.standing.trim().to_owned() };
    let held = OwnSeat {
        id: seat.id.trim().to_owned(),
        role: seat.role.clone(),
        sector: seat.sector.clone(),
        areas: seat.areas.clone(),
        standing,
        delegated_from: None,
    };
    check_seat(&held)?;
    Ok(held)
}

/// Keeps a seat, and gives it to users.
pub(crate) fn keep<D: Disk, V: ViewStore>(
    store: &mut Sovereign<D, V>,
    seat: OwnSeat,
    users: &[String],
) -> Result<(), StoreError> {
    let id = seat.id.clone();
    store.set_seat(seat)?;
    for user in users.iter().collect::<BTreeSet<_>>() {
        let before = store.people().persons().find(|person| person.user == *user).cloned();
        let mut person = before.unwrap_or_else(|| Person { user: user.clone(), name: user.clone(), seats: Vec::new() });
        if !person.seats.contains(&id) {
            person.seats.push(id.clone());
            store.set_person(person)?;
        }
    }
    Ok(())
}

/// Stops a seat that identifies a person before it is kept: its words leave with whatever it writes.
fn check_seat(seat: &OwnSeat) -> Result<(), Refusal> {
    let mut words = Words::default();
    for (place, text) in [("the seat's id", &seat.id), ("its role", &seat.role), ("its sector", &seat.sector)] {
        words.at(place, text);
    }
    words.at("its areas", &seat.areas);
    match words.findings() {
        findings if findings.is_empty() => Ok(()),
        findings => Err(Refusal::Guard { findings: refusals::checks(&findings), door: false }),
    }
}

/// The seats of a store.
pub fn seats<D: Disk, V: ViewStore>(store: &Sovereign<D, V>) -> Vec<Seat> {
    store
        .people()
        .seats()
        .map(|seat| Seat {
            id: seat.id.clone(),
            role: seat.role.clone(),
            sector: seat.sector.clone(),
            areas: seat.areas.clone(),
            standing: seat.standing.clone(),
        })
        .collect()
}

fn not_theirs(error: WhoError, named: &str) -> Refusal {
    match error {
        WhoError::NoSeat { user } => Refusal::NotTheirSeat { user, seat: named.to_owned(), held: Vec::new() },
        WhoError::NotTheirs { user, seat, held } => Refusal::NotTheirSeat { user, seat, held },
    }
}
