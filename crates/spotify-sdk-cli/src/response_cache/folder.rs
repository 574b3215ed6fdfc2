//! The files of the cache: one for each response, in a folder for its owner, and one for the version of each topic.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use spotify_sdk::auth::TokenOwner;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::cache::{CacheKey, Topic};
use tempfile::NamedTempFile;

use super::entry::{HEAD, Span};
use crate::files;

/// What a file takes of a disk is a multiple of this.
const BLOCK: u64 = 4096;
/// The part of the bytes that the versions of topics may take. The responses of a topic whose version is lost are out of date.
const VERSIONS_SHARE: u64 = 8;
/// How often all files are looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long to wait for other programs that store something.
const PATIENCE: Duration = Duration::from_secs(5);

/// The folder of the cache. Whoever stores, sweeps or deletes holds its lock; reads and new versions take none, so that no write of
/// a user waits for other programs.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    max_bytes: u64,
    /// The bytes of versions that are not in the sum yet.
    unaccounted: AtomicU64,
    /// Whether another program has held the lock for too long: not every response waits for it once more.
    is_stuck: AtomicBool,
}

/// What the folder holds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Held {
    pub(crate) responses: usize,
    /// What they and the versions take of the disk.
    pub(crate) bytes: u64,
}

/// A stored response, as the sweep sees it.
struct Found {
    path: PathBuf,
    stored: u64,
    bytes: u64,
}

impl Folder {
    pub(super) fn new(root: PathBuf, max_bytes: u64) -> Self {
        Self { root, max_bytes, unaccounted: AtomicU64::new(0), is_stuck: AtomicBool::new(false) }
    }

    fn owners(&self) -> PathBuf {
        self.root.join("owners")
    }

    fn versions(&self) -> PathBuf {
        self.root.join("versions")
    }

    fn owner(&self, owner: TokenOwner) -> PathBuf {
        self.owners().join(hex(owner.as_bytes()))
    }

    fn response(&self, key: &CacheKey) -> PathBuf {
        self.owner(key.owner()).join(hex(key.hash()))
    }

    fn lock(&self) -> io::Result<File> {
        make_folder(&self.root)?;
        let patience = if self.is_stuck.load(Ordering::Relaxed) { Duration::ZERO } else { PATIENCE };
        let lock = files::lock(&self.root.join("lock"), patience);
        self.is_stuck.store(lock.is_err(), Ordering::Relaxed);
        lock
    }

