//! `spotify-cli emulator`: Spotify on this machine, until Ctrl-C.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc;

use spotify_emulator::{Consent, EmulatorBuilder, Quota, Rotation};

use crate::args::{self, ConsentArg, QuotaArg, RotationArg};
use crate::output::{Failure, note};

/// Starts an emulator, says how to use it, and serves until the process is asked to end.
pub(crate) fn run(command: &args::Emulator, json: bool) -> Result<(), Failure> {
    // Before anything is started, so that Ctrl-C never finds the default handler.
    let (asked, wait) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Asked twice, the first time is enough.
        let _ = asked.send(());
    })
    .map_err(|error| Failure::Emulator(io::Error::other(error)))?;

    let mut builder = spotify_emulator::Emulator::builder()
        .port(command.port)
        .address(command.address)
        .quota(match command.quota {
            QuotaArg::Development => Quota::Development,
            QuotaArg::Extended => Quota::Extended,
        })
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
        emulator.rate_limit(requests);
    }
    if !command.address.is_loopback() {
        note("warning: everyone who can reach this address can read and change everything here.");
    }
    let mut out = io::stdout().lock();
    if json {
        let users = emulator.users();
        let about = serde_json::json!({
            "base_url": emulator.base_url(), "accounts_url": emulator.accounts_url(),
            "control_url": format!("{}/_emulator/", emulator.accounts_url()), "quota": emulator.quota().word(),
            "client_id": emulator.client_id(), "client_secret": emulator.client_secret(),
            "access_token": emulator.valid_token(), "users": users,
        });
        writeln!(out, "{about}")?;
    } else {
        writeln!(out, "{}", emulator.instructions())?;
        writeln!(out, "Ready. Ctrl-C ends it.")?;
    }
    out.flush()?;
    drop(out);

    // The sender lives as long as the handler, which is as long as the process.
    let _ = wait.recv();
    if let Some(path) = &command.state {
        let state = emulator.save_state().map_err(|error| Failure::Emulator(io::Error::other(error)))?;
        write_state(path, &state).map_err(|error| Failure::State(path.clone(), error))?;
        note(&format!("The state is in {}.", path.display()));
    }
    emulator.stop();
    note("The emulator has ended.");
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

/// Writes beside the file first, so that a full disk does not cost the state of before.
fn write_state(path: &Path, state: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, state)?;
    fs::rename(&beside, path)
}
