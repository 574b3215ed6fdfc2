//! Who a request is made for: [`AuthProvider`] gives the access token of each request.
//!
//! | provider | for |
//! | --- | --- |
//! | [`AccessToken`] | a token that you have |
//! | [`ClientCredentials`] | the app itself, without a user |
//! | [`AuthorizationCode`] | a user who signs in, with PKCE or with the app's secret |
//! | [`from_fn`], or a type of your own | anything else |
//!
//! A user's token lives in a [`TokenCache`]: in memory, in a file that processes share, in the platform's store for
//! secrets, or in a database of your own. Consent ends six months after it was given, however often its token is renewed;
//! [`TokenInfo::reauthorize_by`] tells the day.
//!
//! See [authorization](https://developer.spotify.com/documentation/web-api/concepts/authorization).

mod access_token;
mod authorization_code;
mod cache;
mod call_token;
mod client_credentials;
mod closure;
mod endpoint;
pub(crate) mod env;
mod grants;
#[cfg(feature = "loopback")]
mod local;
mod owner;
mod pkce;
mod provider;
mod pulse;
mod redirect;
mod request;
mod task;
mod token_info;
mod token_manager;
mod user;

pub use crate::definition::{Scope, scopes_for};
pub use crate::secret::Secret;
pub use access_token::AccessToken;
pub use authorization_code::{AuthorizationCode, AuthorizationCodeBuilder};
#[cfg(feature = "keyring")]
pub use cache::KeyringTokenCache;
pub use cache::{CacheLock, FileTokenCache, InMemoryTokenCache, SharedTokenCache, TokenCache, TokenKey};
pub(crate) use call_token::{CallToken, NotReady, OwnedToken};
pub use client_credentials::ClientCredentials;
pub use closure::{FromFn, from_fn};
#[cfg(feature = "loopback")]
pub use local::{LocalSignIn, authorize_local};
pub use owner::TokenOwner;
pub use provider::{AuthContext, AuthProvider, SharedAuthProvider};
pub use request::{AuthorizationRequest, AuthorizationResponse};
pub use task::AuthTask;
pub use token_info::TokenInfo;
