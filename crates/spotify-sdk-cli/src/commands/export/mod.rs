//! `spotify-cli export`: the library and playlists, into files.

mod folder;
mod formats;
#[cfg(feature = "parquet")]
mod parquet;
mod part;
mod rows;
mod source;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use serde_json::json;
use spotify_sdk::SpotifyClient;
use spotify_sdk::ids::PlaylistId;

use self::formats::sink;
use self::part::{Found, Part};
use self::source::{Saved, Source, Version};
use super::{App, SignedIn};
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress, count, note};

pub(super) use self::formats::Format;
#[cfg(feature = "parquet")]
pub(super) use self::parquet::read as read_parquet;
pub(super) use self::part::beside;
pub(super) use self::rows::content;

/// After so many changes while it was read, a list is given up.
const ROUNDS: usize = 3;

const AFTER_HELP: &str = "\
The file's ending says how it is written:
  .jsonl    JSON Lines: Spotify's own objects with all that came, one a line; null for what is gone
  .json     the same objects as one list
  .csv      one row for each entry, under the names of the columns
  .parquet  the columns of CSV, with types; in builds with the feature parquet

Columns: added_at, added_by, type, uri, id, name, artists, album, release_date, disc_number, track_number, \
duration_ms, explicit, isrc, is_local, url. Several artists are separated by \"; \". Authors and publishers count as \
artists, and the show of an episode as its album. Empty is what Spotify does not say.

While it is under way the entries are in FILE.part, and how far it is in FILE.state. However it was stopped, by \
Ctrl-C, a lost network or a full disk: the same command goes on where it was, or starts anew if the list has changed \
since.

With --json the result on standard output is an object: file, what, format, entries, and resumed_at, which is how many \
entries were there already.";

#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Write what you have saved into a file
    Library(Library),
    /// Write the items of a playlist into a file
    Playlist(Playlist),
    /// Write all of your playlists into a folder, a file for each
    Playlists(Playlists),
}

#[derive(Debug, clap::Args)]
#[command(allow_missing_positional = true, after_help = AFTER_HELP)]
pub(crate) struct Library {
    /// What to write; `all` is all of them
    #[arg(value_enum, default_value = "tracks")]
    kind: Kind,

    /// The file, or - for standard output; with `all` a folder, for a file of each kind
    file: PathBuf,

    #[command(flatten)]
    options: Options,
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Playlist {
    /// The playlist's id, URI or link
    playlist: String,

    /// The file, or - for standard output
    file: PathBuf,

    #[command(flatten)]
    options: Options,
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_FOLDER)]
pub(crate) struct Playlists {
    /// The folder, which is made if it is not there
    folder: PathBuf,

    #[command(flatten)]
    options: Options,
}

const AFTER_FOLDER: &str = "\
Each playlist gets a file by its name, and with its id where several have the same name. index.jsonl lists them, one \
object a line: Spotify's object of the playlist, and the name of its file; null for those whose items Spotify gives to \
their owners alone. For the formats see `spotify-cli export playlist --help`.

However it was stopped, the same command goes on where it was: playlists that have not changed since stay as they are.

With --json the result on standard output is an object: folder, format, files, entries, and left_out, which is how many \
playlists have no file.";

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// How to write, whatever the ending says
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Overwrite what is there
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Kind {
    Tracks,
    Albums,
    Shows,
    Episodes,
    Audiobooks,
    All,
}

impl Kind {
    fn saved(self) -> Option<Saved> {
        match self {
            Self::Tracks => Some(Saved::Tracks),
            Self::Albums => Some(Saved::Albums),
            Self::Shows => Some(Saved::Shows),
            Self::Episodes => Some(Saved::Episodes),
            Self::Audiobooks => Some(Saved::Audiobooks),
            Self::All => None,
        }
    }
}

