//! The field: kinds of record, and what may be said about them.
//!
//! Everything here is a value or a pure function. It refuses to know where a record is kept, who is
//! asking, or what time it is.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

pub mod acting;
mod agreed;
mod breach;
mod date;
mod fields;
mod kinds;
mod moves;
mod record_type;
mod reference;
mod rule;
mod state;
mod statement;
mod value;

pub use agreed::{Adoption, AdoptionRule, Agreed, Approval, CountedStatement, StatementPlace};
pub use breach::{Breach, breaches};
pub use fields::{CASE_INFO, Group, HANDLING, LINKS, REFERENCE, RETENTION, STATE};
pub use kinds::{find, types};
pub use moves::{MoveError, check_move, moves};
pub use record_type::{Born, Section, Type, WritersRule, people_state};
pub use reference::{Reference, ReferenceError};
pub use rule::{Contents, Rule, Surroundings};
pub use state::{PeopleState, State};
pub use statement::{Family, StatementWord, find_statement, statements};
pub use value::{ValueError, field_of, parse, parse_line};
