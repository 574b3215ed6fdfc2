//! The types of the parameters: each knows what it takes, and says so before anything is sent.

mod choices;
mod items;
mod models;
mod numbers;
mod uris;

use std::fmt;

use serde_json::{Value, json};

use super::IntoParam;
use super::into_param::Nullable;
use crate::definition::{Chunk, Operation, RequestBuilder};
use crate::ids::{Id, IdKind, SpotifyUri};
use crate::invalid_input::InvalidInput;
pub use crate::models::Market;
use crate::text::Text;

pub use choices::{AdditionalType, Choices, IncludeExternal, IncludeGroup, RepeatMode, SearchType, TimeRange};
pub use items::{ItemToRemove, Jpeg, PlaybackOffset, TimestampedId};
pub use numbers::{Limit, Millis, Percent, QuotaLimit, UnixMillis};
pub(crate) use numbers::{max_limit, page_size};
pub(crate) use uris::Use;

/// How a parameter is written into a JSON body.
pub(crate) trait BodyValue {
    fn to_value(&self) -> Value;
}

/// How a parameter is written into the query.
pub(crate) trait QueryValue {
    fn add_to(&self, request: &mut RequestBuilder, name: &str);
}

impl<T: fmt::Display> QueryValue for T {
    fn add_to(&self, request: &mut RequestBuilder, name: &str) {
        request.query(name, self);
    }
}

pub(crate) fn refuse<T>(message: impl Into<Box<str>>) -> Result<T, InvalidInput> {
    // The operation puts the name of its parameter in.
    Err(InvalidInput::new("value", message))
}

impl IntoParam<bool> for bool {
    fn into_param(self) -> Result<bool, InvalidInput> {
        Ok(self)
    }
}

impl BodyValue for bool {
    fn to_value(&self) -> Value {
        (*self).into()
    }
}

/// `MIN` to `MAX` values, for parameters that take several: ids, URIs, items.
///
/// Given as anything that can be iterated over and gives what one value takes: arrays, slices, vectors, iterators.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BoundedList<T, const MAX: usize, const MIN: usize = 1>(Vec<T>);

/// At least `MIN` values, and any number of them: Spotify takes up to `MAX` in a request, so more take several requests.
///
/// Given as for [`BoundedList`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Batch<T, const MAX: usize, const MIN: usize = 1>(Vec<T>);

impl<I, T, const MAX: usize, const MIN: usize> IntoParam<Batch<T, MAX, MIN>> for I
where
    I: IntoIterator,
    I::Item: IntoParam<T>,
{
    fn into_param(self) -> Result<Batch<T, MAX, MIN>, InvalidInput> {
        let values: Vec<T> = self.into_iter().map(IntoParam::into_param).collect::<Result<_, _>>()?;
        if values.len() < MIN {
            return refuse(format!("expected at least {MIN} of them, got {}", values.len()));
        }
        Ok(Batch(values))
    }
}

impl<T: Clone, const MAX: usize, const MIN: usize> Batch<T, MAX, MIN> {
    /// The chunks of an operation that has these values: `part` gives it with some of them alone, of which the first is the
    /// `index`-th of all. None where one request takes them all.
    pub(crate) fn chunks<Op: Operation>(&self, part: impl Fn(usize, Self) -> Op) -> Result<Vec<Chunk>, InvalidInput> {
        if self.0.len() <= MAX {
            return Ok(Vec::new());
        }
        let parts = self.0.chunks(MAX).enumerate();
        parts.map(|(index, values)| Chunk::new(&part(index * MAX, Self(values.to_vec())), values.len())).collect()
    }

    /// The first values, as many as a request takes, and the others.
    pub(crate) fn split_first(&self) -> (Self, &[T]) {
        let (first, others) = self.0.split_at(self.0.len().min(MAX));
        (Self(first.to_vec()), others)
    }
}

