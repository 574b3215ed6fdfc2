//! [`FleetStatus`]: how the processes of an app are, for people. Everything here is read from the keys that the limiters keep.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use redis::{RedisError, Script};
use serde::{Serialize, Serializer};
use spotify_sdk::rate_limit::state::{MARGIN, PROBE_TIME, WINDOW};

use crate::connection::{Connection, Link};
use crate::error::StatusError;
use crate::keys::{APPS, Keys};
use crate::rate_limiter::{APP_TIME, BUCKET, BUCKETS, GIVEN_TIME, GRACE, alive_time, millis};

/// How long Redis may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(2);
/// The number of buckets of the ledger in an hour, with the one that has just begun.
const HOUR: i64 = 7;

/// `rate`, `window`, `members` and the three lanes of those that wait.
const READ_LIMIT: &str = "#!lua flags=no-writes
return {
    redis.call('TIME'), redis.call('HGETALL', KEYS[1]), redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES'), redis.call('ZRANGE', KEYS[5], 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', KEYS[6], 0, -1, 'WITHSCORES'),
}";
/// `buckets` and `closed`.
const READ_LEDGER: &str = "#!lua flags=no-writes
return { redis.call('TIME'), redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]) }";
const READ_APPS: &str = "#!lua flags=no-writes
return { redis.call('TIME'), redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES') }";

/// Seconds and microseconds, as Redis gives its time.
type Time = (i64, i64);
type Scored = Vec<(String, f64)>;
type LimitReply = (Time, HashMap<String, String>, Scored, Scored, Scored, Scored, Scored);
type LedgerReply = (Time, HashMap<String, String>, HashMap<String, String>);

/// An app whose processes share a rate limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FleetApp {
    /// The client id.
    pub client_id: String,
    /// When one of its processes was last seen, give or take a few minutes.
    pub last_seen: Timestamp,
}

/// How the processes of an app are, at one moment. Times are those of the Redis server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FleetStatus {
    /// The client id of the app.
    pub client_id: String,
    /// The account whose quota is shown; `None` if it is that of the app alone.
    pub account: Option<String>,
    /// The time of the status.
    pub at: Timestamp,
    /// The processes that are alive, sorted by name, host and process id.
    pub members: Vec<FleetMember>,
    /// The maximum number of requests that all processes send in a window; `None` as long as nothing limits them.
    pub budget: Option<FleetBudget>,
    /// The window over which requests are counted. In JSON: `window_ms`.
    #[serde(rename = "window_ms", serialize_with = "as_millis")]
    pub window: Duration,
    /// The number of requests in the last window, with those that a process may send but has not sent yet.
    pub sent: u32,
    /// The time until which no process sends anything, since Spotify asked for it or the program did; `None` if none waits.
    pub waiting_until: Option<Timestamp>,
    /// The one request that goes first after a wait, before the others; `None` if none is needed.
    pub probe: Option<FleetProbe>,
    /// The processes whose calls wait for a permit.
    pub waiting: WaitingProcesses,
    /// The requests of the last 24 hours.
    pub quota: FleetQuota,
}

/// A process of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FleetMember {
    /// What the processes call it among themselves.
    pub id: String,
    /// What the program calls it ([`FleetBuilder::name`](crate::FleetBuilder::name)).
    pub name: Option<String>,
    /// The name of its machine.
    pub host: Option<String>,
    /// Its process id.
    pub pid: Option<u32>,
    /// The version of this crate that it runs.
    pub version: Option<String>,
    /// When it created its rate limiter, by its own clock.
    pub started: Option<Timestamp>,
    /// When it last talked to Redis.
    pub last_step: Timestamp,
    /// The number of its requests in flight at that time.
    pub in_flight: u32,
    /// The number of its calls that waited for a permit at that time.
    pub waiting_calls: u32,
    /// The number of its requests in the last window, with those that it may send but has not sent yet.
    pub sent: u32,
}

/// The maximum number of requests that the processes together send in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FleetBudget {
    /// The number of requests.
    pub requests: u32,
    /// Whether it was learned from a request that Spotify limited; otherwise a process was given it.
    pub is_learned: bool,
    /// When it was learned, or last raised or lowered; `None` if it was given.
    pub since: Option<Timestamp>,
}

