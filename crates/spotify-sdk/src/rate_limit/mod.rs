//! The rate gate: where all calls of one app wait together. Spotify counts the requests of an app, not those of a call, so
//! once one call is told to wait, none is sent until the wait is over, and the first one after it goes alone.
//!
//! Calls go by their priority, and within that in the order in which they came. Whoever holds a place waits for nothing
//! but Spotify: it is free again as soon as the head of the response is there, however long the body takes.

mod line;
mod pace;
mod quota;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use line::Line;
pub(crate) use pace::Ended;
use pace::{Admission, Budget, Pace, Ticket};
pub(crate) use quota::Quotas;
pub use quota::{OperationUsage, QuotaClosure, Usage};

use crate::options::Priority;

/// Where calls wait until they may be sent.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pace: Pace,
    line: Line<u64>,
    /// How many calls were put in line so far.
    came: u64,
}

/// The state of the rate limit of an app, as far as this client knows it.
///
/// See [rate limits](https://developer.spotify.com/documentation/web-api/concepts/rate-limits).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Until when no request is sent, because Spotify asked for that; `None` when it did not.
    pub waiting_until: Option<Timestamp>,
    /// How long that is from now; zero when there is nothing to wait for.
    pub wait: Duration,
    /// How many requests go in any 30 seconds at most: as many as the client was told, or as many as it has learned; `None`
    /// as long as Spotify has refused none.
    pub budget: Option<u32>,
    /// Whether the budget was learned from Spotify's answers.
    pub is_learned: bool,
    /// How many requests were sent in the last 30 seconds, those under way included. Without a budget no more than the latest
    /// 2,000 are counted.
    pub sent: u32,
    /// How many calls wait at the moment to be sent.
    pub waiting_calls: usize,
}

impl Gate {
    /// A gate that lets so many requests through in any 30 seconds; as many as go well, where it is not told.
    pub(crate) fn new(budget: Option<u32>) -> Self {
        let state = State { pace: Pace::new(budget), line: Line::default(), came: 0 };
        Self { state: Mutex::new(state) }
    }

