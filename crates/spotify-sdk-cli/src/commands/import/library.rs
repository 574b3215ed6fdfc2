//! `spotify-cli import library`: puts a saved library back.

use std::collections::HashSet;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use spotify_sdk::ids::{ItemKind, SpotifyUri};
use spotify_sdk::{Error, SpotifyClient};

use super::super::export::{Format, INDEX};
use super::read::{self, Entry};
use super::{App, GONE, LOCAL, LeftOut, NO_URI};
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress, count, note};

/// How many items a request saves or asks for at most.
const AT_ONCE: usize = 40;
const NOT_SAVED: &str = "nothing that a library holds";
const UNKNOWN: &str = "unknown to Spotify";

const AFTER_HELP: &str = "\
FILE is a file that `spotify-cli export library` wrote (.jsonl, .json, .csv, .parquet), the folder of `spotify-cli export \
library all`, a CSV file of another program (see `spotify-cli import playlist --help`), or a list of URIs or links, one per \
line, newest first. Tracks, albums, shows, episodes and audiobooks are saved; artists, users and playlists are followed.

The oldest items are saved first, so that the library has its order again. Spotify sets the date added to the date of the \
import. Each request saves up to 40 items, and Spotify does not guarantee their order: with --one-by-one each item has its own \
request, and its own time.

Items that are in your library already stay as they are. If it is stopped, run the same command again to resume: nothing is \
saved twice.

The result on standard output is the number of saved items by type. With --json it is an object with saved (a number per type), \
there (the number of items that were in the library before) and left_out (a list of objects with position, uri, name and reason).";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ImportLibrary {
    /// The file or the folder, or - for standard input
    file: PathBuf,

    /// The format, regardless of the file extension
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Save each item with its own request, to be sure to keep the order
    #[arg(long)]
    one_by_one: bool,

    /// Print the plan without changing anything
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(app: &App, args: &ImportLibrary) -> Result<(), Failure> {
    let mut lists = Vec::new();
    let mut left_out = Vec::new();
    for entries in read_all(args)? {
        lists.extend(by_kind(entries, &mut left_out));
    }
    if lists.is_empty() && !left_out.is_empty() {
        super::report(&left_out, WHY);
        let what = format!("there is nothing in {} that a library holds", args.file.display());
        return Err(Failure::Failed(what, None));
    }
    let interrupt = Interrupt::listen()?;
    let signed_in = app.session()?;
    let bar = Progress::new("Looking what is there");
    let mut job = LibraryImport { args, client: signed_in.client().clone(), interrupt, bar, there: 0, left_out };
    job.look(&mut lists)?;
    let saved = if args.dry_run {
        lists.iter().map(|list| list.items.len()).collect()
    } else {
        let saved = job.save(&lists);
        saved.inspect_err(|_| job.bar.note("Items saved so far are kept; run the same command again to resume."))?
    };
    let LibraryImport { there, mut left_out, bar, .. } = job;
    drop(bar);
    left_out.sort_by_key(|entry| entry.position);
    super::report(&left_out, WHY);
    if there > 0 {
        let verb = if there == 1 { "is" } else { "are" };
        note(&format!("{} {verb} in your library already.", count(there, "item")));
    }
    say(app, args, &lists, &saved, there, &left_out)
}

const WHY: &str = "which cannot be saved";

fn say(
    app: &App,
    args: &ImportLibrary,
    lists: &[KindList],
    saved: &[usize],
    there: usize,
    left_out: &[LeftOut],
) -> Result<(), Failure> {
    if app.screen.json {
        let mut numbers = Map::new();
        for (list, saved) in lists.iter().zip(saved) {
            let before = numbers.get(&list.several()).and_then(Value::as_u64).unwrap_or_default();
            numbers.insert(list.several(), (before + *saved as u64).into());
        }
        let mut result = json!({ "saved": numbers, "there": there, "left_out": left_out });
        if args.dry_run {
            result["dry_run"] = true.into();
        }
        return app.screen.object(&result);
    }
    let counts = lists.iter().zip(saved).filter(|(_, saved)| **saved > 0);
    let counts: Vec<String> = counts.map(|(list, saved)| count(*saved, &list.one)).collect();
    let counts = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
    app.screen.line(format!("{} {counts}.", if args.dry_run { "Would save" } else { "Saved" }))
}

