//! The user's player: the playback state, the devices, and the commands that change them. Commands need Spotify Premium.

use super::params::{
    AdditionalType, BoundedList, Choices, ContextUri, Limit, Market, Millis, NonEmptyText, Percent, PlayableUri,
    PlaybackOffset, RepeatMode, SingleDevice, UnixMillis,
};
use crate::definition::Operation;
use crate::invalid_input::InvalidInput;
use crate::models::{
    CurrentlyPlaying, CursorPage, List, PlaybackQueue, PlaybackState, PlayerDevice, RecentlyPlayedItem,
};

service! {
    /// The user's player. Made by `player` of a client.
    ///
    /// Commands need Spotify Premium, and an active device unless one is named. They fail with
    /// [`NotFound`](crate::Error::NotFound) and the reason `NO_ACTIVE_DEVICE` when there is none, and with
    /// [`Forbidden`](crate::Error::Forbidden) and the reason `PREMIUM_REQUIRED` for other users.
    #[doc(alias = "PlayerService", alias = "playback")]
    Player {
        GetPlaybackState, TransferPlayback, GetDevices, GetCurrentlyPlaying, StartPlayback, PausePlayback, SkipToNext, SkipToPrevious, Seek, SetRepeatMode, SetVolume, SetShuffle, GetRecentlyPlayed, GetQueue, AddToQueue,
    }
}

/// Gets the playback state: the item, the device, the modes; `None` when nothing plays.
#[doc(alias = "state", alias = "current_playback", alias = "playback_state")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/player" -> Option<PlaybackState>,
    as = Player::get_playback_state, reference = "get-information-about-the-users-current-playback",
    scopes = [UserReadPlaybackState],
    reads = [Player],
)]
pub struct GetPlaybackState {
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The kinds of item that the app supports. Without `episode`, Spotify leaves episodes out, or sends them as tracks.
    /// Default: tracks and episodes.
    #[query(default = "track,episode")]
    additional_types: Option<Choices<AdditionalType>>,
}

/// Transfers playback to another device. Spotify takes one device.
#[doc(alias = "transfer")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/player" -> (),
    as = Player::transfer_playback, reference = "transfer-a-users-playback", scopes = [UserModifyPlaybackState],
    idempotent, changes = [Player],
)]
pub struct TransferPlayback {
    /// The device to play on: Spotify takes one.
    #[body("device_ids")]
    device_id: SingleDevice,
    /// Whether to start playback on the new device; `false` keeps the current state. Default: `false`.
    #[body]
    play: Option<bool>,
}

/// Gets the available devices of the user.
#[doc(alias = "devices", alias = "device")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/player/devices" -> List<PlayerDevice>,
    as = Player::get_devices, reference = "get-a-users-available-devices", scopes = [UserReadPlaybackState],
    wrapped = "devices",
    reads = [Player],
)]
pub struct GetDevices;

/// Gets the currently playing item; `None` when nothing plays.
#[doc(
    alias = "currently_playing",
    alias = "current_playing",
    alias = "current_user_playing_track",
    alias = "now_playing"
)]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/player/currently-playing" -> Option<CurrentlyPlaying>,
    as = Player::get_currently_playing, reference = "get-the-users-currently-playing-track",
    scopes = [UserReadCurrentlyPlaying],
    reads = [Player],
)]
pub struct GetCurrentlyPlaying {
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The kinds of item that the app supports. Without `episode`, Spotify leaves episodes out, or sends them as tracks.
    /// Default: tracks and episodes.
    #[query(default = "track,episode")]
    additional_types: Option<Choices<AdditionalType>>,
}

/// Starts playback of a context, or of tracks and episodes; without either, resumes what was paused.
#[doc(
    alias = "play",
    alias = "resume",
    alias = "start_uris_playback",
    alias = "start_context_playback",
    alias = "resume_playback"
)]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/player/play" -> (),
    as = Player::start_playback, reference = "start-a-users-playback", scopes = [UserModifyPlaybackState],
    idempotent, changes = [Player], check = Self::check,
)]
pub struct StartPlayback {
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
    /// The context to play: an album, an artist, a playlist, a show, or a collection, such as `spotify:collection` for the
    /// user's Liked Songs. Not together with `uris`. Default: what is paused.
    #[body]
    context_uri: Option<ContextUri>,
    /// The tracks and episodes to play, at most 800. Not together with `context_uri`. Default: what is paused.
    #[body]
    uris: Option<BoundedList<PlayableUri, 800>>,
    /// Where in the context or among the URIs to begin: a position from 0, or the URI of an item. Default: at the beginning.
    #[body("offset")]
    start_at: Option<PlaybackOffset>,
    /// Where in the item to begin: a `Duration`, or a number of milliseconds. Default: 0.
    #[body]
    position_ms: Option<Millis>,
}

impl StartPlayback {
    fn check(&self) -> Result<(), InvalidInput> {
        let (has_context, has_uris) = (self.context_uri.is_some(), self.uris.is_some());
        if has_context && has_uris {
            return Err(InvalidInput::new("uris", "expected `context_uri` or `uris`, got both"));
        }
        if self.start_at.is_some() && !has_context && !has_uris {
            return Err(InvalidInput::new("start_at", "expected with `context_uri` or `uris`, got neither"));
        }
        Ok(())
    }
}

