//! [`FileTokenCache`]: a file that is whole at every moment, and that processes share.

mod place;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::warn;
use zeroize::Zeroizing;

use self::place::{Draft, beside};
use super::format::{Tokens, Unreadable};
use super::{CacheLock, TokenCache, TokenKey};
use crate::auth::TokenInfo;
use crate::error::BoxError;

/// How often it is looked whether a lock is free.
const PAUSE: Duration = Duration::from_millis(5);
/// Longer than a renewal takes: whoever holds a lock for so long is stuck.
const LOCK_TIMEOUT: Duration = Duration::from_secs(120);
/// After so long the log tells who is waited for.
const WORTH_TELLING: Duration = Duration::from_secs(2);
/// How much longer than the file is now the new one may be, in bytes: more than a token takes with all that belongs to it.
const ROOM: usize = 8 * 1024;

/// Keeps tokens in a file, for programs that run again, and for several that run at once.
///
/// The file is readable by its owner alone from its first byte. The new one is written beside the old one under a name that
/// nobody else has, synced and renamed, so that it is whole whenever a program is killed, and what that program had written
/// whole is still taken, unless the file has changed since. Where the path is a symbolic link, it stays one, and the file
/// behind it is replaced. Around reading, refreshing and writing stands a lock across processes, so that two of them never
/// refresh the same sign-in at once. The place on the disk for a new token is taken before the old one is spent: on a full
/// disk nothing is sent, and nothing is lost. A file that cannot be read is kept aside, under the same name with `.damaged`
/// behind it, and a number where there is one already, and reported in the log. What is no file, such as a named pipe, is an
/// error.
///
/// One file holds the tokens of several apps and users, one for each app and user. So programs with the same client id that
/// ask for different scopes need a file each, or the sign-in of one takes the place of the other's. It reads the JSON file of
/// the Python package `spotify-sdk` as it is.
#[doc(alias("CacheFileHandler", "cache_path"))]
#[derive(Debug, Clone)]
pub struct FileTokenCache {
    path: PathBuf,
    /// The place that is kept for the next token, as long as the lock is held.
    reserved: Arc<Mutex<Option<Draft>>>,
}

/// What the file holds.
enum Content {
    Tokens(Tokens),
    Damaged,
}

