//! Several lists, as files in a folder with an index.
//!
//! The index is `index.jsonl.part` while it is under way, with a line for each file that is done. Those are not written
//! again by the same command, unless Spotify has another version by then.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use serde_json::{Value, json};
use spotify_sdk::Error;

use super::names::name_files;
use super::source::{Saved, Source};
use super::{Format, Options, are, counted, in_the_way, part, refuse_to_overwrite, target, to_file};
use crate::commands::App;
use crate::files::{self, OutputPath, open_own, write_whole};
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress, count, note};

pub(crate) const INDEX: &str = "index.jsonl";

/// A file to write.
struct FolderJob {
    name: String,
    source: Source,
    /// What the index says of it.
    about: Value,
    /// The version, where it is known.
    snapshot: Option<String>,
}

pub(super) fn library(app: &App, folder: &Path, options: &Options) -> Result<(), Failure> {
    run(app, folder, options, |_, format, _| {
        Ok(Saved::ALL
            .into_iter()
            .map(|saved| {
                let source = Source::Saved(saved);
                FolderJob {
                    name: format!("{}s.{}", saved.one(), format.ending()),
                    about: json!({ "what": source.what() }),
                    source,
                    snapshot: None,
                }
            })
            .collect())
    })
}

pub(super) fn playlists(app: &App, folder: &Path, options: &Options) -> Result<(), Failure> {
    run(app, folder, options, |client, format, before| {
        let mut jobs = Vec::new();
        let mut named = Vec::new();
        for playlist in client.playlists().get_for_current_user().iter() {
            let playlist = playlist?;
            let Some(id) = &playlist.id else { continue };
            let source = Source::Playlist { id: id.as_str().to_owned() };
            // A list that changes while it is read can give a playlist twice.
            if named.iter().any(|(known, _)| known == id.as_str()) {
                continue;
            }
            named.push((id.to_string(), playlist.name.to_string()));
            jobs.push(FolderJob {
                name: String::new(),
                source,
                snapshot: playlist.snapshot_id.as_ref().map(ToString::to_string),
                about: json!({ "playlist": playlist }),
            });
        }
        let files = name_files(&named, &before.files, format.ending());
        jobs.iter_mut().zip(files).for_each(|(job, file)| job.name = file);
        Ok(jobs)
    })
}

fn run(
    app: &App,
    folder: &Path,
    options: &Options,
    jobs: impl FnOnce(spotify_sdk::SpotifyClient, Format, &Before) -> Result<Vec<FolderJob>, Failure> + Send + 'static,
) -> Result<(), Failure> {
    let writing = options.writing(folder, Some(options.format.unwrap_or(Format::Jsonl)))?;
    let format = writing.format;
    if folder == Path::new("-") {
        return Err(Failure::Usage("this needs a folder, for several files".to_owned()));
    }
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| Failure::File(path, error)
    };
    let index_path = file_in(&folder.join(INDEX))?;
    let under_way = part::beside(&index_path, ".part");
    if !under_way.exists() {
        refuse_to_overwrite(&index_path, &index_path, options.force)?;
    }
    fs::create_dir_all(folder).map_err(at(folder))?;
    let Some((mut index, _)) = open_own(&under_way, b"", is_index).map_err(at(&under_way))? else {
        return Err(in_the_way(&under_way));
    };
    // The one that had it may have come to its end meanwhile, and taken the file away.
    if !files::take(&index) || !under_way.exists() {
        return Err(part::another(folder));
    }
    let before = Before::read(&mut index, &index_path, format).map_err(at(&under_way))?;
    if !before.is_incomplete {
        refuse_to_overwrite(&index_path, &index_path, options.force)?;
    }
    let interrupt = Interrupt::listen()?;
    let signed_in = app.session()?;
    let client = signed_in.client().clone();
    let bar = Progress::new("Looking what there is");
    let (jobs, before) = {
        let client = client.clone();
        interrupt.wait(move || Ok((jobs(client, format, &before)?, before)))?
    };

    let (mut lines, mut sum) = (String::new(), Totals::default());
    for (number, job) in jobs.iter().enumerate() {
        let line = match before.done(job, folder) {
            Some(line) => line.clone(),
            None => {
                let title = job.name.strip_suffix(&format!(".{}", format.ending())).unwrap_or(&job.name);
                bar.next(&format!("{} of {}: {title}", number + 1, jobs.len()));
                let file = file_in(&folder.join(&job.name))?;
                if !before.ours.contains(&job.name) {
                    refuse_to_overwrite(&file, &folder.join(&job.name), options.force)?;
                }
                say(&mut index, &json!({ "begun": job.name, "what": job.source.what() })).map_err(at(&under_way))?;
                let written = to_file(&client, &job.source, &file, writing, options.skip_failed, &interrupt, &bar);
                let mut line =
                    json!({ "file": null, "format": format.ending(), "entries": 0, "what": job.source.what() });
                match written {
                    Ok(done) => {
                        line["file"] = job.name.as_str().into();
                        line["entries"] = done.entries.into();
                        if let Err(Failure::Failed(missing, _)) = done.check(&job.name) {
                            bar.note(&crate::output::one_line(&missing));
                            line["missing"] = json!(done.places());
                        }
                    }
                    Err(Failure::Spotify(Error::Forbidden(_) | Error::NotFound(_))) => {}
                    Err(failure) => return Err(failure),
                }
                if let (Some(line), Some(about)) = (line.as_object_mut(), job.about.as_object()) {
                    line.extend(about.clone());
                }
                say(&mut index, &line).map_err(at(&under_way))?;
                line
            }
        };
        sum.add(&line);
        lines.push_str(&format!("{line}\n"));
    }
    drop(bar);
    // In the order of the list, and without what has another version by now.
    write_whole(&index_path, lines.as_bytes()).map_err(at(&index_path))?;
    if sum.missing == 0 {
        fs::remove_file(&under_way).map_err(at(&under_way))?;
    } else {
        say(&mut index, &json!({ "incomplete": true })).map_err(at(&under_way))?;
    }
    sum.report(app, folder, format)
}

