//! The items of a playback context, such as an album or a playlist.

use super::World;
use crate::catalog::{Catalog, Location};
use crate::ids::{Kind, Uri};

/// How many of an artist's tracks are played.
const MAX_ARTIST_TRACKS: usize = 50;

impl World {
    /// The URIs that the context `uri` plays for `user`, in order; `None` if there is no such context.
    pub(crate) fn items_of(&self, uri: &str, user: &str) -> Option<Vec<String>> {
        let catalog = &self.catalog;
        if uri == collection(user) {
            let saved = self.private(user)?.library.tracks.items();
            return Some(playable(catalog, saved.iter().map(|item| Kind::Track.uri(&item.id))));
        }
        let uri = Uri::parse(uri)?;
        let items = match uri.kind {
            Kind::Album => {
                let album = catalog.album(uri.id)?;
                playable(catalog, album.tracks.iter().map(|track| Kind::Track.uri(track.id.as_str())))
            }
            Kind::Artist => {
                catalog.artist(uri.id)?;
                let tracks = catalog.tracks_of(uri.id);
                let uris = tracks.iter().take(MAX_ARTIST_TRACKS).map(|of| Kind::Track.uri(of.track.id.as_str()));
                playable(catalog, uris)
            }
            Kind::Playlist => {
                let playlist = self.playlists.get(uri.id)?;
                playable(catalog, playlist.entries().iter().map(|entry| entry.uri.clone()))
            }
            // The URI of an audiobook has the type `show`.
            Kind::Show | Kind::Audiobook => match catalog.locate(uri.id)? {
                Location::Show(_) => {
                    let episodes = &catalog.show(uri.id)?.episodes;
                    episodes.iter().map(|episode| Kind::Episode.uri(episode.id.as_str())).collect()
                }
                Location::Audiobook(_) => {
                    let chapters = &catalog.audiobook(uri.id)?.chapters;
                    chapters.iter().map(|chapter| Kind::Episode.uri(chapter.id.as_str())).collect()
                }
                _ => return None,
            },
            Kind::Track | Kind::Episode | Kind::Chapter | Kind::User => return None,
        };
        Some(items)
    }
}

/// The context of a user's saved tracks.
pub(crate) fn collection(user: &str) -> String {
    format!("spotify:user:{user}:collection")
}

/// The duration of the item at `uri` in milliseconds; `None` if it cannot be played.
pub(crate) fn duration(catalog: &Catalog, uri: &str) -> Option<u32> {
    let uri = Uri::parse(uri)?;
    match catalog.locate(uri.id)? {
        Location::Track { .. } if uri.kind == Kind::Track => {
            let track = catalog.track(uri.id)?.track;
            (!track.withdrawn).then_some(track.duration_ms)
        }
        Location::Episode { .. } if matches!(uri.kind, Kind::Episode) => {
            Some(catalog.episode(uri.id)?.episode.duration_ms)
        }
        Location::Chapter { .. } if matches!(uri.kind, Kind::Chapter | Kind::Episode) => {
            Some(catalog.chapter(uri.id)?.1.duration_ms)
        }
        _ => None,
    }
}

fn playable(catalog: &Catalog, uris: impl Iterator<Item = String>) -> Vec<String> {
    uris.filter(|uri| duration(catalog, uri).is_some()).collect()
}
