//! Files that this program writes: whole or not at all, never through a link that somebody else has put there, and never
//! over a file that is not its own.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

/// How many links lead to a file at most; more of them are a circle.
const MAX_LINKS: usize = 40;
/// How often somebody who waits looks whether a lock is free.
const LOOK: Duration = Duration::from_millis(1);

/// Where what is to be written goes.
#[derive(Debug, PartialEq)]
pub(crate) enum OutputPath {
    /// A file that is there, or can be. Links are followed to their end: they stay, and what they name is written.
    File(PathBuf),
    /// Standard output, a pipe, a device: written from the beginning to the end, and not replaced.
    Stream(PathBuf),
}

impl OutputPath {
    /// What `path` is.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        // These are links to whatever the shell has opened, which is to be written and not replaced.
        if path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd") || path == Path::new("/dev/stdout") {
            return Ok(Self::Stream(path.to_owned()));
        }
        let end = end_of_links(path)?;
        match fs::symlink_metadata(&end) {
            Ok(found) if found.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            Ok(found) if !found.is_file() => Ok(Self::Stream(end)),
            Ok(_) => Ok(Self::File(end)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::File(end)),
            Err(error) => Err(error),
        }
    }
}

fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// A file under a name that nobody has, in the folder of the one whose place it takes in the end. Dropped before, it is gone.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: NamedTempFile,
    target: PathBuf,
}

impl NewFile {
    /// A new file for the place of `target`, which [`OutputPath::of`] has found.
    pub(crate) fn beside(target: &Path) -> io::Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // A long name leaves no room for another one around it.
        let prefix = format!(".{}.", name.chars().take(40).collect::<String>());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".new");
        // As any other new file, not for its owner alone as files for temporary secrets are.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        // The name that nobody has means nothing to anybody: an error is about the folder.
        let folder = folder_of(target);
        fs::metadata(folder)?;
        let file = builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?;
        Ok(Self { file, target: target.to_owned() })
    }

    pub(crate) fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Puts it into its place, with the mode of the file that was there.
    pub(crate) fn put(self) -> io::Result<()> {
        let Self { file, target } = self;
        take_mode_of(&target, file.as_file())?;
        file.as_file().sync_all()?;
        file.persist(&target).map_err(|error| error.error)?;
        sync_folder(&target);
        Ok(())
    }
}

/// Writes a whole file: on a full disk what was there before stays.
pub(crate) fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    match OutputPath::of(path)? {
        OutputPath::File(path) => {
            let new = NewFile::beside(&path)?;
            new.file().write_all(text)?;
            new.put()
        }
        OutputPath::Stream(path) => OpenOptions::new().write(true).open(path)?.write_all(text),
    }
}

/// Writes a whole file that is for its owner alone, and the folder where there is none. The caller holds the lock of the file: what a
/// program that was killed has left beside it is replaced.
pub(crate) fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = end_of_links(path)?;
    fs::create_dir_all(folder_of(&path))?;
    let mut new = path.clone().into_os_string();
    new.push(".new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A new one: no link is followed.
    let written = options.write(true).create_new(true).open(&new).and_then(|mut file| {
        file.write_all(text)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&new, &path)) {
        // It may be half written, on a full disk.
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    sync_folder(&path);
    Ok(())
}

/// Takes the lock of a file, which is an empty file of its own, and waits for others that hold it. It is free again when the result
/// is dropped. A file system that has no locks can do without.
pub(crate) fn lock(path: &Path, patience: Duration) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.write(true).create(true).truncate(false).open(path)?;
    let start = Instant::now();
    while !take(&file) {
        if start.elapsed() >= patience {
            let why = format!("another program holds {}", path.display());
            return Err(io::Error::new(io::ErrorKind::TimedOut, why));
        }
        thread::sleep(LOOK);
    }
    Ok(file)
}

/// Moves a damaged file away, and gives its new path.
pub(crate) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let path = end_of_links(path)?;
    let named = |number: u32| {
        let mut name = path.clone().into_os_string();
        name.push(".damaged");
        if number > 1 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    let free = (1..=u32::MAX).map(named).find(|aside| fs::symlink_metadata(aside).is_err());
    let aside = free.ok_or_else(|| io::Error::other("too many damaged files"))?;
    fs::rename(&path, &aside)?;
    Ok(aside)
}

/// Puts a file of ours, which is whole, into the place of `target`.
pub(crate) fn rename(from: &Path, target: &Path) -> io::Result<()> {
    take_mode_of(target, &File::open(from)?)?;
    fs::rename(from, target)?;
    sync_folder(target);
    Ok(())
}

/// Opens a file that this program keeps beside another: a new one, which has its beginning as soon as it is there, or one of
/// which `is_ours` says that it is. Anything else is left alone, and `None` says so. With the file comes whether it is new.
pub(crate) fn open_own(
    path: &Path,
    beginning: &[u8],
    is_ours: impl Fn(&File) -> io::Result<bool>,
) -> io::Result<Option<(File, bool)>> {
    let is_new = match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => return Ok(None),
        Ok(_) => false,
        Err(error) if error.kind() == io::ErrorKind::NotFound => begin(path, beginning)?,
        Err(error) => return Err(error),
    };
    let file = OpenOptions::new().read(true).append(true).open(path)?;
    Ok((is_new || is_ours(&file)?).then_some((file, is_new)))
}

