//! [`Lease`]: the right to send several requests within a short time, for which Redis was asked once.

use std::time::Duration;

use spotify_sdk::rate_limit::Completion;
use tokio::time::Instant;

use super::exchange::millis;

/// An entry in the window that Redis keeps, as this process knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The name within the process, which no other entry of the process has.
    pub(crate) name: String,
    /// The number of requests.
    pub(crate) count: u32,
    /// When the first one was sent, before `ended`.
    pub(crate) lag: Duration,
    /// When the last one ended, or will have ended.
    pub(crate) ended: Instant,
    pub(crate) kind: EntryKind,
}

/// What is known of the requests of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// They may be sent, or are in flight.
    Leased,
    /// They have ended, at least one with a response.
    Done,
    /// They have ended without a response.
    Unknown,
}

impl EntryKind {
    /// How the script tells them apart.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Leased => "p",
            Self::Done => "d",
            Self::Unknown => "u",
        }
    }
}

impl Entry {
    /// The entry as a member of the sorted set.
    pub(crate) fn member(&self, process: &str) -> String {
        format!("{process}:{}:{}:{}:{}", self.name, self.count, millis(self.lag), self.kind.letter())
    }
}

/// What Redis has to be told of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The entry that is replaced.
    pub(crate) old: Option<Entry>,
    /// What is there instead; `None` if none of its requests was sent.
    pub(crate) new: Option<Entry>,
    /// Whether the new one counts although the old one is gone.
    pub(crate) always: bool,
}

/// Permits that were granted together.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) number: u64,
    version: u32,
    /// The priority that it was granted for: more urgent calls may use it, too.
    pub(crate) lane: usize,
    pub(crate) is_probe: bool,
    /// When the step began that it was granted in, which is before Redis counted it.
    granted_at: Instant,
    /// Until when requests may be sent.
    pub(crate) expires: Instant,
    pub(crate) granted: u32,
    pub(crate) unused: u32,
    in_flight: u32,
    done: u32,
    has_response: bool,
    last_end: Option<Instant>,
    entry: Entry,
}

impl Lease {
    pub(crate) fn new(number: u64, lane: usize, is_probe: bool, granted: u32, at: Instant, time: Duration) -> Self {
        let entry =
            Entry { name: number.to_string(), count: granted, lag: time, ended: at + time, kind: EntryKind::Leased };
        Self {
            number,
            version: 0,
            lane,
            is_probe,
            granted_at: at,
            expires: at + time,
            granted,
            unused: granted,
            in_flight: 0,
            done: 0,
            has_response: false,
            last_end: None,
            entry,
        }
    }

    /// Requests that were sent without a lease, and that count from now on. Returns what Redis has to be told.
    pub(crate) fn sent(number: u64, count: u32, at: Instant, time: Duration) -> (Self, Change) {
        let mut lease = Self::new(number, 0, false, count, at, time);
        // It says nothing about how many permits the process will need.
        (lease.granted, lease.unused, lease.in_flight) = (0, 0, count);
        let change = Change { old: None, new: Some(lease.entry.clone()), always: true };
        (lease, change)
    }

    /// Sets how long after it was granted its requests may be sent, where that is longer than Redis counts at first.
    pub(crate) fn usable_for(mut self, time: Duration) -> Self {
        self.expires = self.granted_at + time;
        self
    }

    /// Ends it: nothing more is sent with it.
    pub(crate) fn give_back(&mut self, now: Instant) {
        self.expires = self.expires.min(now);
    }

    /// Whether a call may use it.
    pub(crate) fn is_usable(&self, now: Instant) -> bool {
        self.unused > 0 && now < self.expires
    }

    pub(crate) fn take(&mut self) {
        self.unused -= 1;
        self.in_flight += 1;
    }

    pub(crate) fn complete(&mut self, now: Instant, completion: Completion) {
        self.in_flight = self.in_flight.saturating_sub(1);
        match completion {
            // A probe is one request, whatever became of it.
            Completion::NotSent if !self.is_probe => self.unused += 1,
            Completion::NotSent | Completion::RateLimited { .. } => {}
            _ => {
                self.done += 1;
                self.has_response |= completion != Completion::Unknown;
                self.last_end = Some(now);
            }
        }
    }

    /// Whether none of its requests was sent.
    pub(crate) fn was_not_sent(&self) -> bool {
        self.unused == self.granted
    }

    /// The number of requests that it was used for.
    pub(crate) fn used(&self) -> u32 {
        self.done + self.in_flight
    }

    /// Whether nothing more will happen with it.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.in_flight == 0 && !self.is_usable(now)
    }

    /// What became of it in the end.
    pub(crate) fn finish(mut self) -> Change {
        let ended = self.last_end.unwrap_or(self.granted_at);
        let new = (self.done > 0).then(|| self.next_entry(self.done, ended));
        Change { old: Some(self.entry), new, always: false }
    }

    /// When the entry has to be renewed, because requests are still in flight that Spotify may not have counted yet.
    pub(crate) fn renew_at(&self, window: Duration) -> Option<Instant> {
        (self.in_flight > 0).then(|| self.entry.ended + window / 2)
    }

    /// Counts the requests in flight as if they ended now, and the others for themselves.
    pub(crate) fn renew(&mut self, now: Instant) -> [Change; 2] {
        let old = Some(self.entry.clone());
        let ended = self.last_end.unwrap_or(self.granted_at);
        let done = std::mem::take(&mut self.done);
        let done = Change { old, new: (done > 0).then(|| self.next_entry(done, ended)), always: false };
        self.entry = self.next_entry(self.in_flight, now);
        [done, Change { old: None, new: Some(self.entry.clone()), always: true }]
    }

    /// Whether Redis counts its requests for less than it should, so that it must be told.
    pub(crate) fn is_late(&self) -> bool {
        self.last_end.is_some_and(|ended| ended > self.entry.ended)
    }

    fn next_entry(&mut self, count: u32, ended: Instant) -> Entry {
        self.version += 1;
        Entry {
            name: format!("{}.{}", self.number, self.version),
            count,
            lag: ended.saturating_duration_since(self.granted_at),
            ended,
            kind: if self.has_response { EntryKind::Done } else { EntryKind::Unknown },
        }
    }
}
