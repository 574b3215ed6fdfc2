//! When a process talks to Redis, what it says, and what it makes of the reply.

use std::time::Duration;

use spotify_sdk::rate_limit::state::{MARGIN, Order, PROBE_TIME};
use tokio::time::Instant;

use super::super::exchange::{Ask, Event, Limit, Reply, Restore, Step};
use super::super::lease::{Entry, Lease};
use super::super::script::MAX_LEASE;
use super::{Known, Member};

/// The maximum number of changes in a step: more of them wait for the next one.
const MAX_CHANGES: usize = 200;

impl Member {
    /// How many requests to ask for, if any.
    fn ask(&self, now: Instant) -> Option<Ask> {
        // What Redis grants while it is too slow would be lost.
        let known = self.known.as_ref().filter(|_| !self.is_away)?;
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

    /// The process sends nothing more: what it has leased goes back.
    pub(crate) fn quit(&mut self, now: Instant) {
        self.has_quit = true;
        for lease in &mut self.leases {
            lease.give_back(now);
        }
    }

    /// What to tell and to ask Redis now. The next call is [`reply`](Self::reply) or [`lost`](Self::lost).
    pub(crate) fn step(&mut self, now: Instant) -> Step {
        self.settle(now);
        self.close_group();
        if self.is_away {
            // What was sent without Redis counts from the first step with it.
            self.count_free(now);
        }
        let window = self.settings.window;
        let is_current = |entry: &Entry| entry.ended + window + MARGIN > now;
        self.changes.retain(|change| {
            change.old.as_ref().is_some_and(is_current) || change.new.as_ref().is_some_and(is_current)
        });
        let has_left = self.leaves_at().is_some_and(|time| time <= now);
        let stays = self.is_registered && !has_left && self.ask_at.is_some_and(|(time, _)| time > now);
        let ask = self.ask(now).unwrap_or(Ask { stays, ..Ask::default() });
        let known = self.known.as_ref();
        let is_recent = known.is_some_and(|known| known.at + window > now);
        let restore = Restore {
            learned: known.filter(|known| known.is_learned).and_then(|known| known.budget),
            block: self.blocked_until(now).map(|until| until - now).unwrap_or_default(),
            own: self.own.sent(now),
            all: match self.budget() {
                // Without Redis, all processes together have sent as much as the budget at most.
                Some(budget) if self.is_away => budget,
                _ if is_recent => known.map_or(0, |known| known.sent),
                _ => 0,
            },
        };
        let number = self.next_lease;
        self.next_lease += 1;
        self.events_under_way = self.events.len();
        Step {
            at: now,
            process: self.id.clone(),
            epoch: known.map(|known| known.epoch.clone()).unwrap_or_default(),
            steps: known.map_or(0, |known| known.steps),
            lost_lease: self.lost_lease,
            next_epoch: format!("{}-{number}", self.id),
            budget: self.settings.budget,
            window,
            lease_time: self.settings.lease_time(),
            ttl: if self.has_quit { Duration::ZERO } else { self.settings.ttl() },
            ask,
            lease: number,
            restore,
            info: if self.beat_at <= now || known.is_none() { self.info.clone() } else { String::new() },
            in_flight: self.in_flight,
            waiting: self.queue.len(),
            last_event: self.last_event,
            changes: self.changes.iter().take(MAX_CHANGES).cloned().collect(),
            events: self.events.iter().copied().collect(),
        }
    }

    /// Takes what Redis said to a step.
    pub(crate) fn reply(&mut self, step: &Step, reply: Reply, now: Instant) {
        (self.is_away, self.away) = (false, None);
        self.lost_lease = None;
        self.changes.drain(..step.changes.len().min(self.changes.len()));
        let events = step.events.len().min(self.events.len());
        self.events.drain(..events);
        (self.last_event, self.events_under_way) = (self.last_event + events as u64, 0);
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
        let Reply { sent, waiting, steps, limit, .. } = reply;
        self.learn(limit, now);
        if let Some(known) = &mut self.known {
            (known.sent, known.waiting, known.steps, known.at) = (sent, waiting, steps, now);
        }
        if reply.is_probe && self.queue.is_empty() {
            self.give_probe_back(now);
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
        let Limit { epoch, blocked, probe, budget, is_learned, members } = limit;
        let before = self.known.take();
        let blocked_until = (!blocked.is_zero()).then(|| now + blocked);
        // What this process has been told by Spotify since the step began, Redis does not know yet.
        let untold = self.events.iter().filter_map(Event::blocks_until);
        let blocked_until = untold.chain(blocked_until).max();
        let needs_probe = probe.is_some() || blocked_until.is_some();
        let known_before = before.as_ref().and_then(|known| known.blocked_until);
        // The same end is a little later each time, since what is left of it is rounded up.
        let is_longer = blocked_until > known_before.map(|until| until + MARGIN);
        let limited_at = if is_longer { Some(now) } else { before.as_ref().and_then(|known| known.limited_at) };
        let (sent, steps, waiting, at) =
            before.map_or((0, 0, 0, now), |known| (known.sent, known.steps, known.waiting, known.at));
        self.known = Some(Known {
            epoch,
            steps,
            blocked_until,
            limited_at,
            needs_probe,
            budget,
            is_learned,
            sent,
            at,
            members,
            waiting,
        });
    }

    /// It may be the turn of this process earlier than it was told.
    pub(crate) fn woken(&mut self) {
        self.ask_at = None;
    }

    /// It is not certain that this process has heard of everything: the state is asked for.
    pub(crate) fn missed(&mut self, now: Instant) {
        self.report_at = Some(now);
    }

    /// Redis has not replied to a step, so it is away. What it has granted in that step is not used.
    pub(crate) fn lost(&mut self, step: Option<&Step>, now: Instant) {
        if let Some(step) = step.filter(|step| step.ask.want > 0) {
            self.lost_lease = Some(step.lease);
        }
        self.events_under_way = 0;
        let window = self.settings.window;
        let (sent, members) = self
            .known
            .as_ref()
            .map_or((0, 1), |known| (if known.at + window > now { known.sent } else { 0 }, known.members.max(1)));
        let own_sent = self.own.sent(now);
        if !self.is_away {
            self.is_away = true;
            if let Some(until) = self.known.as_ref().and_then(|known| known.blocked_until).filter(|until| *until > now)
            {
                self.own.block_until(until);
            }
            // Of what all of them together may still send in this window, a share is this process's.
            let rest = self.budget().map_or(0, |budget| budget.saturating_sub(sent) / members);
            self.away = Some((now, own_sent.saturating_add(rest)));
        }
        let share = self.budget().map(|budget| budget / members);
        let first = self.away.filter(|(since, _)| *since + window > now).map(|(_, limit)| limit);
        self.own.set_budget(share.map(|share| first.map_or(share, |first| share.min(first)).max(1)));
        self.beat_at = now;
        self.wake_next();
    }
}
