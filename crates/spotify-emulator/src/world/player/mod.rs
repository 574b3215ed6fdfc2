//! The player of a user, whose playback progresses with time.

mod device;
mod order;

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::context::duration;
use crate::catalog::Catalog;
use crate::time::later;
pub use device::Device;
use order::Order;

/// How many plays Spotify remembers.
const MAX_HISTORY: usize = 50;
/// Items heard for less time do not appear in the history.
const MIN_PLAYED_MS: i64 = 30_000;

/// A user's player.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Player {
    pub(crate) devices: Vec<Device>,
    /// The id of the device in use.
    pub(crate) active: Option<String>,
    /// The URI of the current item, playing or paused.
    pub(crate) item: Option<String>,
    /// The URI of the context that the item is played from.
    pub(crate) context: Option<String>,
    order: Order,
    /// The URIs that the user has queued: they are played before the rest of the context.
    queue: VecDeque<String>,
    pub(crate) is_playing: bool,
    position_ms: i64,
    /// The time at which the position was that.
    as_of: Timestamp,
    /// When something other than the position changed last.
    pub(crate) changed_at: Timestamp,
    pub(crate) repeat: Repeat,
    pub(crate) shuffle: bool,
    shuffles: u64,
    /// The recently played items, the latest first.
    history: VecDeque<Play>,
    /// The position reached in episodes and chapters, by URI, in milliseconds.
    heard: BTreeMap<String, i64>,
}

/// The repeat mode.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Repeat {
    #[default]
    Off,
    Track,
    Context,
}

impl Repeat {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Track => "track",
            Self::Context => "context",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Off, Self::Track, Self::Context].into_iter().find(|repeat| repeat.word() == word)
    }
}

/// Something that was played.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Play {
    pub(crate) uri: String,
    pub(crate) context: Option<String>,
    pub(crate) played_at: Timestamp,
}

