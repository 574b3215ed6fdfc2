//! Artists, albums and tracks.

use serde::Serialize;

use super::{
    ALBUM_SIZES, ARTIST_SIZES, CopyrightObject, ExternalUrls, Followers, Image, Restrictions, ToTheSecond, View,
    external_urls, images, precision,
};
use crate::catalog::{Album, Artist, Credit, Markets, Track, TrackOf};
use crate::http::{Page, Window};
use crate::ids::{Kind, LocalFile};

/// The embedded list of tracks is always the first page of this size.
const EMBEDDED_TRACKS: Window = Window { offset: 0, limit: 50 };

#[derive(Debug, Serialize)]
pub(crate) struct SimplifiedArtistObject<'a> {
    external_urls: ExternalUrls,
    href: Option<String>,
    id: Option<&'a str>,
    name: &'a str,
    r#type: &'static str,
    uri: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ArtistObject<'a> {
    external_urls: ExternalUrls,
    #[serde(skip_serializing_if = "Option::is_none")]
    followers: Option<Followers>,
    genres: &'a [String],
    href: String,
    id: &'a str,
    images: Vec<Image>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    popularity: Option<u8>,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct TrackObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<SimplifiedAlbumObject<'a>>,
    artists: Vec<SimplifiedArtistObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a Markets>,
    disc_number: u32,
    duration_ms: u32,
    /// Only inside playlists: that it is no episode.
    #[serde(skip_serializing_if = "Option::is_none")]
    episode: Option<bool>,
    explicit: bool,
    /// Left out in the list of an album.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_ids: Option<TrackIds<'a>>,
    external_urls: ExternalUrls,
    href: Option<String>,
    id: Option<&'a str>,
    is_local: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_playable: Option<bool>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    popularity: Option<u8>,
    preview_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restrictions: Option<Restrictions>,
    /// Only inside playlists: that it is a track.
    #[serde(skip_serializing_if = "Option::is_none")]
    track: Option<bool>,
    track_number: u32,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
struct TrackIds<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    isrc: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct SimplifiedAlbumObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    album_group: Option<&'a str>,
    album_type: Option<&'a str>,
    artists: Vec<SimplifiedArtistObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a Markets>,
    external_urls: ExternalUrls,
    href: Option<String>,
    id: Option<&'a str>,
    images: Vec<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_playable: Option<bool>,
    name: &'a str,
    release_date: Option<&'a str>,
    release_date_precision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restrictions: Option<Restrictions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_tracks: Option<usize>,
    r#type: &'static str,
    uri: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct AlbumObject<'a> {
    album_type: &'a str,
    artists: Vec<SimplifiedArtistObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a Markets>,
    copyrights: Vec<CopyrightObject<'a>>,
    external_ids: AlbumIds<'a>,
    external_urls: ExternalUrls,
    genres: [&'static str; 0],
    href: String,
    id: &'a str,
    images: Vec<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_playable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    popularity: Option<u8>,
    release_date: &'a str,
    release_date_precision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    restrictions: Option<Restrictions>,
    total_tracks: usize,
    tracks: Page<TrackObject<'a>>,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
struct AlbumIds<'a> {
    upc: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct SavedAlbumObject<'a> {
    pub(crate) added_at: ToTheSecond,
    pub(crate) album: AlbumObject<'a>,
}

#[derive(Debug, Serialize)]
pub(crate) struct SavedTrackObject<'a> {
    pub(crate) added_at: ToTheSecond,
    pub(crate) track: TrackObject<'a>,
}

