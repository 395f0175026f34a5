//! The promises of the journal and the fence, against every state a crash may leave.

mod crash;
mod faults;
mod flips;
mod model;
mod real;
mod script;