impl<I, T, const MAX: usize, const MIN: usize> IntoParam<BoundedList<T, MAX, MIN>> for I
where
    I: IntoIterator,
    I::Item: IntoParam<T>,
{
    fn into_param(self) -> Result<BoundedList<T, MAX, MIN>, InvalidInput> {
        let values: Vec<T> = self.into_iter().map(IntoParam::into_param).collect::<Result<_, _>>()?;
        if (MIN..=MAX).contains(&values.len()) {
            Ok(BoundedList(values))
        } else {
            refuse(format!("expected {MIN} to {MAX} of them, got {}", values.len()))
        }
    }
}

macro_rules! lists_of_values {
    ($($list:ident),*) => {$(
        impl<T, const MAX: usize, const MIN: usize> $list<T, MAX, MIN> {
            /// The values.
            pub fn as_slice(&self) -> &[T] {
                &self.0
            }
        }

        impl<T: fmt::Display, const MAX: usize, const MIN: usize> fmt::Display for $list<T, MAX, MIN> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (index, value) in self.0.iter().enumerate() {
                    write!(f, "{}{value}", if index == 0 { "" } else { "," })?;
                }
                Ok(())
            }
        }

        impl<T: BodyValue, const MAX: usize, const MIN: usize> BodyValue for $list<T, MAX, MIN> {
            fn to_value(&self) -> Value {
                self.0.iter().map(BodyValue::to_value).collect()
            }
        }
    )*};
}

lists_of_values!(BoundedList, Batch);

impl<K: IdKind> BodyValue for Id<K> {
    fn to_value(&self) -> Value {
        self.as_str().into()
    }
}

impl BodyValue for SpotifyUri {
    fn to_value(&self) -> Value {
        self.to_string().into()
    }
}

/// A text of the caller's that must not be empty: a device id, a snapshot id, a locale, a category.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NonEmptyText(Text);

impl fmt::Display for NonEmptyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Nullable for NonEmptyText {}

impl AsRef<str> for NonEmptyText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl BodyValue for NonEmptyText {
    fn to_value(&self) -> Value {
        self.0.as_str().into()
    }
}

/// A device, where Spotify takes a list of them, but no more than one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SingleDevice(NonEmptyText);

impl<T: IntoParam<NonEmptyText>> IntoParam<SingleDevice> for T {
    fn into_param(self) -> Result<SingleDevice, InvalidInput> {
        self.into_param().map(SingleDevice)
    }
}

impl BodyValue for SingleDevice {
    fn to_value(&self) -> Value {
        json!([self.0.to_value()])
    }
}

/// The description of a playlist: one line of at most 300 characters, which may be empty. Spotify fails on any other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Description(Text);

impl Description {
    const MAX_CHARS: usize = 300;

    fn new(text: &str) -> Result<Self, InvalidInput> {
        let is_break = |c: char| matches!(c, '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        if let Some(at) = text.chars().position(is_break) {
            return refuse(format!("expected one line, got a line break after {at} characters"));
        }
        let count = text.chars().count();
        if count > Self::MAX_CHARS {
            return refuse(format!("expected at most {} characters, got {count}", Self::MAX_CHARS));
        }
        Ok(Self(text.into()))
    }
}

impl BodyValue for Description {
    fn to_value(&self) -> Value {
        self.0.as_str().into()
    }
}

/// Parameters that are read from text of any type.
macro_rules! from_texts {
    ($($target:ty: $read:expr;)*) => {$(
        from_texts!(@each $target: $read; &str, &&str, String, &String, Text, &Text);
    )*};
    (@each $target:ty: $read:expr; $($text:ty),*) => {$(
        impl IntoParam<$target> for $text {
            fn into_param(self) -> Result<$target, InvalidInput> {
                let read: fn(&str) -> Result<$target, InvalidInput> = $read;
                read(self.as_ref())
            }
        }
    )*};
}

from_texts! {
    NonEmptyText: |text| if text.trim().is_empty() { refuse("expected a text, got an empty one") } else { Ok(NonEmptyText(text.into())) };
    Description: Description::new;
    Market: str::parse;
    SpotifyUri: str::parse;
}

impl IntoParam<Market> for Market {
    fn into_param(self) -> Result<Market, InvalidInput> {
        Ok(self)
    }
}

impl IntoParam<Market> for &Market {
    fn into_param(self) -> Result<Market, InvalidInput> {
        Ok(*self)
    }
}
