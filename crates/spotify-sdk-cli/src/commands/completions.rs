//! `spotify-cli completions` and `man`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;
use crate::files::write_whole;
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
    write_pages(folder).map_err(|error| Failure::File(folder.clone(), error))
}

/// Makes the pages elsewhere first, since what makes them writes through links.
fn write_pages(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let made = tempfile::tempdir()?;
    clap_mangen::generate_to(Args::command(), made.path())?;
    for page in fs::read_dir(made.path())? {
        let page = page?;
        write_whole(&folder.join(page.file_name()), &fs::read(page.path())?)?;
    }
    Ok(())
}
