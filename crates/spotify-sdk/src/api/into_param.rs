//! [`IntoParam`]: what may be given for a parameter.

use crate::ids::{Id, IdKind, SpotifyUri};
use crate::invalid_input::InvalidInput;
use crate::text::Text;

/// A value that can be given for a parameter of the type `T`. It is checked when the call is made, and a refusal is the
/// error of the call: nothing is sent.
///
/// | parameter | what can be given |
/// | --- | --- |
/// | [`Id`] | an id, a URI or a link as text, an [`Id`], a [`SpotifyUri`], or a model that has one: `&Track`, `&Album`, … |
/// | [`SpotifyUri`] | the same, but for ids as text, which do not say what they are the id of |
/// | a device | its id as text, or a [`PlayerDevice`](crate::models::PlayerDevice) |
/// | a number | every type of whole numbers |
/// | a length of time | [`std::time::Duration`], [`jiff::SignedDuration`], or a number of milliseconds |
/// | a moment | [`jiff::Timestamp`], or a number of milliseconds since 1970 |
/// | one of several words | the enumeration, or its word as text: `"short_term"` |
/// | several words | one, an array or a slice of them, or a list as text: `"track,album"` |
/// | several values | what can be iterated over and gives what one value takes |
///
/// Ids, URIs and devices can also be given as an `Option`, as models have them; `None` is refused. For optional parameters
/// that the caller may or may not have, operations and calls have `maybe_…` methods.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given where `{T}` is expected",
    label = "no value for `{T}`",
    note = "an id is given as text that is an id, a URI or a link, as a typed id, as a `SpotifyUri`, or as a model: `&Track`",
    note = "an optional parameter that you may or may not have is set with its `maybe_` method: `call.maybe_market(market)`"
)]
pub trait IntoParam<T> {
    /// The value as the parameter takes it.
    ///
    /// # Errors
    /// [`InvalidInput`] when the parameter cannot take it.
    fn into_param(self) -> Result<T, InvalidInput>;
}

/// A parameter for which an `Option` can be given, since models have such values as an `Option`.
pub trait Nullable {}

impl<K> Nullable for Id<K> {}
impl Nullable for SpotifyUri {}

impl<T: Nullable, U: IntoParam<T>> IntoParam<T> for Option<U> {
    fn into_param(self) -> Result<T, InvalidInput> {
        match self {
            Some(value) => value.into_param(),
            // The operation puts the name of its parameter in.
            None => Err(InvalidInput::new("value", "expected a value, got `None`")),
        }
    }
}

impl<'a, T: Nullable, U> IntoParam<T> for &'a Option<U>
where
    &'a U: IntoParam<T>,
{
    fn into_param(self) -> Result<T, InvalidInput> {
        self.as_ref().into_param()
    }
}

impl IntoParam<bool> for bool {
    fn into_param(self) -> Result<bool, InvalidInput> {
        Ok(self)
    }
}

impl<K: IdKind> IntoParam<Id<K>> for Id<K> {
    fn into_param(self) -> Result<Id<K>, InvalidInput> {
        // One that came from Spotify was never checked.
        Id::new(self)
    }
}

macro_rules! id_from {
    ($($text:ty),*) => {$(
        impl<K: IdKind> IntoParam<Id<K>> for $text {
            fn into_param(self) -> Result<Id<K>, InvalidInput> {
                Id::new(self)
            }
        }
    )*};
}

id_from!(&Id<K>, &&Id<K>, &str, &&str, String, &String, Text, &Text);

impl<K: IdKind> IntoParam<Id<K>> for SpotifyUri {
    fn into_param(self) -> Result<Id<K>, InvalidInput> {
        Id::try_from(self)
    }
}

impl<K: IdKind> IntoParam<Id<K>> for &SpotifyUri {
    fn into_param(self) -> Result<Id<K>, InvalidInput> {
        Id::try_from(self.clone())
    }
}

impl IntoParam<SpotifyUri> for SpotifyUri {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        Ok(self)
    }
}

impl IntoParam<SpotifyUri> for &SpotifyUri {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        Ok(self.clone())
    }
}

impl<K: IdKind> IntoParam<SpotifyUri> for Id<K> {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        (&self).into_param()
    }
}

impl<K: IdKind> IntoParam<SpotifyUri> for &Id<K> {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        // One that came from Spotify was never checked.
        Ok(Id::<K>::new(self)?.uri())
    }
}

/// Returns the value of the parameter `name`.
#[doc(hidden)]
pub fn param<T>(name: &'static str, input: impl IntoParam<T>) -> Result<T, InvalidInput> {
    input.into_param().map_err(|error| error.of(name))
}
