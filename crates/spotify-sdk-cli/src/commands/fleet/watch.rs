//! `spotify-cli fleet status --watch`: drawn again in its place on a terminal, and printed again elsewhere.

use std::env;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use spotify_sdk_redis::FleetStatus;

use super::status::{NOBODY, Reader, WHAT_TO_DO};
use super::view;
use crate::commands::App;
use crate::interrupt;
use crate::output::{Failure, Screen, note};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);
const HIDE_CURSOR: &str = "\x1b[?25l";
const SHOW_CURSOR: &str = "\x1b[?25h";
const CLEAR_SCREEN: &str = "\x1b[2J\x1b[H";
const CLEAR_LINE: &str = "\x1b[2K";
const CLEAR_BELOW: &str = "\x1b[J";

/// Looks again and again until Ctrl-C, which is no failure.
pub(super) fn run(app: &App, reader: &Reader, first: Vec<FleetStatus>) -> Result<(), Failure> {
    let (sender, asked) = mpsc::channel();
    interrupt::on_request(move || {
        // Asked twice, the first time is enough.
        let _ = sender.send(());
    })
    .map_err(io::Error::other)?;
    let moves = env::var_os("TERM").is_none_or(|terminal| terminal != "dumb");
    // A log between its lines would tear a view apart.
    if app.screen.is_terminal() && !app.screen.json && app.globals.verbose == 0 && moves {
        Live::new(&app.screen).run(reader, first, &asked)
    } else {
        lines(&app.screen, reader, first, &asked)
    }
}

fn is_over(asked: &Receiver<()>) -> bool {
    // The sender lives as long as the process.
    asked.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout)
}

/// Prints each status, in JSON as an object on a line.
fn lines(screen: &Screen, reader: &Reader, first: Vec<FleetStatus>, asked: &Receiver<()>) -> Result<(), Failure> {
    let mut read = Ok(first);
    loop {
        match read {
            Ok(all) if screen.json => all.iter().try_for_each(|status| screen.json_line(status))?,
            Ok(all) => match screen.columns() {
                Some(columns) => view::lines(screen, &all, columns).iter().try_for_each(|line| screen.print(line))?,
                None => all.iter().try_for_each(|status| view::cells(screen, status))?,
            },
            Err(error) => note(&format!("warning: {error}")),
        }
        if is_over(asked) {
            return Ok(());
        }
        read = reader.read();
    }
}

/// The view that is drawn again in its place.
struct Live<'a> {
    screen: &'a Screen,
    /// What is on the terminal, with the columns that it had.
    drawn: (Vec<String>, u16),
}

impl<'a> Live<'a> {
    fn new(screen: &'a Screen) -> Self {
        Self { screen, drawn: (Vec::new(), 0) }
    }

    fn run(mut self, reader: &Reader, first: Vec<FleetStatus>, asked: &Receiver<()>) -> Result<(), Failure> {
        write(HIDE_CURSOR)?;
        let (mut known, mut trouble) = (first, None);
        loop {
            self.draw(&known, trouble)?;
            if is_over(asked) {
                return Ok(());
            }
            match reader.read() {
                Ok(all) => (known, trouble) = (all, None),
                Err(error) => trouble = Some(error.to_string()),
            }
        }
    }

    fn draw(&mut self, all: &[FleetStatus], trouble: Option<String>) -> Result<(), Failure> {
        let (columns, rows) = self.screen.size();
        let columns = columns.max(1);
        let screen = self.screen.resized();
        let faint = |text: &str| screen.faint(text).cut(columns.into()).paint(screen.colour());
        let mut lines = view::lines(&screen, all, columns);
        if all.is_empty() {
            lines.extend([NOBODY, WHAT_TO_DO].map(faint));
        }
        // What has scrolled away cannot be drawn again. The cursor needs a line as well.
        let room = rows.map_or(usize::MAX, |rows| usize::from(rows).saturating_sub(1).max(1));
        if let Some(trouble) = trouble {
            lines.truncate(room.saturating_sub(1));
            lines.push(faint(&trouble));
        }
        lines.truncate(room);
        // In one piece, so that nobody sees half of it.
        let mut text = String::new();
        match &self.drawn {
            (_, 0) => {}
            // The terminal has broken the lines elsewhere.
            (_, before) if *before != columns => text.push_str(CLEAR_SCREEN),
            (before, _) if !before.is_empty() => {
                // Writing to a string does not fail.
                let _ = write!(text, "\x1b[{}A", before.len());
            }
            _ => {}
        }
        text.push('\r');
        for line in &lines {
            let _ = writeln!(text, "{CLEAR_LINE}{line}");
        }
        text.push_str(CLEAR_BELOW);
        write(&text)?;
        self.drawn = (lines, columns);
        Ok(())
    }
}

impl Drop for Live<'_> {
    /// Leaves the view where it is, and the terminal as it was: without the `^C` of whoever ended it.
    fn drop(&mut self) {
        // Where standard output is gone, so is its cursor.
        let _ = write(&format!("\r{CLEAR_LINE}{SHOW_CURSOR}"));
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
