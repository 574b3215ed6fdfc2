//! [`Member`]: what one process knows of the rate limit of its fleet, and what it does next. Pure state, without a clock, a
//! lock or a connection.
//!
//! While nothing is limited and no budget is set, requests are sent and reported afterwards. Otherwise they need a lease: a few
//! permits that Redis grants at once. Without Redis, a share of the last known budget is what the process may send.

mod accounting;
mod talk;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use spotify_sdk::Priority;
use spotify_sdk::rate_limit::state::{Admission, Order, RateBudget, RequestId, WaitQueue};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::exchange::Event;
use super::lease::{Change, Lease};

/// The bounds of the interval at which a process shows that it is alive.
const HEARTBEAT: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(120)];

/// The settings of the limiter of one process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) budget: Option<u32>,
    pub(crate) window: Duration,
}

impl Settings {
    /// The interval at which a process shows that it is alive, if it does not ask for anything.
    fn heartbeat(&self) -> Duration {
        (self.window * 4).clamp(HEARTBEAT[0], HEARTBEAT[1])
    }

    /// How long a process is taken to be alive after a step.
    pub(crate) fn ttl(&self) -> Duration {
        self.heartbeat() * 5 / 2
    }

    /// How long permits that were granted together may be used. What is not used by then is lost for as long.
    pub(crate) fn lease_time(&self) -> Duration {
        let time = (self.window / 20).clamp(Duration::from_millis(20), Duration::from_secs(1));
        Duration::from_millis(time.as_millis().try_into().unwrap_or(1_000))
    }
}

/// The state of one process.
pub(crate) struct Member {
    id: String,
    settings: Settings,
    info: String,
    /// The requests of this process, and what it may send on its own.
    own: RateBudget,
    pub(crate) queue: WaitQueue<u64>,
    joined: u64,
    known: Option<Known>,
    is_away: bool,
    /// Since when, and how many requests this process may have sent in the first window.
    away: Option<(Instant, u32)>,
    /// The lease that was asked for in the step that Redis has not replied to: it may have been granted.
    lost_lease: Option<u64>,
    leases: VecDeque<Lease>,
    next_lease: u64,
    next_entry: u64,
    /// The requests in flight that have no lease, since nothing was limited when they were sent.
    free_in_flight: u32,
    /// The leases that those of them belong to that were sent until then, in order: something is limited now.
    late_leases: Vec<(u64, Instant)>,
    /// Requests without a lease that have ended since the last step.
    unreported: Option<Ended>,
    /// What Redis has not acknowledged yet.
    changes: VecDeque<Change>,
    events: VecDeque<Event>,
    /// How many of the events are in the step that is under way.
    events_under_way: usize,
    last_event: u64,
    /// When to ask for a lease again, and for which priority it was asked.
    ask_at: Option<(Instant, usize)>,
    /// Whether Redis expects this process to come again.
    is_registered: bool,
    /// When a call last asked for a permit.
    called_at: Instant,
    /// The number of requests that are expected to be sent within the time of a lease.
    predicted: u32,
    report_at: Option<Instant>,
    beat_at: Instant,
    in_flight: u32,
    /// Whether the process leaves the fleet.
    has_quit: bool,
}

/// What Redis has said last.
#[derive(Debug, Clone)]
struct Known {
    epoch: String,
    /// The number of steps of all processes.
    steps: u64,
    blocked_until: Option<Instant>,
    /// When this process last heard of a longer wait.
    limited_at: Option<Instant>,
    /// Whether the next request, or one in flight, is the first after a wait.
    needs_probe: bool,
    budget: Option<u32>,
    is_learned: bool,
    sent: u32,
    at: Instant,
    members: u32,
    waiting: u32,
}

/// Requests that ended together.
#[derive(Debug, Clone, Copy)]
struct Ended {
    count: u32,
    first_sent: Instant,
    last_end: Instant,
}

/// A request that was admitted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admitted {
    pub(crate) id: RequestId,
    lease: Option<u64>,
    is_bypass: bool,
}

/// What a call is told.
#[derive(Debug)]
pub(crate) enum AdmitResult {
    Admitted(Admitted),
    /// Spotify asked for a wait that is longer than the call accepts.
    Blocked(Duration),
    /// Wait until woken, or until this time.
    Wait(Arc<Notify>, Option<Instant>),
}

/// A call that asks for a permit, with its place in the queue.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) priority: Priority,
    pub(crate) max_wait: Duration,
    pub(crate) joined: Option<(u64, Arc<Notify>)>,
}

/// What there is to be seen of the limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Status {
    pub(crate) wait: Duration,
    pub(crate) budget: Option<u32>,
    pub(crate) is_learned: bool,
    pub(crate) sent: u32,
    pub(crate) waiting: usize,
    pub(crate) is_away: bool,
}

