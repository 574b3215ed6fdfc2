//! Enumerations of the words that requests take.

use std::str::FromStr;

use serde_json::Value;

use super::refuse;
use crate::api::IntoParam;
use crate::definition::{Param, expected, text_from};
use crate::invalid_input::InvalidInput;
use crate::schema::Schema;
use crate::string_enum::string_enum;

/// What parameters take that are one value of an enumeration, or several.
macro_rules! choices {
    ($($name:ident),*) => {$(
        impl IntoParam<$name> for $name {
            fn into_param(self) -> Result<$name, InvalidInput> {
                Ok(self)
            }
        }

        impl IntoParam<$name> for &$name {
            fn into_param(self) -> Result<$name, InvalidInput> {
                Ok(*self)
            }
        }

        impl Param for $name {
            const SCHEMA: &'static Schema = &Schema::Words { words: $name::STRINGS, open: false };

            fn from_json(value: &Value) -> Result<Self, InvalidInput> {
                text_from(value)?.into_param()
            }

            fn to_json(&self) -> Value {
                self.as_str().into()
            }
        }

        impl Param for Choices<$name> {
            const SCHEMA: &'static Schema = &Schema::WordList { words: $name::STRINGS };

            fn from_json(value: &Value) -> Result<Self, InvalidInput> {
                match value {
                    Value::String(words) => words.into_param(),
                    Value::Array(words) => {
                        Choices::new(words.iter().map($name::from_json).collect::<Result<_, _>>()?)
                    }
                    _ => Err(expected("a list of words", value)),
                }
            }

            fn to_json(&self) -> Value {
                self.0.iter().map(Param::to_json).collect()
            }
        }

        choices!(@texts $name; &str, &&str, String, &String);

        impl IntoParam<Choices<$name>> for $name {
            fn into_param(self) -> Result<Choices<$name>, InvalidInput> {
                Ok(Choices(vec![self]))
            }
        }
    )*};
    (@texts $name:ident; $($text:ty),*) => {$(
        impl IntoParam<$name> for $text {
            fn into_param(self) -> Result<$name, InvalidInput> {
                self.parse()
            }
        }
    )*};
}

/// One or more words of an enumeration. Given as one alone, an array, a slice or a vector of them, or a list as text, with
/// commas between the words: `"track,album"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choices<T>(Vec<T>);

impl<T> Choices<T> {
    fn new(choices: Vec<T>) -> Result<Self, InvalidInput> {
        if choices.is_empty() { refuse("expected at least one, got none") } else { Ok(Self(choices)) }
    }
}

impl<T, U: IntoParam<T>, const N: usize> IntoParam<Choices<T>> for [U; N] {
    fn into_param(self) -> Result<Choices<T>, InvalidInput> {
        Choices::new(self.into_iter().map(IntoParam::into_param).collect::<Result<_, _>>()?)
    }
}

impl<T, U: IntoParam<T>> IntoParam<Choices<T>> for Vec<U> {
    fn into_param(self) -> Result<Choices<T>, InvalidInput> {
        Choices::new(self.into_iter().map(IntoParam::into_param).collect::<Result<_, _>>()?)
    }
}

impl<'a, T, U> IntoParam<Choices<T>> for &'a [U]
where
    &'a U: IntoParam<T>,
{
    fn into_param(self) -> Result<Choices<T>, InvalidInput> {
        Choices::new(self.iter().map(IntoParam::into_param).collect::<Result<_, _>>()?)
    }
}

impl<'a, T, U, const N: usize> IntoParam<Choices<T>> for &'a [U; N]
where
    &'a U: IntoParam<T>,
{
    fn into_param(self) -> Result<Choices<T>, InvalidInput> {
        self.as_slice().into_param()
    }
}

impl<'a, T, U> IntoParam<Choices<T>> for &'a Vec<U>
where
    &'a U: IntoParam<T>,
{
    fn into_param(self) -> Result<Choices<T>, InvalidInput> {
        self.as_slice().into_param()
    }
}

macro_rules! lists_as_text {
    ($($text:ty),*) => {$(
        impl<T: FromStr<Err = InvalidInput>> IntoParam<Choices<T>> for $text {
            fn into_param(self) -> Result<Choices<T>, InvalidInput> {
                Choices::new(self.split(',').map(|word| word.trim().parse()).collect::<Result<_, _>>()?)
            }
        }
    )*};
}

lists_as_text!(&str, String, &String);

string_enum! {
    /// The time over which the affinity of a user to artists and tracks is computed.
    pub enum TimeRange {
        /// About the last four weeks.
        ShortTerm = "short_term",
        /// About the last six months.
        MediumTerm = "medium_term",
        /// About the last year.
        LongTerm = "long_term",
    }
}

string_enum! {
    /// Albums of an artist, by the part that the artist has in them.
    pub enum IncludeGroup {
        /// Albums of theirs.
        Album = "album",
        /// Singles of theirs.
        Single = "single",
        /// Albums of others on which they appear.
        AppearsOn = "appears_on",
        /// Compilations of theirs.
        Compilation = "compilation",
    }
}

string_enum! {
    /// A kind of item that the app supports.
    pub enum AdditionalType {
        /// Tracks.
        Track = "track",
        /// Episodes.
        Episode = "episode",
    }
}

string_enum! {
    /// What to repeat.
    pub enum RepeatMode {
        /// The track.
        Track = "track",
        /// The context: the album, the playlist, ….
        Context = "context",
        /// Nothing.
        Off = "off",
    }
}

string_enum! {
    /// What to search for.
    pub enum SearchType {
        /// Albums.
        Album = "album",
        /// Artists.
        Artist = "artist",
        /// Playlists.
        Playlist = "playlist",
        /// Tracks.
        Track = "track",
        /// Shows.
        Show = "show",
        /// Episodes.
        Episode = "episode",
        /// Audiobooks.
        Audiobook = "audiobook",
    }
}

string_enum! {
    /// Externally hosted content that the app can play.
    pub enum IncludeExternal {
        /// Audio.
        Audio = "audio",
    }
}

choices!(TimeRange, IncludeGroup, AdditionalType, RepeatMode, SearchType, IncludeExternal);

/// The repeat state of a player can be given as it came.
impl IntoParam<RepeatMode> for &crate::models::RepeatState {
    fn into_param(self) -> Result<RepeatMode, InvalidInput> {
        self.as_str().parse()
    }
}

impl IntoParam<RepeatMode> for crate::models::RepeatState {
    fn into_param(self) -> Result<RepeatMode, InvalidInput> {
        (&self).into_param()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_as_text_means_the_same_as_its_words(
            words in prop::collection::vec(prop::sample::select(SearchType::ALL), 1..10),
            space in "[ \\t]{0,2}",
        ) {
            let listed = words.iter().map(|word| format!("{space}{word}{space}")).collect::<Vec<_>>().join(",");
            let read: Result<Choices<SearchType>, _> = listed.into_param();
            prop_assert_eq!(read, words.into_param());
        }

        #[test]
        fn no_text_becomes_a_list_with_a_word_that_there_is_not(text in "[a-z, ]{0,20}|(track|album|,| |x){0,6}") {
            let read: Result<Choices<SearchType>, _> = text.as_str().into_param();
            let words = text.split(',').map(|word| SearchType::ALL.iter().find(|known| known.as_str() == word.trim()));
            let expected: Option<Vec<SearchType>> = words.map(Option::<&SearchType>::copied).collect();
            prop_assert_eq!(read.ok().map(|choices| choices.0), expected);
        }
    }
}
