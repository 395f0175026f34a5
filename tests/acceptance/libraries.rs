use crate::world::World;

#[allow(dead_code, reason = "the tests call what `main` prints")]
#[path = "../../examples/two_replicas.rs"]
mod two_replicas;
#[allow(dead_code, reason = "the tests call what `main` prints")]
#[path = "../../examples/verify_offline.rs"]
mod verify_offline;

#[test]
fn two_replicas_end_with_the_same_record() {
    let lines = two_replicas::story().expect("told");
    let [bexley, lewisham] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(bexley.starts_with("Bexley reads \"Adolescents at risk outside the home\" at version "), "{bexley}");
    assert_eq!(bexley.replace("Bexley", "Lewisham"), *lewisham);
}

#[test]
fn a_home_is_verified_through_the_library() {
    let world = World::founded();
    let lines = verify_offline::check(world.homes()[0].home()).expect("checked");
    assert_eq!(lines, ["Bexley: 0 entries in 0 logs", "everything holds"]);
}
