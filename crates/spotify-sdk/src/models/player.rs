//! The player: the current item, the device, and the queue.

use std::time::Duration;

use jiff::Timestamp;

use super::json::word;
use super::{ExternalUrls, Extra, List, Model, PlaybackItem, Track};
use crate::ids::SpotifyUri;
use crate::string_enum::string_enum;
use crate::text::Text;

string_enum! {
    /// The repeat mode.
    pub enum RepeatState {
        /// Repeat is off.
        Off = "off",
        /// The current track or episode.
        Track = "track",
        /// The context: the album, the playlist, ….
        Context = "context",
        _ => Unknown, ignore_case,
    }
}

word!(RepeatState);

string_enum! {
    /// The type of the current item. Spotify also sends `unknown`, which is kept in `Unknown` like any other unknown
    /// value.
    pub enum CurrentlyPlayingType {
        /// A track.
        Track = "track",
        /// An episode.
        Episode = "episode",
        /// An advertisement. It has no item.
        Ad = "ad",
        _ => Unknown, ignore_case,
    }
}

word!(CurrentlyPlayingType);

/// The current item, its device, and the player's modes.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PlaybackState {
    /// The active device.
    pub device: PlayerDevice,
    /// The repeat mode.
    pub repeat_state: Option<RepeatState>,
    /// Whether shuffle is on.
    pub shuffle_state: bool,
    /// Whether Spotify adds recommendations while shuffle is on. Not in Spotify's reference.
    pub smart_shuffle: Option<bool>,
    /// The context that it is played from; `None` if it is played on its own.
    pub context: Option<PlaybackContext>,
    /// When the state last changed, in milliseconds since 1970.
    pub timestamp: Option<u64>,
    /// The playback position in milliseconds.
    pub progress_ms: Option<u64>,
    /// Whether the player is playing.
    pub is_playing: bool,
    /// The current item; `None` during an advertisement, if Spotify does not know it, and for an episode unless the
    /// request's `additional_types` named episodes.
    pub item: Option<PlaybackItem>,
    /// The type of the current item.
    pub currently_playing_type: Option<CurrentlyPlayingType>,
    /// The commands that the user cannot use now.
    pub actions: PlaybackActions,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl PlaybackState {
    /// Returns the playback position, if known.
    pub fn progress(&self) -> Option<Duration> {
        self.progress_ms.map(Duration::from_millis)
    }
}

/// The current item.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-the-users-currently-playing-track)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct CurrentlyPlaying {
    /// The context that it is played from; `None` if it is played on its own.
    pub context: Option<PlaybackContext>,
    /// When the request was made, in milliseconds since 1970.
    pub timestamp: Option<u64>,
    /// The playback position in milliseconds.
    pub progress_ms: Option<u64>,
    /// Whether the player is playing.
    pub is_playing: bool,
    /// The current item; `None` during an advertisement, if Spotify does not know it, and for an episode unless the
    /// request's `additional_types` named episodes.
    pub item: Option<PlaybackItem>,
    /// The type of the current item.
    pub currently_playing_type: Option<CurrentlyPlayingType>,
    /// The commands that the user cannot use now.
    pub actions: PlaybackActions,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl CurrentlyPlaying {
    /// Returns the playback position, if known.
    pub fn progress(&self) -> Option<Duration> {
        self.progress_ms.map(Duration::from_millis)
    }
}

string_enum! {
    /// The type of a context.
    pub enum ContextType {
        /// An album.
        Album = "album",
        /// An artist.
        Artist = "artist",
        /// An audiobook.
        Audiobook = "audiobook",
        /// The user's saved songs.
        Collection = "collection",
        /// A playlist.
        Playlist = "playlist",
        /// A show.
        Show = "show",
        _ => Unknown, ignore_case,
    }
}

word!(ContextType);

/// The context that an item is played from.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PlaybackContext {
    /// The type.
    #[model(rename = "type")]
    pub context_type: Option<ContextType>,
    /// The Web API URL of the context.
    pub href: Option<Text>,
    /// Links of the context.
    pub external_urls: ExternalUrls,
    /// The URI.
    pub uri: Option<SpotifyUri>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// The actions of the player.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PlaybackActions {
    /// The actions that the user cannot use now.
    pub disallows: Disallows,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// The actions that the user cannot use now: those that are `Some(true)`. Spotify leaves out most of the others.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Disallows {
    /// Interrupting playback.
    pub interrupting_playback: Option<bool>,
    /// Pausing.
    pub pausing: Option<bool>,
    /// Resuming.
    pub resuming: Option<bool>,
    /// Seeking.
    pub seeking: Option<bool>,
    /// Skipping to the next item.
    pub skipping_next: Option<bool>,
    /// Skipping to the previous item.
    pub skipping_prev: Option<bool>,
    /// Turning repeat of the context on or off.
    pub toggling_repeat_context: Option<bool>,
    /// Turning shuffle on or off.
    pub toggling_shuffle: Option<bool>,
    /// Turning repeat of the track on or off.
    pub toggling_repeat_track: Option<bool>,
    /// Transferring playback to another device.
    pub transferring_playback: Option<bool>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

string_enum! {
    /// The type of a device.
    pub enum DeviceType {
        /// A computer.
        Computer = "Computer",
        /// A tablet.
        Tablet = "Tablet",
        /// A smartphone.
        Smartphone = "Smartphone",
        /// A smartwatch.
        Smartwatch = "Smartwatch",
        /// A speaker.
        Speaker = "Speaker",
        /// A television.
        Tv = "TV",
        /// An audio or video receiver.
        Avr = "AVR",
        /// A set-top box.
        Stb = "STB",
        /// An audio dongle.
        AudioDongle = "AudioDongle",
        /// A game console.
        GameConsole = "GameConsole",
        /// A device that video is cast to.
        CastVideo = "CastVideo",
        /// A device that audio is cast to.
        CastAudio = "CastAudio",
        /// A car.
        Automobile = "Automobile",
        _ => Unknown, ignore_case,
    }
}

word!(DeviceType);

/// A device on which the user can play.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-users-available-devices)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PlayerDevice {
    /// The id, which may change after some time. Commands cannot address a device without one.
    pub id: Option<Text>,
    /// Whether it is the active device.
    pub is_active: bool,
    /// Whether it is in a private session.
    pub is_private_session: bool,
    /// Whether it accepts no Web API commands.
    pub is_restricted: bool,
    /// The name, set by the user or the manufacturer.
    pub name: Text,
    /// The type.
    #[model(rename = "type")]
    pub device_type: Option<DeviceType>,
    /// The volume in percent, from 0 to 100, if known.
    pub volume_percent: Option<u32>,
    /// Whether the volume can be set.
    pub supports_volume: Option<bool>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// The current item, and the queue.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-queue)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct PlaybackQueue {
    /// The current item.
    pub currently_playing: Option<PlaybackItem>,
    /// The items that follow.
    pub queue: List<PlaybackItem>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A track that the user played.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recently-played)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct RecentlyPlayedItem {
    /// The track.
    pub track: Track,
    /// When it was played.
    pub played_at: Option<Timestamp>,
    /// What it was played from; `None` where it was played on its own.
    pub context: Option<PlaybackContext>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
