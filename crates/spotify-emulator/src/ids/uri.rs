//! Spotify's URIs.

use crate::ids;

/// The kind of item that a URI identifies.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Kind {
    Album,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    Playlist,
    Show,
    Track,
    User,
}

const KINDS: [(&str, Kind); 9] = [
    ("album", Kind::Album),
    ("artist", Kind::Artist),
    ("audiobook", Kind::Audiobook),
    ("chapter", Kind::Chapter),
    ("episode", Kind::Episode),
    ("playlist", Kind::Playlist),
    ("show", Kind::Show),
    ("track", Kind::Track),
    ("user", Kind::User),
];

impl Kind {
    /// The word used in URIs, in links and as the `type` of an object.
    pub(crate) fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map(|(word, _)| *word).unwrap_or_default()
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        KINDS.iter().find(|(other, _)| *other == word).map(|(_, kind)| *kind)
    }

    pub(crate) fn uri(self, id: &str) -> String {
        format!("spotify:{}:{id}", self.word())
    }
}

/// A parsed URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Uri<'a> {
    pub(crate) kind: Kind,
    pub(crate) id: &'a str,
}

impl<'a> Uri<'a> {
    /// Parses `spotify:{kind}:{id}`, and the older `spotify:user:{name}:playlist:{id}`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("spotify:")?;
        let (word, id) = rest.split_once(':')?;
        let kind = Kind::from_word(word)?;
        if kind == Kind::User {
            if let Some((_, playlist)) = id.split_once(":playlist:") {
                return ids::is_well_formed(playlist).then_some(Self { kind: Kind::Playlist, id: playlist });
            }
            return (!id.is_empty() && !id.contains(':')).then_some(Self { kind, id });
        }
        ids::is_well_formed(id).then_some(Self { kind, id })
    }
}

/// A file on someone's machine that is in a playlist: `spotify:local:artist:album:title:seconds`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LocalFile {
    pub(crate) artist: String,
    pub(crate) album: String,
    pub(crate) title: String,
    pub(crate) seconds: u32,
}

impl LocalFile {
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        let parts: Vec<&str> = uri.strip_prefix("spotify:local:")?.split(':').collect();
        let [artist, album, title, seconds] = parts.as_slice() else {
            return None;
        };
        let text = |part: &str| crate::text::decode_form(part);
        Some(Self { artist: text(artist), album: text(album), title: text(title), seconds: seconds.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4aawyAB9vmqN3uQ7FjRGTy";

    #[test]
    fn a_uri_is_read_as_it_is_written() {
        for (_, kind) in KINDS {
            assert_eq!(Uri::parse(&kind.uri(ID)), Some(Uri { kind, id: ID }));
        }
        let old = format!("spotify:user:some$one:playlist:{ID}");
        assert_eq!(Uri::parse(&old), Some(Uri { kind: Kind::Playlist, id: ID }));
        assert_eq!(Uri::parse("spotify:user:some$one"), Some(Uri { kind: Kind::User, id: "some$one" }));
    }

    #[test]
    fn what_is_no_uri_is_refused() {
        for text in
            ["", "spotify:", "spotify:track", "spotify:track:short", "spotify:nothing:4aawyAB9vmqN3uQ7FjRGTy", ID]
        {
            assert_eq!(Uri::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_local_file_says_what_it_is() {
        let file = LocalFile::parse("spotify:local:Die+%C3%84rzte::Demo+1:213").unwrap();
        assert_eq!(
            (file.artist.as_str(), file.album.as_str(), file.title.as_str(), file.seconds),
            ("Die Ärzte", "", "Demo 1", 213)
        );
        assert_eq!(LocalFile::parse("spotify:local:a:b:c"), None);
    }
}
