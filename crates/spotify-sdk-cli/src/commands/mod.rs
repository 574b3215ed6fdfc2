//! The commands, each with its arguments in a module of its own.

pub(crate) mod album;
pub(crate) mod api;
pub(crate) mod auth;
pub(crate) mod cache;
pub(crate) mod catalog;
pub(crate) mod completions;
pub(crate) mod config;
mod csv_cells;
pub(crate) mod doctor;
pub(crate) mod emulator;
mod entries;
pub(crate) mod export;
#[cfg(feature = "redis")]
pub(crate) mod fleet;
mod given;
pub(crate) mod import;
mod kind;
pub(crate) mod library;
pub(crate) mod lists;
pub(crate) mod named;
pub(crate) mod player;
pub(crate) mod playlist;
pub(crate) mod search;
pub(crate) mod usage;

use spotify_sdk::SpotifyClient;

pub(crate) use self::given::{given, named_in};
use crate::config::{Config, MARKET};
use crate::globals::Globals;
use crate::output::{Failure, Screen};
use crate::session::Session;

/// What a command has to work with.
pub(crate) struct App {
    pub(crate) globals: Globals,
    pub(crate) config: Config,
    pub(crate) screen: Screen,
}

/// An [`App`] that is signed in.
pub(crate) struct SignedIn<'a> {
    pub(crate) app: &'a App,
    pub(crate) session: Session,
}

impl App {
    pub(crate) fn session(&self) -> Result<SignedIn<'_>, Failure> {
        Ok(SignedIn { app: self, session: Session::open(&self.globals, &self.config)? })
    }

    /// The market that was asked for, or that of the config file.
    pub(crate) fn market(&self, given: Option<&str>) -> Option<String> {
        given.map(str::to_owned).or_else(|| self.config.get(MARKET))
    }
}

impl SignedIn<'_> {
    pub(crate) fn client(&self) -> &SpotifyClient {
        &self.session.client
    }

    pub(crate) fn screen(&self) -> &Screen {
        &self.app.screen
    }
}

/// How many items a limit lets through: 0 stands for all.
pub(crate) fn most(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}
