//! [`AnyClient`]: what both clients are to code that is written for either.

use super::{
    Albums, Artists, Audiobooks, Chapters, Episodes, Library, Player, Playlists, Search, Shows, Tracks, Users,
};
#[cfg(feature = "extended-quota")]
use super::{Browse, Markets};
use crate::auth::{AuthProvider, SharedAuthProvider};
use crate::call::{Call, HasInner};
use crate::definition::IntoOperation;
use crate::rate_limit::{RateLimit, RateLimiter, Usage};

/// Hands the services that clients offer to the macro `$with`: for this trait, and for the clients' own methods.
macro_rules! services {
    ($with:ident) => {
        $with! {
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
            #[doc(alias = "me")]
            users: Users;
        }
    };
}

pub(crate) use services;

macro_rules! any_client {
    ($($(#[$meta:meta])* $method:ident: $service:ident;)*) => {
        /// Either client: [`AsyncSpotifyClient`](crate::AsyncSpotifyClient) or [`SpotifyClient`](crate::SpotifyClient), for code
        /// that makes calls for both and leaves it to its caller to send them. No other type implements it.
        ///
        /// ```
        /// use spotify_sdk::api::albums::GetAlbum;
        /// use spotify_sdk::{AnyClient, AsyncSpotifyClient, Call, SpotifyClient};
        ///
        /// /// The album of the day, in the shop's country.
        /// fn album_of_the_day<C: AnyClient>(client: &C) -> Call<C, GetAlbum> {
        ///     client.albums().get("4aawyAB9vmqN3uQ7FjRGTy").market("SE")
        /// }
        ///
        /// # async fn example(client: AsyncSpotifyClient, blocking: SpotifyClient) -> spotify_sdk::Result<()> {
        /// let album = album_of_the_day(&client).await?;
        /// # Ok(())
        /// # }
        /// # fn blocking_example(blocking: SpotifyClient) -> spotify_sdk::Result<()> {
        /// let album = album_of_the_day(&blocking).send()?;
        /// # Ok(())
        /// # }
        /// ```
        pub trait AnyClient: HasInner + Send + Sync + 'static {
            $(
                $(#[$meta])*
                fn $method(&self) -> $service<Self> {
                    $service::new(self.clone())
                }
            )*

            /// Binds an operation to this client. The services do this for the operations of the SDK; call it for
            /// [operations](crate::operation) of your own.
            ///
            /// It takes an operation, or the result of making one: a refused parameter is then the error of the call.
            fn call<T: IntoOperation>(&self, operation: T) -> Call<Self, T::Operation> {
                self.bind(operation.into_operation())
            }

            /// A client with the tokens of another provider: same connections, same settings, same rate limit, since Spotify
            /// counts the requests of an app and not those of a user.
            fn with_auth(&self, auth: impl AuthProvider) -> Self {
                self.with_inner(self.inner().with_auth(SharedAuthProvider::new(auth)))
            }

            /// What this client knows of the rate limit of its app, for all clones and siblings.
            fn rate_limit(&self) -> RateLimit {
                self.inner().pipeline().limiter.status()
            }

            /// How many requests of each operation this client has sent in the last 24 hours, with all clones and siblings, and
            /// which operations it refuses because Spotify has said that their quota is used up; and what is left of the daily
            /// budget, if the client has one.
            fn usage(&self) -> Usage {
                self.inner().pipeline().usage()
            }
        }
    };
}

services!(any_client);
