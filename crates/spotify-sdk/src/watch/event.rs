//! [`PlayerEvent`]: what changed at the player.

use std::sync::Arc;
use std::time::Duration;

use crate::models::{PlaybackItem, PlaybackState};

/// What changed at the user's player.
///
/// Each event carries the state of the player after the change, as Spotify returned it. Several events from one
/// response carry the same state, in this order: reconnection, device, item, pause, the rest.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PlayerEvent {
    /// The state of the player when the watch starts. Always the first event, and only the first.
    Now {
        /// The state; `None` if no device is active, and so nothing plays.
        state: Option<Arc<PlaybackState>>,
    },
    /// Another track or episode is in the player, or an advertisement, which has no item. It may be paused: see
    /// `is_playing` of the state. After [`Ended`](Self::Ended), it means that the player has an item again.
    TrackChanged {
        /// The state.
        state: Arc<PlaybackState>,
        /// The previous state, with the item that played until then; `None` if nothing did.
        previous: Option<Arc<PlaybackState>>,
    },
    /// The same track or episode ended and started again because of the `repeat` mode.
    TrackRepeated {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// The player was paused.
    Paused {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// The player was resumed after a pause.
    Resumed {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// The position differs by more than 2 s from the one that elapsed time would explain: the user sought, the player
    /// was paused between two requests, or playback stalled.
    Seeked {
        /// The state.
        state: Arc<PlaybackState>,
        /// The expected position.
        from: Duration,
        /// The actual position.
        to: Duration,
    },
    /// The volume of the device changed. A switch to a device with another volume does not count as a change, and
    /// neither does a device that stops reporting its volume.
    VolumeChanged {
        /// The state; its device has the new volume.
        state: Arc<PlaybackState>,
        /// The previous volume in percent, if known.
        previous: Option<u32>,
    },
    /// Another device is active.
    DeviceChanged {
        /// The state, with the new device.
        state: Arc<PlaybackState>,
        /// The previous state, with the previous device; `None` if no device was active since the watch started.
        previous: Option<Arc<PlaybackState>>,
    },
    /// Shuffle was turned on or off.
    ShuffleChanged {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// The repeat mode changed.
    RepeatChanged {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// The playback context changed to another album, playlist, artist or show, or to none.
    ContextChanged {
        /// The state, with the new context.
        state: Arc<PlaybackState>,
        /// The previous state.
        previous: Arc<PlaybackState>,
    },
    /// Playback ended: everything to play has been played, or no device is active.
    Ended {
        /// The state; `None` if no device is active. After the last track of an album, Spotify shows the player paused
        /// at the start of a track.
        state: Option<Arc<PlaybackState>>,
        /// The previous state, with the last item.
        previous: Arc<PlaybackState>,
    },
    /// A request succeeded again after an error that was returned. Changes in the meantime follow as events of their
    /// own; if none follow, nothing changed.
    Reconnected {
        /// The state; `None` if no device is active.
        state: Option<Arc<PlaybackState>>,
    },
}

impl PlayerEvent {
    /// Returns the state of the player after the change; `None` if no device is active.
    pub fn state(&self) -> Option<&Arc<PlaybackState>> {
        match self {
            Self::Now { state } | Self::Ended { state, .. } | Self::Reconnected { state } => state.as_ref(),
            Self::TrackChanged { state, .. }
            | Self::TrackRepeated { state }
            | Self::Paused { state }
            | Self::Resumed { state }
            | Self::Seeked { state, .. }
            | Self::VolumeChanged { state, .. }
            | Self::DeviceChanged { state, .. }
            | Self::ShuffleChanged { state }
            | Self::RepeatChanged { state }
            | Self::ContextChanged { state, .. } => Some(state),
        }
    }

    /// Returns the track or episode in the player; `None` if there is none, and during advertisements.
    pub fn item(&self) -> Option<&PlaybackItem> {
        self.state()?.item.as_ref()
    }

    /// Returns the playback position, if known.
    pub fn progress(&self) -> Option<Duration> {
        self.state()?.progress()
    }

    /// Returns whether the player is playing.
    pub fn is_playing(&self) -> bool {
        self.state().is_some_and(|state| state.is_playing)
    }
}
