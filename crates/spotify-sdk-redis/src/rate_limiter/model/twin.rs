//! [`Twin`]: what the script does, step by step, as pure state. A change of one is a change of both; a property test holds them
//! together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use spotify_sdk::rate_limit::state::{
    MARGIN, MAX_MIN_WAIT, MAX_PASSED_OVER, MIN_LEARNED, MIN_WAIT, PROBE_TIME, RAISE_INTERVAL,
};
use tokio::time::Instant;

use super::super::exchange::{Event, Limit, Reply, SendReason, Step, millis};
use super::super::script::{GIVEN_TIME, GRACE, MAX_LEASE, MIN_LEASE};

/// What Redis holds of one app. Times are milliseconds of the server.
#[derive(Default)]
pub(super) struct Twin {
    epoch: String,
    steps: u64,
    learned: Option<i64>,
    since: i64,
    reached: bool,
    blocked: i64,
    limited: i64,
    streak: u32,
    probe: Probe,
    passed: [i64; 3],
    given: Option<i64>,
    given_at: i64,
    /// By the time of their end and their name.
    window: BTreeMap<(i64, String), InWindow>,
    ended: HashMap<String, i64>,
    members: HashMap<String, i64>,
    /// By the time at which they were told to come.
    lanes: [BTreeSet<(i64, String)>; 3],
    due: [HashMap<String, i64>; 3],
    seen: HashMap<String, u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Probe {
    #[default]
    NotNeeded,
    Next,
    InFlight {
        at: i64,
        by: String,
    },
}

struct InWindow {
    process: String,
    count: i64,
    lag: i64,
    kind: &'static str,
}

type Shown = (Option<i64>, i64, std::mem::Discriminant<Probe>, usize);

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Message {
    Changed(Limit),
    Wake(String),
}

impl Twin {
    /// The number of bytes that Redis needs for this, without its own overhead for each entry.
    pub(super) fn bytes(&self) -> usize {
        let window: usize = self.window.keys().map(|(_, name)| name.len() + 8).sum();
        let members: usize = self.members.keys().map(|id| 5 * id.len() + 120).sum();
        let waiting: usize = self.lanes.iter().flatten().map(|(_, id)| id.len() + 8).sum();
        window + members + waiting + 300
    }

    fn sent(&self) -> i64 {
        self.window.values().map(|one| one.count).sum()
    }

    fn succeeded(&self, now: i64, window: i64) -> i64 {
        let counts = |((ended, _), one): &(&(i64, String), &InWindow)| {
            ended - one.lag + window > now && (one.kind != "p" || *ended <= now)
        };
        self.window.iter().filter(counts).map(|(_, one)| one.count).sum()
    }

    fn add(&mut self, ended: i64, process: &str, name: &str, count: i64, lag: i64, kind: &'static str) {
        let member = format!("{process}:{name}:{count}:{lag}:{kind}");
        if let Some(before) = self.ended.insert(member.clone(), ended) {
            self.window.remove(&(before, member.clone()));
        }
        self.window.insert((ended, member), InWindow { process: process.to_owned(), count, lag, kind });
    }

    fn remove(&mut self, member: &str) -> Option<InWindow> {
        let ended = self.ended.remove(member)?;
        self.window.remove(&(ended, member.to_owned()))
    }

    fn forget(&mut self, until: i64) {
        while let Some(entry) = self.window.first_entry().filter(|entry| entry.key().0 <= until) {
            let (_, member) = entry.remove_entry().0;
            self.ended.remove(&member);
        }
    }

    fn cap(&self) -> Option<i64> {
        self.given.or(self.learned)
    }

    fn block(&mut self, until: i64) {
        self.blocked = self.blocked.max(until);
        self.probe = Probe::Next;
    }

    fn dequeue(&mut self, lane: usize, id: &str) {
        if let Some(due) = self.due[lane].remove(id) {
            self.lanes[lane].remove(&(due, id.to_owned()));
        }
    }

    /// The number of waiting processes that were told to come before a time.
    fn told_before(&self, lane: usize, time: i64) -> i64 {
        self.lanes[lane].iter().take_while(|(due, _)| *due < time).count() as i64
    }

