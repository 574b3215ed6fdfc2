//! [`PlayerEvent`]: what changed at the player.

use std::sync::Arc;
use std::time::Duration;

use crate::models::{PlaybackItem, PlaybackState};

/// What changed at the user's player.
///
/// Each event carries the state of the player after the change, as Spotify gave it. Several events of one moment carry the
/// same one, and come in this order: that it can be seen again, the device, what plays, pause, the rest.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PlayerEvent {
    /// What the player does as the watching begins. Always the first event, and never one later.
    Now {
        /// The state; `None` when no device is active, and so nothing plays.
        state: Option<Arc<PlaybackState>>,
    },
    /// Another track or episode is in the player, or an advertisement, which has no item. It may be paused: `is_playing`
    /// of the state tells. After [`Ended`](Self::Ended), this says that there is something again.
    TrackChanged {
        /// The state.
        state: Arc<PlaybackState>,
        /// The state before, with what played until then; `None` where nothing did.
        previous: Option<Arc<PlaybackState>>,
    },
    /// The same track or episode has come to its end and begun again, as `repeat` makes it.
    TrackRepeated {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// The player was paused.
    Paused {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// The player goes on after it was paused.
    Resumed {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// What plays is at another place than time alone would have brought it to, by more than 2 s: someone sought, or it
    /// was paused for a while between two requests, or it stalled.
    Seeked {
        /// The state.
        state: Arc<PlaybackState>,
        /// Where it would be now.
        from: Duration,
        /// Where it is now.
        to: Duration,
    },
    /// The device has another volume. Another device with another volume is not reported as this, and neither is a
    /// device that no longer tells its volume.
    VolumeChanged {
        /// The state, with the volume in its device.
        state: Arc<PlaybackState>,
        /// The volume before, in percent, where it was known.
        previous: Option<u32>,
    },
    /// Another device is active.
    DeviceChanged {
        /// The state, with the device.
        state: Arc<PlaybackState>,
        /// The state before, with the device until then; `None` where none was active since the watching began.
        previous: Option<Arc<PlaybackState>>,
    },
    /// Shuffle was turned on or off.
    ShuffleChanged {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// Something else is repeated than before.
    RepeatChanged {
        /// The state.
        state: Arc<PlaybackState>,
    },
    /// What plays is played from another album, playlist, artist or show, or no longer from one.
    ContextChanged {
        /// The state, with the context.
        state: Arc<PlaybackState>,
        /// The state before.
        previous: Arc<PlaybackState>,
    },
    /// Nothing plays any more: what was to be played has come to its end, or no device is active.
    Ended {
        /// The state; `None` when no device is active. After the last track of an album, Spotify shows the player
        /// paused at a start.
        state: Option<Arc<PlaybackState>>,
        /// The state before, with what played last.
        previous: Arc<PlaybackState>,
    },
    /// The player can be seen again, after an error that was given in between. What has changed meanwhile follows as events
    /// of its own; where none follow, nothing has.
    Reconnected {
        /// The state; `None` when no device is active.
        state: Option<Arc<PlaybackState>>,
    },
}

impl PlayerEvent {
    /// The state of the player after the change; `None` when no device is active.
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

    /// The track or episode in the player; `None` where there is none, and during advertisements.
    pub fn item(&self) -> Option<&PlaybackItem> {
        self.state()?.item.as_ref()
    }

    /// How far it has played, where that is known.
    pub fn progress(&self) -> Option<Duration> {
        self.state()?.progress()
    }

    /// Whether it plays now.
    pub fn is_playing(&self) -> bool {
        self.state().is_some_and(|state| state.is_playing)
    }
}
