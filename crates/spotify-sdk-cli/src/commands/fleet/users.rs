//! `spotify-cli fleet users` and `forget-user`.

use std::env;
use std::io::{self, IsTerminal, Write};

use serde_json::json;
use spotify_sdk::jiff::Timestamp;
use spotify_sdk_redis::{EncryptionKeys, Fleet, TokenCacheError};
use tokio::runtime::Runtime;

use super::view::{ago, between, length};
use super::{Server, client_id, not_connected, runtime};
use crate::commands::App;
use crate::output::{Failure, Table, note, one_line};

const REDIS_KEY: &str = "SPOTIFY_SDK_REDIS_KEY";

#[derive(Debug, clap::Args)]
pub(crate) struct Users {
    #[command(flatten)]
    server: Server,

    /// The client id of the app. Default: that of the settings
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ForgetUser {
    /// The user, as the program calls them; '' if it has one user without a name
    user: String,

    #[command(flatten)]
    server: Server,

    /// The client id of the app. Default: that of the settings
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

pub(crate) fn list(app: &App, args: &Users) -> Result<(), Failure> {
    let client_id = client_id(app, args.client_id.as_ref())?;
    let (runtime, fleet) = connect(&args.server)?;
    let users = runtime.block_on(fleet.token_cache().users(&client_id)).map_err(|error| failed(&error))?;
    if users.is_empty() {
        note(&format!("No sign-in of the app {client_id} is stored."));
    }
    let (now, screen) = (Timestamp::now(), &app.screen);
    let mut table = Table::new(screen, &["User", "Agreed", "Stored", "Access token"]);
    for user in &users {
        if screen.json {
            screen.json_line(&json!({
                "user": user.user, "authorized_at": user.authorized_at, "stored_at": user.stored_at,
                "expires_at": user.expires_at,
            }))?;
        } else if screen.is_terminal() {
            let expires = if user.expires_at > now {
                format!("expires in {}", length(between(now, user.expires_at)))
            } else {
                "expired, and renewed when it is needed".to_owned()
            };
            table.row([
                shown(&user.user).to_owned(),
                user.authorized_at.map(|at| ago(at, now)).unwrap_or_default(),
                ago(user.stored_at, now),
                expires,
            ]);
        } else {
            let agreed = user.authorized_at.map(|at| at.to_string()).unwrap_or_default();
            table.row([user.user.clone(), agreed, user.stored_at.to_string(), user.expires_at.to_string()]);
        }
    }
    table.print()
}

pub(crate) fn forget(app: &App, args: &ForgetUser) -> Result<(), Failure> {
    let client_id = client_id(app, args.client_id.as_ref())?;
    let user = shown(&args.user);
    let (runtime, fleet) = connect(&args.server)?;
    if !args.yes {
        confirm(&format!("Delete the stored sign-in of {user} for the app {client_id}? They have to sign in again."))?;
    }
    let forgetting = fleet.token_cache();
    let was_there = runtime.block_on(forgetting.forget_user(&client_id, &args.user)).map_err(|error| failed(&error))?;
    if !was_there {
        return Err(Failure::Named {
            message: format!("no sign-in of {user} is stored for the app {client_id}"),
            hint: "`spotify-cli fleet users` lists those that are.".to_owned(),
            code: 4,
        });
    }
    note(&format!(
        "The sign-in of {user} is deleted. Programs that have an access token in memory can use it until it expires, an hour at most."
    ));
    if app.screen.json {
        app.screen.object(&json!({ "done": "forget-user", "client_id": client_id, "user": args.user }))?;
    }
    Ok(())
}

fn connect(server: &Server) -> Result<(Runtime, Fleet), Failure> {
    let runtime = runtime()?;
    let mut builder = server.builder()?;
    if env::var_os(REDIS_KEY).is_some_and(|keys| !keys.is_empty()) {
        builder = builder.encryption(EncryptionKeys::from_env().map_err(|error| Failure::Usage(error.to_string()))?);
    }
    let fleet = runtime.block_on(builder.connect()).map_err(|error| not_connected(&error))?;
    Ok((runtime, fleet))
}

/// Asks the person at the terminal.
fn confirm(question: &str) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage("this deletes a sign-in for good: add --yes to confirm it".to_owned()));
    }
    let mut answer = String::new();
    // Where standard error is closed there is nobody to ask, and no answer.
    let _ = write!(io::stderr(), "{} [y/N] ", one_line(question));
    io::stdin().read_line(&mut answer).map_err(|error| Failure::Failed(format!("no answer: {error}"), None))?;
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        Ok(())
    } else {
        Err(Failure::Failed("not confirmed: nothing was deleted".to_owned(), None))
    }
}

/// A user without a name is written as it has to be typed.
fn shown(user: &str) -> &str {
    if user.is_empty() { "''" } else { user }
}

fn failed(error: &TokenCacheError) -> Failure {
    let hint = match error {
        TokenCacheError::NoKey | TokenCacheError::UnknownKey { .. } => {
            Some(format!("Set {REDIS_KEY} to the keys that the programs have. `forget-user` needs none."))
        }
        _ => None,
    };
    Failure::Failed(error.to_string(), hint)
}
