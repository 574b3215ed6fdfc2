//! [`FileTokenCache`]: a file that is whole at every moment, and that processes share.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use tokio::time::{Instant, sleep};
use tracing::warn;

use super::format::{Tokens, Unreadable};
use super::{Lock, PATIENCE, TokenCache, TokenKey};
use crate::auth::TokenInfo;
use crate::error::{Error, Result};
use crate::transport::BoxFuture;

/// How often it is looked whether a lock is free.
const PAUSE: Duration = Duration::from_millis(5);

/// Keeps tokens in a file, for programs that run again, and for several that run at once.
///
/// The file is readable by its owner alone from its first byte. It is written beside the old one, synced and renamed, so
/// that it is whole whenever a program is killed, and what that program had written whole is still taken. Around reading,
/// refreshing and writing stands a lock across processes, so that two of them never refresh the same sign-in at once. A file
/// that cannot be read is kept aside, under the same name with `.damaged` behind it, and a number where there is one
/// already, and reported in the log.
///
/// One file holds the tokens of several apps and users, one for each app and user. So programs with the same client id that
/// ask for different scopes need a file each, or the sign-in of one takes the place of the other's. It reads the JSON file of
/// the Python package `spotify-sdk` as it is.
#[derive(Debug, Clone)]
pub struct FileTokenCache {
    path: PathBuf,
}

impl FileTokenCache {
    /// A cache in the file at `path`. Neither the file nor its folder has to be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn failed(&self, what: &str, error: &io::Error) -> Error {
        Error::Provider(format!("the token file {} cannot be {what}: {error}", self.path.display()).into())
    }

    /// The tokens in the file; `None` where it is damaged.
    fn read(&self) -> Result<Option<Tokens>> {
        match fs::read(&self.path).map(Zeroizing::new) {
            Ok(text) => match std::str::from_utf8(&text).map_or(Err(Unreadable::Damaged), Tokens::read) {
                Ok(tokens) => Ok(Some(tokens)),
                Err(Unreadable::Damaged) => Ok(None),
                Err(Unreadable::Newer) => {
                    let why = "a later version of this SDK wrote it";
                    Err(self.failed("read", &io::Error::new(io::ErrorKind::Unsupported, why)))
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Tokens::default())),
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    /// The same for whoever holds the lock for writing: a damaged file is moved aside, next to others that were.
    fn read_or_keep_aside(&self) -> Result<Tokens> {
        if let Some(tokens) = self.read()? {
            return Ok(tokens);
        }
        let mut aside = self.beside(".damaged");
        let mut more = 1;
        while aside.exists() {
            more += 1;
            aside = self.beside(&format!(".damaged-{more}"));
        }
        warn!(file = %self.path.display(), aside = %aside.display(), "the token file is damaged: it is kept aside");
        fs::rename(&self.path, &aside).map_err(|error| self.failed("kept aside", &error))?;
        Ok(Tokens::default())
    }

    fn write(&self, tokens: &Tokens) -> Result<()> {
        self.replace(tokens.write().as_bytes()).map_err(|error| self.failed("written", &error))
    }

    /// Puts a new file in the place of the old one, whole or not at all.
    fn replace(&self, text: &[u8]) -> io::Result<()> {
        // Whoever writes holds the lock, so one name is enough, and half a file that a killed program left is written over.
        let beside = self.beside(".new");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = owners_alone().write(true).create_new(true).open(&beside)?;
        file.write_all(text)?;
        file.sync_all()?;
        drop(file);
        self.put_in_place(&beside)
    }

    fn put_in_place(&self, beside: &Path) -> io::Result<()> {
        fs::rename(beside, &self.path)?;
        // The rename itself is safe once the folder is. Where folders cannot be synced, the system sees to it.
        if let Ok(folder) = File::open(self.folder().unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// Puts in place what a program had written whole when it was killed: the refresh token in it may be the only good one.
    /// Anything less is left to whoever writes next.
    fn finish_what_was_begun(&self) -> io::Result<()> {
        let beside = self.beside(".new");
        let Ok(text) = fs::read(&beside).map(Zeroizing::new) else { return Ok(()) };
        if std::str::from_utf8(&text).is_ok_and(|text| Tokens::read(text).is_ok()) {
            // Windows syncs only what was opened to be written.
            OpenOptions::new().write(true).open(&beside)?.sync_all()?;
            self.put_in_place(&beside)?;
        }
        Ok(())
    }

    /// Opens a file to lock. It stays behind, empty: removing it would take it from under others.
    fn open_lock(&self, ending: &str) -> Result<File> {
        let open = || {
            if let Some(folder) = self.folder() {
                fs::create_dir_all(folder)?;
            }
            owners_alone().write(true).create(true).truncate(false).open(self.beside(ending))
        };
        open().map_err(|error| self.failed("locked", &error))
    }

    fn folder(&self) -> Option<&Path> {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty())
    }

    /// Takes a lock. It is asked for again and again, since a system call that waits would hold up the whole thread, and
    /// with it whoever has the lock, should they be tasks of the same one.
    async fn acquire(&self, ending: &str) -> Result<File> {
        let file = self.open_lock(ending)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => sleep(PAUSE).await,
                Err(TryLockError::WouldBlock) => {
                    let why = format!("another program holds {}", self.beside(ending).display());
                    return Err(self.failed("locked", &io::Error::new(io::ErrorKind::TimedOut, why)));
                }
                Err(TryLockError::Error(error)) => return Err(self.failed("locked", &error)),
            }
        }
    }

    /// Changes the tokens under a lock of its own, which is for the file alone and held for a moment.
    async fn change(&self, change: impl FnOnce(&mut Tokens)) -> Result<()> {
        let _lock = self.lock_for_writing().await?;
        let mut tokens = self.read_or_keep_aside()?;
        change(&mut tokens);
        self.write(&tokens)
    }

    async fn lock_for_writing(&self) -> Result<File> {
        let guard = self.acquire(".write").await?;
        self.finish_what_was_begun().map_err(|error| self.failed("written", &error))?;
        Ok(guard)
    }

    async fn find(&self, key: &TokenKey) -> Result<Option<TokenInfo>> {
        if let Some(tokens) = self.read()? {
            return Ok(tokens.get(key));
        }
        // Another may have moved the damaged file aside by now, and written a good one: only under the lock is it certain.
        let _lock = self.lock_for_writing().await?;
        Ok(self.read_or_keep_aside()?.get(key))
    }
}

/// New files are for their owner alone.
fn owners_alone() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

impl TokenCache for FileTokenCache {
    fn get<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenInfo>>> {
        Box::pin(self.find(key))
    }

    fn set<'a>(&'a self, key: &'a TokenKey, token: &'a TokenInfo) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.change(|tokens| tokens.set(key, token)))
    }

    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.change(|tokens| tokens.remove(key)))
    }

    fn lock<'a>(&'a self, _: &'a TokenKey) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(async {
            let file = self.acquire(".lock").await?;
            // Whoever held it before may have been killed while writing.
            drop(self.lock_for_writing().await?);
            Ok(Lock::new(file))
        })
    }
}
