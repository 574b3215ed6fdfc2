//! [`WatchDriver`]: polls Spotify on the schedule and returns the events that the tracker derives from the responses. It has
//! no task of its own: it runs while the caller awaits it.

use std::collections::VecDeque;
use std::mem::{Discriminant, discriminant};
use std::time::Duration;

use http::StatusCode;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::event::PlayerEvent;
use super::schedule::{AFTER_COMMAND, Schedule};
use super::tracker::{Observation, Tracker};
use super::{GetPlaybackState, Watch};
use crate::call::{ClientInner, HasInner};
use crate::error::{Error, Result};
use crate::models::PlaybackState;
use crate::options::{A_YEAR, CallOptions};

pub(super) struct WatchDriver {
    inner: ClientInner,
    operation: GetPlaybackState,
    options: CallOptions,
    commands: watch::Receiver<Instant>,
    /// The origin of the tracker's times.
    epoch: Instant,
    tracker: Tracker,
    schedule: Schedule,
    /// When to send the next request, and the earliest time for it, whatever happens. `None` before the first.
    next_request: Option<(Instant, Instant)>,
    /// The events of the last response that were not returned yet.
    events: VecDeque<PlayerEvent>,
    /// The kinds of error that were returned since the last success.
    reported_errors: Vec<(Discriminant<Error>, Option<StatusCode>)>,
    /// The error of an invalid setting.
    invalid_setting: Option<Error>,
    ended: bool,
}

impl WatchDriver {
    pub(super) fn new<C: HasInner>(watch: &Watch<C>) -> Self {
        let inner = watch.client.inner().clone();
        let refused = watch.operation.as_ref().err().cloned();
        Self {
            operation: watch.operation.clone().unwrap_or_default(),
            options: watch.options,
            commands: inner.player_commands(),
            inner,
            epoch: Instant::now(),
            tracker: Tracker::default(),
            schedule: Schedule::new(watch.intervals),
            next_request: None,
            events: VecDeque::new(),
            reported_errors: Vec::new(),
            invalid_setting: refused.or_else(|| watch.intervals.check().err()).map(Error::from),
            ended: false,
        }
    }

    /// Returns the next event, or the next error that was not returned yet; `None` after a final error.
    pub(super) async fn next(&mut self) -> Option<Result<PlayerEvent>> {
        if let Some(error) = self.invalid_setting.take() {
            self.ended = true;
            return Some(Err(error));
        }
        while !self.ended {
            if let Some(event) = self.events.pop_front() {
                return Some(Ok(event));
            }
            self.wait().await;
            let sent = Instant::now();
            let result = self.inner.call(&self.operation, &self.options).await;
            let received = Instant::now();
            match result {
                Ok(state) => self.on_state(sent, received, state),
                Err(error) => {
                    if let Some(error) = self.on_error(received, error) {
                        return Some(Err(error));
                    }
                }
            }
        }
        None
    }

    /// Waits until the next request is due. A player command brings that forward.
    async fn wait(&mut self) {
        let Some((mut at, earliest)) = self.next_request else { return };
        // The sender belongs to `inner`, and so lives as long as `self`.
        while let Ok(Ok(())) = timeout_at(at, self.commands.changed()).await {
            let command = *self.commands.borrow_and_update();
            self.schedule.command();
            at = at.min(command + AFTER_COMMAND).max(earliest);
        }
    }

    fn on_state(&mut self, sent: Instant, received: Instant, state: Option<PlaybackState>) {
        let since = |moment: Instant| moment.duration_since(self.epoch);
        let observation = Observation { sent: since(sent), received: since(received), state };
        let (events, result) = self.tracker.observe(observation);
        // The first event of a watch implies the connection.
        let is_first = matches!(events[..], [PlayerEvent::Now { .. }]);
        if !self.reported_errors.is_empty() && !is_first {
            self.events.push_back(PlayerEvent::Reconnected { state: self.tracker.state().cloned() });
        }
        self.events.extend(events);
        self.reported_errors.clear();
        let wait = self.schedule.after_success(result);
        self.next_request = Some((later(received, wait), later(received, self.schedule.min_interval())));
    }

    /// Returns `error` unless the same kind was returned since the last success.
    fn on_error(&mut self, received: Instant, error: Error) -> Option<Error> {
        self.ended = is_final(&error);
        let wait = self.schedule.after_failure(error.retry_after());
        // A successful command shows that the connection is back, but not that a wait that Spotify asked for is over.
        let min_wait = self.schedule.min_interval().max(error.retry_after().unwrap_or_default());
        self.next_request = Some((later(received, wait), later(received, min_wait)));
        let kind = (discriminant(&error), error.status());
        if self.reported_errors.contains(&kind) {
            return None;
        }
        self.reported_errors.push(kind);
        Some(error)
    }
}

/// Whether another request cannot succeed until the caller has acted.
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

/// A wait beyond the range of the clock never ends; a year has the same effect.
fn later(moment: Instant, wait: Duration) -> Instant {
    moment.checked_add(wait).unwrap_or(moment + A_YEAR)
}
