//! The values of the fields, and what becomes of them when the program changes them.

use serde::de::DeserializeOwned;
use serde_json::json;
use spotify_sdk::models::*;

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

#[test]
fn an_album_has_the_values_that_came() {
    let album: Album = serde_json::from_str(include_str!("../payloads/album_extended.json")).unwrap();
    assert_eq!(album.id, "4aawyAB9vmqN3uQ7FjRGTy");
    assert_eq!(album.name, "Global Warming");
    assert_eq!(album.album_type, Some(AlbumType::Album));
    assert_eq!(album.object_type, Some(ObjectType::Album));
    assert_eq!(album.artist_names(), "Pitbull");
    assert_eq!(album.available_markets, ["AR", "AU", "AT", "BE", "SE"]);
    assert_eq!(album.copyrights[0].copyright_type, Some(CopyrightType::Performance));
    assert_eq!(album.external_ids.upc.as_deref(), Some("886443671584"));
    assert_eq!(album.images.iter().map(|image| image.height).collect::<Vec<_>>(), [Some(640), None, None]);
    assert_eq!(album.release_date.unwrap().year(), Some(2012));
    assert_eq!(album.restrictions.unwrap().reason, Some(RestrictionReason::Market));
    assert_eq!(album.uri.unwrap().id(), Some("4aawyAB9vmqN3uQ7FjRGTy"));
    assert_eq!((album.tracks.total, album.tracks.items.len(), album.tracks.absent_items()), (18, 1, 1));
    let track = &album.tracks.items[0];
    assert_eq!(track.duration().unwrap().as_millis(), 85_400);
    assert_eq!(track.linked_from.as_ref().unwrap().id.as_ref().unwrap(), "6kLCHFM39wkFjOuyPGLGeQ");
    assert!(track.extra.is_empty());
}

