//! Every request that people make of a node, answered: one file a request, for command line and pages alike.
//!
//! It stands on a [`Core`] that somebody runs, the [`Views`] that somebody keeps, and a store of local records; it
//! opens no file or socket and waits for no partner. What it refuses it says as a [`Refusal`](tally_control::Refusal);
//! what helps is for whoever shows it.

mod condition;
mod core;
mod day;
mod edits;
mod json;
mod log_list;
mod log_show;
mod log_verify;
mod names;
mod naming;
mod papers;
mod peers;
mod problems;
mod record_add;
mod record_contributions;
mod record_diff;
mod record_history;
mod record_list;
mod record_move;
mod record_new;
mod record_set;
mod record_settle;
mod record_show;
mod records;
mod refusals;
mod register_settle;
mod register_show;
mod respond;
mod ring_list;
mod ring_take;
mod seat_add;
mod seat_list;
mod service;
mod shape;
mod share;
mod status;
mod sync;
mod views;
mod views_rebuild;
mod who;
mod why;

pub use condition::{Condition, Contact, SharedCondition};
pub use core::{Core, NoReply};
pub use log_verify::verified;
pub use names::Names;
pub use papers::Papers;
pub use refusals::core as refused;
pub use ring_list::{of_edition, rings};
pub use service::{Answers, Asker, Parts, Service};
pub use shape::row;
pub use views::{Filter, Named, Page, Views};
pub use who::{add_seat, seats};
