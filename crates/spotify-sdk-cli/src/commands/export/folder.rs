//! Several lists, as files in a folder with an index.
//!
//! The index is `index.jsonl.part` while it is under way, with a line for each file that is done. Those are not written
//! again by the same command, unless Spotify has another version by then.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};
use spotify_sdk::Error;

use super::source::{Saved, Source};
use super::{Format, Options, counted, part, refuse_to_overwrite, to_file};
use crate::commands::App;
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress, count, note};

const INDEX: &str = "index.jsonl";
/// How long a file's name may be, without its ending: every file system takes this much, in any script.
const LONGEST_NAME: usize = 120;

/// A file to write.
struct Job {
    name: String,
    source: Source,
    /// What the index says of it.
    about: Value,
    /// The version, where it is known.
    snapshot: Option<String>,
}

pub(super) fn library(app: &App, folder: &Path, options: &Options) -> Result<(), Failure> {
    run(app, folder, options, |_, format| {
        Ok(Saved::ALL
            .into_iter()
            .map(|saved| {
                let source = Source::Saved(saved);
                Job {
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
    run(app, folder, options, |client, format| {
        let mut jobs = Vec::new();
        for playlist in client.playlists().get_for_current_user().iter() {
            let playlist = playlist?;
            let Some(id) = &playlist.id else { continue };
            jobs.push(Job {
                name: playlist.name.to_string(),
                source: Source::Playlist { id: id.as_str().to_owned() },
                snapshot: playlist.snapshot_id.as_ref().map(ToString::to_string),
                about: json!({ "playlist": playlist }),
            });
        }
        name_files(&mut jobs, format);
        Ok(jobs)
    })
}

/// Gives each playlist a file of its own, on every file system.
fn name_files(jobs: &mut [Job], format: Format) {
    let mut times: HashMap<String, usize> = HashMap::from([("index".to_owned(), 1)]);
    for job in jobs.iter_mut() {
        job.name = safe(&job.name);
        *times.entry(job.name.to_lowercase()).or_default() += 1;
    }
    for job in jobs {
        let alone = !job.name.is_empty() && times.get(&job.name.to_lowercase()) == Some(&1);
        let id = match &job.source {
            Source::Playlist { id } if !alone => id.as_str(),
            _ => "",
        };
        let space = if id.is_empty() || job.name.is_empty() { "" } else { " " };
        job.name = format!("{}{space}{id}.{}", job.name, format.ending());
    }
}

/// A name that can be one of a file, as close as possible to the given one.
fn safe(name: &str) -> String {
    let allowed = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c if c.is_control() => '_',
        c => c,
    };
    let mut safe = String::new();
    for c in name.trim().chars().map(allowed) {
        if safe.len() + c.len_utf8() > LONGEST_NAME {
            break;
        }
        safe.push(c);
    }
    let mut safe = safe.trim_end_matches([' ', '.']).to_owned();
    // Names of devices on Windows, whatever their ending; and a dot at the beginning hides a file.
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
    let stem = safe.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    if safe.starts_with('.') || DEVICES.contains(&stem.to_ascii_lowercase().as_str()) {
        safe.insert(0, '_');
    }
    safe
}

fn run(
    app: &App,
    folder: &Path,
    options: &Options,
    jobs: impl FnOnce(spotify_sdk::SpotifyClient, Format) -> Result<Vec<Job>, Failure> + Send + 'static,
) -> Result<(), Failure> {
    let format = Format::of(folder, Some(options.format.unwrap_or(Format::Jsonl)))?;
    if folder == Path::new("-") {
        return Err(Failure::Usage("this needs a folder, for several files".to_owned()));
    }
    let index_path = folder.join(INDEX);
    refuse_to_overwrite(&index_path, options.force)?;
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| Failure::File(path, error)
    };
    fs::create_dir_all(folder).map_err(at(folder))?;
    let interrupt = Interrupt::listen()?;
    let signed_in = app.session()?;
    let client = signed_in.client().clone();
    let bar = Progress::new("Looking what there is");
    let jobs = {
        let client = client.clone();
        interrupt.wait(move || jobs(client, format))?
    };

    let under_way = part::beside(&index_path, ".part");
    let Before { done, ours } = Before::read(&under_way, format);
    let mut index = OpenOptions::new().create(true).append(true).open(&under_way).map_err(at(&under_way))?;
    let new_index = part::beside(&index_path, ".new");
    let (mut lines, mut files, mut entries, mut left_out) = (String::new(), 0, 0, Vec::new());
    for (number, job) in jobs.iter().enumerate() {
        let before = done.iter().find(|line| line["what"] == *job.source.what());
        let before = before.filter(|line| {
            let file = line["file"].as_str().map(|file| folder.join(file));
            let same = job.snapshot.as_deref() == line["playlist"]["snapshot_id"].as_str();
            same && file.is_some_and(|file| file.is_file())
        });
        let line = match before {
            Some(line) => line.clone(),
            None => {
                let title = job.name.strip_suffix(&format!(".{}", format.ending())).unwrap_or(&job.name);
                bar.next(&format!("{} of {}: {title}", number + 1, jobs.len()));
                let file = folder.join(&job.name);
                if !ours.contains(&job.name) {
                    refuse_to_overwrite(&file, options.force)?;
                }
                say(&mut index, &json!({ "begun": job.name })).map_err(at(&under_way))?;
                let written = to_file(&client, &job.source, &file, format, &interrupt, &bar);
                let (file, count) = match written {
                    Ok(done) => (Some(&job.name), done.entries),
                    Err(Failure::Spotify(Error::Forbidden(_) | Error::NotFound(_))) => (None, 0),
                    Err(failure) => return Err(failure),
                };
                let mut line =
                    json!({ "file": file, "format": format.ending(), "entries": count, "what": job.source.what() });
                if let (Some(line), Some(about)) = (line.as_object_mut(), job.about.as_object()) {
                    line.extend(about.clone());
                }
                say(&mut index, &line).map_err(at(&under_way))?;
                line
            }
        };
        match line["file"].as_str() {
            Some(_) => files += 1,
            None => left_out.push(line["playlist"]["name"].as_str().unwrap_or_default().to_owned()),
        }
        entries += line["entries"].as_u64().unwrap_or_default();
        lines.push_str(&format!("{line}\n"));
    }
    drop(bar);
    // In the order of the list, and without what has another version by now.
    fs::write(&new_index, lines).and_then(|()| File::open(&new_index)?.sync_all()).map_err(at(&new_index))?;
    part::rename(&new_index, &index_path)?;
    fs::remove_file(&under_way).map_err(at(&under_way))?;

    for name in &left_out {
        note(&format!("Left out, since Spotify gives its items to its owner alone: {}", crate::output::one_line(name)));
    }
    note(&format!("Exported {} in {} to {}.", counted(entries, "item"), count(files, "file"), folder.display()));
    if app.screen.json {
        let left_out = left_out.len();
        app.screen.object(&json!({
            "folder": folder, "format": format.ending(), "files": files, "entries": entries, "left_out": left_out,
        }))?;
    }
    Ok(())
}

/// Adds a line to the index under way, whether the one before it was written whole or not.
fn say(index: &mut File, line: &Value) -> io::Result<()> {
    index.write_all(format!("\n{line}\n").as_bytes())
}

/// What an index that is under way tells.
struct Before {
    /// The lines of the files that are done in this format, the latest first.
    done: Vec<Value>,
    /// The files that are done or begun, and so may be overwritten.
    ours: HashSet<String>,
}

impl Before {
    fn read(path: &Path, format: Format) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        // A line that was not written whole is none.
        let lines: Vec<Value> = text.lines().rev().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let names = lines.iter().flat_map(|line| [&line["begun"], &line["file"]]).filter_map(Value::as_str);
        let ours = names.map(str::to_owned).collect();
        let done = lines.into_iter().filter(|line| line["format"] == format.ending()).collect();
        Self { done, ours }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[(&str, &str)]) -> Vec<String> {
        let job = |(name, id): &(&str, &str)| Job {
            name: (*name).to_owned(),
            source: Source::Playlist { id: (*id).to_owned() },
            about: Value::Null,
            snapshot: None,
        };
        let mut jobs: Vec<Job> = names.iter().map(job).collect();
        name_files(&mut jobs, Format::Csv);
        jobs.into_iter().map(|job| job.name).collect()
    }

    #[test]
    fn files_are_named_as_playlists_are() {
        let given = [("Road trip", "1"), ("80s/90s: best?", "2"), ("日本の音楽", "3"), ("../../etc/passwd", "4")];
        assert_eq!(names(&given), ["Road trip.csv", "80s_90s_ best_.csv", "日本の音楽.csv", "_.._.._etc_passwd.csv"]);
        assert_eq!(
            names(&[("a\u{0}\nb", "1"), ("CON", "2"), ("Lpt1.x", "3")]),
            ["a__b.csv", "_CON.csv", "_Lpt1.x.csv"]
        );
    }

    #[test]
    fn no_two_playlists_have_the_same_file() {
        let given = [("Mix", "1"), ("mix", "2"), ("Index", "3"), ("", "4"), ("...", "5")];
        assert_eq!(names(&given), ["Mix 1.csv", "mix 2.csv", "Index 3.csv", "4.csv", "5.csv"]);
        let long = names(&[(&"é".repeat(500), "1")]);
        assert_eq!(long, [format!("{}.csv", "é".repeat(60))]);
    }
}
