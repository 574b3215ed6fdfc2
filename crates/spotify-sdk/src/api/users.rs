//! Users: the profile of the current user, their top artists and tracks, and whom they follow.

use super::params::{Limit, TimeRange};
use crate::ids::ArtistId;
use crate::models::{Artist, CurrentUser, CursorPage, Page, Track};

#[cfg(feature = "extended-quota")]
pub use extended::{
    CheckFollowsArtists, CheckFollowsPlaylist, CheckFollowsUsers, FollowArtists, FollowPlaylist, FollowUsers,
    GetUserProfile, UnfollowArtists, UnfollowPlaylist, UnfollowUsers,
};

operations! {
    /// Users: the profile of the current user, their top artists and tracks, and whom they follow. Made by `users` of a client.
    #[doc(alias = "UserService", alias = "me")]
    service Users, "users";

    /// Gets the profile of the current user. The scopes are needed for the private details.
    #[doc(alias = "me", alias = "current_user", alias = "profile", alias = "whoami")]
    GetCurrentProfile = get_current_profile() {
        GET "/me" -> CurrentUser, reference "get-current-users-profile";
        quota Development; scopes [UserReadPrivate, UserReadEmail]; Idempotent;
    }

    /// Gets the top artists of the user, a page of up to 50 at a time.
    #[doc(alias = "top_artists", alias = "current_user_top_artists")]
    GetTopArtists = get_top_artists() {
        GET "/me/top/artists" -> Page<Artist>, reference "get-users-top-artists";
        quota Development; scopes [UserTopRead]; Idempotent;
        query { time_range: TimeRange, limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets the top tracks of the user, a page of up to 50 at a time.
    #[doc(alias = "top_tracks", alias = "current_user_top_tracks")]
    GetTopTracks = get_top_tracks() {
        GET "/me/top/tracks" -> Page<Track>, reference "get-users-top-tracks";
        quota Development; scopes [UserTopRead]; Idempotent;
        query { time_range: TimeRange, limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets the artists whom the user follows, a page of up to 50 at a time, each page after the artist named last.
    #[doc(alias = "followed_artists", alias = "following", alias = "current_user_followed_artists")]
    GetFollowedArtists = get_followed_artists() {
        GET "/me/following" -> CursorPage<Artist>, in "artists", reference "get-followed";
        quota Development; scopes [UserFollowRead]; Idempotent;
        fixed { "type" = "artist" }
        query { after: ArtistId, limit: Limit<50> }
        paged after;
    }
}

#[cfg(feature = "extended-quota")]
pub(super) mod extended {
    use crate::api::Users;
    use crate::api::params::{Batch, BoundedList};
    use crate::ids::{ArtistId, PlaylistId, UserId};
    use crate::models::PublicUser;

    operations! {
        extend Users, "users";

        /// Gets the public profile of a user.
        ///
        /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such user.
        #[doc(alias = "user", alias = "profile")]
        GetUserProfile = get_profile(path id as "user_id": UserId) {
            GET "/users/{user_id}" -> PublicUser, reference "get-users-profile";
            quota Extended; scopes []; Idempotent;
        }

        /// Adds a playlist to those that the user follows.
        #[doc(alias = "playlist_follow", alias = "current_user_follow_playlist")]
        FollowPlaylist = follow_playlist(path id as "playlist_id": PlaylistId) {
            PUT "/playlists/{playlist_id}/followers" -> (), reference "follow-playlist";
            quota Extended; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; Idempotent;
            replaced_by "library.save_items";
            body { public: bool }
        }

        /// Removes a playlist from those that the user follows.
        #[doc(alias = "playlist_unfollow", alias = "current_user_unfollow_playlist")]
        UnfollowPlaylist = unfollow_playlist(path id as "playlist_id": PlaylistId) {
            DELETE "/playlists/{playlist_id}/followers" -> (), reference "unfollow-playlist";
            quota Extended; scopes [PlaylistModifyPublic, PlaylistModifyPrivate]; Idempotent;
            replaced_by "library.remove_items";
        }

        /// Checks whether the current user follows a playlist. The output is a list of one.
        #[doc(alias = "playlist_check_follow", alias = "playlist_is_following")]
        CheckFollowsPlaylist = check_follows_playlist(path id as "playlist_id": PlaylistId) {
            GET "/playlists/{playlist_id}/followers/contains" -> Vec<bool>, reference "check-if-user-follows-playlist";
            quota Extended; scopes []; Idempotent;
            replaced_by "library.check_contains";
            query { ids: BoundedList<UserId, 1> }
        }

        /// Follows artists, 50 with each request.
        #[doc(alias = "user_follow_artists")]
        FollowArtists = follow_artists(query ids: Batch<ArtistId, 50>) {
            PUT "/me/following" -> (), reference "follow-artists-users";
            quota Extended; scopes [UserFollowModify]; Idempotent;
            replaced_by "library.save_items";
            fixed { "type" = "artist" }
            chunked chunks_by!(ids);
        }

        /// Unfollows artists, 50 with each request.
        #[doc(alias = "user_unfollow_artists")]
        UnfollowArtists = unfollow_artists(query ids: Batch<ArtistId, 50>) {
            DELETE "/me/following" -> (), reference "unfollow-artists-users";
            quota Extended; scopes [UserFollowModify]; Idempotent;
            replaced_by "library.remove_items";
            fixed { "type" = "artist" }
            chunked chunks_by!(ids);
        }

        /// Checks for artists, 50 with each request, whether the user follows them, in the order of the ids.
        #[doc(alias = "user_artist_check_follow", alias = "current_user_following_artists")]
        CheckFollowsArtists = check_follows_artists(query ids: Batch<ArtistId, 50>) {
            GET "/me/following/contains" -> Vec<bool>, reference "check-current-user-follows";
            quota Extended; scopes [UserFollowRead]; Idempotent;
            replaced_by "library.check_contains";
            fixed { "type" = "artist" }
            chunked chunks_by!(ids);
        }

        /// Follows users, 50 with each request.
        #[doc(alias = "user_follow_users")]
        FollowUsers = follow_users(query ids: Batch<UserId, 50>) {
            PUT "/me/following" -> (), reference "follow-artists-users";
            quota Extended; scopes [UserFollowModify]; Idempotent;
            replaced_by "library.save_items";
            fixed { "type" = "user" }
            chunked chunks_by!(ids);
        }

        /// Unfollows users, 50 with each request.
        #[doc(alias = "user_unfollow_users")]
        UnfollowUsers = unfollow_users(query ids: Batch<UserId, 50>) {
            DELETE "/me/following" -> (), reference "unfollow-artists-users";
            quota Extended; scopes [UserFollowModify]; Idempotent;
            replaced_by "library.remove_items";
            fixed { "type" = "user" }
            chunked chunks_by!(ids);
        }

        /// Checks for users, 50 with each request, whether the user follows them, in the order of the ids.
        #[doc(alias = "user_check_follow", alias = "current_user_following_users")]
        CheckFollowsUsers = check_follows_users(query ids: Batch<UserId, 50>) {
            GET "/me/following/contains" -> Vec<bool>, reference "check-current-user-follows";
            quota Extended; scopes [UserFollowRead]; Idempotent;
            replaced_by "library.check_contains";
            fixed { "type" = "user" }
            chunked chunks_by!(ids);
        }
    }
}
