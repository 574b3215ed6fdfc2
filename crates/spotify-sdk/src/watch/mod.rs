//! Watches the user's player: [`player().watch()`](crate::api::Player::watch) returns one [`PlayerEvent`] for each
//! change: track, pause, seek, volume, device, end, and more.
//!
//! Spotify does not push changes, so the watch polls the player, and does so when a change is likely:
//!
//! - half a second after the end of the current item is due, and if Spotify still returns the old item, after 1 s, 2 s,
//!   4 s, …;
//! - 0.4 s after a player command that was sent through the same client or a clone of it, and again about a second
//!   later;
//! - after a change that could not be predicted, such as a skip on the user's phone, after 2 s, 4 s, 8 s, …, since such
//!   changes tend to come in series;
//! - otherwise after the maximum interval: 10 s while something plays, and 30 s while nothing does. During
//!   advertisements, whose end is not known, it is 5 s.
//!
//! The minimum interval, 1 s, applies in every case. A track of three minutes without user input costs 18 requests. The
//! requests have [background](crate::Priority::Background) priority. They do not need a task of their own: they are sent
//! while the caller waits for the next event, and none is sent after the stream or the iterator is dropped.
//!
//! ```no_run
//! use spotify_sdk::watch::PlayerEvent;
//!
//! # #[cfg(feature = "async")]
//! # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
//! let mut events = client.player().watch().stream();
//! while let Some(event) = events.next().await {
//!     match event? {
//!         PlayerEvent::Paused { .. } => println!("paused"),
//!         PlayerEvent::Ended { .. } => println!("nothing plays"),
//!         event => println!("{}", event.item().map_or("something else", |item| item.name())),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What is reported
//!
//! The first event is [`Now`](PlayerEvent::Now), the current state. Each later event is a difference from what was
//! reported before, and nothing is reported twice. Every event carries the whole state. A display that shows the state
//! of the latest event, and advances its progress while it plays, is correct within about 2 s; a larger difference is
//! reported as [`Seeked`](PlayerEvent::Seeked).
//!
//! A change that is undone between two requests is not reported. Items are compared by URI, so files on the user's own
//! device are supported like any other item.
//!
//! # Errors
//!
//! A transient failure is returned once, and the watch goes on if the caller asks for the next event: after the wait
//! that Spotify asks for, or after growing intervals; for an exceeded [quota](crate::Error::QuotaExceeded), that is
//! hours. The same kind of error is not returned again until a request has succeeded, and then
//! [`Reconnected`](PlayerEvent::Reconnected) is the first event. After an error that only the caller can resolve, there
//! are no further events:
//! [`Authentication`](crate::Error::Authentication), [`Forbidden`](crate::Error::Forbidden),
//! [`BadRequest`](crate::Error::BadRequest), [`ReauthorizationRequired`](crate::Error::ReauthorizationRequired),
//! [`AccessDenied`](crate::Error::AccessDenied), [`InvalidInput`](crate::Error::InvalidInput) and
//! [`Setup`](crate::Error::Setup).

mod driver;
mod event;
#[cfg(feature = "blocking")]
mod iter;
mod schedule;
mod service;
#[cfg(feature = "async")]
mod stream;
mod tracker;

use std::fmt;
use std::time::Duration;

use self::schedule::Intervals;
use crate::api::player::GetPlaybackState;
use crate::api::{IntoParam, Market};
use crate::call::HasInner;
use crate::invalid_input::InvalidInput;
use crate::options::{CallOptions, Priority, call_options};

pub use event::PlayerEvent;
#[cfg(feature = "blocking")]
pub use iter::WatchIter;
#[cfg(feature = "async")]
pub use stream::WatchStream;

/// The settings of a watch. Created by [`player().watch()`](crate::api::Player::watch).
///
/// On an async client, `stream` returns a stream of events; on a blocking client, `iter` returns an iterator over them.
/// [The module](crate::watch) describes when requests are sent and what is reported.
#[must_use = "nothing is watched until `stream` or `iter` is called"]
#[derive(Clone)]
pub struct Watch<C> {
    client: C,
    operation: Result<GetPlaybackState, InvalidInput>,
    options: CallOptions,
    intervals: Intervals,
}

impl<C: HasInner> Watch<C> {
    pub(crate) fn new(client: C) -> Self {
        let options = CallOptions { priority: Priority::Background, ..client.inner().options() };
        // Without `additional_types`, an episode would look as if nothing played.
        Self { client, operation: Ok(GetPlaybackState::new()), options, intervals: Intervals::default() }
    }
}

impl<C> Watch<C> {
    call_options!(options: timeout, max_retries, max_retry_wait, priority);

    /// Sets the minimum time between a response and the next request in every case. Must not be zero. Default: 1 s.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.intervals.min = interval;
        self
    }

    /// Sets the maximum time between a response and the next request while something plays, which bounds how late an
    /// unpredictable change is reported. A value below the minimum interval counts as the minimum. Default: 10 s.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.intervals.max = interval;
        self
    }

    /// Sets the maximum time between a response and the next request while nothing plays or the player is paused. A
    /// value below the minimum interval counts as the minimum. Default: 30 s.
    pub fn max_idle_interval(mut self, interval: Duration) -> Self {
        self.intervals.max_idle = interval;
        self
    }

    /// Sets the market: an ISO 3166-1 alpha-2 country code, or `from_token` for the country of the user. Default: the
    /// user's country.
    pub fn market(mut self, market: impl IntoParam<Market>) -> Self {
        self.operation = self.operation.and_then(|operation| operation.market(market));
        self
    }

    /// Like [`market`](Self::market) if there is a value; `None` changes nothing.
    pub fn maybe_market(mut self, market: Option<impl IntoParam<Market>>) -> Self {
        self.operation = self.operation.and_then(|operation| operation.maybe_market(market));
        self
    }
}

impl<C> fmt::Debug for Watch<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("min_interval", &self.intervals.min)
            .field("max_interval", &self.intervals.max)
            .field("max_idle_interval", &self.intervals.max_idle)
            .finish_non_exhaustive()
    }
}
