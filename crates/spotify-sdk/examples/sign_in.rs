//! Signs a user in on this machine and prints whose account it is; the next run finds them signed in.
//!
//! `SPOTIFY_SDK_CLIENT_ID=… SPOTIFY_SDK_REDIRECT_URI=http://127.0.0.1/callback cargo run --example sign_in -- token.json`
//!
//! With `--no-browser` it prints the address to open on another machine, and reads the one at which the browser ended.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use spotify_sdk::api::users::GetCurrentProfile;
use spotify_sdk::auth::{AuthorizationCode, FileTokenCache, authorize_local, scopes_for};
use spotify_sdk::{AsyncSpotifyClient, Result};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let with_browser = !arguments.iter().any(|argument| argument == "--no-browser");
    arguments.retain(|argument| argument != "--no-browser");
    let file = arguments.first().map_or("token.json", String::as_str);
    match print_profile(file, with_browser).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            if let Some(hint) = error.hint() {
                eprintln!("{hint}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn print_profile(file: &str, with_browser: bool) -> Result<()> {
    let auth = AuthorizationCode::from_env()?
        .scopes(scopes_for([GetCurrentProfile::INFO]))
        .cache(FileTokenCache::new(file))
        .build()?;
    let sign_in = authorize_local(&auth).if_needed();
    let token = if with_browser { sign_in.await? } else { sign_in.without_browser().await? };
    if let Some(day) = token.reauthorize_by() {
        eprintln!("Signed in until {}.", day.strftime("%F"));
    }
    let client = AsyncSpotifyClient::builder(auth).urls_from_env()?.build()?;
    let user = client.users().get_current_profile().await?;
    println!("{}", user.display_name.as_deref().unwrap_or(user.id.as_str()));
    Ok(())
}
