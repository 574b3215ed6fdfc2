//! The user's player: the playback state, the devices, and the commands that change them. Commands need Spotify Premium.

use super::params::{
    AdditionalType, BoundedList, Choices, Limit, Market, Millis, NonEmptyText, Percent, PlaybackOffset, RepeatMode,
    SingleDevice, UnixMillis, Use,
};
use crate::ids::SpotifyUri;
use crate::invalid_input::InvalidInput;
use crate::models::{
    CurrentlyPlaying, CursorPage, List, PlaybackQueue, PlaybackState, PlayerDevice, RecentlyPlayedItem,
};

operations! {
    /// The user's player. Made by `player` of a client.
    ///
    /// Commands need Spotify Premium, and an active device unless one is named. They fail with
    /// [`NotFound`](crate::Error::NotFound) and the reason `NO_ACTIVE_DEVICE` when there is none, and with
    /// [`Forbidden`](crate::Error::Forbidden) and the reason `PREMIUM_REQUIRED` for other users.
    #[doc(alias = "PlayerService", alias = "playback")]
    service Player, "player";

    /// Gets the playback state: the item, the device, the modes; `None` when nothing plays.
    #[doc(alias = "state", alias = "current_playback", alias = "playback_state")]
    GetPlaybackState = get_playback_state() {
        GET "/me/player" -> Option<PlaybackState>, reference "get-information-about-the-users-current-playback";
        quota Development; scopes [UserReadPlaybackState]; Idempotent;
        query { market: Market, additional_types: Choices<AdditionalType> }
        unless_set { additional_types = "track,episode" }
    }

    /// Transfers playback to another device. Spotify takes one device.
    #[doc(alias = "transfer")]
    TransferPlayback = transfer_playback(body device_id as "device_ids": SingleDevice) {
        PUT "/me/player" -> (), reference "transfer-a-users-playback";
        quota Development; scopes [UserModifyPlaybackState]; Idempotent;
        changes_player true;
        body { play: bool }
    }

    /// Gets the available devices of the user.
    #[doc(alias = "devices", alias = "device")]
    GetDevices = get_devices() {
        GET "/me/player/devices" -> List<PlayerDevice>, in "devices", reference "get-a-users-available-devices";
        quota Development; scopes [UserReadPlaybackState]; Idempotent;
    }

    /// Gets the currently playing item; `None` when nothing plays.
    #[doc(
        alias = "currently_playing",
        alias = "current_playing",
        alias = "current_user_playing_track",
        alias = "now_playing",
    )]
    GetCurrentlyPlaying = get_currently_playing() {
        GET "/me/player/currently-playing" -> Option<CurrentlyPlaying>, reference "get-the-users-currently-playing-track";
        quota Development; scopes [UserReadCurrentlyPlaying]; Idempotent;
        query { market: Market, additional_types: Choices<AdditionalType> }
        unless_set { additional_types = "track,episode" }
    }

    /// Starts playback of a context, or of tracks and episodes; without either, resumes what was paused.
    #[doc(
        alias = "play",
        alias = "resume",
        alias = "start_uris_playback",
        alias = "start_context_playback",
        alias = "resume_playback",
    )]
    StartPlayback = start_playback() {
        PUT "/me/player/play" -> (), reference "start-a-users-playback";
        quota Development; scopes [UserModifyPlaybackState]; Idempotent;
        changes_player true;
        query { device_id: NonEmptyText }
        body {
            context_uri: SpotifyUri, uris: BoundedList<SpotifyUri, 800>, start_at as "offset": PlaybackOffset,
            position_ms: Millis,
        }
        check |call| {
            if call.context_uri.is_some() && call.uris.is_some() {
                return Err(InvalidInput::new("uris", "expected `context_uri` or `uris`, got both"));
            }
            if call.start_at.is_some() && call.context_uri.is_none() && call.uris.is_none() {
                return Err(InvalidInput::new("start_at", "expected with `context_uri` or `uris`, got neither"));
            }
            if let Some(Ok(context)) = &call.context_uri {
                Use::Context.check("context_uri", [context])?;
            }
            if let Some(Ok(uris)) = &call.uris {
                Use::Listen.check("uris", uris.as_slice())?;
            }
            match &call.start_at {
                Some(Ok(start_at)) => Use::Entry.check("start_at", start_at.uri()),
                _ => Ok(()),
            }
        };
    }

    /// Pauses playback.
    #[doc(alias = "pause", alias = "stop")]
    PausePlayback = pause_playback() {
        PUT "/me/player/pause" -> (), reference "pause-a-users-playback";
        quota Development; scopes [UserModifyPlaybackState]; Idempotent;
        changes_player true;
        query { device_id: NonEmptyText }
    }

    /// Skips to the next item in the queue.
    #[doc(alias = "next", alias = "skip", alias = "next_track")]
    SkipToNext = skip_to_next() {
        POST "/me/player/next" -> (), reference "skip-users-playback-to-next-track";
        quota Development; scopes [UserModifyPlaybackState]; NotIdempotent;
        changes_player true;
        query { device_id: NonEmptyText }
    }

    /// Skips to the previous item.
    #[doc(alias = "previous", alias = "previous_track", alias = "back")]
    SkipToPrevious = skip_to_previous() {
        POST "/me/player/previous" -> (), reference "skip-users-playback-to-previous-track";
        quota Development; scopes [UserModifyPlaybackState]; NotIdempotent;
        changes_player true;
        query { device_id: NonEmptyText }
    }

    /// Seeks to a position in the item that plays: a `Duration`, or a number of milliseconds. Beyond its end, the next
    /// item plays.
    #[doc(alias = "seek_track", alias = "seek_to_position", alias = "position")]
    Seek = seek(query position_ms: Millis) {
        PUT "/me/player/seek" -> (), reference "seek-to-position-in-currently-playing-track";
        quota Development; scopes [UserModifyPlaybackState]; Idempotent;
        changes_player true;
        query { device_id: NonEmptyText }
    }

    /// Sets the repeat mode.
    #[doc(alias = "repeat", alias = "set_repeat", alias = "loop")]
    SetRepeatMode = set_repeat_mode(query state: RepeatMode) {
        PUT "/me/player/repeat" -> (), reference "set-repeat-mode-on-users-playback";
        quota Development; scopes [UserModifyPlaybackState]; Idempotent;
        changes_player true;
        query { device_id: NonEmptyText }
    }

    /// Sets the volume, in percent from 0 to 100. Not every device lets it be set.
    #[doc(alias = "volume")]
    SetVolume = set_volume(query volume_percent: Percent) {
        PUT "/me/player/volume" -> (), reference "set-volume-for-users-playback";
        quota Development; scopes [UserModifyPlaybackState]; Idempotent;
        changes_player true;
        query { device_id: NonEmptyText }
    }

    /// Turns shuffle on or off.
    #[doc(alias = "shuffle", alias = "toggle_shuffle")]
    SetShuffle = set_shuffle(query state: bool) {
        PUT "/me/player/shuffle" -> (), reference "toggle-shuffle-for-users-playback";
        quota Development; scopes [UserModifyPlaybackState]; Idempotent;
        changes_player true;
        query { device_id: NonEmptyText }
    }

    /// Gets the recently played tracks, the latest first, a page of up to 50 at a time. Spotify keeps about 50 of
    /// them, and no episodes.
    #[doc(alias = "recently_played", alias = "current_user_recently_played", alias = "history")]
    GetRecentlyPlayed = get_recently_played() {
        GET "/me/player/recently-played" -> CursorPage<RecentlyPlayedItem>, reference "get-recently-played";
        quota Development; scopes [UserReadRecentlyPlayed]; Idempotent;
        query { limit: Limit<50>, after: UnixMillis, before: UnixMillis }
        check |call| match (&call.after, &call.before) {
            (Some(_), Some(_)) => Err(InvalidInput::new("before", "expected `after` or `before`, got both")),
            _ => Ok(()),
        };
        paged time;
    }

    /// Gets the currently playing item and the queue.
    #[doc(alias = "queue", alias = "current_user_queue")]
    GetQueue = get_queue() {
        GET "/me/player/queue" -> PlaybackQueue, reference "get-queue";
        quota Development; scopes [UserReadCurrentlyPlaying, UserReadPlaybackState]; Idempotent;
    }

    /// Adds a track or an episode to the queue.
    #[doc(alias = "queue", alias = "add_item_to_queue", alias = "enqueue")]
    AddToQueue = add_to_queue(query uri: SpotifyUri) {
        POST "/me/player/queue" -> (), reference "add-to-queue";
        quota Development; scopes [UserModifyPlaybackState]; NotIdempotent;
        query { device_id: NonEmptyText }
        check |call| match &call.uri {
            Ok(uri) => Use::Listen.check("uri", [uri]),
            Err(_) => Ok(()),
        };
    }
}