impl Member {
    pub(crate) fn new(id: String, info: String, settings: Settings, now: Instant) -> Self {
        Self {
            id,
            settings,
            info,
            own: RateBudget::new(settings.budget).window(settings.window),
            queue: WaitQueue::default(),
            joined: 0,
            known: None,
            is_away: false,
            away: None,
            lost_lease: None,
            leases: VecDeque::new(),
            next_lease: 1,
            next_entry: 1,
            free_in_flight: 0,
            late_leases: Vec::new(),
            unreported: None,
            changes: VecDeque::new(),
            events: VecDeque::new(),
            events_under_way: 0,
            last_event: 0,
            ask_at: None,
            is_registered: false,
            called_at: now,
            predicted: 1,
            report_at: None,
            beat_at: now,
            in_flight: 0,
            has_quit: false,
        }
    }

    pub(crate) fn status(&mut self, now: Instant) -> Status {
        let own_sent = self.own.sent(now);
        let budget = self.budget();
        let known = self.known.as_ref();
        let is_recent = |known: &&Known| now.saturating_duration_since(known.at) < self.settings.window;
        Status {
            wait: self.blocked_until(now).map(|until| until - now).unwrap_or_default(),
            budget,
            is_learned: known.is_some_and(|known| known.is_learned),
            sent: known.filter(is_recent).map_or(0, |known| known.sent).max(own_sent),
            waiting: self.queue.len(),
            is_away: self.is_away,
        }
    }

    /// The budget of the whole fleet.
    fn budget(&self) -> Option<u32> {
        self.settings.budget.or_else(|| self.known.as_ref()?.budget)
    }

    fn blocked_until(&self, now: Instant) -> Option<Instant> {
        match (&self.known, self.is_away) {
            (Some(known), false) => known.blocked_until.filter(|until| *until > now),
            _ => self.own.blocked_until(now),
        }
    }

    /// Admits a call, or adds it to the queue.
    pub(crate) fn try_admit(&mut self, caller: &mut Caller, now: Instant) -> AdmitResult {
        self.called_at = now;
        if let Some(until) = self.blocked_until(now) {
            let wait = until - now;
            if wait > caller.max_wait {
                return AdmitResult::Blocked(wait);
            }
        }
        let mut until = None;
        let key = caller.joined.as_ref().map(|(key, _)| key);
        if let Some(order) = self.queue.turn(caller.priority, key, self.budget()) {
            let admitted = if self.is_away {
                let reserve = caller.priority == Priority::Background && order == Order::InOrder;
                match self.own.admit(now, reserve) {
                    Admission::Go(id) => {
                        self.free_in_flight += 1;
                        Some(Admitted { id, lease: None, is_bypass: false })
                    }
                    Admission::At(time) => {
                        until = Some(time);
                        None
                    }
                    _ => None,
                }
            } else {
                self.admit_by_fleet(caller.priority, order, now)
            };
            if let Some(admitted) = admitted {
                self.in_flight += 1;
                self.leave(caller);
                self.queue.went(caller.priority, order);
                self.wake_next();
                return AdmitResult::Admitted(admitted);
            }
        }
        let (_, notify) = caller.joined.get_or_insert_with(|| {
            self.joined += 1;
            (self.joined, self.queue.join(caller.priority, self.joined, caller.max_wait))
        });
        AdmitResult::Wait(Arc::clone(notify), until)
    }

    fn admit_by_fleet(&mut self, priority: Priority, order: Order, now: Instant) -> Option<Admitted> {
        let known = self.known.as_ref()?;
        if known.blocked_until.is_some_and(|until| until > now) {
            return None;
        }
        let is_free = !known.needs_probe && self.budget().is_none();
        let lease = if is_free { None } else { Some(self.take(priority, order, now)?) };
        if is_free {
            self.free_in_flight += 1;
        }
        Some(Admitted { id: self.own.count(now), lease, is_bypass: false })
    }

    fn take(&mut self, priority: Priority, order: Order, now: Instant) -> Option<u64> {
        let fits = |lease: &Lease| lease.lane >= priority as usize || order == Order::ByShare;
        let lease = self.leases.iter_mut().find(|lease| lease.is_usable(now) && fits(lease))?;
        lease.take();
        Some(lease.number)
    }

    /// Admits a call whatever the limit.
    pub(crate) fn bypass(&mut self, now: Instant) -> Admitted {
        self.in_flight += 1;
        let number = self.count_sent(1, now);
        self.report_by(now + self.settings.lease_time());
        Admitted { id: self.own.bypass(now), lease: Some(number), is_bypass: true }
    }

    pub(crate) fn leave(&mut self, caller: &mut Caller) {
        if let Some((key, _)) = caller.joined.take() {
            self.queue.leave(caller.priority, &key);
        }
    }

    /// Removes a call that waits no longer.
    pub(crate) fn give_up(&mut self, caller: &mut Caller, now: Instant) {
        let Some((key, _)) = &caller.joined else { return };
        let was_next = self.queue.turn(caller.priority, Some(key), self.budget()).is_some();
        self.leave(caller);
        if self.queue.is_empty() {
            self.give_probe_back(now);
        }
        if was_next {
            self.wake_next();
        }
    }

    fn wake_next(&self) {
        self.queue.wake_next(self.budget());
    }
}
