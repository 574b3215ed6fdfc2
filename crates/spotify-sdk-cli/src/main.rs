//! `spotify-cli`: Spotify in a terminal. Results go to standard output, everything else to standard error.

mod args;
mod cache_use;
mod commands;
mod config;
mod environment;
mod files;
mod globals;
mod interrupt;
mod output;
mod response_cache;
mod session;
mod usage;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use args::Args;
use output::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    output::start_log(args.globals.verbose);
    match args::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough of it: `spotify-cli … | head`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
