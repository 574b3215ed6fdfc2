//! The objects that Spotify sends, their fields in Spotify's order, as one request gets to see them.

use serde::Serialize;

use crate::catalog::{Album, Artist, Catalog, Copyright, Track};
use crate::pages::Page;
use crate::query::{Market, Window};
use crate::quota::Quota;

/// The embedded list of tracks is always the first page of this size.
const EMBEDDED_TRACKS: Window = Window { offset: 0, limit: 50 };

/// What the look of every object in one answer depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) quota: Quota,
    pub(crate) market: Option<&'a Market>,
    pub(crate) catalog: &'a Catalog,
}

#[derive(Debug, Serialize)]
struct ExternalUrls {
    spotify: String,
}

#[derive(Debug, Serialize)]
struct ExternalIds<'a> {
    upc: &'a str,
}

#[derive(Debug, Serialize)]
struct Image {
    height: u16,
    url: String,
    width: u16,
}

#[derive(Debug, Serialize)]
struct CopyrightObject<'a> {
    text: &'a str,
    r#type: &'a str,
}

#[derive(Debug, Serialize)]
struct Restrictions {
    reason: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct ArtistObject<'a> {
    external_urls: ExternalUrls,
    href: String,
    id: &'a str,
    name: &'a str,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct TrackObject<'a> {
    artists: Vec<ArtistObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a [String]>,
    disc_number: u32,
    duration_ms: u32,
    explicit: bool,
    external_urls: ExternalUrls,
    href: String,
    id: &'a str,
    is_local: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_playable: Option<bool>,
    name: &'a str,
    preview_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restrictions: Option<Restrictions>,
    track_number: u32,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct AlbumObject<'a> {
    album_type: &'a str,
    artists: Vec<ArtistObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a [String]>,
    copyrights: Vec<CopyrightObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_ids: Option<ExternalIds<'a>>,
    external_urls: ExternalUrls,
    genres: [&'static str; 0],
    href: String,
    id: &'a str,
    images: Vec<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    popularity: Option<u8>,
    release_date: &'a str,
    release_date_precision: &'static str,
    total_tracks: usize,
    tracks: Page<TrackObject<'a>>,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct SavedAlbumObject<'a> {
    added_at: &'a str,
    album: AlbumObject<'a>,
}

impl<'a> View<'a> {
    pub(crate) fn saved_album(&self, album: &'a Album) -> SavedAlbumObject<'a> {
        SavedAlbumObject { added_at: &album.added_at, album: self.album(album) }
    }

    pub(crate) fn album(&self, album: &'a Album) -> AlbumObject<'a> {
        let id = album.id.as_str();
        AlbumObject {
            album_type: &album.album_type,
            artists: self.artists(&album.artists),
            available_markets: self.available_markets(),
            copyrights: album.copyrights.iter().map(copyright).collect(),
            external_ids: self.quota.extended_only(ExternalIds { upc: album.upc.as_str() }),
            external_urls: external_urls("album", id),
            genres: [],
            href: self.href("albums", id),
            id,
            images: images(album.cover.as_str()),
            label: self.quota.extended_only(&album.label),
            name: &album.name,
            popularity: self.quota.extended_only(album.popularity),
            release_date: &album.release_date,
            release_date_precision: "day",
            total_tracks: album.tracks.len(),
            tracks: self.tracks(album, EMBEDDED_TRACKS),
            r#type: "album",
            uri: uri("album", id),
        }
    }

    pub(crate) fn tracks(&self, album: &'a Album, window: Window) -> Page<TrackObject<'a>> {
        let url = format!("{}/tracks", self.href("albums", album.id.as_str()));
        let all: Vec<&'a Track> = album.tracks.iter().collect();
        Page::of(&all, window, &url, self.market, |track| self.track(track))
    }

    fn track(&self, track: &'a Track) -> TrackObject<'a> {
        let id = track.id.as_str();
        let is_playable = self.market.map(|market| market.is_among(&self.catalog.markets));
        TrackObject {
            artists: self.artists(&track.artists),
            available_markets: self.available_markets(),
            disc_number: track.disc_number,
            duration_ms: track.duration_ms,
            explicit: track.explicit,
            external_urls: external_urls("track", id),
            href: self.href("tracks", id),
            id,
            is_local: false,
            is_playable,
            name: &track.name,
            preview_url: None,
            restrictions: (is_playable == Some(false)).then_some(Restrictions { reason: "market" }),
            track_number: track.track_number,
            r#type: "track",
            uri: uri("track", id),
        }
    }

    fn artists(&self, artists: &'a [Artist]) -> Vec<ArtistObject<'a>> {
        let artists = artists.iter().map(|artist| {
            let id = artist.id.as_str();
            ArtistObject {
                external_urls: external_urls("artist", id),
                href: self.href("artists", id),
                id,
                name: &artist.name,
                r#type: "artist",
                uri: uri("artist", id),
            }
        });
        artists.collect()
    }

    /// Spotify leaves the list out when it has already answered for one market.
    fn available_markets(&self) -> Option<&'a [String]> {
        match self.market {
            None => self.quota.extended_only(&self.catalog.markets),
            Some(_) => None,
        }
    }

    fn href(&self, collection: &str, id: &str) -> String {
        format!("{}/{collection}/{id}", self.base_url)
    }
}

fn external_urls(kind: &str, id: &str) -> ExternalUrls {
    ExternalUrls { spotify: format!("https://open.spotify.com/{kind}/{id}") }
}

fn uri(kind: &str, id: &str) -> String {
    format!("spotify:{kind}:{id}")
}

fn copyright(copyright: &Copyright) -> CopyrightObject<'_> {
    CopyrightObject { text: &copyright.text, r#type: &copyright.kind }
}

/// Spotify serves each cover in three sizes, told apart by a prefix.
fn images(cover: &str) -> Vec<Image> {
    let sizes = [(640, "ab67616d0000b273"), (300, "ab67616d00001e02"), (64, "ab67616d00004851")];
    let images = sizes.map(|(side, prefix)| Image {
        height: side,
        url: format!("https://i.scdn.co/image/{prefix}{cover}"),
        width: side,
    });
    images.into()
}
