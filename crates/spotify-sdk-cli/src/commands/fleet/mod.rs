//! `spotify-cli fleet`: what the processes of an app share over Redis.

mod status;
mod users;
mod view;
mod watch;

use std::env;

use clap::Subcommand;
use spotify_sdk_redis::{ConnectError, Fleet as Connection, FleetBuilder};
use tokio::runtime::Runtime;

use super::App;
use crate::config::CLIENT_ID;
use crate::output::Failure;

const REDIS_URL: &str = "SPOTIFY_SDK_REDIS_URL";
const SCHEMES: [&str; 7] = ["redis", "rediss", "valkey", "valkeys", "unix", "redis+unix", "valkey+unix"];

#[derive(Debug, Subcommand)]
pub(crate) enum Fleet {
    /// Show the processes of each app, their rate limit, and the requests of the last 24 hours
    #[command(after_help = status::AFTER_HELP)]
    Status(status::Status),
    /// List the users whose sign-ins are stored; no token is shown
    Users(users::Users),
    /// Delete the stored sign-in of a user, who then has to sign in again
    ForgetUser(users::ForgetUser),
}

/// Where Redis is.
#[derive(clap::Args)]
pub(crate) struct Server {
    /// The URL of the Redis or Valkey server: redis://host:6379/, or rediss:// for TLS. Default: SPOTIFY_SDK_REDIS_URL, which
    /// is the better place for a URL with a password
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
}

/// The URL may hold a password.
impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

pub(crate) fn run(app: &App, command: &Fleet) -> Result<(), Failure> {
    match command {
        Fleet::Status(command) => status::run(app, command),
        Fleet::Users(command) => users::list(app, command),
        Fleet::ForgetUser(command) => users::forget(app, command),
    }
}

/// A runtime for the calls, which are made one after another.
fn runtime() -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.map_err(|error| Failure::Failed(format!("cannot start: {error}"), None))
}

impl Server {
    fn builder(&self) -> Result<FleetBuilder, Failure> {
        let url = self.redis.clone().or_else(|| env::var(REDIS_URL).ok()).filter(|url| !url.is_empty());
        let Some(url) = url else {
            return Err(Failure::Usage(format!(
                "a Redis server is needed: give its URL, such as redis://127.0.0.1:6379/, with --redis or in {REDIS_URL}"
            )));
        };
        // What it is instead may hold a password.
        let is_known = url::Url::parse(&url).is_ok_and(|url| SCHEMES.contains(&url.scheme()));
        if !is_known {
            return Err(Failure::Usage(
                "the URL of Redis cannot be used: it looks like redis://127.0.0.1:6379/ or rediss://user:password@host:6379/0, with \
                 what is no letter or digit in user and password percent-encoded"
                    .to_owned(),
            ));
        }
        Ok(Connection::builder(url))
    }
}

fn not_connected(error: &ConnectError) -> Failure {
    let hint =
        format!("Check the URL, which --redis or {REDIS_URL} gives, and that this machine can reach the server.");
    Failure::Failed(error.to_string(), Some(hint))
}

/// The app that was named, or the one of the settings.
fn client_id(app: &App, given: Option<&String>) -> Result<String, Failure> {
    given.cloned().or_else(|| app.config.get(CLIENT_ID)).ok_or_else(|| {
        Failure::Usage(
            "whose users? Give the client id of the app with --client-id; `spotify-cli fleet status` lists apps"
                .to_owned(),
        )
    })
}
