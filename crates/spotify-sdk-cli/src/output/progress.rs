//! How far something is that takes a while: a bar on standard error, if that is a terminal.

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use spotify_sdk::observe;

use super::{clock, note, one_line};

/// The bar that is on the terminal, for whoever ends the process without dropping it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Takes the bar off the terminal, if there is one: for those who end the process at once.
pub(crate) fn clear_progress() {
    if let Some(bar) = shown(None) {
        bar.finish_and_clear();
    }
}

/// Replaces the bar that is on the terminal.
fn shown(bar: Option<ProgressBar>) -> Option<ProgressBar> {
    std::mem::replace(&mut *SHOWN.lock().unwrap_or_else(PoisonError::into_inner), bar)
}

/// A bar that is gone when it is dropped. Where nobody looks there is none.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Of what is not known how much it is, until [`of`](Self::of) says so.
    pub(crate) fn new(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {prefix}"));
        bar.set_prefix(one_line(what));
        bar.enable_steady_tick(Duration::from_millis(120));
        shown(Some(bar.clone()));
        Self(bar)
    }

    /// There are `total`, and so many of them were done before: they do not count for the rate.
    pub(crate) fn of(&self, total: Option<u64>, done_before: u64) {
        show_total(&self.0, total, done_before);
    }

    /// Shows what the SDK reports of a sync, which says how many steps there are.
    pub(crate) fn of_sync(&self) -> impl Fn(observe::Progress) + Send + Sync + 'static {
        let bar = self.0.clone();
        let activity = Mutex::new(None);
        move |progress| {
            let before = activity.lock().unwrap_or_else(PoisonError::into_inner).replace(progress.activity);
            if before != Some(progress.activity) {
                show_total(&bar, progress.total, 0);
            }
            bar.set_position(progress.done);
        }
    }

    /// Shows what the SDK reports of one call, whose work is a part of the whole and comes after so much of it.
    pub(crate) fn of_part(&self, done_before: u64) -> impl Fn(observe::Progress) + Send + Sync + 'static {
        let bar = self.0.clone();
        move |progress| bar.set_position(done_before + progress.done)
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
        shown(None);
        self.0.finish_and_clear();
    }
}

fn show_total(bar: &ProgressBar, total: Option<u64>, done_before: u64) {
    let Some(total) = total else { return };
    let rate = Rate { since: Instant::now(), done_before };
    let style = style("{prefix} [{bar:30}] {human_pos} of {human_len}, {rate}, {left} left")
        .with_key("rate", move |state: &ProgressState, out: &mut dyn Write| {
            // Writing into a text cannot fail.
            let _ = write!(out, "{:.0}/s", rate.per_second(state.pos()));
        })
        .with_key("left", move |state: &ProgressState, out: &mut dyn Write| {
            let left = state.len().unwrap_or_default().saturating_sub(state.pos());
            let _ = out.write_str(&rate.left(state.pos(), left));
        });
    bar.set_position(done_before);
    bar.set_length(total);
    bar.set_style(style);
}

/// How fast it goes, on the whole.
#[derive(Clone, Copy)]
struct Rate {
    since: Instant,
    done_before: u64,
}

impl Rate {
    fn per_second(self, done: u64) -> f64 {
        let seconds = self.since.elapsed().as_secs_f64();
        if seconds > 0.0 { done.saturating_sub(self.done_before) as f64 / seconds } else { 0.0 }
    }

    fn left(self, done: u64, left: u64) -> String {
        let seconds = left as f64 / self.per_second(done);
        // Nothing is done yet, or it would take for ever.
        if seconds.is_finite() && seconds < 1e9 { clock(Duration::from_secs_f64(seconds)) } else { "-:--".to_owned() }
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are those above; one with a mistake would leave the usual bar.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}