    /// Waits until a request may be sent. It counts as under way until what this gives is told how it ended.
    ///
    /// # Errors
    /// How long Spotify still wants nothing, at once, when that is longer than `patience`. Waiting for others of the same
    /// app is no question of patience.
    pub(crate) async fn pass(&self, patience: Duration, priority: Priority) -> Result<Pass<'_>, Duration> {
        let mut place = InLine { gate: self, priority, patience, joined: None };
        loop {
            let (notify, until) = match self.lock().try_pass(&mut place) {
                Try::Go(ticket) => return Ok(Pass::new(self, ticket)),
                Try::TooLong(wait) => return Err(wait),
                Try::Wait(notify, until) => (notify, until),
            };
            match until {
                // Either something has changed, or the moment has come.
                Some(until) => drop(timeout_at(until, notify.notified()).await),
                None => notify.notified().await,
            }
        }
    }

    /// Lets a request through that does not wait.
    pub(crate) fn pass_at_once(&self) -> Pass<'_> {
        let ticket = self.lock().pace.go_anyway(Instant::now());
        Pass::new(self, ticket)
    }

    /// What is known of the rate limit.
    pub(crate) fn state(&self) -> RateLimit {
        let mut state = self.lock();
        let now = Instant::now();
        let wait = state.pace.closed_until(now).map(|until| until.duration_since(now));
        let budget = state.pace.budget();
        RateLimit {
            waiting_until: wait.map(from_now),
            wait: wait.unwrap_or_default(),
            budget: budget.map(Budget::most),
            is_learned: matches!(budget, Some(Budget::Learned { .. })),
            sent: state.pace.sent(now),
            waiting_calls: state.line.len(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock; and if some did, what is in it would still be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Try {
    Go(Ticket),
    /// Spotify wants nothing for so long, which is longer than the call may wait.
    TooLong(Duration),
    /// Until someone else has gone or ended, or until this moment.
    Wait(Arc<Notify>, Option<Instant>),
}

impl State {
    /// Lets a call through, or puts it in line. Both under one lock, so that no change goes unnoticed in between.
    fn try_pass(&mut self, place: &mut InLine<'_>) -> Try {
        let now = Instant::now();
        if let Some(until) = self.pace.closed_until(now) {
            let wait = until.duration_since(now);
            if wait > place.patience {
                return Try::TooLong(wait);
            }
        }
        let mut until = None;
        let key = place.joined.as_ref().map(|(key, _)| key);
        if let Some(turn) = self.line.turn(place.priority, key, self.most()) {
            let leaves_room = place.priority == Priority::Background && turn == line::Turn::InOrder;
            match self.pace.admit(now, leaves_room) {
                Admission::Go(ticket) => {
                    self.leave(place);
                    self.line.went(place.priority, turn);
                    self.wake_next();
                    return Try::Go(ticket);
                }
                Admission::At(moment) => until = Some(moment),
                Admission::Later => {}
            }
        }
        let (_, notify) = place.joined.get_or_insert_with(|| {
            self.came += 1;
            (self.came, self.line.join(place.priority, self.came, place.patience))
        });
        Try::Wait(Arc::clone(notify), until)
    }

    fn leave(&mut self, place: &mut InLine<'_>) {
        if let Some((key, _)) = place.joined.take() {
            self.line.leave(place.priority, &key);
        }
    }

    fn wake_next(&self) {
        self.line.wake_next(self.most());
    }

    /// How many requests may go in a window, where that is known.
    fn most(&self) -> Option<u32> {
        self.pace.budget().map(Budget::most)
    }
}

/// A call's place in the line, which it leaves when this is dropped.
struct InLine<'a> {
    gate: &'a Gate,
    priority: Priority,
    patience: Duration,
    joined: Option<(u64, Arc<Notify>)>,
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let Some((key, _)) = &self.joined else { return };
        let mut state = self.gate.lock();
        // Only the one whose turn it is keeps others waiting.
        let was_next = state.line.turn(self.priority, Some(key), state.most()).is_some();
        state.leave(self);
        if was_next {
            state.wake_next();
        }
    }
}

/// A request that has passed the gate, until it has ended.
#[must_use = "the request counts as under way until this is dropped"]
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    ticket: Ticket,
    /// How it ends where nobody says how it ended; `None` once somebody has.
    unless_told: Option<Ended>,
}

impl<'a> Pass<'a> {
    fn new(gate: &'a Gate, ticket: Ticket) -> Self {
        Self { gate, ticket, unless_told: Some(Ended::NotSent) }
    }

    /// Opens the gate: a call went through that did not wait, so the limit is over.
    pub(crate) fn open(&self) {
        self.gate.lock().pace.open(self.ticket);
    }

    /// Says that the request goes out now. Before, it was certainly not sent.
    pub(crate) fn sending(&mut self) {
        self.unless_told = Some(Ended::Unknown);
    }

    /// Says how the request ended, as far as the rate limit is concerned, and so frees its place. Said again, it changes
    /// nothing. Without a word it counts as one of which nobody knows, once it went out.
    pub(crate) fn ended(&mut self, ended: Ended) {
        if self.unless_told.take().is_none() {
            return;
        }
        let mut state = self.gate.lock();
        state.pace.ended(self.ticket, Instant::now(), ended);
        if matches!(ended, Ended::Refused(_)) {
            // Whoever waits has to see whether the wait is longer than it may be.
            let now = Instant::now();
            let wait = state.pace.closed_until(now).map(|until| until.duration_since(now));
            state.line.wake_impatient(wait.unwrap_or_default());
        }
        state.wake_next();
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some(ended) = self.unless_told {
            self.ended(ended);
        }
    }
}

/// The moment that is so far from now, or the last that there is.
fn from_now(wait: std::time::Duration) -> jiff::Timestamp {
    let wait = jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::MAX);
    jiff::Timestamp::now().checked_add(wait).unwrap_or(jiff::Timestamp::MAX)
}
