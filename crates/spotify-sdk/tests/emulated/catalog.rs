//! Albums, artists, tracks, shows, episodes, audiobooks and chapters, each read alone and in the list that it is in.

use spotify_emulator::Quota;
use spotify_emulator::catalog::Catalog;
use spotify_sdk::api::IncludeGroup;

use crate::support::*;

#[tokio::test]
async fn an_album_has_the_tracks_that_its_list_of_tracks_has() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        for known in Catalog::bundled().albums.iter().take(5) {
            let album = client.albums().get(known.id.as_str()).await.unwrap();
            let tracks = client.albums().get_tracks(&album.id).limit(50).await.unwrap();
            assert_eq!(album.name, known.name.as_str());
            assert_eq!(album.tracks.items, tracks.items);
            assert_eq!(album.label.is_some(), quota != Quota::Development);
            let first = client.tracks().get(tracks.items[0].id.as_ref().unwrap()).await.unwrap();
            assert_eq!(first.name, known.tracks[0].name.as_str());
            assert_eq!(first.album.id.as_ref(), Some(&album.id));
            assert_eq!(first.popularity.is_some(), quota != Quota::Development);
        }
    }
}

#[tokio::test]
async fn an_artist_has_the_albums_that_name_them() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let radiohead = Catalog::bundled().artists.iter().find(|artist| artist.name == "Radiohead").unwrap();
        let artist = client.artists().get(radiohead.id.as_str()).await.unwrap();
        assert_eq!(artist.name, "Radiohead");
        assert_eq!(artist.followers.is_some(), quota != Quota::Development);
        let albums = client.artists().get_albums(&artist.id).include_groups([IncludeGroup::Album]).await.unwrap();
        let names: Vec<_> = albums.items.iter().map(|album| album.name.as_str()).collect();
        assert_eq!(names, ["In Rainbows", "OK Computer"]);
        let one = client.artists().get_albums(&artist.id).limit(1).offset(1).await.unwrap();
        assert_eq!((one.items.len(), one.total), (1, albums.total));
    }
}

// Without the feature the SDK asks for no more than Development Mode allows.
#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn the_limits_of_a_discography_depend_on_the_quota() {
    for (quota, usual) in [(Quota::Development, 5), (Quota::Extended, 20)] {
        let (_emulator, client) = start(quota);
        let beatles = Catalog::bundled().artists.iter().find(|artist| artist.name == "The Beatles").unwrap();
        assert_eq!(client.artists().get_albums(beatles.id.as_str()).await.unwrap().limit, usual);
        let fifty = client.artists().get_albums(beatles.id.as_str()).limit(50).await;
        assert_eq!(status(fifty), (quota == Quota::Development).then_some(400));
    }
}

#[tokio::test]
async fn a_show_has_the_episodes_that_its_list_has() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let known = &Catalog::bundled().shows[0];
        let show = client.shows().get(known.id.as_str()).await.unwrap();
        let episodes = client.shows().get_episodes(&show.id).limit(50).await.unwrap();
        assert_eq!(show.episodes.items, episodes.items);
        let first = client.episodes().get(episodes.items[0].id.as_ref().unwrap()).await.unwrap();
        assert_eq!(first.name, known.episodes[0].name.as_str());
        assert_eq!(first.show.id, Some(show.id));
        assert_eq!(first.resume_point.unwrap().resume_position_ms, 0);
    }
}

#[tokio::test]
async fn an_audiobook_has_the_chapters_that_its_list_has() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let known = &Catalog::bundled().audiobooks[0];
        let book = client.audiobooks().get(known.id.as_str()).await.unwrap();
        let chapters = client.audiobooks().get_chapters(&book.id).limit(50).await.unwrap();
        assert_eq!(book.chapters.items, chapters.items);
        let first = client.chapters().get(chapters.items[0].id.as_ref().unwrap()).await.unwrap();
        assert_eq!(first.name, known.chapters[0].name.as_str());
        assert_eq!(first.audiobook.id, Some(book.id));
    }
}

#[tokio::test]
async fn audiobooks_are_not_found_where_spotify_has_none() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let id = Catalog::bundled().audiobooks[0].id.as_str();
        assert_eq!(status(client.audiobooks().get(id).market("BR").await), Some(404));
        assert_eq!(status(client.audiobooks().get_chapters(id).market("BR").await), Some(404));
    }
}

#[tokio::test]
async fn what_is_not_sold_in_a_market_cannot_be_played_there() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let only_there = Catalog::bundled().albums.iter().find(|album| album.markets.codes().len() < 10).unwrap();
        let track = only_there.tracks[0].id.as_str();
        let elsewhere = client.tracks().get(track).market("SE").await.unwrap();
        assert_eq!(elsewhere.is_playable, Some(false));
        assert_eq!(elsewhere.restrictions.unwrap().reason.unwrap().as_str(), "market");
        let there = client.tracks().get(track).market(only_there.markets.codes()[0].as_str()).await.unwrap();
        assert_eq!(there.is_playable, Some(true));
    }
}
