//! What Spotify says: whether it can be reached, whose token it is, which kind of app asks, and where one can play.

use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::models::{CurrentUser, List, PlayerDevice};
use spotify_sdk::rate_limit::DailyBudget;
use spotify_sdk::{ClientBuilder, Error, SpotifyClient};

use super::finding::Finding;
use super::http::Observed;
use super::settings::address;
use crate::commands::api::get;
use crate::output::{count, grouped, hours_and_minutes};

/// A clock that is wrong by more than this ends tokens too early or too late, and breaks TLS.
const CLOCK: i64 = 60;
/// What to do when the daily budget is used up.
const OWN_BUDGET: &str = "This is the program's own limit: wait, or raise it with `spotify-cli config set daily_budget`; \
                          `spotify-cli usage` shows what was sent.";
/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Open to every app before the changes of 2026, and to apps with extended quota since.
const CLOSED_IN_2026: &str = "/markets";
/// Open to apps with extended access alone, since November 2024.
const CLOSED_IN_2024: &str = "/recommendations/available-genre-seeds";

/// Whether the clock agrees with a server's, which it is ahead of by so many seconds.
pub(super) fn clock(ahead: Option<i64>) -> Option<Finding> {
    let ahead = ahead?;
    if ahead.abs() <= CLOCK {
        return Some(Finding::ok("clock", "it matches Spotify's"));
    }
    let by = hours_and_minutes(Duration::from_secs(ahead.unsigned_abs()));
    let way = if ahead > 0 { "ahead of" } else { "behind" };
    Some(Finding::warning(
        "clock",
        format!("it is {by} {way} Spotify's"),
        "Synchronize it: otherwise tokens are refreshed too early or too late, and TLS connections may fail.",
    ))
}

/// Whether an answer came from a host, whatever it was.
pub(super) fn reached(check: &'static str, host: &str, error: Option<&Error>) -> Finding {
    let host = address(host);
    match error {
        Some(why @ (Error::Connection(_) | Error::Timeout(_))) => Finding::problem(
            check,
            format!("{host} cannot be reached: {why}"),
            "Check that this machine is online, that no proxy or firewall is in the way, and SPOTIFY_SDK_BASE_URL and \
                 SPOTIFY_SDK_ACCOUNTS_URL.",
        ),
        Some(Error::Decode(error)) if error.looks_like_html() => Finding::problem(
            check,
            format!("a web page responds in place of {host}"),
            "A proxy or the sign-in page of a network is in the way: open any page in a browser, and sign in there.",
        ),
        _ => Finding::ok(check, format!("{host} responds")),
    }
}

/// Asks the Accounts service for something that there is not: an answer is an answer. It sends nobody's token.
pub(super) fn ask_accounts(accounts_url: &str, http: Observed) -> Result<(), Error> {
    let client = quick(SpotifyClient::builder(AccessToken::new("nobody")?).base_url(accounts_url), http).build()?;
    client.call(get("/api/token")).send().map(|_| ())
}

/// A client that asks once, and does not wait for long.
pub(super) fn quick(builder: ClientBuilder<SpotifyClient>, http: Observed) -> ClientBuilder<SpotifyClient> {
    builder.http(http).timeout(PATIENCE).max_retries(0).max_retry_wait(Duration::ZERO)
}

/// What the first call says: whose token it is, or why there is no answer.
pub(super) fn whose(answer: &Result<CurrentUser, Error>) -> Vec<Finding> {
    let error = match answer {
        Ok(user) => {
            let product = user.product.as_ref().map(|product| format!(", {product}")).unwrap_or_default();
            let found = format!("signed in as {}{product}", user.id);
            return vec![match user.product.as_ref().is_some_and(|product| product.as_str() != "premium") {
                true => Finding::note("account", found, "Commands that change what plays need Spotify Premium."),
                false => Finding::ok("account", found),
            }];
        }
        Err(error) => error,
    };
    let text = error.message().to_ascii_lowercase();
    let (check, to_do) = match error {
        // Told with the host.
        Error::Connection(_) | Error::Timeout(_) | Error::Decode(_) => return Vec::new(),
        Error::Authentication(_) | Error::ReauthorizationRequired(_) => {
            ("account", "Run `spotify-cli login`, or set a fresh access token; they are valid for one hour.")
        }
        Error::Forbidden(_) if text.contains("premium") && text.contains("owner") => (
            "app",
            "The owner of the app needs Spotify Premium: subscribe with the account that made the app. The change takes some hours.",
        ),
        Error::Forbidden(_) if text.contains("registered") || text.contains("dashboard") => (
            "app",
            "Add this user to the app's list at https://developer.spotify.com/dashboard, under User Management; up to 5 users.",
        ),
        Error::Forbidden(_) => ("account", "The token may not read the profile: sign in with `spotify-cli login`."),
        Error::QuotaExceeded(_) | Error::RateLimit(_) => return vec![limit(error)],
        Error::Server(_) => ("account", "Spotify has a problem: try again later."),
        _ => ("account", "Run this again with -vv, and check the requests and responses."),
    };
    vec![Finding::problem(check, error.to_string(), to_do)]
}

