//! What the ring's values promise, seen from outside the crate.

mod acts;
mod cards;
mod chains;
mod departures;
mod editions;
mod fixture;
mod forks;
mod golden;
mod invitations;
mod orders;
mod properties;
mod receipts;
mod rings;
mod roots;
mod whose_node;
