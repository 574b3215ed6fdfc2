//! The services that both clients offer, named once for the two.

use crate::api;
use crate::call::{Call, Client, HasInner};
use crate::operation::Operation;
use crate::rate_limit::RateLimiter;

macro_rules! services {
    ($($(#[$meta:meta])* $method:ident: $service:ident;)*) => {
        #[cfg(feature = "async")]
        services!(@on super::AsyncSpotifyClient { $($(#[$meta])* $method: $service;)* });
        #[cfg(feature = "blocking")]
        services!(@on super::SpotifyClient { $($(#[$meta])* $method: $service;)* });
    };
    (@on $client:ty { $($(#[$meta:meta])* $method:ident: $service:ident;)* }) => {
        impl $client {
            $(
                $(#[$meta])*
                pub fn $method(&self) -> api::$service<Self> {
                    api::$service::new(self.clone())
                }
            )*

            /// What this client knows of the rate limit of its app, for all clones and siblings.
            pub fn rate_limit(&self) -> crate::rate_limit::RateLimit {
                RateLimiter::status(&HasInner::inner(self).pipeline().limiter)
            }

            /// How many requests of each operation this client has sent in the last 24 hours, with all clones and siblings, and
            /// which operations it refuses because Spotify has said that their quota is used up.
            pub fn usage(&self) -> crate::rate_limit::Usage {
                RateLimiter::usage(&HasInner::inner(self).pipeline().limiter)
            }

            /// Binds an operation to this client. The services do this for the operations of the SDK; call it for
            /// [operations](crate::operation) of your own.
            pub fn call<Op: Operation>(&self, operation: Op) -> Call<Self, Op> {
                Client::call(self, operation)
            }
        }
    };
}

services! {
    /// Albums.
    albums: Albums;
    /// Artists.
    artists: Artists;
    /// Audiobooks.
    audiobooks: Audiobooks;
    /// What Spotify's editors offer.
    #[cfg(feature = "extended-quota")]
    browse: Browse;
    /// Chapters of audiobooks.
    chapters: Chapters;
    /// Episodes of shows.
    episodes: Episodes;
    /// The user's library, for items of every kind at once.
    library: Library;
    /// The markets in which Spotify is available.
    #[cfg(feature = "extended-quota")]
    markets: Markets;
    /// The user's player.
    player: Player;
    /// Playlists.
    playlists: Playlists;
    /// Search.
    search: Search;
    /// Shows, that is, podcasts.
    shows: Shows;
    /// Tracks.
    tracks: Tracks;
    /// Users, the current one above all.
    users: Users;
}
