//! Each payload, as each model that it is a payload of, with what the object is meaningless without.

use spotify_sdk::models::*;

use crate::payload::Payload;

macro_rules! payloads {
    ($($(#[$meta:meta])* $model:ty: $file:literal $(, essential [$($path:literal),*])?;)*) => {
        /// All payloads.
        pub fn payloads() -> Vec<Payload> {
            vec![$(
                $(#[$meta])*
                Payload::of::<$model>(
                    concat!(stringify!($model), " of ", $file),
                    include_str!(concat!("../payloads/", $file, ".json")),
                    &[$($($path),*)?],
                ),
            )*]
        }
    };
}

payloads! {
    Album: "album_extended", essential ["/id"];
    Album: "album_development", essential ["/id"];
    SimplifiedAlbum: "album_extended";
    Page<SavedAlbum>: "saved_albums";
    Page<SimplifiedAlbum>: "artist_albums";

    Artist: "artist_extended", essential ["/id"];
    Artist: "artist_development", essential ["/id"];
    SimplifiedArtist: "artist_development";
    CursorPage<Artist>: "followed_artists";

    Track: "track_extended";
    Track: "track_development";
    Track: "track_local";
    SimplifiedTrack: "track_extended";
    Page<SavedTrack>: "saved_tracks";

    Show: "show_extended", essential ["/id"];
    Show: "show_development", essential ["/id"];
    SimplifiedShow: "show_extended";
    Page<SavedShow>: "saved_shows";

    Episode: "episode_extended";
    Episode: "episode_development";
    SimplifiedEpisode: "episode_extended";
    Page<SavedEpisode>: "saved_episodes";

    Audiobook: "audiobook_extended", essential ["/id"];
    Audiobook: "audiobook_development", essential ["/id"];
    SimplifiedAudiobook: "audiobook_extended";
    Page<SavedAudiobook>: "saved_audiobooks";

    Chapter: "chapter_extended", essential ["/id"];
    Chapter: "chapter_development", essential ["/id"];
    SimplifiedChapter: "chapter_extended";

    Playlist: "playlist_extended", essential ["/id"];
    Playlist: "playlist_development", essential ["/id"];
    Playlist: "playlist_both", essential ["/id"];
    Playlist: "playlist_of_another", essential ["/id"];
    Page<PlaylistItem>: "playlist_items";
    Page<SimplifiedPlaylist>: "playlists";

    PublicUser: "user_public";
    PublicUser: "user_current_extended";
    CurrentUser: "user_current_extended", essential ["/id"];
    CurrentUser: "user_current_development", essential ["/id"];

    PlaybackState: "playback_state";
    PlaybackState: "playback_state_of_an_advertisement";
    CurrentlyPlaying: "currently_playing";
    CurrentlyPlaying: "currently_playing_nothing";
    PlayerDevice: "device";
    PlayerDevice: "device_without_id";
    PlaybackQueue: "queue";
    PlaybackQueue: "queue_of_nothing";
    CursorPage<RecentlyPlayedItem>: "recently_played";

    SearchResult: "search";

    #[cfg(feature = "extended-quota")]
    AudioFeatures: "audio_features";
    #[cfg(feature = "extended-quota")]
    AudioAnalysis: "audio_analysis";
    #[cfg(feature = "extended-quota")]
    Recommendations: "recommendations";
    #[cfg(feature = "extended-quota")]
    Category: "category";
    #[cfg(feature = "extended-quota")]
    FeaturedPlaylists: "featured_playlists";
}
