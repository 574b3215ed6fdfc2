//! Every paged operation, whole, against the emulator.

use std::collections::HashSet;

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::SpotifyClient;
use spotify_sdk::api::SearchType;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::models::SearchItem;

fn client(emulator: &Emulator) -> AsyncSpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

fn emulator() -> Emulator {
    let quota = if cfg!(feature = "extended-quota") { Quota::Extended } else { Quota::Development };
    Emulator::builder().quota(quota).library(320).playlist(230).start().unwrap()
}

/// Reads a list by small pages and at once; both have to be the same, and as long as the first page says.
macro_rules! whole {
    ($name:literal, $call:expr) => {{
        let once = $call.collect_all().await.unwrap();
        let mut pages = $call.limit(3).pages();
        let mut count = 0;
        let mut by_pages = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.unwrap();
            count += page.entries();
            by_pages.extend(page.items);
        }
        assert_eq!(once, by_pages, "{}", $name);
        if let Some(total) = pages.total() {
            assert_eq!(count, total as usize, "{}", $name);
        }
        once.len()
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn every_paged_operation_gives_its_whole_list() {
    let emulator = emulator();
    let client = client(&emulator);
    let show = client.shows().get_saved().limit(1).await.unwrap().items[0].show.id.clone().unwrap();
    let audiobook = client.audiobooks().get_saved().limit(1).await.unwrap().items[0].audiobook.id.clone();
    let playlists = client.playlists().get_for_current_user().collect_all().await.unwrap();
    let mine = playlists.iter().max_by_key(|playlist| playlist.items.as_ref().map_or(0, |items| items.total)).unwrap();

    assert_eq!(whole!("saved tracks", client.tracks().get_saved()), 320);
    assert!(whole!("saved albums", client.albums().get_saved()) > 3);
    assert!(whole!("tracks of an album", client.albums().get_tracks("4Uv86qWpGTxf7fU7lG5X6F")) > 20);
    assert!(whole!("albums of an artist", client.artists().get_albums("4q3ewBCX7sLwd24euuV69X")) > 0);
    assert!(whole!("chapters", client.audiobooks().get_chapters(&audiobook)) > 3);
    assert!(whole!("saved audiobooks", client.audiobooks().get_saved()) > 0);
    assert!(whole!("episodes of a show", client.shows().get_episodes(&show)) > 3);
    assert!(whole!("saved episodes", client.episodes().get_saved()) > 0);
    assert!(whole!("saved shows", client.shows().get_saved()) > 0);
    assert!(whole!("items of a playlist", client.playlists().get_items(mine.id.as_ref().unwrap())) > 100);
    assert!(whole!("playlists", client.playlists().get_for_current_user()) > 3);
    assert!(whole!("top artists", client.users().get_top_artists()) > 3);
    assert!(whole!("top tracks", client.users().get_top_tracks()) > 3);
    assert!(whole!("followed artists", client.users().get_followed_artists()) > 3);
    assert!(whole!("recently played", client.player().get_recently_played()) > 3);
}

#[cfg(feature = "extended-quota")]
#[tokio::test(flavor = "multi_thread")]
async fn every_paged_operation_for_extended_quota_gives_its_whole_list() {
    let emulator = emulator();
    let client = client(&emulator);
    let playlists = client.playlists().get_for_user("alma").collect_all().await.unwrap();
    assert!(playlists.len() > 3);
    let mine = playlists.iter().max_by_key(|playlist| playlist.items.as_ref().map_or(0, |items| items.total)).unwrap();
    assert!(whole!("tracks of a playlist", client.playlists().get_tracks(mine.id.as_ref().unwrap())) > 100);
    assert!(whole!("new releases", client.albums().get_new_releases()) > 3);
    let categories = client.browse().get_categories().collect_all().await.unwrap();
    assert_eq!(whole!("categories", client.browse().get_categories()), categories.len());
    let featured = client.browse().get_featured_playlists();
    assert_eq!(featured.clone().limit(1).collect_all().await.unwrap(), featured.collect_all().await.unwrap());
    let of_category = client.browse().get_category_playlists(&*categories[0].id).limit(1).collect_all().await.unwrap();
    assert_eq!(of_category, client.browse().get_category_playlists(&*categories[0].id).collect_all().await.unwrap());
}

#[tokio::test]
async fn recently_played_is_read_forwards_from_a_time_too() {
    let emulator = emulator();
    let client = client(&emulator);
    let all = client.player().get_recently_played().collect_all().await.unwrap();
    let oldest = all.last().unwrap().played_at.unwrap();
    let later = client.player().get_recently_played().after(oldest).limit(4).collect_all().await.unwrap();
    let times = |items: &[spotify_sdk::models::RecentlyPlayedItem]| {
        items.iter().map(|item| item.played_at.unwrap()).collect::<HashSet<_>>()
    };
    assert_eq!(later.len(), times(&later).len(), "none comes twice");
    assert!(times(&later).is_subset(&times(&all)));
}

#[tokio::test]
async fn a_search_is_read_for_all_of_its_types_to_the_end_that_spotify_sets() {
    let emulator = emulator();
    let client = client(&emulator);
    let found = client.search().search("a", [SearchType::Album, SearchType::Artist]).collect_all().await.unwrap();
    let (mut albums, mut artists) = (0, 0);
    for item in &found {
        match item {
            SearchItem::Album(_) => albums += 1,
            SearchItem::Artist(_) => artists += 1,
            other => panic!("{other:?}"),
        }
    }
    let page = client.search().search("a", [SearchType::Album, SearchType::Artist]).limit(1).await.unwrap();
    assert_eq!(albums, page.albums.unwrap().total);
    assert_eq!(artists, page.artists.unwrap().total);

    let tracks = client.search().search("track", [SearchType::Track]).offset(995).limit(10).collect_all().await;
    assert!(tracks.is_ok(), "{tracks:?}");
    assert!(emulator.requests().iter().any(|request| request.query.as_deref().unwrap().contains("limit=5&offset=995")));
}

#[test]
fn the_blocking_client_reads_ten_thousand_tracks_in_order() {
    let emulator = Emulator::builder().library(10_000).start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    let all = client.tracks().get_saved().concurrency(8).collect_all().unwrap();
    assert_eq!(all.len(), 10_000);
    assert_eq!(all.iter().map(|saved| saved.track.id.clone()).collect::<HashSet<_>>().len(), 10_000);
    assert_eq!(emulator.requests().len(), 200);
    let some = client.tracks().get_saved().offset(7_770).limit(50).send().unwrap();
    assert_eq!(all[7_770..7_820], some.items[..]);
}
