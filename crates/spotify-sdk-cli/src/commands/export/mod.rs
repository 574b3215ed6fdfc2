//! `spotify-cli export`: the library and playlists, into files.

mod folder;
mod formats;
mod names;
#[cfg(feature = "parquet")]
mod parquet;
mod part;
mod reading;
mod rows;
mod source;

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use spotify_sdk::SpotifyClient;

use self::formats::{Writing, sink};
use self::reading::{Done, ask_for, clip, is_still, keeps_changing, to_file, version_of};
use self::source::{Saved, Source};
use super::kind::{Kind, Kinds, kind_or_all};
use super::named::PlaylistRef;
use super::{App, SignedIn};
use crate::files::OutputPath;
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress, count, note};

pub(super) use self::folder::INDEX;
pub(super) use self::formats::Format;
#[cfg(feature = "parquet")]
pub(super) use self::parquet::read as read_parquet;
pub(super) use self::part::{beside, in_the_way};

const AFTER_HELP: &str = "\
The file extension determines the format:
  .jsonl    JSON Lines: Spotify's own objects in full, one per line; null for items that are gone
  .json     the same objects as one list
  .csv      one row per entry, below a row of column names
  .parquet  the columns of CSV, typed; in builds with the feature parquet

Columns: added_at, added_by, type, uri, id, name, artists, album, release_date, disc_number, track_number, \
duration_ms, explicit, isrc, is_local, url. Several artists are separated by \"; \". Authors and publishers are listed as \
artists, and the show of an episode as its album. Unknown values are empty. Cells are written verbatim: open a file in a \
spreadsheet only if it was written with --safe-csv, which puts an apostrophe before titles that begin with = + - or @, so that \
they are not run as formulas. `spotify-cli import` removes it again. Excel also needs --bom.

During the export, entries are in FILE.part and the progress is in FILE.state. If it is stopped by Ctrl-C, a lost network or a \
full disk, run the same command again: it resumes, or starts over if the list has changed since. Files of these names that were \
not written by this program are never touched.

With --skip-failed, items that Spotify keeps failing on are skipped: of a page that fails, smaller and smaller parts are \
requested. Standard error and FILE.state list the missing positions, and the exit code is 1. The same command fetches them \
later. Not for artists, since only a page of these tells where the next one begins.

With --json the result on standard output is an object with file, what, format, entries, resumed_at (the number of entries that \
were there already) and missing (a list of the skipped positions, as first and last, counted from 1).";

#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Export your saved items to a file
    Library(ExportLibrary),
    /// Export the items of a playlist to a file
    Playlist(ExportPlaylist),
    /// Export all your playlists to a folder, one file each
    Playlists(ExportPlaylists),
}

#[derive(Debug, clap::Args)]
#[command(allow_missing_positional = true, after_help = AFTER_HELP)]
pub(crate) struct ExportLibrary {
    /// What to export; `artists` are those that you follow [default: tracks]
    #[arg(value_parser = kind_or_all(&EXPORTED))]
    kind: Option<Kinds>,

    /// The same as the argument
    #[arg(long = "type", short = 't', value_name = "KIND", value_parser = kind_or_all(&EXPORTED), conflicts_with = "kind")]
    of_type: Option<Kinds>,

    /// The file, or - for standard output; with `all` a folder, for one file per type
    file: PathBuf,

    #[command(flatten)]
    options: Options,
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExportPlaylist {
    /// The playlist's name, id, URI or link
    playlist: String,

    /// The file, or - for standard output
    file: PathBuf,

    #[command(flatten)]
    options: Options,
}

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_FOLDER)]
pub(crate) struct ExportPlaylists {
    /// The folder; created if it does not exist
    folder: PathBuf,

    #[command(flatten)]
    options: Options,
}

const AFTER_FOLDER: &str = "\
Each playlist gets a file named after it, with its id added if several have the same name (ignoring case and Unicode form). \
index.jsonl lists them, one object per line: Spotify's object of the playlist, and the name of its file, or null for those \
whose items Spotify shows to their owners only. A folder that has an index keeps the names in it. For the formats see \
`spotify-cli export playlist --help`.

