//! The fleet of the examples, with real processes and a real Redis server.

#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn fleet(options: &[&str], redis: Option<&str>) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fleet"));
    program.args(options);
    if let Some(redis) = redis {
        program.env("REDIS_SERVER", redis);
    }
    program.output().unwrap()
}

#[test]
fn two_web_processes_and_a_worker_stay_within_one_limit() {
    let output = fleet(&["--demo", "--port", "0", "--requests", "90"], None);
    let (said, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{said}{errors}");
    assert_eq!(errors, "", "{said}");
    // Each web process knows the user who signed in at the other one.
    for web in ["web 1", "web 2"] {
        assert!(said.contains(&format!("{web} says: Hello, Alma\n")), "{said}");
    }
    assert!(said.contains("\n90 of 90 pages were shown\n"), "{said}");
    // 45 pages of each, and those of the sign-in.
    for web in ["web 1: 46 pages\n", "web 2: 46 pages\n"] {
        assert!(said.contains(web), "{said}");
    }
    assert!(said.contains(" from worker\n"), "{said}");
    assert!(said.ends_with("Responses with 429: 0\n"), "{said}");
}

#[test]
fn a_machine_without_redis_is_told_how_to_get_it() {
    let output = fleet(&["--demo", "--port", "0"], Some("/nonexistent/redis-server"));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(errors.starts_with("error: ") && errors.contains("apt-get install redis-server"), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
}

#[test]
fn without_a_demo_the_fleet_needs_redis_and_an_app() {
    let output = Command::new(env!("CARGO_BIN_EXE_fleet")).arg("worker").env_clear().output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(errors.contains("SPOTIFY_SDK_REDIS_URL"), "{errors}");
}
