//! `spotify-cli cache`.

use std::time::Duration;

use clap::Subcommand;
use serde_json::json;

use super::App;
use super::catalog::facts;
use crate::cache_use::CacheUse;
use crate::config::response_path;
use crate::output::{Failure, count, hours_and_minutes, note};
use crate::response_cache::{max_bytes, store, used};

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Cache {
    /// Show whether the cache is used, where it is, and its size
    Status,
    /// Delete all responses that are kept, of all apps and users
    Clear,
}

pub(crate) fn run(app: &App, command: Cache) -> Result<(), Failure> {
    match command {
        Cache::Status => status(app),
        Cache::Clear => clear(app),
    }
}

fn status(app: &App) -> Result<(), Failure> {
    let (used, path, most) = (used(&app.globals, &app.config)?, response_path()?, max_bytes(&app.config)?);
    let held = store(&app.config)?.held();
    let fresh_for = match used {
        CacheUse::FreshFor(age) => Some(age),
        CacheUse::Off | CacheUse::Revalidate => None,
    };
    let screen = &app.screen;
    if screen.json {
        return screen.object(&json!({
            "used": used != CacheUse::Off,
            "fresh_for_seconds": fresh_for.map(|age| age.as_secs()),
            "path": path,
            "responses": held.responses,
            "bytes": held.bytes,
            "max_bytes": most,
        }));
    }
    screen.line(match fresh_for {
        _ if used == CacheUse::Off => {
            "The cache is off: use --cache, or run `spotify-cli config set cache on`.".to_owned()
        }
        None => "The cache is on: Spotify is asked whether what is kept has changed.".to_owned(),
        Some(age) => format!("The cache is on: what is kept of the catalog is used for {}.", length(age)),
    })?;
    let size = format!("{} of {}", mebibytes(held.bytes), mebibytes(most));
    facts(screen, [Some(count(held.responses, "response")), Some(size), Some(path.display().to_string())])
}

fn clear(app: &App) -> Result<(), Failure> {
    let store = store(&app.config)?;
    let held = store.held();
    store.clear().map_err(|error| Failure::File(response_path().unwrap_or_default(), error))?;
    note(&format!("Deleted {}.", count(held.responses, "response")));
    if app.screen.json {
        return app.screen.object(&json!({ "deleted": held.responses, "bytes": held.bytes }));
    }
    Ok(())
}

fn length(age: Duration) -> String {
    match age.as_secs() {
        seconds if seconds < 120 => format!("{seconds} s"),
        _ => hours_and_minutes(age),
    }
}

/// `12.3 MiB`.
fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
