//! The player: what plays, on which device, and what comes next.

use std::time::Duration;

use jiff::Timestamp;

use super::json::{model, text};
use super::{ExternalUrls, PlaybackItem, Track};
use crate::ids::SpotifyUri;
use crate::string_enum::string_enum;
use crate::text::Text;

string_enum! {
    /// What is repeated.
    pub enum RepeatState {
        /// Nothing.
        Off = "off",
        /// What plays: the track or the episode.
        Track = "track",
        /// What it is played from: the album, the playlist, ….
        Context = "context",
        _ => Unknown, ignore_case,
    }
}

text!(RepeatState);

string_enum! {
    /// What plays. Spotify also says `unknown`, which is kept in `Unknown` as any other word.
    pub enum CurrentlyPlayingType {
        /// A track.
        Track = "track",
        /// An episode.
        Episode = "episode",
        /// An advertisement. There is no item then.
        Ad = "ad",
        _ => Unknown, ignore_case,
    }
}

text!(CurrentlyPlayingType);

model! {
    /// What plays, on which device, and how.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback)
    pub struct PlaybackState {
        /// The device that is active.
        device: PlayerDevice,
        /// What is repeated.
        repeat_state: Option<RepeatState>,
        /// Whether shuffle is on.
        shuffle_state: bool,
        /// Whether Spotify mixes recommendations into what is shuffled. Not in Spotify's reference.
        smart_shuffle: Option<bool>,
        /// What it is played from; `None` where it is played on its own.
        context: Option<PlaybackContext>,
        /// When this last changed, in milliseconds since 1970.
        timestamp: Option<u64>,
        /// How far it has played, in milliseconds.
        progress_ms: Option<u64>,
        /// Whether it plays now.
        is_playing: bool,
        /// What plays; `None` during an advertisement, where Spotify does not know, and for an episode unless the request's
        /// `additional_types` named episodes.
        item: Option<PlaybackItem>,
        /// What kind of item plays.
        currently_playing_type: Option<CurrentlyPlayingType>,
        /// What the user cannot do now.
        actions: PlaybackActions,
    }
}

impl PlaybackState {
    /// How far it has played, where that is known.
    pub fn progress(&self) -> Option<Duration> {
        self.progress_ms.map(Duration::from_millis)
    }
}

model! {
    /// What plays.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-the-users-currently-playing-track)
    pub struct CurrentlyPlaying {
        /// What it is played from; `None` where it is played on its own.
        context: Option<PlaybackContext>,
        /// When this was asked, in milliseconds since 1970.
        timestamp: Option<u64>,
        /// How far it has played, in milliseconds.
        progress_ms: Option<u64>,
        /// Whether it plays now.
        is_playing: bool,
        /// What plays; `None` during an advertisement, where Spotify does not know, and for an episode unless the request's
        /// `additional_types` named episodes.
        item: Option<PlaybackItem>,
        /// What kind of item plays.
        currently_playing_type: Option<CurrentlyPlayingType>,
        /// What the user cannot do now.
        actions: PlaybackActions,
    }
}

impl CurrentlyPlaying {
    /// How far it has played, where that is known.
    pub fn progress(&self) -> Option<Duration> {
        self.progress_ms.map(Duration::from_millis)
    }
}

string_enum! {
    /// What something is played from.
    pub enum ContextType {
        /// An album.
        Album = "album",
        /// An artist.
        Artist = "artist",
        /// An audiobook.
        Audiobook = "audiobook",
        /// The songs that the user has saved.
        Collection = "collection",
        /// A playlist.
        Playlist = "playlist",
        /// A show.
        Show = "show",
        _ => Unknown, ignore_case,
    }
}

text!(ContextType);

model! {
    /// What something is played from.
    pub struct PlaybackContext {
        /// What it is.
        context_type("type"): Option<ContextType>,
        /// The address in the Web API with it.
        href: Option<Text>,
        /// Links of it.
        external_urls: ExternalUrls,
        /// The URI.
        uri: Option<SpotifyUri>,
    }
}

model! {
    /// What the user can do with the player now.
    pub struct PlaybackActions {
        /// What they cannot do.
        disallows: Disallows,
    }
}

model! {
    /// What the user cannot do with the player now: what is `Some(true)`. Spotify leaves most of the others out.
    pub struct Disallows {
        /// Interrupting what plays.
        interrupting_playback: Option<bool>,
        /// Pausing.
        pausing: Option<bool>,
        /// Going on.
        resuming: Option<bool>,
        /// Seeking.
        seeking: Option<bool>,
        /// Skipping to the next item.
        skipping_next: Option<bool>,
        /// Skipping to the item before.
        skipping_prev: Option<bool>,
        /// Turning on or off that the context is repeated.
        toggling_repeat_context: Option<bool>,
        /// Turning shuffle on or off.
        toggling_shuffle: Option<bool>,
        /// Turning on or off that the item is repeated.
        toggling_repeat_track: Option<bool>,
        /// Going on on another device.
        transferring_playback: Option<bool>,
    }
}

string_enum! {
    /// What a device is.
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

text!(DeviceType);

model! {
    /// A device on which the user can play.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-a-users-available-devices)
    pub struct PlayerDevice {
        /// The id, which may change after some time. A device without one cannot be named in commands.
        id: Option<Text>,
        /// Whether it is the one that is active.
        is_active: bool,
        /// Whether it is in a private session.
        is_private_session: bool,
        /// Whether it takes no commands of the Web API.
        is_restricted: bool,
        /// The name: the user's, or its maker's.
        name: Text,
        /// What it is.
        device_type("type"): Option<DeviceType>,
        /// The volume in percent, 0 to 100, where it is known.
        volume_percent: Option<u32>,
        /// Whether the volume can be set.
        supports_volume: Option<bool>,
    }
}

model! {
    /// What plays, and what comes next.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-queue)
    pub struct PlaybackQueue {
        /// What plays.
        currently_playing: Option<PlaybackItem>,
        /// What comes next.
        queue: Vec<PlaybackItem>,
    }
}

model! {
    /// A track that the user played.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recently-played)
    pub struct RecentlyPlayedItem {
        /// The track.
        track: Track,
        /// When it was played.
        played_at: Option<Timestamp>,
        /// What it was played from; `None` where it was played on its own.
        context: Option<PlaybackContext>,
    }
}
