//! Who a request is made for: [`AuthProvider`] gives the access token of each request, and [`AccessToken`], a token
//! that was got elsewhere, is the simplest of them.
//!
//! See [authorization](https://developer.spotify.com/documentation/web-api/concepts/authorization).

mod access_token;
mod provider;
mod scope;

pub use access_token::AccessToken;
pub use provider::{AuthContext, AuthProvider};
pub use scope::Scope;
