//! What can be typed after `spotify-cli`.

use clap::{ArgAction, Parser, Subcommand};

const AFTER_HELP: &str = "\
Environment:
  SPOTIFY_SDK_ACCESS_TOKEN  the access token; Spotify's live for one hour
  SPOTIFY_SDK_BASE_URL      where the Web API is, for emulators
  RUST_LOG                  what to log, instead of -v: spotify_sdk=debug

Exit codes:
  0 done, 1 failed, 2 wrong usage, 3 sign-in needed, 4 not found, 5 rate limited";

/// Spotify in a terminal, for people and for scripts.
#[derive(Debug, Parser)]
#[command(name = "spotify-cli", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Args {
    /// Answer from an emulator in this process: no account, no network
    #[arg(long, global = true)]
    pub(crate) demo: bool,

    /// Print JSON, as Spotify sent it, instead of a table
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Log what happens to standard error; twice for more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show an album with its tracks
    Album(Album),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Album {
    /// The album's id, URI or link
    pub(crate) album: String,

    /// A country code, for what is available there
    #[arg(long)]
    pub(crate) market: Option<String>,
}
