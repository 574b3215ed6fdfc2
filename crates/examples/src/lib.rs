//! What the examples share: who they ask, and how they end.
//!
//! With `--demo` an emulator in the same process answers, and no account is needed. Without it the user signs in once with the
//! browser; the id of the app is in the environment variable `SPOTIFY_SDK_CLIENT_ID`, and the app has the redirect URI
//! `http://127.0.0.1/callback`. To make one of the examples a program of your own, copy it together with the function of this
//! file that it calls.

use std::error::Error;
use std::process::ExitCode;

use etcetera::BaseStrategy as _;
use spotify_emulator::Emulator;
use spotify_sdk::auth::{AccessToken, AuthProvider, AuthorizationCode, FileTokenCache, Scope, authorize_local};
use spotify_sdk::{AsyncSpotifyClient, BuildClient, ClientBuilder, SpotifyClient};

/// What an example's work ends with.
pub type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A blocking client, and with `demo` the emulator that answers for as long as it is kept.
///
/// # Errors
/// Those of signing in.
pub fn connect(demo: bool, scopes: &[Scope]) -> Result<(SpotifyClient, Option<Emulator>)> {
    if demo {
        let emulator = Emulator::start()?;
        return Ok((emulator.client()?, Some(emulator)));
    }
    let auth = sign_in(scopes)?;
    authorize_local(&auth).if_needed().wait()?;
    Ok((builder(auth)?.build()?, None))
}

/// As [`connect`], for a program that is async.
///
/// # Errors
/// Those of signing in.
pub async fn connect_async(
    demo: bool,
    scopes: &[Scope],
    settings: impl FnOnce(ClientBuilder<AsyncSpotifyClient>) -> ClientBuilder<AsyncSpotifyClient>,
) -> Result<(AsyncSpotifyClient, Option<Emulator>)> {
    if demo {
        let emulator = Emulator::start()?;
        let builder = emulator.async_client_builder(AccessToken::new(emulator.valid_token())?);
        return Ok((settings(builder).build()?, Some(emulator)));
    }
    let auth = sign_in(scopes)?;
    authorize_local(&auth).if_needed().await?;
    Ok((settings(builder(auth)?).build()?, None))
}

/// The sign-in of whoever runs the program, kept in a file of theirs.
fn sign_in(scopes: &[Scope]) -> Result<AuthorizationCode> {
    let id = std::env::var("SPOTIFY_SDK_CLIENT_ID").map_err(
        |_| "SPOTIFY_SDK_CLIENT_ID is not set: it is the id of your app in Spotify's dashboard. Or try it with --demo.",
    )?;
    // A file for each program: one holds one sign-in of an app and user, and each program asks for scopes of its own.
    let program = std::env::current_exe()?.file_stem().unwrap_or_default().to_owned();
    let folder = etcetera::choose_base_strategy()?.data_dir().join("spotify-sdk-examples");
    let file = folder.join(program).with_extension("json");
    let auth = AuthorizationCode::pkce(id, "http://127.0.0.1/callback")
        .scopes(scopes.iter().cloned())
        .cache(FileTokenCache::new(file))
        .urls_from_env()?
        .build()?;
    Ok(auth)
}

fn builder<C: BuildClient>(auth: impl AuthProvider) -> Result<ClientBuilder<C>> {
    Ok(ClientBuilder::new(auth).urls_from_env()?)
}

/// The end of a program: an error with what to do about it, where that is known.
pub fn end(result: Result) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    if let Some(hint) = error.downcast_ref::<spotify_sdk::Error>().and_then(spotify_sdk::Error::hint) {
        eprintln!("hint: {hint}");
    }
    ExitCode::FAILURE
}