/// What there is of a probe, the one request that goes first after a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FleetProbe {
    /// The next request is the probe.
    Due,
    /// It is in flight, and the others wait for its response.
    InFlight,
}

/// The number of processes whose calls wait for a permit, by priority. A process counts once, with its most urgent call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct WaitingProcesses {
    /// Those with a call that somebody waits for.
    pub interactive: u32,
    /// Those with a call whose result is needed soon.
    pub prefetch: u32,
    /// Those with calls that can wait.
    pub background: u32,
}

/// The requests of an app, or of all apps of an account, in the last 24 hours. They are counted in intervals of ten minutes, so one
/// counts for up to ten minutes longer; processes report theirs about once a second.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct FleetQuota {
    /// The number of requests in total.
    pub requests: u64,
    /// The number of requests of the last hour in total.
    pub requests_last_hour: u64,
    /// Each operation that was called or is refused, by descending number of requests.
    pub operations: Vec<OperationStatus>,
}

/// The requests of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OperationStatus {
    /// The operation: `albums.get`.
    pub operation: String,
    /// The number of requests of the last 24 hours.
    pub requests: u64,
    /// The number of requests of the last hour.
    pub requests_last_hour: u64,
    /// Its refusal because its quota is used up; `None` if it is not refused.
    pub refused: Option<QuotaRefusal>,
}

/// Why and for how long no process sends an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QuotaRefusal {
    /// When the operation is tried again.
    pub until: Timestamp,
    /// The time from the status until then. In JSON: `wait_ms`.
    #[serde(rename = "wait_ms", serialize_with = "as_millis")]
    pub wait: Duration,
    /// Whether Spotify named the time. If not, it is an hour.
    pub is_named: bool,
}

impl WaitingProcesses {
    /// Returns the number of processes that wait.
    pub fn total(&self) -> u32 {
        self.interactive + self.prefetch + self.background
    }
}

pub(crate) async fn apps(connection: &Connection) -> Result<Vec<FleetApp>, StatusError> {
    let reading = connection.run(COMMAND_LIMIT, |mut link| async move {
        Script::new(READ_APPS).key(APPS).invoke_async::<(Time, Scored)>(&mut link).await
    });
    let (time, scored) = reading.await.map_err(|error| StatusError::new("list the apps", &error))?;
    let oldest = now(time) - millis(APP_TIME);
    let seen = scored.into_iter().filter(|(_, at)| *at as i64 > oldest);
    let mut apps: Vec<FleetApp> =
        seen.map(|(client_id, at)| FleetApp { client_id, last_seen: timestamp(at as i64) }).collect();
    apps.sort_by(|one, other| one.client_id.cmp(&other.client_id));
    Ok(apps)
}

pub(crate) async fn read(
    connection: &Connection,
    client_id: &str,
    account: Option<&str>,
) -> Result<FleetStatus, StatusError> {
    let app = Keys::of_app(client_id);
    let ledger = account.map_or_else(|| app.clone(), Keys::of_account);
    let reading = connection.run(COMMAND_LIMIT, |mut link| async move {
        // The account is in another hash slot.
        let limit = read_limit(&app, &mut link).await?;
        Ok((limit, read_ledger(&ledger, &mut link).await?))
    });
    let (limit, ledger) = reading.await.map_err(|error| StatusError::new("read the status of the fleet", &error))?;
    let state = State::new(limit);
    Ok(FleetStatus {
        client_id: client_id.to_owned(),
        account: account.map(str::to_owned),
        at: timestamp(state.now),
        members: state.members(),
        budget: state.budget(),
        window: state.window,
        sent: state.entries.iter().map(|(_, count)| count).sum(),
        waiting_until: state.blocked_until(),
        probe: state.probe(),
        waiting: state.waiting(),
        quota: quota(ledger),
    })
}

async fn read_limit(app: &Keys, link: &mut Link) -> Result<LimitReply, RedisError> {
    let script = Script::new(READ_LIMIT);
    let mut invocation = script.prepare_invoke();
    for key in ["rate", "window", "members", "waiting:0", "waiting:1", "waiting:2"] {
        invocation.key(app.key(key));
    }
    invocation.invoke_async(link).await
}

