//! [`IntoParam`]: what may be given for a parameter.

use crate::ids::{Id, IdKind, SpotifyUri};
use crate::invalid_input::InvalidInput;
use crate::text::Text;

/// A value that can be given for a parameter of the type `T`. What it is converted to is checked when the call is made,
/// and a refusal is the call's error: nothing is sent.
///
/// For an id that is a `&str`, a `String`, an [`Id`] or a [`SpotifyUri`]; texts may be ids, URIs or links. For a
/// [`SpotifyUri`] it is the same, but for bare ids, which do not say what they are the id of. What models have as an
/// `Option`, since Spotify may leave it out, can be given as it is: `None` is refused. For
/// [`BoundedList`](super::params::BoundedList) of something, it is anything that can be iterated over.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given where `{T}` is expected",
    label = "no value for `{T}`",
    note = "an id is given as text that is an id, a URI or a link, as a typed id, or as a `SpotifyUri`",
    note = "a parameter that you may or may not have is set where you have it: `if let Some(market) = market {{ call = \
            call.market(market); }}`"
)]
pub trait IntoParam<T> {
    /// The value as the parameter takes it.
    ///
    /// # Errors
    /// [`InvalidInput`] when the parameter cannot take it.
    fn into_param(self) -> Result<T, InvalidInput>;
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

id_from!(&Id<K>, &str, &&str, String, &String, Text, &Text);

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

/// What Spotify has left out cannot be sent.
fn required<T: Clone>(value: Option<&T>, name: &'static str) -> Result<T, InvalidInput> {
    value.cloned().ok_or_else(|| InvalidInput::new(name, "the item has none"))
}

impl<K: IdKind> IntoParam<Id<K>> for &Option<Id<K>> {
    fn into_param(self) -> Result<Id<K>, InvalidInput> {
        required(self.as_ref(), "id")?.into_param()
    }
}

impl<K: IdKind> IntoParam<Id<K>> for Option<Id<K>> {
    fn into_param(self) -> Result<Id<K>, InvalidInput> {
        (&self).into_param()
    }
}

impl<K: IdKind> IntoParam<SpotifyUri> for &Option<Id<K>> {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        required(self.as_ref(), "id")?.into_param()
    }
}

impl IntoParam<SpotifyUri> for &Option<SpotifyUri> {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        required(self.as_ref(), "uri")
    }
}

impl IntoParam<SpotifyUri> for Option<SpotifyUri> {
    fn into_param(self) -> Result<SpotifyUri, InvalidInput> {
        (&self).into_param()
    }
}
