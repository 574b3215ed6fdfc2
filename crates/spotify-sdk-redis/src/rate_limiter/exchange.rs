//! What a process and Redis say to each other in one step.

use std::time::Duration;

use redis::{FromRedisValue, ParsingError, Value};
use tokio::time::Instant;

use super::lease::Change;

/// Something that the fleet has to know at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// Spotify limited a request, whose response came at `ended`.
    RateLimited { sent: Instant, ended: Instant, until: Instant, reason: SendReason },
    /// The probe, the first request after a wait, had a response.
    ProbeResponded { sent: Instant },
    /// The probe had none.
    ProbeFailed { lease: u64 },
    /// A request that bypassed the limiter succeeded.
    BypassSucceeded { sent: Instant },
    /// Nothing is sent until this time, for a reason that the program knows.
    Blocked { until: Instant },
}

impl Event {
    /// Until when nothing is sent because of this.
    pub(crate) fn blocks_until(&self) -> Option<Instant> {
        match self {
            Self::RateLimited { until, .. } | Self::Blocked { until } => Some(*until),
            _ => None,
        }
    }
}

/// Why a request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SendReason {
    WithinBudget = 0,
    Probe = 1,
    Bypass = 2,
}

/// What a process tells and asks.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The time at which it was put together, to which its times are relative.
    pub(crate) at: Instant,
    pub(crate) process: String,
    /// The epoch of the state that the process knows; empty if it knows none.
    pub(crate) epoch: String,
    /// The number of steps of all processes that the process knows of. A state with fewer is an old copy.
    pub(crate) steps: u64,
    /// The number of a lease that may have been granted in a step without a reply.
    pub(crate) lost_lease: Option<u64>,
    /// The name of the epoch that begins if Redis has no state.
    pub(crate) next_epoch: String,
    pub(crate) budget: Option<u32>,
    pub(crate) window: Duration,
    pub(crate) lease_time: Duration,
    /// How long the process is taken to be alive.
    pub(crate) ttl: Duration,
    pub(crate) ask: Ask,
    /// The number of the lease that is granted.
    pub(crate) lease: u64,
    pub(crate) restore: Restore,
    /// What people are shown of the process; empty if Redis has it.
    pub(crate) info: String,
    pub(crate) in_flight: u32,
    pub(crate) waiting: usize,
    /// The number of the last event that Redis has acknowledged.
    pub(crate) last_event: u64,
    pub(crate) changes: Vec<Change>,
    pub(crate) events: Vec<Event>,
}

/// How many requests a process wants to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ask {
    pub(crate) lane: usize,
    pub(crate) want: u32,
    pub(crate) expects_more: bool,
    /// Whether it is the turn of a lower priority within the process.
    pub(crate) by_share: bool,
    /// Whether nothing is asked now, and the process keeps its place among those that wait.
    pub(crate) stays: bool,
}

/// What a process knows, for a Redis that has forgotten it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Restore {
    pub(crate) learned: Option<u32>,
    pub(crate) block: Duration,
    /// The number of requests of this process in the last window.
    pub(crate) own: u32,
    /// The number of requests of all processes in the last window, at most.
    pub(crate) all: u32,
}

impl Step {
    /// The arguments of the script, after the channel prefix.
    pub(crate) fn arguments(&self, prefix: &str) -> Vec<String> {
        let ago = |time: Instant| millis_between(time, self.at).to_string();
        let left = |time: Instant| millis(time.saturating_duration_since(self.at)).to_string();
        let optional = |number: Option<u32>| number.map_or_else(|| "-1".to_owned(), |number| number.to_string());
        let flag = |flag: bool| if flag { "1" } else { "0" }.to_owned();
        let mut arguments = vec![
            self.process.clone(),
            prefix.to_owned(),
            self.next_epoch.clone(),
            self.epoch.clone(),
            self.steps.to_string(),
            self.lost_lease.map(|lease| lease.to_string()).unwrap_or_default(),
            optional(self.budget),
            millis(self.window).to_string(),
            millis(self.lease_time).to_string(),
            millis(self.ttl).to_string(),
            self.ask.lane.to_string(),
            self.ask.want.to_string(),
            flag(self.ask.expects_more),
            flag(self.ask.by_share),
            flag(self.ask.stays),
            self.lease.to_string(),
            optional(self.restore.learned),
            millis(self.restore.block).to_string(),
            self.restore.own.to_string(),
            self.restore.all.to_string(),
            self.info.clone(),
            format!("{},{}", self.in_flight, self.waiting),
            self.last_event.to_string(),
            self.changes.len().to_string(),
        ];
        for Change { old, new, always } in &self.changes {
            arguments.push(flag(*always));
            arguments.push(old.as_ref().map(|old| old.member(&self.process)).unwrap_or_default());
            match new {
                Some(new) => arguments.extend([
                    new.name.clone(),
                    new.count.to_string(),
                    millis(new.lag).to_string(),
                    ago(new.ended),
                    new.kind.letter().to_owned(),
                ]),
                None => arguments.extend(["", "0", "0", "0", "d"].map(str::to_owned)),
            }
        }
        arguments.push(self.events.len().to_string());
        for event in &self.events {
            let none = String::new;
            let zero = || "0".to_owned();
            arguments.extend(match *event {
                Event::RateLimited { sent, ended, until, reason } => {
                    ["L".to_owned(), left(until), ago(sent), (reason as u8).to_string(), ago(ended)]
                }
                Event::ProbeResponded { sent } => ["P".to_owned(), zero(), ago(sent), zero(), none()],
                Event::ProbeFailed { lease } => ["F".to_owned(), zero(), zero(), zero(), lease.to_string()],
                Event::BypassSucceeded { sent } => ["S".to_owned(), zero(), ago(sent), zero(), none()],
                Event::Blocked { until } => ["B".to_owned(), left(until), zero(), zero(), none()],
            });
        }
        arguments
    }
}

