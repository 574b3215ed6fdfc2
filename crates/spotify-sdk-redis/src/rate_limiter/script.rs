//! The Lua scripts, with the numbers that they share with the limiter of one process.

use std::time::Duration;

use redis::Script;
use spotify_sdk::rate_limit::state::{
    MARGIN, MAX_MIN_WAIT, MAX_PASSED_OVER, MIN_LEARNED, MIN_WAIT, PROBE_TIME, RAISE_INTERVAL,
};

use super::exchange::millis;

/// The minimum number of requests that a lease is for, if as many are wanted and free.
pub(crate) const MIN_LEASE: u32 = 4;
/// The maximum number.
pub(crate) const MAX_LEASE: u32 = 64;
/// How much later than its turn a process may come.
pub(crate) const GRACE: Duration = Duration::from_millis(500);
/// How long the budget that one process was given also holds for processes that were given none.
pub(crate) const GIVEN_TIME: Duration = Duration::from_secs(10 * 60);
/// How long the state of an app is kept after its last step.
pub(crate) const STATE_TIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The time over which requests are counted together by operation.
pub(crate) const BUCKET: Duration = Duration::from_secs(10 * 60);
/// The number of such times in a day, with the one that has just begun.
pub(crate) const BUCKETS: i64 = 24 * 6 + 1;

/// How long an app is on the list of apps after its last process.
pub(crate) const APP_TIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

const ARGUMENTS: &str = include_str!("arguments.lua");
const SERVER_TIME: &str =
    "local time = redis.call('TIME')\nlocal now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)\n";

fn constants() -> String {
    let durations = [
        ("MARGIN", MARGIN),
        ("RAISE_INTERVAL", RAISE_INTERVAL),
        ("PROBE_TIME", PROBE_TIME),
        ("MIN_WAIT", MIN_WAIT),
        ("MAX_MIN_WAIT", MAX_MIN_WAIT),
        ("GRACE", GRACE),
        ("GIVEN_TIME", GIVEN_TIME),
        ("STATE_TIME", STATE_TIME),
    ];
    let numbers = [
        ("MIN_LEARNED", MIN_LEARNED),
        ("MAX_PASSED_OVER", MAX_PASSED_OVER),
        ("MIN_LEASE", MIN_LEASE),
        ("MAX_LEASE", MAX_LEASE),
    ];
    let durations = durations.map(|(name, duration)| format!("local {name} = {}\n", millis(duration)));
    let numbers = numbers.map(|(name, number)| format!("local {name} = {number}\n"));
    durations.concat() + &numbers.concat()
}

/// The script of a step, by the server's time.
pub(crate) fn step() -> Script {
    Script::new(&[&constants(), SERVER_TIME, ARGUMENTS, include_str!("step.lua")].concat())
}

/// The script that counts requests by operation.
pub(crate) fn ledger() -> Script {
    let constants = format!("local BUCKET, BUCKETS = {}, {BUCKETS}\n", millis(BUCKET));
    Script::new(&[&constants, SERVER_TIME, ARGUMENTS, include_str!("ledger.lua")].concat())
}

/// The script that puts an app on the list of apps, from which those drop out that are not seen any more.
pub(crate) fn register() -> Script {
    Script::new(&[SERVER_TIME, include_str!("register.lua")].concat())
}

/// The script of a step, by the time in its last argument.
#[cfg(test)]
pub(crate) fn step_at_a_given_time() -> Script {
    Script::new(&[&constants(), "local now = tonumber(ARGV[#ARGV])\n", ARGUMENTS, include_str!("step.lua")].concat())
}
