//! [`Live`]: the view of the player that is drawn again in its place. It counts on between two events without asking Spotify.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use spotify_sdk::models::PlaybackState;

use super::super::view;
use super::{Message, progress};
use crate::output::{Failure, Line, Screen, Tone};

const SECOND: Duration = Duration::from_secs(1);
const HIDE_CURSOR: &str = "\x1b[?25l";
const SHOW_CURSOR: &str = "\x1b[?25h";
const CLEAR_LINE: &str = "\x1b[2K";
const CLEAR_BELOW: &str = "\x1b[J";

pub(super) struct Live<'a> {
    screen: &'a Screen,
    /// What Spotify said last, and when; `None` before it has said anything.
    known: Option<(Option<Arc<PlaybackState>>, Instant)>,
    /// What keeps Spotify from being heard.
    trouble: Option<String>,
    /// What is on the terminal, with the columns that it had.
    drawn: (Vec<Line>, u16),
}

impl<'a> Live<'a> {
    pub(super) fn new(screen: &'a Screen) -> Self {
        Self { screen, known: None, trouble: None, drawn: (Vec::new(), 0) }
    }

    /// Shows the player, until there were `most` events.
    pub(super) fn run(mut self, messages: &Receiver<Message>, most: u64) -> Result<(), Failure> {
        let mut seen = 0;
        write(HIDE_CURSOR)?;
        while seen < most {
            match messages.recv_timeout(self.until_next_second()) {
                Ok(Message::Event(event)) => {
                    self.known = Some((event.state().cloned(), Instant::now()));
                    self.trouble = None;
                    seen += 1;
                }
                Ok(Message::Failed(error)) if error.is_retryable() => self.trouble = Some(error.to_string()),
                Ok(Message::Failed(error)) => return Err(error.into()),
                Ok(Message::Over | Message::Asked) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.draw()?;
        }
        Ok(())
    }

    /// How long until the time on the view is another. While it stands still, the terminal may change its size.
    fn until_next_second(&self) -> Duration {
        let Some((Some(state), at)) = &self.known else { return SECOND };
        let within = progress(state, at.elapsed()).unwrap_or_default().subsec_nanos();
        if state.is_playing { SECOND - Duration::from_nanos(within.into()) } else { SECOND }
    }

    fn lines(&self, columns: u16) -> Vec<Line> {
        let mut lines = match &self.known {
            None => vec![Line::new(Tone::Faint, "Loading the playback state …")],
            Some((None, _)) => vec![Line::new(Tone::Strong, "Nothing plays.")],
            Some((Some(state), at)) => view::lines(state, progress(state, at.elapsed()), columns.into()),
        };
        lines.extend(self.trouble.as_ref().map(|trouble| Line::new(Tone::Faint, trouble)));
        lines
    }

    fn draw(&mut self) -> Result<(), Failure> {
        let (columns, rows) = self.screen.size();
        let columns = columns.max(1);
        let mut lines: Vec<Line> = self.lines(columns).into_iter().map(|line| line.cut(columns.into())).collect();
        // What has scrolled away cannot be drawn again. The cursor needs a line as well.
        lines.truncate(rows.map_or(usize::MAX, |rows| usize::from(rows).saturating_sub(1).max(1)));
        if self.drawn.1 == columns && self.drawn.0 == lines {
            return Ok(());
        }
        // In one piece, so that nobody sees half of it.
        let mut text = String::new();
        let up: usize = self.drawn.0.iter().map(|line| line.width().div_ceil(columns.into()).max(1)).sum();
        if up > 0 {
            // Writing to a string does not fail.
            let _ = write!(text, "\x1b[{up}A");
        }
        text.push('\r');
        for line in &lines {
            let _ = writeln!(text, "{CLEAR_LINE}{}", line.paint(self.screen.colour()));
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
