//! `spotify-cli emulator`: Spotify on this machine, until Ctrl-C.

use std::fs;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::mpsc;
use std::time::Duration;

use clap::ValueEnum;
use spotify_emulator::{Consent, DailyQuota, EmulatorBuilder, Rotation};

use crate::files::write_whole;
use crate::globals::QuotaArg;
use crate::interrupt;
use crate::output::{Failure, Screen, note};

/// Serves the Web API, the Accounts service and a control API for tests on one port, with users and music in memory. It
/// prints how to point apps at it, including those in other languages, and runs until Ctrl-C
#[derive(Debug, clap::Args)]
pub(crate) struct Emulator {
    /// The port to listen on; 0 for any free one
    #[arg(long, default_value_t = 4010)]
    pub(crate) port: u16,

    /// The address to listen on; with other than loopback, other machines can use it
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) address: IpAddr,

    /// Another host name that it is reached by, such as a container's or a proxy's; can be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Vec<String>,

    /// The quota of the app
    #[arg(long, value_enum, default_value_t = QuotaArg::Development)]
    pub(crate) quota: QuotaArg,

    /// The app's client id; requires --client-secret
    #[arg(long, requires = "client_secret")]
    pub(crate) client_id: Option<String>,

    /// The app's client secret; requires --client-id
    #[arg(long, requires = "client_id")]
    pub(crate) client_secret: Option<String>,

    /// A redirect URI that the app has registered; can be repeated. Without, all that Spotify would register are accepted
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Vec<String>,

    /// How the authorization page responds
    #[arg(long, value_enum, default_value_t = ConsentArg::Ask)]
    pub(crate) consent: ConsentArg,

    /// When a refresh returns a new refresh token
    #[arg(long, value_enum, default_value_t = RotationArg::AsSpotify)]
    pub(crate) rotation: RotationArg,

    /// The number of generated saved tracks of the first user
    #[arg(long, value_name = "TRACKS", default_value_t = 0)]
    pub(crate) library: usize,

    /// Add a playlist of this many items to the first user, or several as in 20x300; can be repeated
    #[arg(long, value_name = "ITEMS[xCOUNT]")]
    pub(crate) playlist: Vec<PlaylistSpec>,

    /// The seed of the generated tracks
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,

    /// Respond 429 to more requests than this in the window
    #[arg(long, value_name = "REQUESTS")]
    pub(crate) rate_limit: Option<u32>,

    /// The window of --rate-limit in seconds, at most a day
    #[arg(long, value_name = "SECONDS", requires = "rate_limit", default_value_t = 30,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) rate_limit_window: u64,

    /// Respond 429 with QUOTA_EXCEEDED to more requests than this in 24 hours, per group of endpoints
    #[arg(long, value_name = "REQUESTS")]
    pub(crate) daily_quota: Option<u32>,

    /// Load the state from this file, if it exists, and save it there on exit
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConsentArg {
    /// Show the page, and let the user decide
    Ask,
    /// Agree immediately, as the first user
    Agree,
    /// Cancel immediately
    Cancel,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RotationArg {
    /// As Spotify does: always with PKCE, never with a secret
    AsSpotify,
    /// Every time; the old one becomes invalid
    Always,
    /// Every second time
    Sometimes,
    /// Never; the old one stays valid
    Never,
    /// Return an empty one; the old one stays valid
    EmptyString,
}

/// PlaylistSpec of the same size: `300`, or `20x300` for three hundred of twenty items.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct PlaylistSpec {
    pub(crate) items: usize,
    pub(crate) count: usize,
}

impl FromStr for PlaylistSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (items, count) = text.split_once('x').unwrap_or((text, "1"));
        match (items.parse(), count.parse()) {
            (Ok(items), Ok(count)) if items <= 10_000 && count <= 10_000 => Ok(Self { items, count }),
            _ => Err("expected a number of items up to 10000, or items and count as in 20x300".to_owned()),
        }
    }
}