/// The entries of the file, or of each file in the folder.
fn read_all(args: &ImportLibrary) -> Result<Vec<Vec<Entry>>, Failure> {
    let index = args.file.join(INDEX);
    if !index.is_file() {
        return Ok(vec![read::read(&args.file, args.format)?]);
    }
    let text = std::fs::read_to_string(&index).map_err(|error| Failure::File(index.clone(), error))?;
    let mut all = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let wrong = |what: &str| Failure::Failed(format!("{}: {what}", index.display()), None);
        let line: Value = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
        let saved = line["what"].as_str().is_some_and(|what| what.starts_with("library "));
        let Some(file) = line["file"].as_str().filter(|_| saved) else {
            return Err(wrong(
                "it lists no library; playlists are imported one by one, with `spotify-cli import playlist`",
            ));
        };
        // The ending may say nothing, but the index does.
        all.push(read::read(&args.file.join(file), args.format)?);
    }
    Ok(all)
}

/// Items of one kind, the oldest first.
struct KindList {
    one: String,
    items: Vec<Item>,
}

struct Item {
    uri: SpotifyUri,
    /// In the file, from 1.
    position: usize,
    name: String,
}

impl KindList {
    fn several(&self) -> String {
        format!("{}s", self.one)
    }
}

/// Sorts the entries of a file into the lists that a library has.
fn by_kind(entries: Vec<Entry>, left_out: &mut Vec<LeftOut>) -> Vec<KindList> {
    let mut known = HashSet::new();
    let mut lists: Vec<KindList> = Vec::new();
    for (position, entry) in oldest_first(entries) {
        let Entry { uri, name, kind, .. } = entry;
        let read = uri.as_deref().map(|uri| uri.parse::<SpotifyUri>().ok());
        let reason = match &read {
            None => GONE,
            Some(None) => NO_URI,
            Some(Some(uri)) if uri.is_local() => LOCAL,
            Some(Some(uri)) if uri.kind().is_none_or(|kind| kind == ItemKind::Chapter) => NOT_SAVED,
            Some(Some(_)) => "",
        };
        let Some(Some(uri)) = read.filter(|_| reason.is_empty()) else {
            left_out.push(LeftOut { position, uri, name, reason });
            continue;
        };
        if !known.insert(uri.clone()) {
            continue;
        }
        // An audiobook's URI says that it is a show.
        let is_book = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("audiobook"));
        let one = uri.kind().filter(|_| !is_book).unwrap_or(ItemKind::Audiobook).to_string();
        let item = Item { uri, position, name };
        match lists.iter_mut().find(|list| list.one == one) {
            Some(list) => list.items.push(item),
            None => lists.push(KindList { one, items: vec![item] }),
        }
    }
    lists
}

/// The entries with their positions, from the oldest on: by their times where all have one, or else from the end of the file.
fn oldest_first(entries: Vec<Entry>) -> Vec<(usize, Entry)> {
    let mut entries: Vec<(usize, Entry)> = entries.into_iter().enumerate().map(|(at, entry)| (at + 1, entry)).collect();
    entries.reverse();
    if entries.iter().all(|(_, entry)| entry.uri.is_none() || entry.added_at.is_some()) {
        // Spotify's times are all written alike, and sort as texts do.
        entries.sort_by(|(_, a), (_, b)| a.added_at.cmp(&b.added_at));
    }
    entries
}

struct LibraryImport<'a> {
    args: &'a ImportLibrary,
    client: SpotifyClient,
    interrupt: Interrupt,
    bar: Progress,
    /// How many items are in the library already.
    there: usize,
    left_out: Vec<LeftOut>,
}

