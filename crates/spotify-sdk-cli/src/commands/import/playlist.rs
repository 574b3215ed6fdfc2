//! `spotify-cli import playlist`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use spotify_sdk::ids::SpotifyUri;
use spotify_sdk::models::SimplifiedPlaylist;
use spotify_sdk::{Error, SpotifyClient};

use super::super::entries::entries;
use super::super::export::{Format, INDEX, beside, in_the_way};
use super::super::named::PlaylistRef;
use super::sorted::Sorted;
use super::{App, read};
use crate::files::write_whole;
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress, count, note, one_line};

/// How many items a request adds at most.
const AT_ONCE: usize = 100;

const AFTER_HELP: &str = "\
FILE is a file that `spotify-cli export` wrote (.jsonl, .json, .csv, .parquet), a CSV file of another program, or a list of \
URIs or links, one per line. Standard input can be JSON Lines or such a list.

From CSV, the column named uri, Track URI, url, Spotify - id, spotify_id, Spotify Track Id or the like is read, as Exportify, \
TuneMyMusic and Soundiiz write it, or else the first column of nothing but tracks and episodes. Columns are separated by \
commas, semicolons or tabs.

If the file was written by `spotify-cli export playlists`, the name and the description come from the index beside it.

Order, duplicates and episodes are kept. Items that cannot be added are skipped, and listed on standard error: local files, \
items that are gone, and items that are neither tracks nor episodes.

If it is stopped, run the same command again to resume: FILE.import has the id of the new playlist meanwhile, and items that \
are in it already are not added again.

The result on standard output is the playlist's URI. With --json it is an object with playlist (id, uri, name), items (the \
number that it has now), added, and left_out (a list of objects with position, uri, name and reason).";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ImportPlaylist {
    /// The file, or - for standard input
    pub(super) file: PathBuf,

    /// The name of the new playlist [default: from the index beside the file, or the file name]
    #[arg(long, conflicts_with = "into")]
    pub(super) name: Option<String>,

    /// The description of the new playlist [default: from the index beside the file]
    #[arg(long, conflicts_with = "into")]
    pub(super) description: Option<String>,

    /// Show the new playlist on your profile; anyone with the link can see it in any case
    #[arg(long, conflicts_with = "into")]
    pub(super) public: bool,

    /// Update this playlist (name, id, URI or link) to match the file instead; items that stay keep their date added
    #[arg(long, value_name = "PLAYLIST")]
    pub(super) into: Option<String>,

    /// The format, regardless of the file extension
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,

    /// Print the plan without changing anything
    #[arg(long)]
    pub(super) dry_run: bool,
}

pub(super) fn run(app: &App, args: &ImportPlaylist) -> Result<(), Failure> {
    // A mistake in what was typed is told before anything is read.
    let into = args.into.as_deref().map(PlaylistRef::read).transpose()?;
    let sorted = Sorted::of(read::read(&args.file, args.format)?);
    let about = About::of(args);
    let interrupt = Interrupt::listen()?;
    let signed_in = app.session()?;
    let job = PlaylistImport { app, args, about, client: signed_in.client().clone(), interrupt };
    match into {
        Some(into) => {
            let client = job.client.clone();
            let into = job.interrupt.wait(move || into.find(&client))?;
            job.bring_existing(into.as_str(), sorted)
        }
        None => job.make(sorted),
    }
}

/// What a new playlist is called, and what it is about.
struct About {
    name: String,
    description: Option<String>,
}

impl About {
    /// What was typed, or what the index beside the file has of it, or else the file's own name.
    fn of(args: &ImportPlaylist) -> Self {
        let listed = listed(&args.file);
        let of_file = || match args.file.file_stem().and_then(|name| name.to_str()) {
            None | Some("-") => "Imported".to_owned(),
            Some(name) => name.to_owned(),
        };
        let name = listed.as_ref().map(|playlist| playlist.name.to_string()).filter(|name| !name.is_empty());
        // A description with line breaks is one that Spotify does not take.
        let description = listed.and_then(|playlist| playlist.description_text());
        let description = description.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        Self {
            name: args.name.clone().or(name).unwrap_or_else(of_file),
            description: args.description.clone().or(description),
        }
    }
}

/// The playlist of which a file is, as the index in its folder has it.
fn listed(file: &Path) -> Option<SimplifiedPlaylist> {
    let index = std::fs::read_to_string(file.parent()?.join(INDEX)).ok()?;
    let mut lines = index.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let line = lines.find(|line| line["file"].as_str().is_some_and(|name| file.file_name() == Some(name.as_ref())))?;
    serde_json::from_value(line["playlist"].clone()).ok()
}

