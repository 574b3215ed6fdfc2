//! [`Input`]: what may be given for a parameter.

use compact_str::CompactString;

use crate::error::InvalidInput;
use crate::ids::{Id, IdKind, SpotifyUri};

/// A value that can be given for a parameter of the type `T`. What it is converted to is checked when the call is made,
/// and a refusal is the call's error: nothing is sent.
///
/// For an id that is a `&str`, a `String`, an [`Id`] or a [`SpotifyUri`]; texts may be ids, URIs or links. For a
/// [`SpotifyUri`] it is the same, but for bare ids, which do not say what they are the id of. For
/// [`Several`](super::params::Several) of something, it is anything that can be iterated over.
pub trait Input<T> {
    /// The value as the parameter takes it.
    ///
    /// # Errors
    /// [`InvalidInput`] when the parameter cannot take it.
    fn into_value(self) -> Result<T, InvalidInput>;
}

impl<K: IdKind> Input<Id<K>> for Id<K> {
    fn into_value(self) -> Result<Id<K>, InvalidInput> {
        // One that came from Spotify was never checked.
        Id::new(self)
    }
}

macro_rules! id_from {
    ($($text:ty),*) => {$(
        impl<K: IdKind> Input<Id<K>> for $text {
            fn into_value(self) -> Result<Id<K>, InvalidInput> {
                Id::new(self)
            }
        }
    )*};
}

id_from!(&Id<K>, &str, &&str, String, &String, CompactString, &CompactString);

impl<K: IdKind> Input<Id<K>> for SpotifyUri {
    fn into_value(self) -> Result<Id<K>, InvalidInput> {
        Id::try_from(self)
    }
}

impl<K: IdKind> Input<Id<K>> for &SpotifyUri {
    fn into_value(self) -> Result<Id<K>, InvalidInput> {
        Id::try_from(self.clone())
    }
}
