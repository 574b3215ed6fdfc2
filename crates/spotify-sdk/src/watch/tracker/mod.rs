//! Compares each observation of the player with the one before: pure, without a clock or a network. Times count from
//! any fixed origin.
//!
//! Spotify's `timestamp` is the time of the last change on some devices and the time of the request on others, so it
//! cannot be used. The tracker detects seeks from the time that has passed between observations.

use std::sync::Arc;
use std::time::Duration;

use super::event::PlayerEvent;
use super::schedule::{Phase, PollResult};
use crate::ids::SpotifyUri;
use crate::models::{CurrentlyPlayingType, PlaybackItem, PlaybackState, PlayerDevice, RepeatState};

/// Milliseconds, wide enough that no value that Spotify may send overflows.
type Millis = i128;

/// How far the position may be from the expected one before it counts as a change: Spotify's own view of the player
/// lags by up to about a second.
const TOLERANCE: Millis = 2_000;
/// How far from its start or end an item may be that has stopped there on its own.
const STOPPED: Millis = 500;

/// One observation of the player: when the request was sent, when the response was received, and the state in it.
#[derive(Debug, Clone)]
pub(super) struct Observation {
    pub(super) sent: Duration,
    pub(super) received: Duration,
    pub(super) state: Option<PlaybackState>,
}

/// What is known of the player so far.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    begun: bool,
    /// The state of the last observation.
    state: Option<Arc<PlaybackState>>,
    /// What was known when there last was a state.
    known: Option<KnownState>,
    anchor: Anchor,
    /// When the request of the last observation was sent.
    sent: Millis,
    /// Whether an end was reported, and nothing plays: any item that follows is new.
    over: bool,
}

#[derive(Debug)]
struct KnownState {
    state: Arc<PlaybackState>,
    /// Fields that states may leave out are kept, so that they are not reported as changed when they return.
    volume: Option<u32>,
    repeat: Option<RepeatState>,
    context: Option<Option<SpotifyUri>>,
}

/// The reference for the expected progress: the progress that was last reported.
#[derive(Debug, Default, Clone, Copy)]
enum Anchor {
    #[default]
    Unknown,
    Paused {
        at: Millis,
    },
    /// The time at which the item was, or would have been, at its start. A range, since the time between request and
    /// response at which Spotify read the state is not known.
    Playing {
        earliest: Millis,
        latest: Millis,
    },
}

/// When an observation was made: at some time between the two.
#[derive(Debug, Clone, Copy)]
struct Window {
    sent: Millis,
    received: Millis,
}

/// What happened to the item in the player.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Same,
    Changed,
    Repeated,
    Seeked { from: Millis, to: Millis },
    Ended,
}

impl Tracker {
    /// Processes an observation, and returns the differences from what was reported before.
    pub(super) fn observe(&mut self, observation: Observation) -> (Vec<PlayerEvent>, PollResult) {
        let window = Window { sent: millis(observation.sent), received: millis(observation.received) };
        let state = observation.state.map(Arc::new);
        let (events, foreseen) = if self.begun {
            let foreseen = self.end_is_due(window);
            (self.compare(state.as_ref(), window), foreseen)
        } else {
            self.begun = true;
            self.over = active(state.as_ref()).is_none();
            (vec![PlayerEvent::Now { state: state.clone() }], true)
        };
        let surprise = !foreseen && !events.is_empty();
        self.remember(state, window, !events.is_empty());
        (events, PollResult { phase: self.phase(window), surprise })
    }

    /// Returns the state of the last observation.
    pub(super) fn state(&self) -> Option<&Arc<PlaybackState>> {
        self.state.as_ref()
    }

    fn compare(&mut self, state: Option<&Arc<PlaybackState>>, window: Window) -> Vec<PlayerEvent> {
        let mut events = Vec::new();
        let other_device = state.is_some_and(|state| {
            self.known.as_ref().is_none_or(|known| !same_device(&known.state.device, &state.device))
        });
        if let Some(state) = state.filter(|_| other_device) {
            let previous = self.known.as_ref().map(|known| Arc::clone(&known.state));
            events.push(PlayerEvent::DeviceChanged { state: Arc::clone(state), previous });
        }
        self.compare_items(state, window, &mut events);
        if let (Some(state), Some(known)) = (state, &self.known) {
            known.compare(state, other_device, &mut events);
        }
        events
    }

