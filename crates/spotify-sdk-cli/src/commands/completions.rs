//! `spotify-cli completions` and `man`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;

use crate::files::write_whole;
use crate::output::Failure;

/// What this program is called.
const NAME: &str = "spotify-cli";

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// Write one page per command to this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Prints what makes a shell complete `program`.
pub(crate) fn run(args: &Completions, program: Command) -> Result<(), Failure> {
    let mut command = without_files(program);
    // Into memory first: what prints it cannot say that it failed.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, NAME, &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    let text = if args.shell == Shell::Bash { files_where_they_belong(&text, &command) } else { text };
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

/// A shell that knows no words for an argument offers files. That is for arguments that are files.
fn without_files(command: Command) -> Command {
    let is_no_file = |arg: &Arg| arg.get_action().takes_values() && arg.get_value_hint() == ValueHint::Unknown;
    let command = command.mut_args(|arg| if is_no_file(&arg) { arg.value_hint(ValueHint::Other) } else { arg });
    command.mut_subcommands(without_files)
}

/// Bash is told for the whole program whether to offer files where there are no words: here for the commands that take some.
fn files_where_they_belong(script: &str, command: &Command) -> String {
    let mut commands = Vec::new();
    with_files(command, &NAME.replace('-', "__"), &mut commands);
    // What it generates for a program with a hyphen in its name looks for subcommands under another name than it gives them.
    let (first, second) = NAME.split_once('-').unwrap_or((NAME, ""));
    let script = script.replace(&format!("{first}__subcmd__{second}"), &format!("{first}__{second}"));
    let begin = "    case \"${cmd}\" in\n";
    let files = format!(
        "    case \"${{cmd}}\" in\n        {})\n            type compopt &> /dev/null && compopt -o default 2> /dev/null\n            ;;\n    \
         esac\n\n{begin}",
        commands.join("|")
    );
    script.replacen(begin, &files, 1).replace(" -o bashdefault -o default", "")
}

/// The commands that take a file without an option before it, as the script calls them.
fn with_files(command: &Command, name: &str, found: &mut Vec<String>) {
    let is_file =
        |arg: &Arg| matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath);
    if command.get_positionals().any(is_file) {
        found.push(name.to_owned());
    }
    for command in command.get_subcommands() {
        with_files(command, &format!("{name}__subcmd__{}", command.get_name().replace('-', "__")), found);
    }
}

/// Prints the manual page of `program`, or writes those of its commands.
pub(crate) fn man(args: &Man, program: Command) -> Result<(), Failure> {
    let Some(folder) = &args.out else {
        let mut text = Vec::new();
        clap_mangen::Man::new(program).render(&mut text)?;
        return Ok(io::stdout().lock().write_all(&text)?);
    };
    write_pages(program, folder).map_err(|error| Failure::File(folder.clone(), error))
}

/// Makes the pages elsewhere first, since what makes them writes through links.
fn write_pages(program: Command, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let made = tempfile::tempdir()?;
    clap_mangen::generate_to(program, made.path())?;
    for page in fs::read_dir(made.path())? {
        let page = page?;
        write_whole(&folder.join(page.file_name()), &fs::read(page.path())?)?;
    }
    Ok(())
}