async fn read_ledger(account: &Keys, link: &mut Link) -> Result<LedgerReply, RedisError> {
    let script = Script::new(READ_LEDGER);
    let mut invocation = script.prepare_invoke();
    invocation.key(account.key("buckets")).key(account.key("closed"));
    invocation.invoke_async(link).await
}

/// What the script of a step keeps.
struct State {
    /// Milliseconds since 1970.
    now: i64,
    window: Duration,
    rate: HashMap<String, String>,
    /// By process, the requests of the last window.
    entries: Vec<(String, u32)>,
    /// The processes that are alive, by the time until which they are.
    alive: BTreeMap<String, i64>,
    /// By priority, the processes in the queue by the time at which they were told to come.
    lanes: [Scored; 3],
}

impl State {
    fn new((time, mut rate, window_entries, members, interactive, prefetch, background): LimitReply) -> Self {
        let now = now(time);
        // The next step begins anew if Redis has lost a part of the state.
        let is_whole = rate.get("epoch").is_some_and(|epoch| {
            let member = format!("epoch:{epoch}");
            window_entries.iter().any(|(name, _)| *name == member)
        });
        let window = rate.get("window").and_then(|window| window.parse().ok()).map_or(WINDOW, Duration::from_millis);
        if !is_whole {
            rate.clear();
        }
        let oldest = now.saturating_sub(millis(window)).saturating_sub(millis(MARGIN));
        let entries = window_entries.iter().filter(|(_, ended)| is_whole && *ended > oldest as f64);
        Self {
            now,
            window,
            rate,
            entries: entries.filter_map(|(entry, _)| requests(entry)).collect(),
            alive: members
                .into_iter()
                .map(|(id, until)| (id, until as i64))
                .filter(|(_, until)| *until > now)
                .collect(),
            lanes: if is_whole { [interactive, prefetch, background] } else { Default::default() },
        }
    }

    fn number(&self, field: &str) -> Option<i64> {
        self.rate.get(field)?.parse().ok()
    }

