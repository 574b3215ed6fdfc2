//! [`Scope`]: what a user allows an app to do.

use std::collections::BTreeSet;

use super::OperationInfo;
use crate::string_enum::string_enum;

string_enum! {
    /// One thing that a user allows an app to do.
    ///
    /// See [scopes](https://developer.spotify.com/documentation/web-api/concepts/scopes). A scope that this version
    /// does not know is kept in [`Scope::Unknown`].
    pub enum Scope {
        /// Upload images: playlist covers.
        UgcImageUpload = "ugc-image-upload",
        /// Read what plays, where, and how.
        UserReadPlaybackState = "user-read-playback-state",
        /// Play, pause, skip, and the other player commands.
        UserModifyPlaybackState = "user-modify-playback-state",
        /// Read what plays now, and the queue.
        UserReadCurrentlyPlaying = "user-read-currently-playing",
        /// Remote control by Spotify's app SDKs.
        AppRemoteControl = "app-remote-control",
        /// Play in the Web Playback SDK.
        Streaming = "streaming",
        /// Read the user's private playlists.
        PlaylistReadPrivate = "playlist-read-private",
        /// Read the playlists that the user works on together with others.
        PlaylistReadCollaborative = "playlist-read-collaborative",
        /// Change the user's private playlists.
        PlaylistModifyPrivate = "playlist-modify-private",
        /// Change the user's public playlists.
        PlaylistModifyPublic = "playlist-modify-public",
        /// Follow and unfollow artists and users.
        UserFollowModify = "user-follow-modify",
        /// Read which artists and users the user follows.
        UserFollowRead = "user-follow-read",
        /// Read how far the user is in episodes and chapters.
        UserReadPlaybackPosition = "user-read-playback-position",
        /// Read the user's top artists and tracks.
        UserTopRead = "user-top-read",
        /// Read what the user played last.
        UserReadRecentlyPlayed = "user-read-recently-played",
        /// Save to the user's library and remove from it.
        UserLibraryModify = "user-library-modify",
        /// Read the user's library.
        UserLibraryRead = "user-library-read",
        /// Read the user's email address.
        UserReadEmail = "user-read-email",
        /// Read the user's country, product and other private details.
        UserReadPrivate = "user-read-private",
        /// Link and unlink the user's account with a partner's.
        UserSoaLink = "user-soa-link",
        /// Unlink the user's account from a partner's.
        UserSoaUnlink = "user-soa-unlink",
        /// Change the entitlements of linked accounts.
        SoaManageEntitlements = "soa-manage-entitlements",
        /// Change partners' settings.
        SoaManagePartner = "soa-manage-partner",
        /// Create partners.
        SoaCreatePartner = "soa-create-partner",
        _ => Unknown, exact_case,
    }
}

impl Scope {
    /// Scopes as they are written in requests and responses: separated by spaces.
    pub(crate) fn join(scopes: &[Self]) -> String {
        scopes.iter().map(Self::as_str).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn split(text: &str) -> Vec<Self> {
        text.split_whitespace().map(Self::from).collect()
    }
}

/// The scopes that these operations need, each once: what an app asks its users for.
///
/// ```
/// use spotify_sdk::api::tracks::GetSavedTracks;
/// use spotify_sdk::api::users::GetCurrentProfile;
/// use spotify_sdk::auth::{Scope, scopes_for};
///
/// let scopes = scopes_for([GetSavedTracks::INFO, GetCurrentProfile::INFO]);
/// assert!(scopes.contains(&Scope::UserLibraryRead));
/// ```
pub fn scopes_for<'a>(operations: impl IntoIterator<Item = &'a OperationInfo>) -> Vec<Scope> {
    let scopes: BTreeSet<&Scope> = operations.into_iter().flat_map(|operation| operation.scopes).collect();
    scopes.into_iter().cloned().collect()
}
