//! `spotify-cli import`: playlists of files.

mod read;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use spotify_sdk::ids::{ItemKind, PlaylistId, SpotifyUri};
use spotify_sdk::models::Track;
use spotify_sdk::{Error, SpotifyClient};

use self::read::Entry;
use super::App;
use super::export::{Format, beside, content};
use crate::config::write_whole;
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress, count, note, one_line};

/// How many items a request adds, and a playlist holds, at most.
const AT_ONCE: usize = 100;
pub(crate) const MOST_ITEMS: usize = 10_000;
/// How many of the entries that are left out are named one by one.
const NAMED: usize = 20;

const AFTER_HELP: &str = "\
FILE is one that `spotify-cli export` wrote (.jsonl, .json, .csv, .parquet), a CSV file of another program with a column \
of URIs, or a list of URIs or links, one a line. From standard input come JSON Lines or such a list.

Order, duplicates and episodes are kept. Left out, and named on standard error, is what Spotify lets nobody add: local \
files, items that are gone, and whatever is neither track nor episode.

However it was stopped, the same command goes on: FILE.import has the id of the new playlist meanwhile, and what is in \
it already is not added again.

The result on standard output is the playlist's URI. With --json it is an object: playlist (id, uri, name), items, which \
is how many it has now, added, and left_out, a list of objects with position, uri, name and reason.";

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Make a playlist of a file, or bring one to what is in a file
    Playlist(Playlist),
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Playlist {
    /// The file, or - for standard input
    file: PathBuf,

    /// What the new playlist is called; as the file, unless given
    #[arg(long, conflicts_with = "into")]
    name: Option<String>,

    /// Let everyone see the new playlist
    #[arg(long, conflicts_with = "into")]
    public: bool,

    /// Bring this playlist to what is in the file instead, keeping when entries were added
    #[arg(long, value_name = "ID")]
    into: Option<String>,

    /// How the file is written, whatever its ending says
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(app: &App, import: &Import) -> Result<(), Failure> {
    let Import::Playlist(args) = import;
    // A mistake in what was typed is told before anything is read.
    let into = args.into.as_ref().map(PlaylistId::new).transpose().map_err(Error::from)?;
    let sorted = Sorted::of(read::read(&args.file, args.format)?);
    let interrupt = Interrupt::listen()?;
    let signed_in = app.session()?;
    let job = Job { app, args, client: signed_in.client().clone(), interrupt };
    match into {
        Some(into) => job.bring_existing(into.as_str(), sorted),
        None => job.make(sorted),
    }
}

/// The entries of a file: what can be added, and what cannot.
struct Sorted {
    /// With their positions in the file.
    wanted: Vec<(usize, SpotifyUri, String)>,
    left_out: Vec<LeftOut>,
}

#[derive(Serialize)]
struct LeftOut {
    /// In the file, from 1.
    position: usize,
    uri: Option<String>,
    name: String,
    reason: &'static str,
}

const LOCAL: &str = "a local file";

impl Sorted {
    fn of(entries: Vec<Entry>) -> Self {
        let mut sorted = Self { wanted: Vec::new(), left_out: Vec::new() };
        for (at, Entry { uri, name }) in entries.into_iter().enumerate() {
            let read = uri.as_deref().map(uri_or_link);
            let reason = match &read {
                None => "no longer there",
                Some(None) => "no URI",
                // Kept for now: it can stay where it is already.
                Some(Some(uri)) if uri.is_local() => "",
                Some(Some(uri)) if matches!(uri.kind(), Some(ItemKind::Track | ItemKind::Episode)) => "",
                Some(Some(_)) => "neither track nor episode",
            };
            match read {
                Some(Some(uri)) if reason.is_empty() => sorted.wanted.push((at + 1, uri, name)),
                _ => sorted.left_out.push(LeftOut { position: at + 1, uri, name, reason }),
            }
        }
        sorted
    }

    /// Leaves out the local files that are not among `there`.
    fn without_new_local_files(mut self, there: &[Option<SpotifyUri>]) -> Self {
        let mut free: HashMap<String, usize> = HashMap::new();
        for uri in there.iter().flatten().filter(|uri| uri.is_local()) {
            *free.entry(uri.to_string()).or_default() += 1;
        }
        self.wanted.retain(|(position, uri, name)| {
            if !uri.is_local() {
                return true;
            }
            match free.get_mut(&uri.to_string()) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    true
                }
                _ => {
                    let (uri, name) = (Some(uri.to_string()), name.clone());
                    self.left_out.push(LeftOut { position: *position, uri, name, reason: LOCAL });
                    false
                }
            }
        });
        self.left_out.sort_by_key(|entry| entry.position);
        self
    }

    fn uris(&self) -> Vec<SpotifyUri> {
        self.wanted.iter().map(|(_, uri, _)| uri.clone()).collect()
    }

    /// Whether there is a playlist of this.
    fn check(&self, args: &Playlist) -> Result<(), Failure> {
        let (file, items) = (args.file.display(), self.wanted.len());
        if items > MOST_ITEMS {
            let what = format!("{file} has {}, and a playlist holds {MOST_ITEMS} at most", count(items, "item"));
            return Err(Failure::Failed(what, None));
        }
        // The export of an empty playlist has nothing in it; any other file is not what was meant, above all not for a
        // playlist that would lose everything.
        if items == 0 && (args.into.is_some() || !self.left_out.is_empty()) {
            self.report();
            return Err(Failure::Failed(format!("there is nothing in {file} that can be added"), None));
        }
        Ok(())
    }

    /// Says what is left out, on standard error.
    fn report(&self) {
        if self.left_out.is_empty() {
            return;
        }
        note(&format!("Left out {}, which cannot be added:", count(self.left_out.len(), "item")));
        for LeftOut { position, uri, name, reason } in self.left_out.iter().take(NAMED) {
            let what = [name.as_str(), uri.as_deref().unwrap_or_default()];
            let what: Vec<&str> = what.into_iter().filter(|text| !text.is_empty()).collect();
            note(one_line(&format!("  {position}: {reason}: {}", what.join(" "))).trim_end_matches([':', ' ']));
        }
        if let Some(more) = self.left_out.len().checked_sub(NAMED).filter(|more| *more > 0) {
            note(&format!("  and {more} more; all of them with --json"));
        }
    }
}

