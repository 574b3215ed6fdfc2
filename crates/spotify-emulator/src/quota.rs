//! The two kinds of app that Spotify knows, which decide what an answer contains.

/// The quota mode of the app that the emulator answers to.
///
/// Spotify sends an app in Development Mode fewer fields than one in Extended Quota Mode. The default is
/// [`Development`](Quota::Development), since that is what almost every app has.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Quota {
    /// Development Mode: albums lack `available_markets`, `external_ids`, `label` and `popularity`, tracks lack
    /// `available_markets`, `external_ids`, `linked_from` and `popularity`, artists lack `followers` and `popularity`.
    #[default]
    Development,
    /// Extended Quota Mode, for organisations: every field is sent.
    Extended,
}

impl Quota {
    /// `development` or `extended`.
    pub fn word(self) -> &'static str {
        self.of("development", "extended")
    }

    /// What apps in Development Mode get, or what those with extended quota do.
    pub(crate) fn of<T>(self, development: T, extended: T) -> T {
        match self {
            Self::Development => development,
            Self::Extended => extended,
        }
    }

    /// `value` for an app with extended quota, nothing for one in Development Mode.
    pub(crate) fn extended_only<T>(self, value: T) -> Option<T> {
        match self {
            Self::Development => None,
            Self::Extended => Some(value),
        }
    }
}