pub(crate) fn run(app: &App, export: &Export) -> Result<(), Failure> {
    match export {
        Export::Library(Library { kind, file, options }) => match kind.saved() {
            Some(saved) => one(app, &Source::Saved(saved), file, options),
            None => folder::library(app, file, options),
        },
        Export::Playlist(Playlist { playlist, file, options }) => {
            let id = PlaylistId::new(playlist).map_err(spotify_sdk::Error::from)?;
            one(app, &Source::Playlist { id: id.as_str().to_owned() }, file, options)
        }
        Export::Playlists(Playlists { folder, options }) => folder::playlists(app, folder, options),
    }
}

/// An export that is done.
struct Done {
    entries: u64,
    /// How many entries were there already.
    resumed_at: u64,
}

fn one(app: &App, source: &Source, file: &Path, options: &Options) -> Result<(), Failure> {
    if file == Path::new("-") {
        let format = options.format.unwrap_or(Format::Jsonl);
        return to_stdout(&app.session()?, source, Format::of(file, Some(format))?);
    }
    let format = Format::of(file, options.format)?;
    refuse_to_overwrite(file, options.force)?;
    let interrupt = Interrupt::listen()?;
    let signed_in = app.session()?;
    let bar = Progress::new(&format!("Exporting {}s", source.one()));
    let done = to_file(signed_in.client(), source, file, format, &interrupt, &bar);
    drop(bar);
    let done = done?;
    note(&format!("Exported {} to {}.", counted(done.entries, source.one()), file.display()));
    if app.screen.json {
        app.screen.object(&json!({
            "file": file, "what": source.what(), "format": format.ending(), "entries": done.entries,
            "resumed_at": done.resumed_at,
        }))?;
    }
    Ok(())
}

fn counted(number: u64, one: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one)
}

fn refuse_to_overwrite(file: &Path, force: bool) -> Result<(), Failure> {
    if file.is_dir() {
        return Err(Failure::Failed(format!("{} is a folder", file.display()), None));
    }
    if file.exists() && !force {
        let hint = "Overwrite it with --force, or choose another file.".to_owned();
        return Err(Failure::Failed(format!("{} is there already", file.display()), Some(hint)));
    }
    Ok(())
}

/// Writes to standard output, from the beginning: what was written cannot be taken back, nor gone on with.
fn to_stdout(signed_in: &SignedIn<'_>, source: &Source, format: Format) -> Result<(), Failure> {
    if format == Format::Parquet {
        return Err(Failure::Usage("Parquet needs a file".to_owned()));
    }
    let client = signed_in.client();
    let mut version = match source {
        Source::Playlist { .. } => Some(source.version(client)?),
        Source::Saved(_) => None,
    };
    let mut out = sink(format, BufWriter::new(signed_in.screen().out(format == Format::Csv)))?;
    let mut pages = 0;
    for batch in source.read(client, 0) {
        let Some(batch) = batch? else { break };
        let known = version.get_or_insert_with(|| Version { mark: batch.mark.clone(), total: None });
        if known.total.is_some_and(|total| batch.total.is_some_and(|now| now != total)) {
            return Err(keeps_changing());
        }
        known.total = known.total.or(batch.total);
        batch.lines.lines().try_for_each(|line| out.entry(line))?;
        pages += 1;
    }
    out.end()?;
    drop(out);
    io::stdout().flush()?;
    match version {
        Some(version) if pages > 1 && !is_still(&version, &source.version(client)?) => Err(keeps_changing()),
        _ => Ok(()),
    }
}

fn keeps_changing() -> Failure {
    Failure::Failed(
        "the list changed while it was read".to_owned(),
        Some("Run the same command again when nobody changes it.".to_owned()),
    )
}

/// Whether a list is as it was. Not every answer says how long the list is.
fn is_still(version: &Version, now: &Version) -> bool {
    let totals = version.total.zip(now.total);
    version.mark == now.mark && totals.is_none_or(|(before, now)| before == now)
}

