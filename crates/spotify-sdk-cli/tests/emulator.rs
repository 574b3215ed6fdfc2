//! `spotify-cli emulator` as a process: what it prints, what it serves, and how it ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

/// A running emulator; killed if a test forgets to end it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
        command.args(["emulator", "--port", "0"]).args(arguments);
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// The output up to and with the first line that has this in it.
    fn output_until(&mut self, words: &str) -> String {
        let mut output = String::new();
        let mut reader = BufReader::new(self.0.stdout.as_mut().unwrap());
        while !output.lines().last().unwrap_or_default().contains(words) {
            assert_ne!(reader.read_line(&mut output).unwrap(), 0, "it ended after {output:?}");
        }
        output
    }

    fn end_with(self, signal: &str) -> (ExitStatus, String) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.end()
    }

    /// Waits until it ends by itself.
    fn end(mut self) -> (ExitStatus, String) {
        let status = self.0.wait().unwrap();
        let mut errors = String::new();
        self.0.stderr.as_mut().unwrap().read_to_string(&mut errors).unwrap();
        (status, errors)
    }
}

fn field(output: &str, name: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(output).unwrap();
    json[name].as_str().unwrap().to_owned()
}

/// The answer to a request with a body, whole.
fn send(base_url: &str, token: &str, method: &str, path: &str, body: &str) -> String {
    let address = base_url.trim_start_matches("http://").trim_end_matches("/v1");
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} /v1{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_says_how_to_reach_it_serves_and_ends_cleanly_when_it_is_asked_to() {
    for signal in ["-INT", "-TERM"] {
        let mut running = Running::start(&["--quota", "extended"]);
        let output = running.output_until("Ready");
        for words in ["in extended mode", "spotipy", "tekore", "web-api-ts-sdk", "rspotify", "SPOTIFY_SDK_BASE_URL"] {
            assert!(output.contains(words), "{words}: {output}");
        }
        let (status, errors) = running.end_with(signal);
        assert_eq!((status.code(), errors.as_str()), (Some(0), "The emulator has stopped.\n"));
    }
}

#[test]
fn the_rate_limit_has_the_window_that_it_is_given() {
    let mut running = Running::start(&["--json", "--rate-limit", "0", "--rate-limit-window", "7"]);
    let output = running.output_until("}");
    let (base_url, token) = (field(&output, "base_url"), field(&output, "access_token"));
    assert!(send(&base_url, &token, "GET", "/me", "").to_lowercase().contains("retry-after: 7\r\n"));
    for refused in [&["--rate-limit", "1", "--rate-limit-window", "0"][..], &["--rate-limit-window", "7"]] {
        let (status, errors) = Running::start(refused).end();
        assert_eq!(status.code(), Some(2), "{errors}");
        assert!(errors.contains("--rate-limit"), "{errors}");
    }
}

#[test]
fn programs_read_where_it_is_as_json() {
    let mut running =
        Running::start(&["--json", "--library", "75", "--client-id", "mine", "--client-secret", "s3cret"]);
    let output = running.output_until("}");
    let (base_url, token) = (field(&output, "base_url"), field(&output, "access_token"));
    assert_eq!((field(&output, "client_id"), field(&output, "quota")), ("mine".to_owned(), "development".to_owned()));
    assert!(send(&base_url, &token, "GET", "/me/tracks?limit=1", "").contains("\"total\":75"));
}

#[test]
fn its_state_is_in_the_file_when_it_comes_back() {
    let folder = std::env::temp_dir().join(format!("spotify-cli-state-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("state.json");
    let arguments = ["--json", "--state", file.to_str().unwrap()];

    let mut first = Running::start(&arguments);
    let output = first.output_until("}");
    let (base_url, token) = (field(&output, "base_url"), field(&output, "access_token"));
    let made = send(&base_url, &token, "POST", "/me/playlists", r#"{"name":"Kept over night"}"#);
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    assert_eq!(first.end_with("-INT").0.code(), Some(0));

    let mut second = Running::start(&arguments);
    let output = second.output_until("}");
    let (base_url, token) = (field(&output, "base_url"), field(&output, "access_token"));
    assert!(send(&base_url, &token, "GET", "/me/playlists", "").contains("Kept over night"));
    drop(second);
    std::fs::remove_dir_all(folder).unwrap();
}

fn failure(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
    let output = command.arg("emulator").args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let (code, errors) = failure(&["--port", &port]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("cannot be started") && errors.contains("--port 0"), "{errors}");
}

#[test]
fn a_file_that_is_no_state_is_left_alone() {
    let file = std::env::temp_dir().join(format!("spotify-cli-no-state-{}.json", std::process::id()));
    std::fs::write(&file, "{}").unwrap();
    let (code, errors) = failure(&["--port", "0", "--state", file.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("not the state of an emulator"), "{errors}");
    assert_eq!(std::fs::read_to_string(Path::new(&file)).unwrap(), "{}");
    std::fs::remove_file(file).unwrap();
}
