//! The entry format as others meet it: its bytes, hostile bytes, and runs.

mod annotate;
mod canonical;
mod co_signature;
mod draft;
mod fixture;
mod flips;
mod golden;
mod hostile;
mod runs;
mod vectors;
