//! Models as parameters: an item is named by the model that a response held.

use super::{ItemToRemove, NonEmptyText, PlaybackOffset, refuse};
use crate::api::IntoParam;
use crate::ids::{Id, IdKind, SpotifyUri, marker};
use crate::invalid_input::InvalidInput;
use crate::models::{
    Album, Artist, Audiobook, Chapter, CurrentUser, Episode, PlaybackItem, PlayerDevice, Playlist, PlaylistItem,
    PlaylistItemContent, PublicUser, Show, SimplifiedAlbum, SimplifiedArtist, SimplifiedAudiobook, SimplifiedChapter,
    SimplifiedEpisode, SimplifiedPlaylist, SimplifiedShow, SimplifiedTrack, Track,
};

/// How much of a name an error repeats, in characters.
const MAX_NAME_CHARS: usize = 100;

/// What to say of a model without what a request names it by.
fn lacks<T>(what: impl std::fmt::Display, name: &str, lacking: &str) -> Result<T, InvalidInput> {
    let name: String = name.chars().take(MAX_NAME_CHARS).collect();
    refuse(format!("the {what} `{name}` has no {lacking}"))
}

/// Models whose URI names something that is removed or played.
macro_rules! named_by_uri {
    ($($model:ident),*) => {$(
        impl IntoParam<ItemToRemove> for &$model {
            fn into_param(self) -> Result<ItemToRemove, InvalidInput> {
                IntoParam::<SpotifyUri>::into_param(self)?.into_param()
            }
        }

        impl IntoParam<PlaybackOffset> for &$model {
            fn into_param(self) -> Result<PlaybackOffset, InvalidInput> {
                IntoParam::<SpotifyUri>::into_param(self)?.into_param()
            }
        }
    )*};
}

/// Models of one kind of item.
macro_rules! items {
    ($($kind:ident: $($model:ident),*;)*) => {$($(
        impl IntoParam<Id<marker::$kind>> for &$model {
            fn into_param(self) -> Result<Id<marker::$kind>, InvalidInput> {
                let (id, uri): (Option<&Id<marker::$kind>>, Option<&SpotifyUri>) = ((&self.id).into(), (&self.uri).into());
                match (id, uri) {
                    (Some(id), _) => id.into_param(),
                    (None, Some(uri)) => uri.into_param(),
                    (None, None) => lacks(<marker::$kind as IdKind>::KIND, items!(@name self $kind), "id"),
                }
            }
        }

        impl IntoParam<SpotifyUri> for &$model {
            fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
                let (id, uri): (Option<&Id<marker::$kind>>, Option<&SpotifyUri>) = ((&self.id).into(), (&self.uri).into());
                match (uri, id) {
                    (Some(uri), _) => uri.into_param(),
                    (None, Some(id)) => id.into_param(),
                    (None, None) => lacks(<marker::$kind as IdKind>::KIND, items!(@name self $kind), "URI"),
                }
            }
        }

        named_by_uri!($model);
    )*)*};
    (@name $model:ident User) => { $model.display_name.as_deref().unwrap_or_default() };
    (@name $model:ident $kind:ident) => { &$model.name };
}

items! {
    Album: Album, SimplifiedAlbum;
    Artist: Artist, SimplifiedArtist;
    Audiobook: Audiobook, SimplifiedAudiobook;
    Chapter: Chapter, SimplifiedChapter;
    Episode: Episode, SimplifiedEpisode;
    Playlist: Playlist, SimplifiedPlaylist;
    Show: Show, SimplifiedShow;
    Track: Track, SimplifiedTrack;
    User: CurrentUser, PublicUser;
}

/// Models of a track or an episode, whose URI says which.
macro_rules! tracks_or_episodes {
    ($($model:ident),*) => {$(
        impl IntoParam<SpotifyUri> for &$model {
            fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
                match self.uri() {
                    Some(uri) => uri.into_param(),
                    None => lacks("item", self.name(), "URI"),
                }
            }
        }
    )*};
}

tracks_or_episodes!(PlaybackItem, PlaylistItemContent);

impl IntoParam<SpotifyUri> for &PlaylistItem {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        match self.item.as_ref() {
            Some(content) => content.into_param(),
            None => refuse("the entry of the playlist has no item, and so no URI: Spotify has withdrawn it"),
        }
    }
}

macro_rules! ids_of_any_kind {
    ($($model:ident),*) => {$(
        impl<K: IdKind> IntoParam<Id<K>> for &$model {
            fn into_param(self) -> Result<Id<K>, InvalidInput> {
                IntoParam::<SpotifyUri>::into_param(self)?.into_param()
            }
        }
    )*};
}

ids_of_any_kind!(PlaybackItem, PlaylistItemContent, PlaylistItem);
named_by_uri!(PlaybackItem, PlaylistItemContent, PlaylistItem);

impl IntoParam<NonEmptyText> for &PlayerDevice {
    fn into_param(self) -> Result<NonEmptyText, InvalidInput> {
        match &self.id {
            Some(id) => id.into_param(),
            None => lacks("device", &self.name, "id"),
        }
    }
}
