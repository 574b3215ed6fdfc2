//! Many items of the catalog by their ids: albums, artists, audiobooks, chapters, episodes, shows and tracks, for every kind of
//! app.
//!
//! `get_many` of a service takes any number of ids, URIs, links or models. `.await` or `.send()` returns the items in the order
//! of the ids, `None` where there is none; `stream` of the async client and `iter` of the blocking one yield them as they
//! arrive, in the same order:
//!
//! ```no_run
//! # async fn example(client: spotify_sdk::AsyncSpotifyClient, ids: Vec<String>) -> spotify_sdk::Result<()> {
//! let albums = client.albums().get_many(&ids).market("SE").await?;
//!
//! let mut tracks = client.tracks().get_many(&ids).concurrency(8).stream();
//! while let Some(track) = tracks.next().await {
//!     if let Some(track) = track? {
//!         println!("{}", track.name);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! An id that is given several times is requested once; its item is kept until its last place, and stands at each. An id that
//! Spotify does not know, and one that it does not take as an id, have no item. Input that names no such item is refused before
//! anything is sent.
//!
//! # Requests
//! By default, each item is one request, which works for every app. Up to 4 are under way at a time, or as many as
//! [`concurrency`](GetMany::concurrency) says, and at most twice as many are ahead of the reader, so that a slow one does not
//! have everything fetched. The rate limiter spaces them like all others; after the first they have
//! [`Prefetch`](crate::Priority::Prefetch) priority.
//!
//! With the Cargo feature `extended-quota`, and [`Quota::Extended`](crate::Quota::Extended) as the client's
//! [`quota`](crate::ClientBuilder::quota), ids share requests, as many as the operation takes: 20 albums, or 50 of anything
//! else. While nothing is known of the app, one batch goes ahead of the others. If Spotify refuses it with 403, since the app has
//! no extended quota, the client, its clones and siblings read single items from then on, of every kind, and the caller sees no
//! error. A batch that is refused for another reason, such as an id that Spotify does not take, or that cannot be read, is
//! read again one by one.
//!
//! With a cache (the Cargo feature `cache`), items that it may give without a request are not requested, and those that were read
//! are kept: after an error, the same call goes on where it ended. That holds for the items of a batch as well if `fresh_for` is
//! set, unless the client has [middleware](crate::ClientBuilder::middleware), which sees each batch whole and may change it.
//!
//! # Errors
//! An item that cannot be read fails nothing but itself: streams and iterators yield [`Decode`](crate::Error::Decode), which
//! names the id, in its place and go on. Any other error is that of a request. Streams and iterators yield it after all items
//! before it; asking for more sends the request again, and after three errors in a row, or once a quota is used up, they end.
//! `send` fails with the first error of either kind, as [`Incomplete`](crate::Error::Incomplete) if there were items before it.
//!
//! Either tells how many of the ids are done, from the first on: [`IncompleteError::done`](crate::error::IncompleteError::done),
//! and `done` of the stream or iterator. To go on later, give the ids from there. To keep the items before an error, read with
//! a stream or an iterator:
//!
//! ```no_run
//! # fn example(client: spotify_sdk::SpotifyClient, ids: Vec<String>) -> spotify_sdk::Result<()> {
//! let mut artists = Vec::new();
//! for artist in client.artists().get_many(&ids).iter() {
//!     match artist {
//!         Ok(artist) => artists.push(artist),
//!         Err(error) => {
//!             eprintln!("{error}");
//!             break;
//!         }
//!     }
//! }
//! // Later:
//! let rest = client.artists().get_many(&ids[artists.len()..]).send()?;
//! # Ok(())
//! # }
//! ```

#[cfg(all(feature = "cache", feature = "extended-quota"))]
mod cached;
#[cfg(feature = "blocking")]
mod iter;
mod kind;
mod places;
mod reader;
mod request;
mod service;
#[cfg(feature = "async")]
mod stream;

use std::fmt;

use crate::api::IntoParam;
use crate::api::params::Market;
use crate::call::HasInner;
use crate::ids::Id;
use crate::invalid_input::InvalidInput;
use crate::observe::{Progress, ProgressListener};
use crate::options::{CallOptions, call_options};

#[cfg(feature = "blocking")]
pub use iter::ManyIter;
pub use kind::{InMarket, ReadById};
#[cfg(feature = "async")]
pub use stream::ManyStream;

/// How many requests may be ahead of the caller, in multiples of those that may be under way: so one that is slow does not keep
/// the others from being sent.
const MAX_AHEAD: usize = 2;

/// Many items by their ids. Created by `get_many` of a service; nothing is sent until it is awaited, sent or asked for its first
/// item. See [the module](crate::many).
#[must_use = "nothing is sent until it is awaited, sent or asked for its items"]
pub struct GetMany<C, Op: ReadById> {
    client: C,
    /// The ids, or the first refusal of one.
    ids: Result<Vec<Id<Op::Kind>>, InvalidInput>,
    market: Result<Option<Market>, InvalidInput>,
    options: CallOptions,
    progress: ProgressListener,
}

impl<C: HasInner, Op: ReadById> GetMany<C, Op> {
    fn new<I>(client: C, ids: I) -> Self
    where
        I: IntoIterator<Item: IntoParam<Id<Op::Kind>>>,
    {
        let id = |(index, id): (usize, I::Item)| {
            id.into_param().map_err(|refusal| {
                let message = format!("at index {index}, counted from 0: {}", refusal.message);
                InvalidInput::new("ids", message)
            })
        };
        let ids = ids.into_iter().enumerate().map(id).collect();
        let options = client.inner().options();
        Self { client, ids, market: Ok(None), options, progress: ProgressListener::default() }
    }
}

impl<C, Op: ReadById> GetMany<C, Op> {
    call_options!(options: timeout, max_retries, max_retry_wait, ignore_rate_limit, priority, concurrency, no_coalescing, fresh_for, no_cache);

    /// Sets a closure that receives the progress, in ids: after each request, in the order of the ids. It runs in the task that
    /// reads the items (with the blocking client, on the client's own thread) and must not block. Default: none.
    pub fn on_progress(mut self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = ProgressListener::new(listener);
        self
    }
}

impl<C, Op: InMarket> GetMany<C, Op> {
    /// Sets the market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    pub fn market(mut self, market: impl IntoParam<Market>) -> Self {
        self.market = self.market.and_then(|_| crate::api::param("market", market).map(Some));
        self
    }

    /// Like [`market`](Self::market) if there is a value; `None` changes nothing.
    pub fn maybe_market(self, market: Option<impl IntoParam<Market>>) -> Self {
        match market {
            Some(market) => self.market(market),
            None => self,
        }
    }
}

impl<C: Clone, Op: ReadById> Clone for GetMany<C, Op> {
    fn clone(&self) -> Self {
        let Self { client, ids, market, options, progress } = self;
        Self {
            client: client.clone(),
            ids: ids.clone(),
            market: market.clone(),
            options: *options,
            progress: progress.clone(),
        }
    }
}

impl<C, Op: ReadById> fmt::Debug for GetMany<C, Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetMany")
            .field("operation", &Op::ONE.name)
            .field("ids", &self.ids.as_ref().map(Vec::len))
            .field("market", &self.market)
            .finish_non_exhaustive()
    }
}
