//! Operations for apps with extended quota.

use crate::api::Users;
use crate::api::params::{Batch, BoundedList};
use crate::definition::Operation;
use crate::ids::{ArtistId, PlaylistId, UserId};
use crate::models::PublicUser;

/// Gets the public profile of a user.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such user.
#[doc(alias = "user", alias = "profile")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/users/{user_id}" -> PublicUser,
    as = Users::get_profile, reference = "get-users-profile", quota = Extended,
    reads = [Profile],
)]
pub struct GetUserProfile {
    /// The user.
    #[segment("user_id")]
    id: UserId,
}

/// Adds a playlist to those that the user follows.
#[doc(alias = "playlist_follow", alias = "current_user_follow_playlist")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/playlists/{playlist_id}/followers" -> (),
    as = Users::follow_playlist, reference = "follow-playlist", quota = Extended,
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], idempotent, replaced_by = "library.save_items",
    changes = [Playlist, Playlists, Following],
)]
pub struct FollowPlaylist {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// Whether the playlist is shown on the user's profile. Default: `true`.
    #[body]
    public: Option<bool>,
}

/// Removes a playlist from those that the user follows.
#[doc(alias = "playlist_unfollow", alias = "current_user_unfollow_playlist")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/playlists/{playlist_id}/followers" -> (),
    as = Users::unfollow_playlist, reference = "unfollow-playlist", quota = Extended,
    scopes = [PlaylistModifyPublic, PlaylistModifyPrivate], idempotent, replaced_by = "library.remove_items",
    changes = [Playlist, Playlists, Following],
)]
pub struct UnfollowPlaylist {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
}

/// Checks whether the current user follows a playlist. The output is a list of one.
#[doc(alias = "playlist_check_follow", alias = "playlist_is_following")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/playlists/{playlist_id}/followers/contains" -> Vec<bool>,
    as = Users::check_follows_playlist, reference = "check-if-user-follows-playlist", quota = Extended,
    replaced_by = "library.check_contains",
    reads = [Following],
)]
pub struct CheckFollowsPlaylist {
    /// The playlist.
    #[segment("playlist_id")]
    id: PlaylistId,
    /// The users to check: Spotify takes the current user alone. Default: that user.
    #[query]
    ids: Option<BoundedList<UserId, 1>>,
}

/// Follows artists, 50 with each request.
#[doc(alias = "user_follow_artists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/following" -> (),
    as = Users::follow_artists, reference = "follow-artists-users", quota = Extended, scopes = [UserFollowModify],
    idempotent, fixed("type" = "artist"), replaced_by = "library.save_items",
    changes = [Following],
)]
pub struct FollowArtists {
    /// The artists: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ArtistId, 50>,
}

/// Unfollows artists, 50 with each request.
#[doc(alias = "user_unfollow_artists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/following" -> (),
    as = Users::unfollow_artists, reference = "unfollow-artists-users", quota = Extended,
    scopes = [UserFollowModify], idempotent, fixed("type" = "artist"), replaced_by = "library.remove_items",
    changes = [Following],
)]
pub struct UnfollowArtists {
    /// The artists: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ArtistId, 50>,
}

/// Checks for artists, 50 with each request, whether the user follows them, in the order of the ids.
#[doc(alias = "user_artist_check_follow", alias = "current_user_following_artists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/following/contains" -> Vec<bool>,
    as = Users::check_follows_artists, reference = "check-current-user-follows", quota = Extended,
    scopes = [UserFollowRead], fixed("type" = "artist"), replaced_by = "library.check_contains",
    reads = [Following],
)]
pub struct CheckFollowsArtists {
    /// The artists: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ArtistId, 50>,
}

/// Follows users, 50 with each request.
#[doc(alias = "user_follow_users")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/following" -> (),
    as = Users::follow_users, reference = "follow-artists-users", quota = Extended, scopes = [UserFollowModify],
    idempotent, fixed("type" = "user"), replaced_by = "library.save_items",
    changes = [Following],
)]
pub struct FollowUsers {
    /// The users: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<UserId, 50>,
}

/// Unfollows users, 50 with each request.
#[doc(alias = "user_unfollow_users")]
#[derive(Debug, Clone, Operation)]
#[operation(
    DELETE "/me/following" -> (),
    as = Users::unfollow_users, reference = "unfollow-artists-users", quota = Extended, scopes = [UserFollowModify],
    idempotent, fixed("type" = "user"), replaced_by = "library.remove_items",
    changes = [Following],
)]
pub struct UnfollowUsers {
    /// The users: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<UserId, 50>,
}

/// Checks for users, 50 with each request, whether the user follows them, in the order of the ids.
#[doc(alias = "user_check_follow", alias = "current_user_following_users")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/following/contains" -> Vec<bool>,
    as = Users::check_follows_users, reference = "check-current-user-follows", quota = Extended,
    scopes = [UserFollowRead], fixed("type" = "user"), replaced_by = "library.check_contains",
    reads = [Following],
)]
pub struct CheckFollowsUsers {
    /// The users: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<UserId, 50>,
}
