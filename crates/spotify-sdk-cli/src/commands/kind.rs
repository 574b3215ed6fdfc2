//! Kinds of items, as they are typed: one way for every command that takes one.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// A kind of item.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Track,
    Artist,
    Album,
    Playlist,
    Show,
    Episode,
    Audiobook,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Track, Self::Artist, Self::Album, Self::Playlist, Self::Show, Self::Episode, Self::Audiobook];

    /// What one of them is called.
    pub(crate) fn one(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Artist => "artist",
            Self::Album => "album",
            Self::Playlist => "playlist",
            Self::Show => "show",
            Self::Episode => "episode",
            Self::Audiobook => "audiobook",
        }
    }

    /// What several of them are called.
    pub(crate) fn several(self) -> &'static str {
        match self {
            Self::Track => "tracks",
            Self::Artist => "artists",
            Self::Album => "albums",
            Self::Playlist => "playlists",
            Self::Show => "shows",
            Self::Episode => "episodes",
            Self::Audiobook => "audiobooks",
        }
    }
}

/// A kind, or all that there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kinds {
    One(Kind),
    All,
}

/// What stands for all kinds.
const ALL: &str = "all";

/// Reads one of some kinds: as several, which the help shows, or as one.
pub(crate) fn kind_of(kinds: &'static [Kind]) -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(words(kinds)).try_map(|word| read(&word))
}

/// Reads one of some kinds, or `all`.
pub(crate) fn kind_or_all(kinds: &'static [Kind]) -> impl TypedValueParser<Value = Kinds> {
    let words = words(kinds).chain([PossibleValue::new(ALL)]);
    PossibleValuesParser::new(words)
        .try_map(|word| if word == ALL { Ok(Kinds::All) } else { read(&word).map(Kinds::One) })
}

fn words(kinds: &'static [Kind]) -> impl Iterator<Item = PossibleValue> {
    kinds.iter().map(|kind| PossibleValue::new(kind.several()).alias(kind.one()))
}

fn read(word: &str) -> Result<Kind, &'static str> {
    Kind::ALL.into_iter().find(|kind| word == kind.several() || word == kind.one()).ok_or("there is no such kind")
}

/// The kind that an argument or `--type` gives, which mean the same.
pub(crate) fn given_kind(argument: Option<Kind>, option: Option<Kind>) -> Kind {
    argument.or(option).unwrap_or(Kind::Track)
}
