//! What can be typed after `spotify-cli`: what all commands have in common, and the list of commands.

use clap::{CommandFactory, Parser, Subcommand};

#[cfg(feature = "redis")]
use crate::commands::fleet;
use crate::commands::{
    App, album, api, auth, cache, catalog, completions, config, doctor, emulator, export, import, library, lists,
    player, playlist, search, usage,
};
use crate::config as settings;
use crate::globals::Globals;
use crate::output::{Failure, Screen};

const AFTER_HELP: &str = "\
Items can be given as ids, URIs or links; playlists that you own or follow also by name. Commands
that take several read them from standard input with -: from each line the first column that is a
URI, a link or an id, and from JSON the uri. So the output of one command is input for another:
  spotify-cli top tracks | spotify-cli player play -

Output is a table on a terminal, with URIs if there is room or with --uris, and tab-separated lines
otherwise. With --json it is JSON with Spotify's own fields: one object, or one object per line for
lists. Messages go to standard error.

Environment variables (they override the config file; flags override them):
  SPOTIFY_SDK_ACCESS_TOKEN   an access token to use instead of signing in; valid for one hour
  SPOTIFY_SDK_CLIENT_ID      the client id of your app; beside a token, that of the token
  SPOTIFY_SDK_REDIRECT_URI   the redirect URI of your app
  SPOTIFY_SDK_BASE_URL       the URL of the Web API, for emulators
  SPOTIFY_SDK_ACCOUNTS_URL   the URL of the Accounts service, for emulators
  SPOTIFY_SDK_REDIS_URL      the URL of the Redis server for `fleet`
  SPOTIFY_SDK_REDIS_KEY      the keys that tokens are encrypted with there
  NO_COLOR                   disable colors
  SPOTIFY_CLI_TERMINAL       format output for a terminal of this many columns
  RUST_LOG                   log filter, instead of -v: spotify_sdk=debug

Exit codes:
  0 success, 1 failure, 2 usage error, 3 sign-in required, 4 not found, 5 rate limited,
  6 quota used up, 130 interrupted (Ctrl-C)";

/// Spotify in a terminal, for people and for scripts.
#[derive(Debug, Parser)]
#[command(name = "spotify-cli", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten, next_help_heading = "Global options")]
    pub(crate) globals: Globals,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to Spotify in the browser
    Login(auth::Login),
    /// Sign out on this machine
    Logout,
    /// Show who is signed in
    Whoami,
    /// Show the status of the access token, or print it
    #[command(subcommand)]
    Token(auth::Token),

    /// Show an album with its tracks
    Album(album::Album),
    /// Show artists with their albums
    Artist(catalog::Show),
    /// Show tracks
    Track(catalog::Show),
    /// Show and change playlists
    Playlist(playlist::Playlist),
    /// Show podcasts with their latest episodes
    Show(catalog::Show),
    /// Show episodes
    Episode(catalog::Show),
    /// Show audiobooks with their chapters
    Audiobook(catalog::Show),
    /// Show chapters of audiobooks
    Chapter(catalog::Show),
    /// Search the catalog
    Search(search::Search),

    /// Show and control playback
    #[command(subcommand)]
    Player(player::Player),
    /// List and change your library
    #[command(subcommand)]
    Library(library::Library),
    /// Show your top tracks or artists
    Top(lists::Top),
    /// Show recently played tracks
    Recent(lists::Recent),
    /// List the artists that you follow
    Following(lists::Page),

    /// Export your library or playlists to files; run again to resume
    #[command(subcommand)]
    Export(export::Export),
    /// Create playlists, or restore your library, from files
    #[command(subcommand)]
    Import(import::Import),

    /// Make a request to the Web API
    Api(api::Api),
    /// Show the requests of the last 24 hours, the daily budget and used-up quotas
    #[command(after_help = usage::AFTER_HELP)]
    Usage(usage::Usage),
    /// Show or delete the responses that are kept on this machine
    #[command(subcommand)]
    Cache(cache::Cache),
    /// Show processes that share a rate limit over Redis
    #[cfg(feature = "redis")]
    #[command(subcommand)]
    Fleet(fleet::Fleet),
    /// Run a local Spotify emulator for development and tests
    Emulator(emulator::Emulator),
    /// Diagnose problems, and suggest fixes
    #[command(after_help = doctor::AFTER_HELP)]
    Doctor,
    /// View and change settings
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Generate a shell completion script
    Completions(completions::Completions),
    /// Print the man page, or write one per command to a folder
    Man(completions::Man),
}

/// Runs a command with what was typed for it.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let Args { globals, command } = args;
    let screen = Screen::new(&globals);
    // These need no settings, so that a config file which is broken does not keep from mending it.
    match &command {
        Command::Emulator(command) => return emulator::run(command, &screen),
        Command::Doctor => return doctor::run(&globals, &screen),
        Command::Completions(command) => return completions::run(command, Args::command()),
        Command::Man(command) => return completions::man(command, Args::command()),
        Command::Config(config::ConfigCommand::Path) => return config::path(&screen),
        _ => {}
    }
    let app = App { globals, config: settings::Config::load()?, screen };
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
        Command::Usage(command) => usage::run(&app, *command),
        Command::Cache(command) => cache::run(&app, *command),
        Command::Api(command) => api::run(&app.session()?, command),
        #[cfg(feature = "redis")]
        Command::Fleet(command) => fleet::run(&app, command),
        Command::Export(command) => export::run(&app, command),
        Command::Import(command) => import::run(&app, command),
        Command::Config(command) => config::run(app, command),
        Command::Emulator(_) | Command::Doctor | Command::Completions(_) | Command::Man(_) => Ok(()),
    }
}
