//! [`QuotaBook`]: what one process knows of the requests of its account, and what it has to tell of them.

use std::collections::BTreeMap;
use std::time::Duration;

use spotify_sdk::operation::{self, Action, OperationInfo};
use spotify_sdk::rate_limit::{OperationUsage, QuotaClosure, Usage};
use tokio::time::Instant;

use super::exchange::millis;

/// How long an operation is refused if Spotify names no time.
const UNNAMED_WAIT: Duration = Duration::from_secs(60 * 60);

/// The minimum interval at which requests are reported by operation.
const INTERVAL: Duration = Duration::from_secs(1);
/// The maximum time for which they wait for a step that they can be reported with.
const MAX_DELAY: Duration = Duration::from_secs(30);

/// The requests of the last 24 hours and the refused operations, as far as this process knows.
#[derive(Default)]
pub(super) struct QuotaBook {
    /// The requests of the whole account, as Redis said last.
    totals: BTreeMap<String, u32>,
    closed: BTreeMap<String, Closure>,
    /// The operations that this process has called: those of the program's own are not in the SDK's list.
    operations: BTreeMap<&'static str, &'static OperationInfo>,
    counts: BTreeMap<&'static str, i64>,
    tells: Vec<Tell>,
    /// The number of reports that Redis has acknowledged.
    reports: u64,
    /// A report without a reply. Redis may have counted it, so it is told again as it was.
    unanswered: Option<Report>,
    reported_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Closure {
    since: Instant,
    until: Instant,
    is_named: bool,
}

#[derive(Debug, Clone)]
enum Tell {
    Closed { operation: &'static str, until: Instant, is_named: bool },
    Succeeded { operation: &'static str, sent: Instant },
}

/// What is told in one report.
pub(super) struct Report {
    at: Instant,
    number: u64,
    counts: BTreeMap<&'static str, i64>,
    tells: Vec<Tell>,
}

impl QuotaBook {
    /// Returns the time for which an operation is refused.
    pub(super) fn refusal(&self, operation: &str, now: Instant) -> Option<Duration> {
        let closure = self.closed.get(operation)?;
        closure.until.checked_duration_since(now).filter(|wait| !wait.is_zero())
    }

    pub(super) fn count(&mut self, operation: &'static OperationInfo) {
        self.operations.insert(operation.name, operation);
        *self.counts.entry(operation.name).or_default() += 1;
    }

    pub(super) fn take_back(&mut self, operation: &'static OperationInfo) {
        *self.counts.entry(operation.name).or_default() -= 1;
    }

    pub(super) fn exceeded(&mut self, operation: &'static OperationInfo, wait: Option<Duration>, now: Instant) {
        let until = now + wait.unwrap_or(UNNAMED_WAIT).min(Duration::from_secs(365 * 24 * 60 * 60));
        let closure = Closure { since: now, until, is_named: wait.is_some() };
        let kept = self.closed.entry(operation.name.to_owned()).or_insert(closure);
        // A longer refusal stays.
        *kept = if kept.until > until { Closure { since: now, ..*kept } } else { closure };
        self.tells.push(Tell::Closed { operation: operation.name, until: kept.until, is_named: kept.is_named });
    }

    /// Records the success of a request: its operation is no longer refused if its quota was exceeded before that.
    pub(super) fn succeeded(&mut self, operation: &'static OperationInfo, sent: Instant) {
        if self.closed.get(operation.name).is_some_and(|closure| closure.since <= sent) {
            self.closed.remove(operation.name);
            self.tells.push(Tell::Succeeded { operation: operation.name, sent });
        }
    }

    /// Whether others have to know something at once.
    pub(super) fn is_urgent(&self) -> bool {
        !self.tells.is_empty() && self.unanswered.is_none()
    }

    /// Returns when there is something to tell; `None` if there is nothing.
    pub(super) fn report_at(&self, now: Instant) -> Option<Instant> {
        let after = |delay| self.reported_at.map_or(now, |time| time + delay);
        if self.is_urgent() {
            Some(now)
        } else if self.unanswered.is_some() {
            Some(after(INTERVAL))
        } else {
            (!self.counts.is_empty()).then(|| after(MAX_DELAY))
        }
    }

    /// Returns what is to be told now. Requests are reported at most once a second; with `always`, also if there are none.
    pub(super) fn report_if(&mut self, now: Instant, always: bool) -> Option<Report> {
        let is_time = self.reported_at.is_none_or(|time| now.saturating_duration_since(time) >= INTERVAL);
        let has_news = self.unanswered.is_some() || !self.counts.is_empty();
        let is_due = always || self.is_urgent() || (has_news && is_time);
        if !is_due {
            return None;
        }
        self.reported_at = Some(now);
        Some(match self.unanswered.take() {
            Some(report) => Report { at: now, ..report },
            None => self.report(now),
        })
    }

    fn report(&mut self, now: Instant) -> Report {
        Report {
            at: now,
            number: self.reports + 1,
            counts: std::mem::take(&mut self.counts),
            tells: std::mem::take(&mut self.tells),
        }
    }

    /// Keeps a report without a reply, for later.
    pub(super) fn lost(&mut self, report: Report) {
        self.unanswered = Some(report);
    }

    /// Takes what Redis knows.
    pub(super) fn reply(
        &mut self,
        report: &Report,
        totals: BTreeMap<String, u32>,
        closed: Vec<(String, u64, u8)>,
        now: Instant,
    ) {
        self.reports = report.number;
        self.totals = totals;
        let mut before = std::mem::take(&mut self.closed);
        for (operation, wait, is_named) in closed {
            self.close(&operation, wait, is_named == 1, before.remove(&operation), now);
        }
        // What is not told yet, Redis does not know.
        for tell in &self.tells {
            if let Tell::Closed { operation, .. } = tell
                && let Some(closure) = before.remove(*operation)
            {
                self.closed.insert((*operation).to_owned(), closure);
            }
        }
    }

    /// Takes the message that another process has caused: `OPERATION MILLISECONDS NAMED`.
    pub(super) fn changed(&mut self, message: &str, now: Instant) {
        let mut words = message.split(' ');
        if let (Some(operation), Some(wait), Some(is_named)) = (words.next(), words.next(), words.next())
            && let Ok(wait) = wait.parse()
        {
            let before = self.closed.remove(operation);
            self.close(operation, wait, is_named == "1", before, now);
        }
    }

    fn close(&mut self, operation: &str, wait: u64, is_named: bool, before: Option<Closure>, now: Instant) {
        if wait > 0 {
            let since = before.map_or(now, |before| before.since);
            let closure = Closure { since, until: now + Duration::from_millis(wait), is_named };
            self.closed.insert(operation.to_owned(), closure);
        }
    }

    pub(super) fn usage(&self, now: Instant) -> Usage {
        let untold = self.unanswered.as_ref().map(|report| &report.counts);
        let counted_here = || untold.into_iter().chain([&self.counts]);
        let names = self.totals.keys().map(String::as_str).chain(counted_here().flat_map(BTreeMap::keys).copied());
        let names = names.chain(self.closed.keys().map(String::as_str));
        let names: std::collections::BTreeSet<&str> = names.collect();
        Usage::new(names.into_iter().filter_map(|name| {
            let action = Action::from(self.operations.get(name).copied().or_else(|| operation::find(name))?);
            let counted = i64::from(self.totals.get(name).copied().unwrap_or_default());
            let requests = counted + counted_here().filter_map(|counts| counts.get(name)).sum::<i64>();
            let closed = self.closed.get(name).filter(|closure| closure.until > now);
            let closed = closed.map(|closure| QuotaClosure::new(closure.until - now, closure.is_named));
            let usage = OperationUsage::new(action, u32::try_from(requests.max(0)).unwrap_or(u32::MAX)).closed(closed);
            (usage.requests > 0 || usage.closed.is_some()).then_some(usage)
        }))
    }
}

impl Report {
    /// The arguments of the script.
    pub(super) fn arguments(&self, process: &str, prefix: &str) -> Vec<String> {
        let mut arguments =
            vec![process.to_owned(), prefix.to_owned(), self.number.to_string(), self.counts.len().to_string()];
        for (operation, count) in &self.counts {
            arguments.extend([(*operation).to_owned(), count.to_string()]);
        }
        arguments.push(self.tells.len().to_string());
        for tell in &self.tells {
            arguments.extend(match tell {
                Tell::Closed { operation, until, is_named } => [
                    "C".to_owned(),
                    (*operation).to_owned(),
                    millis(until.saturating_duration_since(self.at)).to_string(),
                    u8::from(*is_named).to_string(),
                    "0".to_owned(),
                ],
                Tell::Succeeded { operation, sent } => [
                    "O".to_owned(),
                    (*operation).to_owned(),
                    "0".to_owned(),
                    "0".to_owned(),
                    millis(self.at.saturating_duration_since(*sent)).to_string(),
                ],
            });
        }
        arguments
    }
}
