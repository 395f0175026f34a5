use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use thiserror::Error;

/// The standing whose seats vote, and may override the guard with a written reason.
const VOTING: &str = "voting";

/// The words of a seat's standing.
pub const STANDINGS: [&str; 6] =
    [VOTING, "non_voting", "participant_observer", "adviser", "co_opted", "guest_observer"];

/// A place at a table; who sits there stays at home.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Seat {
    /// The word that names it, such as `dcs`.
    #[n(0)]
    pub id: String,
    /// What the seat is, such as "Director of Children's Services".
    #[n(1)]
    pub role: String,
    /// The sector it sits for.
    #[n(2)]
    pub sector: String,
    /// The areas it sits for; none means the member's own.
    #[n(3)]
    pub areas: Vec<String>,
    /// One of [`STANDINGS`].
    #[n(4)]
    pub standing: String,
    /// The seat it has its authority from, where it is delegated.
    #[n(5)]
    pub delegated_from: Option<String>,
}

impl Seat {
    /// Returns whether it votes: its approvals and objections count.
    #[must_use]
    pub fn votes(&self) -> bool {
        self.standing == VOTING
    }

    /// Returns whether it may let words through that the guard stopped.
    #[must_use]
    pub fn may_override(&self) -> bool {
        self.votes()
    }
}

/// A person of this member; the name never leaves.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Person {
    /// The user name on this machine that the person works under.
    #[n(0)]
    pub user: String,
    /// The person's name.
    #[n(1)]
    pub name: String,
    /// The seats the person holds, the usual one first.
    #[n(2)]
    pub seats: Vec<String>,
}

/// Says why a change to seats or people is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PeopleError {
    /// A name is empty or has a space in it.
    #[error("{what} is a single word, not {given:?}")]
    NotAWord {
        /// What the word is for: a seat or a user.
        what: &'static str,
        /// What was written instead.
        given: String,
    },
    /// The standing is not known.
    #[error("{given:?} is not a standing; allowed are: {}", STANDINGS.join(", "))]
    UnknownStanding {
        /// What was written instead.
        given: String,
    },
    /// There is no such seat.
    #[error("there is no seat {id:?}")]
    UnknownSeat {
        /// The word that names no seat.
        id: String,
    },
    /// Somebody still holds the seat.
    #[error("{holder} still holds the seat {id:?}")]
    Held {
        /// The word that names the seat.
        id: String,
        /// Who holds it.
        holder: String,
    },
}

/// Says why it is not clear who acts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WhoError {
    /// The user of this machine holds no seat.
    #[error("the user {user:?} holds no seat here")]
    NoSeat {
        /// The name of the account on this machine.
        user: String,
    },
    /// The user of this machine does not hold that seat.
    #[error("the user {user:?} does not hold the seat {seat:?}; held: {}", held.join(", "))]
    NotTheirs {
        /// The name of the account on this machine.
        user: String,
        /// The word that names the seat asked for.
        seat: String,
        /// The seats the user holds.
        held: Vec<String>,
    },
}

/// The seats of this member and who holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    seats: BTreeMap<String, Seat>,
    persons: BTreeMap<String, Person>,
}

