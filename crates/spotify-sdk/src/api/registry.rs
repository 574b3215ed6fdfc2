//! The list of all operations.

use super::{
    albums, artists, audiobooks, chapters, episodes, library, player, playlists, search, shows, tracks, users,
};
#[cfg(feature = "extended-quota")]
use super::{browse, markets};
use crate::definition::OperationInfo;
use crate::rate_limit::{LocalRateLimiter, UsageLog};

/// The operations of each section.
const SECTIONS: &[&[&[&OperationInfo]]] = &[
    albums::OPERATIONS,
    artists::OPERATIONS,
    audiobooks::OPERATIONS,
    #[cfg(feature = "extended-quota")]
    browse::OPERATIONS,
    chapters::OPERATIONS,
    episodes::OPERATIONS,
    library::OPERATIONS,
    #[cfg(feature = "extended-quota")]
    markets::OPERATIONS,
    player::OPERATIONS,
    playlists::OPERATIONS,
    search::OPERATIONS,
    shows::OPERATIONS,
    tracks::OPERATIONS,
    users::OPERATIONS,
];

/// Returns the metadata of all operations that this build of the SDK has.
pub fn all() -> impl Iterator<Item = &'static OperationInfo> {
    SECTIONS.iter().copied().flatten().copied().flatten().copied()
}

/// Returns the metadata of the operation with this name: `"albums.get"`.
pub fn find(name: &str) -> Option<&'static OperationInfo> {
    all().find(|operation| operation.name == name)
}

// Here, since the limiter does not know the operations by their names.
impl LocalRateLimiter {
    /// Adds what a log of earlier runs holds, so that [`usage`](crate::AsyncSpotifyClient::usage), a
    /// [daily budget](crate::ClientBuilder::daily_budget) and quotas that are used up go on after a restart. Call it before the
    /// limiter is given to a client, and after [`window`](Self::window).
    ///
    /// Operations that the SDK does not have are counted as [`Action::Unknown`](crate::operation::Action::Unknown) until the
    /// program calls them. [`UsageLog`] describes what is taken of a damaged log.
    #[must_use]
    pub fn with_usage_log(self, log: &UsageLog) -> Self {
        self.restore(log, find);
        self
    }
}
