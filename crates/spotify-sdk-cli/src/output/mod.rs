//! What people and programs see: results on standard output, everything else on standard error.

mod failure;
mod progress;
mod screen;
mod text;

use std::env;
use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

pub(crate) use failure::Failure;
pub(crate) use progress::Progress;
pub(crate) use screen::{Screen, Table, isolated};
pub(crate) use text::{clock, count, grouped, hours_and_minutes, one_line};

/// A line for the person at the terminal, beside the result.
pub(crate) fn note(line: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Shows the SDK's log on standard error: `RUST_LOG` decides where it is set, else how often `-v` was given.
pub(crate) fn start_log(verbose: u8) {
    let filter = match env::var("RUST_LOG") {
        Ok(filter) if !filter.is_empty() => EnvFilter::builder().parse_lossy(filter),
        _ => EnvFilter::new(match verbose {
            0 => "off",
            1 => "spotify_sdk=debug",
            _ => "spotify_sdk=trace,reqwest=debug,hyper_util=debug",
        }),
    };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}
