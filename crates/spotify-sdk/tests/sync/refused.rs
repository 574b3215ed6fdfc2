//! What is refused before anything is sent, or before anything is changed.

use spotify_sdk::Error;
use spotify_sdk::http::Method;

use crate::support::*;

#[tokio::test]
async fn what_cannot_be_meant_is_refused_before_anything_is_sent() {
    let stage = Stage::new(EVERY_QUOTA[0]).await;
    let track = tracks()[0].to_string();
    let playlists = stage.client.playlists();
    let id = &stage.playlist;
    let album = "spotify:album:5K79FLRUCSysQnVESLcTdb";
    for (result, parameter) in [
        (playlists.sync("", [&track]).await, "id"),
        (playlists.sync(album, [&track]).await, "id"),
        (playlists.sync(id, [&track, album]).await, "wanted"),
        (playlists.sync(id, ["6rqhFgbbKwnb9MLmUQDhG6"]).await, "wanted"),
        (playlists.sync(id, ["spotify:collection"]).await, "wanted"),
        (playlists.sync(id, vec![&track; 10_001]).await, "wanted"),
        (playlists.sync(id, [&track]).snapshot_id("").await, "snapshot_id"),
        (playlists.sync(id, [&track]).timeout(std::time::Duration::ZERO).await, "timeout"),
    ] {
        match result.unwrap_err() {
            Error::InvalidInput(error) => assert_eq!(error.parameter, parameter, "{error}"),
            other => panic!("{other}"),
        }
    }
    let error = stage.blocking().playlists().sync(id, [album]).dry_run().send().unwrap_err();
    assert!(error.to_string().contains("expected tracks and episodes"), "{error}");
    assert_eq!(stage.methods().len(), 1, "but for the request that made the playlist");
}

#[tokio::test]
async fn a_local_file_that_the_playlist_does_not_have_is_refused_before_anything_is_changed() {
    let stage = Stage::with(EVERY_QUOTA[0], &tracks()[..3]).await;
    let all = stage.client.playlists().get_for_current_user().limit(50).await.unwrap();
    let odd = all.items.iter().find(|playlist| playlist.name == "Odds and Ends").unwrap();
    let items = stage.client.playlists().get_items(odd.id.as_ref().unwrap()).limit(50).await.unwrap().items;
    let local = items.iter().filter_map(|item| item.item.as_ref()?.uri().filter(|uri| uri.is_local())).next().unwrap();
    stage.emulator.clear_requests();
    let error = stage.client.playlists().sync(&stage.playlist, [local]).await.unwrap_err();
    assert!(error.to_string().contains("Spotify cannot add local files"), "{error}");
    assert_eq!(stage.methods(), [Method::GET]);
    stage.emulator.clear_requests();
    let error = stage.client.playlists().sync(&stage.playlist, ["spotify:local:a:b:c:1"]).await.unwrap_err();
    assert!(error.to_string().contains("Spotify cannot add local files"), "{error}");
    assert_eq!(stage.methods(), [Method::GET]);
}

#[tokio::test]
async fn the_playlist_of_another_and_one_that_is_not_there_give_spotifys_own_error() {
    let stage = Stage::new(EVERY_QUOTA[0]).await;
    let track = tracks()[0].clone();
    let all = stage.client.playlists().get_for_current_user().limit(50).await.unwrap();
    let other = all.items.iter().find(|playlist| playlist.name == "Une sélection").unwrap();
    let result = stage.client.playlists().sync(other.id.as_ref().unwrap(), [&track]).await;
    assert!(matches!(result, Err(Error::Forbidden(_))), "{result:?}");
    let result = stage.client.playlists().sync("0000000000000000000000", [&track]).await;
    assert!(matches!(result, Err(Error::NotFound(_))), "{result:?}");
}
