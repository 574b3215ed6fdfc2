//! `spotify-cli doctor` as a process, with an emulator that plays each of the faults it is there to find.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod person;

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use spotify_emulator::{Emulator, EmulatorBuilder, Fault, FaultRule, Quota};

use person::Person;

/// What the doctor says of one thing, as `severity: what was found`, and its exit code.
struct Seen {
    findings: Vec<Value>,
    code: i32,
    text: String,
}

impl Seen {
    fn by(mut command: Command) -> Self {
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let json: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text} {:?}", output.stderr));
        let code = output.status.code().unwrap();
        assert_eq!(json["ok"], code == 0, "{text}");
        Self { findings: json["findings"].as_array().unwrap().clone(), code, text }
    }

    /// Everything that was found of one thing, with what to do.
    fn of(&self, check: &str) -> String {
        let of = self.findings.iter().filter(|finding| finding["check"] == check);
        let line = |finding: &Value| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            format!("{}: {} -> {}", text("severity"), text("found"), text("what_to_do"))
        };
        of.map(line).collect::<Vec<_>>().join("\n")
    }
}

fn look(person: &Person) -> Seen {
    Seen::by(person.command(&["doctor", "--json"]))
}

/// Somebody who has signed in.
fn signed_in(name: &str, emulator: EmulatorBuilder) -> Person {
    let person = Person::with(&format!("doctor-{name}"), emulator);
    person.log_in(&[]);
    person.emulator.clear_requests();
    person
}

/// The doctor's view of an app whose token is given, so that nothing else can be wrong.
fn with_token(emulator: &Emulator) -> Seen {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
    let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody");
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, nowhere);
    }
    command
        .args(["doctor", "--json"])
        .env_remove("RUST_LOG")
        .env("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token())
        .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
        .env("SPOTIFY_SDK_ACCOUNTS_URL", emulator.accounts_url());
    Seen::by(command)
}

fn met(fault: Fault) -> Seen {
    let emulator = Emulator::start().unwrap();
    emulator.faults().add(FaultRule::new(fault).path("/me"));
    with_token(&emulator)
}

#[test]
fn where_all_is_well_it_says_so_with_few_requests_and_changes_nothing() {
    let person = signed_in("well", Emulator::builder());
    let file = person.home.join("data/spotify-cli/tokens.json");
    let before = fs::read(&file).unwrap();
    let seen = look(&person);
    assert_eq!(seen.code, 0, "{}", seen.text);
    for check in [
        "program",
        "settings",
        "proxy",
        "token file",
        "accounts host",
        "api host",
        "clock",
        "access token",
        "consent",
        "account",
        "app",
        "devices",
        "limits",
    ] {
        assert!(seen.of(check).starts_with("ok: "), "{check}: {}", seen.text);
    }
    assert!(seen.of("settings").contains("client_id from the config file"), "{}", seen.text);
    assert!(seen.of("account").contains("signed in as alma"));
    let requests = person.emulator.requests();
    assert!(requests.len() <= 5 && requests.iter().all(|request| request.method == "GET"), "{requests:?}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn nothing_in_it_is_secret() {
    let person = signed_in("secret", Emulator::builder());
    let token = person.ok(&["token", "print"]);
    let mut command = person.command(&["doctor", "--json"]);
    command.env("HTTPS_PROXY", "http://alma:s3cret@127.0.0.1:9");
    let seen = Seen::by(command);
    assert!(seen.of("proxy").starts_with("note: HTTPS_PROXY is http://127.0.0.1:9 "), "{}", seen.text);
    let stored: Value =
        serde_json::from_slice(&fs::read(person.home.join("data/spotify-cli/tokens.json")).unwrap()).unwrap();
    let mut secrets = vec![token.trim().to_owned(), person.emulator.client_id(), "s3cret".to_owned()];
    secrets.push(person.home.display().to_string());
    collect(&stored, "refresh_token", &mut secrets);
    assert_eq!(secrets.len(), 5, "{stored}");
    for secret in secrets {
        assert!(!seen.text.contains(&secret), "{secret}");
    }
}

/// The texts under a name, however deep.
fn collect(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| match value {
            Value::String(text) if key == name => found.push(text.clone()),
            value => collect(value, name, found),
        }),
        Value::Array(list) => list.iter().for_each(|value| collect(value, name, found)),
        _ => {}
    }
}

#[test]
fn commands_that_lack_a_scope_are_named() {
    let person = signed_in("scopes", Emulator::builder());
    let scopes = look(&person).of("scopes");
    assert!(scopes.starts_with("note: it has ") && scopes.contains("library save"), "{scopes}");
    assert!(
        scopes.contains("`spotify-cli login --scopes ") && scopes.contains("user-modify-playback-state"),
        "{scopes}"
    );
    person.log_in(&["--scopes", "all"]);
    assert!(look(&person).of("scopes").starts_with("ok: "));
}

