//! A planted fault must be found, and worlds without one must pass.

use tally_sim::{Plan, SeedError, Violation, run, run_twice};

/// Enough commands for crashes among them, few enough for every build.
const SHORT: Plan = Plan { commands: 150, answers_before_sync: false };

#[test]
fn a_driver_that_answers_before_it_synced_is_found() {
    let plan = Plan { answers_before_sync: true, ..SHORT };
    for seed in 0..5 {
        let Err(SeedError::Violated { violation, .. }) = run(seed, plan) else {
            panic!("seed {seed} did not notice");
        };
        assert!(
            matches!(*violation, Violation::NotDurable { .. } | Violation::Lost { .. }),
            "seed {seed} found something else: {violation}"
        );
    }
}

#[test]
fn short_worlds_keep_every_promise_and_repeat_themselves() {
    for seed in 0..5 {
        let report = run_twice(seed, SHORT).unwrap_or_else(|error| panic!("{error}"));
        assert!(report.nodes >= 3);
        assert!(report.commands >= SHORT.commands);
        assert!(report.entries > 20, "{} entries are too few to mean anything", report.entries);
    }
}

#[test]
fn different_seeds_make_different_worlds() {
    let hash = |seed| run(seed, SHORT).unwrap_or_else(|error| panic!("{error}")).hash;
    assert_ne!(hash(0), hash(1));
}
