//! `spotify-cli doctor`: what keeps things from working, and what to do about it. It asks few questions, changes nothing, and
//! goes on where something is broken. What it prints holds no secret: it is made for reports of bugs.

mod finding;
mod http;
mod service;
mod settings;
mod token;

use std::env;
use std::sync::PoisonError;

use serde_json::json;
use spotify_sdk::auth::{AccessToken, AuthorizationCode};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::{Error, SpotifyClient};

use self::finding::{Finding, Severity};
use self::http::Observed;
use crate::config::{self, CLIENT_ID, Config, TOKEN_STORE};
use crate::environment::{self, ACCOUNTS_URL, BASE_URL};
use crate::globals::Globals;
use crate::output::{Failure, Line, Screen, Tone, count};
use crate::session::{Prepared, Session};

// The terminal breaks the lines.
pub(crate) const AFTER_HELP: &str = "\
Checks the settings, the proxy, the token file, Spotify's two hosts, the clock, the token and its scopes, the kind of app, \
rate limits and devices, with up to five requests. It changes nothing, but refreshes an expired token and counts its requests, as every command does.

Each finding is ok, a note, a warning or a problem. In a pipe, each is a tab-separated line: severity, check, what was found, \
what to do. With --json the output is an object with version, ok and findings, a list of objects with check, severity, found \
and what_to_do. The exit code is 1 if there is a problem.

The output holds no secrets: no token, no password, no client id, and of devices only the type. It can be pasted into a \
bug report.";

/// Where Spotify is, unless the environment says otherwise.
const API: &str = "https://api.spotify.com/v1";
const ACCOUNTS: &str = "https://accounts.spotify.com";

pub(crate) fn run(globals: &Globals, screen: &Screen) -> Result<(), Failure> {
    let findings = examine(globals);
    print(screen, &findings)?;
    match findings.iter().filter(|finding| finding.severity == Severity::Problem).count() {
        0 => Ok(()),
        problems => Err(Failure::Failed(count(problems, "problem"), None)),
    }
}

/// All findings, each after what it may come from.
fn examine(globals: &Globals) -> Vec<Finding> {
    let config = Config::load();
    let mut findings = vec![Finding::ok(
        "program",
        format!("spotify-cli {} on {} {}", env!("CARGO_PKG_VERSION"), env::consts::OS, env::consts::ARCH),
    )];
    let is_demo = globals.demo.is_some();
    if !is_demo {
        findings.extend(settings::settings(&config));
        findings.push(settings::proxy(|name| env::var(name).ok()));
    }
    let config = config.unwrap_or_default();
    let has_token = environment::access_token().is_some();
    let mut can_sign_in = is_demo || has_token || config.get(CLIENT_ID).is_some();
    let in_file = config.get(TOKEN_STORE).is_none_or(|store| store == "file");
    if !is_demo
        && !has_token
        && can_sign_in
        && in_file
        && let Ok(path) = config::token_path()
    {
        let (about_file, is_usable) = settings::token_file(&path);
        findings.extend(about_file);
        can_sign_in = is_usable;
    }
    let prepared = if can_sign_in { Session::prepare(globals, &config) } else { Prepared::without_token() };
    match prepared.and_then(|prepared| ask(prepared, can_sign_in)) {
        Ok(more) => findings.extend(more),
        Err(failure) => findings.push(Finding::problem("settings", failure.message(), "Correct the setting.")),
    }
    findings
}

/// What there is to know from Spotify.
fn ask(prepared: Prepared, has_token: bool) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    // It saves the counts when all is asked.
    let Prepared { builder, auth, emulator, recorder: _recorder } = prepared;
    let url = |variable, of_emulator: Option<String>, usual: &str| {
        of_emulator.or_else(|| environment::text(variable)).unwrap_or_else(|| usual.to_owned())
    };
    let api = url(BASE_URL, emulator.as_ref().map(|emulator| emulator.base_url().to_owned()), API);
    let accounts = url(ACCOUNTS_URL, emulator.as_ref().map(|emulator| emulator.accounts_url().to_owned()), ACCOUNTS);

    let answer = service::ask_accounts(&accounts, Observed::new()?.0);
    findings.push(service::reached("accounts host", &accounts, answer.as_ref().err()));
    let (http, ahead) = Observed::new()?;
    let client = service::quick(builder, http).build()?;
    let me = client.users().get_current_profile().send();
    findings.push(service::reached("api host", &api, me.as_ref().err()));
    findings.extend(service::clock(*ahead.lock().unwrap_or_else(PoisonError::into_inner)));
    if !has_token {
        return Ok(findings);
    }
    findings.extend(auth.as_ref().map(about_token).unwrap_or_default());
    findings.extend(service::whose(&me));
    if me.is_ok() {
        findings.extend(as_user(&client));
    }
    findings.extend(service::limits(&client));
    Ok(findings)
}

/// What can be asked once it is known that Spotify answers.
fn as_user(client: &SpotifyClient) -> Vec<Finding> {
    let mut findings = vec![service::app(client)];
    findings.extend(service::devices(client.player().get_devices().send()));
    findings
}

fn about_token(auth: &AuthorizationCode) -> Vec<Finding> {
    match auth.token_info().wait() {
        Ok(Some(token)) => token::token(&token, Timestamp::now()),
        Ok(None) => {
            vec![Finding::problem("access token", "there is no sign-in for this client id", "Run `spotify-cli login`.")]
        }
        Err(error) => vec![Finding::problem("access token", settings::without_home(&error.to_string()), hint(&error))],
    }
}

fn hint(error: &Error) -> String {
    error.hint().unwrap_or_else(|| "Run `spotify-cli login`.".to_owned())
}

impl Prepared {
    /// For those who only want to know whether Spotify answers.
    fn without_token() -> Result<Self, Failure> {
        let builder = SpotifyClient::builder(AccessToken::new("nobody")?).urls_from_env()?;
        Ok(Self { builder, auth: None, emulator: None, recorder: None })
    }
}

fn print(screen: &Screen, findings: &[Finding]) -> Result<(), Failure> {
    if screen.json {
        let ok = findings.iter().all(|finding| finding.severity < Severity::Problem);
        return screen.object(&json!({ "version": env!("CARGO_PKG_VERSION"), "ok": ok, "findings": findings }));
    }
    for Finding { check, severity, found, to_do } in findings {
        if !screen.is_terminal() {
            screen.cells([severity.word(), check, found, to_do.as_deref().unwrap_or_default()])?;
            continue;
        }
        let tone = if *severity >= Severity::Warning { Tone::Strong } else { Tone::Faint };
        screen
            .line(Line::new(tone, format!("{:<8}", severity.word())).with(Tone::Plain, format!(" {check}: {found}")))?;
        if let Some(to_do) = to_do {
            screen.line(Line::new(Tone::Faint, format!("         → {to_do}")))?;
        }
    }
    Ok(())
}
