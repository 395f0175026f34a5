//! Replicas that talk to each other over a network that loses nothing.

mod acts;
mod chance;
mod convergence;
mod forks;
mod founding;
mod frame;
mod guarding;
mod liar;
mod network;
mod restoring;
mod sharing;
