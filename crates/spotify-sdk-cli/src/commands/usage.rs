//! `spotify-cli usage`.

use serde_json::json;
use spotify_sdk::rate_limit::{LocalRateLimiter, OperationUsage, RateLimiter, Usage as Counts};

use super::App;
use crate::output::{Failure, Table, count, grouped, hours_and_minutes, note};
use crate::session::daily_budget;
use crate::usage::{UsageFile, app};

// The terminal breaks the lines.
pub(crate) const AFTER_HELP: &str = "\
Every request counts that was sent by this program on this machine for the app, retries included, for 24 hours and up to ten \
minutes longer. Those of other programs are not known: Spotify's quotas apply to all of them together. With \
SPOTIFY_SDK_ACCESS_TOKEN, requests are counted if SPOTIFY_SDK_CLIENT_ID is set too; with --demo they are not.

In a pipe, the first column of a line says what the line is about. Then come, with tabs between: for `total` the requests; for \
`budget` the daily budget and the requests that are left; for `operation` its name, its \
requests, until when it is refused because its quota is used up, and `named` or `not_named` for whether Spotify named that time.

With --json, it is one object.";

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Usage {
    /// Forget the counts and used-up quotas of this app: requests count from zero, and what was refused is tried again
    #[arg(long)]
    reset: bool,
}

pub(crate) fn run(shared: &App, args: Usage) -> Result<(), Failure> {
    if shared.globals.demo.is_some() {
        return Err(Failure::Usage("requests are not counted with --demo".to_owned()));
    }
    let Some(app) = app(&shared.config) else {
        let hint = "Sign in with `spotify-cli login`, or set SPOTIFY_SDK_CLIENT_ID beside SPOTIFY_SDK_ACCESS_TOKEN.";
        return Err(Failure::Failed("the app whose requests count is not known".to_owned(), Some(hint.to_owned())));
    };
    let file = UsageFile::of_this_machine()?;
    if args.reset {
        file.reset(&app).map_err(|error| Failure::File(file.path().to_owned(), error))?;
        note("The counts are reset.");
    }
    let counts = LocalRateLimiter::new().with_usage_log(&file.log(&app)).usage();
    let budget = daily_budget(&shared.globals, &shared.config)?.map(|budget| Budget::new(budget, &counts));
    print(shared, &counts, budget)
}

/// A daily budget, and what is left of it.
#[derive(Clone, Copy, serde::Serialize)]
struct Budget {
    limit: u32,
    left: u32,
}

impl Budget {
    fn new(limit: u32, counts: &Counts) -> Self {
        Self { limit, left: limit.saturating_sub(counts.requests) }
    }
}

fn print(app: &App, counts: &Counts, budget: Option<Budget>) -> Result<(), Failure> {
    let screen = &app.screen;
    if screen.json {
        let operations: Vec<_> = counts.operations.iter().map(as_json).collect();
        return screen.object(&json!({
            "requests": counts.requests,
            "daily_budget": budget,
            "operations": operations,
        }));
    }
    if !screen.is_terminal() {
        screen.cells(["total", &counts.requests.to_string()])?;
        if let Some(Budget { limit, left }) = budget {
            screen.cells(["budget", &limit.to_string(), &left.to_string()])?;
        }
        return counts.operations.iter().try_for_each(|usage| {
            let closed = usage.closed.as_ref();
            screen.cells([
                "operation",
                usage.action.name(),
                &usage.requests.to_string(),
                &closed.map(|closed| closed.until.to_string()).unwrap_or_default(),
                closed.map_or("", |closed| if closed.is_named { "named" } else { "not_named" }),
            ])
        });
    }
    screen.line(format!("{} in the last 24 hours", count(counts.requests as usize, "request")))?;
    if let Some(Budget { limit, left }) = budget {
        screen.line(format!(
            "Daily budget: {}, of which {} are left",
            grouped(limit as usize),
            grouped(left as usize)
        ))?;
    }
    let mut table = Table::new(screen, &["Operation", ">24 hours", "Refused"]);
    for usage in &counts.operations {
        let refused = usage.closed.as_ref().map(|closed| {
            let whose = if closed.is_named { "as Spotify said" } else { "Spotify named no time" };
            format!("for {}, until {}, {whose}", hours_and_minutes(closed.wait), closed.until.strftime("%H:%M UTC"))
        });
        table.row([usage.action.name().to_owned(), grouped(usage.requests as usize), refused.unwrap_or_default()]);
    }
    table.print()
}

fn as_json(usage: &OperationUsage) -> serde_json::Value {
    json!({
        "operation": usage.action.name(),
        "requests": usage.requests,
        "refused": usage.closed.as_ref().map(|closed| json!({
            "until": closed.until.to_string(),
            "is_named": closed.is_named,
        })),
    })
}
