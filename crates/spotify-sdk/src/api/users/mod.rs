//! Users: the profile of the current user, their top artists and tracks, and whom they follow.

use super::params::{Limit, TimeRange};
use crate::definition::Operation;
use crate::ids::ArtistId;
use crate::models::{Artist, CurrentUser, CursorPage, Page, Track};

#[cfg(feature = "extended-quota")]
mod extended;

#[cfg(feature = "extended-quota")]
pub use extended::*;

service! {
    /// Users: the profile of the current user, their top artists and tracks, and whom they follow. Made by `users` of a client.
    #[doc(alias = "UserService", alias = "me")]
    Users {
        GetCurrentProfile, GetTopArtists, GetTopTracks, GetFollowedArtists,
    }
    extended {
        GetUserProfile, FollowPlaylist, UnfollowPlaylist, CheckFollowsPlaylist, FollowArtists, UnfollowArtists, CheckFollowsArtists, FollowUsers, UnfollowUsers, CheckFollowsUsers,
    }
}

/// Gets the profile of the current user. The scopes are needed for the private details.
#[doc(alias = "me", alias = "current_user", alias = "profile", alias = "whoami")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me" -> CurrentUser,
    as = Users::get_current_profile, reference = "get-current-users-profile",
    scopes = [UserReadPrivate, UserReadEmail],
    reads = [Profile],
)]
pub struct GetCurrentProfile;

/// Gets the top artists of the user, a page of up to 50 at a time.
#[doc(alias = "top_artists", alias = "current_user_top_artists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/top/artists" -> Page<Artist>,
    as = Users::get_top_artists, reference = "get-users-top-artists", scopes = [UserTopRead], paged = offset,
    reads = [Profile],
)]
pub struct GetTopArtists {
    /// The time over which the affinity is computed. Default: medium term.
    #[query]
    time_range: Option<TimeRange>,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Gets the top tracks of the user, a page of up to 50 at a time.
#[doc(alias = "top_tracks", alias = "current_user_top_tracks")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/top/tracks" -> Page<Track>,
    as = Users::get_top_tracks, reference = "get-users-top-tracks", scopes = [UserTopRead], paged = offset,
    reads = [Profile],
)]
pub struct GetTopTracks {
    /// The time over which the affinity is computed. Default: medium term.
    #[query]
    time_range: Option<TimeRange>,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Gets the artists whom the user follows, a page of up to 50 at a time, each page after the artist named last.
#[doc(alias = "followed_artists", alias = "following", alias = "current_user_followed_artists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/following" -> CursorPage<Artist>,
    as = Users::get_followed_artists, reference = "get-followed", scopes = [UserFollowRead], wrapped = "artists",
    fixed("type" = "artist"), paged = after,
    reads = [Following],
)]
pub struct GetFollowedArtists {
    /// The cursor after which the page begins: the id of an artist. Default: from the beginning.
    #[query]
    after: Option<ArtistId>,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
}
