//! Playlists and their items, whose shape depends on the quota mode of the app.

use std::borrow::Cow;

use serde::Serialize;

use super::music::TrackObject;
use super::people::UserReference;
use super::spoken::EpisodeObject;
use super::{ALBUM_SIZES, ExternalUrls, Followers, Image, ToTheSecond, View, external_urls, images};
use crate::catalog::Location;
use crate::http::{Page, Window};
use crate::ids::{Kind, LocalFile, Uri};
use crate::registration::Shape;
use crate::world::World;
use crate::world::playlist::{Entry, Playlist};

/// The first page of items is part of the playlist.
const EMBEDDED: Window = Window { offset: 0, limit: 100 };
/// With at least this number of albums, the cover is a mosaic.
const MIN_MOSAIC_COVERS: usize = 4;
/// The number of items considered for a cover.
const MAX_ENTRIES_FOR_COVER: usize = 50;

#[derive(Debug, Serialize)]
pub(crate) struct PlaylistObject<'a, Items> {
    collaborative: bool,
    /// Escaped as HTML, as Spotify does.
    description: Cow<'a, str>,
    external_urls: ExternalUrls,
    #[serde(skip_serializing_if = "Option::is_none")]
    followers: Option<Followers>,
    href: String,
    id: &'a str,
    images: Vec<Image>,
    /// The older shape has them under the older name alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Items>,
    name: &'a str,
    owner: UserReference<'a>,
    primary_color: Option<&'static str>,
    public: bool,
    snapshot_id: &'a str,
    /// The same under the older name, which the shape of Development Mode does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracks: Option<Items>,
    r#type: &'static str,
    uri: String,
}

/// Where the items are, and how many.
#[derive(Debug, Serialize)]
pub(crate) struct ItemsReference {
    href: String,
    total: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct PlaylistItemObject<'a> {
    added_at: Option<ToTheSecond>,
    added_by: UserReference<'a>,
    is_local: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Option<ItemObject<'a>>>,
    primary_color: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    track: Option<Option<ItemObject<'a>>>,
    video_thumbnail: VideoThumbnail,
}

#[derive(Debug, Serialize)]
struct VideoThumbnail {
    url: Option<&'static str>,
}

/// A playable item.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum ItemObject<'a> {
    Track(Box<TrackObject<'a>>),
    Episode(Box<EpisodeObject<'a>>),
}

/// What the representation of a playlist depends on, in addition to the view.
pub(crate) struct PlaylistView<'a> {
    pub(crate) view: View<'a>,
    pub(crate) world: &'a World,
    /// The id of the user; `None` for Client Credentials.
    pub(crate) user: Option<&'a str>,
    /// The local files among the items that are shown.
    pub(crate) files: &'a [(String, LocalFile)],
}

/// Whether playlists have `items`, and their entries an `item`.
fn has_items(shape: Shape) -> bool {
    shape != Shape::Older
}

/// Whether playlists have `tracks`, and their entries a `track`.
fn has_tracks(shape: Shape) -> bool {
    shape != Shape::Development
}

