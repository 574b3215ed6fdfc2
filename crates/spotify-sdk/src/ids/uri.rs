//! [`SpotifyUri`]: the URI of an item of any kind, as requests take it and answers carry it.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use percent_encoding::percent_decode_str;

use super::parse::{Parsed, parse};
use super::{Id, IdKind, ItemKind};
use crate::error::InvalidInput;
use crate::percent::encode_segment;

/// The URI of an item of any kind: `spotify:track:6rqhFgbbKwnb9MLmUQDhG6`.
///
/// Read from a URI or a link by [`str::parse`], or made from an [`Id`] with [`Id::uri`]. A URI in an answer of
/// Spotify's is kept as it came, whatever it is: a local file's, for example, has no [`kind`](Self::kind) and no
/// [`id`](Self::id). One of the usual form costs no allocation.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpotifyUri(Form);

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Form {
    /// Written `spotify:{kind}:{id}`, the id percent-encoded, and nothing but.
    Item { kind: ItemKind, id: CompactString },
    /// Any other text that Spotify sent as a URI.
    Other(CompactString),
}

impl SpotifyUri {
    pub(super) fn of(kind: ItemKind, id: CompactString) -> Self {
        Self(Form::Item { kind, id })
    }

    /// A URI that Spotify sent: whatever it is, it is kept.
    pub(crate) fn from_spotify(text: &str) -> Self {
        // The word is short: to look at its bytes one by one is faster than a search made for long texts.
        let item = text.strip_prefix("spotify:").and_then(|rest| {
            let colon = rest.bytes().position(|byte| byte == b':')?;
            Some((&rest[..colon], &rest[colon + 1..]))
        });
        if let Some((word, id)) = item
            && !id.is_empty()
            && let Some(kind) = ItemKind::from_word(word)
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
            Parsed::Item { kind, id } => return Ok(Self::of(kind, id)),
            Parsed::Bare(id) if id.is_empty() => "an empty text".to_owned(),
            Parsed::Bare(id) => format!("`{id}`, which does not say what kind of item it is"),
            Parsed::Unusable(what) => format!("`{}`, {what}", text.trim()),
        };
        Err(InvalidInput::new("uri", format!("expected a Spotify URI or link, got {what}")))
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
