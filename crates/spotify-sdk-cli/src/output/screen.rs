//! Where results go: a terminal, where people look at tables, or a pipe, where programs read lines.

use std::env;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use terminal_size::terminal_size;

use super::text::{escaped, one_line};
use super::{Failure, Line, Out, Tone};
use crate::globals::{Colour, Globals};

/// Standard output, as what it is.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    pub(crate) json: bool,
    colour: bool,
    /// The columns of the terminal, if it is one.
    terminal: Option<u16>,
    /// Whether it is only to be taken for one.
    as_if: bool,
    /// Whether tables are to have URIs, whatever room they take.
    uris: bool,
}

impl Screen {
    pub(crate) fn new(globals: &Globals) -> Self {
        let as_if = env::var("SPOTIFY_CLI_TERMINAL").ok().filter(|columns| !columns.is_empty());
        let terminal = match &as_if {
            Some(columns) => Some(columns.parse().unwrap_or(100)),
            None if io::stdout().is_terminal() => Some(terminal_size().map_or(100, |(columns, _)| columns.0)),
            None => None,
        };
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = match globals.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal.is_some() && wanted,
        };
        Self { json: globals.json, colour, terminal, as_if: as_if.is_some(), uris: globals.show_uris }
    }

    /// Whether somebody looks at it.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// Whether it is to have colours.
    pub(crate) fn colour(&self) -> bool {
        self.colour
    }

    /// Whether tables are to have URIs, whatever room they take.
    pub(super) fn uris(&self) -> bool {
        self.uris
    }

    /// How wide the terminal is.
    pub(crate) fn columns(&self) -> Option<u16> {
        self.terminal
    }

    /// How many columns and lines the terminal has now, where that is known: people change its size.
    pub(crate) fn size(&self) -> (u16, Option<u16>) {
        match terminal_size() {
            Some((columns, lines)) if !self.as_if => (columns.0, Some(lines.0)),
            _ => (self.terminal.unwrap_or(100), None),
        }
    }

    /// The same, as wide as the terminal is now.
    #[cfg(feature = "redis")]
    pub(crate) fn resized(&self) -> Self {
        Self { terminal: self.terminal.map(|_| self.size().0), ..self.clone() }
    }

    /// One line.
    pub(crate) fn line(&self, line: impl Into<Line>) -> Result<(), Failure> {
        self.print(&line.into().paint(self.colour))
    }

    /// One line of several texts for programs, with tabs between.
    pub(crate) fn cells(&self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> Result<(), Failure> {
        let cells: Vec<String> = cells.into_iter().map(|cell| one_line(cell.as_ref())).collect();
        self.print(&cells.join("\t"))
    }

    /// A line that is as it has to be printed.
    pub(crate) fn print(&self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(io::stdout().lock(), "{line}")?)
    }

    /// Standard output for whoever writes JSON, or else CSV, as it comes.
    pub(crate) fn out(&self, csv: bool) -> Out<io::Stdout> {
        Out::new(io::stdout(), self.is_terminal(), csv)
    }

    /// One of `of` things as JSON: alone spread over lines as people read it, of several each on a line of its own.
    pub(crate) fn one_of<T: Serialize + ?Sized>(&self, value: &T, of: usize) -> Result<(), Failure> {
        if of == 1 { self.object(value) } else { self.json_line(value) }
    }

    /// One object as JSON, spread over lines as people read it.
    pub(crate) fn object<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Failure> {
        self.print(&escaped(&serde_json::to_string_pretty(value).map_err(io::Error::from)?))
    }

    /// One object as JSON on a line of its own.
    pub(crate) fn json_line<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Failure> {
        self.print(&escaped(&serde_json::to_string(value).map_err(io::Error::from)?))
    }

    /// A heading.
    pub(crate) fn strong(&self, text: &str) -> Line {
        Line::new(Tone::Strong, text)
    }

    /// What matters less.
    pub(crate) fn faint(&self, text: &str) -> Line {
        Line::new(Tone::Faint, text)
    }
}
