//! Each example does in its demo what it says, as a process and with real files.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

macro_rules! program {
    ($name:literal) => {
        Command::new(env!(concat!("CARGO_BIN_EXE_", $name)))
    };
}

fn text_of(program: &mut Command) -> String {
    let output = program.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said, "");
    String::from_utf8(output.stdout).unwrap()
}

/// A folder that is empty when the test begins.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn what_plays_is_one_line_for_a_bar() {
    assert_eq!(text_of(program!("now_playing").arg("--demo")), "▶ Bad Bunny – NUEVAYoL\n");
    assert_eq!(text_of(program!("now_playing").args(["--demo", "--width", "10"])), "▶ Bad Bun…\n");
    let line = text_of(program!("now_playing").args(["--demo", "--json"]));
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["text"], &line["class"]), (&"▶ Bad Bunny – NUEVAYoL".into(), &"playing".into()));
    let watched = text_of(program!("now_playing").args(["--demo", "--watch", "--lines", "1"]));
    assert_eq!(watched, "▶ Bad Bunny – NUEVAYoL\n");
}

#[test]
fn a_backup_has_every_playlist_whole_and_the_next_run_reads_nothing_twice() {
    let folder = folder("backup");
    let first = text_of(program!("backup_playlists").arg("--demo").arg(&folder));
    let summary = first.lines().last().unwrap();
    let files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 5, "{first}");
    assert!(summary.starts_with(&format!("{} written, 0 unchanged", files.len())), "{summary}");
    for file in &files {
        let backup: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let named = |counts: &str| backup["playlist"][counts]["total"].as_u64();
        let total = named("items").or(named("tracks")).unwrap();
        assert_eq!(backup["items"].as_array().unwrap().len() as u64, total, "{}", file.display());
    }
    let second = text_of(program!("backup_playlists").arg("--demo").arg(&folder));
    assert!(second.contains(&format!("\n0 written, {} unchanged", files.len())), "{second}");

    // Damaged, as by a full disk: it is read anew.
    fs::write(&files[0], "{").unwrap();
    let third = text_of(program!("backup_playlists").arg("--demo").arg(&folder));
    assert!(third.contains(&format!("1 written, {} unchanged", files.len() - 1)), "{third}");
    let restored = text_of(program!("backup_playlists").arg("--demo").arg("--restore").arg(&files[0]));
    assert!(restored.contains("https://open.spotify.com/playlist/"), "{restored}");
}

#[test]
fn duplicates_are_named_first_and_removed_when_asked_for() {
    let plan = text_of(program!("dedupe_playlist").arg("--demo"));
    assert!(plan.contains("Everything twice: 5 of 22 entries are duplicates"), "{plan}");
    assert!(plan.contains("   18. Bad Bunny – NUEVAYoL\n"), "{plan}");
    assert!(plan.ends_with("Nothing was changed; --apply does it.\n"), "{plan}");
    let done = text_of(program!("dedupe_playlist").args(["--demo", "--apply"]));
    assert!(done.lines().last().unwrap().starts_with("Done with "), "{done}");
}

#[test]
fn a_card_is_a_picture_with_the_top_tracks() {
    let card = folder("card").join("card.svg");
    let said = text_of(program!("readme_card").args(["--demo", "--tracks", "3", "--output"]).arg(&card));
    assert!(said.starts_with("3 tracks in "), "{said}");
    let svg = fs::read_to_string(&card).unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
    assert_eq!(svg.matches("class=\"by\"").count(), 3);
    assert!(svg.contains("Bohemian Rhapsody"), "{svg}");
}

#[test]
fn a_worker_answers_commands_and_goes_on_after_errors() {
    let mut worker = program!("worker").arg("--demo").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut chat = worker.stdin.take().unwrap();
    let commands = [
        "!play",
        "!np",
        "!add nonsense",
        "!add spotify:track:4VZ73eMsASWAbSz7mmAWDk",
        "!queue",
        "!search so what miles",
        "!dance",
    ];
    chat.write_all(commands.join("\n").as_bytes()).unwrap();
    drop(chat);
    let output = worker.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<_> = said.lines().collect();
    assert_eq!(answers[0], "Playing.");
    assert!(answers[1].starts_with("Now: Bad Bunny – "), "{said}");
    assert!(answers[2].starts_with("That did not work: ") && answers[2].contains("uri"), "{said}");
    assert_eq!(answers[3], "It comes next.");
    assert!(answers[4].starts_with("Next: Queen – Bohemian Rhapsody"), "{said}");
    assert!(answers[5].starts_with("Miles Davis – So What https://open.spotify.com/track/"), "{said}");
    assert!(said.contains("I know !np") && said.ends_with("Bye.\n"), "{said}");
}

/// Ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn users_of_the_web_app_sign_in_and_see_their_own_page() {
    let mut app = Running(program!("web_app").args(["--demo", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(app.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Open ").unwrap().to_owned();

    let alma = Browser::new(&address);
    assert!(alma.get("/").body.contains("Sign in with Spotify"));
    alma.sign_in("alma");
    let page = alma.get("/").body;
    assert!(page.contains("Hello, Alma") && page.contains("<li>"), "{page}");
    // Markup in titles is text.
    assert!(page.contains("&quot;Heroes&quot;"), "{page}");

    // Somebody else, with a session of their own, sees nothing of it.
    let bo = Browser::new(&address);
    assert!(bo.get("/").body.contains("Sign in with Spotify"));
    bo.sign_in("bo");
    assert!(bo.get("/").body.contains("Hello, Bo"));
    assert!(alma.get("/").body.contains("Hello, Alma"));

    // An answer to a request that this browser did not make is refused.
    let mallory = Browser::new(&address);
    mallory.post("/sign-in");
    let refused = mallory.get("/callback?code=AQ&state=forged");
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(mallory.get("/").body.contains("Sign in with Spotify"));

    alma.post("/sign-out");
    assert!(alma.get("/").body.contains("Sign in with Spotify"));
    assert!(bo.get("/").body.contains("Hello, Bo"));
}

/// As much of a browser as signing in takes: cookies, forms without fields, and looking where it is sent.
struct Browser {
    agent: ureq::Agent,
    address: String,
}

struct Page {
    status: u16,
    body: String,
    location: Option<String>,
}

impl Browser {
    fn new(address: &str) -> Self {
        let agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().new_agent();
        Self { agent, address: address.to_owned() }
    }

    fn get(&self, path: &str) -> Page {
        Page::of(self.agent.get(format!("{}{path}", self.address)).call().unwrap())
    }

    fn post(&self, path: &str) -> Page {
        Page::of(self.agent.post(format!("{}{path}", self.address)).send_empty().unwrap())
    }

    fn sign_in(&self, user: &str) {
        let to = self.post("/sign-in").location.unwrap();
        // The user agrees on the page of the Accounts service.
        let accounts = to.split("/authorize").next().unwrap();
        let agreed = ureq::post(format!("{accounts}/_emulator/consent"))
            .send(serde_json::json!({"url": to, "user": user}).to_string())
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap();
        let back: Value = serde_json::from_str(&agreed).unwrap();
        let back = back["location"].as_str().unwrap().strip_prefix(&self.address).unwrap();
        assert_eq!(self.get(back).location.as_deref(), Some("/"));
    }
}

impl Page {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let location = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        Self { status: response.status().as_u16(), body: response.body_mut().read_to_string().unwrap(), location }
    }
}
