//! Where in the catalog an id is.

use std::collections::HashMap;

use super::{Album, Artist, Audiobook, Catalog, Chapter, Documents, Episode, Show, Track};

/// The place of something in the catalog's lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Location {
    Album(usize),
    Track { album: usize, track: usize },
    Artist(usize),
    Show(usize),
    Episode { show: usize, episode: usize },
    Audiobook(usize),
    Chapter { audiobook: usize, chapter: usize },
}

/// A track with the album that it is on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrackOf<'a> {
    pub(crate) album: &'a Album,
    pub(crate) track: &'a Track,
}

/// An episode with its show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EpisodeOf<'a> {
    pub(crate) show: &'a Show,
    pub(crate) episode: &'a Episode,
}

impl Catalog {
    /// The album with this id, if there is one.
    pub fn album(&self, id: impl AsRef<str>) -> Option<&Album> {
        match self.locate(id.as_ref())? {
            Location::Album(album) => self.albums.get(album),
            _ => None,
        }
    }

    /// The artist with this id, if there is one.
    pub fn artist(&self, id: impl AsRef<str>) -> Option<&Artist> {
        match self.locate(id.as_ref())? {
            Location::Artist(artist) => self.artists.get(artist),
            _ => None,
        }
    }

    /// The podcast with this id, if there is one.
    pub fn show(&self, id: impl AsRef<str>) -> Option<&Show> {
        match self.locate(id.as_ref())? {
            Location::Show(show) => self.shows.get(show),
            _ => None,
        }
    }

    /// The audiobook with this id, if there is one.
    pub fn audiobook(&self, id: impl AsRef<str>) -> Option<&Audiobook> {
        match self.locate(id.as_ref())? {
            Location::Audiobook(audiobook) => self.audiobooks.get(audiobook),
            _ => None,
        }
    }

    /// All tracks of all albums.
    pub fn tracks(&self) -> impl Iterator<Item = &Track> {
        self.albums.iter().flat_map(|album| &album.tracks)
    }

    pub(crate) fn track(&self, id: &str) -> Option<TrackOf<'_>> {
        match self.locate(id)? {
            Location::Track { album, track } => {
                let album = self.albums.get(album)?;
                Some(TrackOf { album, track: album.tracks.get(track)? })
            }
            _ => None,
        }
    }

    pub(crate) fn episode(&self, id: &str) -> Option<EpisodeOf<'_>> {
        match self.locate(id)? {
            Location::Episode { show, episode } => {
                let show = self.shows.get(show)?;
                Some(EpisodeOf { show, episode: show.episodes.get(episode)? })
            }
            _ => None,
        }
    }

    pub(crate) fn chapter(&self, id: &str) -> Option<(&Audiobook, &Chapter)> {
        match self.locate(id)? {
            Location::Chapter { audiobook, chapter } => {
                let audiobook = self.audiobooks.get(audiobook)?;
                Some((audiobook, audiobook.chapters.get(chapter)?))
            }
            _ => None,
        }
    }

    /// The search index.
    pub(crate) fn search_index(&self) -> &Documents {
        self.search.get_or_init(|| Documents::of(self))
    }

    pub(crate) fn locate(&self, id: &str) -> Option<Location> {
        self.index.get(id).copied()
    }

    /// The tracks with their albums.
    pub(crate) fn tracks_on_albums(&self) -> impl Iterator<Item = TrackOf<'_>> {
        self.albums.iter().flat_map(|album| album.tracks.iter().map(move |track| TrackOf { album, track }))
    }

    /// An artist's tracks, the most popular first.
    pub(crate) fn tracks_of(&self, artist: &str) -> Vec<TrackOf<'_>> {
        let is_theirs = |of: &TrackOf<'_>| of.track.artists.iter().any(|credit| credit.id.as_str() == artist);
        let mut tracks: Vec<_> = self.tracks_on_albums().filter(is_theirs).collect();
        tracks.sort_by(|a, b| {
            b.track.popularity.cmp(&a.track.popularity).then(a.track.id.as_str().cmp(b.track.id.as_str()))
        });
        tracks
    }

    /// The albums of the catalog's own choice, of which libraries and playlists are made.
    pub(crate) fn chosen_albums(&self) -> &[Album] {
        self.albums.get(..self.chosen_albums).unwrap_or_default()
    }

    /// The albums that are generated.
    pub(crate) fn generated_albums(&self) -> &[Album] {
        self.albums.get(self.built_in_albums..).unwrap_or_default()
    }

    /// The episodes with their shows.
    pub(crate) fn episodes_of_shows(&self) -> impl Iterator<Item = EpisodeOf<'_>> {
        self.shows.iter().flat_map(|show| show.episodes.iter().map(move |episode| EpisodeOf { show, episode }))
    }

    /// Rebuilds the index after the lists have changed.
    pub(super) fn make_index(&mut self) {
        let mut index = HashMap::new();
        for (at, album) in self.albums.iter().enumerate() {
            index.insert(album.id.as_str().to_owned(), Location::Album(at));
            for (track_at, track) in album.tracks.iter().enumerate() {
                index.insert(track.id.as_str().to_owned(), Location::Track { album: at, track: track_at });
            }
        }
        for (at, artist) in self.artists.iter().enumerate() {
            index.insert(artist.id.as_str().to_owned(), Location::Artist(at));
        }
        for (at, show) in self.shows.iter().enumerate() {
            index.insert(show.id.as_str().to_owned(), Location::Show(at));
            for (episode_at, episode) in show.episodes.iter().enumerate() {
                index.insert(episode.id.as_str().to_owned(), Location::Episode { show: at, episode: episode_at });
            }
        }
        for (at, book) in self.audiobooks.iter().enumerate() {
            index.insert(book.id.as_str().to_owned(), Location::Audiobook(at));
            for (chapter_at, chapter) in book.chapters.iter().enumerate() {
                index.insert(chapter.id.as_str().to_owned(), Location::Chapter { audiobook: at, chapter: chapter_at });
            }
        }
        self.index = index;
    }
}
