//! What becomes of the requests of a process, and what Redis has to be told of them.

use spotify_sdk::rate_limit::Completion;
use spotify_sdk::rate_limit::state::MIN_WAIT;
use tokio::time::Instant;

use super::super::exchange::{Event, SendReason};
use super::super::lease::{Change, Entry, EntryKind, Lease};
use super::super::script::MAX_LEASE;
use super::{Admitted, Ended, Member};

/// The number of events that are kept for Redis while it is away. Later ones are told as one.
const MAX_EVENTS: usize = 64;

impl Member {
    /// Counts requests that were sent without a lease.
    pub(super) fn count_sent(&mut self, count: u32, now: Instant) -> u64 {
        let number = self.next_lease;
        self.next_lease += 1;
        let (lease, change) = Lease::sent(number, count, now, self.settings.lease_time());
        self.leases.push_back(lease);
        self.changes.push_back(change);
        number
    }

    /// Something is limited from now on: requests in flight count as well.
    pub(super) fn count_free(&mut self, now: Instant) {
        if self.free_in_flight > 0 {
            let count = std::mem::take(&mut self.free_in_flight);
            let number = self.count_sent(count, now);
            self.late_leases.push((number, now));
            self.report_at = Some(now);
        }
    }

    /// Records how a request ended.
    pub(crate) fn complete(&mut self, request: Admitted, completion: Completion, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.own.complete(request.id, now, completion);
        let sent = request.id.sent;
        let mut is_probe = false;
        let late = || self.late_leases.iter().find(|(_, since)| sent <= *since).map(|(number, _)| *number);
        if let Some(number) = request.lease.or_else(late) {
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
                self.tell(Event::RateLimited { sent, ended: now, until, reason }, now);
                self.block(until, now);
            }
            Completion::Success if request.is_bypass && self.is_limited(now) => {
                self.tell(Event::BypassSucceeded { sent }, now);
                if let Some(known) = &mut self.known
                    && known.limited_at.is_none_or(|limited| limited <= sent)
                {
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

    pub(super) fn is_limited(&self, now: Instant) -> bool {
        self.blocked_until(now).is_some() || self.known.as_ref().is_some_and(|known| known.needs_probe)
    }

    /// Sends nothing until this time, for a reason that the program knows.
    pub(crate) fn block_until(&mut self, until: Instant, now: Instant) {
        self.tell(Event::Blocked { until }, now);
        self.own.block_until(until);
        self.block(until, now);
    }

    pub(super) fn block(&mut self, until: Instant, now: Instant) {
        if let Some(known) = &mut self.known {
            known.blocked_until = Some(known.blocked_until.map_or(until, |before| before.max(until)));
            known.limited_at = Some(now);
            known.needs_probe = true;
        }
        self.ask_at = None;
        self.count_free(now);
        self.wake_expired(now);
    }

    /// Wakes the calls whose maximum wait is shorter than the block.
    pub(super) fn wake_expired(&self, now: Instant) {
        let wait = self.blocked_until(now).map(|until| until - now);
        self.queue.wake_expired(wait.unwrap_or_default());
    }

    pub(super) fn tell(&mut self, event: Event, now: Instant) {
        self.report_at = Some(now);
        if self.events.len() >= MAX_EVENTS && self.events.len() > self.events_under_way {
            // What is too much is told by one: that nothing may be sent for as long as the longest of them says.
            if let Some(last) = self.events.back_mut()
                && let Some(until) = last.blocks_until().max(event.blocks_until())
            {
                *last = Event::Blocked { until };
            }
            return;
        }
        self.events.push_back(event);
    }

    /// Gives back the right to send the first request after a wait, which no call uses: others wait for it.
    pub(super) fn give_probe_back(&mut self, now: Instant) {
        for lease in self.leases.iter_mut().filter(|lease| lease.is_probe && lease.unused > 0) {
            lease.give_back(now);
        }
        self.settle(now);
    }

    pub(super) fn report_by(&mut self, time: Instant) {
        self.report_at = Some(self.report_at.map_or(time, |before| before.min(time)));
    }

    /// Counts a request that had no lease.
    pub(super) fn ended(&mut self, sent: Instant, now: Instant) {
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

    pub(super) fn close_group(&mut self) {
        let Some(Ended { count, first_sent, last_end }) = self.unreported.take() else { return };
        let name = format!("u{}", self.next_entry);
        self.next_entry += 1;
        let new = Entry { name, count, lag: last_end - first_sent, ended: last_end, kind: EntryKind::Done };
        self.changes.push_back(Change { old: None, new: Some(new), always: true });
    }

    /// Finishes leases that nothing more will happen with, and renews those of requests that take long.
    pub(super) fn settle(&mut self, now: Instant) {
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
                if lease.is_probe && lease.was_not_sent() {
                    self.tell(Event::ProbeFailed { lease: lease.number }, now);
                }
                self.late_leases.retain(|(number, _)| *number != lease.number);
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
}