/// What a 429 means.
fn limit(error: &Error) -> Finding {
    let wait = error.retry_after().map(|wait| format!(", for {} more", hours_and_minutes(wait))).unwrap_or_default();
    match error {
        Error::QuotaExceeded(_) if error.is_daily_budget() => {
            Finding::problem("daily budget", error.to_string(), OWN_BUDGET)
        }
        Error::QuotaExceeded(_) => Finding::problem(
            "quota",
            format!("the daily quota is used up{wait}: {error}"),
            "Spotify counts it over 24 hours for all client ids of the app's owner together. Wait, and send fewer requests.",
        ),
        _ => Finding::problem(
            "rate limit",
            format!("the app is rate limited{wait}: {error}"),
            "Wait before the next request: earlier ones prolong the wait. If every request is refused, and the client id is not yours, \
             Spotify may have withdrawn it: make an app of your own.",
        ),
    }
}

/// The kind of app, from two calls that need nothing of anybody.
pub(super) fn app(client: &SpotifyClient) -> Finding {
    let ask = |path| client.call(get(path)).send().map(|_| ());
    match ask(CLOSED_IN_2026) {
        Ok(()) => kind(Ok(()), Some(ask(CLOSED_IN_2024))),
        refused => kind(refused, None),
    }
}

/// What the answers to [`CLOSED_IN_2026`] and [`CLOSED_IN_2024`] say.
fn kind(older: Result<(), Error>, extended: Option<Result<(), Error>>) -> Finding {
    const CHECK: &str = "app";
    match (older, extended) {
        (Err(Error::Forbidden(_) | Error::NotFound(_)), _) => Finding::ok(
            CHECK,
            "it seems to be in Development Mode: it may call what Spotify's reference does not mark as restricted, for up to 5 \
             users, with fewer fields, 10 results of a search in a page, the items of the user's own playlists alone, and none of \
             Spotify's own playlists",
        ),
        (Ok(()), Some(Err(Error::Forbidden(_) | Error::NotFound(_)))) => Finding::note(
            CHECK,
            "it seems to be a Development Mode app from before February 2026, which Spotify still treats as before",
            "Be ready for the new paths and fields: Spotify has announced them, and may switch at any time.",
        ),
        (Ok(()), Some(Ok(()))) => Finding::ok(CHECK, "it seems to have extended quota: all operations are available"),
        (Err(error @ (Error::RateLimit(_) | Error::QuotaExceeded(_))), _)
        | (_, Some(Err(error @ (Error::RateLimit(_) | Error::QuotaExceeded(_))))) => limit(&error),
        (Err(error), _) | (_, Some(Err(error))) => {
            Finding::note(CHECK, format!("cannot tell which kind it is: {error}"), "Run this again later.")
        }
        (Ok(()), None) => Finding::note(CHECK, "not checked", "Run this again."),
    }
}

/// What the client knows of limits after all that was asked here, and from earlier runs.
pub(super) fn limits(client: &SpotifyClient) -> Vec<Finding> {
    const CHECK: &str = "limits";
    let (rate, usage) = (client.rate_limit(), client.usage());
    let mut known = vec![format!("{} in the last 24 hours", count(usage.requests as usize, "request"))];
    known.extend(rate.budget.map(|budget| format!("at most {budget} per 30 seconds")));
    let budget = usage.daily_budget;
    known.extend(budget.map(|DailyBudget { limit, left, .. }| {
        format!("a daily budget of {}, of which {} are left", grouped(limit as usize), grouped(left as usize))
    }));
    let closed = usage.operations.iter().filter_map(|usage| Some((usage.action.name(), usage.closed.as_ref()?)));
    let closed: Vec<String> =
        closed.map(|(name, closed)| format!("{name} is refused for {}", hours_and_minutes(closed.wait))).collect();
    let known = known.join("; ");
    vec![if !closed.is_empty() {
        let to_do = "Quotas of Spotify are used up: wait, and send fewer requests. `spotify-cli usage` shows what was sent; with \
                     --reset, what was refused is tried again.";
        Finding::warning(CHECK, format!("{known}; {}", closed.join(", ")), to_do)
    } else if budget.is_some_and(|budget| budget.left == 0) {
        Finding::warning(CHECK, known, OWN_BUDGET)
    } else if !rate.wait.is_zero() {
        Finding::warning(
            CHECK,
            format!("{known}; nothing is sent for {}", hours_and_minutes(rate.wait)),
            "Wait before the next request.",
        )
    } else {
        Finding::ok(CHECK, known)
    }]
}

/// Where one can play.
pub(super) fn devices(answer: Result<List<PlayerDevice>, Error>) -> Option<Finding> {
    const CHECK: &str = "devices";
    let devices = match answer {
        Ok(devices) => devices,
        // Told with the scopes, or with the token.
        Err(Error::Forbidden(_) | Error::Authentication(_)) => return None,
        Err(error @ (Error::RateLimit(_) | Error::QuotaExceeded(_))) => return Some(limit(&error)),
        Err(error) => return Some(Finding::note(CHECK, error.to_string(), "Run this again.")),
    };
    if devices.is_empty() {
        return Some(Finding::note(CHECK, "none found", "To play something, open Spotify on a device."));
    }
    let of = |device: &PlayerDevice| {
        let kind = device.device_type.as_ref().map_or_else(|| "device".to_owned(), ToString::to_string);
        let state = match (device.is_active, device.is_restricted || device.id.is_none()) {
            (true, _) => " (active)",
            (_, true) => " (accepts no commands)",
            _ => "",
        };
        format!("{kind}{state}")
    };
    let found =
        format!("{}: {}", count(devices.len(), "device"), devices.iter().map(of).collect::<Vec<_>>().join(", "));
    Some(match devices.iter().any(|device| device.is_active) {
        true => Finding::ok(CHECK, found),
        false => {
            Finding::note(CHECK, found, "None is active: choose one with --device or `spotify-cli player transfer`.")
        }
    })
}
