//! `spotify-cli config`.

use clap::Subcommand;

use super::App;
use crate::config::{self, KEYS, Key};
use crate::output::{Failure, Screen, Table, note};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print a setting, or all of them
    Get {
        /// The setting
        key: Option<String>,
    },
    /// Set a setting, or remove it if no value is given
    Set {
        /// The setting: client_id, redirect_uri, market, rate_budget, daily_budget, cache, cache_size or token_store
        key: String,
        /// The new value
        value: Option<String>,
    },
    /// Print the path of the config file
    Path,
}

pub(crate) fn path(screen: &Screen) -> Result<(), Failure> {
    screen.line(config::path()?.display().to_string())
}

pub(crate) fn run(mut app: App, command: &ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Get { key: Some(key) } => {
            let Some(value) = app.config.get(known(key)?) else {
                return Err(Failure::Usage(format!("{key} is not set")));
            };
            if app.screen.json { app.screen.object(&value) } else { app.screen.line(value) }
        }
        ConfigCommand::Get { key: None } => {
            if app.screen.json {
                let all: serde_json::Map<_, _> =
                    KEYS.into_iter().map(|key| (key.name.to_owned(), app.config.get(key).into())).collect();
                return app.screen.object(&all);
            }
            let mut table = Table::new(&app.screen, &["Setting", "Value", "What it is"]);
            for key in KEYS {
                table.row([key.name, app.config.get(key).as_deref().unwrap_or_default(), key.about]);
            }
            table.print()
        }
        ConfigCommand::Set { key, value } => {
            let key = known(key)?;
            let path = app.config.set(key, value.as_deref())?;
            note(&format!(
                "{} is {} in {}.",
                key.name,
                if value.is_some() { "set" } else { "removed" },
                path.display()
            ));
            Ok(())
        }
        ConfigCommand::Path => path(&app.screen),
    }
}

fn known(name: &str) -> Result<Key, Failure> {
    KEYS.into_iter().find(|key| key.name == name).ok_or_else(|| {
        let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        Failure::Usage(format!("unknown setting `{name}`; expected one of {}", names.join(", ")))
    })
}