    fn members(&self) -> Vec<FleetMember> {
        let alive_time = millis(alive_time(self.window));
        let member = |(id, until): (&String, &i64)| {
            let info = self.rate.get(&format!("i:{id}")).and_then(|info| serde_json::from_str(info).ok());
            let info: serde_json::Value = info.unwrap_or_default();
            let text = |name: &str| info[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            let (in_flight, waiting_calls) = self.demand(id);
            FleetMember {
                id: id.clone(),
                name: text("name"),
                host: text("host"),
                pid: info["pid"].as_u64().and_then(|pid| pid.try_into().ok()),
                version: text("version"),
                started: info["started"].as_i64().and_then(|second| Timestamp::from_second(second).ok()),
                last_step: timestamp(until.saturating_sub(alive_time)),
                in_flight,
                waiting_calls,
                sent: self.entries.iter().filter(|(of, _)| of == id).map(|(_, count)| count).sum(),
            }
        };
        let mut members: Vec<FleetMember> = self.alive.iter().map(member).collect();
        members.sort_by(|one, other| {
            (&one.name, &one.host, one.pid, &one.id).cmp(&(&other.name, &other.host, other.pid, &other.id))
        });
        members
    }

    fn budget(&self) -> Option<FleetBudget> {
        let number = |field| self.number(field).and_then(|number| u32::try_from(number).ok());
        let is_current = self.number("given_at").is_some_and(|at| at.saturating_add(millis(GIVEN_TIME)) > self.now);
        if let Some(requests) = number("given").filter(|_| is_current) {
            return Some(FleetBudget { requests, is_learned: false, since: None });
        }
        let since = self.number("since").filter(|since| *since > 0).map(timestamp);
        number("learned").map(|requests| FleetBudget { requests, is_learned: true, since })
    }

    fn blocked_until(&self) -> Option<Timestamp> {
        self.number("blocked").filter(|until| *until > self.now).map(timestamp)
    }

    fn probe(&self) -> Option<FleetProbe> {
        let is_in_flight = self.number("probe_at").is_some_and(|at| self.now < at.saturating_add(millis(PROBE_TIME)));
        match self.number("probe")? {
            0 => None,
            2 if is_in_flight => Some(FleetProbe::InFlight),
            _ => Some(FleetProbe::Due),
        }
    }

    /// The processes in the queue that come when it is their turn, and that had a call when they last came: those that were just
    /// served keep a place for a moment.
    fn waiting(&self) -> WaitingProcesses {
        let oldest = self.now - millis(GRACE);
        let waits = |id: &str| self.demand(id).1 > 0;
        let comes = |(id, at): &&(String, f64)| *at >= oldest as f64 && self.alive.contains_key(id) && waits(id);
        let counts = self.lanes.each_ref().map(|lane| lane.iter().filter(comes).count());
        let [interactive, prefetch, background] = counts.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        WaitingProcesses { interactive, prefetch, background }
    }

    /// The requests in flight and the waiting calls of a process at its last step.
    fn demand(&self, id: &str) -> (u32, u32) {
        let demand = self.rate.get(&format!("d:{id}")).and_then(|demand| demand.split_once(','));
        demand.map_or((0, 0), |(in_flight, waiting)| {
            (in_flight.parse().unwrap_or_default(), waiting.parse().unwrap_or_default())
        })
    }
}

/// Reads `PROCESS:NAME:COUNT:LAG:KIND`.
fn requests(entry: &str) -> Option<(String, u32)> {
    let mut words = entry.rsplitn(5, ':');
    let (_kind, _lag, count, _name) = (words.next()?, words.next()?, words.next()?, words.next()?);
    Some((words.next()?.to_owned(), count.parse().ok()?))
}

fn quota((time, buckets, closed): LedgerReply) -> FleetQuota {
    let now = now(time);
    let mut operations: BTreeMap<String, OperationStatus> = BTreeMap::new();
    let mut of = |operation: &str, change: &dyn Fn(&mut OperationStatus)| {
        change(operations.entry(operation.to_owned()).or_insert_with(|| OperationStatus {
            operation: operation.to_owned(),
            requests: 0,
            requests_last_hour: 0,
            refused: None,
        }));
    };
    // A request that was not sent after all is taken back, maybe in another bucket.
    let mut counts: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (name, count) in &buckets {
        let Some((operation, bucket)) = name.rsplit_once('|') else { continue };
        let (Ok(bucket), Ok(count)) = (bucket.parse::<i64>(), count.parse::<i64>()) else { continue };
        let age = now.div_euclid(millis(BUCKET)).saturating_sub(bucket);
        let (day, hour) = counts.entry(operation).or_default();
        *day += if age < BUCKETS { count } else { 0 };
        *hour += if age < HOUR { count } else { 0 };
    }
    for (operation, (day, hour)) in counts {
        let (day, hour) = (u64::try_from(day).unwrap_or_default(), u64::try_from(hour).unwrap_or_default());
        if day > 0 {
            of(operation, &|status| (status.requests, status.requests_last_hour) = (day, hour.min(day)));
        }
    }
    for (operation, refusal) in &closed {
        if let Some(refusal) = refused(refusal, now) {
            of(operation, &|status| status.refused = Some(refusal.clone()));
        }
    }
    let mut operations: Vec<OperationStatus> = operations.into_values().collect();
    operations
        .sort_by(|one, other| other.requests.cmp(&one.requests).then_with(|| one.operation.cmp(&other.operation)));
    FleetQuota {
        requests: operations.iter().map(|status| status.requests).sum(),
        requests_last_hour: operations.iter().map(|status| status.requests_last_hour).sum(),
        operations,
    }
}

/// Reads `SINCE UNTIL NAMED`.
fn refused(text: &str, now: i64) -> Option<QuotaRefusal> {
    let mut words = text.split(' ').skip(1);
    let until: i64 = words.next()?.parse().ok()?;
    let wait = u64::try_from(until.saturating_sub(now)).ok().filter(|wait| *wait > 0)?;
    Some(QuotaRefusal { until: timestamp(until), wait: Duration::from_millis(wait), is_named: words.next()? == "1" })
}

fn now((seconds, micros): Time) -> i64 {
    seconds.saturating_mul(1000).saturating_add(micros / 1000)
}

/// The time, capped at the maximum of a timestamp.
fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

fn as_millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
