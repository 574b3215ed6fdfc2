//! What is exported: a list of Spotify's, read page after page by a thread of its own.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use spotify_sdk::SpotifyClient;
use spotify_sdk::paging::{PageIter, Paged, PartOfList};

use crate::output::Failure;

/// How many pages are fetched ahead.
const CONCURRENCY: usize = 8;
/// How many entries a page has: the most that Spotify gives to every app.
const PAGE: u32 = 50;

/// A list of Spotify's.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Saved(Saved),
    Playlist { id: String },
}

/// A list in the library.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum Saved {
    Tracks,
    Albums,
    Shows,
    Episodes,
    Audiobooks,
}

impl Saved {
    pub(super) const ALL: [Self; 5] = [Self::Tracks, Self::Albums, Self::Shows, Self::Episodes, Self::Audiobooks];

    /// What one entry is called.
    pub(super) fn one(self) -> &'static str {
        match self {
            Self::Tracks => "track",
            Self::Albums => "album",
            Self::Shows => "show",
            Self::Episodes => "episode",
            Self::Audiobooks => "audiobook",
        }
    }
}

/// What tells one version of a list from another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Version {
    /// A playlist's snapshot; of the library, what was saved last, and when.
    pub(super) mark: String,
    /// How many entries there are, where that was said.
    pub(super) total: Option<u64>,
}

/// A page, as lines of JSON.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// One line for each entry, `null` where it is gone.
    pub(super) lines: String,
    pub(super) entries: u64,
    /// How many places of the list it takes up: where a page is shorter than it should be, more than entries.
    pub(super) places: u64,
    pub(super) total: Option<u64>,
    /// The mark of the library's version, if this is its first page.
    pub(super) mark: String,
}

impl Source {
    /// What one entry is called.
    pub(super) fn one(&self) -> &'static str {
        match self {
            Self::Saved(saved) => saved.one(),
            Self::Playlist { .. } => "item",
        }
    }

    /// What it is, for the state of an export that was stopped.
    pub(super) fn what(&self) -> String {
        match self {
            Self::Saved(saved) => format!("library {}s", saved.one()),
            Self::Playlist { id } => format!("playlist {id}"),
        }
    }

    /// Its present version.
    pub(super) fn version(&self, client: &SpotifyClient) -> Result<Version, Failure> {
        macro_rules! head {
            ($service:ident) => {{
                let page = client.$service().get_saved().limit(1).send()?;
                let batch = batch(&page)?;
                Version { mark: batch.mark, total: batch.total }
            }};
        }
        Ok(match self {
            Self::Saved(Saved::Tracks) => head!(tracks),
            Self::Saved(Saved::Albums) => head!(albums),
            Self::Saved(Saved::Shows) => head!(shows),
            Self::Saved(Saved::Episodes) => head!(episodes),
            Self::Saved(Saved::Audiobooks) => head!(audiobooks),
            Self::Playlist { id } => {
                let playlist: Value = client.playlists().get(id).fields("snapshot_id").send_as()?;
                Version { mark: playlist["snapshot_id"].as_str().unwrap_or_default().to_owned(), total: None }
            }
        })
    }

    /// Reads from `offset` on; `None` is the end. The thread ends with the list, after an error, or when nobody listens any
    /// more.
    pub(super) fn read(&self, client: &SpotifyClient, offset: u64) -> Receiver<Result<Option<Batch>, Failure>> {
        let (send, receive) = mpsc::sync_channel(1);
        let (source, client) = (self.clone(), client.clone());
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        thread::spawn(move || {
            macro_rules! pump {
                ($call:expr) => {
                    pump($call.limit(PAGE).offset(offset).concurrency(CONCURRENCY).pages(), &send)
                };
            }
            match &source {
                Self::Saved(Saved::Tracks) => pump!(client.tracks().get_saved()),
                Self::Saved(Saved::Albums) => pump!(client.albums().get_saved()),
                Self::Saved(Saved::Shows) => pump!(client.shows().get_saved()),
                Self::Saved(Saved::Episodes) => pump!(client.episodes().get_saved()),
                Self::Saved(Saved::Audiobooks) => pump!(client.audiobooks().get_saved()),
                Self::Playlist { id } => pump!(client.playlists().get_items(id)),
            }
        });
        receive
    }
}

fn pump<Op: Paged>(pages: PageIter<Op>, to: &SyncSender<Result<Option<Batch>, Failure>>)
where
    Op::Output: Serialize + PartOfList,
{
    for page in pages {
        let batch = page.map_err(Failure::from).and_then(|page| batch(&page));
        let over = batch.is_err();
        if to.send(batch.map(Some)).is_err() || over {
            return;
        }
    }
    // Nobody listens where nobody waits for the end.
    let _ = to.send(Ok(None));
}

/// The entries of a page, as the SDK writes them: with all that came, those too that are `null`.
fn batch<P: Serialize + PartOfList>(page: &P) -> Result<Batch, Failure> {
    #[derive(Deserialize)]
    struct Written<'a> {
        #[serde(borrow, default)]
        items: Option<Vec<&'a RawValue>>,
    }
    let text = serde_json::to_string(page).map_err(std::io::Error::from)?;
    let items = serde_json::from_str::<Written<'_>>(&text).map_err(std::io::Error::from)?.items.unwrap_or_default();
    let mut lines = String::with_capacity(text.len());
    for item in &items {
        lines.push_str(item.get());
        lines.push('\n');
    }
    let (seen, entries) = (page.seen(), items.len() as u64);
    Ok(Batch {
        mark: items.first().map(|item| mark(item)).unwrap_or_default(),
        entries,
        places: u64::from(seen.limit.min(PAGE)).max(entries),
        total: seen.total.map(u64::from),
        lines,
    })
}

/// When an entry was saved, and which it is.
fn mark(entry: &RawValue) -> String {
    let entry: Value = serde_json::from_str(entry.get()).unwrap_or_default();
    let uri = super::rows::content(&entry).and_then(|content| content["uri"].as_str());
    format!("{} {}", entry["added_at"].as_str().unwrap_or_default(), uri.unwrap_or_default())
}
