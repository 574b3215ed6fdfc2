//! An export under way: `FILE.part` has the entries so far as JSON Lines, and `FILE.state` says how far it is.
//!
//! After each page a line goes to the state, and the entries are good up to where its last whole line says. So it does not
//! matter when the process ends, nor how. Both only grow: what was stepped over and is read later goes to the end of the
//! entries, and the state says where in the list it belongs.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::source::{Batch, Version};
use crate::files::{self, open_own};
use crate::output::Failure;

/// How each of our states begins.
const BEGINNING: &[u8] = b"{\"export\":";

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
    /// What was stepped over, in the order of the list.
    pub(super) gaps: Vec<Gap>,
    /// How many bytes of the file were written, where it was with something missing.
    written: Option<u64>,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq)]
pub(super) struct Reached {
    /// The place in the list where it goes on.
    pub(super) offset: u64,
    pub(super) entries: u64,
    pub(super) bytes: u64,
}

/// A page that was stepped over.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(super) struct Gap {
    /// Its first place in the list.
    pub(super) offset: u64,
    /// How many places it has.
    pub(super) places: u64,
    /// Why it could not be read.
    pub(super) why: String,
    /// The byte before which its entries belong.
    at: u64,
    /// The bytes in which they are, since they could be read after all.
    #[serde(default)]
    filled: Option<(u64, u64)>,
}

impl Gap {
    pub(super) fn is_open(&self) -> bool {
        self.filled.is_none()
    }
}

/// A line of the state.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum StateLine {
    Export { what: String },
    Version { mark: String, total: Option<u64> },
    Reached(Reached),
    Gap(Gap),
    Filled { offset: u64, from: u64, reached: Reached },
    Written { bytes: u64 },
}

/// What was there when an export began.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Resumed {
    #[default]
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

/// A file that is not ours, where one of ours would be.
pub(crate) fn in_the_way(path: &Path) -> Failure {
    let hint = "It was not written by this program. Move it away, or choose another file.".to_owned();
    Failure::Failed(format!("{} is in the way", path.display()), Some(hint))
}

/// Another process writes to the same place just now.
pub(super) fn another(target: &Path) -> Failure {
    Failure::Failed(format!("another export to {} is running", target.display()), None)
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|error| Failure::File(path.to_owned(), error))
}

/// Whether `file` is as an earlier export of the same left it, with something missing that its state knows of.
pub(super) fn is_unfinished(file: &Path, what: &str) -> bool {
    let state = SavedState::read(&fs::read(beside(file, ".state")).unwrap_or_default(), u64::MAX, what);
    let length = fs::metadata(file).map(|file| file.len()).ok();
    state.found == Resumed::Beginning && state.written.is_some() && state.written == length
}

/// What a state tells.
#[derive(Default)]
struct SavedState {
    found: Resumed,
    version: Option<Version>,
    reached: Reached,
    gaps: Vec<Gap>,
    written: Option<u64>,
}

impl SavedState {
    /// Reads a state, of which what goes beyond so many bytes of data is not believed: it can be on the disk before the data
    /// is, if the whole machine goes down.
    fn read(text: &[u8], length: u64, what: &str) -> Self {
        let mut told = Self::default();
        // What follows a line that is none was written by nobody who knew it, until a line begins anew.
        let mut is_broken = false;
        // A last line without an end was not written whole.
        for line in text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
            match serde_json::from_slice(line) {
                Ok(StateLine::Export { what: found }) => {
                    let found = if found == what { Resumed::Beginning } else { Resumed::Other(found) };
                    told = Self { found, ..Self::default() };
                    is_broken = false;
                }
                _ if is_broken || line == b"\n" => {}
                Ok(StateLine::Version { mark, total }) => told.version = Some(Version { mark, total }),
                Ok(StateLine::Reached(reached)) if reached.bytes <= length => told.reached = reached,
                Ok(StateLine::Gap(gap)) if gap.at <= told.reached.bytes => {
                    told.reached.offset = told.reached.offset.max(gap.offset + gap.places);
                    told.gaps.push(gap);
                }
                Ok(StateLine::Filled { offset, from, reached }) if reached.bytes <= length => {
                    let gap = told.gaps.iter_mut().find(|gap| gap.offset == offset);
                    gap.into_iter().for_each(|gap| gap.filled = Some((from, reached.bytes)));
                    told.reached = reached;
                }
                Ok(StateLine::Written { bytes }) => told.written = Some(bytes),
                _ => is_broken = true,
            }
        }
        told
    }
}