/// Takes a file of ours for this process alone, until it is closed; says whether it was free. A file system that has no locks
/// can do without.
pub(crate) fn take(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Makes a new file with its beginning in it; says whether nobody else was faster.
fn begin(path: &Path, beginning: &[u8]) -> io::Result<bool> {
    let NewFile { mut file, .. } = NewFile::beside(path)?;
    file.write_all(beginning)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

fn take_mode_of(target: &Path, file: &File) -> io::Result<()> {
    match fs::metadata(target) {
        Ok(before) => file.set_permissions(before.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A name is on the disk only with its folder.
fn sync_folder(path: &Path) {
    sync(folder_of(path));
}

/// Sees to it that the names in a folder are on the disk. Not every system can do that.
pub(crate) fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn modes(path: &Path) -> u32 {
        fs::metadata(path).map_or(0, |file| file.permissions().mode() & 0o777)
    }

    #[test]
    fn a_link_stays_and_what_it_names_is_written_with_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("dotfiles")).unwrap();
        fs::write(at("dotfiles/config.toml"), "old").unwrap();
        fs::set_permissions(at("dotfiles/config.toml"), PermissionsExt::from_mode(0o640)).unwrap();
        symlink("dotfiles/config.toml", at("config.toml")).unwrap();
        write_whole(&at("config.toml"), b"new").unwrap();
        assert!(fs::symlink_metadata(at("config.toml")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(at("dotfiles/config.toml")).unwrap(), "new");
        assert_eq!(modes(&at("dotfiles/config.toml")), 0o640);
        // One that leads nowhere yet is followed as well.
        symlink("dotfiles/later", at("later")).unwrap();
        write_whole(&at("later"), b"there").unwrap();
        assert_eq!(fs::read_to_string(at("dotfiles/later")).unwrap(), "there");
        symlink("circle", at("circle")).unwrap();
        assert!(write_whole(&at("circle"), b"").is_err());
    }

    #[test]
    fn nothing_beside_the_file_is_touched_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("mine"), "precious").unwrap();
        symlink("mine", at("file.new")).unwrap();
        write_whole(&at("file"), b"text").unwrap();
        assert_eq!(fs::read_to_string(at("mine")).unwrap(), "precious");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
        // As any program's new file.
        fs::write(at("usual"), "").unwrap();
        assert_eq!(modes(&at("file")), modes(&at("usual")));
    }

    #[test]
    fn a_file_of_another_and_a_link_are_not_opened_as_our_own() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let open = |name: &str, ours: bool| open_own(&at(name), b"", |_| Ok(ours)).unwrap().map(|(_, new)| new);
        assert_eq!(open("state", false), Some(true));
        assert_eq!((open("state", false), open("state", true)), (None, Some(false)));
        symlink("elsewhere", at("link")).unwrap();
        assert_eq!(open("link", true), None);
        assert!(!at("elsewhere").exists());
    }

    #[test]
    fn a_private_file_is_for_its_owner_alone_and_keeps_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write_private(&at("new/folder/file"), b"one").unwrap();
        symlink("new/folder/file", at("link")).unwrap();
        write_private(&at("link"), b"two").unwrap();
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(at("new/folder/file")).unwrap(), "two");
        assert_eq!(modes(&at("new/folder/file")), 0o600);
        assert_eq!(fs::read_dir(at("new/folder")).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_program_has_left_beside_a_private_file_is_gone_and_never_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("mine"), "precious").unwrap();
        for number in 0..3 {
            match number {
                0 => symlink("mine", at("file.new")).unwrap(),
                _ => fs::write(at("file.new"), "half of it").unwrap(),
            }
            write_private(&at("file"), b"whole").unwrap();
            assert_eq!(fs::read_to_string(at("file")).unwrap(), "whole");
            assert_eq!(fs::read_to_string(at("mine")).unwrap(), "precious");
            assert_eq!((modes(&at("file")), fs::read_dir(folder.path()).unwrap().count()), (0o600, 2));
        }
    }

    #[test]
    fn a_lock_is_taken_once_and_waited_for_no_longer_than_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path, Duration::ZERO).unwrap();
        assert_eq!(lock(&path, Duration::from_millis(20)).unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(held);
        lock(&path, Duration::ZERO).unwrap();
        assert_eq!(modes(&path), 0o600);
    }

    #[test]
    fn folders_are_refused_and_pipes_are_streams() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(OutputPath::of(folder.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(OutputPath::of(Path::new("/dev/stdout")).unwrap(), OutputPath::Stream("/dev/stdout".into()));
        assert_eq!(OutputPath::of(Path::new("/dev/null")).unwrap(), OutputPath::Stream("/dev/null".into()));
    }
}
