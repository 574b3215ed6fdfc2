//! `spotify-cli fleet` as a process, over a Redis of its own.

#![cfg(feature = "redis")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../spotify-sdk-redis/tests/common/redis.rs"]
#[allow(dead_code, unreachable_pub)]
mod redis_server;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use redis_server::RedisServer;
use serde_json::Value;
use spotify_sdk::auth::{AccessToken, TokenCache, TokenInfo, TokenKey};
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::operation;
use spotify_sdk::rate_limit::{AcquireRequest, Completion, RateLimiter};
use spotify_sdk_redis::{EncryptionKeys, Fleet, FleetBuilder, RedisRateLimiter};

const KEY: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
    command.arg("fleet").args(args);
    for variable in ["SPOTIFY_SDK_CLIENT_ID", "SPOTIFY_SDK_REDIS_KEY", "SPOTIFY_SDK_REDIS_URL", "RUST_LOG"] {
        command.env_remove(variable);
    }
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env(variable, concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody"));
    }
    command.env("NO_COLOR", "1");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a command prints that has to go well.
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// The exit code of a command, and what it says on standard error.
fn said(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    (output.status.code().unwrap(), text(&output.stderr))
}

/// A process of an app that has sent requests and told Redis so. It belongs to the fleet as long as this is kept.
fn process(server: &RedisServer, client_id: &str, completions: &[Completion]) -> RedisRateLimiter {
    block_on(async {
        let fleet = Fleet::builder(server.url()).name("web").rate_budget(90).connect().await.unwrap();
        let limiter = fleet.rate_limiter(client_id);
        for completion in completions {
            let request = AcquireRequest::new(operation::find("albums.get").unwrap());
            let mut permit = limiter.acquire(request).await.unwrap();
            permit.mark_sent();
            permit.complete(*completion);
        }
        loop {
            let status = fleet.status(client_id).await.unwrap();
            if status.quota.requests == completions.len() as u64
                && status.waiting.total() == 0
                && !status.members.is_empty()
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        limiter
    })
}

#[test]
fn the_status_is_a_few_lines_and_two_tables_on_a_terminal() {
    let server = RedisServer::start();
    let refused = Completion::QuotaExceeded { retry_after: Some(Duration::from_secs(24 * 3600)) };
    let _web = process(&server, "my-app", &[Completion::Success, Completion::Success, refused]);
    let _other = process(&server, "other", &[]);
    let mut command = command(&["status", "--redis", &server.url()]);
    let shown = printed(&command.env("SPOTIFY_CLI_TERMINAL", "120").output().unwrap());
    let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
    assert_eq!(lines[0], "my-app · 1 process", "{shown}");
    assert!(lines[1].ends_with(" in 30 s; budget 90, given"), "{shown}");
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[2]).join(" "), "Process Host PID Version Up Seen In flight Waiting Requests");
    let row = words(lines[3]);
    assert_eq!((row[0].as_str(), &row[2]), ("web", &std::process::id().to_string()), "{shown}");
    assert_eq!(lines[4], "3 requests in the last 24 hours, 3 in the last hour", "{shown}");
    assert_eq!(words(lines[5]).join(" "), "Operation Last hour 24 hours Refused");
    let row = words(lines[6]);
    assert_eq!(row[..4], ["albums.get", "3", "3", "for"], "{shown}");
    assert!(lines[6].ends_with(", as Spotify said"), "{shown}");
    assert_eq!((lines[7], lines[8]), ("", "other · 1 process"), "{shown}");
}

#[test]
fn the_status_is_lines_with_tabs_in_a_pipe_and_the_url_may_be_in_the_environment() {
    let server = RedisServer::start();
    let _web = process(&server, "my-app", &[Completion::Success]);
    let mut command = command(&["status", "--client-id", "my-app"]);
    let shown = printed(&command.env("SPOTIFY_SDK_REDIS_URL", server.url()).output().unwrap());
    let lines: Vec<Vec<&str>> = shown.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!((&lines[0][..2], &lines[0][3..]), (&["app", "my-app"][..], &["90", "given", "", "", "0"][..]));
    assert_eq!(lines[1][..3], ["process", "my-app", "web"]);
    assert_eq!(lines[1].len(), 11);
    assert_eq!(lines[2], ["operation", "my-app", "albums.get", "1", "1", "", ""]);
    assert_eq!(lines.len(), 3);
}

