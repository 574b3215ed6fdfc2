//! Why a command did not do what it was asked to, for people and as an exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use spotify_sdk::Error;
use spotify_sdk::auth::Scope;
use spotify_sdk::error::ApiError;

use super::note;

/// The exit code of what Ctrl-C has stopped, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

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
    /// The config file.
    Config(PathBuf, String),
    /// A file that was named on the command line.
    File(PathBuf, io::Error),
    /// What cannot be asked of the player, with what to do about it and the exit code.
    Player {
        message: String,
        hint: String,
        code: u8,
    },
    /// A name that fits nothing, or several things, with what there is and the exit code.
    Named {
        message: String,
        hint: String,
        code: u8,
    },
    /// What was typed cannot be done.
    Usage(String),
    /// What was to be done could not be, and what to do about it.
    Failed(String, Option<String>),
    /// Ctrl-C.
    Interrupted,
    Output(io::Error),
}

impl Failure {
    /// Says what happened, in a line or two, and gives the exit code for it.
    pub(crate) fn report(&self) -> ExitCode {
        let (message, hint, code) = self.told();
        note(&format!("error: {message}"));
        if let Some(hint) = hint {
            note(&format!("hint: {hint}"));
        }
        ExitCode::from(code)
    }

    /// What happened.
    pub(crate) fn message(&self) -> String {
        self.told().0
    }

    /// What happened, what to do about it, and the exit code for it.
    fn told(&self) -> (String, Option<String>, u8) {
        match self {
            Self::Spotify(error) => (error.to_string(), hint(error), exit_code(error)),
            Self::NoToken => (
                "there is no access token".to_owned(),
                Some(
                    "Run `spotify-cli login --client-id …`, set SPOTIFY_SDK_ACCESS_TOKEN, or try --demo, which needs none."
                        .to_owned(),
                ),
                3,
            ),
            Self::Emulator(error) => (format!("the emulator cannot be started: {error}"), in_use(error), 1),
            Self::State(path, error) => (format!("the state in {}: {error}", path.display()), None, 1),
            Self::Config(path, error) => (format!("the config file {}: {error}", path.display()), None, 2),
            Self::File(path, error) => (format!("{}: {error}", path.display()), None, 1),
            Self::Player { message, hint, code } | Self::Named { message, hint, code } => {
                (message.clone(), Some(hint.clone()), *code)
            }
            Self::Usage(message) => (message.clone(), None, 2),
            Self::Failed(message, hint) => (message.clone(), hint.clone(), 1),
            Self::Interrupted => ("interrupted".to_owned(), None, INTERRUPTED),
            Self::Output(error) => (format!("cannot write the output: {error}"), None, 1),
        }
    }
}

fn in_use(error: &io::Error) -> Option<String> {
    let in_use = error.kind() == io::ErrorKind::AddrInUse;
    in_use.then(|| {
        "Another program uses this port. Choose another with --port, or any free one with --port 0.".to_owned()
    })
}

/// What to do about it, in the words of this program.
fn hint(error: &Error) -> Option<String> {
    match error {
        Error::ReauthorizationRequired(_) => Some("Run `spotify-cli login`.".to_owned()),
        Error::Forbidden(answer) if answer.message.to_ascii_lowercase().contains("scope") => {
            let scopes = error.operation()?.scopes.iter().map(Scope::as_str).collect::<Vec<_>>();
            Some(format!("Run `spotify-cli login --scopes {}`.", scopes.join(",")))
        }
        _ => error.hint().map(|hint| own_words(&hint)).filter(|hint| !hint.is_empty()),
    }
}

/// What the SDK's hints name, and what there is of it here.
const OWN_WORDS: [(&str, &str); 10] = [
    ("`player().get_devices`", "`spotify-cli player devices --json`"),
    ("`player().get_playback_state`", "`spotify-cli player status --json`"),
    ("choose one with `player().transfer_playback`", "name one: `spotify-cli player devices` lists them"),
    ("use an auth provider that renews them", "sign in with `spotify-cli login`, which does"),
    // Each command is a client of its own, and its first call tells little.
    ("No call of this client has succeeded yet: if none ever does,", "If no command ever succeeds,"),
    ("calls of this priority are sent again", "requests are sent again"),
    (
        "`daily_budget` sets it, and `usage()` tells what was sent.",
        "`spotify-cli usage` shows what was sent; --daily-budget or `spotify-cli config set daily_budget` sets the limit.",
    ),
    ("`usage()` tells how many requests were sent", "`spotify-cli usage` shows how many requests were sent"),
    (", or allow more with `timeout`", ""),
    (", or allow more with `max_response_size`", ""),
];
/// What can be set or asked in programs alone.
const OF_PROGRAMS: [&str; 4] = ["`max_retry_wait`", "`send_as`", "`fields`", "`quota`"];

/// A hint of the SDK's, which is for whoever writes a program, for whoever uses this one.
fn own_words(hint: &str) -> String {
    let hint = OWN_WORDS.iter().fold(hint.to_owned(), |hint, (name, own)| hint.replace(name, own));
    let sentences =
        hint.split_inclusive(". ").filter(|sentence| !OF_PROGRAMS.iter().any(|name| sentence.contains(name)));
    sentences.collect::<String>().trim_end().to_owned()
}

fn is_without_device(answer: &ApiError) -> bool {
    answer.reason.as_deref() == Some("NO_ACTIVE_DEVICE")
}

fn exit_code(error: &Error) -> u8 {
    match error {
        Error::Incomplete(error) => exit_code(error.inner()),
        Error::InvalidInput(_) => 2,
        Error::Authentication(_) | Error::ReauthorizationRequired(_) => 3,
        // Nothing that was named is missing.
        Error::NotFound(answer) if is_without_device(answer) => 1,
        Error::NotFound(_) => 4,
        Error::RateLimit(_) => 5,
        Error::QuotaExceeded(_) => 6,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_name_what_people_can_type() {
        for (hint, own) in [
            (
                "Wait 9 s before the next call: calls made earlier prolong the wait. `max_retry_wait` lets calls wait.",
                "Wait 9 s before the next call: calls made earlier prolong the wait.",
            ),
            (
                "See `supports_volume` of `player().get_devices`.",
                "See `supports_volume` of `spotify-cli player devices --json`.",
            ),
            ("Try again, or allow more with `timeout`.", "Try again."),
            ("Check the id.", "Check the id."),
        ] {
            assert_eq!(own_words(hint), own);
        }
    }
}