impl Player {
    /// A player without devices that has never played.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { as_of: now, changed_at: now, ..Self::default() }
    }

    /// Updates the player to the time `now`: items may have ended and others begun.
    pub(crate) fn settle(&mut self, catalog: &Catalog, now: Timestamp) {
        let elapsed = i64::try_from(now.duration_since(self.as_of).as_millis()).unwrap_or(i64::MAX);
        self.as_of = now;
        if !self.is_playing || elapsed <= 0 {
            return;
        }
        self.position_ms = self.position_ms.saturating_add(elapsed);
        self.skip_rounds(catalog);
        while let Some(length) = self.length(catalog) {
            if self.position_ms < length {
                return;
            }
            let over = self.position_ms - length;
            let ended_at = later(now, SignedDuration::from_millis(-over));
            self.position_ms = length;
            self.remember(ended_at);
            self.changed_at = ended_at;
            self.position_ms = 0;
            if self.repeat != Repeat::Track {
                self.next();
            }
            if !self.is_playing {
                return;
            }
            self.position_ms = over;
        }
    }

    /// Skips whole rounds of a repeated context, except those that the history still shows. Otherwise a year would take
    /// a hundred thousand steps.
    fn skip_rounds(&mut self, catalog: &Catalog) {
        let (round, plays) = match self.repeat {
            Repeat::Off => return,
            Repeat::Track => (self.length(catalog).unwrap_or_default(), 1),
            Repeat::Context if self.queue.is_empty() => {
                let lengths = self.order.items().iter().filter_map(|uri| duration(catalog, uri)).map(i64::from);
                (lengths.sum(), self.order.len())
            }
            Repeat::Context => return,
        };
        let kept = i64::try_from(MAX_HISTORY / plays.max(1) + 2).unwrap_or(i64::MAX);
        let rounds = self.position_ms.checked_div(round).unwrap_or_default();
        self.position_ms -= rounds.saturating_sub(kept).max(0).saturating_mul(round);
    }

    fn length(&self, catalog: &Catalog) -> Option<i64> {
        let length = duration(catalog, self.item.as_deref()?)?;
        Some(i64::from(length.max(1)))
    }

    /// Adds the current item to the history if it was heard for long enough.
    fn remember(&mut self, played_at: Timestamp) {
        self.bookmark();
        if let (Some(uri), true) = (&self.item, self.position_ms >= MIN_PLAYED_MS) {
            let play = Play { uri: uri.clone(), context: self.context.clone(), played_at };
            self.push_play(play);
        }
    }

    /// Stores the position in an episode or chapter.
    fn bookmark(&mut self) {
        if let Some(uri) = self.item.as_ref().filter(|uri| !uri.starts_with("spotify:track:")) {
            self.heard.insert(uri.clone(), self.position_ms);
        }
    }

    /// The position reached in the episode or chapter at `uri`, in milliseconds.
    pub(crate) fn heard_until(&self, uri: &str) -> i64 {
        if self.item.as_deref() == Some(uri) {
            return self.position_ms;
        }
        self.heard.get(uri).copied().unwrap_or_default()
    }

    /// Adds to the history. Two plays never have the same time, since the time is their cursor.
    pub(crate) fn push_play(&mut self, mut play: Play) {
        if let Some(latest) = self.history.front()
            && play.played_at.as_millisecond() <= latest.played_at.as_millisecond()
        {
            play.played_at = later(latest.played_at, SignedDuration::from_millis(1));
        }
        self.history.push_front(play);
        self.history.truncate(MAX_HISTORY);
    }

    /// Moves to the next item. After the end it stops at the start.
    fn next(&mut self) {
        if let Some(uri) = self.queue.pop_front() {
            self.item = Some(uri);
            return;
        }
        let goes_on = self.order.forward() || self.repeat == Repeat::Context;
        if let Some(uri) = self.order.current() {
            self.item = Some(uri.to_owned());
        }
        if !goes_on {
            self.is_playing = false;
        }
    }

    fn moved(&mut self, now: Timestamp, position_ms: i64) {
        self.position_ms = position_ms;
        self.as_of = now;
        self.changed_at = now;
    }

    /// Plays `items`, starting at index `start`.
    pub(crate) fn play(
        &mut self,
        context: Option<String>,
        items: Vec<String>,
        start: usize,
        position_ms: i64,
        now: Timestamp,
    ) {
        self.remember(now);
        self.context = context;
        self.order = Order::new(items, start);
        self.item = self.order.current().map(str::to_owned);
        if self.shuffle {
            self.reshuffle();
        }
        self.is_playing = self.item.is_some();
        self.moved(now, position_ms);
    }

    pub(crate) fn resume(&mut self, now: Timestamp) {
        let position = self.position_ms;
        self.is_playing = self.item.is_some();
        self.moved(now, position);
    }

    pub(crate) fn pause(&mut self, now: Timestamp) {
        let position = self.position_ms;
        self.is_playing = false;
        self.moved(now, position);
    }

    pub(crate) fn skip_to_next(&mut self, now: Timestamp) {
        self.remember(now);
        // Skipping moves on even if the track repeats.
        self.next();
        self.moved(now, 0);
    }

    pub(crate) fn skip_to_previous(&mut self, now: Timestamp) {
        self.remember(now);
        self.order.back(self.repeat == Repeat::Context);
        if let Some(uri) = self.order.current() {
            self.item = Some(uri.to_owned());
        }
        self.moved(now, 0);
    }

    /// Seeks to a position; beyond the end of the item, the next one starts.
    pub(crate) fn seek(&mut self, position_ms: i64, catalog: &Catalog, now: Timestamp) {
        if self.length(catalog).is_some_and(|length| position_ms >= length) {
            self.skip_to_next(now);
        } else {
            self.moved(now, position_ms);
        }
    }

    pub(crate) fn set_repeat(&mut self, repeat: Repeat, now: Timestamp) {
        self.repeat = repeat;
        self.changed_at = now;
    }

    pub(crate) fn set_shuffle(&mut self, shuffle: bool, now: Timestamp) {
        if shuffle != self.shuffle {
            self.shuffle = shuffle;
            if shuffle {
                self.reshuffle();
            } else {
                self.order.straighten();
            }
        }
        self.changed_at = now;
    }

    fn reshuffle(&mut self) {
        self.shuffles += 1;
        self.order.shuffle(self.shuffles);
    }

    pub(crate) fn enqueue(&mut self, uri: String) {
        self.queue.push_back(uri);
    }

    /// The upcoming items: the queue, then the rest of the context.
    pub(crate) fn upcoming(&self) -> impl Iterator<Item = &str> {
        let rest = self.order.upcoming(self.repeat == Repeat::Context);
        self.queue.iter().map(String::as_str).chain(rest)
    }

    pub(crate) fn position_ms(&self) -> i64 {
        self.position_ms
    }

    pub(crate) fn history(&self) -> impl Iterator<Item = &Play> {
        self.history.iter()
    }

    pub(crate) fn is_at_start(&self) -> bool {
        self.order.is_at_start()
    }

    /// The device in use.
    pub(crate) fn device(&self) -> Option<&Device> {
        self.find(self.active.as_deref()?)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Device> {
        self.devices.iter().find(|device| device.id.as_deref() == Some(id))
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Device> {
        self.devices.iter_mut().find(|device| device.id.as_deref() == Some(id))
    }

    /// Adds a device, or replaces the one with the same id.
    pub(crate) fn add_device(&mut self, device: Device) {
        match device.id.clone().and_then(|id| self.find_mut(&id)) {
            Some(known) => *known = device,
            None => self.devices.push(device),
        }
    }

    /// Removes a device; playback on it pauses. Returns whether it existed.
    pub(crate) fn lose_device(&mut self, id: &str, now: Timestamp) -> bool {
        let before = self.devices.len();
        self.devices.retain(|device| device.id.as_deref() != Some(id));
        if self.active.as_deref() == Some(id) {
            self.active = None;
            self.pause(now);
        }
        self.devices.len() < before
    }
}

#[cfg(test)]
mod tests;
