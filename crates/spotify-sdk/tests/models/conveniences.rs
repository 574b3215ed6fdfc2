//! The lines that the models save their users.

use std::time::Duration;

use serde_json::json;
use spotify_sdk::ids::UserId;
use spotify_sdk::models::*;

fn images(widths: &[Option<u32>]) -> Vec<Image> {
    let image = |(index, width): (usize, &Option<u32>)| json!({"url": index.to_string(), "width": width});
    serde_json::from_value(widths.iter().enumerate().map(image).collect()).unwrap()
}

fn index_of(image: Option<&Image>) -> Option<usize> {
    image.map(|image| image.url.parse().unwrap())
}

#[test]
fn the_largest_image_is_the_widest_or_else_the_first() {
    for (widths, largest) in [
        (&[Some(640), Some(300), Some(64)][..], Some(0)),
        (&[Some(64), Some(640), Some(300)], Some(1)),
        (&[Some(300), Some(300)], Some(0)),
        (&[None, Some(64)], Some(1)),
        (&[None, None], Some(0)),
        (&[], None),
    ] {
        assert_eq!(index_of(images(widths).largest()), largest, "{widths:?}");
    }
}

#[test]
fn the_smallest_image_is_the_narrowest_or_else_the_last() {
    for (widths, smallest) in [
        (&[Some(640), Some(300), Some(64)][..], Some(2)),
        (&[Some(64), Some(640), Some(300)], Some(0)),
        (&[None, Some(64), None], Some(1)),
        (&[None, None], Some(1)),
        (&[], None),
    ] {
        assert_eq!(index_of(images(widths).smallest()), smallest, "{widths:?}");
    }
}

#[test]
fn an_image_of_at_least_some_width_is_the_narrowest_of_those() {
    let sizes = images(&[Some(640), Some(300), Some(64), None]);
    for (width, index) in [(0, Some(2)), (64, Some(2)), (65, Some(1)), (301, Some(0)), (641, None)] {
        assert_eq!(index_of(sizes.at_least(width)), index, "{width}");
    }
    assert_eq!(images(&[None]).at_least(0), None);
}

#[test]
fn names_are_put_in_one_line() {
    let track: Track = serde_json::from_value(json!({"artists": [{"name": "RaiNao"}, {"name": "Bad Bunny"}]})).unwrap();
    assert_eq!(track.artist_names(), "RaiNao, Bad Bunny");
    let audiobook = json!({"id": "1", "authors": [{"name": "A"}, {"name": "B"}]});
    assert_eq!(serde_json::from_value::<Audiobook>(audiobook.clone()).unwrap().author_names(), "A, B");
    assert_eq!(serde_json::from_value::<SimplifiedAudiobook>(audiobook).unwrap().author_names(), "A, B");
}

#[test]
fn whatever_has_a_length_has_it_as_a_duration() {
    let json = json!({"id": "1", "duration_ms": 1500});
    let length = Some(Duration::from_millis(1500));
    assert_eq!(serde_json::from_value::<Track>(json.clone()).unwrap().duration(), length);
    assert_eq!(serde_json::from_value::<SimplifiedTrack>(json.clone()).unwrap().duration(), length);
    assert_eq!(serde_json::from_value::<Episode>(json.clone()).unwrap().duration(), length);
    assert_eq!(serde_json::from_value::<SimplifiedEpisode>(json.clone()).unwrap().duration(), length);
    assert_eq!(serde_json::from_value::<Chapter>(json.clone()).unwrap().duration(), length);
    assert_eq!(serde_json::from_value::<SimplifiedChapter>(json.clone()).unwrap().duration(), length);
    #[cfg(feature = "extended-quota")]
    assert_eq!(serde_json::from_value::<AudioFeatures>(json).unwrap().duration(), length);
    assert_eq!(serde_json::from_value::<Track>(json!({"duration_ms": null})).unwrap().duration(), None);
}

#[test]
fn positions_are_durations() {
    let json = json!({"progress_ms": 33920, "resume_position_ms": 1200});
    let progress = Some(Duration::from_millis(33_920));
    assert_eq!(serde_json::from_value::<PlaybackState>(json.clone()).unwrap().progress(), progress);
    assert_eq!(serde_json::from_value::<CurrentlyPlaying>(json.clone()).unwrap().progress(), progress);
    assert_eq!(serde_json::from_value::<ResumePoint>(json).unwrap().position(), Duration::from_millis(1200));
    assert_eq!(serde_json::from_value::<PlaybackState>(json!({})).unwrap().progress(), None);
}