    /// Takes a step at a time of the server.
    pub(super) fn step(&mut self, step: &Step, now: i64) -> (Reply, Vec<Message>) {
        let id = step.process.clone();
        let (window, lease_time) = (millis(step.window), millis(step.lease_time));
        let age = |time: Instant| match step.at.checked_duration_since(time) {
            Some(age) => age.as_millis() as i64,
            None => -millis(time - step.at),
        };
        let is_old = step.epoch == self.epoch && self.steps < step.steps;
        let is_new = self.epoch.is_empty() || is_old;
        if is_new {
            *self =
                Self { epoch: step.next_epoch.clone(), members: std::mem::take(&mut self.members), ..Self::default() };
        }
        self.steps += 1;
        let before = self.shown();

        let is_restored = !step.epoch.is_empty() && step.epoch != self.epoch;
        if is_restored {
            self.restore(step, is_new, now, window);
        }

        let mut bumps = false;
        for change in &step.changes {
            let old = change.old.as_ref().map(|old| old.member(&id));
            let was_there = old.as_ref().is_none_or(|old| self.remove(old).is_some());
            if let Some(new) = change.new.as_ref().filter(|_| !is_restored && (was_there || change.always)) {
                let ended = now - age(new.ended);
                let (lag, kind) = (millis(new.lag), new.kind.letter());
                self.add(ended, &id, &new.name, new.count.into(), lag, kind);
                bumps |= kind == "d" && self.learned.is_some() && ended - lag <= self.since;
            }
        }
        self.forget(now - window - millis(MARGIN));
        let is_limited = self.cap().is_some()
            || step.budget.is_some()
            || self.blocked > now
            || self.probe != Probe::NotNeeded
            || !step.events.is_empty()
            || step.ask.want > 0
            || is_restored
            || step.lost_lease.is_some();
        if bumps && !is_restored {
            self.learned = self.learned.max(Some(self.succeeded(now, window)));
        }
        if let Some(lost) = step.lost_lease {
            let prefix = format!("{id}:{lost}:");
            let lost = |((_, name), one): (&(i64, String), &InWindow)| {
                (one.kind == "p" && name.starts_with(&prefix)).then(|| name.clone())
            };
            let lost: Vec<String> = self.window.iter().filter_map(lost).collect();
            for name in lost {
                self.remove(&name);
            }
        }
        self.take_events(step, now, window, &age);

        self.members.insert(id.clone(), now + millis(step.ttl));
        let gone: Vec<String> =
            self.members.iter().filter(|(_, until)| **until <= now).map(|(id, _)| id.clone()).collect();
        for gone in gone {
            self.members.remove(&gone);
            self.seen.remove(&gone);
            (0..3).for_each(|lane| self.dequeue(lane, &gone));
        }
        for lane in 0..3 {
            while let Some((due, first)) = self.lanes[lane].first().cloned()
                && due < now - millis(GRACE)
            {
                self.dequeue(lane, &first);
            }
        }
        let mut reply = self.decide(step, now, window, lease_time);
        if !is_limited {
            reply.sent = 0;
        }
        let messages = self.messages(&id, &before, is_new, now);
        (reply, messages)
    }

    fn restore(&mut self, step: &Step, is_new: bool, now: i64, window: i64) {
        let own = i64::from(step.restore.own);
        let mut foreign = if is_new { i64::from(step.restore.all) - own } else { 0 };
        if !is_new {
            self.forget(now - window - millis(MARGIN));
            let there: Vec<String> = self
                .window
                .iter()
                .filter(|(_, one)| one.process == "foreign")
                .map(|((_, name), _)| name.clone())
                .collect();
            for name in there {
                foreign = self.remove(&name).map_or(0, |one| one.count) - own;
            }
        }
        if foreign > 0 {
            self.add(now, "foreign", "0", foreign, 0, "d");
        }
        if own > 0 {
            self.add(now, &step.process, "restored", own, 0, "d");
        }
        if let (None, Some(learned)) = (self.learned, step.restore.learned) {
            (self.learned, self.since, self.reached) = (Some(learned.into()), now, false);
        }
        if !step.restore.block.is_zero() {
            self.block(now + millis(step.restore.block));
        }
    }