If it is stopped, run the same command again to resume. Playlists that have not changed since are not read again.

With --skip-failed the index lists the missing positions of each file, and the same command fetches them later.

With --json the result on standard output is an object with folder, format, files, entries, left_out (the number of playlists \
without a file) and missing (the number of entries left out).";

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// The format, regardless of the file extension
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Overwrite existing files
    #[arg(long)]
    force: bool,

    /// Skip items that Spotify keeps failing on, list them, and fetch them with the next run
    #[arg(long)]
    skip_failed: bool,

    /// In CSV, put an apostrophe before cells that spreadsheets would run as formulas
    #[arg(long)]
    safe_csv: bool,

    /// Write a UTF-8 byte order mark to CSV, for Excel
    #[arg(long)]
    bom: bool,
}

impl Options {
    /// How to write `file`; what it is where nothing says so.
    fn writing(self, file: &Path, otherwise: Option<Format>) -> Result<Writing, Failure> {
        let format = Format::of(file, self.format.or(otherwise))?;
        match (self.safe_csv, self.bom) {
            (true, _) if format != Format::Csv => Err(Failure::Usage("--safe-csv is for CSV".to_owned())),
            (_, true) if format != Format::Csv => Err(Failure::Usage("--bom is for CSV".to_owned())),
            (safe, bom) => Ok(Writing { format, safe, bom }),
        }
    }
}

/// What a library is exported of; the artists are those whom the user follows.
const EXPORTED: [Kind; 6] = [Kind::Track, Kind::Album, Kind::Show, Kind::Episode, Kind::Audiobook, Kind::Artist];

impl ExportLibrary {
    /// The list to write; `None` for all of them.
    fn saved(&self) -> Option<Saved> {
        match self.kind.or(self.of_type) {
            None | Some(Kinds::One(Kind::Track)) => Some(Saved::Tracks),
            Some(Kinds::One(Kind::Album)) => Some(Saved::Albums),
            Some(Kinds::One(Kind::Show)) => Some(Saved::Shows),
            Some(Kinds::One(Kind::Episode)) => Some(Saved::Episodes),
            Some(Kinds::One(Kind::Audiobook)) => Some(Saved::Audiobooks),
            Some(Kinds::One(Kind::Artist)) => Some(Saved::Artists),
            // Playlists have a command of their own, and are not taken here.
            Some(Kinds::All | Kinds::One(Kind::Playlist)) => None,
        }
    }
}

pub(crate) fn run(app: &App, export: &Export) -> Result<(), Failure> {
    match export {
        Export::Library(library) => match library.saved() {
            Some(saved) => one(app, &|_| Ok(Source::Saved(saved)), &library.file, &library.options),
            None => folder::library(app, &library.file, &library.options),
        },
        Export::Playlist(ExportPlaylist { playlist, file, options }) => {
            // A mistake in what was typed is told before anything is asked.
            let typed = PlaylistRef::read(playlist)?;
            let find = |client: &SpotifyClient| {
                let id = typed.clone().find(client)?;
                Ok(Source::Playlist { id: id.as_str().to_owned() })
            };
            one(app, &find, file, options)
        }
        Export::Playlists(ExportPlaylists { folder, options }) => folder::playlists(app, folder, options),
    }
}

