//! [`Gate`]: where all calls of one app wait together. Spotify counts the requests of an app, not those of a call, so
//! once one call is told to wait, none is sent until the wait is over, and the first one after it goes alone.
//!
//! Calls go in the order in which they came, and within that by their [`Priority`].

mod pace;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

pub(crate) use pace::Ended;
use pace::{Admission, Budget, Pace, Ticket};

/// Who goes first where not everyone can go at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// A call that somebody waits for.
    Awaited,
    /// A page of a list ahead of whoever reads it. They wait for the whole list, and so it may use the whole budget.
    Ahead,
    /// A call of which the program says that nobody waits for it. It leaves a tenth of the budget to the others.
    Background,
}

/// Where calls wait until they may be sent.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pace: Pace,
    /// For each priority those who wait, in the order in which they came.
    waiting: [VecDeque<Arc<Notify>>; Priority::Background as usize + 1],
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
        let state = State { pace: Pace::new(budget), waiting: Default::default() };
        Self { state: Mutex::new(state) }
    }

    /// Waits until a request may be sent. It counts as under way until what this gives is told how it ended.
    ///
    /// # Errors
    /// How long Spotify still wants nothing, at once, when that is longer than `patience`. Waiting for others of the same
    /// app is no question of patience.
    pub(crate) async fn pass(&self, patience: Duration, priority: Priority) -> Result<Pass<'_>, Duration> {
        let mut place = InLine { gate: self, priority, notify: None };
        loop {
            let (notify, until) = match self.lock().try_pass(&mut place, patience) {
                Try::Go(ticket) => return Ok(Pass { gate: self, ticket, ended: Ended::NotSent }),
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
        Pass { gate: self, ticket, ended: Ended::NotSent }
    }

    /// What is known of the rate limit.
    pub(crate) fn state(&self) -> RateLimit {
        let mut state = self.lock();
        let now = Instant::now();
        let wait = state.pace.closed_until(now).map(|until| until.duration_since(now));
        let budget = state.pace.budget();
        RateLimit {
            waiting_until: wait.map(|wait| {
                let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
                Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX)
            }),
            wait: wait.unwrap_or_default(),
            budget: budget.map(Budget::most),
            is_learned: matches!(budget, Some(Budget::Learned { .. })),
            sent: state.pace.sent(now),
            waiting_calls: state.waiting.iter().map(VecDeque::len).sum(),
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
    fn try_pass(&mut self, place: &mut InLine<'_>, patience: Duration) -> Try {
        let now = Instant::now();
        if let Some(until) = self.pace.closed_until(now) {
            let wait = until.duration_since(now);
            if wait > patience {
                return Try::TooLong(wait);
            }
        }
        let mut until = None;
        if self.is_first(place) {
            match self.pace.admit(now, place.priority == Priority::Background) {
                Admission::Go(ticket) => return Try::Go(ticket),
                Admission::At(moment) => until = Some(moment),
                Admission::Later => {}
            }
        }
        let notify = place.notify.get_or_insert_with(|| {
            let notify = Arc::<Notify>::default();
            self.waiting[place.priority as usize].push_back(Arc::clone(&notify));
            notify
        });
        Try::Wait(Arc::clone(notify), until)
    }

    /// Whether nobody has to go before this one.
    fn is_first(&self, place: &InLine<'_>) -> bool {
        let others_first = self.waiting.iter().take(place.priority as usize).any(|waiting| !waiting.is_empty());
        let next = self.waiting[place.priority as usize].front();
        !others_first
            && match (next, &place.notify) {
                (None, _) => true,
                (Some(next), Some(own)) => Arc::ptr_eq(next, own),
                (Some(_), None) => false,
            }
    }

    /// Wakes who is next.
    fn wake_next(&self) {
        if let Some(next) = self.waiting.iter().find_map(VecDeque::front) {
            next.notify_one();
        }
    }

    fn wake_all(&self) {
        self.waiting.iter().flatten().for_each(|waiting| waiting.notify_one());
    }
}

/// A call's place in the line, which it leaves when this is dropped.
struct InLine<'a> {
    gate: &'a Gate,
    priority: Priority,
    notify: Option<Arc<Notify>>,
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let Some(own) = self.notify.take() else { return };
        let mut state = self.gate.lock();
        state.waiting[self.priority as usize].retain(|other| !Arc::ptr_eq(other, &own));
        state.wake_next();
    }
}

/// A request that has passed the gate, until it has ended.
#[must_use = "the request counts as under way until this is dropped"]
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    ticket: Ticket,
    ended: Ended,
}

impl Pass<'_> {
    /// Opens the gate: a call went through that did not wait, so the limit is over.
    pub(crate) fn open(&self) {
        self.gate.lock().pace.open(self.ticket);
    }

    /// Says that the request goes out now. Before, it was certainly not sent.
    pub(crate) fn sending(&mut self) {
        self.ended = Ended::Unknown;
    }

    /// Says how the request ended. Without a word it counts as one of which nobody knows, once it went out.
    pub(crate) fn ended(mut self, ended: Ended) {
        self.ended = ended;
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.lock();
        state.pace.ended(self.ticket, Instant::now(), self.ended);
        match self.ended {
            // Whoever waits has to see whether the wait is longer than it may be.
            Ended::Refused(_) => state.wake_all(),
            _ => state.wake_next(),
        }
    }
}
