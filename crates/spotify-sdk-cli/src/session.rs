//! Who answers, and on whose behalf: Spotify for whoever has signed in, or with `--demo` an emulator in this process.

use std::env;

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::auth::{AccessToken, AuthorizationCode, AuthorizationCodeBuilder, FileTokenCache};
use spotify_sdk::{ClientBuilder, SpotifyClient};

use crate::config::{self, CLIENT_ID, Config, RATE_BUDGET, REDIRECT_URI, TOKEN_STORE};
use crate::output::{Failure, note};

pub(crate) const ACCESS_TOKEN: &str = "SPOTIFY_SDK_ACCESS_TOKEN";
pub(crate) const BASE_URL: &str = "SPOTIFY_SDK_BASE_URL";
pub(crate) const ACCOUNTS_URL: &str = "SPOTIFY_SDK_ACCOUNTS_URL";
/// Registered like this, without a port, it takes any.
const ANY_PORT: &str = "http://127.0.0.1/callback";

/// A client, and what has to live as long.
pub(crate) struct Session {
    pub(crate) client: SpotifyClient,
    /// The sign-in; `None` where a token was given.
    pub(crate) auth: Option<AuthorizationCode>,
    /// Serves as long as this is kept.
    pub(crate) emulator: Option<Emulator>,
}

/// A session whose client is not built yet.
pub(crate) struct Prepared {
    pub(crate) builder: ClientBuilder<SpotifyClient>,
    pub(crate) auth: Option<AuthorizationCode>,
    pub(crate) emulator: Option<Emulator>,
}

impl Session {
    pub(crate) fn open(demo: Option<Quota>, config: &Config) -> Result<Self, Failure> {
        let Prepared { builder, auth, emulator } = Self::prepare(demo, config)?;
        Ok(Self { client: builder.build()?, auth, emulator })
    }

    pub(crate) fn prepare(demo: Option<Quota>, config: &Config) -> Result<Prepared, Failure> {
        if let Some(quota) = demo {
            return Self::demo(quota);
        }
        if let Some(token) = env::var_os(ACCESS_TOKEN).filter(|token| !token.is_empty()) {
            let token = token.into_string().map_err(|_| Failure::Usage(format!("{ACCESS_TOKEN} is not UTF-8")))?;
            let builder = SpotifyClient::builder(AccessToken::new(token)?).urls_from_env()?;
            return Ok(Prepared { builder, auth: None, emulator: None });
        }
        let Some(client_id) = config.get(CLIENT_ID) else {
            return Err(Failure::NoToken);
        };
        let auth = sign_in(client_id, config)?.build()?;
        let builder = budgeted(SpotifyClient::builder(auth.clone()).urls_from_env()?, config)?;
        Ok(Prepared { builder, auth: Some(auth), emulator: None })
    }

    fn demo(quota: Quota) -> Result<Prepared, Failure> {
        let emulator = Emulator::builder().quota(quota).start().map_err(Failure::Emulator)?;
        note("Demo: using an emulator in this process, not Spotify.");
        let token = AccessToken::new(emulator.valid_token())?;
        let builder = SpotifyClient::builder(token).base_url(emulator.base_url());
        Ok(Prepared { builder, auth: None, emulator: Some(emulator) })
    }
}

fn budgeted(builder: ClientBuilder<SpotifyClient>, config: &Config) -> Result<ClientBuilder<SpotifyClient>, Failure> {
    let Some(budget) = config.get(RATE_BUDGET) else { return Ok(builder) };
    match budget.parse() {
        Ok(budget) => Ok(builder.rate_budget(budget)),
        Err(_) => Err(Failure::Usage(format!("expected a number for rate_budget, got `{budget}`"))),
    }
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