/// Writes one list into one file, or to standard output.
fn one(
    app: &App,
    source: &dyn Fn(&SpotifyClient) -> Result<Source, Failure>,
    file: &Path,
    options: &Options,
) -> Result<(), Failure> {
    if file == Path::new("-") {
        let writing = options.writing(file, Some(Format::Jsonl))?;
        let signed_in = app.session()?;
        let source = source(signed_in.client())?;
        return to_stream(
            &signed_in,
            &source,
            writing,
            options.skip_failed,
            Box::new(app.screen.out(writing.format == Format::Csv)),
        );
    }
    let target = match target(file)? {
        OutputPath::File(target) => target,
        OutputPath::Stream(path) => {
            let writing = options.writing(file, Some(Format::by_ending(file).unwrap_or(Format::Jsonl)))?;
            let open = OpenOptions::new().write(true).open(&path).map_err(|error| Failure::File(path, error))?;
            let signed_in = app.session()?;
            let source = source(signed_in.client())?;
            return to_stream(&signed_in, &source, writing, options.skip_failed, Box::new(open));
        }
    };
    let writing = options.writing(file, None)?;
    // What is not known of is left alone before anything is asked; of a playlist by its name it is seen only then.
    let unfinished = beside(&target, ".state").exists();
    if !unfinished {
        refuse_to_overwrite(&target, file, options.force)?;
    }
    let interrupt = Interrupt::listen()?;
    let signed_in = app.session()?;
    let source = source(signed_in.client())?;
    if unfinished && !part::is_unfinished(&target, &source.what()) {
        refuse_to_overwrite(&target, file, options.force)?;
    }
    let bar = Progress::new(&format!("Exporting {}s", source.one()));
    let done = to_file(signed_in.client(), &source, &target, writing, options.skip_failed, &interrupt, &bar);
    drop(bar);
    let done = done?;
    note(&format!("Exported {} to {}.", counted(done.entries, source.one()), file.display()));
    if app.screen.json {
        app.screen.object(&json!({
            "file": file, "what": source.what(), "format": writing.format.ending(), "entries": done.entries,
            "resumed_at": done.resumed_at, "missing": done.places(),
        }))?;
    }
    done.check("the list")
}

fn counted(number: u64, one: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one)
}

/// `1 track is`, `2 tracks are`.
fn are(number: u64, one: &str) -> String {
    format!("{} {}", counted(number, one), if number == 1 { "is" } else { "are" })
}

fn target(file: &Path) -> Result<OutputPath, Failure> {
    OutputPath::of(file).map_err(|error| match error.kind() {
        io::ErrorKind::IsADirectory => Failure::Failed(format!("{} is a folder", file.display()), None),
        _ => Failure::File(file.to_owned(), error),
    })
}

/// `target` is what the name that was typed leads to.
fn refuse_to_overwrite(target: &Path, typed: &Path, force: bool) -> Result<(), Failure> {
    if target.exists() && !force {
        let hint = "Overwrite it with --force, or choose another file.".to_owned();
        return Err(Failure::Failed(format!("{} exists already", typed.display()), Some(hint)));
    }
    Ok(())
}

/// Writes from the beginning, to what cannot be gone on with: what was written cannot be taken back.
fn to_stream(
    signed_in: &SignedIn<'_>,
    source: &Source,
    writing: Writing,
    skip_failed: bool,
    out: Box<dyn Write + Send>,
) -> Result<(), Failure> {
    if writing.format == Format::Parquet {
        return Err(Failure::Usage("Parquet needs a file".to_owned()));
    }
    let client = signed_in.client();
    let mut version = match source {
        Source::Playlist { .. } => Some(source.version(client)?),
        Source::Saved(_) => None,
    };
    let mut out = sink(writing, BufWriter::new(out))?;
    let (mut pages, mut place) = (0, 0);
    let mut done = Done { entries: 0, resumed_at: 0, missing: Vec::new(), why: None };
    for batch in source.read(client, 0, skip_failed) {
        let Some(batch) = batch? else { break };
        pages += 1;
        let from = place;
        place += batch.places;
        if let Some(why) = batch.gap {
            done.missing.push(from..place);
            done.why.get_or_insert(why);
            continue;
        }
        let known = version.get_or_insert_with(|| version_of(&batch, from));
        if known.total.is_some_and(|total| batch.total.is_some_and(|now| now != total)) {
            return Err(keeps_changing());
        }
        known.total = known.total.or(batch.total);
        batch.lines.lines().try_for_each(|line| out.entry(line))?;
    }
    out.end()?;
    drop(out);
    match version {
        Some(version) if pages > 1 && !is_still(&version, &ask_for(client, source, skip_failed)?) => {
            Err(keeps_changing())
        }
        version => {
            clip(&mut done.missing, version.and_then(|version| version.total));
            done.check("the list")
        }
    }
}
