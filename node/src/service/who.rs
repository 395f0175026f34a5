//! Who acts: the seat that was named, or the one that the user of this machine holds.

use std::collections::BTreeSet;

use tally_control::{Exit, Failure, Seat};
use tally_replica::Speaker;
use tally_sovereign::{Person, Seat as Held, SovereignFolder, StoreError, WhoError};

use super::{guarding, refusals};

/// Where the system keeps the users that it knows itself.
const USERS: &str = "/etc/passwd";
/// The standing of a seat that was added without one.
const STANDING: &str = "voting";

/// The name of a user; the number where the system knows no name.
pub(crate) async fn user_name(user: u32) -> String {
    let number = user.to_string();
    let listed = std::fs::read_to_string(USERS).unwrap_or_default();
    if let Some(name) = listed.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)? == number).then(|| name.to_owned())
    }) {
        return name;
    }
    // Users of a directory service are not in the file; the system's own command asks wherever they are.
    let told = tokio::process::Command::new("id").args(["-nu", &number]).output().await;
    told.ok()
        .filter(|told| told.status.success())
        .and_then(|told| String::from_utf8(told.stdout).ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or(number)
}

/// The seat that acts, where one does; a seat that was named must be one that this user may act as.
pub(crate) fn acting(store: &SovereignFolder, user: &str, named: Option<&str>) -> Result<Option<Held>, Failure> {
    let people = store.people();
    let Some(named) = named else {
        return match people.acting(user, None) {
            Ok(seat) => Ok(Some(seat.clone())),
            Err(WhoError::NoSeat { .. }) => Ok(None),
            Err(error) => Err(not_theirs(&error)),
        };
    };
    let Some(seat) = people.seat(named) else {
        let known: Vec<&str> = people.seats().map(|seat| seat.id.as_str()).collect();
        let known = if known.is_empty() { "there are none yet".to_owned() } else { known.join(", ") };
        return Err(Failure::new(
            Exit::NotPermitted,
            "Nobody acts",
            format!("there is no seat {named:?} here; the seats are: {known}"),
            "Add it with `tally seat add ID --role TEXT --sector WORD`.",
        ));
    };
    // A seat that nobody was given is whoever's runs the node: this socket takes requests from nobody else.
    if people.holders(named).next().is_none() {
        return Ok(Some(seat.clone()));
    }
    people.acting(user, Some(named)).map(|seat| Some(seat.clone())).map_err(|error| not_theirs(&error))
}

/// The seat that must act, for what only seats do.
pub(crate) fn must_act(seat: Option<Held>, what: &str) -> Result<Held, Failure> {
    seat.ok_or_else(|| {
        Failure::new(
            Exit::NotPermitted,
            what,
            "a seat has to answer for it, and an administrator is not a seat",
            "Name a seat with --as SEAT; `tally seat add ID --role TEXT --sector WORD` makes one, and gives it to a \
             user of this machine.",
        )
    })
}

/// The seat as entries name it, after the guard has seen its words: they leave with whatever it writes.
pub(crate) fn speaker(what: &str, seat: &Held) -> Result<Speaker, Failure> {
    guarding::check_seat(what, seat)?;
    let Held { id, role, sector, areas, .. } = seat.clone();
    Ok(Speaker { seat: id, role, sector, areas })
}

/// Adds or changes a seat, and gives it to users.
pub(crate) fn add_seat(store: &mut SovereignFolder, seat: &Seat, users: &[String]) -> Result<(), Failure> {
    let what = "The seat was not added";
    let failed = |error: StoreError| refusals::local(what, &error);
    let standing = if seat.standing.trim().is_empty() { STANDING.to_owned() } else { seat.standing.trim().to_owned() };
    let held = Held {
        id: seat.id.trim().to_owned(),
        role: seat.role.clone(),
        sector: seat.sector.clone(),
        areas: seat.areas.clone(),
        standing,
        delegated_from: None,
    };
    guarding::check_seat(what, &held)?;
    let id = held.id.clone();
    store.set_seat(held).map_err(failed)?;
    for user in users.iter().collect::<BTreeSet<_>>() {
        let before = store.people().persons().find(|person| person.user == *user).cloned();
        let mut person = before.unwrap_or_else(|| Person { user: user.clone(), name: user.clone(), seats: Vec::new() });
        if !person.seats.contains(&id) {
            person.seats.push(id.clone());
            store.set_person(person).map_err(failed)?;
        }
    }
    Ok(())
}

/// The seats.
pub(crate) fn seats(store: &SovereignFolder) -> Vec<Seat> {
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

fn not_theirs(error: &WhoError) -> Failure {
    Failure::new(
        Exit::NotPermitted,
        "Nobody acts",
        error.to_string(),
        "Act as a seat that you hold, or have this one given to you: `tally seat add`.",
    )
}
