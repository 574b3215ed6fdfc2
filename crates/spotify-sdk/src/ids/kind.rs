//! The kinds of item that ids and URIs name: once as a value, [`ItemKind`], and once as types, so that the compiler
//! distinguishes the id of an album from that of a track.

use crate::string_enum::string_enum;

string_enum! {
    /// What kind of item a URI or a link names.
    pub enum ItemKind {
        /// An album.
        Album = "album",
        /// An artist.
        Artist = "artist",
        /// An audiobook. Spotify's own URIs often call it a show.
        Audiobook = "audiobook",
        /// A chapter of an audiobook. Spotify's own URIs often call it an episode.
        Chapter = "chapter",
        /// An episode of a show.
        Episode = "episode",
        /// A playlist.
        Playlist = "playlist",
        /// A show, that is, a podcast.
        Show = "show",
        /// A track.
        Track = "track",
        /// A user.
        User = "user",
    }
}

/// A kind of item as a type: the parameter of [`Id`](super::Id). Implemented by the types in [`marker`] alone.
pub trait IdKind: sealed::Sealed + Send + Sync + 'static {
    /// The same kind as a value.
    const KIND: ItemKind;
    /// Another kind under which Spotify's URIs and links name the same items.
    const ALSO: Option<ItemKind>;
    /// `"album id"`, `"episode id"`: what an error says was expected, with its article.
    const EXPECTED: &'static str;
}

mod sealed {
    pub trait Sealed {}
}

/// The kinds of item as types that have no values: `Id<marker::Album>` is [`AlbumId`](super::AlbumId).
pub mod marker {
    use super::{IdKind, ItemKind, sealed};

    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident, $expected:literal $(, also $also:ident)?;)*) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub enum $name {}

            impl sealed::Sealed for $name {}

            impl IdKind for $name {
                const KIND: ItemKind = ItemKind::$name;
                const ALSO: Option<ItemKind> = kinds!(@also $($also)?);
                const EXPECTED: &'static str = $expected;
            }
        )*};
        (@also) => { None };
        (@also $also:ident) => { Some(ItemKind::$also) };
    }

    kinds! {
        /// Albums.
        Album, "an album id";
        /// Artists.
        Artist, "an artist id";
        /// Audiobooks, whose links say `show`.
        Audiobook, "an audiobook id", also Show;
        /// Chapters, whose links say `episode`.
        Chapter, "a chapter id", also Episode;
        /// Episodes.
        Episode, "an episode id";
        /// Playlists.
        Playlist, "a playlist id";
        /// Shows.
        Show, "a show id";
        /// Tracks.
        Track, "a track id";
        /// Users.
        User, "a user id";
    }
}
