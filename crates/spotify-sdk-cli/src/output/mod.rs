//! What people and programs see: results on standard output, everything else on standard error.

mod failure;
mod line;
mod out;
mod progress;
mod screen;
mod table;
mod text;

use std::env;
use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

pub(crate) use failure::{Failure, INTERRUPTED};
pub(crate) use line::{Line, Tone};
pub(crate) use out::Out;
pub(crate) use progress::{Progress, clear_progress};
pub(crate) use screen::Screen;
pub(crate) use table::Table;
pub(crate) use text::{clock, count, grouped, hours_and_minutes, one_line};

/// A line for the person at the terminal, beside the result.
pub(crate) fn note(line: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "{}", one_line(line));
}

/// Standard error for the log: each event is written at once, and stays one line whatever is in it.
struct Log;

impl Write for Log {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        note(String::from_utf8_lossy(event).trim_end_matches('\n'));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Log).init();
}