impl Part {
    /// Opens what is under way for `file`, or begins.
    pub(super) fn open(file: &Path, what: String) -> Result<(Self, Resumed), Failure> {
        let (data_path, state_path) = (beside(file, ".part"), beside(file, ".state"));
        let beginning = line(&StateLine::Export { what: what.clone() });
        let state = at(&state_path, beginning.and_then(|line| open_own(&state_path, &line, is_state)))?;
        let Some((mut state, is_new)) = state else { return Err(in_the_way(&state_path)) };
        if !files::take(&state) {
            return Err(another(file));
        }
        let Some((data, _)) = at(&data_path, open_own(&data_path, b"", |_| Ok(!is_new)))? else {
            if is_new {
                at(&state_path, fs::remove_file(&state_path))?;
            }
            return Err(in_the_way(&data_path));
        };
        let mut text = Vec::new();
        at(&state_path, state.rewind().and_then(|()| state.read_to_end(&mut text)))?;
        let length = at(&data_path, data.metadata())?.len();
        let SavedState { mut found, version, reached, gaps, written } = SavedState::read(&text, length, &what);
        let mut part = Self { data_path, state_path, data, state, what, version, reached, gaps, written };
        if found == Resumed::Beginning && part.version.is_some() && part.ends_with_a_line()? {
            part.rewrite_state()?;
            part.cut()?;
        } else {
            part.begin_anew()?;
            found = if matches!(found, Resumed::Other(_)) { found } else { Resumed::Nothing };
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
        (self.version, self.reached, self.written) = (None, Reached::default(), None);
        self.gaps.clear();
        self.rewrite_state()?;
        self.cut()
    }

    /// Takes away what was written after the last page that is whole.
    fn cut(&mut self) -> Result<(), Failure> {
        at(&self.data_path, self.data.set_len(self.reached.bytes))
    }

    /// Begins anew behind what was said so far: a state that is never empty is known for ours whenever the process ends.
    fn rewrite_state(&mut self) -> Result<(), Failure> {
        let mut lines = vec![StateLine::Export { what: self.what.clone() }];
        if let Some(Version { mark, total }) = self.version.clone() {
            lines.push(StateLine::Version { mark, total });
            // First, so that without the data nothing of the rest is believed.
            lines.push(StateLine::Reached(self.reached));
            lines.extend(self.gaps.iter().cloned().map(StateLine::Gap));
            lines.extend(self.written.map(|bytes| StateLine::Written { bytes }));
        }
        // The line before may not have been written whole.
        let mut text = b"\n".to_vec();
        for told in &lines {
            text.extend(at(&self.state_path, line(told))?);
        }
        at(&self.state_path, self.state.write_all(&text))
    }

    /// Keeps the version of the list, which is known with the first page.
    pub(super) fn begin(&mut self, version: Version) -> Result<(), Failure> {
        self.say(&StateLine::Version { mark: version.mark.clone(), total: version.total })?;
        self.version = Some(version);
        Ok(())
    }

    /// Keeps how long the list is, where the first page did not say.
    pub(super) fn know_total(&mut self, total: Option<u64>) -> Result<(), Failure> {
        match self.version.clone() {
            Some(version) if version.total.is_none() && total.is_some() => self.begin(Version { total, ..version }),
            _ => Ok(()),
        }
    }

    /// Adds a page: first the entries, then that they are there.
    pub(super) fn add(&mut self, batch: &Batch) -> Result<(), Failure> {
        if let Some(why) = &batch.gap {
            let gap = Gap {
                offset: self.reached.offset,
                places: batch.places,
                why: why.clone(),
                at: self.reached.bytes,
                filled: None,
            };
            self.say(&StateLine::Gap(gap.clone()))?;
            self.reached.offset += gap.places;
            self.gaps.push(gap);
            return Ok(());
        }
        let reached = Reached { offset: self.reached.offset + batch.places, ..self.write(batch)? };
        self.say(&StateLine::Reached(reached))?;
        self.reached = reached;
        Ok(())
    }

    /// Adds what was stepped over before.
    pub(super) fn fill(&mut self, offset: u64, batch: &Batch) -> Result<(), Failure> {
        let (from, reached) = (self.reached.bytes, self.write(batch)?);
        self.say(&StateLine::Filled { offset, from, reached })?;
        self.reached = reached;
        if let Some(gap) = self.gaps.iter_mut().find(|gap| gap.offset == offset) {
            gap.filled = Some((from, reached.bytes));
        }
        Ok(())
    }

    fn write(&mut self, batch: &Batch) -> Result<Reached, Failure> {
        at(&self.data_path, self.data.write_all(batch.lines.as_bytes()))?;
        Ok(Reached {
            offset: self.reached.offset,
            entries: self.reached.entries + batch.entries,
            bytes: self.reached.bytes + batch.lines.len() as u64,
        })
    }

    fn say(&mut self, told: &StateLine) -> Result<(), Failure> {
        let written = line(told).and_then(|line| self.state.write_all(&line));
        at(&self.state_path, written)
    }

    /// Whether the data is the list as it stands.
    pub(super) fn is_in_order(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Gives the lines in the order of the list.
    pub(super) fn lines(&self, mut each: impl FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure> {
        for (from, to) in self.ranges() {
            let open = || {
                let mut data = File::open(&self.data_path)?;
                data.seek(SeekFrom::Start(from))?;
                Ok(data)
            };
            for line in BufReader::new(at(&self.data_path, open())?.take(to - from)).lines() {
                each(&at(&self.data_path, line)?)?;
            }
        }
        Ok(())
    }

    /// The pieces of the data, in the order of the list.
    fn ranges(&self) -> Vec<(u64, u64)> {
        let filled = || self.gaps.iter().filter_map(|gap| gap.filled);
        let end = filled().map(|(from, _)| from).min().unwrap_or(self.reached.bytes);
        let (mut ranges, mut from) = (Vec::new(), 0);
        for gap in &self.gaps {
            ranges.push((from, gap.at));
            ranges.extend(gap.filled);
            from = gap.at;
        }
        ranges.push((from, end));
        ranges.retain(|(from, to)| from < to);
        ranges
    }

    /// Makes the data `file`, as it is.
    pub(super) fn becomes(self, file: &Path) -> Result<(), Failure> {
        at(&self.data_path, self.data.sync_all())?;
        at(file, files::rename(&self.data_path, file))?;
        at(&self.state_path, fs::remove_file(&self.state_path))
    }

    /// Keeps that `file` was written, with something missing.
    pub(super) fn wrote(mut self, file: &Path) -> Result<(), Failure> {
        let bytes = at(file, fs::metadata(file))?.len();
        self.say(&StateLine::Written { bytes })
    }

    /// Takes both files away. The state goes last: without it nobody knows what the data is.
    pub(super) fn remove(self) -> Result<(), Failure> {
        at(&self.data_path, fs::remove_file(&self.data_path))?;
        at(&self.state_path, fs::remove_file(&self.state_path))
    }
}

/// Whether a file is a state of ours, or was about to become one.
fn is_state(file: &File) -> io::Result<bool> {
    let mut start = Vec::new();
    file.take(BEGINNING.len() as u64).read_to_end(&mut start)?;
    Ok(BEGINNING.starts_with(&start))
}

fn line(line: &StateLine) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line).map_err(io::Error::from)?;
    text.push(b'\n');
    Ok(text)
}
