//! How large pages are, by the client's quota and by what Spotify allows the app.

use spotify_emulator::{Emulator, Quota as Mode};
use spotify_sdk::api::SearchType;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::models::{SimplifiedAlbum, SimplifiedPlaylist};
use spotify_sdk::{AsyncSpotifyClient, Error, Quota};

const ARTIST: &str = "4q3ewBCX7sLwd24euuV69X";

fn start(mode: Mode, quota: Option<Quota>) -> (Emulator, AsyncSpotifyClient) {
    let emulator = Emulator::builder().quota(mode).playlist(230).start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let mut builder = AsyncSpotifyClient::builder(token).base_url(emulator.base_url());
    if let Some(quota) = quota {
        builder = builder.quota(quota);
    }
    (emulator, builder.build().unwrap())
}

/// The id of the playlist with 230 items.
pub(crate) async fn long_playlist(client: &AsyncSpotifyClient) -> String {
    let playlists = client.playlists().get_for_current_user().collect_all().await.unwrap();
    let total = |playlist: &SimplifiedPlaylist| playlist.items.as_ref().map_or(0, |items| items.total);
    playlists.iter().max_by_key(|playlist| total(playlist)).unwrap().id.as_ref().unwrap().to_string()
}

/// The `limit` of each request for a page so far.
fn limits(emulator: &Emulator) -> Vec<u32> {
    let limit = |query: &str| query.split('&').find_map(|pair| pair.strip_prefix("limit=")?.parse().ok());
    emulator.take_requests().iter().filter_map(|request| limit(request.query.as_deref()?)).collect()
}

#[tokio::test]
async fn pages_are_as_large_as_every_app_may_have_them_unless_the_client_says_more() {
    for (mode, quota, requests) in [
        (Mode::Development, None, vec![50; 5]),
        (Mode::Extended, None, vec![50; 5]),
        (Mode::Extended, Some(Quota::Extended), vec![100; 3]),
    ] {
        let (emulator, client) = start(mode, quota);
        let id = long_playlist(&client).await;
        emulator.clear_requests();
        assert_eq!(client.playlists().get_items(&id).collect_all().await.unwrap().len(), 230);
        assert_eq!(limits(&emulator), requests, "{mode:?} {quota:?}");
        // Siblings are of the same app.
        let sibling = client.with_auth(AccessToken::new(emulator.valid_token()).unwrap());
        assert_eq!(sibling.playlists().get_items(&id).collect_all().await.unwrap().len(), 230);
        assert_eq!(limits(&emulator), requests, "{mode:?} {quota:?}");
    }
}

#[tokio::test]
async fn a_list_whose_limit_is_refused_steps_down_once_and_goes_on() {
    let (emulator, client) = start(Mode::Development, Some(Quota::Extended));
    let id = long_playlist(&client).await;
    emulator.clear_requests();
    assert_eq!(client.playlists().get_items(&id).collect_all().await.unwrap().len(), 230);
    assert_eq!(limits(&emulator), [100, 50, 50, 50, 50, 50]);

    let albums = client.artists().get_albums(ARTIST).collect_all().await.unwrap();
    let seen = limits(&emulator);
    assert_eq!(seen[0], 50);
    assert!(seen[1..].iter().all(|limit| *limit == 10), "{seen:?}");
    let (_other, with_small_pages) = start(Mode::Development, None);
    let expected = with_small_pages.artists().get_albums(ARTIST).collect_all().await.unwrap();
    let ids = |albums: &[SimplifiedAlbum]| albums.iter().map(|album| album.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&albums), ids(&expected));

    assert!(!client.search().search("a", SearchType::Artist).collect_all().await.unwrap().is_empty());
    assert_eq!(limits(&emulator)[..2], [50, 10]);

    // A limit of the caller's as well: what is wanted is the list.
    assert_eq!(client.playlists().get_items(&id).limit(70).collect_all().await.unwrap().len(), 230);
    assert_eq!(limits(&emulator)[..2], [70, 50]);
}

#[tokio::test]
async fn a_limit_for_extended_quota_is_sent_and_its_refusal_says_why() {
    let (_emulator, client) = start(Mode::Extended, None);
    assert_eq!(client.playlists().get_items(long_playlist(&client).await).limit(100).await.unwrap().items.len(), 100);

    let (_emulator, client) = start(Mode::Development, None);
    let error = client.playlists().get_items(long_playlist(&client).await).limit(100).await.unwrap_err();
    assert!(matches!(error, Error::BadRequest(_)), "{error:?}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("`limit`") && hint.contains("`quota`") && hint.contains("50"), "{hint}");
}

#[tokio::test]
async fn a_sync_reads_by_the_pages_of_the_quota_and_steps_down_too() {
    for (mode, quota, expected) in [
        (Mode::Development, Quota::Development, vec![50; 3]),
        (Mode::Extended, Quota::Extended, vec![100; 2]),
        (Mode::Development, Quota::Extended, vec![100, 50, 50, 50]),
    ] {
        let (emulator, client) = start(mode, Some(quota));
        let id = long_playlist(&client).await;
        let wanted: Vec<_> = client.playlists().get_items(&id).collect_all().await.unwrap();
        let wanted: Vec<_> = wanted.iter().filter_map(|item| item.item.as_ref()?.uri().cloned()).collect();
        emulator.clear_requests();
        client.playlists().sync(&id, &wanted).dry_run().await.unwrap();
        assert_eq!(limits(&emulator), expected, "{mode:?} {quota:?}");
    }
}
