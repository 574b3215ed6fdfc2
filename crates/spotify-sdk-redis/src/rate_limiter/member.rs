//! [`Member`]: what one process knows of the rate limit of its fleet, and what it does next. Pure state, without a clock, a
//! lock or a connection.
//!
//! While nothing is limited and no budget is set, requests are sent and reported afterwards. Otherwise they need a lease: a few
//! permits that Redis grants at once. Without Redis, a share of the last known budget is what the process may send.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use spotify_sdk::Priority;
use spotify_sdk::rate_limit::Completion;
use spotify_sdk::rate_limit::state::{Admission, MIN_WAIT, Order, PROBE_TIME, RateBudget, RequestId, WaitQueue};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::exchange::{Ask, Event, Limit, Reply, Restore, SendReason, Step};
use super::lease::{Change, Entry, EntryKind, Lease};
use super::script::MAX_LEASE;

/// The bounds of the interval at which a process shows that it is alive.
const HEARTBEAT: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(120)];
/// The number of events that are kept for Redis while it is away. Later ones say the same.
const MAX_EVENTS: usize = 64;

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
    leases: VecDeque<Lease>,
    next_lease: u64,
    next_entry: u64,
    /// The requests in flight that have no lease, since nothing was limited when they were sent.
    free_in_flight: u32,
    /// The lease that those of them belong to that were sent until then: something is limited now.
    late_lease: Option<(u64, Instant)>,
    /// Requests without a lease that have ended since the last step.
    unreported: Option<Ended>,
    /// What Redis has not acknowledged yet.
    changes: VecDeque<Change>,
    events: VecDeque<Event>,
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
}

/// What Redis has said last.
#[derive(Debug, Clone)]
struct Known {
    epoch: String,
    blocked_until: Option<Instant>,
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
            leases: VecDeque::new(),
            next_lease: 1,
            next_entry: 1,
            free_in_flight: 0,
            late_lease: None,
            unreported: None,
            changes: VecDeque::new(),
            events: VecDeque::new(),
            last_event: 0,
            ask_at: None,
            is_registered: false,
            called_at: now,
            predicted: 1,
            report_at: None,
            beat_at: now,
            in_flight: 0,
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
        Some(Admitted { id: self.own.bypass(now), lease, is_bypass: false })
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

    /// Counts requests that were sent without a lease.
    fn count_sent(&mut self, count: u32, now: Instant) -> u64 {
        let number = self.next_lease;
        self.next_lease += 1;
        let (lease, change) = Lease::sent(number, count, now, self.settings.lease_time());
        self.leases.push_back(lease);
        self.changes.push_back(change);
        number
    }

    /// Something is limited from now on: requests in flight count as well.
    fn count_free(&mut self, now: Instant) {
        if self.free_in_flight > 0 {
            let count = std::mem::take(&mut self.free_in_flight);
            self.late_lease = Some((self.count_sent(count, now), now));
            self.report_at = Some(now);
        }
    }

    pub(crate) fn leave(&mut self, caller: &mut Caller) {
        if let Some((key, _)) = caller.joined.take() {
            self.queue.leave(caller.priority, &key);
        }
    }

    /// Removes a call that waits no longer.
    pub(crate) fn give_up(&mut self, caller: &mut Caller) {
        let Some((key, _)) = &caller.joined else { return };
        let was_next = self.queue.turn(caller.priority, Some(key), self.budget()).is_some();
        self.leave(caller);
        if was_next {
            self.wake_next();
        }
    }

    fn wake_next(&self) {
        self.queue.wake_next(self.budget());
    }

