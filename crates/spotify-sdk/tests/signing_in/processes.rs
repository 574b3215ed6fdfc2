//! Several processes that share a token file, and ones that are killed while they write it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use spotify_emulator::{Emulator, Rotation, SeenRequest};
use spotify_sdk::auth::{AuthorizationCode, FileTokenCache};
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};

use crate::caches::Folder;
use crate::support::*;

const WORK: &str = "SIGNING_IN_TEST_WORK";

/// This very program, doing one of the jobs below.
fn start(work: &str, emulator: &Emulator, file: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::a_process_of_the_tests_does_its_work", "--ignored", "--nocapture", "-q"])
        .env(WORK, work)
        .env("SPOTIFY_SDK_CLIENT_ID", emulator.client_id())
        .env("SPOTIFY_SDK_REDIRECT_URI", REDIRECT)
        .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
        .env("SPOTIFY_SDK_ACCOUNTS_URL", emulator.accounts_url())
        .env("TOKEN_FILE", file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "it is what the other tests start as a process"]
fn a_process_of_the_tests_does_its_work() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let variable = |name: &str| std::env::var(name).unwrap();
    let auth = AuthorizationCode::from_env().unwrap().scopes(SCOPES);
    let auth = auth.cache(FileTokenCache::new(variable("TOKEN_FILE"))).build().unwrap();
    let builder = AsyncSpotifyClient::builder(auth).base_url(variable("SPOTIFY_SDK_BASE_URL"));
    match variable(WORK).as_str() {
        // Calls until its standard input is closed.
        "call" => runtime.block_on(async {
            let client = builder.build().unwrap();
            let over = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
            let mut calls = 0;
            while !over.is_finished() {
                match client.users().get_current_profile().await {
                    Ok(_) => calls += 1,
                    // Tokens expire so fast here that one can between its renewal and its use.
                    Err(Error::Authentication(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            println!("\ncalls {calls}");
        }),
        // Renews the token as fast as it can, until it is killed.
        _ => runtime.block_on(async {
            let client = builder.build().unwrap();
            println!("\nready");
            let expire = variable("SPOTIFY_SDK_ACCOUNTS_URL");
            loop {
                if let Err(error) = client.users().get_current_profile().await {
                    assert!(matches!(error, Error::ReauthorizationRequired(_)), "{error}");
                    println!("lost");
                    return;
                }
                post(&expire, "/_emulator/tokens/expire").await;
            }
        }),
    }
}

/// A POST without a body or an answer that matters.
async fn post(origin: &str, path: &str) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = origin.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

fn damaged(file: &Path) -> bool {
    file.with_file_name("tokens.json.damaged").exists()
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_processes_share_a_file_through_two_hundred_expiries() {
    const EXPIRIES: usize = 200;
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always).requests_kept(1_000_000));
    let folder = Folder::new("eight");
    let auth = signed_in(&emulator, FileTokenCache::new(folder.file())).await;
    let mut processes: Vec<Child> = (0..8).map(|_| start("call", &emulator, &folder.file())).collect();
    let mut renewed = 0;
    for expiry in 0..EXPIRIES {
        emulator.expire_access_tokens();
        let start = std::time::Instant::now();
        while renewed <= expiry {
            assert!(start.elapsed() < Duration::from_secs(60), "nobody renews the token");
            tokio::time::sleep(Duration::from_millis(2)).await;
            renewed += refreshes_in(&emulator.take_requests());
        }
        // The others notice too, and find it done.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for process in &mut processes {
        drop(process.stdin.take());
    }
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{out}{err}");
        let calls = out.lines().find_map(|line| line.strip_prefix("calls ")).unwrap().parse::<usize>().unwrap();
        assert!(calls > 0, "{out}");
    }
    renewed += refreshes_in(&emulator.take_requests());
    assert_eq!(renewed, EXPIRIES);
    assert!(!damaged(&folder.file()));
    emulator.expire_access_tokens();
    assert_eq!(client(&emulator, &auth).users().get_current_profile().await.unwrap().id, "alma");
}

/// How often this refresh token was sent.
fn sent(requests: &[SeenRequest], refresh_token: &str) -> usize {
    let tokens = requests.iter().filter(|request| request.path == "/api/token").filter_map(|request| {
        let mut form = url::form_urlencoded::parse(&request.body);
        form.find(|(name, _)| name == "refresh_token").map(|(_, token)| token.into_owned())
    });
    tokens.filter(|token| token == refresh_token).count()
}

/// What became of the sign-in when processes were killed.
#[derive(Default)]
struct Kills {
    lost: usize,
    refreshes: usize,
}

/// Kills a process at a random moment, so often. A sign-in may be lost in one way alone: the process had sent the refresh
/// token that is still in the file, and was killed before it had put the next one there.
async fn kill(emulator: &Emulator, folder: &Folder, times: usize, seed: u64) -> Kills {
    let mut kills = Kills::default();
    let mut moment = seed;
    let mut auth = signed_in(emulator, FileTokenCache::new(folder.file())).await;
    for _ in 0..times {
        let mut process = start("renew", emulator, &folder.file());
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while !lines.next().unwrap().unwrap().contains("ready") {}
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_micros(moment >> 33 & 0x7fff)).await;
        process.kill().unwrap();
        process.wait().unwrap();
        assert!(!damaged(&folder.file()), "the file was not whole");
        let seen = emulator.take_requests();
        kills.refreshes += refreshes_in(&seen);
        let kept = auth.token_info().await.unwrap().expect("the file was whole, and is read as it was written");
        emulator.expire_access_tokens();
        match client(emulator, &auth).users().get_current_profile().await {
            Ok(_) => assert!(auth.token_info().await.unwrap().is_some()),
            Err(Error::ReauthorizationRequired(_)) => {
                kills.lost += 1;
                // Once by the process that was killed, and once by the call that found out.
                let seen = [seen, emulator.take_requests()].concat();
                assert!(sent(&seen, kept.refresh_token().unwrap().expose()) >= 2);
                auth = signed_in(emulator, FileTokenCache::new(folder.file())).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    kills
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_at_any_moment_leaves_a_whole_file_and_a_living_sign_in() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Never));
    let folder = Folder::new("killed");
    let kills = kill(&emulator, &folder, 250, 1).await;
    assert_eq!(kills.lost, 0);
    assert!(kills.refreshes > 250, "{} refreshes", kills.refreshes);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_refresh_tokens_rotate_only_a_kill_between_answer_and_rename_loses_the_sign_in() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let folder = Folder::new("killed-rotating");
    let Kills { lost, refreshes } = kill(&emulator, &folder, 250, 2).await;
    println!("{lost} of 250 kills, among {refreshes} refreshes, came between Spotify's answer and the rename");
    assert!(lost < 125, "{lost} of 250 kills lost the sign-in");
}

#[test]
fn clients_come_from_the_environment() {
    let emulator = emulator(Emulator::builder());
    let run = |variables: &[(&str, &str)]| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::a_client_from_the_environment_calls", "--ignored", "--nocapture", "-q"])
            .env_clear()
            .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
            .env("SPOTIFY_SDK_ACCOUNTS_URL", emulator.accounts_url())
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let (id, secret) = (emulator.client_id(), emulator.client_secret());
    let token = ("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token());
    let app = [("SPOTIFY_SDK_CLIENT_ID", id.as_str()), ("SPOTIFY_SDK_CLIENT_SECRET", secret.as_str())];
    assert!(run(&[token]).contains("album Global Warming"));
    assert!(run(&app).contains("album Global Warming"));
    assert!(run(&app[..1]).contains("invalid SPOTIFY_SDK_CLIENT_SECRET"));
    assert!(run(&[]).contains("invalid SPOTIFY_SDK_ACCESS_TOKEN"));
}

#[test]
#[ignore = "it is what another test starts as a process"]
fn a_client_from_the_environment_calls() {
    let answer = SpotifyClient::from_env().and_then(|client| client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").send());
    match answer {
        Ok(album) => println!("\nalbum {}", album.name),
        Err(error) => println!("\n{error}"),
    }
}
