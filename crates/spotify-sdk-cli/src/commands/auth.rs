//! `spotify-cli login`, `logout`, `whoami` and `token`.

use std::env;
use std::time::Duration;

use clap::Subcommand;
use spotify_sdk::SpotifyClient;
use spotify_sdk::auth::{AuthorizationCode, Scope, TokenInfo, authorize_local};
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::jiff::Timestamp;

use super::{App, SignedIn};
use crate::config::{CLIENT_ID, response_path};
use crate::output::{Failure, note};
use crate::response_cache::store;
use crate::session::{limited, sign_in};
use crate::usage;

/// What a sign-in asks for unless told otherwise: to look at everything, and to change nothing.
const TO_LOOK: [Scope; 9] = [
    Scope::UserReadPrivate,
    Scope::UserLibraryRead,
    Scope::UserFollowRead,
    Scope::UserTopRead,
    Scope::UserReadRecentlyPlayed,
    Scope::UserReadPlaybackState,
    Scope::UserReadCurrentlyPlaying,
    Scope::PlaylistReadPrivate,
    Scope::PlaylistReadCollaborative,
];

#[derive(Debug, clap::Args)]
pub(crate) struct Login {
    /// The client id of your app; saved in the config file
    #[arg(long)]
    client_id: Option<String>,

    /// Scopes to request in addition to read access, comma-separated: user-library-modify, …; "all" for everything that
    /// this program can do. Scopes granted before are kept
    #[arg(long, value_delimiter = ',', value_name = "SCOPES")]
    scopes: Vec<String>,

    /// Print the URL to open on any machine, and read the URL that the browser was redirected to
    #[arg(long)]
    no_browser: bool,

    /// How long to wait for the sign-in, in seconds
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    timeout: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Show when the token and the consent expire, and which scopes the token has
    Status,
    /// Print the access token, refreshed if necessary; keep it secret
    Print,
}

/// A token that is good for less, in seconds, may be refreshed before it tells whose it is.
const TIME_TO_FORGET: i64 = 5 * 60;

/// What changes something, beside [`TO_LOOK`].
const TO_CHANGE: [Scope; 6] = [
    Scope::UserLibraryModify,
    Scope::UserFollowModify,
    Scope::UserModifyPlaybackState,
    Scope::PlaylistModifyPublic,
    Scope::PlaylistModifyPrivate,
    Scope::UgcImageUpload,
];

pub(crate) fn login(app: &App, args: &Login) -> Result<(), Failure> {
    if app.globals.demo.is_some() {
        return demo_login(app);
    }
    let known = app.config.get(CLIENT_ID);
    let Some(client_id) = args.client_id.clone().or(known.clone()) else {
        return Err(Failure::Usage(
            "a client id is needed: make an app at https://developer.spotify.com/dashboard with the redirect URI \
             http://127.0.0.1/callback, and give its id with --client-id"
                .to_owned(),
        ));
    };
    let before = sign_in(client_id.clone(), &app.config)?.build()?.token_info().wait()?;
    let scopes = scopes(args, before.as_ref());
    let auth = sign_in(client_id.clone(), &app.config)?.scopes(scopes).build()?;
    let sign_in = authorize_local(&auth).timeout(Duration::from_secs(args.timeout));
    // Whoever asks for more has agreed before, and wants to be asked again.
    let sign_in = if before.is_some() { sign_in.show_dialog() } else { sign_in };
    if args.no_browser {
        sign_in.without_browser().wait()?;
    } else {
        note("Continue in the browser.");
        sign_in.wait()?;
    }
    if args.client_id.is_some()
        && known.as_deref() != Some(&client_id)
        && env::var_os("SPOTIFY_SDK_CLIENT_ID").is_none()
    {
        let path = app.config.clone().set(CLIENT_ID, Some(&client_id))?;
        note(&format!("The client id is saved in {}.", path.display()));
    }
    // The environment may hold a token, which is not the one that was just got.
    let builder = SpotifyClient::builder(auth).urls_from_env()?;
    let (builder, _recorder) = limited(builder, Some(usage::named(client_id)), &app.globals, &app.config)?;
    let client = builder.build()?;
    let user = client.users().get_current_profile().send()?;
    if app.screen.json {
        return app.screen.object(&user);
    }
    app.screen.line(format!("Signed in as {}.", user.name()))
}

fn scopes(args: &Login, before: Option<&TokenInfo>) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = TO_LOOK.to_vec();
    scopes.extend(before.and_then(TokenInfo::scopes).unwrap_or_default().iter().cloned());
    for word in args.scopes.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        if word == "all" {
            scopes.extend(TO_CHANGE);
        } else {
            scopes.push(Scope::from(word));
        }
    }
    scopes.sort();
    scopes.dedup();
    scopes
}

/// The sign-in of the demo: the emulator's first user agrees at once, and nothing is kept.
fn demo_login(app: &App) -> Result<(), Failure> {
    let signed_in = app.session()?;
    let user = signed_in.client().users().get_current_profile().send()?;
    if app.screen.json {
        return app.screen.object(&user);
    }
    app.screen.line(format!("Signed in as {}, in the demo only.", user.name()))
}

