//! The kinds of app that Spotify knows, which decide what an app may call and what a response contains.

use serde::{Deserialize, Serialize};

/// The quota mode of the app that the emulator answers to.
///
/// The default is [`Development`](Quota::Development), since that is what almost every app has. Nothing in a response
/// names the mode: an app learns it from what it may call and from the fields that it gets.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Quota {
    /// Development Mode, for apps made since 11 February 2026: 49 of the 97 operations, the others answer 403. Albums
    /// lack `available_markets`, `label` and `popularity`, tracks lack `available_markets`, `linked_from` and
    /// `popularity`, artists lack `followers` and `popularity`. Playlists have `items` with an `item` in each entry, and
    /// those of other users only say how many there are.
    #[default]
    Development,
    /// Development Mode of an app that is older than that. Spotify has postponed the changes of 2026 for these apps; how
    /// far they have come for this one, its [`Migration`] says. As in Development Mode, the owner needs Premium and at
    /// most five users are registered, and what Spotify closed in November 2024 to apps without extended quota answers
    /// 404: related artists, recommendations, audio features and analyses, and its editors' playlists.
    Legacy,
    /// Extended Quota Mode, for organisations: every operation and every field. Playlists have both `items` and
    /// `tracks`, and their entries both `item` and `track`.
    Extended,
}

impl Quota {
    /// `development`, `legacy` or `extended`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Legacy => "legacy",
            Self::Extended => "extended",
        }
    }
}

/// How far the changes of 2026 have come for an app in [legacy Development Mode](Quota::Legacy). Spotify does not say, and
/// apps differ, so that what one operation answers tells nothing about another.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Migration {
    /// Not at all: the older operations answer, with all fields and the older page sizes. Playlists have `tracks`, with a
    /// `track` in each entry.
    #[default]
    Postponed,
    /// The older operations answer 403; the others answer in the older shapes.
    Operations,
    /// All the way: as in [Development Mode](Quota::Development).
    Complete,
}

/// What an app may call, and which shape its responses have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Access {
    /// Whether the operations answer that Development Mode does not have.
    pub(crate) has_older_operations: bool,
    /// Whether those answer that Spotify keeps for extended quota since November 2024, and its editors' playlists.
    pub(crate) is_extended: bool,
    pub(crate) shape: Shape,
}

/// The shape of responses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// Fewer fields; playlists have `items`.
    Development,
    /// All fields; playlists have `tracks`.
    Older,
    /// All fields; playlists have both.
    Both,
}

impl Access {
    pub(crate) fn of(quota: Quota, migration: Migration) -> Self {
        let (has_older_operations, shape) = match (quota, migration) {
            (Quota::Development, _) | (Quota::Legacy, Migration::Complete) => (false, Shape::Development),
            (Quota::Legacy, Migration::Operations) => (false, Shape::Older),
            (Quota::Legacy, Migration::Postponed) => (true, Shape::Older),
            (Quota::Extended, _) => (true, Shape::Both),
        };
        Self { has_older_operations, is_extended: quota == Quota::Extended, shape }
    }

    /// What apps get whose responses have the shape of Development Mode, or what the others do.
    pub(crate) fn choose<T>(self, development: T, others: T) -> T {
        if self.shape == Shape::Development { development } else { others }
    }

    /// `value` of a field that Development Mode does not send.
    pub(crate) fn full<T>(self, value: T) -> Option<T> {
        self.choose(None, Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legacy_app_goes_from_the_older_shapes_to_those_of_development_mode() {
        let access = |migration| Access::of(Quota::Legacy, migration);
        assert_eq!(access(Migration::Complete), Access::of(Quota::Development, Migration::Postponed));
        let (postponed, operations) = (access(Migration::Postponed), access(Migration::Operations));
        assert!(postponed.has_older_operations && !operations.has_older_operations);
        assert_eq!((postponed.shape, operations.shape), (Shape::Older, Shape::Older));
        assert!(!postponed.is_extended);
        assert_eq!(postponed.full(1), Some(1));
    }
}
