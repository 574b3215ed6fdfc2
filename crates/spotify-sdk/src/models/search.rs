//! Search results.

use serde_json::Value;

use super::{
    Artist, Extra, Model, Page, SimplifiedAlbum, SimplifiedAudiobook, SimplifiedEpisode, SimplifiedPlaylist,
    SimplifiedShow, Track,
};
use crate::definition::UnreadableItem;

/// The result of a search: a page for each requested type.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/search)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct SearchResult {
    /// The tracks.
    pub tracks: Option<Page<Track>>,
    /// The artists.
    pub artists: Option<Page<Artist>>,
    /// The albums.
    pub albums: Option<Page<SimplifiedAlbum>>,
    /// The playlists. Many entries are absent: Spotify sends `null` for its own playlists.
    pub playlists: Option<Page<SimplifiedPlaylist>>,
    /// The shows.
    pub shows: Option<Page<SimplifiedShow>>,
    /// The episodes.
    pub episodes: Option<Page<SimplifiedEpisode>>,
    /// The audiobooks.
    pub audiobooks: Option<Page<SimplifiedAudiobook>>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// One item of a search result.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub enum SearchItem {
    /// A track.
    Track(Box<Track>),
    /// An artist.
    Artist(Box<Artist>),
    /// An album.
    Album(Box<SimplifiedAlbum>),
    /// A playlist.
    Playlist(Box<SimplifiedPlaylist>),
    /// A show.
    Show(Box<SimplifiedShow>),
    /// An episode.
    Episode(Box<SimplifiedEpisode>),
    /// An audiobook.
    Audiobook(Box<SimplifiedAudiobook>),
    /// An object with another `type`, or with none.
    Unknown(Box<Value>),
}

impl SearchResult {
    /// Returns all items, by type: tracks, artists, albums, playlists, shows, episodes, audiobooks.
    pub fn into_items(self) -> Vec<SearchItem> {
        self.into_entries().into_iter().filter_map(Result::ok).collect()
    }

    /// Returns the same, with each item that could not be read in its place.
    pub fn into_entries(self) -> Vec<Result<SearchItem, UnreadableItem>> {
        fn entries<T>(
            page: Option<Page<T>>,
            item: fn(Box<T>) -> SearchItem,
        ) -> impl Iterator<Item = Result<SearchItem, UnreadableItem>> {
            let entries = page.map(|page| page.items.into_entries()).unwrap_or_default();
            entries.into_iter().map(move |entry| entry.map(Box::new).map(item))
        }
        entries(self.tracks, SearchItem::Track)
            .chain(entries(self.artists, SearchItem::Artist))
            .chain(entries(self.albums, SearchItem::Album))
            .chain(entries(self.playlists, SearchItem::Playlist))
            .chain(entries(self.shows, SearchItem::Show))
            .chain(entries(self.episodes, SearchItem::Episode))
            .chain(entries(self.audiobooks, SearchItem::Audiobook))
            .collect()
    }
}
