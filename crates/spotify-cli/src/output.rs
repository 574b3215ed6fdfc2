//! What people and programs see: lines, logs, errors and exit codes.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use spotify_sdk::Error;
use tracing_subscriber::EnvFilter;

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Failure {
    Spotify(Error),
    /// There is nothing to sign in with.
    NoToken,
    /// The emulator does not start or does not end as it should.
    Emulator(io::Error),
    /// The file with the emulator's state.
    State(PathBuf, io::Error),
    Output(io::Error),
}

impl Failure {
    /// What keeps a session from being opened; most often that nobody has given it a token.
    pub(crate) fn session(error: Error) -> Self {
        match &error {
            Error::InvalidInput(input)
                if input.parameter == "SPOTIFY_SDK_ACCESS_TOKEN"
                    && env::var_os(input.parameter).is_none_or(|token| token.is_empty()) =>
            {
                Self::NoToken
            }
            _ => Self::Spotify(error),
        }
    }

    /// Says what happened, in a line or two, and gives the exit code for it.
    pub(crate) fn report(&self) -> ExitCode {
        let (message, hint, code) = match self {
            Self::Spotify(error) => (error.to_string(), error.hint(), exit_code(error)),
            Self::NoToken => (
                "there is no access token".to_owned(),
                Some("Set SPOTIFY_SDK_ACCESS_TOKEN, or try --demo, which needs none.".to_owned()),
                3,
            ),
            Self::Emulator(error) => (format!("the emulator cannot be started: {error}"), in_use(error), 1),
            Self::State(path, error) => (format!("the state in {}: {error}", path.display()), None, 1),
            Self::Output(error) => (format!("cannot write the output: {error}"), None, 1),
        };
        note(&format!("error: {}", one_line(&message)));
        if let Some(hint) = hint {
            note(&format!("hint: {}", one_line(&hint)));
        }
        ExitCode::from(code)
    }
}

fn in_use(error: &io::Error) -> Option<String> {
    let in_use = error.kind() == io::ErrorKind::AddrInUse;
    in_use.then(|| {
        "Another program has this port. Choose one with --port, or take any free one with --port 0.".to_owned()
    })
}

fn exit_code(error: &Error) -> u8 {
    match error {
        Error::InvalidInput(_) => 2,
        Error::Authentication(_) | Error::ReauthorizationRequired(_) => 3,
        Error::NotFound(_) => 4,
        Error::RateLimit(_) => 5,
        _ => 1,
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Spotify(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

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

/// Text of others, fit for a terminal: a title must not move the cursor or change colours.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// `3:57`, and from an hour on `1:02:03`.
pub(crate) fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `42 min`, and from an hour on `1 h 2 min`.
pub(crate) fn hours_and_minutes(duration: Duration) -> String {
    let minutes = (duration.as_secs() + 30) / 60;
    if minutes >= 60 { format!("{} h {} min", minutes / 60, minutes % 60) } else { format!("{minutes} min") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_people_write_them() {
        let at = Duration::from_millis;
        assert_eq!([0, 59_999, 237_000, 3_723_000].map(|ms| clock(at(ms))), ["0:00", "0:59", "3:57", "1:02:03"]);
        assert_eq!([0, 2_520_000, 3_720_000].map(|ms| hours_and_minutes(at(ms))), ["0 min", "42 min", "1 h 2 min"]);
    }

    #[test]
    fn a_title_cannot_drive_the_terminal() {
        assert_eq!(one_line("\u{1b}[31mred\u{7}\nnext"), " [31mred  next");
    }
}
