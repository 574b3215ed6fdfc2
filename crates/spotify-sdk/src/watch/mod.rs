//! Watching the user's player: [`player().watch()`](crate::api::Player::watch) tells what changes there, one
//! [`PlayerEvent`] for each change: track, pause, seek, volume, device, end, and more.
//!
//! Spotify tells nobody of changes; one has to ask. So the requests are spent where a change is likely:
//!
//! - half a second after the end of what plays is due, and if Spotify shows the old track still, after 1 s, 2 s, 4 s, …;
//! - 0.4 s after a command that went through the same client or a clone of it, and once more a second later;
//! - after a change that nobody foresaw, such as a skip on the user's phone, after 2 s, 4 s, 8 s, …, since who touches a
//!   player once is likely to do it again;
//! - else after the longest interval, which is 10 s while something plays, and 30 s while nothing does. During
//!   advertisements, whose end is not known, it is 5 s.
//!
//! The shortest interval, of 1 s, holds everywhere. A track of three minutes that nobody touches costs 18 requests.
//! They are made as [background](crate::Call::background) requests. They need no task of their own: they are made while
//! the next event is waited for, and none is after the stream or the iterator is dropped.
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
//! # What is reported, and what is not
//!
//! The first event is [`Now`](PlayerEvent::Now), the present state. Each later one is a difference from what was reported
//! before, and nothing is reported twice. Every event carries the whole state, so a display that shows the state of the
//! latest event, and counts on from its progress while it plays, is right: within about 2 s, beyond which there is a
//! [`Seeked`](PlayerEvent::Seeked).
//!
//! What comes and goes between two requests is not seen. What plays is told apart by its URI, so files on the user's own
//! device are as good as any.
//!
//! # Errors
//!
//! An error that may pass is given once, and the watching goes on if the stream is asked for more: after the wait that
//! Spotify asks for, or else after growing intervals; for a [quota](crate::Error::QuotaExceeded) that is used up, that is hours.
//! The same error is not given again before a request has succeeded, and when one has, there is a
//! [`Reconnected`](PlayerEvent::Reconnected) before anything else.
//! After an error that only the caller can mend, there is no further event:
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

use self::schedule::Pace;
use crate::api::player::GetPlaybackState;
use crate::api::{IntoParam, Market};
use crate::call::HasInner;
use crate::options::{CallOptions, Priority, call_options};

pub use event::PlayerEvent;
#[cfg(feature = "blocking")]
pub use iter::WatchIter;
#[cfg(feature = "async")]
pub use stream::WatchStream;

/// The settings of watching the player. Made by [`player().watch()`](crate::api::Player::watch).
///
/// `stream` of an async client's gives a stream of events, `iter` of a blocking client's an iterator over them. When to
/// ask Spotify, and what is reported, is said at [the module](crate::watch).
#[must_use = "nothing is watched until `stream` or `iter` is called"]
#[derive(Clone)]
pub struct Watch<C> {
    client: C,
    operation: GetPlaybackState,
    options: CallOptions,
    pace: Pace,
}

impl<C: HasInner> Watch<C> {
    pub(crate) fn new(client: C) -> Self {
        let options = CallOptions { priority: Priority::Background, ..client.inner().options() };
        // Else an episode would look as if nothing played.
        Self { client, operation: GetPlaybackState::new(), options, pace: Pace::default() }
    }
}

impl<C> Watch<C> {
    call_options!(options: timeout, max_retries, max_retry_wait, priority);

    /// Sets the shortest time from an answer to the next request, whatever is likely to happen. More than nothing.
    /// Default: 1 s.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.pace.shortest = interval;
        self
    }

    /// Sets the longest time from an answer to the next request while something plays: how late a change can be seen
    /// that nobody could foresee. Less than the shortest time counts as that. Default: 10 s.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.pace.longest = interval;
        self
    }

    /// Sets the longest time from an answer to the next request while nothing plays, or the player is paused. Less than
    /// the shortest time counts as that. Default: 30 s.
    pub fn max_idle_interval(mut self, interval: Duration) -> Self {
        self.pace.longest_idle = interval;
        self
    }

    /// Sets the market: an ISO 3166-1 alpha-2 country code, or `from_token` for the country of the user. Default: the
    /// user's country.
    pub fn market(mut self, market: impl IntoParam<Market>) -> Self {
        self.operation = self.operation.market(market);
        self
    }

    /// Like [`market`](Self::market) where there is a value; `None` changes nothing.
    pub fn maybe_market(mut self, market: Option<impl IntoParam<Market>>) -> Self {
        self.operation = self.operation.maybe_market(market);
        self
    }
}

impl<C> fmt::Debug for Watch<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("min_interval", &self.pace.shortest)
            .field("max_interval", &self.pace.longest)
            .field("max_idle_interval", &self.pace.longest_idle)
            .finish_non_exhaustive()
    }
}
