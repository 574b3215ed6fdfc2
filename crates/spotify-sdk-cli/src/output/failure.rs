//! Why a command did not do what it was asked to, for people and as an exit code.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use spotify_sdk::Error;
use spotify_sdk::auth::Scope;
use spotify_sdk::error::ApiError;

use super::note;
use crate::interrupt::EXIT_CODE;

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
                    "Sign in with `spotify-cli login --client-id …`, set SPOTIFY_SDK_ACCESS_TOKEN, or try --demo, which \
                     needs none."
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
            Self::Interrupted => ("stopped by Ctrl-C".to_owned(), None, EXIT_CODE),
            Self::Output(error) => (format!("cannot write the output: {error}"), None, 1),
        }
    }
}

fn in_use(error: &io::Error) -> Option<String> {
    let in_use = error.kind() == io::ErrorKind::AddrInUse;
    in_use.then(|| {
        "Another program has this port. Choose one with --port, or take any free one with --port 0.".to_owned()
    })
}

/// What to do about it, in the words of this program where it has its own.
fn hint(error: &Error) -> Option<String> {
    match error {
        Error::ReauthorizationRequired(_) => Some("Sign in with `spotify-cli login`.".to_owned()),
        Error::Forbidden(answer) if answer.message.to_ascii_lowercase().contains("scope") => {
            let scopes = error.operation()?.scopes.iter().map(Scope::as_str).collect::<Vec<_>>();
            Some(format!("Sign in once more with `spotify-cli login --scopes {}`.", scopes.join(",")))
        }
        // This process ends, and the next one does not know of it.
        Error::QuotaExceeded(answer) => Some(quota(answer)),
        Error::NotFound(answer) if is_without_device(answer) => {
            Some("Open Spotify on a device, or name one: `spotify-cli player devices` lists them.".to_owned())
        }
        Error::NotFound(answer) if answer.message.to_ascii_lowercase().contains("device not found") => Some(
            "The device is gone: `spotify-cli player devices` lists those that are there. Open Spotify on it to bring it back."
                .to_owned(),
        ),
        Error::Forbidden(answer) if is_restricted(answer) => match answer.reason.as_deref() {
            Some("VOLUME_CONTROL_DISALLOW") => {
                Some("The volume of this device can be set on the device alone.".to_owned())
            }
            Some("DEVICE_NOT_CONTROLLABLE" | "REMOTE_CONTROL_DISALLOW") => {
                Some("This device takes no commands: `spotify-cli player devices` lists those that do.".to_owned())
            }
            _ => Some("The player cannot do this now: `spotify-cli player status` tells what it does.".to_owned()),
        },
        _ => error.hint(),
    }
}

/// What a quota is, and when to come back.
fn quota(answer: &ApiError) -> String {
    let wait = match answer.retry_after {
        Some(wait) => format!("Wait {} s before you do this again", wait.as_secs_f64().ceil()),
        None => "Wait for some hours before you do this again".to_owned(),
    };
    format!(
        "{wait}; other commands may still work. Spotify counts a quota over about 24 hours, for the account of the app's developer \
         with all its client ids together: another app of the same account does not help."
    )
}

fn is_without_device(answer: &ApiError) -> bool {
    answer.reason.as_deref() == Some("NO_ACTIVE_DEVICE")
}

/// A command that the device, or what plays, does not allow.
fn is_restricted(answer: &ApiError) -> bool {
    let is_command = answer.operation.is_some_and(|operation| operation.path.starts_with("/me/player"));
    match answer.reason.as_deref() {
        Some("PREMIUM_REQUIRED") => false,
        Some(_) => is_command,
        None => answer.message.ends_with("Restriction violated"),
    }
}

fn exit_code(error: &Error) -> u8 {
    match error {
        Error::Incomplete(error) => exit_code(&error.source),
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
