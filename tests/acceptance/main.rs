//! What a person at the command line is promised, tried on the real program: homes in temporary folders, loopback only.
#![allow(clippy::disallowed_methods, reason = "tests of a program start processes, write files and wait")]

mod canaries;
mod convergence;
mod demonstration;
mod documents;
mod expect;
mod forgery;
mod founding;
mod libraries;
mod losses;
mod papers;
mod refusals;
mod register;
#[path = "../canary/search.rs"]
mod search;
mod stopping;
mod storage;
mod world;