    fn take_events(&mut self, step: &Step, now: i64, window: i64, age: &impl Fn(Instant) -> i64) {
        let left = |time: Instant| millis(time.saturating_duration_since(step.at));
        let seen = self.seen.get(&step.process).copied().unwrap_or_default();
        for (at, event) in step.events.iter().enumerate() {
            if step.last_event + (at as u64) < seen {
                continue;
            }
            match *event {
                Event::RateLimited { sent, ended, until, reason } => {
                    let says_nothing = step.budget.is_some() || age(ended) > window;
                    self.rate_limited(left(until), now - age(sent), reason, says_nothing, now, window);
                }
                Event::ProbeResponded { sent } => {
                    if matches!(self.probe, Probe::InFlight { .. }) && self.limited <= now - age(sent) {
                        (self.probe, self.streak) = (Probe::NotNeeded, 0);
                    }
                }
                Event::ProbeFailed { lease } => {
                    if matches!(&self.probe, Probe::InFlight { by, .. } if *by == format!("{}:{lease}", step.process)) {
                        self.probe = Probe::Next;
                    }
                }
                Event::BypassSucceeded { sent } => {
                    if self.limited <= now - age(sent) {
                        (self.blocked, self.probe, self.streak) = (0, Probe::NotNeeded, 0);
                    }
                }
                Event::Blocked { until } => self.block(now + left(until)),
            }
        }
        let seen = seen.max(step.last_event + step.events.len() as u64);
        self.seen.insert(step.process.clone(), seen);
    }

    fn rate_limited(&mut self, wait: i64, at: i64, reason: SendReason, says_nothing: bool, now: i64, window: i64) {
        if self.streak == 0 || reason == SendReason::Probe {
            self.streak += 1;
        }
        let min_wait = (millis(MIN_WAIT) << (self.streak - 1).min(16)).min(millis(MAX_MIN_WAIT));
        self.block(now + wait.max(min_wait));
        self.limited = now;
        let count = self.succeeded(now, window);
        let min = i64::from(MIN_LEARNED);
        if says_nothing {
            return;
        }
        match self.learned {
            None if count < min => {}
            None => (self.learned, self.since, self.reached) = (Some(count), now, false),
            Some(max) if at > self.since && reason == SendReason::WithinBudget => {
                let fewer = if count < max { count.max(max / 2) } else { max - (max + 9) / 10 };
                (self.learned, self.since, self.reached) = (Some(fewer.max(min)), now, false);
            }
            Some(_) => {}
        }
    }

