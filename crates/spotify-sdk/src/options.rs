//! [`CallOptions`]: how a call is sent, apart from its parameters.

use std::time::Duration;

use crate::invalid_input::InvalidInput;

/// Effectively forever, and still safe to add to a clock: no longer duration is ever added to one.
pub(crate) const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How a call is sent: the client's settings, or those set for this call instead. They are set with the methods of the
/// same names, on calls, syncs and watches, and those that suit all calls on the builder of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CallOptions {
    /// The timeout of one attempt, from the request for its access token to the last byte of the body. Waiting for the
    /// rate limit does not count.
    pub timeout: Duration,
    /// The maximum number of attempts after the first.
    pub max_retries: u32,
    /// The maximum wait; the call fails if a longer one is needed.
    pub max_retry_wait: Duration,
    /// Whether the request is idempotent, if the caller says so; `None` leaves it to the operation.
    pub idempotent: Option<bool>,
    /// Whether the request is sent although the app is rate limited.
    pub ignore_rate_limit: bool,
    /// How urgent the call is.
    pub priority: Priority,
    /// The maximum number of requests of the call in flight at the same time, if it takes several.
    pub concurrency: usize,
    /// Whether an identical read of the same user that is in flight already may respond to this one, too.
    pub coalescing: bool,
    /// Up to which age a stored response is used without a request; `None` leaves it to the cache.
    #[cfg(feature = "cache")]
    pub fresh_for: Option<Duration>,
    /// Whether no stored response is used.
    #[cfg(feature = "cache")]
    pub no_cache: bool,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_retries: 3,
            max_retry_wait: Duration::from_secs(60),
            idempotent: None,
            ignore_rate_limit: false,
            priority: Priority::Interactive,
            concurrency: 4,
            coalescing: true,
            #[cfg(feature = "cache")]
            fresh_for: None,
            #[cfg(feature = "cache")]
            no_cache: false,
        }
    }
}

impl CallOptions {
    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        if self.timeout.is_zero() {
            return Err(InvalidInput::new("timeout", "expected more than 0 s, got 0 s"));
        }
        Ok(())
    }
}

/// The priority of a call when not all calls can be sent at once. Lower priorities have a share, so that they are not
/// starved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Priority {
    /// A call whose result the program, or its user, waits for.
    #[default]
    Interactive,
    /// A page of a list, ahead of the one that is being read. It may use the whole budget.
    Prefetch,
    /// A call that can wait. It leaves a tenth of the budget to the others; however many of those there are, one
    /// request in ten is a background one, or one in 30 seconds if the budget is smaller than that. Of a
    /// [daily budget](crate::ClientBuilder::daily_budget) it leaves a tenth as well, and is refused from there on.
    Background,
}

/// Defines the methods that set [`CallOptions`] on each type that has them; `$field` is the field that holds them.
macro_rules! call_options {
    ($field:ident: $($option:ident),+ $(,)?) => {
        $(call_options!(@ $option, $field);)+
    };
    (@ timeout, $field:ident) => {
        /// Sets the timeout of one attempt, from the request for its access token to the last byte of the response.
        /// Waiting for the rate limit does not count. Default: 30 s, or the client's setting.
        ///
        /// In a single-threaded runtime, such as that of `SpotifyClient`, an attempt can time out only when the thread
        /// is free. A server that floods its connection with informational responses delays the timeout by some tenths
        /// of a second, in a debug build by seconds.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$field.timeout = timeout;
            self
        }
    };
    (@ max_retries, $field:ident) => {
        /// Sets the maximum number of retries of a request after a transient failure. 0 disables retries. Default: 3,
        /// or the client's setting.
        pub fn max_retries(mut self, max_retries: u32) -> Self {
            self.$field.max_retries = max_retries;
            self
        }
    };
    (@ max_retry_wait, $field:ident) => {
        /// Sets the maximum wait before a retry or for the end of a rate limit. If Spotify asks for a longer one, the
        /// call fails at once with [`RateLimit`](crate::Error::RateLimit). Default: 60 s, or the client's setting.
        pub fn max_retry_wait(mut self, max_retry_wait: std::time::Duration) -> Self {
            self.$field.max_retry_wait = max_retry_wait;
            self
        }
    };
    (@ idempotent, $field:ident) => {
        /// Sets whether the request may be retried if it is not known whether Spotify executed it. `true` allows a
        /// request that [is not idempotent](crate::operation::Idempotency) to be executed twice; `false` allows it for
        /// no request. Default: as the operation declares.
        pub fn idempotent(mut self, idempotent: bool) -> Self {
            self.$field.idempotent = Some(idempotent);
            self
        }
    };
    (@ ignore_rate_limit, $field:ident) => {
        /// Sends the request although Spotify told the app to wait, which makes the wait longer if it is not over yet,
        /// and although the [quota](crate::Error::QuotaExceeded) of the operation or the client's own
        /// [daily budget](crate::ClientBuilder::daily_budget) is used up. If the request succeeds, the other calls of
        /// the app no longer wait, and the operation is no longer refused. The request counts for the budget.
        pub fn ignore_rate_limit(mut self) -> Self {
            self.$field.ignore_rate_limit = true;
            self
        }
    };
    (@ priority, $field:ident) => {
        /// Sets the priority of the requests when the rate limit does not allow all to be sent at once. Default:
        /// [`Interactive`](crate::Priority::Interactive), or the client's setting; pages that are fetched ahead are
        /// [`Prefetch`](crate::Priority::Prefetch).
        pub fn priority(mut self, priority: crate::Priority) -> Self {
            self.$field.priority = priority;
            self
        }

        /// Sets the priority to [`Background`](crate::Priority::Background), for what can wait: it leaves a tenth of
        /// the rate budget and of the [daily budget](crate::ClientBuilder::daily_budget) to other calls. Same as
        /// `priority(Priority::Background)`.
        pub fn background(self) -> Self {
            self.priority(crate::Priority::Background)
        }
    };
    (@ no_coalescing, $field:ident) => {
        /// Sends a request of its own for each read. Without this, identical reads of the same user that are in flight at the
        /// same time, through the client, its clones and siblings, share one request and its response; a read that begins after
        /// a write of the client shares none that began before.
        pub fn no_coalescing(mut self) -> Self {
            self.$field.coalescing = false;
            self
        }
    };
    (@ fresh_for, $field:ident) => {
        /// Sets up to which age a stored response is used without a request, for a user's data too; it has no effect without a
        /// [`cache`](crate::ClientBuilder::cache), and on what a cache [never](crate::operation::Caching::Never) keeps, such as
        /// the player. Zero asks Spotify in any case, at least whether the response has changed. Default: what the cache was told,
        /// for the catalog alone.
        #[cfg(feature = "cache")]
        pub fn fresh_for(mut self, max_age: std::time::Duration) -> Self {
            self.$field.fresh_for = Some(max_age);
            self
        }
    };
    (@ no_cache, $field:ident) => {
        /// Has Spotify send the whole response, whatever the cache has stored. The response is stored in its place.
        #[cfg(feature = "cache")]
        pub fn no_cache(mut self) -> Self {
            self.$field.no_cache = true;
            self
        }
    };
    (@ concurrency, $field:ident) => {
        /// Sets the maximum number of requests in flight at the same time for a call that takes several and only reads:
        /// the pages of a list, once the first has reported the total, and the batches of many ids. With 1, pages are
        /// read one after another, but the next one is still fetched while the caller processes the current one.
        /// Default: 4, or the client's setting.
        pub fn concurrency(mut self, requests: usize) -> Self {
            self.$field.concurrency = requests;
            self
        }
    };
}

pub(crate) use call_options;
