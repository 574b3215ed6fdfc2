//! [`Driver`]: asks Spotify when the schedule says so, and gives what the tracker makes of the answers. It has no task of
//! its own: it works while it is waited for.

use std::collections::VecDeque;
use std::mem::{Discriminant, discriminant};
use std::time::Duration;

use http::StatusCode;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::event::PlayerEvent;
use super::schedule::{AFTER_COMMAND, Schedule};
use super::tracker::{Look, Tracker};
use super::{GetPlaybackState, Watch};
use crate::call::{ClientInner, HasInner};
use crate::error::{Error, Result};
use crate::models::PlaybackState;
use crate::options::{A_YEAR, CallOptions};

pub(super) struct Driver {
    inner: ClientInner,
    operation: GetPlaybackState,
    options: CallOptions,
    commands: watch::Receiver<Instant>,
    /// From which on the tracker's times count.
    epoch: Instant,
    tracker: Tracker,
    schedule: Schedule,
    /// When to look next, and the earliest moment for a look, whatever happens. `None` before the first.
    next_look: Option<(Instant, Instant)>,
    /// What is still to be given of the last look.
    events: VecDeque<PlayerEvent>,
    /// The kinds of error that were given since the last success.
    given: Vec<(Discriminant<Error>, Option<StatusCode>)>,
    /// A setting that cannot be used.
    refused: Option<Error>,
    ended: bool,
}

impl Driver {
    pub(super) fn new<C: HasInner>(watch: &Watch<C>) -> Self {
        let inner = watch.client.inner().clone();
        Self {
            operation: watch.operation.clone(),
            options: watch.options,
            commands: inner.player_commands(),
            inner,
            epoch: Instant::now(),
            tracker: Tracker::default(),
            schedule: Schedule::new(watch.pace),
            next_look: None,
            events: VecDeque::new(),
            given: Vec::new(),
            refused: watch.pace.check().err().map(Error::from),
            ended: false,
        }
    }

    /// The next event, or the next error that was not given yet; `None` after one that ends it.
    pub(super) async fn next(&mut self) -> Option<Result<PlayerEvent>> {
        if let Some(error) = self.refused.take() {
            self.ended = true;
            return Some(Err(error));
        }
        while !self.ended {
            if let Some(event) = self.events.pop_front() {
                return Some(Ok(event));
            }
            self.wait().await;
            let sent = Instant::now();
            let answer = self.inner.call(&self.operation, &self.options).await;
            let received = Instant::now();
            match answer {
                Ok(state) => self.saw(sent, received, state),
                Err(error) => {
                    if let Some(error) = self.failed(received, error) {
                        return Some(Err(error));
                    }
                }
            }
        }
        None
    }

    /// Waits until it is time for the next look. A command makes that sooner.
    async fn wait(&mut self) {
        let Some((mut at, earliest)) = self.next_look else { return };
        // The sender is the inner's, and so lives as long as this.
        while let Ok(Ok(())) = timeout_at(at, self.commands.changed()).await {
            let command = *self.commands.borrow_and_update();
            self.schedule.command();
            at = at.min(command + AFTER_COMMAND).max(earliest);
        }
    }

    fn saw(&mut self, sent: Instant, received: Instant, state: Option<PlaybackState>) {
        let since = |moment: Instant| moment.duration_since(self.epoch);
        let look = Look { sent: since(sent), received: since(received), state };
        let (events, outcome) = self.tracker.look(look);
        // The first of all events says that as well.
        let is_first = matches!(events[..], [PlayerEvent::Now { .. }]);
        if !self.given.is_empty() && !is_first {
            self.events.push_back(PlayerEvent::Reconnected { state: self.tracker.state().cloned() });
        }
        self.events.extend(events);
        self.given.clear();
        let wait = self.schedule.after_look(outcome);
        self.next_look = Some((later(received, wait), later(received, self.schedule.shortest())));
    }

    /// What is to be given of `error`: nothing, if the same was given since the last success.
    fn failed(&mut self, received: Instant, error: Error) -> Option<Error> {
        self.ended = is_final(&error);
        let wait = self.schedule.after_failure(error.retry_after());
        // A command that goes through is a sign that a connection is back, but none that a wait of Spotify's is over.
        let shortest = self.schedule.shortest().max(error.retry_after().unwrap_or_default());
        self.next_look = Some((later(received, wait), later(received, shortest)));
        let kind = (discriminant(&error), error.status());
        if self.given.contains(&kind) {
            return None;
        }
        self.given.push(kind);
        Some(error)
    }
}

/// Whether asking again cannot help before the caller has done something.
fn is_final(error: &Error) -> bool {
    matches!(
        error,
        Error::Authentication(_)
            | Error::BadRequest(_)
            | Error::Forbidden(_)
            | Error::ReauthorizationRequired(_)
            | Error::AccessDenied(_)
            | Error::InvalidInput(_)
            | Error::Setup(_)
    )
}

/// A wait beyond what a clock can hold ends never; in a year is as good.
fn later(moment: Instant, wait: Duration) -> Instant {
    moment.checked_add(wait).unwrap_or(moment + A_YEAR)
}