/// Writes a list into a file, or goes on with that.
fn to_file(
    client: &SpotifyClient,
    source: &Source,
    file: &Path,
    format: Format,
    interrupt: &Interrupt,
    bar: &Progress,
) -> Result<Done, Failure> {
    let (mut part, found) = Part::open(file, source.what())?;
    if let Found::Other(what) = &found {
        bar.note(&format!("What was under way for {} is of another export ({what}): starting anew.", file.display()));
    }
    let mut resumed_at = part.reached.entries;
    let read = read(client, source, &mut part, &mut resumed_at, interrupt, bar);
    let entries = part.reached.entries;
    let total = part.version.as_ref().and_then(|version| version.total);
    let done = match read {
        Ok(()) => formats::finish(part, file, format, interrupt, bar),
        // Nothing to go on with.
        Err(failure) if entries == 0 => {
            part.remove()?;
            return Err(failure);
        }
        Err(failure) => Err(failure),
    };
    done.inspect_err(|_| {
        let missing = total.and_then(|total| total.checked_sub(entries)).filter(|missing| *missing > 0);
        let missing = missing.map(|missing| format!(", {} are missing", counted(missing, source.one())));
        let (there, kept) = (counted(entries, source.one()), beside(file, ".part"));
        let missing = missing.unwrap_or_default();
        bar.note(&format!("{there} are in {}{missing}; the same command goes on there.", kept.display()));
    })?;
    if let Some(missing) = total.and_then(|total| total.checked_sub(entries)).filter(|missing| *missing > 0) {
        bar.note(&format!("Spotify counts {} more, and does not give them.", counted(missing, source.one())));
    }
    Ok(Done { entries, resumed_at })
}

/// Reads what is missing. A list that changes meanwhile is read anew, since entries would be missed or come twice.
fn read(
    client: &SpotifyClient,
    source: &Source,
    part: &mut Part,
    resumed_at: &mut u64,
    interrupt: &Interrupt,
    bar: &Progress,
) -> Result<(), Failure> {
    if let Some(version) = &part.version
        && !is_still(version, &ask(client, source, interrupt)?)
    {
        bar.note("The list has changed since: starting anew.");
        part.begin_anew()?;
        *resumed_at = 0;
    }
    for round in 1..=ROUNDS {
        if read_once(client, source, part, interrupt, bar)? {
            return Ok(());
        }
        part.begin_anew()?;
        *resumed_at = 0;
        if round < ROUNDS {
            bar.note("The list changed while it was read: starting anew.");
        }
    }
    Err(keeps_changing())
}

/// The present version; Ctrl-C does not wait for it.
fn ask(client: &SpotifyClient, source: &Source, interrupt: &Interrupt) -> Result<Version, Failure> {
    let (client, source) = (client.clone(), source.clone());
    interrupt.wait(move || source.version(&client))
}

/// Reads to the end; says whether the list stayed as it was.
fn read_once(
    client: &SpotifyClient,
    source: &Source,
    part: &mut Part,
    interrupt: &Interrupt,
    bar: &Progress,
) -> Result<bool, Failure> {
    let mut mark = None;
    // What was read before counts as well.
    let mut pages = 0;
    match part.version.as_ref().map(|version| version.total) {
        Some(Some(total)) if part.reached.offset >= total => return Ok(true),
        Some(total) => {
            bar.of(total, part.reached.entries);
            pages += 1;
        }
        None if matches!(source, Source::Playlist { .. }) => mark = Some(ask(client, source, interrupt)?.mark),
        None => {}
    }
    let batches = source.read(client, part.reached.offset);
    loop {
        let Some(batch) = interrupt.receive(&batches)?.transpose()? else {
            return Err(Failure::Failed("the list ended before its end".to_owned(), None));
        };
        let Some(batch) = batch else { break };
        match &part.version {
            None => {
                let mark = mark.take().unwrap_or_else(|| batch.mark.clone());
                part.begin(Version { mark, total: batch.total })?;
                bar.of(batch.total, 0);
            }
            Some(version) if version.total.zip(batch.total).is_some_and(|(before, now)| before != now) => {
                return Ok(false);
            }
            Some(_) => {}
        }
        part.add(&batch)?;
        bar.at(part.reached.entries);
        pages += 1;
    }
    match &part.version {
        Some(version) if pages > 1 => Ok(is_still(version, &ask(client, source, interrupt)?)),
        _ => Ok(true),
    }
}
