//! Who answers, and on whose behalf: Spotify for whoever has signed in, or with `--demo` an emulator in this process.

use std::num::NonZeroU32;

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::auth::{AccessToken, AuthorizationCode, AuthorizationCodeBuilder, FileTokenCache};
use spotify_sdk::rate_limit::LocalRateLimiter;
use spotify_sdk::{ClientBuilder, SpotifyClient};

use crate::config::{self, CLIENT_ID, Config, DAILY_BUDGET, Key, RATE_BUDGET, REDIRECT_URI, TOKEN_STORE};
use crate::environment::{self, ACCESS_TOKEN};
use crate::globals::Globals;
use crate::output::{Failure, note};
use crate::response_cache;
use crate::usage::{self, Recorder};

/// Registered like this, without a port, it takes any.
const ANY_PORT: &str = "http://127.0.0.1/callback";

/// A budget that is one of this run alone must not be taken for one of the day.
const UNKNOWN_APP: &str = "warning: the daily budget counts the requests of this run alone, since the app of \
                           SPOTIFY_SDK_ACCESS_TOKEN is not known. Set SPOTIFY_SDK_CLIENT_ID to its client id.";

/// A client, and what has to live as long.
pub(crate) struct Session {
    pub(crate) client: SpotifyClient,
    /// The sign-in; `None` where a token was given.
    pub(crate) auth: Option<AuthorizationCode>,
    /// Serves as long as this is kept.
    pub(crate) emulator: Option<Emulator>,
    /// Saves the request counts in the end.
    _recorder: Option<Recorder>,
}

/// A session whose client is not built yet.
pub(crate) struct Prepared {
    pub(crate) builder: ClientBuilder<SpotifyClient>,
    pub(crate) auth: Option<AuthorizationCode>,
    pub(crate) emulator: Option<Emulator>,
    pub(crate) recorder: Option<Recorder>,
}

impl Session {
    pub(crate) fn open(globals: &Globals, config: &Config) -> Result<Self, Failure> {
        let Prepared { mut builder, auth, emulator, recorder } = Self::prepare(globals, config)?;
        if let Some(cache) = response_cache::open(globals, config)? {
            builder = builder.cache(cache);
        }
        Ok(Self { client: builder.build()?, auth, emulator, _recorder: recorder })
    }

    /// A session without a cache.
    pub(crate) fn prepare(globals: &Globals, config: &Config) -> Result<Prepared, Failure> {
        if let Some(quota) = globals.demo {
            return Self::demo(quota.into(), globals);
        }
        let (builder, auth) = match environment::access_token() {
            Some(token) => {
                let token = token.into_string().map_err(|_| Failure::Usage(format!("{ACCESS_TOKEN} is not UTF-8")))?;
                (SpotifyClient::builder(AccessToken::new(token)?), None)
            }
            None => {
                let Some(client_id) = config.get(CLIENT_ID) else {
                    return Err(Failure::NoToken);
                };
                let auth = sign_in(client_id, config)?.build()?;
                (SpotifyClient::builder(auth.clone()), Some(auth))
            }
        };
        let (builder, recorder) = limited(builder.urls_from_env()?, usage::app(config), globals, config)?;
        Ok(Prepared { builder, auth, emulator: None, recorder })
    }

    fn demo(quota: Quota, globals: &Globals) -> Result<Prepared, Failure> {
        let emulator = Emulator::builder().quota(quota).start().map_err(Failure::Emulator)?;
        note("Demo: using an emulator in this process, not Spotify.");
        let token = AccessToken::new(emulator.valid_token())?;
        let mut builder = SpotifyClient::builder(token).base_url(emulator.base_url());
        if let Some(budget) = globals.daily_budget {
            builder = builder.daily_budget(budget);
        }
        Ok(Prepared { builder, auth: None, emulator: Some(emulator), recorder: None })
    }
}

/// Gives a client its budgets, and the counts of earlier runs for its app.
pub(crate) fn limited(
    mut builder: ClientBuilder<SpotifyClient>,
    app: Option<String>,
    globals: &Globals,
    config: &Config,
) -> Result<(ClientBuilder<SpotifyClient>, Option<Recorder>), Failure> {
    if let Some(budget) = daily_budget(globals, config)? {
        builder = builder.daily_budget(budget);
        if app.is_none() {
            note(UNKNOWN_APP);
        }
    }
    let mut limiter = match requests(config, RATE_BUDGET)? {
        Some(budget) => LocalRateLimiter::with_budget(budget),
        None => LocalRateLimiter::new(),
    };
    let mut recorder = None;
    if let Some(app) = app {
        let (one, counting) = Recorder::start(app, limiter)?;
        (recorder, limiter) = (Some(one), counting);
    }
    Ok((builder.rate_limiter(limiter), recorder))
}

/// How many requests may be sent in 24 hours.
pub(crate) fn daily_budget(globals: &Globals, config: &Config) -> Result<Option<u32>, Failure> {
    match globals.daily_budget {
        Some(budget) => Ok(Some(budget)),
        None => requests(config, DAILY_BUDGET),
    }
}

fn requests(config: &Config, key: Key) -> Result<Option<u32>, Failure> {
    let Some(number) = config.get(key) else { return Ok(None) };
    let failed = |_| Failure::Usage(format!("expected a number of at least 1 for {}, got `{number}`", key.name));
    number.parse::<NonZeroU32>().map(|number| Some(number.get())).map_err(failed)
}

/// The sign-in of this machine, for whatever scopes it has.
pub(crate) fn sign_in(client_id: String, config: &Config) -> Result<AuthorizationCodeBuilder, Failure> {
    let redirect_uri = config.get(REDIRECT_URI).unwrap_or_else(|| ANY_PORT.to_owned());
    let builder = AuthorizationCode::pkce(client_id, redirect_uri).urls_from_env()?;
    match config.get(TOKEN_STORE).as_deref() {
        None | Some("file") => Ok(builder.cache(FileTokenCache::new(config::token_path()?))),
        #[cfg(feature = "keyring")]
        Some("keyring") => Ok(builder.cache(spotify_sdk::auth::KeyringTokenCache::new("spotify-cli"))),
        #[cfg(not(feature = "keyring"))]
        Some("keyring") => {
            Err(Failure::Usage("this build does not support keyring: install with --features keyring".to_owned()))
        }
        Some(other) => Err(Failure::Usage(format!("expected file or keyring for token_store, got `{other}`"))),
    }
}