#[test]
fn a_playlist_knows_its_owner() {
    let json = json!({"id": "1", "owner": {"id": "a.listener", "display_name": "A Listener"}});
    let playlist: Playlist = serde_json::from_value(json.clone()).unwrap();
    let listed: SimplifiedPlaylist = serde_json::from_value(json).unwrap();
    let user: UserId = "a.listener".parse().unwrap();
    assert!(playlist.is_owned_by(&user) && playlist.is_owned_by("a.listener") && listed.is_owned_by(user));
    assert!(!playlist.is_owned_by("another") && !listed.is_owned_by("A Listener"));
    let ownerless: SimplifiedPlaylist = serde_json::from_str("{}").unwrap();
    assert!(!ownerless.is_owned_by(""));
}

#[test]
fn a_user_is_called_by_the_name_that_is_shown_or_else_by_the_id() {
    let named = json!({"id": "1", "display_name": "A Listener"});
    assert_eq!(serde_json::from_value::<PublicUser>(named.clone()).unwrap().name(), "A Listener");
    assert_eq!(serde_json::from_value::<CurrentUser>(named).unwrap().name(), "A Listener");
    let unnamed = json!({"id": "1", "display_name": null});
    assert_eq!(serde_json::from_value::<PublicUser>(unnamed.clone()).unwrap().name(), "1");
    assert_eq!(serde_json::from_value::<CurrentUser>(unnamed).unwrap().name(), "1");
    assert_eq!(serde_json::from_str::<PublicUser>("{}").unwrap().name(), "");
}

#[test]
fn tracks_and_episodes_are_asked_the_same_questions() {
    for json in [
        json!({"type": "track", "name": "N", "uri": "spotify:track:1", "duration_ms": 1000}),
        json!({"type": "episode", "name": "N", "uri": "spotify:episode:1", "duration_ms": 1000}),
    ] {
        let is_track = json["type"] == "track";
        let uri = format!("spotify:{}:1", json["type"].as_str().unwrap());
        let content: PlaylistItemContent = serde_json::from_value(json.clone()).unwrap();
        assert_eq!((content.name(), content.duration()), ("N", Some(Duration::from_secs(1))));
        assert_eq!(*content.uri().unwrap(), *uri);
        assert_eq!((content.as_track().is_some(), content.as_episode().is_some()), (is_track, !is_track));
        let item: PlaybackItem = serde_json::from_value(json).unwrap();
        assert_eq!((item.name(), item.duration()), ("N", Some(Duration::from_secs(1))));
        assert_eq!(*item.uri().unwrap(), *uri);
        assert_eq!((item.as_track().is_some(), item.as_episode().is_some()), (is_track, !is_track));
    }
    let unknown: PlaybackItem = serde_json::from_str("{}").unwrap();
    assert_eq!((unknown.name(), unknown.uri(), unknown.duration()), ("", None, None));
}

