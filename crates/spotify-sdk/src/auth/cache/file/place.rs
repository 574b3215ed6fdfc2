//! Where a token file is, and what may stand there: opened so that nothing hangs, and replaced so that nothing is lost.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// No file of tokens is longer.
const MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;
/// More links than that lead in a circle.
const MAX_LINKS: u32 = 40;
const DRAFT: &str = ".new";

/// Where a path leads: the file behind its symbolic links, which stay as they are. Nothing has to be there.
pub(super) fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            // It is no link, or nothing at all.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its symbolic links lead in a circle"))
}

/// The folder of a file.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Reads a whole file.
pub(super) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::new());
    open(path, OpenOptions::new().read(true))?.take(MAX_FILE_SIZE + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_FILE_SIZE {
        return Err(io::Error::other(format!("it is longer than {MAX_FILE_SIZE} bytes")));
    }
    Ok(text)
}

/// Opens a file to lock, and makes it where there is none.
pub(super) fn open_lock(path: &Path) -> io::Result<File> {
    open(path, owners_alone().write(true).create(true).truncate(false))
}

/// Opens a file, and nothing but a file: a named pipe would wait for somebody at its other end.
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    match fs::metadata(path) {
        Ok(found) => check(&found)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // Another may be there by now, which must not hang either.
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK);
    }
    let file = options.open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

fn check(found: &fs::Metadata) -> io::Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let kind = if found.is_dir() { "a folder" } else { "a named pipe, a socket or a device" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("expected a file, but it is {kind}")))
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

/// A file that is about to take the place of another, under a name that nobody else has. It is gone when it is dropped before.
#[derive(Debug)]
pub(super) struct Draft {
    file: File,
    path: PathBuf,
    target: PathBuf,
}

impl Draft {
    pub(super) fn new(target: &Path) -> io::Result<Self> {
        let mut number = [0; 8];
        getrandom::getrandom(&mut number).map_err(|error| io::Error::other(error.to_string()))?;
        let path = beside(target, &format!(".{:016x}{DRAFT}", u64::from_ne_bytes(number)));
        let file = owners_alone().write(true).create_new(true).open(&path)?;
        Ok(Self { file, path, target: target.to_owned() })
    }

    pub(super) fn is_for(&self, target: &Path) -> bool {
        self.target == target && self.path.exists()
    }

    /// Takes so many bytes of the disk. They are noise, which no file system can store in less.
    pub(super) fn fill(&mut self, length: usize) -> io::Result<()> {
        let mut noise = vec![0; length];
        fastrand::fill(&mut noise);
        self.write(&noise)
    }

    /// Writes what the file is to hold, over all that it held.
    pub(super) fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text)?;
        self.file.set_len(text.len() as u64)?;
        self.file.sync_all()
    }

    /// Puts it in the place of the other.
    pub(super) fn put_in_place(self) -> io::Result<()> {
        put_in_place(&self.path, &self.target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Where it is in its place, nothing has this name any more.
        let _ = fs::remove_file(&self.path);
    }
}

/// Puts what a program had written whole when it was killed in the place of `target`.
pub(super) fn recover(draft: &Path, target: &Path) -> io::Result<()> {
    // Windows syncs only what was opened to be written.
    open(draft, OpenOptions::new().write(true))?.sync_all()?;
    put_in_place(draft, target)
}

fn put_in_place(draft: &Path, target: &Path) -> io::Result<()> {
    fs::rename(draft, target)?;
    // The rename itself is safe once the folder is. Where folders cannot be synced, the system sees to it.
    if let Ok(folder) = File::open(folder(target)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// The files that were to take the place of `target`.
pub(super) fn drafts(target: &Path) -> Vec<PathBuf> {
    let (Some(name), Ok(entries)) = (target.file_name(), fs::read_dir(folder(target))) else { return Vec::new() };
    let start = format!("{}.", name.to_string_lossy());
    let is_draft = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(DRAFT));
        number.is_some_and(|number| number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_draft).collect()
}

/// A path with something behind the name of the file.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(ending);
    name.into()
}