#[test]
fn nobody_has_signed_in_yet() {
    let person = Person::new("doctor-nobody");
    assert_eq!(person.fails(&["whoami"]).0, 3);
    let seen = look(&person);
    assert_eq!(seen.code, 1);
    assert!(seen.of("settings").contains("problem: there is neither a client id nor an access token"), "{}", seen.text);
    assert!(seen.of("api host").starts_with("ok: ") && seen.of("accounts host").starts_with("ok: "), "{}", seen.text);
    person.run(&["config", "set", "client_id", &person.emulator.client_id()]);
    let seen = look(&person);
    assert!(
        seen.of("token file").contains("does not exist: there is no sign-in -> Run `spotify-cli login`"),
        "{}",
        seen.text
    );
    assert!(seen.of("api host").starts_with("ok: "));
}

#[test]
fn a_token_file_that_is_damaged_readable_by_others_or_locked_is_found_and_left_as_it_is() {
    let person = signed_in("file", Emulator::builder());
    let file = person.home.join("data/spotify-cli/tokens.json");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let seen = look(&person);
    assert!(
        seen.of("token file").starts_with("warning: other users of this machine can read ~/data/"),
        "{}",
        seen.text
    );
    assert!(seen.of("token file").contains("-> Run `chmod 600 ~/") && seen.code == 0, "{}", seen.text);

    let lock = File::create(person.home.join("data/spotify-cli/tokens.json.lock")).unwrap();
    lock.lock().unwrap();
    assert!(look(&person).of("token lock").starts_with("warning: another program holds ~/data/"));
    drop(lock);

    for (content, words) in [("{\"half", "problem: ~/data/spotify-cli/tokens.json is damaged"), ("", "is damaged")] {
        fs::write(&file, content).unwrap();
        let seen = look(&person);
        assert!(seen.of("token file").contains(words) && seen.code == 1, "{}", seen.text);
        assert_eq!(fs::read_to_string(&file).unwrap(), content, "it is left where it is");
        assert!(seen.of("api host").starts_with("ok: "));
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let seen = look(&person);
    assert!(seen.of("token file").contains("cannot be read") && seen.text.contains("Move it away"), "{}", seen.text);
}

#[test]
fn settings_that_are_broken_keep_it_from_nothing_else() {
    let person = signed_in("settings", Emulator::builder());
    let config = person.home.join("config/spotify-cli/config.toml");
    let good = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{good}rate_budget = \"many\"\n")).unwrap();
    assert!(look(&person).of("settings").contains("problem: rate_budget is not a number -> Set a number"));
    fs::write(&config, format!("{good}token_store = \"cloud\"\n")).unwrap();
    assert!(look(&person).of("settings").contains("problem: token_store is neither file nor keyring"));
    fs::write(&config, "= broken").unwrap();
    let seen = look(&person);
    assert!(seen.of("settings").starts_with("problem: the config file ~/config/"), "{}", seen.text);
    assert!(seen.of("api host").starts_with("ok: "), "{}", seen.text);
}

#[test]
fn a_host_that_cannot_be_reached_is_named_and_so_is_a_page_in_its_place() {
    let person = signed_in("hosts", Emulator::builder());
    let mut command = person.command(&["doctor", "--json"]);
    command.env("SPOTIFY_SDK_BASE_URL", "http://127.0.0.1:9/v1");
    let seen = Seen::by(command);
    assert!(seen.of("api host").starts_with("problem: http://127.0.0.1:9/v1 cannot be reached: "), "{}", seen.text);
    assert!(seen.of("accounts host").starts_with("ok: ") && seen.code == 1);
    let mut command = person.command(&["doctor", "--json"]);
    command.env("SPOTIFY_SDK_ACCOUNTS_URL", "http://127.0.0.1:9");
    assert!(Seen::by(command).of("accounts host").starts_with("problem: http://127.0.0.1:9 cannot be reached: "));
    let seen = met(Fault::captive_portal());
    assert!(
        seen.of("api host").starts_with("problem: a web page responds in place of http://127.0.0.1:"),
        "{}",
        seen.text
    );
    assert!(seen.of("api host").contains("sign-in page of a network"));
}