#[test]
fn pages_say_whether_there_is_a_next_one_and_are_iterated_over() {
    let json = json!({"items": [{"name": "A"}, null, {"name": "B"}], "next": "https://api.spotify.com/v1/more"});
    let page: Page<SimplifiedArtist> = serde_json::from_value(json.clone()).unwrap();
    let cursor_page: CursorPage<SimplifiedArtist> = serde_json::from_value(json).unwrap();
    assert!(page.has_next() && cursor_page.has_next());
    assert_eq!((page.absent_items(), cursor_page.absent_items()), (1, 1));
    assert_eq!((&page).into_iter().chain(&cursor_page).map(|artist| artist.name.as_str()).collect::<String>(), "ABAB");
    assert_eq!(page.into_iter().chain(cursor_page).count(), 4);
    let last: Page<SimplifiedArtist> = serde_json::from_str(r#"{"items": [], "next": null}"#).unwrap();
    assert!(!last.has_next());
}

#[test]
fn a_page_is_used_as_a_slice_of_its_items() {
    let json = json!({"items": [{"name": "A"}, null, {"name": "B"}]});
    let page: Page<SimplifiedArtist> = serde_json::from_value(json.clone()).unwrap();
    let cursor_page: CursorPage<SimplifiedArtist> = serde_json::from_value(json).unwrap();
    assert_eq!((page.len(), page[1].name.as_str(), page.first()), (2, "B", cursor_page.first()));
    assert!(page.iter().eq(cursor_page.iter()) && Page::<Track>::default().is_empty());
}

#[test]
fn a_model_is_made_with_what_it_requires_and_of_nothing_else() {
    let album = Album::new("spotify:album:4aawyAB9vmqN3uQ7FjRGTy").unwrap();
    assert_eq!(album, serde_json::from_str(r#"{"id": "4aawyAB9vmqN3uQ7FjRGTy"}"#).unwrap());
    assert_eq!(Album::new(&album.id).unwrap(), album);
    assert!(Album::new("spotify:track:4aawyAB9vmqN3uQ7FjRGTy").is_err());
    assert_eq!(CurrentUser::new("jörg").unwrap().name(), "jörg");
    let saved = SavedAlbum::new(album);
    assert_eq!(serde_json::from_value::<SavedAlbum>(serde_json::to_value(&saved).unwrap()).unwrap(), saved);

    let mut track = Track::default();
    track.name = "EoO".into();
    let mut entry = PlaylistItem::default();
    entry.item = Some(track.into());
    assert_eq!(serde_json::to_value(&entry).unwrap()["item"]["name"], "EoO");
}

#[test]
fn a_model_that_requires_nothing_is_by_default_what_an_empty_object_is() {
    macro_rules! defaults {
        ($($model:ty),* $(,)?) => {$(
            assert_eq!(<$model>::default(), serde_json::from_str("{}").unwrap(), stringify!($model));
        )*};
    }
    defaults!(
        CurrentlyPlaying,
        Copyright,
        Cursor,
        CursorPage<Artist>,
        Disallows,
        Episode,
        ExplicitContent,
        ExternalIds,
        ExternalUrls,
        Followers,
        Image,
        LinkedFrom,
        Page<Track>,
        PlaybackActions,
        PlaybackContext,
        PlaybackQueue,
        PlaybackState,
        PlayerDevice,
        PlaylistItem,
        PlaylistItemsRef,
        PublicUser,
        RecentlyPlayedItem,
        Restriction,
        ResumePoint,
        SavedEpisode,
        SavedShow,
        SavedTrack,
        SearchResult,
        SimplifiedAlbum,
        SimplifiedArtist,
        SimplifiedAudiobook,
        SimplifiedChapter,
        SimplifiedEpisode,
        SimplifiedPlaylist,
        SimplifiedShow,
        SimplifiedTrack,
        Track,
    );
}

#[test]
fn descriptions_read_as_people_see_them_whatever_the_model() {
    let playlist =
        json!({"id": "1", "name": "Mix", "description": "Tom &amp; Jerry&#x27;s <a href=\"spotify:x\">mix</a>"});
    let whole: Playlist = serde_json::from_value(playlist.clone()).unwrap();
    let simplified: SimplifiedPlaylist = serde_json::from_value(playlist).unwrap();
    assert_eq!(whole.description_text().as_deref(), Some("Tom & Jerry's mix"));
    assert_eq!(simplified.description_text(), whole.description_text());
    assert_eq!(whole.description.as_deref(), Some("Tom &amp; Jerry&#x27;s <a href=\"spotify:x\">mix</a>"));
    for nothing in [json!(null), json!(""), json!(" ")] {
        let playlist: Playlist = serde_json::from_value(json!({"id": "1", "description": nothing})).unwrap();
        assert_eq!(playlist.description_text(), None);
    }

    let spoken =
        json!({"id": "1", "description": "One.Two &amp; all", "html_description": "<p>One.</p><p>Two &amp; all</p>"});
    let plain = json!({"id": "1", "description": " As it is &amp; stays ", "html_description": ""});
    macro_rules! both {
        ($($model:ty),*) => {$(
            let model: $model = serde_json::from_value(spoken.clone()).unwrap();
            assert_eq!(model.description_text().as_deref(), Some("One.\n\nTwo & all"), stringify!($model));
            let model: $model = serde_json::from_value(plain.clone()).unwrap();
            assert_eq!(model.description_text().as_deref(), Some("As it is &amp; stays"), stringify!($model));
        )*};
    }
    both!(Show, SimplifiedShow, Episode, SimplifiedEpisode, Audiobook, SimplifiedAudiobook, Chapter, SimplifiedChapter);
}
