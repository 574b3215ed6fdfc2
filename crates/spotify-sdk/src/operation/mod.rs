//! [`Operation`]: one operation of the Web API as data, with all that the rest of the SDK has to know about it.
//!
//! An operation is a value that says what to send; it does no I/O of its own. The operations of Spotify's reference are
//! in [`api`](crate::api). One that the SDK does not have, because it is new or private, can be written outside it:
//!
//! ```
//! use spotify_sdk::http::Method;
//! use spotify_sdk::operation::{Operation, RequestBuilder};
//! use spotify_sdk::{AsyncSpotifyClient, error::InvalidInput};
//!
//! #[derive(Debug, Clone)]
//! struct GetBrandNew {
//!     id: String,
//! }
//!
//! impl Operation for GetBrandNew {
//!     type Output = serde_json::Value;
//!     const NAME: &'static str = "brand_new.get";
//!     const METHOD: Method = Method::GET;
//!     const PATH: &'static str = "/brand-new/{id}";
//!
//!     fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput> {
//!         request.segment("id", &self.id)
//!     }
//! }
//!
//! # async fn example(client: AsyncSpotifyClient) -> spotify_sdk::Result<()> {
//! let brand_new = client.call(GetBrandNew { id: "1".to_owned() }).await?;
//! # Ok(())
//! # }
//! ```

mod batch;
mod paged;
mod request;
mod scope;
mod unreadable;

use std::fmt;
use std::marker::PhantomData;

use http::Method;
use serde::de::DeserializeOwned;

use crate::invalid_input::InvalidInput;

#[doc(hidden)]
pub use batch::Batching;
pub(crate) use batch::{Batched, Chunk};
pub use paged::{PageInfo, PageLike, Paged, Slot};
pub use request::{Request, RequestBuilder};
pub use scope::{Scope, scopes_for};
pub use unreadable::UnreadableItem;

/// One operation of the Web API, as a value: the metadata as constants, the parameters as the value's own fields.
pub trait Operation {
    /// What a successful response is read as; `()` where it has no meaning: its body is then never read as JSON.
    type Output: DeserializeOwned;

    /// The name of the operation in errors and logs: `"albums.get"`.
    const NAME: &'static str;
    /// The HTTP method.
    const METHOD: Method;
    /// The path as in Spotify's reference, its variable segments in braces: `"/albums/{id}"`.
    const PATH: &'static str;
    /// The last part of the address of its reference page, where it has one: `"get-an-album"`.
    const REFERENCE: Option<&'static str> = None;
    /// Which apps may call it. Default: all.
    const QUOTA: Quota = Quota::Development;
    /// The scopes that it needs, or that some of its uses need: what an error names when Spotify responds with 403.
    const SCOPES: &'static [Scope] = &[];
    /// Whether it may be sent again when it is not known whether it was executed. Default: `GET` and `HEAD` may, and nothing
    /// else.
    const IDEMPOTENCY: Idempotency = Defaults::<Self>::IDEMPOTENCY;
    /// Where the body of a successful response holds the output. An output without size, such as `()`, is read from nothing.
    const RESPONSE_BODY: ResponseBody =
        if size_of::<Self::Output>() == 0 { ResponseBody::Ignored } else { ResponseBody::Json };
    /// What to call instead where Spotify took it from apps in Development Mode: `"library.save_items"`.
    const REPLACED_BY: Option<&'static str> = None;
    /// Whether it changes the playback state of the user: [`watch`](crate::watch) then looks at once. Default: `false`.
    const CHANGES_PLAYER: bool = false;
    /// How it is divided where it holds more than Spotify takes in one request. For the SDK's own operations alone.
    #[doc(hidden)]
    const BATCHING: Option<Batching<Self>> = None;

