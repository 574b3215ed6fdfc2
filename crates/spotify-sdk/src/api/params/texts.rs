//! Parameters that are texts.

use std::fmt;

use serde_json::{Value, json};

use super::{Market, refuse};
use crate::api::IntoParam;
use crate::api::into_param::Nullable;
use crate::definition::{Param, text_from};
use crate::ids::{Id, IdKind, SpotifyUri};
use crate::invalid_input::InvalidInput;
use crate::schema::Schema;
use crate::text::Text;

/// A text of the caller's that must not be empty: a device id, a snapshot id, a locale, a category.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NonEmptyText(Text);

impl NonEmptyText {
    fn new(text: &str) -> Result<Self, InvalidInput> {
        if text.trim().is_empty() { refuse("expected a text, got an empty one") } else { Ok(Self(text.into())) }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NonEmptyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Nullable for NonEmptyText {}

/// A device, where Spotify takes a list of them, but no more than one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SingleDevice(NonEmptyText);

impl<T: IntoParam<NonEmptyText>> IntoParam<SingleDevice> for T {
    fn into_param(self) -> Result<SingleDevice, InvalidInput> {
        self.into_param().map(SingleDevice)
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
    NonEmptyText: NonEmptyText::new;
    Description: Description::new;
    Market: str::parse;
    SpotifyUri: str::parse;
    String: |text| Ok(text.to_owned());
    Text: |text| Ok(text.into());
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

/// Parameters that are a string in JSON, and are read from one as from any text.
macro_rules! texts {
    ($([$($generic:ident: $bound:ident)?] $type:ty: $schema:expr, |$value:ident| $to_json:expr;)*) => {$(
        impl$(<$generic: $bound>)? Param for $type {
            const SCHEMA: &'static Schema = &$schema;

            fn from_json(value: &Value) -> Result<Self, InvalidInput> {
                text_from(value)?.into_param()
            }

            fn to_json(&self) -> Value {
                let $value = self;
                $to_json
            }
        }
    )*};
}

texts! {
    [] NonEmptyText: Schema::Text { min_chars: 1, max_chars: None }, |text| text.0.as_str().into();
    [] SingleDevice: Schema::Text { min_chars: 1, max_chars: None }, |device| json!([device.0.0.as_str()]);
    [] Description: Schema::Text { min_chars: 0, max_chars: Some(Description::MAX_CHARS) }, |text| text.0.as_str().into();
    [] Market: Schema::Market, |market| market.as_str().into();
    [K: IdKind] Id<K>: Schema::Id(K::KIND), |id| id.as_str().into();
    [] SpotifyUri: Schema::Uri(&[]), |uri| uri.to_string().into();
}
