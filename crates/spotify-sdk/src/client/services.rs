//! The methods of [`AnyClient`] as methods of both clients, so that they need no import.

use crate::api::{self, AnyClient, services};
use crate::auth::AuthProvider;
use crate::call::{Call, HasInner};
use crate::operation::Operation;

macro_rules! inherent {
    ($($(#[$meta:meta])* $method:ident: $service:ident;)*) => {
        #[cfg(feature = "async")]
        inherent!(@on super::AsyncSpotifyClient { $($(#[$meta])* $method: $service;)* });
        #[cfg(feature = "blocking")]
        inherent!(@on super::SpotifyClient { $($(#[$meta])* $method: $service;)* });
    };
    (@on $client:ty { $($(#[$meta:meta])* $method:ident: $service:ident;)* }) => {
        impl AnyClient for $client {}

        impl $client {
            $(
                $(#[$meta])*
                pub fn $method(&self) -> api::$service<Self> {
                    api::$service::new(self.clone())
                }
            )*

            /// Binds an operation to this client. The services do this for the operations of the SDK; call it for
            /// [operations](crate::operation) of your own.
            pub fn call<Op: Operation>(&self, operation: Op) -> Call<Self, Op> {
                self.bind(operation)
            }

            /// A client with the tokens of another provider: same connections, same settings, same rate limit, since Spotify
            /// counts the requests of an app and not those of a user.
            pub fn with_auth(&self, auth: impl AuthProvider) -> Self {
                AnyClient::with_auth(self, auth)
            }

            /// What this client knows of the rate limit of its app, for all clones and siblings.
            pub fn rate_limit(&self) -> crate::rate_limit::RateLimit {
                AnyClient::rate_limit(self)
            }

            /// How many requests of each operation this client has sent in the last 24 hours, with all clones and siblings, and
            /// which operations it refuses because Spotify has said that their quota is used up.
            pub fn usage(&self) -> crate::rate_limit::Usage {
                AnyClient::usage(self)
            }
        }
    };
}

services!(inherent);
