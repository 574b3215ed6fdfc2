//! A process that serves pages. Any of them can serve any user: sign-ins are in the fleet's token cache, sessions are in Redis.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use examples::Result;
use maud::{DOCTYPE, Markup, html};
use serde::{Deserialize, Serialize};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::{AuthorizationCode, AuthorizationRequest, Scope};
use spotify_sdk_redis::Fleet;
use tokio::net::TcpListener;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::Id;
use tower_sessions::{Session, SessionManagerLayer};

use crate::processes::ended;
use crate::sessions::RedisSessions;
use crate::{Options, from_env, join};

#[derive(Clone)]
struct App {
    name: String,
    fleet: Fleet,
    client: AsyncSpotifyClient,
    redirect_uri: String,
    pages: Arc<AtomicUsize>,
}

/// What a session holds; see the example `web_app`.
#[derive(Serialize, Deserialize)]
struct Visitor {
    key: String,
    signing_in: Option<AuthorizationRequest>,
}

const VISITOR: &str = "visitor";

pub(crate) async fn run(options: &Options, port: u16, public: &str) -> Result {
    let (fleet, client) = join(options).await?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let app = App {
        name: options.name.clone().unwrap_or_default(),
        fleet,
        client: client.clone(),
        redirect_uri: format!("{public}/callback"),
        pages: Arc::default(),
    };
    let pages = Arc::clone(&app.pages);
    let store = RedisSessions::connect(&from_env("SPOTIFY_SDK_REDIS_URL")?).await?;
    let sessions =
        SessionManagerLayer::new(store).with_same_site(SameSite::Lax).with_secure(public.starts_with("https://"));
    let router = Router::new()
        .route("/", get(home))
        .route("/albums/{id}", get(album))
        .route("/sign-in", post(sign_in))
        .route("/callback", get(callback))
        .layer(sessions)
        .with_state(app);
    println!("ready at http://{}", listener.local_addr()?);
    tokio::select! {
        done = axum::serve(listener, router) => done?,
        () = ended(options) => {}
    }
    client.close().await;
    println!("{} pages", pages.load(Ordering::Relaxed));
    Ok(())
}

impl App {
    /// The sign-in of one visitor. Its tokens are where every process finds them.
    fn auth(&self, visitor: &Visitor) -> Result<AuthorizationCode> {
        let (id, secret) = (from_env("SPOTIFY_SDK_CLIENT_ID")?, from_env("SPOTIFY_SDK_CLIENT_SECRET")?);
        let auth = AuthorizationCode::with_secret(id, secret, &self.redirect_uri)
            .scopes([Scope::UserTopRead])
            .user(&visitor.key)
            .cache(self.fleet.token_cache());
        Ok(auth.urls_from_env()?.build()?)
    }

    fn page(&self, content: Markup) -> Markup {
        self.pages.fetch_add(1, Ordering::Relaxed);
        html! {
            (DOCTYPE)
            html lang="en" {
                head { meta charset="utf-8"; title { "One limit" } }
                body { (content) footer { "Served by " (self.name) "." } }
            }
        }
    }

    fn welcome(&self) -> Markup {
        self.page(html! {
            h1 { "What do you listen to most?" }
            form method="post" action="/sign-in" { button { "Sign in with Spotify" } }
            p { a href="/albums/5K79FLRUCSysQnVESLcTdb" { "An album" } }
        })
    }
}

async fn home(State(app): State<App>, session: Session) -> Answer<Markup> {
    let Some(visitor) = session.get::<Visitor>(VISITOR).await? else { return Ok(app.welcome()) };
    let auth = app.auth(&visitor)?;
    if auth.token_info().await?.is_none() {
        return Ok(app.welcome());
    }
    // Its requests count for the same limit.
    let client = app.client.with_auth(auth);
    let (profile, top) = tokio::try_join!(
        client.users().get_current_profile().send(),
        client.users().get_top_tracks().limit(10).send()
    )?;
    Ok(app.page(html! {
        h1 { "Hello, " (profile.name()) }
        ol { @for track in &top { li { (track.name) " by " (track.artist_names()) } } }
    }))
}

async fn album(State(app): State<App>, Path(id): Path<String>) -> Answer<Markup> {
    let album = app.client.albums().get(id).await?;
    Ok(app.page(html! { h1 { (album.name) } p { "by " (album.artist_names()) } }))
}

async fn sign_in(State(app): State<App>, session: Session) -> Answer<Redirect> {
    session.cycle_id().await?;
    let mut visitor = Visitor { key: Id::default().to_string(), signing_in: None };
    let request = app.auth(&visitor)?.authorization_request()?;
    let to = Redirect::to(request.url().as_str());
    visitor.signing_in = Some(request);
    session.insert(VISITOR, visitor).await?;
    Ok(to)
}

/// It may be served by another process than the one that the sign-in began at.
async fn callback(State(app): State<App>, session: Session, uri: Uri) -> Answer<Redirect> {
    if let Some(mut visitor) = session.get::<Visitor>(VISITOR).await?
        && let Some(request) = visitor.signing_in.take()
    {
        let url = format!("{}?{}", app.redirect_uri, uri.query().unwrap_or_default());
        app.auth(&visitor)?.exchange(request.parse_response_url(&url)?).await?;
        session.insert(VISITOR, visitor).await?;
    }
    Ok(Redirect::to("/"))
}

type Answer<T> = std::result::Result<T, Failure>;

/// What went wrong. The example `web_app` tells its kinds apart.
struct Failure(Box<dyn std::error::Error + Send + Sync>);

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        eprintln!("error: {}", self.0);
        (StatusCode::BAD_GATEWAY, "That did not work. Try it again later.").into_response()
    }
}