    /// The version of a topic; a new one where there is none, or none that can be read.
    pub(super) fn version(&self, topic: &Topic) -> io::Result<u128> {
        let path = self.versions().join(hex(topic.as_bytes()));
        // Others may be faster, and what they made may be lost again: not for ever.
        for _ in 0..8 {
            match fs::read(&path) {
                Ok(bytes) => match <[u8; 16]>::try_from(&bytes[..]).map(u128::from_le_bytes) {
                    Ok(version) if version != 0 => return Ok(version),
                    // A machine that lost its power may leave a file empty, or full of zeros.
                    _ => remove(&path)?,
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            make_folder(&self.versions())?;
            let mut version = [0; 16];
            getrandom::getrandom(&mut version).map_err(|error| io::Error::other(error.to_string()))?;
            let mut file = NamedTempFile::new_in(self.versions())?;
            file.write_all(&version)?;
            match file.persist_noclobber(&path) {
                Ok(_) => self.unaccounted.fetch_add(BLOCK, Ordering::Relaxed),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => 0,
                Err(error) => return Err(error.error),
            };
        }
        Err(io::Error::other("the version of a topic changes all the time"))
    }

    /// Gives topics another version, by taking theirs away: that needs no room on the disk.
    pub(super) fn outdate(&self, topics: &[Topic]) -> io::Result<()> {
        for topic in topics {
            remove(&self.versions().join(hex(topic.as_bytes())))?;
        }
        // What is only gone from memory would come back after a loss of power.
        files::sync(&self.versions());
        Ok(())
    }

    /// The file under a key.
    pub(super) fn read(&self, key: &CacheKey) -> io::Result<Option<Bytes>> {
        let file = match File::open(self.response(key)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        // None that is longer was stored here.
        file.take(self.max_bytes).read_to_end(&mut bytes)?;
        Ok(Some(bytes.into()))
    }

    /// Stores a file under a key, if `is_wanted` still says so.
    pub(super) fn write(
        &self,
        key: &CacheKey,
        bytes: &[u8],
        now: SystemTime,
        is_wanted: impl FnOnce() -> io::Result<bool>,
    ) -> io::Result<()> {
        let size = on_disk(bytes.len() as u64);
        let room = self.max_bytes.saturating_sub(size);
        if size > self.max_bytes {
            return self.remove(key);
        }
        let _lock = self.lock()?;
        if !is_wanted()? {
            return Ok(());
        }
        let versions = self.unaccounted.swap(0, Ordering::Relaxed);
        let sum = self.sum(now).map(|sum| sum.saturating_add(versions)).filter(|sum| *sum <= room);
        let sum = match sum {
            Some(sum) => sum,
            None => self.sweep(room, now)?,
        };
        let path = self.response(key);
        let before = fs::metadata(&path).map_or(0, |file| on_disk(file.len()));
        let folder = self.owner(key.owner());
        make_folder(&folder)?;
        let mut file = NamedTempFile::new_in(&folder)?;
        file.write_all(bytes)?;
        self.set_sum(sum.saturating_add(size).saturating_sub(before), None)?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes the file under a key.
    pub(super) fn remove(&self, key: &CacheKey) -> io::Result<()> {
        remove(&self.response(key))
    }

    /// Removes all files of an owner.
    pub(super) fn remove_owner(&self, owner: TokenOwner) -> io::Result<()> {
        let _lock = self.lock()?;
        gone(fs::remove_dir_all(self.owner(owner)))
    }

    /// Removes everything. What other programs are about to store is out of date.
    pub(super) fn clear(&self) -> io::Result<()> {
        if !self.root.exists() {
            return Ok(());
        }
        let _lock = self.lock()?;
        gone(fs::remove_dir_all(self.versions()))?;
        gone(fs::remove_dir_all(self.owners()))?;
        remove(&self.sum_path())
    }

    /// Removes what has reached the end of its life, if it is time to look.
    pub(super) fn tidy(&self, now: SystemTime) -> io::Result<()> {
        if self.root.exists() && self.sum(now).is_none() {
            let _lock = self.lock()?;
            self.sweep(self.max_bytes, now)?;
        }
        Ok(())
    }

    /// What there is.
    pub(super) fn held(&self) -> Held {
        let responses: Vec<u64> = files_in(&self.owners()).map(|(_, size)| size).collect();
        let versions = files_in_folder(&self.versions()).map(|(_, size)| size);
        Held { responses: responses.len(), bytes: responses.iter().copied().chain(versions).sum() }
    }

    /// Looks at all files: removes what nobody can use, and, for those that are left not to exceed `room`, the oldest. Gives the sum.
    fn sweep(&self, room: u64, now: SystemTime) -> io::Result<u64> {
        let mut kept = Vec::new();
        for (path, bytes) in files_in(&self.owners()) {
            // Those under a name of their own are of programs that were killed.
            match span(&path).filter(|span| span.has(now) && is_hash(&path)) {
                Some(span) => kept.push(Found { path, stored: span.stored, bytes }),
                None => remove(&path)?,
            }
        }
        let mut versions: Vec<(SystemTime, PathBuf)> = files_in_folder(&self.versions())
            .map(|(path, _)| (fs::metadata(&path).and_then(|file| file.modified()).unwrap_or(now), path))
            .collect();
        let most = usize::try_from(self.max_bytes / VERSIONS_SHARE / BLOCK).unwrap_or(usize::MAX).max(1);
        versions.sort();
        let too_many = if versions.len() > most { versions.len() - most / 2 } else { 0 };
        for (_, path) in versions.drain(..too_many) {
            remove(&path)?;
        }
        let mut sum = kept.iter().map(|found| found.bytes).sum::<u64>() + versions.len() as u64 * BLOCK;
        if sum > room {
            kept.sort_by_key(|found| found.stored);
            // A little more, since to look at all files takes a while.
            let aim = room - room / 8;
            for found in kept {
                if sum <= aim {
                    break;
                }
                remove(&found.path)?;
                sum -= found.bytes;
            }
        }
        self.set_sum(sum, Some(now))?;
        Ok(sum)
    }

    fn sum_path(&self) -> PathBuf {
        self.root.join("size")
    }

    /// The sum of all sizes as it was written down last; `None` if it is time to look again.
    fn sum(&self, now: SystemTime) -> Option<u64> {
        let bytes: [u8; 16] = fs::read(self.sum_path()).ok()?.try_into().ok()?;
        let (sum, swept) = bytes.split_first_chunk()?;
        let swept = Duration::from_secs(u64::from_le_bytes(*swept.first_chunk()?));
        let age = now.duration_since(SystemTime::UNIX_EPOCH.checked_add(swept)?).ok()?;
        (age < SWEEP_EVERY).then_some(u64::from_le_bytes(*sum))
    }

    /// Writes the sum down, and when all files were looked at, if it is now.
    fn set_sum(&self, sum: u64, swept: Option<SystemTime>) -> io::Result<()> {
        let before = fs::read(self.sum_path()).ok().and_then(|bytes| bytes.get(8..16)?.try_into().ok());
        let swept = swept.map(|swept| swept.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs());
        let swept = swept.map(u64::to_le_bytes).or(before).unwrap_or_default();
        let mut file = NamedTempFile::new_in(&self.root)?;
        file.write_all(&[sum.to_le_bytes(), swept].concat())?;
        file.persist(self.sum_path()).map_err(|error| error.error)?;
        Ok(())
    }
}

fn on_disk(length: u64) -> u64 {
    length.div_ceil(BLOCK).saturating_mul(BLOCK)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_hash(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn span(path: &Path) -> Option<Span> {
    let mut head = Vec::with_capacity(HEAD);
    File::open(path).ok()?.take(HEAD as u64).read_to_end(&mut head).ok()?;
    Span::of(&head)
}

/// The files in the folders in a folder, with what they take of the disk.
fn files_in(folder: &Path) -> impl Iterator<Item = (PathBuf, u64)> {
    let folders = fs::read_dir(folder).into_iter().flatten().flatten();
    folders.flat_map(|folder| files_in_folder(&folder.path()))
}

fn files_in_folder(folder: &Path) -> impl Iterator<Item = (PathBuf, u64)> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let found = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((entry.path(), on_disk(found.len())))
    })
}

fn remove(path: &Path) -> io::Result<()> {
    gone(fs::remove_file(path))
}

/// What is not there need not be removed.
fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Makes a folder for its owner alone.
fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}
