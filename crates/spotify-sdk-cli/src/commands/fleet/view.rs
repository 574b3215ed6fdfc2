//! How a fleet looks: a few lines and two tables for each app on a terminal, and lines with tabs in a pipe.

use std::time::Duration;

use spotify_sdk::jiff::Timestamp;
use spotify_sdk_redis::{FleetMember, FleetProbe, FleetStatus, OperationStatus, QuotaRefusal};

use crate::output::{Failure, Line, Screen, Table, Tone, count, grouped, hours_and_minutes};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What is printed for the apps on a terminal of so many columns.
pub(super) fn lines(screen: &Screen, all: &[FleetStatus], columns: u16) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, status) in all.iter().enumerate() {
        if at > 0 {
            lines.push(String::new());
        }
        let paint = |line: Line| line.cut(columns.into()).paint(screen.colour());
        let processes = match status.members.len() {
            0 => "no process is alive".to_owned(),
            1 => "1 process".to_owned(),
            number => format!("{} processes", grouped(number)),
        };
        lines.push(paint(Line::new(Tone::Strong, &status.client_id).with(Tone::Faint, format!(" · {processes}"))));
        lines.push(paint(Line::from(rate(status))));
        lines.extend(wait(status).map(|wait| paint(Line::from(wait))));
        lines.extend(waiting(status).map(|waiting| paint(Line::from(waiting))));
        lines.extend(processes_table(screen, status).lines(columns));
        lines.push(paint(Line::from(quota(status))));
        lines.extend(operations_table(screen, status).lines(columns));
    }
    lines
}

/// How fast requests are sent.
fn rate(status: &FleetStatus) -> String {
    let sent = requests(status.sent.into());
    let window = length(status.window);
    let budget = match &status.budget {
        None => "no budget, since Spotify has not limited any".to_owned(),
        Some(budget) => {
            let since = budget.since.map(|since| format!(" {}", ago(since, status.at))).unwrap_or_default();
            let how = if budget.is_learned { "learned" } else { "given" };
            format!("budget {}, {how}{since}", grouped(budget.requests as usize))
        }
    };
    format!("{sent} in {window}; {budget}")
}

fn wait(status: &FleetStatus) -> Option<String> {
    let wait = status.waiting_until.map(|until| {
        format!("Nothing is sent for {}, until {}", length(between(status.at, until)), until.strftime("%H:%M:%S UTC"))
    });
    match (wait, status.probe) {
        (Some(wait), Some(_)) => Some(format!("{wait}; then one request goes first, as a probe")),
        (Some(wait), None) => Some(wait),
        (None, Some(FleetProbe::InFlight)) => {
            Some("A probe is in flight, and the others wait for its response".to_owned())
        }
        (None, Some(_)) => Some("The next request is a probe".to_owned()),
        (None, None) => None,
    }
}

fn waiting(status: &FleetStatus) -> Option<String> {
    let waiting = status.waiting;
    let lanes =
        [(waiting.interactive, "interactive"), (waiting.prefetch, "prefetch"), (waiting.background, "background")];
    let lanes: Vec<String> =
        lanes.iter().filter(|(number, _)| *number > 0).map(|(number, lane)| format!("{number} {lane}")).collect();
    (!lanes.is_empty()).then(|| format!("Processes that wait: {}", lanes.join(", ")))
}

fn quota(status: &FleetStatus) -> String {
    let of = status.account.as_ref().map(|account| format!(" of the account {account}")).unwrap_or_default();
    let hour = grouped(usize_of(status.quota.requests_last_hour));
    format!("{}{of} in the last 24 hours, {hour} in the last hour", requests(status.quota.requests))
}

fn processes_table<'s>(screen: &'s Screen, status: &FleetStatus) -> Table<'s> {
    let headings = ["Process", "Host", ">PID", "Version", ">Up", ">Seen", ">In flight", ">Waiting", ">Requests"];
    let mut table = Table::new(screen, &headings);
    for member in &status.members {
        table.row([
            member.name.clone().unwrap_or_else(|| member.id.clone()),
            member.host.clone().unwrap_or_default(),
            member.pid.map(|pid| pid.to_string()).unwrap_or_default(),
            member.version.clone().unwrap_or_default(),
            member.started.map(|started| length(between(started, status.at))).unwrap_or_default(),
            ago(member.last_step, status.at),
            member.in_flight.to_string(),
            member.waiting_calls.to_string(),
            grouped(member.sent as usize),
        ]);
    }
    table
}

fn operations_table<'s>(screen: &'s Screen, status: &FleetStatus) -> Table<'s> {
    let mut table = Table::new(screen, &["Operation", ">Last hour", ">24 hours", "Refused"]);
    for one in &status.quota.operations {
        let refused = one.refused.as_ref().map(|refusal| {
            let whose = if refusal.is_named { "as Spotify said" } else { "Spotify named no time" };
            format!("for {}, {whose}", length(refusal.wait))
        });
        table.row([
            one.operation.clone(),
            grouped(usize_of(one.requests_last_hour)),
            grouped(usize_of(one.requests)),
            refused.unwrap_or_default(),
        ]);
    }
    table
}

/// A line for the app, one for each process, and one for each operation.
pub(super) fn cells(screen: &Screen, status: &FleetStatus) -> Result<(), Failure> {
    let budget = status.budget.as_ref();
    let probe = status.probe.map(|probe| if probe == FleetProbe::InFlight { "in_flight" } else { "due" });
    screen.cells([
        "app",
        &status.client_id,
        &status.sent.to_string(),
        &text(budget.map(|budget| budget.requests)),
        budget.map_or("", |budget| if budget.is_learned { "learned" } else { "given" }),
        &text(status.waiting_until),
        probe.unwrap_or_default(),
        &status.waiting.total().to_string(),
    ])?;
    for FleetMember { name, host, pid, version, started, last_step, in_flight, waiting_calls, sent, .. } in
        status.members.iter().cloned()
    {
        let name = name.unwrap_or_default();
        let cells = ["process".to_owned(), status.client_id.clone(), name, host.unwrap_or_default(), text(pid)];
        let rest = [version.unwrap_or_default(), text(started), last_step.to_string()];
        let numbers = [in_flight, waiting_calls, sent].map(|number| number.to_string());
        screen.cells(cells.into_iter().chain(rest).chain(numbers))?;
    }
    for OperationStatus { operation, requests, requests_last_hour, refused, .. } in &status.quota.operations {
        screen.cells([
            "operation",
            &status.client_id,
            operation,
            &requests_last_hour.to_string(),
            &requests.to_string(),
            &text(refused.as_ref().map(|refusal| refusal.until)),
            refused.as_ref().map_or("", |QuotaRefusal { is_named, .. }| if *is_named { "named" } else { "not_named" }),
        ])?;
    }
    Ok(())
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn requests(number: u64) -> String {
    count(usize_of(number), "request")
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The time from one moment to a later one.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

pub(super) fn ago(from: Timestamp, now: Timestamp) -> String {
    format!("{} ago", length(between(from, now)))
}

/// `12 s`, `5 min`, `1 h 2 min`, `3 days`.
pub(super) fn length(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds < 2 * MINUTE => format!("{seconds} s"),
        seconds if seconds < 2 * DAY => hours_and_minutes(duration),
        seconds => format!("{} days", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_as_exact_as_people_need_them() {
        let lengths = [0, 119, 120, 3_720, 2 * DAY - 60, 2 * DAY].map(|seconds| length(Duration::from_secs(seconds)));
        assert_eq!(lengths, ["0 s", "119 s", "2 min", "1 h 2 min", "47 h 59 min", "2 days"]);
    }
}
