//! The scopes, with descriptions for the authorization page.

/// Every scope that an app can ask for, with the words in which the page asks.
const SCOPES: [(&str, &str); 19] = [
    ("app-remote-control", "Control Spotify on your other devices"),
    ("playlist-modify-private", "Create and change your private playlists"),
    ("playlist-modify-public", "Create, change and follow playlists that everyone sees"),
    ("playlist-read-collaborative", "See the playlists that you make together with others"),
    ("playlist-read-private", "See your private playlists"),
    ("streaming", "Play music in your name, and control playback"),
    ("ugc-image-upload", "Upload pictures for your playlists"),
    ("user-follow-modify", "Choose whom you follow"),
    ("user-follow-read", "See whom you follow"),
    ("user-library-modify", "Save and remove music in your library"),
    ("user-library-read", "See the music in your library"),
    ("user-modify-playback-state", "Play, pause and skip on your devices"),
    ("user-read-currently-playing", "See what you are playing"),
    ("user-read-email", "See your email address"),
    ("user-read-playback-position", "See how far you came in podcasts and audiobooks"),
    ("user-read-playback-state", "See what you are playing, and on which device"),
    ("user-read-private", "See your country and whether you have Premium"),
    ("user-read-recently-played", "See what you played last"),
    ("user-top-read", "See your top artists and tracks"),
];

/// The description of a scope, if the scope exists.
pub(super) fn in_words(scope: &str) -> Option<&'static str> {
    SCOPES.iter().find(|(name, _)| *name == scope).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_one_can_ask_for_has_no_words() {
        assert!(in_words("user-top-read").is_some());
        assert!(in_words("user-read-everything").is_none() && in_words("").is_none());
    }
}