/// A file that is to be in the folder, whatever leads to it.
fn file_in(path: &Path) -> Result<std::path::PathBuf, Failure> {
    match target(path)? {
        OutputPath::File(path) => Ok(path),
        OutputPath::Stream(path) => Err(Failure::Failed(format!("{} is no file", path.display()), None)),
    }
}

/// What all files have together.
#[derive(Default)]
struct Totals {
    files: usize,
    entries: u64,
    missing: u64,
    left_out: Vec<String>,
}

impl Totals {
    fn add(&mut self, line: &Value) {
        match line["file"].as_str() {
            Some(_) => self.files += 1,
            None => self.left_out.push(line["playlist"]["name"].as_str().unwrap_or_default().to_owned()),
        }
        self.entries += line["entries"].as_u64().unwrap_or_default();
        let places = line["missing"].as_array().map(Vec::as_slice).unwrap_or_default();
        let places = places.iter().filter_map(|place| Some(place[1].as_u64()? + 1 - place[0].as_u64()?));
        self.missing += places.sum::<u64>();
    }

    fn report(&self, app: &App, folder: &Path, format: Format) -> Result<(), Failure> {
        for name in &self.left_out {
            let name = crate::output::one_line(name);
            note(&format!("Left out, since Spotify gives its items to its owner alone: {name}"));
        }
        let (items, files) = (counted(self.entries, "item"), count(self.files, "file"));
        note(&format!("Exported {items} in {files} to {}.", folder.display()));
        if app.screen.json {
            app.screen.object(&json!({
                "folder": folder, "format": format.ending(), "files": self.files, "entries": self.entries,
                "left_out": self.left_out.len(), "missing": self.missing,
            }))?;
        }
        if self.missing == 0 {
            return Ok(());
        }
        let message = format!("{} missing; {INDEX} says which", are(self.missing, "item"));
        Err(Failure::Failed(
            message,
            Some("Run the same command again to fetch them once Spotify returns them.".to_owned()),
        ))
    }
}

/// Adds a line to the index under way, whether the one before it was written whole or not.
fn say(index: &mut File, line: &Value) -> io::Result<()> {
    index.write_all(format!("\n{line}\n").as_bytes())
}

/// Whether a file is an index of ours that is under way: each line is an object, and each begins on a line of its own.
fn is_index(mut file: &File) -> io::Result<bool> {
    let mut start = [0; 64];
    let length = file.read(&mut start)?;
    let start = start.get(..length).unwrap_or_default();
    let ours = [&b"\n{\"begun\":"[..], b"\n{\"file\":", b"\n{\"entries\":", b"\n{\"incomplete\":"];
    Ok(ours.iter().any(|ours| start.starts_with(ours) || ours.starts_with(start)))
}

/// What is known of earlier runs.
struct Before {
    /// The lines of the files that are done in this format, the latest first.
    done: Vec<Value>,
    /// The files that are done or begun, and so may be overwritten.
    ours: HashSet<String>,
    /// The files of the playlists with these ids.
    files: HashMap<String, String>,
    /// Whether there is an index that says what is missing.
    is_incomplete: bool,
}

impl Before {
    /// Reads the index that is under way, and the one of a run that came to its end.
    fn read(under_way: &mut File, index: &Path, format: Format) -> io::Result<Self> {
        let mut text = String::new();
        // Whatever is in there that is no text is no line either.
        let mut bytes = Vec::new();
        io::Seek::rewind(under_way)?;
        under_way.read_to_end(&mut bytes)?;
        text.push_str(&String::from_utf8_lossy(&bytes));
        // A line that was not written whole is none.
        let lines: Vec<Value> = text.lines().rev().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let names = lines.iter().flat_map(|line| [&line["begun"], &line["file"]]).filter_map(Value::as_str);
        let ours = names.map(str::to_owned).collect();
        let is_incomplete = !lines.is_empty();
        let finished = fs::read(index).unwrap_or_default();
        let finished = String::from_utf8_lossy(&finished);
        let finished = finished.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut files = HashMap::new();
        for line in lines.iter().cloned().chain(finished) {
            let file = line["file"].as_str().or_else(|| line["begun"].as_str());
            let id = line["what"].as_str().and_then(|what| what.strip_prefix("playlist "));
            if let (Some(id), Some(file)) = (id, file) {
                files.entry(id.to_owned()).or_insert_with(|| file.to_owned());
            }
        }
        let done = lines.into_iter().filter(|line| line["format"] == format.ending()).collect();
        Ok(Self { done, ours, files, is_incomplete })
    }

    /// The line of a file that need not be written again.
    fn done(&self, job: &FolderJob, folder: &Path) -> Option<&Value> {
        let line = self.done.iter().find(|line| line["what"] == *job.source.what())?;
        let same = job.snapshot.as_deref() == line["playlist"]["snapshot_id"].as_str();
        let whole = line["missing"].is_null();
        // Another playlist can have the name by now.
        let there = line["file"] == *job.name && folder.join(&job.name).is_file();
        (same && whole && there).then_some(line)
    }
}
