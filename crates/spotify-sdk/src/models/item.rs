//! The content of playlists and players: tracks and episodes.

use std::time::Duration;

use serde_json::Value;

use super::{Episode, Model, Track};
use crate::ids::SpotifyUri;

/// The content of a playlist entry.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub enum PlaylistItemContent {
    /// A track, possibly a file on the user's own device.
    Track(Box<Track>),
    /// An episode of a show.
    Episode(Box<Episode>),
    /// An object with another `type`, or with none.
    Unknown(Box<Value>),
}

/// The item in a player.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub enum PlaybackItem {
    /// A track, possibly a file on the user's own device.
    Track(Box<Track>),
    /// An episode of a show.
    Episode(Box<Episode>),
    /// An object with another `type`, or with none.
    Unknown(Box<Value>),
}

macro_rules! track_or_episode {
    ($($name:ident),*) => {$(
        impl $name {
            /// Returns the name; empty if there is none.
            pub fn name(&self) -> &str {
                match self {
                    Self::Track(track) => &track.name,
                    Self::Episode(episode) => &episode.name,
                    Self::Unknown(object) => object["name"].as_str().unwrap_or_default(),
                }
            }

            /// Returns the creator in one line: the artists of a track, the show of an episode; empty if unknown.
            pub fn by(&self) -> String {
                match self {
                    Self::Track(track) => track.artist_names(),
                    Self::Episode(episode) => episode.show.name.to_string(),
                    Self::Unknown(_) => String::new(),
                }
            }

            /// Returns the URI.
            pub fn uri(&self) -> Option<&SpotifyUri> {
                match self {
                    Self::Track(track) => track.uri.as_ref(),
                    Self::Episode(episode) => episode.uri.as_ref(),
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the length, if known.
            pub fn duration(&self) -> Option<Duration> {
                match self {
                    Self::Track(track) => track.duration(),
                    Self::Episode(episode) => episode.duration(),
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the track, if it is one.
            pub fn as_track(&self) -> Option<&Track> {
                match self {
                    Self::Track(track) => Some(track),
                    _ => None,
                }
            }

            /// Returns the episode, if it is one.
            pub fn as_episode(&self) -> Option<&Episode> {
                match self {
                    Self::Episode(episode) => Some(episode),
                    _ => None,
                }
            }
        }
    )*};
}

track_or_episode!(PlaylistItemContent, PlaybackItem);
