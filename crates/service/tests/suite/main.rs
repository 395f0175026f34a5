//! The service on nodes in memory: a real core, a store on a disk in memory, no network, no process, no waiting.

mod beginning;
mod changing;
mod guarding;
mod knowing;
mod lines;
mod memory;
mod people;
mod reading;
mod responding;
mod sharing;
