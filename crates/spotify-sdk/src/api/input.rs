//! [`Input`]: what may be given for a parameter.

use crate::error::InvalidInput;
use crate::ids::{Id, IdKind, SpotifyUri};

/// A value that can be given for a parameter of the type `T`. What it is converted to is checked when the call is made,
/// and a refusal is the call's error: nothing is sent.
///
/// For an id that is a `&str`, a `String`, an [`Id`] or a [`SpotifyUri`]; texts may be ids, URIs or links.
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

impl<K: IdKind> Input<Id<K>> for &Id<K> {
    fn into_value(self) -> Result<Id<K>, InvalidInput> {
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

id_from!(&str, String, &String);

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

impl Input<u32> for u32 {
    fn into_value(self) -> Result<u32, InvalidInput> {
        Ok(self)
    }
}
