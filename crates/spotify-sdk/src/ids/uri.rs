//! [`SpotifyUri`]: the URI of an item of any kind, as requests take it and responses hold it.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use serde::ser::{Serialize, Serializer};

use super::parse::{ParsedText, parse, shown};
use super::{Id, IdKind, ItemKind};
use crate::invalid_input::InvalidInput;
use crate::percent::encode_segment;
use crate::text::Text;

/// The URI of an item of any kind: `spotify:track:6rqhFgbbKwnb9MLmUQDhG6`.
///
/// Read from a URI or a link by [`str::parse`], or made from an [`Id`] with [`Id::uri`]. The URIs of files on the user's
/// own device, `spotify:local:…`, and of collections, such as `spotify:collection` for the user's Liked Songs, have no
/// [`kind`](Self::kind) and no [`id`](Self::id); what can be done with them differs by operation. A URI in a
/// response is kept as it came, whatever it is. What `Display` writes is read again as the same URI. One of the usual form
/// costs no allocation.
///
/// ```
/// use spotify_sdk::ids::SpotifyUri;
///
/// let liked: SpotifyUri = "https://open.spotify.com/collection/tracks".parse()?;
/// assert_eq!(liked, "spotify:collection");
/// assert!(liked.is_context());
/// let file: SpotifyUri = "spotify:local:::Untitled:61".parse()?;
/// assert!(file.is_local() && file.kind().is_none());
/// # Ok::<(), spotify_sdk::error::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpotifyUri(Form);

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Form {
    /// Written `spotify:{kind}:{id}`, the id percent-encoded, and nothing but.
    Item { kind: ItemKind, id: Text },
    /// Any other text that Spotify sent as a URI.
    Other(Text),
}

impl SpotifyUri {
    pub(super) fn of(kind: ItemKind, id: Text) -> Self {
        Self(Form::Item { kind, id })
    }

    /// A URI that Spotify sent: whatever it is, it is kept.
    pub(crate) fn from_spotify(text: &str) -> Self {
        // The kind is short: looking at its bytes one by one is faster than a search made for long texts.
        let item = text.strip_prefix("spotify:").and_then(|rest| {
            let colon = rest.bytes().position(|byte| byte == b':')?;
            Some((&rest[..colon], &rest[colon + 1..]))
        });
        if let Some((word, id)) = item
            && !id.is_empty()
            && let Some(kind) = ItemKind::from_string(word)
        {
            if id.bytes().fold(true, |all, byte| all & byte.is_ascii_alphanumeric()) {
                return Self::of(kind, id.into());
            }
            // A user name is percent-encoded. What would not be written again exactly as it came is not taken apart.
            if let Ok(name) = percent_decode_str(id).decode_utf8()
                && encode_segment(&name) == id
            {
                return Self::of(kind, name.as_ref().into());
            }
        }
        Self(Form::Other(text.into()))
    }

    /// The kind of item it names; `None` for local files and forms that this version does not know.
    pub fn kind(&self) -> Option<ItemKind> {
        match &self.0 {
            Form::Item { kind, .. } => Some(*kind),
            Form::Other(_) => None,
        }
    }

    /// The id of the item; `None` where there is no [`kind`](Self::kind).
    pub fn id(&self) -> Option<&str> {
        match &self.0 {
            Form::Item { id, .. } => Some(id),
            Form::Other(_) => None,
        }
    }

    /// Whether it names a file on the user's own device: `spotify:local:…`.
    pub fn is_local(&self) -> bool {
        matches!(&self.0, Form::Other(text) if text.starts_with("spotify:local:"))
    }

    /// Whether it names what a user has saved as a whole: `spotify:collection`, `spotify:user:{name}:collection` and
    /// `…:collection:your-episodes`. These can be played, and nothing else.
    pub fn is_collection(&self) -> bool {
        matches!(&self.0, Form::Other(text) if matches!(parse(text), ParsedText::Collection(_)))
    }

    /// Whether tracks and episodes can be played from it: an album, an artist, an audiobook, a playlist, a show or a
    /// [collection](Self::is_collection).
    pub fn is_context(&self) -> bool {
        use ItemKind::{Album, Artist, Audiobook, Playlist, Show};
        match self.kind() {
            Some(kind) => matches!(kind, Album | Artist | Audiobook | Playlist | Show),
            None => self.is_collection(),
        }
    }

    /// The kind of item in a word, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match self.kind() {
            Some(kind) => kind.as_str(),
            None if self.is_local() => "local file",
            None if self.is_collection() => "collection",
            None => "URI",
        }
    }
}

impl fmt::Display for SpotifyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Item { kind, id } => write!(f, "spotify:{kind}:{}", encode_segment(id)),
            Form::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for SpotifyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpotifyUri({self})")
    }
}