pub(crate) fn logout(app: &App) -> Result<(), Failure> {
    if app.globals.demo.is_some() {
        note("Demo: there is no saved sign-in.");
        return Ok(());
    }
    let Some(client_id) = app.config.get(CLIENT_ID) else {
        note("Not signed in.");
        return Ok(());
    };
    let auth = sign_in(client_id, &app.config)?.build()?;
    let Some(token) = auth.token_info().wait()? else {
        note("Not signed in.");
        return Ok(());
    };
    forget_responses(app, &auth, &token)?;
    auth.sign_out().wait()?;
    note("Signed out on this machine. To withdraw your consent too, go to https://www.spotify.com/account/apps.");
    Ok(())
}

/// Deletes the responses of whoever signs out; those of all where a new token would be needed to tell whose they are.
fn forget_responses(app: &App, auth: &AuthorizationCode, token: &TokenInfo) -> Result<(), Failure> {
    let store = store(&app.config)?;
    if store.held().responses == 0 {
        return Ok(());
    }
    if token.expires_at().as_second() - Timestamp::now().as_second() > TIME_TO_FORGET {
        let cache = ResponseCache::new(store.clone());
        let client = SpotifyClient::builder(auth.clone()).urls_from_env()?.cache(cache).build()?;
        if client.forget_user().is_ok() {
            return Ok(());
        }
    }
    store.clear().map_err(|error| Failure::File(response_path().unwrap_or_default(), error))
}

pub(crate) fn whoami(signed_in: &SignedIn<'_>) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let user = signed_in.client().users().get_current_profile().send()?;
    if screen.json {
        return screen.object(&user);
    }
    screen.line(screen.strong(user.name()))?;
    super::catalog::facts(
        screen,
        [
            Some(user.id.to_string()),
            user.email.as_ref().map(ToString::to_string),
            user.product.as_ref().map(ToString::to_string),
            user.country.as_ref().map(ToString::to_string),
        ],
    )
}

pub(crate) fn token(signed_in: &SignedIn<'_>, command: &Token) -> Result<(), Failure> {
    match command {
        Token::Status => status(signed_in),
        Token::Print => print(signed_in),
    }
}

fn print(signed_in: &SignedIn<'_>) -> Result<(), Failure> {
    let token = match (&signed_in.session.auth, &signed_in.session.emulator) {
        (Some(auth), _) => auth.access_token().wait()?.expose().to_owned(),
        (None, Some(emulator)) => emulator.valid_token().to_owned(),
        (None, None) => env::var("SPOTIFY_SDK_ACCESS_TOKEN").unwrap_or_default(),
    };
    if signed_in.screen().json {
        return signed_in.screen().object(&serde_json::json!({ "access_token": token }));
    }
    signed_in.screen().line(token)
}

fn status(signed_in: &SignedIn<'_>) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let Some(auth) = &signed_in.session.auth else {
        let from = if signed_in.session.emulator.is_some() { "the demo" } else { "SPOTIFY_SDK_ACCESS_TOKEN" };
        if screen.json {
            return screen.object(&serde_json::json!({ "from": from }));
        }
        return screen.line(format!("The token is from {from}; its expiry and its scopes are not known."));
    };
    let Some(token) = auth.token_info().wait()? else {
        return Err(Failure::NoToken);
    };
    let scopes: Vec<&str> = token.scopes().unwrap_or_default().iter().map(Scope::as_str).collect();
    if screen.json {
        return screen.object(&serde_json::json!({
            "from": "sign-in",
            "expires_at": token.expires_at().to_string(),
            "authorized_at": token.authorized_at().map(|at| at.to_string()),
            "reauthorize_by": token.reauthorize_by().map(|at| at.to_string()),
            "renewable": token.refresh_token().is_some(),
            "scopes": scopes,
        }));
    }
    let now = Timestamp::now();
    let expiry = if token.expires_at() <= now {
        "has expired".to_owned()
    } else {
        format!("expires in {}", until(now, token.expires_at()))
    };
    let renewal =
        if token.refresh_token().is_some() { "and is refreshed automatically" } else { "and cannot be refreshed" };
    screen.line(format!("The access token {expiry}, {renewal}."))?;
    if let Some(end) = token.reauthorize_by() {
        let day = end.strftime("%Y-%m-%d");
        screen.line(format!("Your consent expires on {day}, in {}; sign in again then.", until(now, end)))?;
    }
    screen.line(format!("Scopes: {}", if scopes.is_empty() { "none".to_owned() } else { scopes.join(", ") }))
}

/// `59 min`, `3 h`, `181 days`.
pub(super) fn until(now: Timestamp, then: Timestamp) -> String {
    let minutes = (then.as_second() - now.as_second()).max(0) / 60;
    match minutes {
        0..=89 => format!("{minutes} min"),
        90..=2879 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}
