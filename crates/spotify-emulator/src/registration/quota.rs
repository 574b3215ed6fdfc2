//! The quota mode of an app, which decides what it may call and what responses contain.

use serde::{Deserialize, Serialize};

/// The quota mode of the app.
///
/// The default is [`Development`](Quota::Development), the mode of almost all apps. No response names the mode: it shows in
/// the operations that an app may call and in the fields that it gets.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Quota {
    /// Development Mode, for apps created since 11 February 2026: 49 of the 97 operations; the others respond with 403. Albums
    /// lack `available_markets`, `label` and `popularity`, tracks lack `available_markets`, `linked_from` and
    /// `popularity`, artists lack `followers` and `popularity`. Playlists have `items` with an `item` in each entry;
    /// for playlists of other users the items are not included.
    #[default]
    Development,
    /// Development Mode of an older app. Spotify has postponed the changes of 2026 for these apps; [`Migration`] says which
    /// ones apply. As in Development Mode, the owner needs Premium and at most five users are registered. What Spotify
    /// restricted to extended quota in November 2024 responds with 404: related artists, recommendations, audio features and
    /// analyses, and Spotify's own playlists.
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

/// The changes of 2026 that apply to an app in [legacy Development Mode](Quota::Legacy). Spotify does not publish this, and it
/// differs between apps.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Migration {
    /// None: the older operations are available, with all fields and the older page sizes. Playlists have `tracks`, with a
    /// `track` in each entry.
    #[default]
    Postponed,
    /// The older operations respond with 403; the others have the older response shapes.
    Operations,
    /// All: as in [Development Mode](Quota::Development).
    Complete,
}

/// The operations that an app may call, and the shape of its responses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Access {
    /// Whether the operations are available that Development Mode does not have.
    pub(crate) has_older_operations: bool,
    /// Whether the operations for extended quota and Spotify's own playlists are available.
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

    /// `development` for responses in the shape of Development Mode, `others` otherwise.
    pub(crate) fn choose<T>(self, development: T, others: T) -> T {
        if self.shape == Shape::Development { development } else { others }
    }

    /// The value of a field that Development Mode omits.
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