    /// Compares the item, its position, and whether it is paused.
    fn compare_items(&mut self, state: Option<&Arc<PlaybackState>>, window: Window, events: &mut Vec<PlayerEvent>) {
        let before = active(self.state.as_ref()).cloned();
        let was_over = self.over;
        let step = self.step(before.as_deref(), active(state).map(|state| &**state), window);
        match (&step, state, &before) {
            (Step::Ended, _, Some(previous)) => {
                self.over = true;
                events.push(PlayerEvent::Ended { state: state.cloned(), previous: Arc::clone(previous) });
            }
            (Step::Changed, Some(state), _) => {
                self.over = false;
                let previous = before.clone().filter(|_| !was_over);
                events.push(PlayerEvent::TrackChanged { state: Arc::clone(state), previous });
            }
            (Step::Repeated, Some(state), _) => {
                events.push(PlayerEvent::TrackRepeated { state: Arc::clone(state) });
            }
            (Step::Seeked { from, to }, Some(state), _) => {
                let (from, to) = (duration(*from), duration(*to));
                events.push(PlayerEvent::Seeked { state: Arc::clone(state), from, to });
            }
            _ => {}
        }
        // An end implies that nothing plays, and the state that follows an end says itself whether it plays.
        if let (false, false, Some(state), Some(before)) = (was_over, self.over, state, before) {
            let state = Arc::clone(state);
            match (before.is_playing, state.is_playing) {
                (true, false) => events.push(PlayerEvent::Paused { state }),
                (false, true) => events.push(PlayerEvent::Resumed { state }),
                _ => {}
            }
        }
    }

    fn step(&self, before: Option<&PlaybackState>, after: Option<&PlaybackState>, window: Window) -> Step {
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (Some(_), None) if !self.over => return Step::Ended,
            (None, Some(_)) => return Step::Changed,
            (_, None) => return Step::Same,
        };
        let same = same_content(before, after);
        let progress = progress(after);
        let at_start = progress.is_none_or(|progress| progress <= STOPPED);
        if self.over {
            // Spotify may put the first track into the player with a delay.
            let begins = after.is_playing || !(same || at_start);
            return if begins { Step::Changed } else { Step::Same };
        }
        let at_end = same && progress.zip(length(after)).is_some_and(|(progress, end)| progress + STOPPED >= end);
        if self.end_is_due(window) && !after.is_playing && (at_start || at_end) {
            return Step::Ended;
        }
        match progress {
            _ if !same => Step::Changed,
            Some(progress) => self.movement(after, progress, window),
            None => Step::Same,
        }
    }

    /// Compares the position of the same item with the expected one.
    fn movement(&self, after: &PlaybackState, progress: Millis, window: Window) -> Step {
        let Window { sent, received } = window;
        let seen = self.state.as_deref().and_then(self::progress);
        let (least, most) = match (self.anchor, after.is_playing) {
            (Anchor::Unknown, _) => return Step::Same,
            (Anchor::Playing { earliest, latest }, true) => (sent - latest, received - earliest),
            // It was paused at some time since the last observation, …
            (Anchor::Playing { earliest, .. }, false) => (seen.unwrap_or_default(), received - earliest),
            // … or resumed at some time since then.
            (Anchor::Paused { at }, true) => (at, at + received - self.sent),
            (Anchor::Paused { at }, false) => (at, at),
        };
        let end = length(after);
        let within = |at: Millis| at.clamp(0, end.unwrap_or(Millis::MAX));
        if (within(least) - TOLERANCE..=within(most) + TOLERANCE).contains(&progress) {
            return Step::Same;
        }
        // Back at the start when the end was due, and no further than playback can have come since.
        let beyond = end.map(|end| most - end).filter(|beyond| *beyond + TOLERANCE >= 0);
        if self.end_is_due(window) && beyond.is_some_and(|beyond| progress <= beyond + TOLERANCE) {
            return Step::Repeated;
        }
        Step::Seeked { from: within(most), to: progress }
    }

    /// Whether the item may have reached its end by now.
    fn end_is_due(&self, window: Window) -> bool {
        let Anchor::Playing { earliest, .. } = self.anchor else { return false };
        let end = self.state.as_deref().and_then(length);
        end.is_some_and(|end| window.received - earliest + TOLERANCE >= end)
    }

    fn remember(&mut self, state: Option<Arc<PlaybackState>>, window: Window, reported: bool) {
        let anchor = self.next_anchor(state.as_deref(), window);
        // The anchor stays until something is reported, so small deviations do not add up unnoticed. A wide range, from
        // a slow response, is replaced by a narrower one.
        let better = self.anchor.width() > TOLERANCE && anchor.width() < self.anchor.width();
        let moves_again = matches!((self.anchor, anchor), (Anchor::Paused { .. }, Anchor::Playing { .. }));
        if reported || better || moves_again {
            self.anchor = anchor;
        }
        if let Some(state) = &state {
            self.known = Some(KnownState::new(Arc::clone(state), self.known.take()));
        }
        self.sent = window.sent;
        self.state = state;
    }

    fn next_anchor(&self, state: Option<&PlaybackState>, window: Window) -> Anchor {
        let Some(state) = state else { return Anchor::Unknown };
        let before = self.state.as_deref().filter(|before| before.is_playing && same_content(before, state));
        match progress(state) {
            // Consecutive advertisements each begin at their start, and cannot be told apart.
            _ if state.item.is_none() => Anchor::Unknown,
            None => Anchor::Unknown,
            Some(at) if !state.is_playing => Anchor::Paused { at },
            // The state says that it plays, but the position does not change: that is reported once, not for every
            // observation.
            Some(at) if before.is_some_and(|before| progress(before) == Some(at)) => Anchor::Paused { at },
            Some(at) => Anchor::Playing { earliest: window.sent - at, latest: window.received - at },
        }
    }

    fn phase(&self, window: Window) -> Phase {
        let Some(state) = active(self.state.as_ref()).filter(|state| state.is_playing) else { return Phase::Idle };
        let remaining = length(state).zip(progress(state)).map(|(end, progress)| match self.anchor {
            // The end passed a while ago: the item is stuck just before it.
            Anchor::Playing { latest, .. } if window.received - latest > end + TOLERANCE => Duration::ZERO,
            Anchor::Paused { .. } => Duration::MAX,
            _ => duration(end - progress),
        });
        Phase::Playing { remaining }
    }
}