    /// Records how a request ended.
    pub(crate) fn complete(&mut self, request: Admitted, completion: Completion, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.own.complete(request.id, now, completion);
        let sent = request.id.sent;
        let mut is_probe = false;
        let late = self.late_lease.filter(|(_, since)| sent <= *since).map(|(number, _)| number);
        if let Some(number) = request.lease.or(late) {
            if let Some(lease) = self.leases.iter_mut().find(|lease| lease.number == number) {
                is_probe = lease.is_probe;
                lease.complete(now, completion);
                if is_probe && matches!(completion, Completion::Unknown | Completion::NotSent) {
                    self.tell(Event::ProbeFailed { lease: number }, now);
                }
            }
        } else {
            self.free_in_flight = self.free_in_flight.saturating_sub(1);
            if !matches!(completion, Completion::RateLimited { .. } | Completion::NotSent) {
                self.ended(sent, now);
            }
        }
        let reason = match (is_probe, request.is_bypass) {
            (true, _) => SendReason::Probe,
            (false, true) => SendReason::Bypass,
            (false, false) => SendReason::WithinBudget,
        };
        match completion {
            Completion::RateLimited { wait } => {
                let until = now + wait.max(MIN_WAIT);
                self.tell(Event::RateLimited { sent, until, reason }, now);
                self.block(until, now);
            }
            Completion::Success if request.is_bypass && self.is_limited(now) => {
                self.tell(Event::BypassSucceeded { sent }, now);
                if let Some(known) = &mut self.known {
                    (known.blocked_until, known.needs_probe) = (None, false);
                }
            }
            Completion::Success | Completion::Response | Completion::QuotaExceeded { .. } if is_probe => {
                self.tell(Event::ProbeResponded { sent }, now);
                self.ask_at = None;
            }
            _ => {}
        }
        self.settle(now);
        self.wake_next();
    }

    fn is_limited(&self, now: Instant) -> bool {
        self.blocked_until(now).is_some() || self.known.as_ref().is_some_and(|known| known.needs_probe)
    }

    /// Sends nothing until this time, for a reason that the program knows.
    pub(crate) fn block_until(&mut self, until: Instant, now: Instant) {
        self.tell(Event::Blocked { until }, now);
        self.own.block_until(until);
        self.block(until, now);
    }

    fn block(&mut self, until: Instant, now: Instant) {
        if let Some(known) = &mut self.known {
            known.blocked_until = Some(known.blocked_until.map_or(until, |before| before.max(until)));
            known.needs_probe = true;
        }
        self.ask_at = None;
        self.count_free(now);
        self.wake_expired(now);
    }

    /// Wakes the calls whose maximum wait is shorter than the block.
    fn wake_expired(&self, now: Instant) {
        let wait = self.blocked_until(now).map(|until| until - now);
        self.queue.wake_expired(wait.unwrap_or_default());
    }

    fn tell(&mut self, event: Event, now: Instant) {
        if self.events.len() < MAX_EVENTS {
            self.events.push_back(event);
        }
        self.report_at = Some(now);
    }

    fn report_by(&mut self, time: Instant) {
        self.report_at = Some(self.report_at.map_or(time, |before| before.min(time)));
    }

    /// Counts a request that had no lease.
    fn ended(&mut self, sent: Instant, now: Instant) {
        let ended = self.unreported.get_or_insert(Ended { count: 0, first_sent: sent, last_end: now });
        ended.count += 1;
        ended.first_sent = ended.first_sent.min(sent);
        ended.last_end = now;
        if now.saturating_duration_since(ended.first_sent) > self.settings.window / 10 {
            self.close_group();
        }
        // What the fleet learns its budget from must be complete.
        let is_learning = self.known.as_ref().is_some_and(|known| known.needs_probe);
        self.report_by(if is_learning { now } else { now + self.settings.lease_time() });
    }

    fn close_group(&mut self) {
        let Some(Ended { count, first_sent, last_end }) = self.unreported.take() else { return };
        let name = format!("u{}", self.next_entry);
        self.next_entry += 1;
        let new = Entry { name, count, lag: last_end - first_sent, ended: last_end, kind: EntryKind::Done };
        self.changes.push_back(Change { old: None, new: Some(new), always: true });
    }

    /// Finishes leases that nothing more will happen with, and renews those of requests that take long.
    fn settle(&mut self, now: Instant) {
        let mut at = 0;
        while let Some(lease) = self.leases.get_mut(at) {
            if lease.renew_at(self.settings.window).is_some_and(|time| time <= now) {
                self.changes.extend(lease.renew(now));
                self.report_at = Some(now);
            }
            let Some(lease) = self.leases.get(at).filter(|lease| lease.is_over(now)) else {
                at += 1;
                continue;
            };
            let is_used_up = lease.unused == 0;
            self.predicted = if is_used_up && now < lease.expires + self.settings.lease_time() {
                (lease.granted * 2).max(self.predicted).min(MAX_LEASE)
            } else {
                lease.used().max(1)
            };
            let is_late = lease.is_late();
            let others_wait = self.known.as_ref().is_some_and(|known| known.waiting > 0);
            if let Some(lease) = self.leases.remove(at) {
                self.changes.push_back(lease.finish());
            }
            if !is_used_up && (others_wait || !self.queue.is_empty()) {
                // What was not used is free at once, for calls of this process, too.
                self.ask_at = None;
                self.report_at = Some(now);
            } else if !is_used_up || is_late {
                self.report_by(now + self.settings.lease_time());
            }
        }
    }

