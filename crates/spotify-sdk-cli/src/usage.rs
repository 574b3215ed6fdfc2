//! The request counts: what all runs of this program have sent in the last 24 hours, for each app, in a file beside the tokens.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::rate_limit::{LocalRateLimiter, UsageLog};

use crate::config::{self, CLIENT_ID, Config};
use crate::environment::{self, BASE_URL};
use crate::files;
use crate::interrupt;
use crate::output::{Failure, note};

/// The format of the file.
const VERSION: u32 = 1;
/// The file of a day is much smaller.
const MAX_SIZE: u64 = 16 * 1024 * 1024;
/// How long to wait for other processes that write the file.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a run that goes on and on writes down what it has sent.
const SAVE_EVERY: Duration = Duration::from_secs(60);

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    version: u32,
    #[serde(default)]
    apps: BTreeMap<String, UsageLog>,
}

impl Default for Stored {
    fn default() -> Self {
        Self { version: VERSION, apps: BTreeMap::new() }
    }
}

/// The app whose requests are counted: a quota is the app's. `None` where that is not known: a token does not tell.
pub(crate) fn app(config: &Config) -> Option<String> {
    // The client id of the sign-in need not be that of the token. One beside the token is.
    let client_id = match environment::access_token() {
        Some(_) => CLIENT_ID.in_environment(),
        None => config.get(CLIENT_ID),
    };
    client_id.map(named)
}

/// The app with this client id.
pub(crate) fn named(client_id: String) -> String {
    match environment::text(BASE_URL) {
        // What an emulator answers says nothing of Spotify.
        Some(base_url) => format!("{client_id}@{base_url}"),
        None => client_id,
    }
}

/// The file, whether it is there or not.
#[derive(Clone, Debug)]
pub(crate) struct UsageFile(PathBuf);

/// Why there is nothing to be read.
enum Unread {
    Damaged,
    Failed(io::Error),
}

impl UsageFile {
    pub(crate) fn of_this_machine() -> Result<Self, Failure> {
        Ok(Self(config::usage_path()?))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The counts of an app. Without any that can be read it has none: no command fails for that.
    pub(crate) fn log(&self, app: &str) -> UsageLog {
        let read = self.read().or_else(|unread| match unread {
            Unread::Failed(error) => Err(error),
            // Others may have moved it away by now, and written another one: under the lock it is certain.
            Unread::Damaged => self.locked().and_then(|_lock| self.read_or_set_aside()),
        });
        match read {
            Ok(mut stored) => stored.apps.remove(app).unwrap_or_default(),
            Err(error) => {
                note(&format!("warning: the request counts in {} cannot be read: {error}", self.0.display()));
                UsageLog::default()
            }
        }
    }

    /// Adds what was sent for an app.
    fn add(&self, app: &str, log: &UsageLog) -> io::Result<()> {
        self.change(|apps| apps.entry(app.to_owned()).or_default().merge(log))
    }

    /// Forgets the counts and the used-up quotas of an app.
    pub(crate) fn reset(&self, app: &str) -> io::Result<()> {
        self.change(|apps| drop(apps.remove(app)))
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, UsageLog>)) -> io::Result<()> {
        let _lock = self.locked()?;
        let mut stored = self.read_or_set_aside()?;
        change(&mut stored.apps);
        let now = Timestamp::now();
        stored.apps.values_mut().for_each(|log| log.prune(now));
        stored.apps.retain(|_, log| !log.is_empty());
        files::write_private(&self.0, &serde_json::to_vec(&stored)?)
    }

    fn locked(&self) -> io::Result<fs::File> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut path = self.0.clone().into_os_string();
        path.push(".lock");
        files::lock(Path::new(&path), PATIENCE)
    }

    fn read(&self) -> Result<Stored, Unread> {
        let text = match fs::metadata(&self.0) {
            // A named pipe would wait for somebody at its other end.
            Ok(found) if !found.is_file() => {
                return Err(Unread::Failed(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file")));
            }
            Ok(found) if found.len() > MAX_SIZE => return Err(Unread::Damaged),
            Ok(_) => fs::read(&self.0),
            Err(error) => Err(error),
        };
        let text = match text {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Stored::default()),
            Err(error) => return Err(Unread::Failed(error)),
        };
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        match serde_json::from_slice(&text) {
            Ok(Head { version }) if version > VERSION => {
                let why = "a later version of this program wrote them";
                Err(Unread::Failed(io::Error::new(io::ErrorKind::Unsupported, why)))
            }
            Ok(_) => serde_json::from_slice(&text).map_err(|_| Unread::Damaged),
            Err(_) => Err(Unread::Damaged),
        }
    }

    /// What the file holds, for whoever has its lock: a damaged one is kept aside.
    fn read_or_set_aside(&self) -> io::Result<Stored> {
        match self.read() {
            Ok(stored) => Ok(stored),
            Err(Unread::Failed(error)) => Err(error),
            Err(Unread::Damaged) => {
                let aside = files::set_aside(&self.0)?;
                note(&format!(
                    "warning: the request counts in {} are damaged: the file is kept as {}, and counting begins again.",
                    self.0.display(),
                    aside.display()
                ));
                Ok(Stored::default())
            }
        }
    }
}

/// Counts what this run sends, and adds it to the file: when the run ends, and from time to time before.
pub(crate) struct Recorder {
    unsaved: Arc<Unsaved>,
    /// Tells the one that saves from time to time that there is no more.
    _over: Sender<()>,
}

struct Unsaved {
    file: UsageFile,
    app: String,
    limiter: LocalRateLimiter,
    /// What could not be saved yet.
    log: Mutex<UsageLog>,
}

impl Recorder {
    /// Goes on from what the file has for the app. The result is the limiter that counts.
    pub(crate) fn start(app: String, limiter: LocalRateLimiter) -> Result<(Self, LocalRateLimiter), Failure> {
        let file = UsageFile::of_this_machine()?;
        let limiter = limiter.with_usage_log(&file.log(&app));
        let unsaved = Arc::new(Unsaved { file, app, limiter: limiter.clone(), log: Mutex::default() });
        let last = Arc::clone(&unsaved);
        // Whoever cannot hear of Ctrl-C saves at the end of the run, and from time to time.
        let _ = interrupt::before_end(move || last.save());
        let (over, is_over) = mpsc::channel::<()>();
        let regularly = Arc::clone(&unsaved);
        thread::spawn(move || {
            while is_over.recv_timeout(SAVE_EVERY) == Err(RecvTimeoutError::Timeout) {
                // If it fails, it is told at the end.
                let _ = regularly.try_save();
            }
        });
        Ok((Self { unsaved, _over: over }, limiter))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.unsaved.save();
    }
}

impl Unsaved {
    fn save(&self) {
        if let Err(error) = self.try_save() {
            note(&format!("warning: the request counts cannot be saved in {}: {error}", self.file.path().display()));
        }
    }

    fn try_save(&self) -> io::Result<()> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.merge(&self.limiter.take_usage_log());
        if !log.is_empty() {
            self.file.add(&self.app, &log)?;
            *log = UsageLog::default();
        }
        Ok(())
    }
}
