//! The objects that Spotify sends, their fields in Spotify's order, as one request gets to see them.

mod music;
mod people;
mod playback;
mod playlists;
mod sound;
mod spoken;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::ser::{Serialize, Serializer};

use crate::catalog::{Catalog, Markets};
use crate::http::Market;
use crate::ids::Kind;
use crate::registration::Access;
use crate::world::player::Player;

pub(crate) use music::{SavedAlbumObject, SavedTrackObject};
pub(crate) use people::me;
pub(crate) use playback::{device, history, playback, queue};
pub(crate) use playlists::{PlaylistView, local_files};
pub(crate) use sound::{analysis, features};
pub(crate) use spoken::{SavedAudiobookObject, SavedEpisodeObject, SavedShowObject};

/// What the representation of all objects in one response depends on.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) access: Access,
    pub(crate) catalog: &'a Catalog,
    /// The market that the request named.
    pub(crate) market: Option<&'a Market>,
    /// The country where the user lives.
    pub(crate) home: Option<&'a str>,
    /// The user's player for resume points, if the token has the scope.
    pub(crate) heard: Option<&'a Player>,
}

#[derive(Debug, serde::Serialize)]
pub(crate) struct ExternalUrls {
    #[serde(skip_serializing_if = "Option::is_none")]
    spotify: Option<String>,
}

#[derive(Debug, serde::Serialize)]
pub(crate) struct Image {
    height: Option<u16>,
    url: String,
    width: Option<u16>,
}

#[derive(Debug, serde::Serialize)]
pub(crate) struct Followers {
    href: Option<&'static str>,
    total: u64,
}

#[derive(Debug, serde::Serialize)]
struct CopyrightObject<'a> {
    text: &'a str,
    r#type: &'a str,
}

#[derive(Debug, serde::Serialize)]
struct Restrictions {
    reason: &'static str,
}

/// The characters that are encoded in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl<'a> View<'a> {
    /// The country that decides availability: the requested market, or else the user's country.
    pub(crate) fn country(&self) -> Option<&'a str> {
        match self.market {
            Some(Market::Country(code)) => Some(code),
            Some(Market::OfTheUser) | None => self.home,
        }
    }

    /// Whether something sold in `markets` can be played; `None` unless the request has named a market.
    fn is_playable(&self, markets: &Markets) -> Option<bool> {
        self.market?;
        Some(self.country().is_none_or(|country| markets.contains(country)))
    }

    /// `?market=…` if the request named one, for links to lists inside an object.
    pub(crate) fn market_query(&self) -> String {
        self.market.map(|market| format!("?market={}", market.as_str())).unwrap_or_default()
    }

    pub(crate) fn href(&self, kind: Kind, id: &str) -> String {
        format!("{}/{}s/{}", self.base_url, kind.word(), utf8_percent_encode(id, SEGMENT))
    }
}

fn external_urls(kind: Kind, id: &str) -> ExternalUrls {
    let link = format!("https://open.spotify.com/{}/{}", kind.word(), utf8_percent_encode(id, SEGMENT));
    ExternalUrls { spotify: Some(link) }
}

/// Spotify serves each image in three sizes, distinguished by a prefix.
fn images(picture: &str, sizes: [(u16, &str); 3]) -> Vec<Image> {
    let images = sizes.map(|(side, prefix)| Image {
        height: Some(side),
        url: format!("https://i.scdn.co/image/{prefix}{picture}"),
        width: Some(side),
    });
    images.into()
}

const ALBUM_SIZES: [(u16, &str); 3] = [(640, "ab67616d0000b273"), (300, "ab67616d00001e02"), (64, "ab67616d00004851")];
const ARTIST_SIZES: [(u16, &str); 3] =
    [(640, "ab6761610000e5eb"), (320, "ab67616100005174"), (160, "ab6761610000f178")];
const SHOW_SIZES: [(u16, &str); 3] = [(640, "ab6765630000ba8a"), (300, "ab67656300005f1f"), (64, "ab6765630000f68d")];
const BOOK_SIZES: [(u16, &str); 3] = [(640, "ab6766630000db5b"), (300, "ab676663000022a8"), (64, "ab6766630000703b")];
const USER_SIZES: [(u16, &str); 3] = [(640, "ab6775700000ee85"), (300, "ab67757000003b82"), (64, "ab6775700000ebd1")];

/// A time to the second: `2026-06-01T09:00:00Z`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToTheSecond(pub(crate) Timestamp);

impl Serialize for ToTheSecond {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.0}", self.0))
    }
}

/// A time to the millisecond: `2026-06-01T09:00:00.000Z`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToTheMillisecond(pub(crate) Timestamp);

impl Serialize for ToTheMillisecond {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.3}", self.0))
    }
}

/// How exact a date is: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn precision(date: &str) -> &'static str {
    match date.len() {
        0..=4 => "year",
        5..=7 => "month",
        _ => "day",
    }
}

/// Plain text as a paragraph of HTML.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p>{escaped}</p>")
}