/// A description as Spotify sends it: it was written as plain text, and is read as HTML.
fn escaped(text: &str) -> Cow<'_, str> {
    const ESCAPES: [(char, &str); 6] =
        [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#x27;"), ('/', "&#x2F;")];
    let escape = |character: char| ESCAPES.iter().find(|(other, _)| *other == character).map(|(_, escape)| *escape);
    if !text.chars().any(|character| escape(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut html = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match escape(character) {
            Some(escape) => html.push_str(escape),
            None => html.push(character),
        }
    }
    Cow::Owned(html)
}

/// The local files among these items, parsed first because the response only borrows them.
pub(crate) fn local_files<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<(String, LocalFile)> {
    let local = entries.into_iter().filter(|entry| entry.uri.starts_with("spotify:local:"));
    local.filter_map(|entry| Some((entry.uri.clone(), LocalFile::parse(&entry.uri)?))).collect()
}

impl<'a> PlaylistView<'a> {
    /// Whether the items may be seen: apps in Development Mode see those of the user's own playlists.
    pub(crate) fn may_see_items(&self, playlist: &Playlist) -> bool {
        let is_theirs = self.user.is_some_and(|user| playlist.is_of(user));
        self.view.access.choose(is_theirs, true)
    }

    pub(crate) fn playlist(
        &self,
        playlist: &'a Playlist,
        query: &str,
    ) -> PlaylistObject<'a, Page<PlaylistItemObject<'a>>> {
        let url = self.items_url(playlist, query);
        let followers = Followers { href: None, total: self.world.playlist_followers(playlist) };
        let sees_items = self.may_see_items(playlist);
        let object = self.object(playlist, || sees_items.then(|| self.items(playlist, EMBEDDED, &url)));
        PlaylistObject { followers: Some(followers), ..object }
    }

    /// A playlist in a list, with the number of its items even if they are not accessible.
    pub(crate) fn simplified(&self, playlist: &'a Playlist) -> PlaylistObject<'a, ItemsReference> {
        let reference = || ItemsReference { href: self.items_url(playlist, ""), total: playlist.entries().len() };
        self.object(playlist, || Some(reference()))
    }

    fn items_url(&self, playlist: &Playlist, query: &str) -> String {
        let list = self.view.access.choose("items", "tracks");
        format!("{}/{list}{query}", self.view.href(Kind::Playlist, &playlist.id))
    }

    fn object<Items>(&self, playlist: &'a Playlist, list: impl Fn() -> Option<Items>) -> PlaylistObject<'a, Items> {
        let id = playlist.id.as_str();
        PlaylistObject {
            collaborative: playlist.collaborative,
            description: escaped(&playlist.description),
            external_urls: external_urls(Kind::Playlist, id),
            followers: None,
            href: self.view.href(Kind::Playlist, id),
            id,
            images: self.images(playlist),
            items: if has_items(self.view.access.shape) { list() } else { None },
            name: &playlist.name,
            owner: self.view.owner(&playlist.owner, self.world.user(&playlist.owner)),
            primary_color: None,
            public: playlist.public,
            snapshot_id: playlist.snapshot_id(),
            tracks: if has_tracks(self.view.access.shape) { list() } else { None },
            r#type: Kind::Playlist.word(),
            uri: Kind::Playlist.uri(id),
        }
    }

    pub(crate) fn items(&self, playlist: &'a Playlist, window: Window, url: &str) -> Page<PlaylistItemObject<'a>> {
        let entries: Vec<&'a Entry> = playlist.entries().iter().collect();
        Page::of(&entries, window, url, |entry| self.entry(entry))
    }

    fn entry(&self, entry: &'a Entry) -> PlaylistItemObject<'a> {
        let shape = self.view.access.shape;
        let item = has_items(shape).then(|| self.content(&entry.uri));
        let track = has_tracks(shape).then(|| self.content(&entry.uri));
        PlaylistItemObject {
            added_at: entry.added_at.map(ToTheSecond),
            added_by: self.view.mention(&entry.added_by),
            is_local: entry.uri.starts_with("spotify:local:"),
            item,
            primary_color: None,
            track,
            video_thumbnail: VideoThumbnail { url: None },
        }
    }

    /// The item of an entry; `None` if it was withdrawn.
    fn content(&self, uri: &'a str) -> Option<ItemObject<'a>> {
        if let Some((_, file)) = self.files.iter().find(|(other, _)| other == uri) {
            return Some(ItemObject::Track(Box::new(self.view.local_track(file, uri))));
        }
        let id = Uri::parse(uri)?.id;
        let catalog = self.view.catalog;
        match catalog.locate(id)? {
            Location::Track { .. } => {
                let of = catalog.track(id).filter(|of| !of.track.withdrawn)?;
                Some(ItemObject::Track(Box::new(self.view.listed_track(of))))
            }
            Location::Episode { .. } => {
                Some(ItemObject::Episode(Box::new(self.view.listed_episode(catalog.episode(id)?))))
            }
            _ => None,
        }
    }

    /// The cover: the uploaded one, or else one made from the albums.
    pub(crate) fn images(&self, playlist: &Playlist) -> Vec<Image> {
        if let Some(cover) = &playlist.cover {
            let url = format!("https://image-cdn-ak.spotifycdn.com/image/ab67706c0000da84{cover}");
            return vec![Image { height: None, url, width: None }];
        }
        let mut covers: Vec<&str> = Vec::new();
        for entry in playlist.entries().iter().take(MAX_ENTRIES_FOR_COVER) {
            let of = Uri::parse(&entry.uri).and_then(|uri| self.view.catalog.track(uri.id));
            if let Some(cover) = of.map(|of| of.album.cover.as_str()).filter(|cover| !covers.contains(cover)) {
                covers.push(cover);
            }
        }
        match covers.as_slice() {
            [] => Vec::new(),
            covers if covers.len() < MIN_MOSAIC_COVERS => images(covers[0], ALBUM_SIZES),
            covers => {
                let all: String =
                    covers[..MIN_MOSAIC_COVERS].iter().map(|cover| format!("ab67616d00001e02{cover}")).collect();
                let sizes = [640, 300, 60].map(|side| Image {
                    height: Some(side),
                    url: format!("https://mosaic.scdn.co/{side}/{all}"),
                    width: Some(side),
                });
                sizes.into()
            }
        }
    }
}