#[test]
fn a_clock_that_is_wrong_is_found() {
    let seen = met(Fault::delay(Duration::ZERO).header("date", "Tue, 01 Jan 2019 00:00:00 GMT"));
    assert!(
        seen.of("clock").starts_with("warning: it is ") && seen.of("clock").contains(" ahead of Spotify's"),
        "{}",
        seen.text
    );
    let seen = met(Fault::delay(Duration::ZERO).header("date", "Tue, 01 Jan 2069 00:00:00 GMT"));
    assert!(seen.of("clock").contains(" behind Spotify's -> Synchronize it"), "{}", seen.text);
}

#[test]
fn the_token_that_spotify_refuses_and_the_consent_that_is_gone_ask_for_a_sign_in() {
    let seen = met(Fault::status(401).body(r#"{"error":{"status":401,"message":"Invalid access token"}}"#));
    assert!(
        seen.of("account").starts_with("problem: ") && seen.of("account").contains("-> Run `spotify-cli login`"),
        "{}",
        seen.text
    );
    let person = signed_in("consent", Emulator::builder());
    person.emulator.expire_access_tokens();
    person.emulator.revoke_consent();
    let seen = look(&person);
    assert!(
        seen.of("account").starts_with("problem: ") && seen.of("account").contains("-> Run `spotify-cli login`"),
        "{}",
        seen.text
    );
}

#[test]
fn what_is_wrong_with_the_app_is_told_apart() {
    let emulator = Emulator::builder().owner_has_premium(false).start().unwrap();
    let seen = with_token(&emulator);
    assert!(
        seen.of("app").contains("-> The owner of the app needs Spotify Premium") && seen.code == 1,
        "{}",
        seen.text
    );
    let emulator = Emulator::builder().registered_users(["bo"]).start().unwrap();
    let seen = with_token(&emulator);
    assert!(seen.of("app").contains("-> Add this user to the app's list") && seen.code == 1, "{}", seen.text);
    for (quota, severity, words) in [
        (Quota::Development, "ok: ", "in Development Mode: it may call"),
        (Quota::Legacy, "note: ", "from before February 2026"),
        (Quota::Extended, "ok: ", "extended quota: all operations are available"),
    ] {
        let seen = with_token(&Emulator::builder().quota(quota).start().unwrap());
        assert!(seen.of("app").starts_with(severity) && seen.of("app").contains(words), "{}", seen.text);
    }
}

#[test]
fn a_limit_is_told_from_a_quota_and_nothing_more_is_asked() {
    for (fault, check, words) in [
        (Fault::status(429).header("retry-after", "3600"), "rate limit", "is rate limited, for 1 h 0 min more"),
        (Fault::withdrawn_client(), "rate limit", "make an app of your own"),
        (Fault::quota_exceeded(), "quota", "the daily quota is used up"),
    ] {
        let emulator = Emulator::start().unwrap();
        emulator.faults().add(FaultRule::new(fault).path("/me"));
        let seen = with_token(&emulator);
        assert!(seen.of(check).starts_with("problem: ") && seen.of(check).contains(words), "{check}: {}", seen.text);
        assert_eq!(emulator.requests().iter().filter(|request| request.path.starts_with("/v1/")).count(), 1);
    }
}

#[test]
fn devices_are_counted_and_not_named() {
    let emulator = Emulator::start().unwrap();
    let user = &emulator.users()[0];
    let seen = with_token(&emulator);
    assert!(seen.of("devices").starts_with("ok: 4 devices: Computer (active), "), "{}", seen.text);
    assert!(!seen.text.contains("laptop"));
    let lose = |active: bool| {
        let devices = Command::new(env!("CARGO_BIN_EXE_spotify-cli"))
            .args(["player", "devices", "--json"])
            .env("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token())
            .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
            .output()
            .unwrap();
        for line in String::from_utf8(devices.stdout).unwrap().lines() {
            let device: Value = serde_json::from_str(line).unwrap();
            if device["is_active"] == active {
                assert!(emulator.lose_device(user, device["id"].as_str().unwrap()));
            }
        }
    };
    lose(true);
    assert!(with_token(&emulator).of("devices").starts_with("note: 3 devices: "));
    lose(false);
    assert!(with_token(&emulator).of("devices").starts_with("note: none found -> To play something"));
}

#[test]
fn people_and_programs_read_the_same() {
    let emulator = Emulator::start().unwrap();
    let run = |columns: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_spotify-cli"))
            .arg("doctor")
            .env("SPOTIFY_SDK_ACCESS_TOKEN", emulator.valid_token())
            .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
            .env("SPOTIFY_SDK_ACCOUNTS_URL", emulator.accounts_url())
            .env("SPOTIFY_CLI_TERMINAL", columns)
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run("80").contains("\nok       account: signed in as alma\n"), "{}", run("80"));
    for line in run("").lines() {
        assert_eq!(line.split('\t').count(), 4, "{line}");
    }
}
