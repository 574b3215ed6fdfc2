//! The list of all operations.

use super::{
    albums, artists, audiobooks, chapters, episodes, library, player, playlists, search, shows, tracks, users,
};
#[cfg(feature = "extended-quota")]
use super::{browse, markets};
use crate::definition::OperationInfo;

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
