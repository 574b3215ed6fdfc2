//! Enumerations of the words that requests take.

use std::fmt;

use super::refuse;
use crate::api::IntoParam;
use crate::invalid_input::InvalidInput;

/// Enumerations of words that requests take.
macro_rules! choices {
    ($($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Spotify's word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidInput;

            fn from_str(text: &str) -> Result<Self, InvalidInput> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => refuse(format!(concat!("expected one of", $(" `", $word, "`",)* ", got `{}`"), text)),
                }
            }
        }

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

choices! {
    /// Over which time the affinity of a user to artists and tracks is counted.
    TimeRange {
        /// About the last four weeks.
        ShortTerm = "short_term",
        /// About the last six months.
        MediumTerm = "medium_term",
        /// About the last year.
        LongTerm = "long_term",
    }

    /// Which albums of an artist to give, by what the artist has to do with them.
    IncludeGroup {
        /// Albums of theirs.
        Album = "album",
        /// Singles of theirs.
        Single = "single",
        /// Albums of others on which they appear.
        AppearsOn = "appears_on",
        /// Compilations of theirs.
        Compilation = "compilation",
    }

    /// A kind of item that the app knows.
    AdditionalType {
        /// Tracks.
        Track = "track",
        /// Episodes.
        Episode = "episode",
    }

    /// What to repeat.
    RepeatMode {
        /// The track.
        Track = "track",
        /// The context: the album, the playlist, ….
        Context = "context",
        /// Nothing.
        Off = "off",
    }

    /// What to search for.
    SearchType {
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

    /// What is hosted elsewhere and can be played all the same.
    IncludeExternal {
        /// Audio.
        Audio = "audio",
    }
}

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
