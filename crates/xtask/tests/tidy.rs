//! The house rules hold for this repository.

use std::process::Command;

#[test]
fn this_repository_is_tidy() {
    let ran = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("tidy").output().expect("xtask starts");
    assert!(ran.status.success(), "\n{}", String::from_utf8_lossy(&ran.stderr));
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(said.contains("nothing to put right"), "{said}");
}