/// What `FILE.import` holds while a new playlist is made.
#[derive(Debug, Deserialize, Serialize)]
struct State {
    playlist: String,
    name: String,
    /// Of what is wanted: another file by the same name is another import.
    fingerprint: String,
}

struct Job<'a> {
    app: &'a App,
    args: &'a Playlist,
    client: SpotifyClient,
    interrupt: Interrupt,
}

impl Job<'_> {
    fn make(&self, sorted: Sorted) -> Result<(), Failure> {
        let sorted = sorted.without_new_local_files(&[]);
        sorted.check(self.args)?;
        let wanted = sorted.uris();
        let name = self.name();
        if self.args.dry_run {
            sorted.report();
            let line = format!("Would make the playlist {name} with {}.", count(wanted.len(), "item"));
            return self.say_dry_run(&line, json!({ "name": name, "added": wanted.len() }), &sorted);
        }
        let state = (self.args.file != Path::new("-")).then(|| beside(&self.args.file, ".import"));
        let (id, added) = self.begin_or_go_on(&name, &wanted, state.as_deref()).inspect_err(|_| {
            if state.as_ref().is_some_and(|state| state.exists()) {
                note(&format!("The playlist {} is begun; the same command goes on with it.", one_line(&name)));
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
        if let Some(id) = state.and_then(|path| read_state(path, name, &fingerprint)) {
            match self.read(&id) {
                Ok(there) => begun = Some((id, there)),
                Err(Failure::Spotify(Error::NotFound(_))) => bar.note("The playlist that was begun is gone."),
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
                    State { playlist: id.to_owned(), name: name.to_owned(), fingerprint: fingerprint.to_owned() };
                let written = serde_json::to_vec(&state).map_err(io::Error::from);
                written.and_then(|text| write_whole(path, &text)).map_err(|error| Failure::File(path.to_owned(), error))
            }
            None => Ok(()),
        };
        // Before there is a playlist of which nobody would know.
        write("")?;
        let call = self.client.playlists().create(name).public(self.args.public);
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
        let added = brought.inspect_err(|_| note("What is done stays done; the same command goes on from there."))?;
        sorted.report();
        let gone = there.iter().filter(|uri| uri.is_none()).count();
        if gone > 0 {
            note(&format!("{} of the playlist stay whose item is no longer there.", count(gone, "place")));
        }
        note(&format!("The playlist has {} now.", count(wanted.len() + gone, "item")));
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

    /// The entries of a playlist by their URIs; `None` where the item is gone.
    fn read(&self, id: &str) -> Result<Vec<Option<SpotifyUri>>, Failure> {
        let client = self.client.clone();
        let id = id.to_owned();
        self.interrupt.wait(move || {
            let mut entries = Vec::new();
            let call = client.playlists().get_items(&id).limit(50);
            for page in call.concurrency(8).pages() {
                // As it is written, since entries that are null have their places too.
                let page = serde_json::to_value(page?).map_err(io::Error::from)?;
                let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
                entries.extend(items.iter().map(|entry| as_sent(uri_of(entry)?)));
            }
            Ok(entries)
        })
    }

    fn name(&self) -> String {
        let of_file = || match self.args.file.file_stem().and_then(|name| name.to_str()) {
            None | Some("-") => "Imported".to_owned(),
            Some(name) => name.to_owned(),
        };
        self.args.name.clone().unwrap_or_else(of_file)
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

/// Local files have URIs like nothing else, and are known by those that Spotify sent.
fn uri_or_link(text: &str) -> Option<SpotifyUri> {
    text.parse().ok().or_else(|| as_sent(text).filter(SpotifyUri::is_local))
}

/// A URI that Spotify sent, whatever it is: those of local files come with tracks alone.
fn as_sent(text: &str) -> Option<SpotifyUri> {
    serde_json::from_value::<Track>(json!({ "name": "", "uri": text })).ok()?.uri
}

/// The URI by which requests name an entry.
fn uri_of(entry: &Value) -> Option<&str> {
    let content = content(entry)?;
    content["linked_from"]["uri"].as_str().or_else(|| content["uri"].as_str())
}

/// The playlist that an import of the same has begun.
fn read_state(path: &Path, name: &str, fingerprint: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let state: State = serde_json::from_str(&text).ok()?;
    let same = state.name == name && state.fingerprint == fingerprint;
    Some(state.playlist).filter(|id| same && !id.is_empty())
}

/// A number for a list of URIs that is the same in every build (FNV-1a).
fn fingerprint(wanted: &[SpotifyUri]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in wanted.iter().flat_map(|uri| format!("{uri}\n").into_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{} {hash:016x}", wanted.len())
}
