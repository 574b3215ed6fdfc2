//! URIs of the kinds that an operation takes: not every operation supports every kind, and the errors of Spotify do not say
//! so.

use std::marker::PhantomData;

use serde_json::Value;

use super::refuse;
use crate::api::IntoParam;
use crate::definition::{Param, text_from};
use crate::ids::{ItemKind, SpotifyUri};
use crate::invalid_input::InvalidInput;
use crate::schema::Schema;

/// The URI of an item with which the operation can do what `U` says. A kind that this version does not know, and that came
/// in a response, is left to Spotify.
///
/// Given as a URI, a link, a typed id or a model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UriFor<U>(SpotifyUri, PhantomData<U>);

/// The URI of a track, an episode or a chapter, to play, queue or add to a playlist.
pub type PlayableUri = UriFor<uses::Listen>;
/// The URI of an entry of a playlist, which may be a file of the user's own device.
pub type EntryUri = UriFor<uses::Entry>;
/// The URI of a context to play from: an album, an artist, a playlist, a show, an audiobook or a collection.
pub type ContextUri = UriFor<uses::Context>;
/// The URI of what can be saved in the library, or followed.
pub type LibraryUri = UriFor<uses::Library>;

/// What an operation does with items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Plays, queues or adds them to a playlist: items of Spotify's alone.
    Listen,
    /// Names entries of a playlist, which may be files of the user's own device.
    Entry,
    /// Plays tracks and episodes from them.
    Context,
    /// Saves them in the library, or follows them.
    Library,
}

/// What operations do with items, as types that have no values.
pub mod uses {
    use super::Use;

    /// A type that says what an operation does with items. Implemented by the types of this module alone.
    pub trait UriUse: sealed::Sealed {
        #[doc(hidden)]
        const TYPES: &'static [&'static str];
    }

    pub(super) mod sealed {
        pub trait Sealed {
            const USE: super::super::UseOf;
        }
    }

    macro_rules! uses {
        ($($(#[$doc:meta])* $name:ident: $($type:literal),*;)*) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub enum $name {}

            impl sealed::Sealed for $name {
                const USE: super::UseOf = super::UseOf(Use::$name);
            }

            impl UriUse for $name {
                const TYPES: &'static [&'static str] = &[$($type),*];
            }
        )*};
    }

    uses! {
        /// Plays, queues or adds them to a playlist.
        Listen: "track", "episode", "chapter";
        /// Names entries of a playlist.
        Entry: "track", "episode", "chapter", "local";
        /// Plays from them.
        Context: "album", "artist", "playlist", "show", "audiobook", "collection";
        /// Saves them in the library, or follows them.
        Library: "album", "artist", "audiobook", "chapter", "episode", "playlist", "show", "track", "user";
    }
}

/// Keeps [`Use`] out of the public interface.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct UseOf(Use);

use uses::UriUse;

impl<U> UriFor<U> {
    /// Returns the URI.
    pub fn uri(&self) -> &SpotifyUri {
        &self.0
    }
}

impl<U: UriUse> UriFor<U> {
    /// Returns whether the operation can do this with `uri`.
    pub(crate) fn takes(uri: &SpotifyUri) -> bool {
        U::USE.0.takes(uri)
    }
}

impl<U: UriUse, T: IntoParam<SpotifyUri>> IntoParam<UriFor<U>> for T {
    fn into_param(self) -> Result<UriFor<U>, InvalidInput> {
        let uri = self.into_param()?;
        U::USE.0.check(&uri)?;
        Ok(UriFor(uri, PhantomData))
    }
}

impl<U> IntoParam<Self> for UriFor<U> {
    fn into_param(self) -> Result<Self, InvalidInput> {
        Ok(self)
    }
}

impl<U: UriUse> Param for UriFor<U> {
    const SCHEMA: &'static Schema = &Schema::Uri(U::TYPES);

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        text_from(value)?.into_param()
    }

    fn to_json(&self) -> Value {
        self.0.to_string().into()
    }
}

impl Use {
    /// Fails unless the operation can do this with `uri`.
    fn check(self, uri: &SpotifyUri) -> Result<(), InvalidInput> {
        if self.takes(uri) {
            return Ok(());
        }
        let why = if uri.is_local() && self != Self::Context {
            ": the Web API cannot do this with files of a user's own device"
        } else {
            ""
        };
        refuse(format!("expected {}, got the {} `{uri}`{why}", self.expected(), uri.what()))
    }

    /// Whether the operation can do this with `uri`.
    fn takes(self, uri: &SpotifyUri) -> bool {
        use ItemKind::{Chapter, Episode, Track};
        let is_item = matches!(uri.kind(), Some(Track | Episode | Chapter));
        let is_unknown = uri.kind().is_none() && !uri.is_local() && !uri.is_collection();
        is_unknown
            || match self {
                Self::Listen => is_item,
                Self::Entry => is_item || uri.is_local(),
                Self::Context => uri.is_context(),
                Self::Library => uri.kind().is_some(),
            }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Listen => "tracks and episodes",
            Self::Entry => "tracks, episodes and local files",
            Self::Context => "an album, an artist, a playlist, a show or a collection",
            Self::Library => "items of Spotify's catalog, users and playlists",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_use_takes_what_spotify_can_do_it_with() {
        let local = SpotifyUri::from_spotify("spotify:local:::Untitled:61");
        let unknown = SpotifyUri::from_spotify("spotify:station:artist:1");
        for (text, uses) in [
            ("spotify:track:1", &[Use::Listen, Use::Entry, Use::Library][..]),
            ("spotify:episode:1", &[Use::Listen, Use::Entry, Use::Library]),
            ("spotify:album:1", &[Use::Context, Use::Library]),
            ("spotify:artist:1", &[Use::Context, Use::Library]),
            ("spotify:audiobook:1", &[Use::Context, Use::Library]),
            ("spotify:show:1", &[Use::Context, Use::Library]),
            ("spotify:playlist:1", &[Use::Context, Use::Library]),
            ("spotify:user:1", &[Use::Library]),
            ("spotify:collection", &[Use::Context]),
            ("spotify:user:1:collection:your-episodes", &[Use::Context]),
            ("spotify:local:a:b:c:1", &[Use::Entry]),
        ] {
            let uri: SpotifyUri = text.parse().unwrap();
            for case in [Use::Listen, Use::Entry, Use::Context, Use::Library] {
                assert_eq!(case.check(&uri).is_ok(), uses.contains(&case), "{case:?} with {text}");
                assert!(case.check(&unknown).is_ok());
            }
        }
        let error = Use::Library.check(&local).unwrap_err().to_string();
        assert!(error.contains("local file `spotify:local:::Untitled:61`") && error.contains("own device"), "{error}");
    }
}
