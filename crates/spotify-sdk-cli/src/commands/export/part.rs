//! An export under way: `FILE.part` has the entries so far as JSON Lines, and `FILE.state` says how far it is.
//!
//! After each page a line goes to the state, and the entries are good up to where its last whole line says. So it does not
//! matter when the process ends, nor how.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::source::{Batch, Version};
use crate::output::Failure;

/// The data and the state of an export under way.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) data_path: PathBuf,
    state_path: PathBuf,
    data: File,
    state: File,
    what: String,
    /// The version of the list, once it is known.
    pub(super) version: Option<Version>,
    pub(super) reached: Reached,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq)]
pub(super) struct Reached {
    /// The place in the list where it goes on.
    pub(super) offset: u64,
    pub(super) entries: u64,
    pub(super) bytes: u64,
}

/// A line of the state.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Export { what: String },
    Version { mark: String, total: Option<u64> },
    Reached(Reached),
}

/// What was there when an export began.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    Nothing,
    /// The beginning of the same.
    Beginning,
    /// The beginning of something else.
    Other(String),
}

/// `FILE.suffix`.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|error| Failure::File(path.to_owned(), error))
}

impl Part {
    /// Opens what is under way for `file`, or begins.
    pub(super) fn open(file: &Path, what: String) -> Result<(Self, Found), Failure> {
        let (data_path, state_path) = (beside(file, ".part"), beside(file, ".state"));
        if data_path.exists() && !state_path.exists() {
            let hint = "It is not known what it is; move it away, or choose another file.".to_owned();
            return Err(Failure::Failed(format!("{} is in the way", data_path.display()), Some(hint)));
        }
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
        let mut state = at(&state_path, options.open(&state_path))?;
        match state.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::Failed(format!("another export to {} is under way", file.display()), None));
            }
            // A file system that has no locks can do without.
            Err(TryLockError::Error(_)) => {}
        }
        let mut text = Vec::new();
        at(&state_path, state.read_to_end(&mut text))?;
        let data = at(&data_path, options.open(&data_path))?;
        let length = at(&data_path, data.metadata())?.len();
        let (mut version, mut reached, mut found) = (None, Reached::default(), Found::Nothing);
        // A last line without an end was not written whole.
        for line in text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
            match serde_json::from_slice(line) {
                Ok(Line::Export { what: found_what }) if found_what == what => found = Found::Beginning,
                Ok(Line::Export { what: other }) => found = Found::Other(other),
                Ok(Line::Version { mark, total }) => version = Some(Version { mark, total }),
                // The state can be on the disk before the data is, if the whole machine goes down.
                Ok(Line::Reached(line)) if line.bytes <= length => reached = line,
                _ => break,
            }
        }
        let mut part = Self { data_path, state_path, data, state, what, version, reached };
        if found == Found::Beginning && part.version.is_some() && part.ends_with_a_line()? {
            part.rewrite_state()?;
            part.cut()?;
        } else {
            part.begin_anew()?;
            found = if matches!(found, Found::Other(_)) { found } else { Found::Nothing };
        }
        Ok((part, found))
    }

    /// Whether what is there is whole up to where it should be.
    fn ends_with_a_line(&mut self) -> Result<bool, Failure> {
        let Some(last) = self.reached.bytes.checked_sub(1) else { return Ok(true) };
        let mut byte = [0];
        let read = self.data.seek(SeekFrom::Start(last)).and_then(|_| self.data.read_exact(&mut byte));
        at(&self.data_path, read)?;
        Ok(byte == *b"\n")
    }

    /// Forgets all entries.
    pub(super) fn begin_anew(&mut self) -> Result<(), Failure> {
        (self.version, self.reached) = (None, Reached::default());
        self.rewrite_state()?;
        self.cut()
    }

    /// Takes away what was written after the last page that is whole.
    fn cut(&mut self) -> Result<(), Failure> {
        let end = self.reached.bytes;
        let cut = self.data.set_len(end).and_then(|()| self.data.seek(SeekFrom::Start(end)));
        at(&self.data_path, cut.map(drop))
    }

    fn rewrite_state(&mut self) -> Result<(), Failure> {
        let emptied = self.state.set_len(0).and_then(|()| self.state.rewind());
        at(&self.state_path, emptied)?;
        self.say(&Line::Export { what: self.what.clone() })?;
        if let Some(Version { mark, total }) = self.version.clone() {
            self.say(&Line::Version { mark, total })?;
            self.say(&Line::Reached(self.reached))?;
        }
        Ok(())
    }

    /// Keeps the version of the list, which is known with the first page.
    pub(super) fn begin(&mut self, version: Version) -> Result<(), Failure> {
        self.say(&Line::Version { mark: version.mark.clone(), total: version.total })?;
        self.version = Some(version);
        Ok(())
    }

    /// Adds a page: first the entries, then that they are there.
    pub(super) fn add(&mut self, batch: &Batch) -> Result<(), Failure> {
        at(&self.data_path, self.data.write_all(batch.lines.as_bytes()))?;
        let reached = Reached {
            offset: self.reached.offset + batch.places,
            entries: self.reached.entries + batch.entries,
            bytes: self.reached.bytes + batch.lines.len() as u64,
        };
        self.say(&Line::Reached(reached))?;
        self.reached = reached;
        Ok(())
    }

    fn say(&mut self, line: &Line) -> Result<(), Failure> {
        let written = serde_json::to_vec(line).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            self.state.write_all(&line)
        });
        at(&self.state_path, written)
    }

    /// Makes the data `file`, as it is.
    pub(super) fn becomes(self, file: &Path) -> Result<(), Failure> {
        at(&self.data_path, self.data.sync_all())?;
        rename(&self.data_path, file)?;
        at(&self.state_path, fs::remove_file(&self.state_path))
    }

    /// Takes both files away. The state goes last: without it nobody knows what the data is.
    pub(super) fn remove(self) -> Result<(), Failure> {
        at(&self.data_path, fs::remove_file(&self.data_path))?;
        at(&self.state_path, fs::remove_file(&self.state_path))
    }
}

/// Puts a whole file into its place, for good.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    at(to, fs::rename(from, to))?;
    // The name is on the disk only with the folder. Not every system can do that.
    if let Some(folder) = to.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}