/// Pauses playback.
#[doc(alias = "pause", alias = "stop")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/player/pause" -> (),
    as = Player::pause_playback, reference = "pause-a-users-playback", scopes = [UserModifyPlaybackState],
    idempotent, changes = [Player],
)]
pub struct PausePlayback {
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}

/// Skips to the next item in the queue.
#[doc(alias = "next", alias = "skip", alias = "next_track")]
#[derive(Debug, Clone, Operation)]
#[operation(
    POST "/me/player/next" -> (),
    as = Player::skip_to_next, reference = "skip-users-playback-to-next-track", scopes = [UserModifyPlaybackState],
    changes = [Player],
)]
pub struct SkipToNext {
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}

/// Skips to the previous item.
#[doc(alias = "previous", alias = "previous_track", alias = "back")]
#[derive(Debug, Clone, Operation)]
#[operation(
    POST "/me/player/previous" -> (),
    as = Player::skip_to_previous, reference = "skip-users-playback-to-previous-track",
    scopes = [UserModifyPlaybackState], changes = [Player],
)]
pub struct SkipToPrevious {
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}

/// Seeks to a position in the item that plays: a `Duration`, or a number of milliseconds. Beyond its end, the next
/// item plays.
#[doc(alias = "seek_track", alias = "seek_to_position", alias = "position")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/player/seek" -> (),
    as = Player::seek, reference = "seek-to-position-in-currently-playing-track",
    scopes = [UserModifyPlaybackState], idempotent, changes = [Player],
)]
pub struct Seek {
    /// The position: a `Duration`, or a number of milliseconds. Beyond the end of the item, the next one plays.
    #[query]
    position_ms: Millis,
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}

/// Sets the repeat mode.
#[doc(alias = "repeat", alias = "set_repeat", alias = "loop")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/player/repeat" -> (),
    as = Player::set_repeat_mode, reference = "set-repeat-mode-on-users-playback",
    scopes = [UserModifyPlaybackState], idempotent, changes = [Player],
)]
pub struct SetRepeatMode {
    /// What to repeat.
    #[query]
    state: RepeatMode,
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}

/// Sets the volume, in percent from 0 to 100. Not every device lets it be set.
#[doc(alias = "volume")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/player/volume" -> (),
    as = Player::set_volume, reference = "set-volume-for-users-playback", scopes = [UserModifyPlaybackState],
    idempotent, changes = [Player],
)]
pub struct SetVolume {
    /// The volume in percent, from 0 to 100.
    #[query]
    volume_percent: Percent,
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}

/// Turns shuffle on or off.
#[doc(alias = "shuffle", alias = "toggle_shuffle")]
#[derive(Debug, Clone, Operation)]
#[operation(
    PUT "/me/player/shuffle" -> (),
    as = Player::set_shuffle, reference = "toggle-shuffle-for-users-playback", scopes = [UserModifyPlaybackState],
    idempotent, changes = [Player],
)]
pub struct SetShuffle {
    /// Whether to shuffle.
    #[query]
    state: bool,
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}

/// Gets the recently played tracks, the latest first, a page of up to 50 at a time. Spotify keeps about 50 of
/// them, and no episodes.
#[doc(alias = "recently_played", alias = "current_user_recently_played", alias = "history")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/player/recently-played" -> CursorPage<RecentlyPlayedItem>,
    as = Player::get_recently_played, reference = "get-recently-played", scopes = [UserReadRecentlyPlayed],
    paged = time, check = Self::check,
    reads = [Player],
)]
pub struct GetRecentlyPlayed {
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The time after which the page begins. Not together with `before`. Default: the page is the latest.
    #[query]
    after: Option<UnixMillis>,
    /// The time before which the page ends. Not together with `after`. Default: now.
    #[query]
    before: Option<UnixMillis>,
}

impl GetRecentlyPlayed {
    fn check(&self) -> Result<(), InvalidInput> {
        match (self.after, self.before) {
            (Some(_), Some(_)) => Err(InvalidInput::new("before", "expected `after` or `before`, got both")),
            _ => Ok(()),
        }
    }
}

/// Gets the currently playing item and the queue.
#[doc(alias = "queue", alias = "current_user_queue")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/me/player/queue" -> PlaybackQueue,
    as = Player::get_queue, reference = "get-queue", scopes = [UserReadCurrentlyPlaying, UserReadPlaybackState],
    reads = [Queue],
)]
pub struct GetQueue;

/// Adds a track or an episode to the queue.
#[doc(alias = "queue", alias = "add_item_to_queue", alias = "enqueue")]
#[derive(Debug, Clone, Operation)]
#[operation(
    POST "/me/player/queue" -> (),
    as = Player::add_to_queue, reference = "add-to-queue", scopes = [UserModifyPlaybackState],
    changes = [Queue],
)]
pub struct AddToQueue {
    /// The track or episode to add.
    #[query]
    uri: PlayableUri,
    /// The device. Default: the one that is active.
    #[query]
    device_id: Option<NonEmptyText>,
}
