//! What can be typed after `spotify-cli`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

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
    /// Run Spotify on this machine, for apps and their tests
    Emulator(Emulator),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Album {
    /// The album's id, URI or link
    pub(crate) album: String,

    /// A country code, for what is available there
    #[arg(long)]
    pub(crate) market: Option<String>,
}

/// The Web API, the Accounts service and a control for tests on one port, with users and music, in memory. It says how to
/// point apps at it, also those in other languages, and runs until Ctrl-C
#[derive(Debug, clap::Args)]
pub(crate) struct Emulator {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 4010)]
    pub(crate) port: u16,

    /// The address to listen on; other than loopback, everyone who reaches it can use it
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) address: IpAddr,

    /// The kind of app that asks
    #[arg(long, value_enum, default_value_t = QuotaArg::Development)]
    pub(crate) quota: QuotaArg,

    /// The app's client id, together with --client-secret
    #[arg(long, requires = "client_secret")]
    pub(crate) client_id: Option<String>,

    /// The app's client secret
    #[arg(long, requires = "client_id")]
    pub(crate) client_secret: Option<String>,

    /// A redirect URI that the app has registered, again for more; without any, all are taken that Spotify would register
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Vec<String>,

    /// How the authorization page decides
    #[arg(long, value_enum, default_value_t = ConsentArg::Ask)]
    pub(crate) consent: ConsentArg,

    /// When a refresh gives a new refresh token
    #[arg(long, value_enum, default_value_t = RotationArg::AsSpotify)]
    pub(crate) rotation: RotationArg,

    /// Give the first user this many saved tracks, made up
    #[arg(long, value_name = "TRACKS", default_value_t = 0)]
    pub(crate) library: usize,

    /// Give the first user a playlist of so many items, or as 20x300 so many of them; again for more
    #[arg(long, value_name = "ITEMS[xCOUNT]")]
    pub(crate) playlist: Vec<Playlists>,

    /// What the made-up tracks depend on
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,

    /// Answer 429 to more requests than this in 30 seconds
    #[arg(long, value_name = "REQUESTS")]
    pub(crate) rate_limit: Option<u32>,

    /// Begin with the state in this file, if it is there, and write it there at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum QuotaArg {
    /// What almost every app has: fewer operations, fields and items at once
    Development,
    /// For organisations: everything
    Extended,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConsentArg {
    /// Ask whoever is at the browser
    Ask,
    /// The first user agrees at once
    Agree,
    /// The user cancels at once
    Cancel,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RotationArg {
    /// With PKCE always, with a secret never
    AsSpotify,
    /// Every time, and the old one is dead
    Always,
    /// Every second time
    Sometimes,
    /// The old one goes on
    Never,
    /// The answer has an empty one: the old one goes on
    EmptyString,
}

/// Playlists of the same size: `300`, or `20x300` for three hundred of twenty items.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Playlists {
    pub(crate) items: usize,
    pub(crate) count: usize,
}

impl FromStr for Playlists {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (items, count) = text.split_once('x').unwrap_or((text, "1"));
        match (items.parse(), count.parse()) {
            (Ok(items), Ok(count)) if items <= 10_000 && count <= 10_000 => Ok(Self { items, count }),
            _ => Err("expected a number of items up to 10000, or items and count as in 20x300".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playlists_are_given_by_size_and_count() {
        assert_eq!("300".parse(), Ok(Playlists { items: 300, count: 1 }));
        assert_eq!("20x300".parse(), Ok(Playlists { items: 20, count: 300 }));
        for text in ["", "x", "20x", "x3", "-1", "10001", "1x10001", "20x3x1"] {
            assert!(text.parse::<Playlists>().is_err(), "{text}");
        }
    }
}