    /// Everything above as a value.
    const INFO: &'static OperationInfo = &OperationInfo {
        name: Self::NAME,
        method: Self::METHOD,
        path: Self::PATH,
        reference: Self::REFERENCE,
        quota: Self::QUOTA,
        scopes: Self::SCOPES,
        idempotency: Self::IDEMPOTENCY,
        response_body: Self::RESPONSE_BODY,
        replaced_by: Self::REPLACED_BY,
        changes_player: Self::CHANGES_PLAYER,
    };

    /// [`IDEMPOTENCY`](Self::IDEMPOTENCY) of this very value, where it depends on the parameters.
    fn idempotency(&self) -> Idempotency {
        Self::IDEMPOTENCY
    }

    /// Writes the path segments, the query and the body of this value.
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput>;
}

/// What an operation is unless it says otherwise.
struct Defaults<Op: ?Sized>(PhantomData<Op>);

impl<Op: Operation + ?Sized> Defaults<Op> {
    const METHOD: &'static Method = &Op::METHOD;
    const IDEMPOTENCY: Idempotency = match *Self::METHOD {
        Method::GET | Method::HEAD => Idempotency::Idempotent,
        _ => Idempotency::NotIdempotent,
    };
}

/// The metadata of an [`Operation`], as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// See [`Operation::NAME`].
    pub name: &'static str,
    /// See [`Operation::METHOD`].
    pub method: Method,
    /// See [`Operation::PATH`].
    pub path: &'static str,
    /// See [`Operation::REFERENCE`].
    pub reference: Option<&'static str>,
    /// See [`Operation::QUOTA`].
    pub quota: Quota,
    /// See [`Operation::SCOPES`].
    pub scopes: &'static [Scope],
    /// See [`Operation::IDEMPOTENCY`].
    pub idempotency: Idempotency,
    /// See [`Operation::RESPONSE_BODY`].
    pub response_body: ResponseBody,
    /// See [`Operation::REPLACED_BY`].
    pub replaced_by: Option<&'static str>,
    /// See [`Operation::CHANGES_PLAYER`].
    pub changes_player: bool,
}

impl OperationInfo {
    /// A request that is not one of the Web API's operations, for errors and limits to name.
    pub(crate) const fn unlisted(name: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            name,
            method,
            path,
            reference: None,
            quota: Quota::Development,
            scopes: &[],
            idempotency: Idempotency::Idempotent,
            response_body: ResponseBody::Json,
            replaced_by: None,
            changes_player: false,
        }
    }

    /// The address of its page in Spotify's reference, where it has one.
    pub fn reference_url(&self) -> Option<String> {
        let page = self.reference?;
        Some(format!("https://developer.spotify.com/documentation/web-api/reference/{page}"))
    }
}

/// `albums.get (GET /albums/{id})`.
impl fmt::Display for OperationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.name, self.method, self.path)
    }
}

/// The quota mode of an app. For an operation it says which apps may call it; for a client, which kind of app it works for:
/// see [`quota`](crate::ClientBuilder::quota) of the builder.
///
/// See [quota modes](https://developer.spotify.com/documentation/web-api/concepts/quota-modes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Quota {
    /// What every app may do, those in Development Mode too.
    #[default]
    Development,
    /// What only apps in Extended Quota Mode may do.
    Extended,
}

/// Whether a request may be sent again when it is not known whether it was executed: its response was lost, late or a 5xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// Executing it twice has the same effect as executing it once.
    Idempotent,
    /// Executing it twice has another effect: it skips two tracks, or adds an item twice. It is sent again only when it
    /// certainly was not executed: no connection was made, or the rate limit turned it away.
    NotIdempotent,
}

/// Where the body of a success holds the output of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseBody {
    /// The whole body, as JSON. An empty body, such as that of a 204, reads as `null`, which an `Option` takes as `None`.
    Json,
    /// The field of this name in the body, which is a JSON object.
    Wrapped(&'static str),
    /// The same, for a change that the status confirms: it is made even when the body is empty, broken or cannot be read.
    /// The output is then read from nothing, such as an empty text.
    Confirmation(&'static str),
    /// Nowhere: the body has no meaning, and may not even be JSON.
    Ignored,
}