impl FileTokenCache {
    /// A cache in the file at `path`. Neither the file nor its folder has to be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), reserved: Arc::default() }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn failed(&self, what: &str, error: &io::Error) -> BoxError {
        format!("the token file {} cannot be {what}: {error}", self.path.display()).into()
    }

    /// The file behind the path.
    fn target(&self) -> Result<PathBuf, BoxError> {
        place::behind_links(&self.path).map_err(|error| self.failed("found", &error))
    }

    /// All that is in the file; nothing where there is none.
    fn text(&self, target: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, BoxError> {
        match place::read(target) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    fn understand(&self, text: Option<&[u8]>) -> Result<Content, BoxError> {
        let Some(text) = text else { return Ok(Content::Tokens(Tokens::default())) };
        match str::from_utf8(text).map_or(Err(Unreadable::Damaged), Tokens::read) {
            Ok(tokens) => Ok(Content::Tokens(tokens)),
            Err(Unreadable::Damaged) => Ok(Content::Damaged),
            Err(Unreadable::Newer) => {
                let why = "a later version of this SDK wrote it";
                Err(self.failed("read", &io::Error::new(io::ErrorKind::Unsupported, why)))
            }
        }
    }

    /// The tokens in the file, for whoever holds the lock for writing, and the text of the file that is there then: a
    /// damaged one is moved aside, next to others that were.
    fn read_or_keep_aside(&self, target: &Path) -> Result<(Tokens, Zeroizing<Vec<u8>>), BoxError> {
        let text = self.text(target)?;
        if let Content::Tokens(tokens) = self.understand(text.as_ref().map(|text| text.as_slice()))? {
            return Ok((tokens, text.unwrap_or_default()));
        }
        let mut aside = beside(target, ".damaged");
        let mut more = 1;
        while aside.exists() {
            more += 1;
            aside = beside(target, &format!(".damaged-{more}"));
        }
        warn!(file = %target.display(), aside = %aside.display(), "the token file is damaged: it is kept aside");
        fs::rename(target, &aside).map_err(|error| self.failed("kept aside", &error))?;
        Ok((Tokens::default(), Zeroizing::default()))
    }

    fn reserved(&self) -> MutexGuard<'_, Option<Draft>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a new file in the place of the old one, whole or not at all.
    fn replace(&self, target: &Path, text: &[u8]) -> io::Result<()> {
        let reserved = self.reserved().take().filter(|draft| draft.is_for(target));
        let mut draft = match reserved {
            Some(draft) => draft,
            None => Draft::new(target)?,
        };
        draft.write(text)?;
        draft.put_in_place()
    }

    /// Puts in place what a program had written whole when it was killed: the refresh token in it may be the only good one.
    /// It counts as long as the file is the one in whose place it was to go.
    fn finish_what_was_begun(&self, target: &Path) -> Result<(), BoxError> {
        for draft in place::drafts(target) {
            let Ok(text) = place::read(&draft) else { continue };
            let Ok(Ok(tokens)) = str::from_utf8(&text).map(Tokens::read) else { continue };
            let current = self.text(target)?.unwrap_or_default();
            if tokens.come_after(&current) {
                place::recover(&draft, target).map_err(|error| self.failed("written", &error))?;
            }
        }
        Ok(())
    }

    /// Opens a file to lock. It stays behind, empty: removing it would take it from under others.
    fn open_lock(&self, path: &Path) -> Result<File, BoxError> {
        let open = || {
            fs::create_dir_all(place::folder(path))?;
            place::open_lock(path)
        };
        open().map_err(|error| {
            let why = io::Error::new(error.kind(), format!("{}: {error}", path.display()));
            self.failed("locked", &why)
        })
    }

    /// Takes a lock. It is asked for again and again, since a system call that waits would hold up the whole thread, and
    /// with it whoever has the lock, should they be tasks of the same one.
    async fn acquire(&self, target: &Path, ending: &str) -> Result<File, BoxError> {
        let path = beside(target, ending);
        let file = self.open_lock(&path)?;
        let start = Instant::now();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if start.elapsed() < LOCK_TIMEOUT => {
                    if !told && start.elapsed() >= WORTH_TELLING {
                        warn!(file = %path.display(), "waiting for another program or task, which holds this lock");
                        told = true;
                    }
                    sleep(PAUSE).await;
                }
                Err(TryLockError::WouldBlock) => {
                    let why = format!("another program holds {}", path.display());
                    return Err(self.failed("locked", &io::Error::new(io::ErrorKind::TimedOut, why)));
                }
                Err(TryLockError::Error(error)) => return Err(self.failed("locked", &error)),
            }
        }
    }

    /// Changes the tokens under a lock of its own, which is for the file alone and held for a moment.
    async fn change(&self, change: impl FnOnce(&mut Tokens)) -> Result<(), BoxError> {
        let target = self.target()?;
        let _lock = self.lock_for_writing(&target).await?;
        let (mut tokens, before) = self.read_or_keep_aside(&target)?;
        change(&mut tokens);
        let text = tokens.write_after(&before);
        self.replace(&target, text.as_bytes()).map_err(|error| self.failed("written", &error))
    }

    async fn lock_for_writing(&self, target: &Path) -> Result<File, BoxError> {
        let guard = self.acquire(target, ".write").await?;
        self.finish_what_was_begun(target)?;
        Ok(guard)
    }

    async fn find(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        let target = self.target()?;
        let text = self.text(&target)?;
        if let Content::Tokens(tokens) = self.understand(text.as_ref().map(|text| text.as_slice()))? {
            return Ok(tokens.get(key));
        }
        // Another may have moved the damaged file aside by now, and written a good one: only under the lock is it certain.
        let _lock = self.lock_for_writing(&target).await?;
        Ok(self.read_or_keep_aside(&target)?.0.get(key))
    }

    async fn lock_for_renewal(&self) -> Result<CacheLock, BoxError> {
        let target = self.target()?;
        let file = self.acquire(&target, ".lock").await?;
        // Whoever held it before may have been killed while writing.
        let _writing = self.lock_for_writing(&target).await?;
        // What is still there now is nobody's any more: places are reserved with this lock held, and written with the other.
        for draft in place::drafts(&target) {
            let _ = fs::remove_file(draft);
        }
        Ok(CacheLock::new(RenewalLock { _file: file, reserved: Arc::clone(&self.reserved) }))
    }

    fn make_place(&self) -> Result<(), BoxError> {
        let make = |target: &Path| {
            let length = fs::metadata(target).map_or(0, |file| file.len());
            let mut draft = Draft::new(target)?;
            draft.fill(usize::try_from(length).unwrap_or_default() + ROOM)?;
            Ok(draft)
        };
        let draft = make(&self.target()?).map_err(|error| self.failed("written", &error))?;
        *self.reserved() = Some(draft);
        Ok(())
    }
}

/// The lock for a renewal, with which the place for the new token goes.
struct RenewalLock {
    _file: File,
    reserved: Arc<Mutex<Option<Draft>>>,
}

impl Drop for RenewalLock {
    fn drop(&mut self) {
        *self.reserved.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl TokenCache for FileTokenCache {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        self.find(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        self.change(|tokens| tokens.set(key, token)).await
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.change(|tokens| tokens.remove(key)).await
    }

    async fn lock(&self, _: &TokenKey) -> Result<CacheLock, BoxError> {
        self.lock_for_renewal().await
    }

    async fn reserve(&self, _: &TokenKey) -> Result<(), BoxError> {
        self.make_place()
    }
}