impl LibraryImport<'_> {
    /// Takes out of the lists what is in the library already.
    fn look(&mut self, lists: &mut [KindList]) -> Result<(), Failure> {
        let all: usize = lists.iter().map(|list| list.items.len()).sum();
        self.bar.of(Some(all as u64), 0);
        let mut seen: u64 = 0;
        for list in lists {
            let call = self.client.library().check_contains(uris(&list.items)).on_progress(self.bar.of_part(seen));
            let mut saved = self.interrupt.wait(move || Ok(call.send()?))?.into_iter();
            seen += list.items.len() as u64;
            self.bar.at(seen);
            let before = list.items.len();
            list.items.retain(|_| !saved.next().unwrap_or_default());
            self.there += before - list.items.len();
        }
        Ok(())
    }

    /// Saves the lists; says how many of each.
    fn save(&mut self, lists: &[KindList]) -> Result<Vec<usize>, Failure> {
        let all: usize = lists.iter().map(|list| list.items.len()).sum();
        self.bar.next("Saving");
        self.bar.of(Some(all as u64), 0);
        let mut done = 0;
        let mut numbers = Vec::new();
        for list in lists {
            let mut number = 0;
            for items in list.items.chunks(if self.args.one_by_one { 1 } else { AT_ONCE }) {
                number += self.save_some(items)?;
                done += items.len();
                self.bar.at(done as u64);
            }
            numbers.push(number);
        }
        Ok(numbers)
    }

    /// Saves some items with one request. Where Spotify refuses them for the sake of one, each is tried by itself.
    fn save_some(&mut self, items: &[Item]) -> Result<usize, Failure> {
        // What is named first comes first in the library.
        let mut named = uris(items);
        named.reverse();
        let call = self.client.library().save_items(&named);
        match (self.interrupt.change(move || Ok(call.send()?)), items) {
            (Ok(()), _) => Ok(items.len()),
            (Err(Failure::Spotify(error)), [only]) if is_about_items(&error) => {
                let (uri, name) = (Some(only.uri.to_string()), only.name.clone());
                self.left_out.push(LeftOut { position: only.position, uri, name, reason: UNKNOWN });
                Ok(0)
            }
            (Err(Failure::Spotify(error)), several) if is_about_items(&error) => {
                let halves = several.split_at(several.len() / 2);
                Ok(self.save_some(halves.0)? + self.save_some(halves.1)?)
            }
            (Err(failure), _) => Err(failure),
        }
    }
}

/// Whether Spotify refuses an item, and not the request.
fn is_about_items(error: &Error) -> bool {
    matches!(error, Error::NotFound(_) | Error::BadRequest(_))
}

fn uris(items: &[Item]) -> Vec<SpotifyUri> {
    items.iter().map(|item| item.uri.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u32, kind: &str, added_at: Option<&str>) -> Entry {
        let added_at = added_at.map(str::to_owned);
        let kind_of_uri = if kind == "audiobook" { "show" } else { kind };
        let uri = Some(format!("spotify:{kind_of_uri}:{id:022}"));
        Entry { uri, name: String::new(), added_at, kind: Some(kind.to_owned()) }
    }

    fn ids(lists: &[KindList]) -> Vec<(String, Vec<u32>)> {
        let number = |item: &Item| item.uri.id().unwrap().parse().unwrap();
        lists.iter().map(|list| (list.several(), list.items.iter().map(number).collect())).collect()
    }

    #[test]
    fn the_oldest_come_first_and_each_once() {
        let mut left_out = Vec::new();
        let plain = vec![entry(1, "track", None), entry(2, "track", None), entry(1, "track", None)];
        assert_eq!(ids(&by_kind(plain, &mut left_out)), [("tracks".to_owned(), vec![1, 2])]);
        let timed = vec![
            entry(1, "track", Some("2024-01-01T00:00:00Z")),
            entry(2, "show", Some("2025-01-01T00:00:00Z")),
            entry(3, "track", Some("2023-01-01T00:00:00Z")),
            entry(4, "audiobook", Some("2022-01-01T00:00:00Z")),
            entry(5, "track", Some("2024-01-01T00:00:00Z")),
        ];
        let wanted = [("audiobooks", vec![4]), ("tracks", vec![3, 5, 1]), ("shows", vec![2])];
        assert_eq!(ids(&by_kind(timed, &mut left_out)), wanted.map(|(kind, ids)| (kind.to_owned(), ids)));
        assert!(left_out.is_empty());
    }

    #[test]
    fn what_no_library_holds_is_left_out_with_its_reason() {
        let mut left_out = Vec::new();
        let bare = |uri: &str| Entry { uri: Some(uri.to_owned()), ..Entry::default() };
        let entries = vec![Entry::default(), bare("x"), bare("spotify:local:a:b:c:1"), entry(1, "chapter", None)];
        assert!(by_kind(entries, &mut left_out).is_empty());
        let reasons: Vec<_> = left_out.iter().map(|left_out| (left_out.position, left_out.reason)).collect();
        assert_eq!(reasons, [(4, NOT_SAVED), (3, LOCAL), (2, NO_URI), (1, GONE)]);
    }
}
