//! The methods of [`AnyClient`] as inherent methods of both clients, so that they need no import.

use crate::api::{self, AnyClient, services};
use crate::auth::AuthProvider;
use crate::call::{Call, HasInner};
use crate::definition::IntoOperation;

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

            /// Binds an operation to this client. The services do this for the SDK's operations; use it for
            /// [operations](crate::operation) of your own.
            pub fn call<T: IntoOperation>(&self, operation: T) -> Call<Self, T::Operation> {
                self.bind(operation.into_operation())
            }

            /// Returns a client that uses the tokens of another provider, with the same connections, settings and rate
            /// limit: Spotify counts the requests of an app, not those of a user.
            pub fn with_auth(&self, auth: impl AuthProvider) -> Self {
                AnyClient::with_auth(self, auth)
            }

            /// Returns what this client, its clones and siblings know of the app's rate limit.
            pub fn rate_limit(&self) -> crate::rate_limit::RateLimit {
                AnyClient::rate_limit(self)
            }

            /// Returns how many requests of each operation this client, its clones and siblings have sent in the last
            /// 24 hours, and which operations the client refuses because Spotify reported that their quota is used up. If
            /// the client has a [daily budget](crate::ClientBuilder::daily_budget), it is in there with what is left of it.
            pub fn usage(&self) -> crate::rate_limit::Usage {
                AnyClient::usage(self)
            }
        }
    };
}

services!(inherent);