impl PartialEq<str> for SpotifyUri {
    fn eq(&self, other: &str) -> bool {
        match &self.0 {
            Form::Item { .. } => *self == Self::from_spotify(other),
            Form::Other(text) => text == other,
        }
    }
}

impl PartialEq<&str> for SpotifyUri {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl FromStr for SpotifyUri {
    type Err = InvalidInput;

    /// Reads a URI or a link.
    ///
    /// # Errors
    /// [`InvalidInput`] for text that names no item; a bare id is refused too, since it does not say of which kind it is.
    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        let what = match parse(text) {
            ParsedText::Item { kind, id } => return Ok(Self::of(kind, id)),
            ParsedText::LocalFile(uri) | ParsedText::Collection(uri) => return Ok(Self(Form::Other(uri))),
            ParsedText::Bare(id) if id.is_empty() => "an empty text".to_owned(),
            ParsedText::Bare(_) => format!("`{}`, which does not say what kind of item it is", shown(text)),
            ParsedText::Unusable(what) => format!("`{}`, {what}", shown(text)),
        };
        Err(InvalidInput::new("uri", format!("expected a Spotify URI or link, got {what}")))
    }
}

impl Serialize for SpotifyUri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<K: IdKind> From<Id<K>> for SpotifyUri {
    fn from(id: Id<K>) -> Self {
        id.uri()
    }
}

impl<K: IdKind> From<&Id<K>> for SpotifyUri {
    fn from(id: &Id<K>) -> Self {
        id.uri()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The names that Spotify writes into URIs, other scripts and reserved characters among them.
    fn name() -> impl Strategy<Value = String> {
        "[\\PC--\\s]([\\PC]{0,12}[\\PC--\\s])?"
    }

    /// One part of a local file's URI, as Spotify writes it: form-encoded, and empty where the file does not say.
    fn part() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(String::new()),
            name().prop_map(|name| url::form_urlencoded::byte_serialize(name.as_bytes()).collect()),
            name().prop_map(|name| encode_segment(&name).into_owned()),
            "[\\PC--[\\s:]]{1,8}",
        ]
    }

    fn uri() -> impl Strategy<Value = SpotifyUri> {
        let kinds = || {
            prop::sample::select(
                &[
                    ItemKind::Album,
                    ItemKind::Artist,
                    ItemKind::Audiobook,
                    ItemKind::Chapter,
                    ItemKind::Episode,
                    ItemKind::Playlist,
                    ItemKind::Show,
                    ItemKind::Track,
                ][..],
            )
        };
        let collection = prop::sample::select(&["", ":your-episodes", ":tracks", ":artist:0TnOYISbd1XYRBk9myaseg"][..]);
        prop_oneof![
            (kinds(), "[0-9A-Za-z]{1,40}").prop_map(|(kind, id)| SpotifyUri::of(kind, id.into())),
            name().prop_map(|name| SpotifyUri::of(ItemKind::User, name.into())),
            (part(), part(), part(), 0u32..100_000).prop_map(|(artist, album, title, seconds)| {
                SpotifyUri::from_spotify(&format!("spotify:local:{artist}:{album}:{title}:{seconds}"))
            }),
            collection.clone().prop_map(|rest| SpotifyUri::from_spotify(&format!("spotify:collection{rest}"))),
            (name(), collection).prop_map(|(name, rest)| {
                SpotifyUri::from_spotify(&format!("spotify:user:{}:collection{rest}", encode_segment(&name)))
            }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_as_the_same(uri in uri()) {
            let written = uri.to_string();
            let read = written.parse::<SpotifyUri>();
            prop_assert_eq!(read.as_ref(), Ok(&uri), "{}", &written);
            prop_assert_eq!(SpotifyUri::from_spotify(&written), uri.clone(), "{}", &written);
            prop_assert_eq!(format!("\t{written}\n").parse::<SpotifyUri>(), Ok(uri));
        }
    }

    #[test]
    fn each_uri_knows_what_can_be_done_with_it() {
        for (text, what, is_context) in [
            ("spotify:album:1", "album", true),
            ("spotify:show:1", "show", true),
            ("spotify:track:1", "track", false),
            ("spotify:user:1", "user", false),
            ("spotify:local:a:b:c:1", "local file", false),
            ("spotify:collection", "collection", true),
            ("spotify:user:1:collection:your-episodes", "collection", true),
        ] {
            let uri: SpotifyUri = text.parse().unwrap();
            assert_eq!((uri.what(), uri.is_context()), (what, is_context), "{text}");
            assert_eq!(uri, text);
        }
        assert_eq!(SpotifyUri::from_spotify("spotify:station:1").what(), "URI");
    }
}
