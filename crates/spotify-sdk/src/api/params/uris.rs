//! Which URIs an operation takes: not every operation supports every kind, and the errors of Spotify do not say so.

use crate::ids::{ItemKind, SpotifyUri};
use crate::invalid_input::InvalidInput;

/// What an operation does with items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Plays, queues or adds them to a playlist: items of Spotify's alone.
    Listen,
    /// Names entries of a playlist, which may be files of the user's own device.
    Entry,
    /// Plays tracks and episodes from them.
    Context,
    /// Saves them in the library, or follows them.
    Library,
}

impl Use {
    /// Fails unless the operation can do this with all of `uris`, the arguments of `parameter`. A kind that this version
    /// does not know, and that came in a response, is left to Spotify.
    pub(crate) fn check<'a>(
        self,
        parameter: &'static str,
        uris: impl IntoIterator<Item = &'a SpotifyUri>,
    ) -> Result<(), InvalidInput> {
        match uris.into_iter().find(|uri| !self.takes(uri)) {
            None => Ok(()),
            Some(uri) => {
                let why = if uri.is_local() && self != Self::Context {
                    ": the Web API cannot do this with files of a user's own device"
                } else {
                    ""
                };
                let expected = self.expected();
                Err(InvalidInput::new(parameter, format!("expected {expected}, got the {} `{uri}`{why}", uri.what())))
            }
        }
    }

    /// Whether the operation can do this with `uri`.
    pub(crate) fn takes(self, uri: &SpotifyUri) -> bool {
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
                assert_eq!(case.check("uris", [&uri]).is_ok(), uses.contains(&case), "{case:?} with {text}");
                assert!(case.check("uris", [&unknown]).is_ok());
            }
        }
        let error = Use::Library.check("uris", [&unknown, &local]).unwrap_err().to_string();
        assert!(error.contains("local file `spotify:local:::Untitled:61`") && error.contains("own device"), "{error}");
    }
}
