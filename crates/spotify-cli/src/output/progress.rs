//! How far something is that takes a while: a bar on standard error, if that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{note, one_line};

/// A bar that is gone when it is dropped. Where nobody looks there is none.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Of what is not known how much it is, until [`of`](Self::of) says so.
    pub(crate) fn new(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {prefix}"));
        bar.set_prefix(one_line(what));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// There are `total`, and so many of them were done before: they do not count for the rate.
    pub(crate) fn of(&self, total: Option<u64>, done_before: u64) {
        let Some(total) = total else { return };
        self.0.set_style(style("{prefix} [{bar:30}] {human_pos} of {human_len}, {per_sec}, {eta} left"));
        self.0.set_length(total);
        self.0.set_position(done_before);
        self.0.reset_eta();
    }

    /// Writes a line above it.
    pub(crate) fn note(&self, line: &str) {
        self.0.suspend(|| note(line));
    }

    /// Of what it is from now on.
    pub(crate) fn next(&self, what: &str) {
        self.0.set_style(style("{spinner} {prefix}"));
        self.0.set_prefix(one_line(what));
    }

    /// So many are done.
    pub(crate) fn at(&self, done: u64) {
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are those above; one with a mistake would leave the usual bar.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}
