//! `spotify-cli fleet status`.

use spotify_sdk_redis::{Fleet, FleetStatus, StatusError};
use tokio::runtime::Runtime;

use super::{Server, not_connected, runtime, view, watch};
use crate::commands::App;
use crate::output::{Failure, Screen, note};

// The terminal breaks the lines.
pub(crate) const AFTER_HELP: &str = "\
In a pipe, the first column of a line says what the line is about, and the second one is the client id. Then come, with tabs \
between: for `app` the requests in the window, the budget, given or learned, the end of a wait, the probe (due or in_flight), and \
the number of processes that wait; for `process` name, host, process id, version, start, last step, requests in flight, waiting \
calls, and its requests in the window; for `operation` its name, the requests of the last hour and of the last 24 hours, until \
when it is refused, and whether Spotify named that time.

With --json, each app is an object on a line, or spread over lines if there is one and no --watch.";

pub(super) const NOBODY: &str = "No app has shared a rate limit over this Redis in the last seven days.";
pub(super) const WHAT_TO_DO: &str =
    "Let programs join with `Fleet::join`, and check that the URL names the same server and database as theirs.";

#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    #[command(flatten)]
    server: Server,

    /// Show this app alone
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// The developer account whose quota is shown, as the programs name it. Default: the quota of each app by itself
    #[arg(long, value_name = "NAME")]
    account: Option<String>,

    /// Go on until Ctrl-C, and look again every second
    #[arg(long)]
    pub(super) watch: bool,
}

/// What the status is read with.
pub(super) struct Reader {
    runtime: Runtime,
    fleet: Fleet,
    client_id: Option<String>,
}

impl Reader {
    fn connect(args: &Status) -> Result<Self, Failure> {
        let runtime = runtime()?;
        let mut builder = args.server.builder()?;
        if let Some(account) = &args.account {
            builder = builder.account(account);
        }
        let fleet = runtime.block_on(builder.connect()).map_err(|error| not_connected(&error))?;
        Ok(Self { runtime, fleet, client_id: args.client_id.clone() })
    }

    /// The status of each app, or of the one that was named.
    pub(super) fn read(&self) -> Result<Vec<FleetStatus>, StatusError> {
        self.runtime.block_on(async {
            let client_ids = match &self.client_id {
                Some(client_id) => vec![client_id.clone()],
                None => self.fleet.apps().await?.into_iter().map(|app| app.client_id).collect(),
            };
            let mut all = Vec::with_capacity(client_ids.len());
            for client_id in client_ids {
                all.push(self.fleet.status(client_id).await?);
            }
            Ok(all)
        })
    }
}

pub(super) fn failed(error: &StatusError) -> Failure {
    Failure::Failed(error.to_string(), Some("Check that Redis runs, and is version 7 or later, or Valkey.".to_owned()))
}

pub(crate) fn run(app: &App, args: &Status) -> Result<(), Failure> {
    let reader = Reader::connect(args)?;
    // What fails at first would fail again.
    let first = reader.read().map_err(|error| failed(&error))?;
    if args.watch {
        return watch::run(app, &reader, first);
    }
    if first.is_empty() {
        note(NOBODY);
        note(&format!("hint: {WHAT_TO_DO}"));
    }
    print(&app.screen, &first)
}

fn print(screen: &Screen, all: &[FleetStatus]) -> Result<(), Failure> {
    if screen.json {
        return all.iter().try_for_each(|status| screen.one_of(status, all.len()));
    }
    match screen.columns() {
        Some(columns) => view::lines(screen, all, columns).iter().try_for_each(|line| screen.print(line)),
        None => all.iter().try_for_each(|status| view::cells(screen, status)),
    }
}
