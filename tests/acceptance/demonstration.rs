use serde_json::Value;
use tally_stage::Ran;

use crate::expect::tally;
use crate::world::text;

const FACTS: &str = include_str!("../../examples/tri-borough/facts.toml");

/// The steps that a story printed, an object a line.
fn steps(ran: &Ran) -> Vec<Value> {
    let lines =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines.filter(|line: &Value| line.get("step").is_some()).collect()
}

#[test]
fn every_step_of_the_story_holds() {
    let ran = tally(&["demo", "--exit", "--json"]);
    let steps = steps(&ran);
    let fallen: Vec<&Value> = steps.iter().filter(|step| step["held"] != true).collect();
    assert!(fallen.is_empty() && ran.code == Some(0), "{fallen:#?}\n{}", ran.err);
    let numbers: Vec<u64> = steps.iter().filter_map(|step| step["step"].as_u64()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 9, 10]);
    for step in &steps {
        assert_eq!(step["schema"], 1);
        assert!(step["expected"].is_object() && step["observed"].is_object(), "{step}");
    }
}

#[test]
fn one_altered_fact_turns_its_step_false_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let altered = FACTS.replace(
        "title = \"Know the young people we worry about most\"\nlead = [\"police\", \"local_authority\"]",
        "title = \"Know the young people we worry about most\"\nlead = [\"health\", \"local_authority\"]",
    );
    assert_ne!(altered, FACTS, "the fact to alter was not found");
    std::fs::write(folder.path().join("facts.toml"), altered).expect("written");
    let ran = tally(&["demo", "--exit", "--json", "--facts", &text(folder.path())]);
    let fallen: Vec<Value> =
        steps(&ran).iter().filter(|step| step["held"] != true).map(|step| step["step"].clone()).collect();
    assert_eq!(fallen, [2], "{ran:#?}");
    assert_eq!(ran.code, Some(1));
}