impl People {
    /// Returns the seats in order of their ids.
    pub fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.seats.values()
    }

    /// Returns the people in order of their user names.
    pub fn persons(&self) -> impl Iterator<Item = &Person> {
        self.persons.values()
    }

    /// Returns a seat by id.
    #[must_use]
    pub fn seat(&self, id: &str) -> Option<&Seat> {
        self.seats.get(id)
    }

    /// Returns who holds a seat.
    pub fn holders<'a>(&'a self, seat: &'a str) -> impl Iterator<Item = &'a Person> {
        self.persons.values().filter(move |person| person.seats.iter().any(|held| held == seat))
    }

    /// Says who acts: the seat asked for if the user holds it, else the user's usual one.
    ///
    /// # Errors
    /// An administrator is not a seat: a user without one acts as nobody.
    pub fn acting(&self, user: &str, asked: Option<&str>) -> Result<&Seat, WhoError> {
        let held: Vec<&str> = self
            .persons
            .get(user)
            .map(|person| person.seats.iter().map(String::as_str).filter(|s| self.seats.contains_key(*s)).collect())
            .unwrap_or_default();
        let none = || WhoError::NoSeat { user: user.to_owned() };
        let usual = held.first().ok_or_else(none)?;
        let seat = match asked {
            Some(asked) if held.contains(&asked) => asked,
            Some(asked) => {
                let held = held.iter().map(|s| (*s).to_owned()).collect();
                return Err(WhoError::NotTheirs { user: user.to_owned(), seat: asked.to_owned(), held });
            }
            None => usual,
        };
        self.seats.get(seat).ok_or_else(none)
    }

    /// Checks a seat before it is written.
    pub(crate) fn check_seat(&self, seat: &Seat) -> Result<(), PeopleError> {
        single_word("a seat", &seat.id)?;
        if !STANDINGS.contains(&seat.standing.as_str()) {
            return Err(PeopleError::UnknownStanding { given: seat.standing.clone() });
        }
        match &seat.delegated_from {
            Some(from) if *from == seat.id || !self.seats.contains_key(from) => {
                Err(PeopleError::UnknownSeat { id: from.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Checks a person before it is written.
    pub(crate) fn check_person(&self, person: &Person) -> Result<(), PeopleError> {
        single_word("a user name", &person.user)?;
        match person.seats.iter().find(|id| !self.seats.contains_key(*id)) {
            Some(id) => Err(PeopleError::UnknownSeat { id: id.clone() }),
            None => Ok(()),
        }
    }

    /// Checks that a seat may be taken away.
    pub(crate) fn check_removal(&self, id: &str) -> Result<(), PeopleError> {
        if !self.seats.contains_key(id) {
            return Err(PeopleError::UnknownSeat { id: id.to_owned() });
        }
        match self.holders(id).next() {
            Some(person) => Err(PeopleError::Held { id: id.to_owned(), holder: person.name.clone() }),
            None => Ok(()),
        }
    }

    pub(crate) fn take_seat(&mut self, seat: Seat) {
        self.seats.insert(seat.id.clone(), seat);
    }

    pub(crate) fn drop_seat(&mut self, id: &str) {
        self.seats.remove(id);
    }

    pub(crate) fn take_person(&mut self, person: Person) {
        self.persons.insert(person.user.clone(), person);
    }

    pub(crate) fn drop_person(&mut self, user: &str) {
        self.persons.remove(user);
    }
}

fn single_word(what: &'static str, given: &str) -> Result<(), PeopleError> {
    if given.is_empty() || given.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(PeopleError::NotAWord { what, given: given.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(id: &str) -> Seat {
        Seat {
            id: id.to_owned(),
            role: "Director".to_owned(),
            sector: "local_authority".to_owned(),
            areas: vec!["E09000004".to_owned()],
            standing: "voting".to_owned(),
            delegated_from: None,
        }
    }

    fn people() -> People {
        let mut people = People::default();
        people.take_seat(seat("dcs"));
        people.take_seat(seat("chair"));
        let seats = vec!["dcs".to_owned(), "chair".to_owned()];
        people.take_person(Person { user: "sam".to_owned(), name: "Sam Green".to_owned(), seats });
        people
    }

    #[test]
    fn the_usual_seat_acts_where_none_is_named() {
        assert_eq!(people().acting("sam", None).unwrap().id, "dcs");
    }

    #[test]
    fn a_named_seat_acts_if_the_user_holds_it() {
        assert_eq!(people().acting("sam", Some("chair")).unwrap().id, "chair");
    }

    #[test]
    fn nobody_acts_from_a_seat_of_others() {
        let error = people().acting("sam", Some("nurse")).unwrap_err();
        assert!(matches!(error, WhoError::NotTheirs { .. }));
    }

    #[test]
    fn an_administrator_is_not_a_seat() {
        assert_eq!(people().acting("root", Some("dcs")), Err(WhoError::NoSeat { user: "root".to_owned() }));
    }

    #[test]
    fn a_seat_that_was_taken_away_no_longer_acts() {
        let mut people = people();
        people.drop_seat("dcs");
        assert_eq!(people.acting("sam", None).unwrap().id, "chair");
    }

    #[test]
    fn a_held_seat_stays() {
        assert!(matches!(people().check_removal("dcs"), Err(PeopleError::Held { .. })));
    }

    #[test]
    fn an_unknown_standing_is_refused_with_the_known_ones() {
        let odd = Seat { standing: "boss".to_owned(), ..seat("x") };
        assert!(people().check_seat(&odd).unwrap_err().to_string().contains("non_voting"));
    }

    #[test]
    fn a_seat_cannot_have_its_authority_from_itself() {
        let odd = Seat { delegated_from: Some("x".to_owned()), ..seat("x") };
        assert!(people().check_seat(&odd).is_err());
    }

    #[test]
    fn a_person_cannot_hold_a_seat_that_is_not_there() {
        let odd = Person { user: "a".to_owned(), name: "A".to_owned(), seats: vec!["nurse".to_owned()] };
        assert!(matches!(people().check_person(&odd), Err(PeopleError::UnknownSeat { .. })));
    }
}
