//! [`Id`]: the id of one item of one kind.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::ser::{Serialize, Serializer};

use super::parse::{ParsedText, can_be_id, parse, shown, without_query};
use super::{IdKind, ItemKind, SpotifyUri, marker};
use crate::invalid_input::InvalidInput;
use crate::text::Text;

/// The id of an album.
pub type AlbumId = Id<marker::Album>;
/// The id of an artist.
pub type ArtistId = Id<marker::Artist>;
/// The id of an audiobook. Its links may say `show`: both are accepted.
pub type AudiobookId = Id<marker::Audiobook>;
/// The id of a chapter. Its links may say `episode`: both are accepted.
pub type ChapterId = Id<marker::Chapter>;
/// The id of an episode.
pub type EpisodeId = Id<marker::Episode>;
/// The id of a playlist.
pub type PlaylistId = Id<marker::Playlist>;
/// The id of a show.
pub type ShowId = Id<marker::Show>;
/// The id of a track.
pub type TrackId = Id<marker::Track>;
/// The id of a user: a user name, which may hold any character.
pub type UserId = Id<marker::User>;

/// The id of one item of the kind `K`: [`AlbumId`], [`TrackId`], ….
///
/// Made from an id, a URI or a link by [`Id::new`] or [`str::parse`]. Ids of any length are accepted, since only Spotify
/// knows which exist. Refused are an empty text, a URI or link of another kind, and characters that no id has, such as
/// spaces, quotes or `<id>`. Only the ids of users, which are their names, may hold any that can be printed. An
/// id up to 24 bytes long, which nearly every one is, costs no allocation.
pub struct Id<K> {
    text: Text,
    kind: PhantomData<fn() -> K>,
}

impl<K: IdKind> Id<K> {
    /// The id that `text`, an id, a URI or a link, names.
    ///
    /// # Errors
    /// [`InvalidInput`], saying what was expected and what came, when `text` is empty or names an item of another kind.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidInput> {
        let text = text.as_ref();
        let id = match parse(text) {
            ParsedText::Bare(id) if K::KIND == ItemKind::User => id,
            ParsedText::Bare(id) => without_query(&id).into(),
            ParsedText::Item { kind, id } if kind == K::KIND || Some(kind) == K::ALSO => id,
            ParsedText::Item { kind, .. } => return Err(refused::<K>(&format!("the {kind} `{}`", shown(text)))),
            ParsedText::LocalFile(_) => {
                return Err(refused::<K>(&format!("the local file `{}`, which has none", shown(text))));
            }
            ParsedText::Collection(_) => {
                return Err(refused::<K>(&format!("the collection `{}`, which has none", shown(text))));
            }
            ParsedText::Unusable(what) => return Err(refused::<K>(&format!("`{}`, {what}", shown(text)))),
        };
        match id.as_str() {
            "" => Err(refused::<K>("an empty text")),
            // A path segment of dots would climb to another path of the API, encoded or not.
            "." | ".." => Err(refused::<K>(&format!("`{id}`"))),
            _ if !can_be_id(K::KIND, &id) => {
                Err(refused::<K>(&format!("`{}`, which has characters that no id has", shown(text))))
            }
            _ => Ok(Self::from_spotify(id)),
        }
    }

    /// The URI of this item: `spotify:album:…`.
    pub fn uri(&self) -> SpotifyUri {
        SpotifyUri::of(K::KIND, self.text.clone())
    }

    /// The link of this item, as Spotify's apps share it: `https://open.spotify.com/album/…`.
    pub fn url(&self) -> String {
        let kind = K::ALSO.unwrap_or(K::KIND);
        format!("https://open.spotify.com/{kind}/{}", crate::percent::encode_segment(&self.text))
    }
}

impl<K> Id<K> {
    /// An id that Spotify sent: whatever it is, it is kept.
    pub(crate) fn from_spotify(text: impl Into<Text>) -> Self {
        Self { text: text.into(), kind: PhantomData }
    }

    /// The bare id.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn refused<K: IdKind>(what: &str) -> InvalidInput {
    InvalidInput::new("id", format!("expected {}, its URI or its link, got {what}", K::EXPECTED))
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), kind: PhantomData }
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({} {:?})", K::KIND, self.as_str())
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

// Hashes as its text does: maps keyed by ids can be asked with a `&str`.
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<K> Borrow<str> for Id<K> {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl<K> AsRef<str> for Id<K> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<K> PartialEq<str> for Id<K> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl<K> PartialEq<&str> for Id<K> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<K> PartialEq<String> for Id<K> {
    fn eq(&self, other: &String) -> bool {
        self.text == *other
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::new(text)
    }
}

impl<K: IdKind> TryFrom<&str> for Id<K> {
    type Error = InvalidInput;

    fn try_from(text: &str) -> Result<Self, InvalidInput> {
        Self::new(text)
    }
}

impl<K: IdKind> TryFrom<String> for Id<K> {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, InvalidInput> {
        Self::new(text)
    }
}

impl<K: IdKind> TryFrom<SpotifyUri> for Id<K> {
    type Error = InvalidInput;

    fn try_from(uri: SpotifyUri) -> Result<Self, InvalidInput> {
        Self::new(uri.to_string())
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<K> From<Id<K>> for String {
    fn from(id: Id<K>) -> Self {
        id.text.into()
    }
}
