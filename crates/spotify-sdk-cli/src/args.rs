//! What can be typed after `spotify-cli`: what all commands have in common, and the list of commands.

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{
    App, album, api, auth, catalog, completions, config, doctor, emulator, export, import, library, lists, player,
    playlist, search,
};
use crate::config as settings;
use crate::globals::Globals;
use crate::output::{Failure, Screen};

const AFTER_HELP: &str = "\
Ids are given as such, as URIs or as links; playlists that you own or follow also by their names.
Where several are taken, - reads them from standard input: of each line the first column that is a
URI, a link or an id, and of JSON the uri. So one command's output is another's input:
spotify-cli top tracks | spotify-cli player play -

Output: a table on a terminal, which has URIs where there is room for them or with --uris;
tab-separated lines elsewhere; and JSON with --json: one object, or for lists one object a line,
with Spotify's own fields. Messages go to standard error.

Environment, which overrides the config file, and is overridden by flags:
  SPOTIFY_SDK_ACCESS_TOKEN   an access token, instead of signing in; Spotify's live for one hour
  SPOTIFY_SDK_CLIENT_ID      the client id of your app
  SPOTIFY_SDK_REDIRECT_URI   the redirect URI of your app
  SPOTIFY_SDK_BASE_URL       where the Web API is, for emulators
  SPOTIFY_SDK_ACCOUNTS_URL   where the Accounts service is, for emulators
  NO_COLOR                   no colours
  SPOTIFY_CLI_TERMINAL       write as if to a terminal of so many columns
  RUST_LOG                   what to log, instead of -v: spotify_sdk=debug

Exit codes:
  0 done, 1 failed, 2 wrong usage, 3 sign-in needed, 4 not found, 5 rate limited, 6 quota used up,
  130 Ctrl-C";

/// Spotify in a terminal, for people and for scripts.
#[derive(Debug, Parser)]
#[command(name = "spotify-cli", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten, next_help_heading = "Options of all commands")]
    pub(crate) globals: Globals,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to Spotify with the browser
    Login(auth::Login),
    /// Forget the sign-in on this machine
    Logout,
    /// Show who is signed in
    Whoami,
    /// Show when the sign-in ends and what it may do, or print the access token
    #[command(subcommand)]
    Token(auth::Token),

    /// Show an album with its tracks
    Album(album::Album),
    /// Show artists with their albums
    Artist(catalog::Show),
    /// Show tracks
    Track(catalog::Show),
    /// Show a playlist with its items, or change one
    Playlist(playlist::Playlist),
    /// Show podcasts with their latest episodes
    Show(catalog::Show),
    /// Show episodes
    Episode(catalog::Show),
    /// Show audiobooks with their chapters
    Audiobook(catalog::Show),
    /// Show chapters of audiobooks
    Chapter(catalog::Show),
    /// Search for anything
    Search(search::Search),

    /// Show what plays, and control it
    #[command(subcommand)]
    Player(player::Player),
    /// Look at your library, and change it
    #[command(subcommand)]
    Library(library::Library),
    /// Show what you like most
    Top(lists::Top),
    /// Show what you played last
    Recent(lists::Recent),
    /// Show the artists whom you follow
    Following(lists::Page),

    /// Write your library or playlists into files; stopped, the same command goes on
    #[command(subcommand)]
    Export(export::Export),
    /// Make playlists of files
    #[command(subcommand)]
    Import(import::Import),

    /// Call anything in Spotify's Web API
    Api(api::Api),
    /// Run Spotify on this machine, for apps and their tests
    Emulator(emulator::Emulator),
    /// Find out what keeps things from working, and what to do about it
    #[command(after_help = doctor::AFTER_HELP)]
    Doctor,
    /// Look at the settings, and change them
    #[command(subcommand)]
    Config(config::Config),
    /// Print what makes a shell complete commands
    Completions(completions::Completions),
    /// Print the manual page, or write one for each command into a folder
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
        Command::Config(config::Config::Path) => return config::path(&screen),
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
        Command::Api(command) => api::run(&app.session()?, command),
        Command::Export(command) => export::run(&app, command),
        Command::Import(command) => import::run(&app, command),
        Command::Config(command) => config::run(app, command),
        Command::Emulator(_) | Command::Doctor | Command::Completions(_) | Command::Man(_) => Ok(()),
    }
}