/// What Redis says to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) granted: u32,
    pub(crate) is_probe: bool,
    /// The time after which to ask again.
    pub(crate) retry: Option<Duration>,
    pub(crate) limit: Limit,
    /// The number of requests of all processes in the last window.
    pub(crate) sent: u32,
    /// The number of processes that wait.
    pub(crate) waiting: u32,
    /// The number of steps of all processes.
    pub(crate) steps: u64,
}

/// The state of the limit, as each process is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) epoch: String,
    /// The time left of a wait that Spotify asked for.
    pub(crate) blocked: Duration,
    /// The time left until others no longer wait for a probe; `None` if no probe is needed.
    pub(crate) probe: Option<Duration>,
    pub(crate) budget: Option<u32>,
    pub(crate) is_learned: bool,
    /// The number of processes.
    pub(crate) members: u32,
}

impl FromRedisValue for Reply {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        type Fields = (u32, u8, i64, i64, i64, i64, u8, u32, u32, u32, String, u64);
        let (granted, reason, retry, blocked, probe, budget, learned, sent, members, waiting, epoch, steps) =
            Fields::from_redis_value(value)?;
        let limit = Limit::new(epoch, [blocked, probe, budget, i64::from(learned), i64::from(members)]);
        Ok(Self { granted, is_probe: reason == 1, retry: duration(retry), limit, sent, waiting, steps })
    }
}

impl Limit {
    fn new(epoch: String, [blocked, probe, budget, learned, members]: [i64; 5]) -> Self {
        let budget = u32::try_from(budget).ok();
        Self {
            epoch,
            blocked: duration(blocked).unwrap_or_default(),
            probe: duration(probe),
            budget,
            is_learned: learned == 1 && budget.is_some(),
            members: u32::try_from(members).unwrap_or(1).max(1),
        }
    }

    /// Reads the message that the script publishes.
    pub(crate) fn parse(message: &str) -> Option<Self> {
        let mut words = message.split(' ');
        let epoch = words.next()?.to_owned();
        let mut number = || words.next()?.parse::<i64>().ok();
        Some(Self::new(epoch, [number()?, number()?, number()?, number()?, number()?]))
    }
}

/// Whole milliseconds, rounded up: waits and counts may be longer, and never shorter.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX)
}

/// The milliseconds from one time to another, rounded down; negative if the first is later.
fn millis_between(from: Instant, to: Instant) -> i64 {
    match to.checked_duration_since(from) {
        Some(ago) => i64::try_from(ago.as_millis()).unwrap_or(i64::MAX),
        None => -millis(from - to),
    }
}

fn duration(millis: i64) -> Option<Duration> {
    u64::try_from(millis).ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_and_anything_else_is_none() {
        let limit = Limit::parse("abc 2500 -1 90 1 4");
        let expected = Limit {
            epoch: "abc".to_owned(),
            blocked: Duration::from_millis(2500),
            probe: None,
            budget: Some(90),
            is_learned: true,
            members: 4,
        };
        assert_eq!(limit, Some(expected));
        for message in ["", "abc", "abc 1 2 3 4", "abc x 2 3 4 5"] {
            assert_eq!(Limit::parse(message), None, "{message}");
        }
    }
}
