//! The library by URI, and the lists of what is saved.

use spotify_emulator::catalog::Catalog;

use crate::support::*;

#[tokio::test]
async fn what_is_saved_is_contained_and_listed_first_until_it_is_removed() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let catalog = Catalog::bundled();
        let track = catalog.tracks().nth(7).unwrap().id.as_str();
        let album = catalog.albums[4].id.as_str();
        let show = catalog.shows.last().unwrap().id.as_str();
        let episode = catalog.shows[0].episodes[3].id.as_str();
        let book = catalog.audiobooks.last().unwrap().id.as_str();
        let artist = catalog.artists.last().unwrap().id.as_str();
        let uris = [
            format!("spotify:track:{track}"),
            format!("spotify:album:{album}"),
            format!("spotify:show:{show}"),
            format!("spotify:episode:{episode}"),
            format!("spotify:audiobook:{book}"),
            format!("spotify:artist:{artist}"),
            "spotify:user:bo".to_owned(),
        ];
        client.library().remove_items(&uris).await.unwrap();
        assert_eq!(client.library().check_contains(&uris).await.unwrap(), [false; 7]);
        let before = client.tracks().get_saved().await.unwrap().total;

        client.library().save_items(&uris).await.unwrap();
        assert_eq!(client.library().check_contains(&uris).await.unwrap(), [true; 7]);
        let tracks = client.tracks().get_saved().limit(1).await.unwrap();
        assert_eq!((tracks.total, tracks.items[0].track.id.as_ref().unwrap().as_str()), (before + 1, track));
        assert!(tracks.items[0].added_at.is_some());
        let albums = client.albums().get_saved().limit(1).await.unwrap();
        assert_eq!(albums.items[0].album.id, album);
        assert_eq!(client.shows().get_saved().limit(1).await.unwrap().items[0].show.id.as_ref().unwrap(), show);
        assert_eq!(
            client.episodes().get_saved().limit(1).await.unwrap().items[0].episode.id.as_ref().unwrap(),
            episode
        );
        assert_eq!(client.audiobooks().get_saved().limit(1).await.unwrap().items[0].audiobook.id, book);
        let followed = client.users().get_followed_artists().limit(50).await.unwrap();
        assert!(followed.items.iter().any(|followed| followed.id == artist));

        client.library().remove_items(&uris).await.unwrap();
        assert_eq!(client.library().check_contains(&uris).await.unwrap(), [false; 7]);
        assert_eq!(client.tracks().get_saved().await.unwrap().total, before);
    }
}

#[tokio::test]
async fn what_is_saved_twice_is_there_once_and_keeps_its_place() {
    let (_emulator, client) = start(EVERY_QUOTA[0]);
    let page = client.tracks().get_saved().limit(5).await.unwrap();
    let third = page.items[2].track.uri.clone().unwrap();
    client.library().save_items([&third]).await.unwrap();
    assert_eq!(client.tracks().get_saved().limit(5).await.unwrap(), page);
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_saved() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let uris = ["spotify:track:0000000000000000000000"];
        assert_eq!(status(client.library().save_items(uris).await), Some(404));
        assert_eq!(client.library().check_contains(uris).await.unwrap(), [false]);
    }
}

#[tokio::test]
async fn one_users_library_is_not_anothers() {
    let (emulator, alma) = start(EVERY_QUOTA[0]);
    let bo = client(&emulator, &emulator.token_for_user("bo").unwrap());
    let album = format!("spotify:album:{}", Catalog::bundled().albums[1].id.as_str());
    alma.library().save_items([&album]).await.unwrap();
    bo.library().remove_items([&album]).await.unwrap();
    assert_eq!(alma.library().check_contains([&album]).await.unwrap(), [true]);
    assert_eq!(bo.library().check_contains([&album]).await.unwrap(), [false]);
}
