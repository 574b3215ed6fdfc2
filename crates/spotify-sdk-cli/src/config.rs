//! The config file: what need not be typed each time. The environment overrides it, and flags override both.

use std::fs;
use std::io;
use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::environment;
use crate::files::write_whole;
use crate::output::Failure;

/// The folder of this program among those of others.
const FOLDER: &str = "spotify-cli";

/// A setting, its environment variable, and what it is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    variable: Option<&'static str>,
    pub(crate) about: &'static str,
}

impl Key {
    /// What the environment says that the setting is.
    pub(crate) fn in_environment(self) -> Option<String> {
        self.variable.and_then(environment::text)
    }
}

pub(crate) const CLIENT_ID: Key = Key {
    name: "client_id",
    variable: Some("SPOTIFY_SDK_CLIENT_ID"),
    about: "the client id of your app, from https://developer.spotify.com/dashboard",
};
pub(crate) const REDIRECT_URI: Key = Key {
    name: "redirect_uri",
    variable: Some("SPOTIFY_SDK_REDIRECT_URI"),
    about: "a redirect URI of your app; default http://127.0.0.1/callback",
};
pub(crate) const MARKET: Key =
    Key { name: "market", variable: None, about: "a country code, to show what is available there" };
pub(crate) const RATE_BUDGET: Key =
    Key { name: "rate_budget", variable: None, about: "the maximum number of requests in 30 seconds" };
pub(crate) const DAILY_BUDGET: Key =
    Key { name: "daily_budget", variable: None, about: "the maximum number of requests in 24 hours" };
pub(crate) const CACHE: Key = Key {
    name: "cache",
    variable: None,
    about: "whether responses are kept: on, off, or for how long the catalog is not asked again, as 1h",
};
pub(crate) const CACHE_SIZE: Key =
    Key { name: "cache_size", variable: None, about: "the maximum size of the cache in MiB; default 64" };
pub(crate) const TOKEN_STORE: Key =
    Key { name: "token_store", variable: None, about: "where tokens are stored: file or keyring" };

pub(crate) const KEYS: [Key; 8] =
    [CLIENT_ID, REDIRECT_URI, MARKET, RATE_BUDGET, DAILY_BUDGET, CACHE, CACHE_SIZE, TOKEN_STORE];

/// The settings in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    values: toml::Table,
}

impl Config {
    /// Reads the file; without one there are no settings.
    pub(crate) fn load() -> Result<Self, Failure> {
        let path = path()?;
        match fs::read_to_string(&path) {
            Ok(text) => match text.parse() {
                Ok(values) => Ok(Self { values }),
                Err(error) => Err(Failure::Config(path, error.to_string())),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Failure::Config(path, error.to_string())),
        }
    }

    /// What a setting is: as the environment says, or the file.
    pub(crate) fn get(&self, key: Key) -> Option<String> {
        key.in_environment().or_else(|| {
            let value = self.values.get(key.name)?;
            Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
    }

    /// Where a setting comes from, if it is set.
    pub(crate) fn from(&self, key: Key) -> Option<String> {
        let variable = key
            .variable
            .filter(|name| environment::text(name).is_some())
            .map(|name| format!("the environment ({name})"));
        variable.or_else(|| self.values.contains_key(key.name).then(|| "the config file".to_owned()))
    }

    /// Sets what is in the file, or takes it out, and writes the file.
    pub(crate) fn set(&mut self, key: Key, value: Option<&str>) -> Result<PathBuf, Failure> {
        match value {
            Some(value) => self.values.insert(key.name.to_owned(), value.into()),
            None => self.values.remove(key.name),
        };
        let path = path()?;
        let write = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            write_whole(&path, self.values.to_string().as_bytes())
        };
        write().map_err(|error| Failure::Config(path.clone(), error.to_string()))?;
        Ok(path)
    }
}

/// Where the file is, whether it is there or not.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    Ok(folders()?.config_dir().join(FOLDER).join("config.toml"))
}

/// Where tokens are kept.
pub(crate) fn token_path() -> Result<PathBuf, Failure> {
    Ok(folders()?.data_dir().join(FOLDER).join("tokens.json"))
}

/// Where requests are counted.
pub(crate) fn usage_path() -> Result<PathBuf, Failure> {
    Ok(folders()?.data_dir().join(FOLDER).join("usage.json"))
}

/// Where responses are kept.
pub(crate) fn response_path() -> Result<PathBuf, Failure> {
    Ok(folders()?.cache_dir().join(FOLDER).join("responses"))
}

fn folders() -> Result<impl BaseStrategy, Failure> {
    etcetera::choose_base_strategy().map_err(|error| Failure::Usage(format!("cannot find the home folder: {error}")))
}