impl KnownState {
    fn new(state: Arc<PlaybackState>, before: Option<Self>) -> Self {
        let same_device = before.as_ref().is_some_and(|before| same_device(&before.state.device, &state.device));
        let (volume, repeat, context) = before.map(|old| (old.volume, old.repeat, old.context)).unwrap_or_default();
        Self {
            volume: state.device.volume_percent.or(volume.filter(|_| same_device)),
            repeat: state.repeat_state.clone().or(repeat),
            context: if state.item.is_some() { Some(context_of(&state).cloned()) } else { context },
            state,
        }
    }

    /// Compares what does not concern the item.
    fn compare(&self, state: &Arc<PlaybackState>, other_device: bool, events: &mut Vec<PlayerEvent>) {
        let volume = state.device.volume_percent;
        if !other_device && volume.is_some() && volume != self.volume {
            events.push(PlayerEvent::VolumeChanged { state: Arc::clone(state), previous: self.volume });
        }
        if state.shuffle_state != self.state.shuffle_state {
            events.push(PlayerEvent::ShuffleChanged { state: Arc::clone(state) });
        }
        if state.repeat_state.is_some() && state.repeat_state != self.repeat {
            events.push(PlayerEvent::RepeatChanged { state: Arc::clone(state) });
        }
        // The state of an advertisement does not say from which context it was played.
        let before = self.context.as_ref().filter(|_| state.item.is_some());
        if before.is_some_and(|before| before.as_ref() != context_of(state)) {
            let previous = Arc::clone(&self.state);
            events.push(PlayerEvent::ContextChanged { state: Arc::clone(state), previous });
        }
    }
}

impl Anchor {
    fn width(self) -> Millis {
        match self {
            Self::Unknown => Millis::MAX,
            Self::Paused { .. } => 0,
            Self::Playing { earliest, latest } => latest - earliest,
        }
    }
}

/// Returns the state if there is something in the player: an active device may have nothing to play.
fn active(state: Option<&Arc<PlaybackState>>) -> Option<&Arc<PlaybackState>> {
    use CurrentlyPlayingType::{Ad, Episode};
    state.filter(|state| {
        state.item.is_some() || state.is_playing || matches!(state.currently_playing_type, Some(Ad | Episode))
    })
}

fn same_content(one: &PlaybackState, other: &PlaybackState) -> bool {
    match (&one.item, &other.item) {
        (Some(one), Some(other)) => same_item(one, other),
        (None, None) => one.currently_playing_type == other.currently_playing_type,
        _ => false,
    }
}

/// Local files have no id, and items that this version of the SDK does not know have no URI.
fn same_item(one: &PlaybackItem, other: &PlaybackItem) -> bool {
    one.uri() == other.uri()
        && (one.uri().is_some() || (one.name(), one.duration()) == (other.name(), other.duration()))
}

/// Devices without an id are compared by name and type.
fn same_device(one: &PlayerDevice, other: &PlayerDevice) -> bool {
    match (&one.id, &other.id) {
        (Some(one), Some(other)) => one == other,
        _ => (&one.name, &one.device_type) == (&other.name, &other.device_type),
    }
}

fn context_of(state: &PlaybackState) -> Option<&SpotifyUri> {
    state.context.as_ref()?.uri.as_ref()
}

/// Returns the position, limited to the length of the item.
fn progress(state: &PlaybackState) -> Option<Millis> {
    let progress = Millis::from(state.progress_ms?);
    Some(length(state).map_or(progress, |end| progress.min(end)))
}

fn length(state: &PlaybackState) -> Option<Millis> {
    let length = millis(state.item.as_ref()?.duration()?);
    (length > 0).then_some(length)
}

fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::from(u64::MAX))
}

fn duration(millis: Millis) -> Duration {
    Duration::from_millis(u64::try_from(millis.max(0)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
