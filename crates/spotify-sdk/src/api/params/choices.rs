//! Enumerations of the words that requests take.

use std::fmt;

use super::refuse;
use crate::api::IntoParam;
use crate::invalid_input::InvalidInput;
use crate::string_enum::string_enum;

/// What is given for a parameter that takes one string of an enumeration, or several.
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

        impl IntoParam<$name> for &str {
            fn into_param(self) -> Result<$name, InvalidInput> {
                self.parse()
            }
        }

        impl IntoParam<Choices<$name>> for $name {
            fn into_param(self) -> Result<Choices<$name>, InvalidInput> {
                Ok(Choices(vec![self]))
            }
        }
    )*};
}

/// One or more words of an enumeration: one alone, or an array, a slice, a vector of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choices<T>(Vec<T>);

impl<T: fmt::Display> fmt::Display for Choices<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, choice) in self.0.iter().enumerate() {
            write!(f, "{}{choice}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

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

impl<T: Clone> IntoParam<Choices<T>> for &[T] {
    fn into_param(self) -> Result<Choices<T>, InvalidInput> {
        Choices::new(self.to_vec())
    }
}

string_enum! {
    /// Over which time the affinity of a user to artists and tracks is counted.
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
    /// Which albums of an artist to give, by what the artist has to do with them.
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
    /// A kind of item that the app knows.
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
    /// What is hosted elsewhere and can be played all the same.
    pub enum IncludeExternal {
        /// Audio.
        Audio = "audio",
    }
}

choices!(TimeRange, IncludeGroup, AdditionalType, RepeatMode, SearchType, IncludeExternal);

/// What a player repeats can be given to another as it came.
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
