//! Search results.

use super::json::{model, union};
use super::{
    Artist, Page, SimplifiedAlbum, SimplifiedAudiobook, SimplifiedEpisode, SimplifiedPlaylist, SimplifiedShow, Track,
};

model! {
    /// The result of a search: a page for each requested type.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/search)
    pub struct SearchResult {
        /// The tracks.
        tracks: Option<Page<Track>>,
        /// The artists.
        artists: Option<Page<Artist>>,
        /// The albums.
        albums: Option<Page<SimplifiedAlbum>>,
        /// The playlists. Many entries are absent: Spotify sends `null` for its own playlists.
        playlists: Option<Page<SimplifiedPlaylist>>,
        /// The shows.
        shows: Option<Page<SimplifiedShow>>,
        /// The episodes.
        episodes: Option<Page<SimplifiedEpisode>>,
        /// The audiobooks.
        audiobooks: Option<Page<SimplifiedAudiobook>>,
    }
}

union! {
    /// One item of a search result.
    pub enum SearchItem {
        /// A track.
        Track(Track) = "track",
        /// An artist.
        Artist(Artist) = "artist",
        /// An album.
        Album(SimplifiedAlbum) = "album",
        /// A playlist.
        Playlist(SimplifiedPlaylist) = "playlist",
        /// A show.
        Show(SimplifiedShow) = "show",
        /// An episode.
        Episode(SimplifiedEpisode) = "episode",
        /// An audiobook.
        Audiobook(SimplifiedAudiobook) = "audiobook",
    }
}

impl SearchResult {
    /// Returns all items, by type: tracks, artists, albums, playlists, shows, episodes, audiobooks.
    pub fn into_items(self) -> Vec<SearchItem> {
        fn items<T>(page: Option<Page<T>>, item: fn(Box<T>) -> SearchItem) -> impl Iterator<Item = SearchItem> {
            page.into_iter().flatten().map(Box::new).map(item)
        }
        items(self.tracks, SearchItem::Track)
            .chain(items(self.artists, SearchItem::Artist))
            .chain(items(self.albums, SearchItem::Album))
            .chain(items(self.playlists, SearchItem::Playlist))
            .chain(items(self.shows, SearchItem::Show))
            .chain(items(self.episodes, SearchItem::Episode))
            .chain(items(self.audiobooks, SearchItem::Audiobook))
            .collect()
    }
}
