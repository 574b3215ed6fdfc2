//! A small web app with sign-in for many users.
//!
//! ```sh
//! cargo run -p examples --bin web_app -- --demo
//! SPOTIFY_SDK_CLIENT_ID=… SPOTIFY_SDK_CLIENT_SECRET=… cargo run -p examples --bin web_app
//! ```
//!
//! then open <http://127.0.0.1:8888>. For Spotify, register `http://127.0.0.1:8888/callback` as a redirect URI of the app. Each
//! user has a sign-in of their own, and all share one client: one pool of connections, and one rate limit, which is the
//! app's. Sessions are in memory, and so are tokens; a real app puts both into its database, tokens through a `TokenCache` of its
//! own. Scope: `user-top-read`.

use std::process::ExitCode;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use clap::Parser;
use examples::{Result, end};
use maud::{DOCTYPE, Markup, html};
use serde::{Deserialize, Serialize};
use spotify_emulator::Emulator;
use spotify_sdk::auth::{AuthorizationCode, AuthorizationRequest, ClientCredentials, InMemoryTokenCache, Scope};
use spotify_sdk::{AsyncSpotifyClient, Error};
use tokio::net::TcpListener;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::Id;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

/// A small web app with sign-in for many users.
#[derive(Parser)]
struct Options {
    /// Answer from an emulator: no account, no network
    #[arg(long)]
    demo: bool,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8888)]
    port: u16,
}

/// What all requests share. Cheap to clone: everything in it is.
#[derive(Clone)]
struct App {
    client: AsyncSpotifyClient,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    accounts_url: Option<String>,
    tokens: InMemoryTokenCache,
}

/// What a session holds: who it is for us, and while they are at Spotify, what has to be known when they come back.
#[derive(Serialize, Deserialize)]
struct Visitor {
    /// Random, made when they first come; Spotify's id is not known before they have signed in.
    key: String,
    signing_in: Option<AuthorizationRequest>,
}

const VISITOR: &str = "visitor";

#[tokio::main]
async fn main() -> ExitCode {
    end(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let redirect_uri = format!("{address}/callback");
    let emulator = options.demo.then(|| Emulator::builder().redirect_uri(&redirect_uri).start()).transpose()?;
    let (client_id, client_secret) = match &emulator {
        Some(emulator) => (emulator.client_id(), emulator.client_secret()),
        None => (from_env("SPOTIFY_SDK_CLIENT_ID")?, from_env("SPOTIFY_SDK_CLIENT_SECRET")?),
    };
    // Every user's client is made of this one.
    let mut settings =
        AsyncSpotifyClient::builder(ClientCredentials::new(&client_id, &client_secret)?).urls_from_env()?;
    if let Some(emulator) = &emulator {
        settings = settings.base_url(emulator.base_url()).accounts_url(emulator.accounts_url());
    }
    let app = App {
        client: settings.build()?,
        client_id,
        client_secret,
        redirect_uri,
        accounts_url: emulator.as_ref().map(|emulator| emulator.accounts_url().to_owned()),
        tokens: InMemoryTokenCache::new(),
    };
    // Lax, so that the cookie comes along when Spotify sends the browser back. Behind TLS, leave `with_secure(true)`.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_same_site(SameSite::Lax).with_secure(false);
    let router = Router::new()
        .route("/", get(home))
        .route("/sign-in", post(sign_in))
        .route("/callback", get(callback))
        .route("/sign-out", post(sign_out))
        .layer(sessions)
        .with_state(app);
    println!("Open {address}");
    axum::serve(listener, router).with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) }).await?;
    Ok(())
}

fn from_env(name: &str) -> Result<String> {
    std::env::var(name).map_err(|_| format!("{name} is not set. Or try it with --demo.").into())
}

impl App {
    /// The sign-in of one visitor, told apart from those of others by the key of their session.
    fn auth(&self, visitor: &Visitor) -> spotify_sdk::Result<AuthorizationCode> {
        let auth = AuthorizationCode::with_secret(&self.client_id, &self.client_secret, &self.redirect_uri)
            .scopes([Scope::UserTopRead])
            .user(&visitor.key)
            .cache(self.tokens.clone());
        match &self.accounts_url {
            Some(url) => auth.accounts_url(url),
            None => auth.urls_from_env()?,
        }
        .build()
    }
}