/// Starts an emulator, says how to use it, and serves until the process is asked to end.
pub(crate) fn run(command: &Emulator, screen: &Screen) -> Result<(), Failure> {
    // Before anything is started, so that Ctrl-C never finds the default handler.
    let (asked, wait) = mpsc::channel();
    interrupt::on_request(move || {
        // Asked twice, the first time is enough.
        let _ = asked.send(());
    })
    .map_err(|error| Failure::Emulator(io::Error::other(error)))?;

    let mut builder = spotify_emulator::Emulator::builder()
        .port(command.port)
        .address(command.address)
        .quota(command.quota.into())
        .consent(match command.consent {
            ConsentArg::Ask => Consent::Ask,
            ConsentArg::Agree => Consent::Agree,
            ConsentArg::Cancel => Consent::Cancel,
        })
        .rotation(match command.rotation {
            RotationArg::AsSpotify => Rotation::AsSpotify,
            RotationArg::Always => Rotation::Always,
            RotationArg::Sometimes => Rotation::Sometimes,
            RotationArg::Never => Rotation::Never,
            RotationArg::EmptyString => Rotation::EmptyString,
        })
        .library(command.library)
        .seed(command.seed);
    if let (Some(id), Some(secret)) = (&command.client_id, &command.client_secret) {
        builder = builder.app("Your app", id, secret);
    }
    for name in &command.host {
        builder = builder.host(name);
    }
    if let Some(requests) = command.daily_quota {
        builder = builder.daily_quota(DailyQuota::new(requests));
    }
    for uri in &command.redirect_uri {
        builder = builder.redirect_uri(uri);
    }
    for playlists in &command.playlist {
        for _ in 0..playlists.count {
            builder = builder.playlist(playlists.items);
        }
    }

    let emulator = start(builder, command.state.as_deref())?;
    if let Some(requests) = command.rate_limit {
        let window = Duration::from_secs(command.rate_limit_window);
        emulator.rate_limit_in(requests, window).map_err(|error| Failure::Emulator(io::Error::other(error)))?;
    }
    if !command.address.is_loopback() {
        note("warning: everyone who can reach this address can read and change everything in the emulator.");
    }
    if screen.json {
        let users = emulator.users();
        let about = serde_json::json!({
            "base_url": emulator.base_url(), "accounts_url": emulator.accounts_url(),
            "control_url": format!("{}/_emulator/", emulator.accounts_url()), "quota": emulator.quota().word(),
            "client_id": emulator.client_id(), "client_secret": emulator.client_secret(),
            "access_token": emulator.valid_token(), "users": users,
        });
        screen.json_line(&about)?;
    } else {
        emulator.instructions().lines().try_for_each(|line| screen.line(line))?;
        screen.line("Ready. Ctrl-C ends it.")?;
    }
    io::stdout().flush()?;

    // The sender lives as long as the handler, which is as long as the process.
    let _ = wait.recv();
    if let Some(path) = &command.state {
        let state = emulator.save_state().map_err(|error| Failure::Emulator(io::Error::other(error)))?;
        write_whole(path, state.as_bytes()).map_err(|error| Failure::State(path.clone(), error))?;
        note(&format!("The state is saved in {}.", path.display()));
    }
    emulator.stop();
    note("The emulator has stopped.");
    Ok(())
}

fn start(builder: EmulatorBuilder, state: Option<&Path>) -> Result<spotify_emulator::Emulator, Failure> {
    let Some(path) = state else {
        return builder.start().map_err(Failure::Emulator);
    };
    match fs::read_to_string(path) {
        Ok(text) => builder.start_from(&text).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => Failure::State(path.to_owned(), error),
            _ => Failure::Emulator(error),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => builder.start().map_err(Failure::Emulator),
        Err(error) => Err(Failure::State(path.to_owned(), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playlists_are_given_by_size_and_count() {
        assert_eq!("300".parse(), Ok(PlaylistSpec { items: 300, count: 1 }));
        assert_eq!("20x300".parse(), Ok(PlaylistSpec { items: 20, count: 300 }));
        for text in ["", "x", "20x", "x3", "-1", "10001", "1x10001", "20x3x1"] {
            assert!(text.parse::<PlaylistSpec>().is_err(), "{text}");
        }
    }
}