#[test]
fn the_status_is_an_object_for_each_app_in_json() {
    let server = RedisServer::start();
    let _apps = ["a", "b"].map(|client_id| process(&server, client_id, &[Completion::Success]));
    let shown = printed(&command(&["status", "--json", "--redis", &server.url()]).output().unwrap());
    let apps: Vec<Value> = shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(apps.iter().map(|app| &app["client_id"]).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((&apps[0]["budget"]["requests"], &apps[0]["quota"]["requests"]), (&90.into(), &1.into()));
    let shown =
        printed(&command(&["status", "--json", "--client-id", "b", "--redis", &server.url()]).output().unwrap());
    let app: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(app["members"][0]["name"], "web");
}

#[test]
fn an_account_has_the_quota_of_its_apps() {
    let server = RedisServer::start();
    let _web = process(&server, "my-app", &[Completion::Success]);
    let args = ["status", "--redis", &server.url(), "--account", "studio"];
    let shown = printed(&command(&args).env("SPOTIFY_CLI_TERMINAL", "120").output().unwrap());
    assert!(shown.contains("0 requests of the account studio in the last 24 hours, 0 in the last hour"), "{shown}");
}

#[cfg(unix)]
#[test]
fn watching_prints_an_object_again_and_again_until_it_is_interrupted() {
    let server = RedisServer::start();
    let _web = process(&server, "my-app", &[]);
    let mut command = command(&["status", "--watch", "--json", "--redis", &server.url()]);
    let mut watching = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        let app: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(app["client_id"], "my-app");
    }
    assert!(Command::new("kill").args(["-INT", &watching.id().to_string()]).status().unwrap().success());
    let output = watching.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[cfg(unix)]
#[test]
fn watching_goes_on_when_redis_goes_away_and_comes_back() {
    let mut server = RedisServer::start();
    let web = process(&server, "my-app", &[]);
    let mut command = command(&["status", "--watch", "--json", "--client-id", "my-app", "--redis", &server.url()]);
    let mut watching = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    server.kill();
    let mut warning = String::new();
    BufReader::new(watching.stderr.take().unwrap()).read_line(&mut warning).unwrap();
    assert!(warning.starts_with("warning: Redis could not "), "{warning}");
    drop(web);
    server.restart();
    // The last ones from before may still be there.
    let mut sees_another_server = || lines.next().unwrap().unwrap().contains("\"members\":[]");
    while !sees_another_server() {}
    assert!(Command::new("kill").args(["-INT", &watching.id().to_string()]).status().unwrap().success());
    assert_eq!(watching.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn watching_on_a_terminal_draws_the_view_in_its_place_and_leaves_the_cursor_as_it_was() {
    let server = RedisServer::start();
    let _web = process(&server, "my-app", &[]);
    let mut command = command(&["status", "--watch", "--redis", &server.url()]);
    command.env("SPOTIFY_CLI_TERMINAL", "100").env("TERM", "xterm");
    let mut watching = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut drawn = lines.by_ref().map(Result::unwrap);
    let first = drawn.next().unwrap();
    assert!(first.starts_with("\u{1b}[?25l\r\u{1b}[2Kmy-app · 1 process"), "{first:?}");
    let again = drawn.find(|line| line.contains("my-app")).unwrap();
    assert!(again.starts_with("\u{1b}[J\u{1b}[5A\r\u{1b}[2Kmy-app"), "{again:?}");
    assert!(Command::new("kill").args(["-INT", &watching.id().to_string()]).status().unwrap().success());
    assert!(drawn.last().unwrap().ends_with("\r\u{1b}[2K\u{1b}[?25h"));
    assert_eq!(watching.wait().unwrap().code(), Some(0));
}

#[test]
fn a_redis_without_apps_is_said_to_have_none_and_what_to_do() {
    let server = RedisServer::start();
    let (code, said) = said(&mut command(&["status", "--redis", &server.url()]));
    assert_eq!(code, 0);
    assert_eq!(
        said,
        "No app has shared a rate limit over this Redis in the last seven days.\nhint: Let programs join with `Fleet::join`, and check \
         that the URL names the same server and database as theirs.\n"
    );
}

#[test]
fn a_url_that_leads_nowhere_is_an_error_without_its_password() {
    let (code, why) = said(&mut command(&["status"]));
    assert_eq!(code, 2);
    assert!(why.starts_with("error: a Redis server is needed: ") && why.contains("SPOTIFY_SDK_REDIS_URL"), "{why}");
    let mut server = RedisServer::start();
    let port = server.port();
    for (url, wanted) in [
        ("localhost:6379".to_owned(), 2),
        ("https://user:geheim@example.org/".to_owned(), 2),
        ("redis://:geheim /@127.0.0.1/".to_owned(), 2),
        ("redis://user:12/geheim@127.0.0.1/".to_owned(), 1),
        (format!("redis://user:geheim@127.0.0.1:{port}/"), 1),
    ] {
        for args in [&["status"][..], &["users", "--client-id", "a"]] {
            let (code, why) = said(command(args).args(["-vv", "--redis", &url]));
            assert_eq!(code, wanted, "{why}");
            assert!(!why.contains("geheim") && why.contains("error: "), "{why}");
        }
    }
    server.kill();
    let (code, why) = said(&mut command(&["status", "--redis", &format!("redis://:geheim@127.0.0.1:{port}/")]));
    assert_eq!(code, 1);
    let reason = "no server listens there; start Redis 7 or Valkey, or correct the address";
    assert!(
        why.starts_with(&format!("error: could not connect to redis://127.0.0.1:{port}/: {reason}\nhint: ")),
        "{why}"
    );
}

/// Stores a sign-in, as a program does that Spotify has given tokens.
fn sign_in(server: &RedisServer, user: &str, keys: Option<EncryptionKeys>) {
    block_on(async {
        let fleet = keys.into_iter().fold(Fleet::builder(server.url()), FleetBuilder::encryption);
        let cache = fleet.connect().await.unwrap().token_cache();
        let token =
            TokenInfo::new(AccessToken::new("BQgeheim").unwrap(), Timestamp::now() + SignedDuration::from_secs(3600))
                .with_refresh_token("AQgeheim")
                .with_authorized_at(Timestamp::now() - SignedDuration::from_secs(3 * 24 * 3600));
        cache.set(&TokenKey::new("my-app").user(user), &token).await.unwrap();
    });
}

#[test]
fn stored_sign_ins_are_listed_without_their_tokens() {
    let server = RedisServer::start();
    let url = server.url();
    let args = ["users", "--client-id", "my-app", "--redis", &url];
    let (code, why) = said(&mut command(&args));
    assert_eq!((code, why.as_str()), (0, "No sign-in of the app my-app is stored.\n"));
    sign_in(&server, "", None);
    sign_in(&server, "alma", None);
    let on_terminal = printed(&command(&args).env("SPOTIFY_CLI_TERMINAL", "100").output().unwrap());
    let lines: Vec<&str> = on_terminal.lines().map(str::trim).collect();
    assert!(lines[1].starts_with("''") && lines[2].starts_with("alma  3 days ago"), "{on_terminal}");
    let in_pipe = printed(&command(&args).output().unwrap());
    let users: Vec<&str> = in_pipe.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(users, ["", "alma"]);
    let in_json =
        printed(command(&args).arg("--json").env("SPOTIFY_SDK_CLIENT_ID", "other").output().as_ref().unwrap());
    let user: Value = serde_json::from_str(in_json.lines().last().unwrap()).unwrap();
    assert_eq!(user["user"], "alma");
    assert!(user["authorized_at"].is_string() && user["stored_at"].is_string() && user["expires_at"].is_string());
    assert!(![on_terminal, in_pipe, in_json].concat().contains("geheim"));
}

#[test]
fn encrypted_sign_ins_are_listed_with_the_key_from_the_environment() {
    let server = RedisServer::start();
    sign_in(&server, "alma", Some(EncryptionKeys::from_base64(KEY).unwrap()));
    let url = server.url();
    let args = ["users", "--client-id", "my-app", "--redis", &url];
    let (code, why) = said(&mut command(&args));
    assert_eq!(code, 1);
    assert!(why.contains("hint: Set SPOTIFY_SDK_REDIS_KEY"), "{why}");
    let shown = printed(&command(&args).env("SPOTIFY_SDK_REDIS_KEY", KEY).output().unwrap());
    assert!(shown.starts_with("alma\t"), "{shown}");
    let (code, why) = said(command(&args).env("SPOTIFY_SDK_REDIS_KEY", "hunter2"));
    assert_eq!(code, 2);
    assert!(!why.contains("hunter2"), "{why}");
}

#[test]
fn a_sign_in_is_deleted_once_that_is_confirmed() {
    let server = RedisServer::start();
    sign_in(&server, "alma", Some(EncryptionKeys::from_base64(KEY).unwrap()));
    let url = server.url();
    let args = ["forget-user", "alma", "--client-id", "my-app", "--redis", &url];
    let mut unconfirmed = command(&args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = unconfirmed.stdin.take().unwrap().write_all(b"y\n");
    let output = unconfirmed.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "error: this deletes a sign-in for good: add --yes to confirm it\n");
    let output = command(&args).args(["--yes", "--json"]).output().unwrap();
    let done: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(done, serde_json::json!({ "done": "forget-user", "client_id": "my-app", "user": "alma" }));
    let (code, why) = said(command(&args).arg("--yes"));
    assert_eq!(code, 4);
    assert!(why.starts_with("error: no sign-in of alma is stored for the app my-app\nhint: "), "{why}");
    let (_, why) = said(&mut command(&["users", "--client-id", "my-app", "--redis", &url]));
    assert_eq!(why, "No sign-in of the app my-app is stored.\n");
}