async fn home(State(app): State<App>, session: Session) -> std::result::Result<Markup, Failure> {
    let Some(visitor) = session.get::<Visitor>(VISITOR).await? else { return Ok(welcome()) };
    let auth = app.auth(&visitor)?;
    if auth.token_info().await?.is_none() {
        return Ok(welcome());
    }
    let client = app.client.with_auth(auth);
    let profile = client.users().get_current_profile();
    let top = client.users().get_top_tracks().limit(10);
    let (profile, top) = tokio::try_join!(profile.send(), top.send())?;
    Ok(page(html! {
        h1 { "Hello, " (profile.name()) }
        p { "What you listen to most:" }
        ol { @for track in &top { li { (track.name) " by " (track.artist_names()) } } }
        form method="post" action="/sign-out" { button { "Sign out" } }
    }))
}

async fn sign_in(State(app): State<App>, session: Session) -> std::result::Result<Redirect, Failure> {
    // A new id, so that nobody who knew the old one is signed in with them.
    session.cycle_id().await?;
    let key = match session.get::<Visitor>(VISITOR).await? {
        Some(visitor) => visitor.key,
        None => Id::default().to_string(),
    };
    let mut visitor = Visitor { key, signing_in: None };
    let request = app.auth(&visitor)?.authorization_request()?;
    let to = Redirect::to(request.url().as_str());
    visitor.signing_in = Some(request);
    session.insert(VISITOR, visitor).await?;
    Ok(to)
}

async fn callback(State(app): State<App>, session: Session, uri: Uri) -> std::result::Result<Redirect, Failure> {
    let Some(mut visitor) = session.get::<Visitor>(VISITOR).await? else { return Ok(Redirect::to("/")) };
    let Some(request) = visitor.signing_in.take() else { return Ok(Redirect::to("/")) };
    // Checks `state`: a response to a request that another browser made is refused.
    let url = format!("{}?{}", app.redirect_uri, uri.query().unwrap_or_default());
    let response = request.parse_response_url(&url)?;
    app.auth(&visitor)?.exchange(response).await?;
    session.insert(VISITOR, visitor).await?;
    Ok(Redirect::to("/"))
}

async fn sign_out(State(app): State<App>, session: Session) -> std::result::Result<Redirect, Failure> {
    if let Some(visitor) = session.get::<Visitor>(VISITOR).await? {
        app.auth(&visitor)?.sign_out().await?;
    }
    session.flush().await?;
    Ok(Redirect::to("/"))
}

fn welcome() -> Markup {
    page(html! {
        h1 { "What do you listen to most?" }
        form method="post" action="/sign-in" { button { "Sign in with Spotify" } }
    })
}

/// Maud escapes what comes from Spotify.
fn page(content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "Top tracks" }
                style { "body { font: 1rem/1.5 system-ui; max-width: 32rem; margin: 3rem auto; padding: 0 1rem }" }
            }
            body { (content) }
        }
    }
}

/// What went wrong, as a page.
enum Failure {
    Spotify(Error),
    Session(tower_sessions::session::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Spotify(error)
    }
}

impl From<tower_sessions::session::Error> for Failure {
    fn from(error: tower_sessions::session::Error) -> Self {
        Self::Session(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, text) = match &self {
            // Consent has ended, or the user has said no: they can sign in again.
            Self::Spotify(Error::ReauthorizationRequired(_) | Error::AccessDenied(_)) => {
                return welcome().into_response();
            }
            Self::Spotify(error @ (Error::RateLimit(_) | Error::QuotaExceeded(_))) => {
                (StatusCode::SERVICE_UNAVAILABLE, error.message())
            }
            // An address that Spotify did not send the browser to.
            Self::Spotify(error @ Error::InvalidInput(_)) => (StatusCode::BAD_REQUEST, error.message()),
            Self::Spotify(error) => {
                eprintln!("error: {error}");
                (StatusCode::BAD_GATEWAY, error.message())
            }
            Self::Session(error) => {
                eprintln!("error: {error}");
                (StatusCode::INTERNAL_SERVER_ERROR, "Your session could not be read.".to_owned())
            }
        };
        (status, page(html! { h1 { "That did not work" } p { (text) } p { a href="/" { "Try again" } } }))
            .into_response()
    }
}
