//! Several processes that share a sign-in, and ones that are killed or stopped in the middle of a renewal.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::auth::{TokenCache, TokenKey};
use spotify_sdk_redis::RedisTokenCache;

use crate::common::redis::RedisServer;
use crate::support::*;

const WORK: &str = "TOKENS_TEST_WORK";
const LEASE: Duration = Duration::from_millis(500);

/// This very program, doing one of the jobs below: a line of its input for each step, and one of its output.
struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(work: &str, server: &RedisServer, emulator: &Emulator) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::a_process_of_the_tests_does_its_work", "--ignored", "--nocapture", "-q"])
            .env(WORK, work)
            .env("TEST_REDIS_URL", server.url())
            .env("TEST_CLIENT_ID", emulator.client_id())
            .env("TEST_BASE_URL", emulator.base_url())
            .env("TEST_ACCOUNTS_URL", emulator.accounts_url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output).lines() }
    }

    fn go(&mut self) {
        writeln!(self.input, "go").unwrap();
    }

    /// The next line of the work itself: the test harness prints some too.
    fn result(&mut self) -> String {
        loop {
            let line = self.output.next().expect("the process ended early").unwrap();
            if let Some(result) = line.strip_prefix("> ") {
                return result.to_owned();
            }
        }
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "it is what the other tests start as a process"]
fn a_process_of_the_tests_does_its_work() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let variable = |name: &str| std::env::var(name).unwrap();
    let (client_id, base_url) = (variable("TEST_CLIENT_ID"), variable("TEST_BASE_URL"));
    let cache = runtime.block_on(RedisTokenCache::connect(variable("TEST_REDIS_URL"))).unwrap().lock_lease(LEASE);
    let steps = std::io::stdin().lines().map(Result::unwrap);
    match variable(WORK).as_str() {
        "call" => {
            let auth = app(&client_id, &variable("TEST_ACCOUNTS_URL")).cache(cache).build().unwrap();
            let client = client(&base_url, &auth);
            for _ in steps {
                let called = runtime.block_on(async { client.users().get_current_profile().await });
                match called {
                    Ok(profile) => println!("\n> {}", profile.id),
                    Err(error) => println!("\n> {error:?}"),
                }
            }
        }
        "lock and set" => {
            let key = TokenKey::new(client_id).user("alma");
            let mut steps = steps;
            let _lock = runtime.block_on(cache.lock(&key)).unwrap();
            println!("\n> locked");
            steps.next();
            let set = runtime.block_on(cache.set(&key, &token("old")));
            println!("\n> {}", set.map_or_else(|error| error.to_string(), |()| "stored".to_owned()));
            steps.next();
        }
        work => panic!("no such work: {work}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_renew_a_rotating_token_once_for_each_of_two_hundred_expiries() {
    const EXPIRIES: usize = 200;
    let server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).requests_kept(1_000_000).start().unwrap();
    let cache = cache(&server).await;
    let auth = sign_in(&emulator, &cache).await;
    let mut processes: Vec<_> = (0..8).map(|_| Process::start("call", &server, &emulator)).collect();
    let start = std::time::Instant::now();
    for expiry in 0..EXPIRIES {
        emulator.expire_access_tokens();
        processes.iter_mut().for_each(Process::go);
        for process in &mut processes {
            assert_eq!(process.result(), "alma", "after {expiry} expiries");
        }
    }
    let sent = refreshes(&emulator.requests());
    println!("{} refreshes of {EXPIRIES} in {:?}", sent.len(), start.elapsed());
    assert_eq!(sent.len(), EXPIRIES);
    let mut different = sent.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), EXPIRIES, "no refresh token is sent twice");
    emulator.expire_access_tokens();
    assert_eq!(client(emulator.base_url(), &auth).users().get_current_profile().await.unwrap().id, "alma");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_process_goes_on_when_the_holder_was_killed_in_the_middle_of_a_renewal() {
    let server = RedisServer::start();
    let emulator = Emulator::builder().rotation(Rotation::Always).start().unwrap();
    let cache = cache(&server).await;
    sign_in(&emulator, &cache).await;
    let key = TokenKey::new(emulator.client_id()).user("alma");
    for _ in 0..5 {
        let mut first = Process::start("call", &server, &emulator);
        let mut next = Process::start("call", &server, &emulator);
        for process in [&mut first, &mut next] {
            process.go();
            assert_eq!(process.result(), "alma");
        }
        let before = cache.get(&key).await.unwrap().unwrap();
        emulator.take_requests();
        emulator.expire_access_tokens();
        // The request is in the air, and nothing comes of it.
        let silent = Fault::status(503).delayed(Duration::from_secs(60));
        emulator.faults().add(FaultRule::new(silent).path("/api/token").times(1));
        first.go();
        while refreshes(&emulator.requests()).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        first.signal("-9");
        next.go();
        assert_eq!(next.result(), "alma");
        // It had to send the same one, and the one it got is stored.
        let sent = refreshes(&emulator.requests());
        let refresh_token = before.refresh_token().unwrap().expose();
        assert_eq!(sent, [refresh_token, refresh_token]);
        let after = cache.get(&key).await.unwrap().unwrap();
        assert_ne!(after.refresh_token().unwrap().expose(), refresh_token);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stored_token_is_never_older_than_one_that_was_used_although_processes_are_killed() {
    let server = RedisServer::start();
    // A rotation that would let an older token go on would hide one.
    let emulator = Emulator::builder().rotation(Rotation::Never).start().unwrap();
    let cache = cache(&server).await;
    sign_in(&emulator, &cache).await;
    let key = TokenKey::new(emulator.client_id()).user("alma");
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..25 {
        let mut process = Process::start("call", &server, &emulator);
        process.go();
        assert_eq!(process.result(), "alma");
        emulator.expire_access_tokens();
        emulator.take_requests();
        process.go();
        tokio::time::sleep(Duration::from_micros(random.u64(0..8000))).await;
        process.signal("-9");
        process.child.wait().unwrap();
        let used: Vec<_> = emulator
            .requests()
            .iter()
            .filter(|request| request.path == "/v1/me")
            .filter_map(|request| request.bearer_token().map(ToOwned::to_owned))
            .collect();
        let stored = cache.get(&key).await.unwrap().unwrap();
        // The first was sent with the token that had expired. A second one came from a renewal, and is stored.
        if let Some(renewed) = used.get(1) {
            assert_eq!(stored.access_token().expose(), renewed);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_stopped_and_comes_back_cannot_put_an_old_token_back() {
    let server = RedisServer::start();
    let emulator = Emulator::start().unwrap();
    let cache = cache(&server).await;
    let key = TokenKey::new(emulator.client_id()).user("alma");
    let mut late = Process::start("lock and set", &server, &emulator);
    assert_eq!(late.result(), "locked");
    late.signal("-STOP");
    let lock = cache.lock(&key).await.unwrap();
    cache.set(&key, &token("later")).await.unwrap();
    drop(lock);
    late.signal("-CONT");
    late.go();
    let said = late.result();
    println!("{said}");
    assert!(said.contains("has stored a later token"), "{said}");
    let stored = cache.get(&key).await.unwrap().unwrap();
    assert_eq!(stored.access_token().expose(), "later");
}
