//! The field: kinds of record, and what may be said about them.
//!
//! Everything here is a value or a pure function. It refuses to know where a record is kept, who is
//! asking, or what time it is.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

mod agreed;
mod breach;
mod date;
mod envelope;
mod learning;
mod moves;
mod people_state;
mod priority;
mod record_type;
mod reference;
mod scrutiny;
mod statement;
mod types;
mod value;

pub use agreed::{Adoption, AdoptionRule, Agreed, Approval, Place, Said};
pub use breach::{Breach, Surroundings, breaches};
pub use learning::LEARNING;
pub use moves::{MoveError, check_move, moves};
pub use people_state::{PeopleState, people_state};
pub use priority::PRIORITY;
pub use record_type::{Born, State, Type, WritersRule};
pub use reference::{Reference, ReferenceError};
pub use scrutiny::SCRUTINY;
pub use statement::{Family, StatementWord, find_statement, statements};
pub use types::{find, types};
pub use value::{ValueError, field_of, parse, parse_line};