    fn decide(&mut self, step: &Step, now: i64, window: i64, lease_time: i64) -> Reply {
        let id = step.process.clone();
        match step.budget {
            Some(budget) => (self.given, self.given_at) = (Some(budget.into()), now),
            None if self.given_at + millis(GIVEN_TIME) <= now => self.given = None,
            None => {}
        }
        let ask = step.ask;
        let (lane, mut want, mut expects_more) = (ask.lane, i64::from(ask.want), ask.expects_more);
        let waiting: [i64; 3] = std::array::from_fn(|lane| self.lanes[lane].len() as i64);
        let max_passed = match self.cap() {
            None => i64::from(MAX_PASSED_OVER),
            Some(cap) => (cap - 1).max(1).min(MAX_PASSED_OVER.into()),
        };
        let due = (1..3).rev().find(|lane| waiting[*lane] > 0 && self.passed[*lane] >= max_passed);
        let probe_ends = |probe: &Probe| match probe {
            Probe::InFlight { at, .. } => at + millis(PROBE_TIME),
            _ => 0,
        };
        let mut is_closed = self.blocked > now || now < probe_ends(&self.probe);
        let (mut granted, mut is_probe, mut retry) = (0, false, None);
        if want > 0 && !is_closed {
            if let Some(learned) = self.learned.filter(|_| self.reached && now - self.since >= millis(RAISE_INTERVAL)) {
                (self.learned, self.since, self.reached) = (Some(learned + (learned + 9) / 10), now, false);
            }
            is_probe = self.probe != Probe::NotNeeded;
            match self.cap() {
                None if !is_probe => (want, expects_more) = (0, false),
                _ if is_probe && self.given.is_none() => granted = 1,
                cap => {
                    let max = self.reserved(cap.unwrap_or_default(), ask.lane, ask.by_share, due);
                    if due.is_some_and(|due| due > lane) && !ask.by_share {
                        retry = Some(lease_time);
                    } else {
                        granted = self.grant(step, max, want, due, is_probe, &waiting, now, window);
                    }
                }
            }
            is_probe &= granted > 0;
            if granted > 0 {
                granted = self.count_passed(lane, granted, due == Some(lane) || ask.by_share, &waiting, max_passed);
                if is_probe {
                    self.probe = Probe::InFlight { at: now, by: format!("{id}:{}", step.lease) };
                    is_closed = true;
                }
                self.add(now + lease_time, &id, &step.lease.to_string(), granted, lease_time, "p");
            }
        }

        if want > granted || (expects_more && granted > 0) {
            (0..3).filter(|other| *other != lane || granted > 0).for_each(|other| self.dequeue(other, &id));
            let after = match (is_closed, self.cap(), retry) {
                (true, _, _) if self.blocked > now => self.blocked - now,
                (true, _, _) => probe_ends(&self.probe) - now,
                (false, Some(cap), None) => {
                    let max = self.reserved(cap, lane, ask.by_share, due);
                    let rank = self.rank(&id, lane, ask.by_share, due, &waiting);
                    let least = want.min(MIN_LEASE.into());
                    let before = self.sent() - max + rank * least;
                    let free = |more| self.until_free(before + more, max, now, [window, lease_time]);
                    let (first, useful) = (free(1), free(least));
                    if useful - first < window / 10 { useful.max(1) } else { first.max(1) }
                }
                (false, _, retry) => retry.unwrap_or(millis(PROBE_TIME)),
            };
            retry = Some(after);
            self.dequeue(lane, &id);
            self.lanes[lane].insert((now + after, id.clone()));
            self.due[lane].insert(id.clone(), now + after);
        } else if !ask.stays {
            (0..3).for_each(|lane| self.dequeue(lane, &id));
            retry = None;
        }
        Reply {
            granted: granted as u32,
            is_probe,
            retry: retry.map(|retry| Duration::from_millis(retry as u64)),
            limit: self.limit(now),
            sent: self.sent() as u32,
            waiting: self.lanes.iter().map(BTreeSet::len).sum::<usize>() as u32,
            steps: self.steps,
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn grant(
        &mut self,
        step: &Step,
        max: i64,
        want: i64,
        due: Option<usize>,
        is_probe: bool,
        waiting: &[i64; 3],
        now: i64,
        window: i64,
    ) -> i64 {
        let lane = step.ask.lane;
        let ahead = self.ahead(&step.process, lane, step.ask.by_share, due, waiting, now);
        let sent = self.sent();
        let least = want.min(MIN_LEASE.into());
        let room = max - sent - ahead * least;
        let own = self.due.iter().filter(|due| due.contains_key(&step.process)).count();
        let others = waiting.iter().sum::<i64>() - own as i64;
        let share = i64::from(MIN_LEASE).max(room.div_euclid(others + 1));
        let mut granted = want.min(self.lease_size()).min(room).min(share).max(0);
        if due == Some(lane) || is_probe {
            granted = granted.min(1);
        } else if granted > 0
            && self.due[lane].get(&step.process).is_none_or(|due| *due > now)
            && granted < least
            && self.until_free(least - room, max, now, [window, millis(step.lease_time)]) < window / 10
        {
            granted = 0;
        }
        if sent >= max && self.given.is_none() {
            self.reached = true;
        }
        granted
    }

    fn count_passed(&mut self, lane: usize, mut granted: i64, by_share: bool, waiting: &[i64; 3], max: i64) -> i64 {
        if !by_share {
            for other in (lane + 1..3).filter(|other| waiting[*other] > 0) {
                granted = granted.min((max - self.passed[other]).max(1));
            }
            for (passed, waiting) in self.passed.iter_mut().zip(waiting).skip(lane + 1) {
                *passed = if *waiting > 0 { *passed + granted } else { 0 };
            }
        }
        self.passed[lane] = 0;
        granted
    }

    fn reserved(&self, max: i64, lane: usize, by_share: bool, due: Option<usize>) -> i64 {
        if lane < 2 || by_share || due == Some(lane) {
            return max;
        }
        (max - ((max + 9) / 10).min(max - 1)).max(1)
    }

    fn lease_size(&self) -> i64 {
        let members = self.members.len() as i64;
        let size = |cap: i64| (cap + 2 * members - 1) / (2 * members);
        self.cap().map_or(MAX_LEASE.into(), |cap| size(cap).max(MIN_LEASE.into()).min(MAX_LEASE.into()))
    }

    fn more_urgent(&self, id: &str, lane: usize, due: Option<usize>, waiting: &[i64; 3]) -> i64 {
        let lanes = if due == Some(lane) { 0..0 } else { 0..lane };
        lanes.map(|other| waiting[other] - i64::from(self.due[other].contains_key(id))).sum()
    }

    fn ahead(&self, id: &str, lane: usize, by_share: bool, due: Option<usize>, waiting: &[i64; 3], now: i64) -> i64 {
        if by_share {
            return 0;
        }
        let own = self.due[lane].get(id).copied().filter(|own| *own <= now);
        self.more_urgent(id, lane, due, waiting) + self.told_before(lane, own.unwrap_or(now + 1))
    }

    fn rank(&self, id: &str, lane: usize, by_share: bool, due: Option<usize>, waiting: &[i64; 3]) -> i64 {
        if by_share {
            return 0;
        }
        let own = self.due[lane].get(id).map(|due| (*due, id.to_owned()));
        let rank = own.map_or(self.lanes[lane].len(), |own| self.lanes[lane].range(..own).count());
        self.more_urgent(id, lane, due, waiting) + rank as i64
    }

    fn until_free(&self, mut needed: i64, max: i64, now: i64, [window, lease_time]: [i64; 2]) -> i64 {
        if needed <= 0 {
            return 1;
        }
        let (sent, max, mut rounds) = (self.sent(), max.max(1), 0);
        if sent > 0 && needed > sent {
            rounds = (needed - 1) / max;
            needed -= rounds * max;
        }
        let round = rounds * (window + millis(MARGIN) + lease_time);
        let mut count = 0;
        for ((ended, _), one) in &self.window {
            count += one.count;
            if count >= needed {
                return ended + window + millis(MARGIN) - now + round;
            }
        }
        window + round
    }

    /// What others are told of, if it changes.
    fn shown(&self) -> Shown {
        (self.cap(), self.blocked, std::mem::discriminant(&self.probe), self.members.len())
    }

    fn limit(&self, now: i64) -> Limit {
        let left = |until: i64| Duration::from_millis((until - now).max(0) as u64);
        let probe = match &self.probe {
            Probe::NotNeeded => None,
            Probe::Next => Some(Duration::ZERO),
            Probe::InFlight { at, .. } => Some(left(at + millis(PROBE_TIME))),
        };
        Limit {
            epoch: self.epoch.clone(),
            blocked: left(self.blocked),
            probe,
            budget: self.cap().map(|cap| cap as u32),
            is_learned: self.given.is_none() && self.learned.is_some(),
            members: self.members.len().max(1) as u32,
        }
    }

    fn messages(&mut self, id: &str, before: &Shown, is_new: bool, now: i64) -> Vec<Message> {
        let mut messages = Vec::new();
        let is_changed = *before != self.shown();
        let limit = self.limit(now);
        let is_open = limit.blocked.is_zero() && limit.probe.is_none_or(|left| left.is_zero());
        if is_changed || is_new {
            messages.push(Message::Changed(limit));
        }
        if is_open && (self.cap().is_some() || self.probe == Probe::Next) {
            let cap = self.cap().unwrap_or_default();
            let room = (cap - self.sent()).div_euclid(MIN_LEASE.into());
            let room = if self.probe == Probe::Next { 1 } else { room };
            let mut room = (room - (0..3).map(|lane| self.told_before(lane, now + 1)).sum::<i64>()).min(16);
            for lane in 0..3 {
                let later = self.lanes[lane].iter().filter(|(due, _)| *due > now);
                let woken: Vec<String> = later.take(room.max(0) as usize).map(|(_, other)| other.clone()).collect();
                for other in woken {
                    room -= 1;
                    if other != id {
                        self.dequeue(lane, &other);
                        self.lanes[lane].insert((now, other.clone()));
                        self.due[lane].insert(other.clone(), now);
                        messages.push(Message::Wake(other));
                    }
                }
            }
        }
        messages
    }
}