/// What `FILE.import` holds while a new playlist is made.
#[derive(Debug, Deserialize, Serialize)]
struct ImportState {
    playlist: String,
    name: String,
    /// Of what is wanted: another file by the same name is another import.
    fingerprint: String,
}

struct PlaylistImport<'a> {
    app: &'a App,
    args: &'a ImportPlaylist,
    about: About,
    client: SpotifyClient,
    interrupt: Interrupt,
}

impl PlaylistImport<'_> {
    fn make(&self, sorted: Sorted) -> Result<(), Failure> {
        let sorted = sorted.without_new_local_files(&[]);
        sorted.check(self.args)?;
        let wanted = sorted.uris();
        let name = self.about.name.clone();
        if self.args.dry_run {
            sorted.report();
            let line = format!("Would create the playlist {name} with {}.", count(wanted.len(), "item"));
            return self.say_dry_run(&line, json!({ "name": name, "added": wanted.len() }), &sorted);
        }
        let state = (self.args.file != Path::new("-")).then(|| beside(&self.args.file, ".import"));
        let (id, added) = self.begin_or_go_on(&name, &wanted, state.as_deref()).inspect_err(|_| {
            if state.as_ref().is_some_and(|state| state.exists()) {
                note(&format!("The playlist {} is incomplete; run the same command again to resume.", one_line(&name)));
            }
        })?;
        sorted.report();
        note(&format!("Imported {} into {}.", count(wanted.len(), "item"), one_line(&name)));
        self.say(&id, Some(&name), wanted.len(), added, &sorted)
    }

    /// Makes the playlist, or goes on with the one that was made before. Gives its id, and how many items were added.
    fn begin_or_go_on(
        &self,
        name: &str,
        wanted: &[SpotifyUri],
        state: Option<&Path>,
    ) -> Result<(String, usize), Failure> {
        let bar = Progress::new("Importing");
        let fingerprint = fingerprint(wanted);
        let mut begun = None;
        let state_before = state.map(read_state).transpose()?.flatten();
        if let Some(id) = state_before.and_then(|state| state.playlist_of(name, &fingerprint)) {
            match self.read(&id) {
                Ok(there) => begun = Some((id, there)),
                Err(Failure::Spotify(Error::NotFound(_))) => bar.note("The playlist from the last run is gone."),
                Err(failure) => return Err(failure),
            }
        }
        let (id, there) = match begun {
            Some(begun) => begun,
            None => (self.create(name, &fingerprint, state)?, Vec::new()),
        };
        let added = self.bring(&id, &there, wanted, &bar)?;
        match state.map(|path| (path, fs::remove_file(path))) {
            Some((path, Err(error))) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::File(path.to_owned(), error))
            }
            _ => Ok((id, added)),
        }
    }

    /// Makes an empty playlist, and keeps its id for another run.
    fn create(&self, name: &str, fingerprint: &str, state: Option<&Path>) -> Result<String, Failure> {
        let write = |id: &str| match state {
            Some(path) => {
                let state =
                    ImportState { playlist: id.to_owned(), name: name.to_owned(), fingerprint: fingerprint.to_owned() };
                let written = serde_json::to_vec(&state).map_err(io::Error::from);
                written.and_then(|text| write_whole(path, &text)).map_err(|error| Failure::File(path.to_owned(), error))
            }
            None => Ok(()),
        };
        // Before there is a playlist of which nobody would know.
        write("")?;
        let call = self.client.playlists().create(name).public(self.args.public);
        let call = call.maybe_description(self.about.description.as_ref());
        let made = self.interrupt.change(move || Ok(call.send()?.id)).inspect_err(|_| {
            // There is none: what is left then is a file for nothing.
            state.map(fs::remove_file);
        })?;
        let id = made.as_str().to_owned();
        write(&id)?;
        Ok(id)
    }

    fn bring_existing(&self, id: &str, sorted: Sorted) -> Result<(), Failure> {
        let bar = Progress::new("Looking what there is");
        let there = self.read(id)?;
        let sorted = sorted.without_new_local_files(&there);
        sorted.check(self.args)?;
        let wanted = sorted.uris();
        if self.args.dry_run {
            let sync = self.client.playlists().sync(id, wanted.clone()).keep_unavailable();
            let plan = self.interrupt.wait(move || Ok(sync.dry_run().send()?))?;
            drop(bar);
            sorted.report();
            let numbers = json!({
                "kept": plan.kept, "moved": plan.moved, "added": plan.added, "removed": plan.removed,
                "requests": plan.steps.len(),
            });
            let (kept, moved, added, removed) = (plan.kept, plan.moved, plan.added, plan.removed);
            let requests = count(plan.steps.len(), "request");
            let line = format!("Would keep {kept}, move {moved}, add {added} and remove {removed}, with {requests}.");
            return self.say_dry_run(&line, numbers, &sorted);
        }
        let brought = self.bring(id, &there, &wanted, &bar);
        drop(bar);
        let added =
            brought.inspect_err(|_| note("Changes made so far are kept; run the same command again to resume."))?;
        sorted.report();
        let gone = there.iter().filter(|uri| uri.is_none()).count();
        if gone > 0 {
            note(&format!("{} of the playlist stay whose item is no longer there.", count(gone, "place")));
        }
        note(&format!("The playlist now has {}.", count(wanted.len() + gone, "item")));
        self.say(id, None, wanted.len() + gone, added, &sorted)
    }

    /// Brings a playlist that has these entries to the wanted order. Says how many were added.
    fn bring(
        &self,
        id: &str,
        there: &[Option<SpotifyUri>],
        wanted: &[SpotifyUri],
        bar: &Progress,
    ) -> Result<usize, Failure> {
        bar.next("Importing");
        let begun =
            there.len() <= wanted.len() && there.iter().zip(wanted).all(|(is, to_be)| is.as_ref() == Some(to_be));
        if !begun {
            let sync = self.client.playlists().sync(id, wanted.iter().cloned()).keep_unavailable();
            let sync = sync.on_progress(bar.of_sync());
            return Ok(self.interrupt.change(move || Ok(sync.send()?))?.plan.added);
        }
        // Nothing but the end is missing: this way it can be seen how far it is.
        let mut done = there.len();
        bar.of(Some(wanted.len() as u64), done as u64);
        for part in wanted.get(done..).unwrap_or_default().chunks(AT_ONCE) {
            let call = self.client.playlists().add_items(id, part);
            self.interrupt.change(move || Ok(call.send()?))?;
            done += part.len();
            bar.at(done as u64);
        }
        Ok(done - there.len())
    }

    /// The entries of the playlist; Ctrl-C does not wait for them.
    fn read(&self, id: &str) -> Result<Vec<Option<SpotifyUri>>, Failure> {
        let (client, id) = (self.client.clone(), id.to_owned());
        self.interrupt.wait(move || entries(&client, &id))
    }

    fn say(&self, id: &str, name: Option<&str>, items: usize, added: usize, sorted: &Sorted) -> Result<(), Failure> {
        let uri = format!("spotify:playlist:{id}");
        if self.app.screen.json {
            let playlist = json!({ "id": id, "uri": uri, "name": name });
            let left_out = &sorted.left_out;
            return self.app.screen.object(&json!({
                "playlist": playlist, "items": items, "added": added, "left_out": left_out,
            }));
        }
        self.app.screen.line(uri)
    }

    fn say_dry_run(&self, line: &str, mut numbers: Value, sorted: &Sorted) -> Result<(), Failure> {
        if !self.app.screen.json {
            return self.app.screen.line(one_line(line));
        }
        if let Some(numbers) = numbers.as_object_mut() {
            numbers.insert("dry_run".to_owned(), true.into());
            numbers.insert("left_out".to_owned(), json!(sorted.left_out));
        }
        self.app.screen.object(&numbers)
    }
}

impl ImportState {
    /// The playlist that an import of the same has begun.
    fn playlist_of(self, name: &str, fingerprint: &str) -> Option<String> {
        let same = self.name == name && self.fingerprint == fingerprint;
        Some(self.playlist).filter(|id| same && !id.is_empty())
    }
}

/// What is kept of an import under way. A file that is something else, or a link, is left alone.
fn read_state(path: &Path) -> Result<Option<ImportState>, Failure> {
    let failed = |error| Failure::File(path.to_owned(), error);
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => {
            let text = fs::read_to_string(path).map_err(failed)?;
            serde_json::from_str(&text).map(Some).map_err(|_| in_the_way(path))
        }
        Ok(_) => Err(in_the_way(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// A number for a list of URIs that is the same in every build (FNV-1a).
fn fingerprint(wanted: &[SpotifyUri]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in wanted.iter().flat_map(|uri| format!("{uri}\n").into_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{} {hash:016x}", wanted.len())
}
