//! [`CallOptions`]: what a caller decides about a call beside what it asks for.

use std::time::Duration;

use crate::invalid_input::InvalidInput;

/// As good as for ever, and still safe to add to a clock: nothing that is added to one is longer.
pub(crate) const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How a call is sent: the client's settings, or what was set for this call instead. They are set with the methods of the same
/// names, on the builder of a client for all its calls, and on calls, syncs and watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    /// The time limit of one attempt, from asking for its access token to the last byte of the body. Waiting for the rate
    /// limit does not count.
    pub timeout: Duration,
    /// The maximum number of attempts after the first.
    pub max_retries: u32,
    /// The longest wait that is slept; a longer one ends the call.
    pub max_retry_wait: Duration,
    /// Whether the request is idempotent, where the caller says so; `None` leaves it to the operation.
    pub idempotent: Option<bool>,
    /// Whether the request is sent although the app was told to wait.
    pub ignore_rate_limit: bool,
    /// How urgent the call is.
    pub priority: Priority,
    /// The maximum number of requests of the call that are in flight at the same time, where it takes several.
    pub concurrency: usize,
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

/// How urgent a call is, where not all can be sent at once. Lower priorities have a share, so that they never stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Priority {
    /// A call that the program, or its user, waits for.
    #[default]
    Interactive,
    /// A page of a list ahead of the one that is read. It may use the whole budget.
    Prefetch,
    /// A call that can wait. A tenth of the budget is left to the others; however many of them there are, one request in ten
    /// is a background one, or one in 30 seconds where the budget is smaller than that.
    Background,
}

/// The methods that set [`CallOptions`], on everything that has some: `$field` is where they are kept.
macro_rules! call_options {
    ($field:ident: $($option:ident),+ $(,)?) => {
        $(call_options!(@ $option, $field);)+
    };
    (@ timeout, $field:ident) => {
        /// Sets the time limit of one attempt, from asking for its access token to the last byte of the response. Waiting for
        /// the rate limit does not count. Default: 30 s, or what the client's builder was given.
        ///
        /// In a runtime of one thread, such as that of `SpotifyClient`, an attempt can end only when that thread is free. A
        /// server that floods its connection with informational responses delays the end by some tenths of a second, in a
        /// debug build by seconds.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$field.timeout = timeout;
            self
        }
    };
    (@ max_retries, $field:ident) => {
        /// Sets the maximum number of retries of a request after a transient failure. 0 turns retries off. Default: 3, or what
        /// the client's builder was given.
        pub fn max_retries(mut self, max_retries: u32) -> Self {
            self.$field.max_retries = max_retries;
            self
        }
    };
    (@ max_retry_wait, $field:ident) => {
        /// Sets the longest wait that is slept, before a retry or for the end of a rate limit. When Spotify asks for more, the
        /// call ends at once with [`RateLimit`](crate::Error::RateLimit). Default: 60 s, or what the client's builder was given.
        pub fn max_retry_wait(mut self, max_retry_wait: std::time::Duration) -> Self {
            self.$field.max_retry_wait = max_retry_wait;
            self
        }
    };
    (@ idempotent, $field:ident) => {
        /// Sets whether the request may be sent again when it is not known whether Spotify executed it. `true` lets one that
        /// [is not idempotent](crate::operation::Idempotency) be executed twice; `false` lets none. Default: as the operation is.
        pub fn idempotent(mut self, idempotent: bool) -> Self {
            self.$field.idempotent = Some(idempotent);
            self
        }
    };
    (@ ignore_rate_limit, $field:ident) => {
        /// Sends the request although Spotify told the app to wait, which makes the wait longer if it is not over yet, and
        /// although the [quota](crate::Error::QuotaExceeded) of the operation is used up. When it succeeds, the other calls of
        /// the app no longer wait, and the operation is no longer refused.
        pub fn ignore_rate_limit(mut self) -> Self {
            self.$field.ignore_rate_limit = true;
            self
        }
    };
    (@ priority, $field:ident) => {
        /// Sets how urgent the requests are, where the rate limit does not let all be sent at once. Default:
        /// [`Interactive`](crate::Priority::Interactive), or what the client's builder was given; pages that are fetched ahead
        /// are [`Prefetch`](crate::Priority::Prefetch).
        pub fn priority(mut self, priority: crate::Priority) -> Self {
            self.$field.priority = priority;
            self
        }
    };
    (@ concurrency, $field:ident) => {
        /// Sets the maximum number of requests in flight at the same time, where a call takes several that only read: the pages
        /// of a list, once the first has told how many there are, and the batches of many ids. 1 reads one page after another,
        /// and still fetches the next one while the caller is busy with this one. Default: 4, or what the client's builder was
        /// given.
        pub fn concurrency(mut self, requests: usize) -> Self {
            self.$field.concurrency = requests;
            self
        }
    };
}

pub(crate) use call_options;