impl<'a> View<'a> {
    pub(crate) fn artist(&self, artist: &'a Artist) -> ArtistObject<'a> {
        let id = artist.id.as_str();
        ArtistObject {
            external_urls: external_urls(Kind::Artist, id),
            followers: self.access.full(Followers { href: None, total: u64::from(artist.followers) }),
            genres: &artist.genres,
            href: self.href(Kind::Artist, id),
            id,
            images: images(artist.picture.as_str(), ARTIST_SIZES),
            name: &artist.name,
            popularity: self.access.full(artist.popularity),
            r#type: Kind::Artist.word(),
            uri: Kind::Artist.uri(id),
        }
    }

    pub(crate) fn album(&self, album: &'a Album) -> AlbumObject<'a> {
        let id = album.id.as_str();
        let is_playable = self.is_playable(&album.markets);
        let copyrights = album.copyrights.iter().map(|c| CopyrightObject { text: &c.text, r#type: &c.kind });
        AlbumObject {
            album_type: &album.album_type,
            artists: self.credits(&album.artists),
            available_markets: self.access.full(&album.markets),
            copyrights: copyrights.collect(),
            external_ids: AlbumIds { upc: album.upc.as_str() },
            external_urls: external_urls(Kind::Album, id),
            genres: [],
            href: self.href(Kind::Album, id),
            id,
            images: images(album.cover.as_str(), ALBUM_SIZES),
            is_playable,
            label: self.access.full(&album.label),
            name: &album.name,
            popularity: self.access.full(album.popularity),
            release_date: &album.release_date,
            release_date_precision: precision(&album.release_date),
            restrictions: restrictions(is_playable),
            total_tracks: album.tracks.len(),
            tracks: self.embedded_tracks(album),
            r#type: Kind::Album.word(),
            uri: Kind::Album.uri(id),
        }
    }

    pub(crate) fn simplified_album(&self, album: &'a Album) -> SimplifiedAlbumObject<'a> {
        let id = album.id.as_str();
        let is_playable = self.is_playable(&album.markets);
        SimplifiedAlbumObject {
            album_group: None,
            album_type: Some(&album.album_type),
            artists: self.credits(&album.artists),
            available_markets: self.access.full(&album.markets),
            external_urls: external_urls(Kind::Album, id),
            href: Some(self.href(Kind::Album, id)),
            id: Some(id),
            images: images(album.cover.as_str(), ALBUM_SIZES),
            is_playable,
            name: &album.name,
            release_date: Some(&album.release_date),
            release_date_precision: Some(precision(&album.release_date)),
            restrictions: restrictions(is_playable),
            total_tracks: Some(album.tracks.len()),
            r#type: Kind::Album.word(),
            uri: Some(Kind::Album.uri(id)),
        }
    }

    /// An album in an artist's discography; `group` is its relation to the artist.
    pub(crate) fn discography_album(&self, album: &'a Album, group: &'a str) -> SimplifiedAlbumObject<'a> {
        SimplifiedAlbumObject { album_group: self.access.full(group), ..self.simplified_album(album) }
    }

    fn embedded_tracks(&self, album: &'a Album) -> Page<TrackObject<'a>> {
        let url = format!("{}/tracks{}", self.href(Kind::Album, album.id.as_str()), self.market_query());
        let tracks: Vec<&'a Track> = album.tracks.iter().collect();
        Page::of(&tracks, EMBEDDED_TRACKS, &url, |track| self.simplified_track(TrackOf { album, track }))
    }

    /// A track in the track list of its album.
    pub(crate) fn simplified_track(&self, of: TrackOf<'a>) -> TrackObject<'a> {
        TrackObject { album: None, external_ids: None, popularity: None, ..self.track(of) }
    }

    pub(crate) fn track(&self, of: TrackOf<'a>) -> TrackObject<'a> {
        let track = of.track;
        let id = track.id.as_str();
        let is_playable = self.is_playable(&of.album.markets).map(|playable| playable && !track.withdrawn);
        // Spotify omits the list if the request names a market.
        let markets = if self.market.is_none() { self.access.full(&of.album.markets) } else { None };
        TrackObject {
            album: Some(self.simplified_album(of.album)),
            artists: self.credits(&track.artists),
            available_markets: markets,
            disc_number: track.disc_number,
            duration_ms: track.duration_ms,
            episode: None,
            explicit: track.explicit,
            external_ids: Some(TrackIds { isrc: Some(track.isrc.as_str()) }),
            external_urls: external_urls(Kind::Track, id),
            href: Some(self.href(Kind::Track, id)),
            id: Some(id),
            is_local: false,
            is_playable,
            name: &track.name,
            popularity: self.access.full(track.popularity),
            preview_url: None,
            restrictions: restrictions(is_playable),
            track: None,
            track_number: track.track_number,
            r#type: Kind::Track.word(),
            uri: Kind::Track.uri(id),
        }
    }

    /// A track in a playlist, marked as one.
    pub(crate) fn listed_track(&self, of: TrackOf<'a>) -> TrackObject<'a> {
        TrackObject { episode: Some(false), track: Some(true), ..self.track(of) }
    }

    /// A local file, of which Spotify knows little more than the names.
    pub(crate) fn local_track(&self, file: &'a LocalFile, uri: &str) -> TrackObject<'a> {
        let artist = SimplifiedArtistObject {
            external_urls: ExternalUrls { spotify: None },
            href: None,
            id: None,
            name: &file.artist,
            r#type: Kind::Artist.word(),
            uri: None,
        };
        let album = SimplifiedAlbumObject {
            album_group: None,
            album_type: None,
            artists: Vec::new(),
            available_markets: self.access.full(NOWHERE),
            external_urls: ExternalUrls { spotify: None },
            href: None,
            id: None,
            images: Vec::new(),
            is_playable: None,
            name: &file.album,
            release_date: None,
            release_date_precision: None,
            restrictions: None,
            total_tracks: None,
            r#type: Kind::Album.word(),
            uri: None,
        };
        TrackObject {
            album: Some(album),
            artists: vec![artist],
            available_markets: self.access.full(NOWHERE),
            disc_number: 0,
            duration_ms: file.seconds.saturating_mul(1000),
            episode: Some(false),
            explicit: false,
            external_ids: Some(TrackIds { isrc: None }),
            external_urls: ExternalUrls { spotify: None },
            href: None,
            id: None,
            is_local: true,
            is_playable: None,
            name: &file.title,
            popularity: self.access.full(0),
            preview_url: None,
            restrictions: None,
            track: Some(true),
            track_number: 0,
            r#type: Kind::Track.word(),
            uri: uri.to_owned(),
        }
    }

    fn credits(&self, credits: &'a [Credit]) -> Vec<SimplifiedArtistObject<'a>> {
        let artists = credits.iter().map(|credit| {
            let id = credit.id.as_str();
            SimplifiedArtistObject {
                external_urls: external_urls(Kind::Artist, id),
                href: Some(self.href(Kind::Artist, id)),
                id: Some(id),
                name: &credit.name,
                r#type: Kind::Artist.word(),
                uri: Some(Kind::Artist.uri(id)),
            }
        });
        artists.collect()
    }
}

/// Local files are sold nowhere.
static NOWHERE: &Markets = &Markets::NOWHERE;

fn restrictions(is_playable: Option<bool>) -> Option<Restrictions> {
    (is_playable == Some(false)).then_some(Restrictions { reason: "market" })
}
