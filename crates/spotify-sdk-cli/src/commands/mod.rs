//! The commands, each with its arguments in a module of its own.

pub(crate) mod album;
pub(crate) mod api;
pub(crate) mod auth;
pub(crate) mod catalog;
pub(crate) mod completions;
pub(crate) mod config;
mod csv_cells;
pub(crate) mod doctor;
pub(crate) mod emulator;
mod entries;
pub(crate) mod export;
mod given;
pub(crate) mod import;
mod kind;
pub(crate) mod library;
pub(crate) mod lists;
pub(crate) mod named;
pub(crate) mod player;
pub(crate) mod playlist;
pub(crate) mod search;

use spotify_sdk::SpotifyClient;

pub(crate) use self::given::{given, named_in};
use crate::args::{Args, Command, Globals};
use crate::config::{Config, MARKET};
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
        Ok(SignedIn { app: self, session: Session::open(self.globals.demo.map(Into::into), &self.config)? })
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

/// Runs a command with what was typed for it.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let Args { globals, command } = args;
    let screen = Screen::new(&globals);
    // These need no settings, so that a config file which is broken does not keep from mending it.
    match &command {
        Command::Emulator(command) => return emulator::run(command, &screen),
        Command::Doctor => return doctor::run(&globals, &screen),
        Command::Completions(command) => return completions::run(command),
        Command::Man(command) => return completions::man(command),
        Command::Config(config::Config::Path) => return config::path(&screen),
        _ => {}
    }
    let app = App { globals, config: Config::load()?, screen };
    match &command {
        Command::Login(command) => auth::login(&app, command),
        Command::Logout => auth::logout(&app),
        Command::Whoami => auth::whoami(&app.session()?),
        Command::Token(command) => auth::token(&app.session()?, command),
        Command::Album(command) => album::run(&app.session()?, command),
        Command::Artist(command) => catalog::artists(&app.session()?, command),
        Command::Track(command) => catalog::tracks(&app.session()?, command),
        Command::Show(command) => catalog::shows(&app.session()?, command),
        Command::Episode(command) => catalog::episodes(&app.session()?, command),
        Command::Audiobook(command) => catalog::audiobooks(&app.session()?, command),
        Command::Chapter(command) => catalog::chapters(&app.session()?, command),
        Command::Search(command) => search::run(&app.session()?, command),
        Command::Playlist(command) => playlist::run(&app.session()?, command),
        Command::Player(command) => player::run(&app.session()?, command),
        Command::Library(command) => library::run(&app.session()?, command),
        Command::Top(command) => lists::top(&app.session()?, command),
        Command::Recent(command) => lists::recent(&app.session()?, command),
        Command::Following(command) => lists::following(&app.session()?, command.limit),
        Command::Api(command) => api::run(&app.session()?, command),
        Command::Export(command) => export::run(&app, command),
        Command::Import(command) => import::run(&app, command),
        Command::Config(command) => config::run(app, command),
        Command::Emulator(_) | Command::Doctor | Command::Completions(_) | Command::Man(_) => Ok(()),
    }
}

/// How many items a limit lets through: 0 stands for all.
pub(crate) fn most(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}
