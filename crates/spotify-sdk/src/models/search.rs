//! What a search finds.

use super::json::model;
use super::{
    Artist, Page, SimplifiedAlbum, SimplifiedAudiobook, SimplifiedEpisode, SimplifiedPlaylist, SimplifiedShow, Track,
};

model! {
    /// What a search found: a page for each type that was asked for.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/search)
    pub struct SearchResult {
        /// The tracks.
        tracks: Option<Page<Track>>,
        /// The artists.
        artists: Option<Page<Artist>>,
        /// The albums.
        albums: Option<Page<SimplifiedAlbum>>,
        /// The playlists. Many entries are absent: Spotify puts `null` for its own playlists.
        playlists: Option<Page<SimplifiedPlaylist>>,
        /// The shows.
        shows: Option<Page<SimplifiedShow>>,
        /// The episodes.
        episodes: Option<Page<SimplifiedEpisode>>,
        /// The audiobooks.
        audiobooks: Option<Page<SimplifiedAudiobook>>,
    }
}
