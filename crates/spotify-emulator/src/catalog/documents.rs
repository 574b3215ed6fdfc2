//! The searchable documents of the catalog.

use super::{Catalog, Credit};
use crate::text::fold;

/// A searchable item. All text is folded; missing fields are `None`, so that a filter for them matches nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) title: String,
    /// The text that plain words are searched in.
    pub(crate) text: String,
    pub(crate) artist: Option<String>,
    pub(crate) album: Option<String>,
    pub(crate) track: Option<String>,
    pub(crate) years: Option<(u16, u16)>,
    pub(crate) genres: Option<Vec<String>>,
    pub(crate) isrc: Option<String>,
    pub(crate) upc: Option<String>,
    /// Not folded, for the filter `tag:new`.
    pub(crate) release_date: Option<String>,
    pub(crate) popularity: u8,
}

/// The documents of a catalog, in the order of its lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Documents {
    pub(crate) albums: Vec<Document>,
    pub(crate) artists: Vec<Document>,
    pub(crate) tracks: Vec<Document>,
    pub(crate) shows: Vec<Document>,
    pub(crate) episodes: Vec<Document>,
    pub(crate) audiobooks: Vec<Document>,
}

impl Document {
    /// An item with a title and other text, such as a playlist.
    pub(crate) fn of(title: &str, others: &[&str]) -> Self {
        let title = fold(title);
        let text = others.iter().fold(title.clone(), |text, other| format!("{text} {}", fold(other)));
        Self { title, text, ..Self::default() }
    }
}

impl Documents {
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let mut years_of_artists = std::collections::HashMap::new();
        for album in &catalog.albums {
            let year = year(&album.release_date);
            let credits = album.artists.iter().chain(album.tracks.iter().flat_map(|track| &track.artists));
            for credit in credits {
                let years = years_of_artists.entry(credit.id.as_str()).or_insert((year, year));
                *years = (years.0.min(year), years.1.max(year));
            }
        }
        let albums = catalog.albums.iter().map(|album| {
            let artist = names(&album.artists);
            let year = year(&album.release_date);
            Document {
                album: Some(fold(&album.name)),
                artist: Some(fold(&artist)),
                years: Some((year, year)),
                upc: Some(album.upc.as_str().to_owned()),
                release_date: Some(album.release_date.clone()),
                popularity: album.popularity,
                ..Document::of(&album.name, &[&artist])
            }
        });
        let artists = catalog.artists.iter().map(|artist| Document {
            artist: Some(fold(&artist.name)),
            years: years_of_artists.get(artist.id.as_str()).copied(),
            genres: Some(artist.genres.iter().map(|genre| fold(genre)).collect()),
            popularity: artist.popularity,
            ..Document::of(&artist.name, &[])
        });
        let tracks = catalog.tracks_on_albums().map(|of| {
            let artist = names(&of.track.artists);
            let year = year(&of.album.release_date);
            Document {
                track: Some(fold(&of.track.name)),
                album: Some(fold(&of.album.name)),
                artist: Some(fold(&artist)),
                years: Some((year, year)),
                genres: Some(of.album.genres.iter().map(|genre| fold(genre)).collect()),
                isrc: Some(of.track.isrc.as_str().to_lowercase()),
                popularity: of.track.popularity,
                ..Document::of(&of.track.name, &[&artist, &of.album.name])
            }
        });
        let shows = catalog.shows.iter().map(|show| Document::of(&show.name, &[&show.publisher, &show.description]));
        let episodes = catalog
            .episodes_of_shows()
            .map(|of| Document::of(&of.episode.name, &[&of.show.name, &of.episode.description]));
        let audiobooks = catalog
            .audiobooks
            .iter()
            .map(|book| Document::of(&book.name, &[&book.authors.join(" "), &book.narrators.join(" ")]));
        Self {
            albums: albums.collect(),
            artists: artists.collect(),
            tracks: tracks.collect(),
            shows: shows.collect(),
            episodes: episodes.collect(),
            audiobooks: audiobooks.collect(),
        }
    }
}

fn names(credits: &[Credit]) -> String {
    credits.iter().map(|credit| credit.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn year(date: &str) -> u16 {
    date.get(..4).and_then(|year| year.parse().ok()).unwrap_or_default()
}
