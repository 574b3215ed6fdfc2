//! What Spotify really sends, and other clients break on.

use std::fmt::Debug;
use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use spotify_sdk::models::*;

use crate::payload::{by_one_name, holds};

/// Reads `json`, which has to be written again as it came, [by one name](by_one_name).
#[allow(clippy::needless_pass_by_value)]
fn read<T: DeserializeOwned + Serialize + Debug>(json: Value) -> T {
    let read = T::deserialize(&json).unwrap();
    let again = serde_json::to_value(&read).unwrap();
    assert!(holds(&again, &by_one_name::<T>(&json)), "{json:#} became {again:#}");
    read
}

#[test]
fn a_playlist_without_a_cover_has_null_for_its_images() {
    let playlist: Playlist = read(json!({"id": "1", "images": null}));
    assert!(playlist.images.is_empty());
    let playlist: SimplifiedPlaylist = read(json!({"images": null}));
    assert!(playlist.images.is_empty());
}

#[test]
fn an_image_may_have_no_height_and_no_width() {
    let playlist: SimplifiedPlaylist =
        read(json!({"images": [{"url": "a", "height": null, "width": null}, {"url": "b"}]}));
    assert_eq!(playlist.images.iter().map(|image| image.width).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn a_withdrawn_entry_of_a_playlist_has_no_content() {
    for entry in [json!({"track": null}), json!({"item": null}), json!({"item": null, "track": null}), json!({})] {
        let entry: PlaylistItem = read(entry);
        assert_eq!(entry.item.as_ref(), None);
    }
}

#[test]
fn an_absent_entry_of_a_playlist_is_left_out_and_counted() {
    let page: Page<PlaylistItem> = read(json!({"items": [null, {"track": null}, null], "total": 3}));
    assert_eq!((page.items.len(), page.absent_items(), page.total), (1, 2, 3));
}

#[test]
fn a_local_file_has_a_name_and_no_ids() {
    let local: Value = serde_json::from_str(include_str!("../payloads/track_local.json")).unwrap();
    let entry: PlaylistItem = read(json!({"is_local": true, "track": local}));
    assert!(entry.is_local);
    let track = entry.item.as_ref().unwrap().as_track().unwrap();
    assert!(track.is_local);
    assert_eq!((&track.id, &track.href), (&None, &None));
    assert_eq!((track.name.as_str(), track.artist_names().as_str()), ("First Take, 100%", "My Own Band"));
    assert_eq!((&track.album.id, &track.album.album_type, &track.album.release_date), (&None, &None, &None));
    assert_eq!(track.external_urls.spotify, None);
    let uri = track.uri.as_ref().unwrap();
    assert!(uri.is_local());
    assert_eq!((uri.kind(), uri.id()), (None, None));
    assert_eq!(*uri, "spotify:local:My+Own+Band:Rough+Mixes:First+Take%2C+100%25:187");
}

#[test]
fn what_an_entry_of_a_playlist_holds_is_decided_by_its_type_alone() {
    let episode: PlaylistItem = read(json!({
        "track": {"type": "episode", "track": true, "episode": false, "name": "E", "album": {}, "track_number": 1},
    }));
    let episode = episode.item.as_ref().unwrap().as_episode().unwrap();
    assert_eq!((&episode.extra["track"], &episode.extra["episode"]), (&json!(true), &json!(false)));
    assert_eq!(episode.extra["track_number"], 1);

    let track: PlaylistItem = read(json!({
        "track": {"track": false, "episode": true, "name": "T", "show": {}, "type": "track"},
    }));
    let track = track.item.as_ref().unwrap().as_track().unwrap();
    assert_eq!((&track.extra["track"], &track.extra["episode"]), (&json!(false), &json!(true)));

    for odd in [json!({"type": "clip", "name": "C"}), json!({"name": "C"}), json!({"type": null, "name": "C"})] {
        let entry: PlaylistItem = read(json!({ "item": odd }));
        let content = entry.item.as_ref().unwrap();
        let PlaylistItemContent::Unknown(object) = content else { panic!("{content:?}") };
        assert!(holds(object, &odd), "{object}");
        assert_eq!((content.as_track(), content.as_episode(), content.name()), (None, None, "C"));
    }
}

#[test]
fn whole_numbers_come_as_floats() {
    let state: PlaybackState = read(json!({
        "progress_ms": 33920.0,
        "timestamp": 1767607200123.0,
        "device": {"volume_percent": 59.0},
        "item": {"type": "track", "duration_ms": 200000.0, "album": {"images": [{"url": "a", "height": 640.0, "width": 640.0}]}},
    }));
    assert_eq!((state.progress_ms, state.timestamp), (Some(33920), Some(1_767_607_200_123)));
    assert_eq!(state.device.volume_percent, Some(59));
    let item = state.item.unwrap();
    assert_eq!(item.duration(), Some(Duration::from_secs(200)));
    assert_eq!(item.as_track().unwrap().album.images[0].width, Some(640));
    let page: Page<SimplifiedTrack> = read(json!({"limit": 50.0, "offset": 0.0, "total": 4e3, "items": []}));
    assert_eq!((page.limit, page.total), (50, 4000));
}

#[test]
fn every_enumeration_keeps_a_word_it_does_not_know() {
    let device: PlayerDevice = read(json!({"type": "Toaster"}));
    assert_eq!(device.device_type, Some(DeviceType::Unknown("Toaster".into())));
    let album: SimplifiedAlbum = read(json!({
        "album_type": "ep", "album_group": "tribute", "release_date_precision": "hour", "type": "record",
        "restrictions": {"reason": "weather"},
    }));
    assert_eq!(album.album_type, Some(AlbumType::Unknown("ep".into())));
    assert_eq!(album.album_group, Some(AlbumGroup::Unknown("tribute".into())));
    assert_eq!(album.release_date_precision, Some(DatePrecision::Unknown("hour".into())));
    assert_eq!(album.object_type, Some(ObjectType::Unknown("record".into())));
    assert_eq!(album.restrictions.unwrap().reason, Some(RestrictionReason::Unknown("weather".into())));
    let user: CurrentUser = read(json!({"id": "1", "product": "platinum", "country": "XYZ"}));
    assert_eq!(user.product, Some(Product::Unknown("platinum".into())));
    assert_eq!((user.country, &user.extra["country"]), (None, &json!("XYZ")));
    let state: PlaybackState = read(json!({
        "repeat_state": "twice", "currently_playing_type": "concert", "context": {"type": "radio"},
    }));
    assert_eq!(state.repeat_state, Some(RepeatState::Unknown("twice".into())));
    assert_eq!(state.currently_playing_type, Some(CurrentlyPlayingType::Unknown("concert".into())));
    assert_eq!(state.context.unwrap().context_type, Some(ContextType::Unknown("radio".into())));
    let show: SimplifiedShow = read(json!({"copyrights": [{"type": "M", "text": "2026"}]}));
    assert_eq!(show.copyrights[0].copyright_type, Some(CopyrightType::Unknown("M".into())));
}

#[test]
fn words_come_in_upper_and_in_lower_case() {
    for (word, device_type) in [
        ("Tv", DeviceType::Tv),
        ("TV", DeviceType::Tv),
        ("computer", DeviceType::Computer),
        ("Smartwatch", DeviceType::Smartwatch),
    ] {
        let device: PlayerDevice = read(json!({ "type": word }));
        assert_eq!(device.device_type, Some(device_type));
    }
    let mut device: PlayerDevice = read(json!({"type": "tv"}));
    device.device_type = Some(DeviceType::Speaker);
    assert_eq!(serde_json::to_value(&device).unwrap()["type"], "Speaker");
}

#[test]
fn older_and_trimmed_answers_leave_out_what_others_have() {
    let artist: Artist = read(json!({"id": "1"}));
    assert!(artist.genres.is_empty() && artist.images.is_empty());
    assert_eq!((artist.href, artist.external_urls.spotify, artist.followers), (None, None, None));
    let track: Track = read(json!({"name": "T"}));
    assert_eq!((track.is_local, track.track_number, track.album.name.as_str()), (false, None, ""));
    let show: SimplifiedShow = read(json!({}));
    assert!(show.languages.is_empty());
    let album: SimplifiedAlbum = read(json!({"artists": null}));
    assert_eq!((album.artists.len(), album.artist_names()), (0, String::new()));
}

#[test]
fn a_device_may_have_no_id_and_no_volume() {
    let device: PlayerDevice = read(json!({"id": null, "name": "Kitchen", "volume_percent": null}));
    assert_eq!((device.id, device.volume_percent), (None, None));
}

#[test]
fn there_is_no_item_during_an_advertisement_and_where_spotify_does_not_know() {
    let state: PlaybackState = read(json!({"currently_playing_type": "ad", "item": null, "is_playing": true}));
    assert_eq!((state.currently_playing_type, state.item), (Some(CurrentlyPlayingType::Ad), None));
    let playing: CurrentlyPlaying =
        read(json!({"currently_playing_type": "unknown", "item": null, "progress_ms": null}));
    assert_eq!(playing.currently_playing_type.as_ref().unwrap().as_str(), "unknown");
    assert_eq!((playing.item, playing.progress_ms, playing.is_playing), (None, None, false));
    let queue: PlaybackQueue = read(json!({"currently_playing": null, "queue": [null]}));
    assert_eq!((queue.currently_playing, queue.queue.len()), (None, 0));
}

#[test]
fn a_release_date_may_be_unknown_or_not_fit_its_precision() {
    for (date, precision, year) in
        [("0000", "day", None), ("", "year", None), ("1981", "day", Some(1981)), ("1981-12-15", "year", Some(1981))]
    {
        let album: SimplifiedAlbum = read(json!({"release_date": date, "release_date_precision": precision}));
        assert_eq!(album.release_date.unwrap().year(), year, "{date}");
    }
    let episode: Episode = read(json!({"release_date": null}));
    assert_eq!(episode.release_date, None);
}

#[test]
fn an_old_playlist_does_not_say_when_and_by_whom_an_entry_was_added() {
    let entry: PlaylistItem = read(json!({"added_at": null, "added_by": null, "track": {"type": "track"}}));
    assert_eq!((entry.added_at, entry.added_by), (None, None));
    let entry: PlaylistItem =
        read(json!({"added_at": "1970-01-01T00:00:00Z", "added_by": {"id": "", "uri": "spotify:user:"}}));
    assert_eq!(entry.added_by.unwrap().name(), "");
}

#[test]
fn times_may_have_milliseconds() {
    let played: RecentlyPlayedItem = read(json!({"played_at": "2026-01-05T10:00:00.123Z", "track": {}}));
    assert_eq!(played.played_at.unwrap().as_millisecond(), 1_767_607_200_123);
    let played: RecentlyPlayedItem = read(json!({"played_at": "2026-01-05T10:00:00.000Z", "track": {}}));
    assert_eq!(played.played_at.unwrap().as_second(), 1_767_607_200);
    let played: RecentlyPlayedItem = read(json!({"played_at": "this morning", "track": {}}));
    assert_eq!((played.played_at, &played.extra["played_at"]), (None, &json!("this morning")));
}

#[test]
fn a_time_is_read_however_it_is_spelled() {
    for time in [
        "2026-01-05T10:00:00Z",
        "2026-01-05T10:00:00.5Z",
        "2026-01-05T100000.0Z",
        "2026-01-05t10:00:00z",
        "2026-01-05 10:00:00Z",
        "2026-01-05T11:00:00+01:00",
        "2016-12-31T23:59:60Z",
        "20260105T10:00:00.0Z",
    ] {
        let saved: SavedTrack = read(json!({"added_at": time, "track": {}}));
        assert!(saved.added_at.is_some(), "{time}");
    }
}

#[test]
fn a_user_name_may_hold_any_character() {
    for (name, uri) in [
        ("smørre $ brød/ü", "spotify:user:sm%C3%B8rre%20%24%20br%C3%B8d%2F%C3%BC"),
        ("$$$", "spotify:user:$$$"),
        ("日本", "spotify:user:%E6%97%A5%E6%9C%AC"),
    ] {
        let user: CurrentUser = read(json!({"id": name, "uri": uri}));
        assert_eq!(user.id, name);
        assert_eq!(user.name(), name);
        assert!(user.uri.is_some());
    }
}

#[test]
fn a_track_lists_every_market_there_is() {
    let codes: Vec<String> = (b'A'..=b'Z')
        .flat_map(|a| (b'A'..=b'G').map(move |b| [a, b]))
        .map(|c| c.map(char::from).iter().collect())
        .collect();
    let track: Track = read(json!({"available_markets": codes, "album": {"available_markets": codes}}));
    assert_eq!(track.available_markets.len(), 182);
    assert_eq!(track.album.available_markets[181], "ZG");
}

#[test]
fn an_audiobook_may_have_no_chapters_and_a_chapter_may_say_that_it_is_an_episode() {
    let audiobook: Audiobook = read(json!({"id": "1", "chapters": null, "total_chapters": null}));
    assert_eq!((audiobook.chapters.items.len(), audiobook.total_chapters), (0, None));
    let audiobook: Audiobook = read(json!({"id": "1", "chapters": {"items": [null, {"id": "2", "type": "episode"}]}}));
    assert_eq!(audiobook.chapters.absent_items(), 1);
    assert_eq!(audiobook.chapters.items[0].object_type, Some(ObjectType::Episode));
    let chapter: Chapter = read(json!({"id": "2", "type": "episode", "uri": "spotify:episode:2"}));
    assert_eq!(chapter.id, "2");
}

#[test]
fn a_playlist_has_its_contents_by_either_name_or_by_both() {
    let entry = |key: &str| json!({ key: {"type": "track", "name": key} });
    for (playlist, name) in [
        (json!({"id": "1", "items": {"items": [entry("item")]}}), "item"),
        (json!({"id": "1", "items": {"items": [entry("track")]}}), "track"),
        (json!({"id": "1", "tracks": {"items": [entry("track")]}}), "track"),
        (json!({"id": "1", "tracks": {"items": [entry("item")]}}), "item"),
        (json!({"id": "1", "items": {"items": [entry("item")]}, "tracks": {"items": [entry("track")]}}), "item"),
        (json!({"id": "1", "items": null, "tracks": {"items": [entry("track")]}}), "track"),
        (json!({"id": "1", "items": {"items": [{"item": {"type": "track", "name": "item"}, "track": true}]}}), "item"),
        (
            json!({"id": "1", "items": {"items": [{"item": false, "track": {"type": "track", "name": "track"}}]}}),
            "track",
        ),
    ] {
        let playlist: Playlist = read(playlist);
        assert_eq!(playlist.items.as_ref().unwrap().items[0].item.as_ref().unwrap().name(), name);
    }
    // Whichever stands first.
    let playlist: Playlist =
        serde_json::from_str(r#"{"tracks": {"total": 1}, "id": "1", "items": {"total": 2}, "tracks": {"total": 3}}"#)
            .unwrap();
    assert_eq!(playlist.items.as_ref().unwrap().total, 2);
    assert!(holds(&serde_json::to_value(&playlist).unwrap(), &json!({"id": "1", "items": {"total": 2}})));
    let playlist: Playlist = serde_json::from_str(r#"{"tracks": {"total": 1}, "id": "1", "items": null}"#).unwrap();
    assert_eq!(playlist.items.unwrap().total, 1);
    let of_another: Playlist = read(json!({"id": "1"}));
    assert_eq!(of_another.items.as_ref(), None);
}

#[test]
fn a_listed_playlist_has_its_total_by_either_name_or_by_both() {
    for playlist in [
        json!({"items": {"total": 4}}),
        json!({"tracks": {"total": 4}}),
        json!({"items": {"total": 4}, "tracks": {"total": 4}}),
        json!({"items": null, "tracks": {"total": 4}}),
    ] {
        let playlist: SimplifiedPlaylist = read(playlist);
        assert_eq!(playlist.items.as_ref().unwrap().total, 4);
    }
}

#[test]
fn the_cursors_of_a_last_page_are_null_or_hold_null() {
    for cursors in [json!(null), json!({"after": null, "before": null}), json!({})] {
        let page: CursorPage<Artist> = read(json!({"items": [], "cursors": cursors, "next": null, "limit": 20}));
        assert_eq!(page.cursors.and_then(|cursors| cursors.after), None);
    }
    let page: CursorPage<RecentlyPlayedItem> = read(json!({"items": [], "cursors": {"after": "1767607200123"}}));
    assert_eq!((page.total, page.cursors.unwrap().after.unwrap().as_str()), (None, "1767607200123"));
}

#[test]
fn a_page_of_a_search_is_full_of_null() {
    let found: SearchResult = read(json!({"playlists": {"items": [null, {"name": "P"}, null, null], "total": 901}}));
    let playlists = found.playlists.unwrap();
    assert_eq!((playlists.items.len(), playlists.absent_items()), (1, 3));
    assert_eq!(found.tracks, None);
}

#[cfg(feature = "extended-quota")]
#[test]
fn the_type_of_a_seed_comes_in_upper_case() {
    let seed: RecommendationSeed = read(json!({"type": "ARTIST", "href": null, "initialPoolSize": 250.0}));
    assert_eq!((seed.seed_type, seed.initial_pool_size), (Some(SeedType::Artist), Some(250)));
}
