//! Where results go: a terminal, where people look at tables, or a pipe, where programs read lines.

use std::env;
use std::io::{self, IsTerminal, Write};

use anstyle::Style;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, presets};
use serde::Serialize;
use terminal_size::terminal_size;

use super::{Failure, one_line};
use crate::args::Colour;

/// Standard output, as what it is.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    pub(crate) json: bool,
    colour: bool,
    /// The columns of the terminal, if it is one.
    terminal: Option<u16>,
    /// Whether it is only to be taken for one.
    as_if: bool,
}

impl Screen {
    pub(crate) fn new(json: bool, colour: Colour) -> Self {
        let as_if = env::var("SPOTIFY_CLI_TERMINAL").ok().filter(|columns| !columns.is_empty());
        let terminal = match &as_if {
            Some(columns) => Some(columns.parse().unwrap_or(100)),
            None if io::stdout().is_terminal() => Some(terminal_size().map_or(100, |(columns, _)| columns.0)),
            None => None,
        };
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal.is_some() && wanted,
        };
        Self { json, colour, terminal, as_if: as_if.is_some() }
    }

    /// Whether somebody looks at it.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
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

    /// One line.
    pub(crate) fn line(&self, line: impl AsRef<str>) -> Result<(), Failure> {
        Ok(writeln!(io::stdout().lock(), "{}", line.as_ref())?)
    }

    /// One of `of` things as JSON: alone spread over lines as people read it, of several each on a line of its own.
    pub(crate) fn one_of<T: Serialize + ?Sized>(&self, value: &T, of: usize) -> Result<(), Failure> {
        if of == 1 { self.object(value) } else { self.json_line(value) }
    }

    /// One object as JSON, spread over lines as people read it.
    pub(crate) fn object<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
        Ok(writeln!(out)?)
    }

    /// One object as JSON on a line of its own.
    pub(crate) fn json_line<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
        Ok(writeln!(out)?)
    }

    /// A heading.
    pub(crate) fn strong(&self, text: &str) -> String {
        self.styled(text, Style::new().bold())
    }

    /// What matters less.
    pub(crate) fn faint(&self, text: &str) -> String {
        self.styled(text, Style::new().dimmed())
    }

    fn styled(&self, text: &str, style: Style) -> String {
        if self.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Rows of texts under headings: aligned on a terminal, tab-separated elsewhere.
pub(crate) struct Table<'a> {
    screen: &'a Screen,
    headings: Vec<&'static str>,
    right: Vec<usize>,
    rows: Vec<Vec<String>>,
}

impl<'a> Table<'a> {
    /// A table whose columns have these headings; a `>` before one aligns its column to the right.
    pub(crate) fn new(screen: &'a Screen, headings: &[&'static str]) -> Self {
        let right = headings.iter().enumerate().filter(|(_, heading)| heading.starts_with('>')).map(|(at, _)| at);
        Self {
            screen,
            right: right.collect(),
            headings: headings.iter().map(|heading| heading.trim_start_matches('>')).collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        self.rows.push(cells.into_iter().map(|cell| one_line(cell.as_ref())).collect());
    }

    pub(crate) fn print(self) -> Result<(), Failure> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let Some(columns) = self.screen.columns() else {
            for row in &self.rows {
                writeln!(out, "{}", row.join("\t"))?;
            }
            return Ok(());
        };
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
        table.set_header(self.headings.iter().map(comfy_table::Cell::new));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| isolated(cell)));
        }
        // What is copied from a table must be whole.
        for (at, _) in self.headings.iter().enumerate().filter(|(_, heading)| matches!(**heading, "URI" | "ID")) {
            if let Some(column) = table.column_mut(at) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        for at in self.right {
            if let Some(column) = table.column_mut(at) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let text = table.trim_fmt();
        let mut lines = text.lines();
        if let Some(headings) = lines.next() {
            writeln!(out, "{}", self.screen.faint(headings))?;
        }
        for line in lines {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// A cell whose direction does not spill into its neighbours: a title from right to left must not pull the columns around it
/// along.
pub(crate) fn isolated(cell: &str) -> String {
    let from_right = |c: char| matches!(u32::from(c), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF);
    if cell.chars().any(from_right) { format!("\u{2068}{cell}\u{2069}") } else { cell.to_owned() }
}
