//! What is exported: a list of Spotify's, read page after page by a thread of its own.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use spotify_sdk::SpotifyClient;
use spotify_sdk::operation::{PageLike, Paged};
use spotify_sdk::paging::PageIter;

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
    /// The artists whom the user follows.
    Artists,
}

impl Saved {
    pub(super) const ALL: [Self; 6] =
        [Self::Tracks, Self::Albums, Self::Shows, Self::Episodes, Self::Audiobooks, Self::Artists];

    /// What one entry is called.
    pub(super) fn one(self) -> &'static str {
        match self {
            Self::Tracks => "track",
            Self::Albums => "album",
            Self::Shows => "show",
            Self::Episodes => "episode",
            Self::Audiobooks => "audiobook",
            Self::Artists => "artist",
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
    /// Why its places are left out, if it has nothing but places.
    pub(super) gap: Option<String>,
}

impl Source {
    /// What one entry is called.
    pub(super) fn one(&self) -> &'static str {
        match self {
            Self::Saved(saved) => saved.one(),
            Self::Playlist { .. } => "item",
        }
    }

    /// Whether it can be read from any place on. Others are read by a cursor, which only the page before tells.
    pub(super) fn has_places(&self) -> bool {
        !matches!(self, Self::Saved(Saved::Artists))
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
            ($service:ident) => {
                head!($service, get_saved)
            };
            ($service:ident, $list:ident) => {{
                let page = client.$service().$list().limit(1).send()?;
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
            Self::Saved(Saved::Artists) => head!(users, get_followed_artists),
            Self::Playlist { id } => {
                let playlist: Value = client.playlists().get(id).fields("snapshot_id").send_as()?;
                Version { mark: playlist["snapshot_id"].as_str().unwrap_or_default().to_owned(), total: None }
            }
        })
    }

    /// Reads from `offset` on; `None` is the end. The thread ends with the list, after an error, or when nobody listens any
    /// more. With `skip_failed` it leaves out what cannot be read.
    pub(super) fn read(
        &self,
        client: &SpotifyClient,
        offset: u64,
        skip_failed: bool,
    ) -> Receiver<Result<Option<Batch>, Failure>> {
        let (send, receive) = mpsc::sync_channel(1);
        let (source, client) = (self.clone(), client.clone());
        thread::spawn(move || source.send_all(&client, offset, skip_failed, &send));
        receive
    }

    /// Reads the page with these places alone.
    pub(super) fn read_page(&self, client: &SpotifyClient, offset: u64, places: u64) -> Result<Batch, Failure> {
        let (offset, limit) = (as_u32(offset), as_u32(places).clamp(1, PAGE));
        macro_rules! page {
            ($call:expr) => {
                batch(&$call.limit(limit).offset(offset).send()?)
            };
        }
        match self {
            Self::Saved(Saved::Tracks) => page!(client.tracks().get_saved()),
            Self::Saved(Saved::Albums) => page!(client.albums().get_saved()),
            Self::Saved(Saved::Shows) => page!(client.shows().get_saved()),
            Self::Saved(Saved::Episodes) => page!(client.episodes().get_saved()),
            Self::Saved(Saved::Audiobooks) => page!(client.audiobooks().get_saved()),
            Self::Saved(Saved::Artists) => batch(&client.users().get_followed_artists().limit(limit).send()?),
            Self::Playlist { id } => page!(client.playlists().get_items(id)),
        }
    }

    fn send_all(&self, client: &SpotifyClient, offset: u64, skip_failed: bool, to: &Sender) {
        macro_rules! send_all {
            ($call:expr) => {{
                let call = $call.limit(PAGE).offset(as_u32(offset)).concurrency(CONCURRENCY);
                send_pages(if skip_failed { call.skip_failed_pages().pages() } else { call.pages() }, to)
            }};
        }
        match self {
            Self::Saved(Saved::Tracks) => send_all!(client.tracks().get_saved()),
            Self::Saved(Saved::Albums) => send_all!(client.albums().get_saved()),
            Self::Saved(Saved::Shows) => send_all!(client.shows().get_saved()),
            Self::Saved(Saved::Episodes) => send_all!(client.episodes().get_saved()),
            Self::Saved(Saved::Audiobooks) => send_all!(client.audiobooks().get_saved()),
            // Only a page tells where the next one begins: none can be left out.
            Self::Saved(Saved::Artists) => send_pages(client.users().get_followed_artists().limit(PAGE).pages(), to),
            Self::Playlist { id } => send_all!(client.playlists().get_items(id)),
        }
    }
}

type Sender = SyncSender<Result<Option<Batch>, Failure>>;

fn as_u32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Brings pages from the thread that reads them to the one that writes them.
fn send_pages<Op: Paged>(mut pages: PageIter<Op>, to: &Sender)
where
    Op::Output: Serialize + PageLike,
{
    let mut left_out = 0;
    while let Some(page) = pages.next() {
        let read = match (page, pages.skipped().get(left_out)) {
            (Ok(page), _) => batch(&page),
            (Err(error), Some(places)) => {
                left_out += 1;
                let places = u64::from(places.end - places.start);
                Ok(Batch { places, gap: Some(error.to_string()), ..Batch::default() })
            }
            (Err(error), None) => Err(error.into()),
        };
        let is_over = read.is_err();
        // Nobody listens where nobody waits for the list.
        if to.send(read.map(Some)).is_err() || is_over {
            return;
        }
    }
    let _ = to.send(Ok(None));
}

/// The entries of a page, as the SDK writes them: with all that came, those too that are `null`.
fn batch<P: Serialize + PageLike>(page: &P) -> Result<Batch, Failure> {
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
    let (seen, entries) = (page.page_info(), items.len() as u64);
    Ok(Batch {
        mark: items.first().map(|item| mark(item)).unwrap_or_default(),
        entries,
        places: u64::from(seen.limit.min(PAGE)).max(entries),
        total: seen.total.map(u64::from),
        gap: None,
        lines,
    })
}

/// When an entry was saved, and which it is.
fn mark(entry: &RawValue) -> String {
    let entry: Value = serde_json::from_str(entry.get()).unwrap_or_default();
    let uri = crate::commands::entries::content(&entry).and_then(|content| content["uri"].as_str());
    format!("{} {}", entry["added_at"].as_str().unwrap_or_default(), uri.unwrap_or_default())
}
