//! `spotify-cli`: Spotify in a terminal. Results go to standard output, everything else to standard error.

mod album;
mod args;
mod emulator;
mod output;
mod session;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use output::Failure;
use session::Session;

fn main() -> ExitCode {
    let args = Args::parse();
    output::start_log(args.verbose);
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough of it: `spotify-cli … | head`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Emulator(command) => emulator::run(command, args.json),
        Command::Album(command) => album::run(&Session::open(args.demo)?.client, command, args.json),
    }
}