#[test]
fn a_word_of_tomorrow_is_readable_and_kept() {
    let album: SimplifiedAlbum =
        serde_json::from_str(r#"{"album_type": "ep", "available_markets": ["SE", "X1", "DE"]}"#).unwrap();
    assert_eq!(album.album_type.as_ref().unwrap().as_str(), "ep");
    assert_eq!(album.available_markets, ["SE", "DE"]);
    assert_eq!(album.extra["available_markets"], json!(["X1"]));
    let again = serde_json::to_value(&album).unwrap();
    assert_eq!((&again["album_type"], &again["available_markets"]), (&json!("ep"), &json!(["SE", "DE", "X1"])));
}

#[test]
fn a_value_that_the_program_changes_is_written_changed() {
    let mut album: SimplifiedAlbum =
        serde_json::from_str(r#"{"name": null, "total_tracks": "many", "images": null}"#).unwrap();
    album.name = "Changed".into();
    album.total_tracks = Some(3);
    let again = serde_json::to_value(&album).unwrap();
    assert_eq!((&again["name"], &again["total_tracks"]), (&json!("Changed"), &json!(3)));

    let mut saved: SavedAlbum =
        serde_json::from_str(r#"{"added_at": "2016-12-13T20:44:04.000Z", "album": {"id": "1"}}"#).unwrap();
    saved.added_at = Some("2020-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(serde_json::to_value(&saved).unwrap()["added_at"], "2020-01-01T00:00:00Z");
}

#[test]
fn markets_of_a_whole_world_are_kept_in_order() {
    let codes: Vec<String> = (b'A'..=b'Z')
        .flat_map(|a| (b'A'..=b'Z').map(move |b| [a, b]))
        .map(|c| String::from_utf8(c.to_vec()).unwrap())
        .collect();
    let json = json!({ "available_markets": codes });
    let album: SimplifiedAlbum = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(album.available_markets.len(), 676);
    assert_eq!(serde_json::to_value(&album).unwrap()["available_markets"], json["available_markets"]);
    assert_eq!(size_of::<Market>(), 2);
}

#[test]
fn a_track_has_the_values_that_came() {
    let track: Track = read(include_str!("../payloads/track_extended.json"));
    assert_eq!(track.id.as_ref().unwrap(), "5YYW3yRktprLRr47WK219Y");
    assert_eq!(track.album.id.as_ref().unwrap(), "5K79FLRUCSysQnVESLcTdb");
    assert_eq!(track.album.images.largest().unwrap().width, Some(640));
    assert_eq!(track.artist_names(), "Bad Bunny, RaiNao");
    assert_eq!(track.available_markets, ["AR", "SE", "US"]);
    assert_eq!((track.disc_number, track.track_number, track.popularity), (Some(1), Some(4), Some(81)));
    assert_eq!(track.external_ids.isrc.as_deref(), Some("QM6N22400123"));
    assert_eq!(track.linked_from.unwrap().id.unwrap(), "7gYQ6m4YIYhbQvMxnGXKBt");
    assert_eq!((track.is_playable, track.is_local), (Some(false), false));
}

#[test]
fn an_artist_has_the_values_that_came() {
    let artist: Artist = read(include_str!("../payloads/artist_extended.json"));
    assert_eq!(artist.id, "4q3ewBCX7sLwd24euuV69X");
    assert_eq!(artist.followers.unwrap().total, 91_234_567);
    assert_eq!(artist.genres, ["reggaeton", "trap latino"]);
    assert_eq!(artist.images.smallest().unwrap().width, Some(160));
    assert_eq!(artist.popularity, Some(96));
    let followed: CursorPage<Artist> = read(include_str!("../payloads/followed_artists.json"));
    assert_eq!((followed.items.len(), followed.limit, followed.total), (2, 2, Some(31)));
    assert_eq!(followed.cursors.unwrap().after.unwrap(), *followed.items[1].id.as_str());
}

#[test]
fn shows_and_episodes_have_the_values_that_came() {
    let show: Show = read(include_str!("../payloads/show_extended.json"));
    assert_eq!((show.name.as_str(), show.publisher.as_deref()), ("Song by Song", Some("Example Radio")));
    assert_eq!((show.total_episodes, show.episodes.total, show.episodes.absent_items()), (Some(212), 212, 1));
    assert_eq!((show.media_type.as_deref(), show.languages.as_slice()), (Some("mixed"), &["en-GB".into()][..]));
    let episode = &show.episodes.items[0];
    assert_eq!(episode.resume_point.as_ref().unwrap().resume_position_ms, 1_204_000);
    assert_eq!(episode.restrictions.as_ref().unwrap().reason, Some(RestrictionReason::Explicit));
    let episode: Episode = read(include_str!("../payloads/episode_extended.json"));
    assert_eq!(episode.show.id.unwrap(), "38bS44xjbVVZ3No3ByF1dJ");
    assert_eq!((episode.language.as_deref(), episode.languages.len()), (Some("en"), 2));
    assert_eq!(episode.release_date.unwrap().day(), Some(1));
}

#[test]
fn audiobooks_and_chapters_have_the_values_that_came() {
    let audiobook: Audiobook = read(include_str!("../payloads/audiobook_extended.json"));
    assert_eq!((audiobook.author_names().as_str(), audiobook.narrators.len()), ("Jules Verne", 2));
    assert_eq!((audiobook.edition.as_deref(), audiobook.total_chapters), (Some("Unabridged"), Some(47)));
    let chapter = &audiobook.chapters.items[0];
    assert_eq!((chapter.chapter_number, chapter.duration_ms), (Some(1), Some(1_800_500)));
    assert_eq!(chapter.restrictions.as_ref().unwrap().reason, Some(RestrictionReason::PaymentRequired));
    let chapter: Chapter = read(include_str!("../payloads/chapter_extended.json"));
    assert_eq!(chapter.audiobook.id.unwrap(), "7iHfbu1YPACw6oZPAFJtqe");
}

#[test]
fn a_playlist_has_the_values_that_came() {
    let playlist: Playlist = read(include_str!("../payloads/playlist_extended.json"));
    assert_eq!((playlist.owner.name(), playlist.public), ("A Listener", Some(true)));
    assert_eq!((playlist.followers.unwrap().total, playlist.collaborative), (4321, Some(false)));
    let [track, episode, withdrawn, local] = &playlist.items.as_ref().unwrap().items[..] else {
        panic!("expected four entries")
    };
    assert_eq!(track.item.as_ref().unwrap().as_track().unwrap().extra["track"], true);
    assert_eq!(episode.item.as_ref().unwrap().as_episode().unwrap().show.name, "Song by Song");
    assert_eq!(withdrawn.item.as_ref(), None);
    assert!(local.is_local && local.item.as_ref().unwrap().as_track().unwrap().is_local);
    assert_eq!(track.added_by.as_ref().unwrap().id.as_ref().unwrap(), "a.listener");
    assert_eq!(track.added_at.unwrap().to_string(), "2026-01-05T10:00:00Z");
}

#[test]
fn a_user_has_the_values_that_came() {
    let user: CurrentUser = read(include_str!("../payloads/user_current_extended.json"));
    assert_eq!((user.id.as_str(), user.account_id.as_deref()), ("a.listener", Some("aB3dE5fG7hJ9kL1m")));
    assert_eq!((user.country.unwrap(), user.product), ("SE".parse().unwrap(), Some(Product::Premium)));
    let explicit_content = user.explicit_content.unwrap();
    assert!(explicit_content.filter_enabled && !explicit_content.filter_locked);
}

#[test]
fn the_player_has_the_values_that_came() {
    let state: PlaybackState = read(include_str!("../payloads/playback_state.json"));
    assert_eq!((state.device.device_type, state.device.volume_percent), (Some(DeviceType::Speaker), Some(59)));
    assert_eq!((state.repeat_state, state.shuffle_state), (Some(RepeatState::Context), true));
    assert_eq!((state.smart_shuffle, state.is_playing), (Some(false), true));
    assert_eq!(state.actions.disallows.resuming, Some(true));
    assert_eq!(state.context.unwrap().context_type, Some(ContextType::Playlist));
    assert_eq!(state.item.unwrap().name(), "PERFuMITO NUEVO");
    let playing: CurrentlyPlaying = read(include_str!("../payloads/currently_playing.json"));
    assert_eq!(playing.context.unwrap().context_type, Some(ContextType::Collection));
    assert_eq!(playing.item.unwrap().as_episode().unwrap().name, "How EoO was made");
    let queue: PlaybackQueue = read(include_str!("../payloads/queue.json"));
    assert_eq!(
        queue.queue.iter().map(PlaybackItem::name).collect::<Vec<_>>(),
        ["The Last Song", "First Take, 100%", "Not a track"]
    );
    let played: CursorPage<RecentlyPlayedItem> = read(include_str!("../payloads/recently_played.json"));
    assert_eq!(played.items[0].track.name, "PERFuMITO NUEVO");
}

#[test]
fn a_search_has_a_page_for_each_type() {
    let found: SearchResult = read(include_str!("../payloads/search.json"));
    assert_eq!(found.tracks.unwrap().items[0].artists.len(), 2);
    assert_eq!(found.artists.unwrap().items[1].name, "RaiNao");
    assert_eq!(found.albums.unwrap().items[0].total_tracks, Some(17));
    assert_eq!(found.playlists.unwrap().items[0].items.as_ref().unwrap().total, 4);
    assert_eq!(found.shows.unwrap().items[0].name, "Song by Song");
    assert_eq!(found.episodes.unwrap().items[0].name, "How EoO was made");
    assert_eq!(found.audiobooks.unwrap().items[0].author_names(), "Jules Verne");
}

#[cfg(feature = "extended-quota")]
#[test]
fn what_extended_quota_brings_has_the_values_that_came() {
    let features: AudioFeatures = read(include_str!("../payloads/audio_features.json"));
    assert_eq!((features.key, features.mode, features.time_signature), (Some(9), Some(0), Some(4)));
    assert_eq!((features.loudness, features.instrumentalness), (Some(-5.883), Some(6.86e-5)));
    let analysis: AudioAnalysis = read(include_str!("../payloads/audio_analysis.json"));
    assert_eq!((analysis.track.tempo, analysis.meta.analysis_time), (Some(118.211), Some(6.93906)));
    assert_eq!((analysis.bars.len(), analysis.bars[1].confidence), (2, Some(0.0)));
    assert_eq!((analysis.sections[0].key, analysis.segments[0].pitches.len()), (Some(-1), 12));
    let recommendations: Recommendations = read(include_str!("../payloads/recommendations.json"));
    assert_eq!(recommendations.seeds[0].seed_type, Some(SeedType::Artist));
    assert_eq!(recommendations.tracks[0].name, "PERFuMITO NUEVO");
    let category: Category = read(include_str!("../payloads/category.json"));
    assert_eq!((category.id.as_str(), category.icons.len()), ("equal", 2));
    let featured: FeaturedPlaylists = read(include_str!("../payloads/featured_playlists.json"));
    assert_eq!((featured.message.as_deref(), featured.playlists.absent_items()), (Some("Friday evening"), 1));
}
