//! `spotify-cli completions` and `man`.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;
use crate::output::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// A folder, for one page for each command
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Completions) -> Result<(), Failure> {
    // Into memory first: what prints it cannot say that it failed.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "spotify-cli", &mut text);
    Ok(io::stdout().lock().write_all(&text)?)
}

pub(crate) fn man(args: &Man) -> Result<(), Failure> {
    let Some(folder) = &args.out else {
        let mut text = Vec::new();
        clap_mangen::Man::new(Args::command()).render(&mut text)?;
        return Ok(io::stdout().lock().write_all(&text)?);
    };
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Args::command(), folder))
        .map_err(|error| Failure::File(folder.clone(), error))
}