    /// How many requests to ask for, if any.
    fn ask(&self, now: Instant) -> Option<Ask> {
        let known = self.known.as_ref()?;
        let (priority, order) = self.queue.next(self.budget())?;
        let lane = priority as usize;
        if known.blocked_until.is_some_and(|until| until > now)
            || self.ask_at.is_some_and(|(time, asked)| time > now && asked <= lane)
            || self.leases.iter().any(|lease| lease.is_usable(now) && (lease.lane >= lane || order == Order::ByShare))
        {
            return None;
        }
        let by_share = order == Order::ByShare;
        let waiting = u32::try_from(self.queue.waiting(priority)).unwrap_or(u32::MAX);
        let want = if by_share { 1 } else { waiting.max(self.predicted).clamp(1, MAX_LEASE) };
        Some(Ask { lane, want, expects_more: waiting > want || self.predicted > 1, by_share, stays: false })
    }

    /// When the next step is due.
    pub(crate) fn step_at(&mut self, now: Instant) -> Instant {
        self.settle(now);
        if self.known.is_none() || self.ask(now).is_some() {
            return now;
        }
        let mut due = self.beat_at;
        let mut add = |time: Instant| due = due.min(time);
        self.report_at.into_iter().for_each(&mut add);
        if !self.queue.is_empty() {
            self.ask_at.into_iter().for_each(|(time, _)| add(time));
            self.known.iter().filter_map(|known| known.blocked_until).for_each(&mut add);
        }
        self.leaves_at().into_iter().for_each(&mut add);
        for lease in &self.leases {
            if lease.is_usable(now) {
                add(lease.expires);
            }
            lease.renew_at(self.settings.window).into_iter().for_each(&mut add);
        }
        due.max(now)
    }

    /// When a process that has no more calls gives up its place among those that wait.
    fn leaves_at(&self) -> Option<Instant> {
        (self.is_registered && self.queue.is_empty()).then(|| self.called_at + self.settings.lease_time() * 2)
    }

    /// Whether a step has anything to say or to ask now.
    pub(crate) fn is_due(&mut self, now: Instant) -> bool {
        self.settle(now);
        self.known.is_none()
            || self.ask(now).is_some()
            || self.beat_at <= now
            || self.leaves_at().is_some_and(|time| time <= now)
            || self.report_at.is_some_and(|time| time <= now)
    }

    /// Whether it is time to show that the process is alive.
    pub(crate) fn is_beat(&self, now: Instant) -> bool {
        self.beat_at <= now
    }

    /// What to tell and to ask Redis now. The next call is [`reply`](Self::reply) or [`lost`](Self::lost).
    pub(crate) fn step(&mut self, now: Instant) -> Step {
        self.settle(now);
        self.close_group();
        let window = self.settings.window;
        let is_current = |entry: &Entry| entry.ended + window > now;
        self.changes.retain(|change| change.old.is_some() || change.new.as_ref().is_some_and(is_current));
        let has_left = self.leaves_at().is_some_and(|time| time <= now);
        let stays = self.is_registered && !has_left && self.ask_at.is_some_and(|(time, _)| time > now);
        let ask = self.ask(now).unwrap_or(Ask { stays, ..Ask::default() });
        let known = self.known.as_ref();
        let is_recent = known.is_some_and(|known| known.at + window > now);
        let restore = Restore {
            learned: known.filter(|known| known.is_learned).and_then(|known| known.budget),
            block: self.blocked_until(now).map(|until| until - now).unwrap_or_default(),
            own: self.own.sent(now),
            all: if is_recent { known.map_or(0, |known| known.sent) } else { 0 },
        };
        let number = self.next_lease;
        self.next_lease += 1;
        Step {
            at: now,
            process: self.id.clone(),
            epoch: known.map(|known| known.epoch.clone()).unwrap_or_default(),
            next_epoch: format!("{}-{number}", self.id),
            budget: self.settings.budget,
            window,
            lease_time: self.settings.lease_time(),
            ttl: self.settings.ttl(),
            ask,
            lease: number,
            restore,
            info: if self.beat_at <= now || known.is_none() { self.info.clone() } else { String::new() },
            in_flight: self.in_flight,
            waiting: self.queue.len(),
            last_event: self.last_event,
            changes: self.changes.iter().cloned().collect(),
            events: self.events.iter().copied().collect(),
        }
    }

    /// Takes what Redis said to a step.
    pub(crate) fn reply(&mut self, step: &Step, reply: Reply, now: Instant) {
        self.is_away = false;
        self.changes.drain(..step.changes.len().min(self.changes.len()));
        let events = step.events.len().min(self.events.len());
        self.events.drain(..events);
        self.last_event += events as u64;
        // What has happened meanwhile is told in the next step.
        let is_all_told = self.changes.is_empty() && self.events.is_empty() && self.unreported.is_none();
        self.report_at =
            if self.events.is_empty() { (!is_all_told).then(|| now + self.settings.lease_time()) } else { Some(now) };
        self.beat_at = now + self.settings.heartbeat();
        if reply.granted > 0 {
            let Ask { lane, .. } = step.ask;
            let time = self.settings.lease_time();
            // A probe is sent once, however long it takes until then.
            let time = if reply.is_probe { time.max(PROBE_TIME) } else { time };
            let lease =
                Lease::new(step.lease, lane, reply.is_probe, reply.granted, step.at, self.settings.lease_time());
            self.leases.push_back(lease.usable_for(time));
        }
        if !step.ask.stays {
            self.is_registered = reply.retry.is_some();
            self.ask_at = reply.retry.map(|retry| (now + retry, step.ask.lane));
        }
        let Reply { sent, members, waiting, limit, .. } = reply;
        self.learn(limit, now);
        if let Some(known) = &mut self.known {
            (known.sent, known.members, known.waiting, known.at) = (sent, members, waiting, now);
        }
        self.wake_expired(now);
        self.wake_next();
    }

    /// Takes what another process has caused.
    pub(crate) fn changed(&mut self, limit: Limit, now: Instant) {
        let Some(known) = &self.known else { return };
        // A state that this process does not know yet is asked for.
        if known.epoch != limit.epoch {
            self.report_at = Some(now);
            return;
        }
        let was_free = !known.needs_probe && known.budget.is_none();
        self.learn(limit, now);
        let is_free = self.known.as_ref().is_some_and(|known| !known.needs_probe && known.budget.is_none());
        if was_free && !is_free && self.unreported.is_some() {
            self.report_at = Some(now);
        }
        self.wake_expired(now);
        self.wake_next();
    }

    fn learn(&mut self, limit: Limit, now: Instant) {
        let Limit { epoch, blocked, probe, budget, is_learned } = limit;
        let before = self.known.take();
        let blocked_until = (!blocked.is_zero()).then(|| now + blocked);
        // What this process has been told by Spotify since the step began, Redis does not know yet.
        let untold = self.events.iter().filter_map(|event| match event {
            Event::RateLimited { until, .. } | Event::Blocked { until } => Some(*until),
            _ => None,
        });
        let blocked_until = untold.chain(blocked_until).max();
        let needs_probe = probe.is_some() || blocked_until.is_some();
        let (sent, members, waiting, at) =
            before.map_or((0, 1, 0, now), |known| (known.sent, known.members, known.waiting, known.at));
        self.known = Some(Known { epoch, blocked_until, needs_probe, budget, is_learned, sent, at, members, waiting });
    }

    /// It may be the turn of this process earlier than it was told.
    pub(crate) fn woken(&mut self) {
        self.ask_at = None;
    }

    /// Redis is away. Returns whether it was there before.
    pub(crate) fn lost(&mut self, now: Instant) -> bool {
        let was_there = !self.is_away;
        if was_there {
            self.is_away = true;
            let members = self.known.as_ref().map_or(1, |known| known.members).max(1);
            self.own.set_budget(self.budget().map(|budget| (budget / members).max(1)));
            if let Some(until) = self.known.as_ref().and_then(|known| known.blocked_until).filter(|until| *until > now)
            {
                self.own.block_until(until);
            }
        }
        self.beat_at = now;
        self.wake_next();
        was_there
    }
}
