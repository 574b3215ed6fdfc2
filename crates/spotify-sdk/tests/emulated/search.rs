//! The search.

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::api::{SearchQuery, SearchType};

use crate::support::*;

fn extended() -> (Emulator, AsyncSpotifyClient) {
    start(Quota::Extended)
}

#[tokio::test]
async fn every_type_is_found() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let types = [
            SearchType::Album,
            SearchType::Artist,
            SearchType::Playlist,
            SearchType::Track,
            SearchType::Show,
            SearchType::Episode,
            SearchType::Audiobook,
        ];
        let found = client.search().search("a", types).await.unwrap();
        assert!(!found.albums.unwrap().items.is_empty());
        assert!(!found.artists.unwrap().items.is_empty());
        assert!(!found.tracks.unwrap().items.is_empty());
        assert!(!found.shows.unwrap().items.is_empty());
        assert!(!found.episodes.unwrap().items.is_empty());
        assert!(!found.audiobooks.unwrap().items.is_empty());
        assert!(found.playlists.unwrap().total > 0);
    }
}

#[tokio::test]
async fn accents_and_capitals_do_not_matter() {
    let (_emulator, client) = extended();
    for (text, name) in [
        ("debi tirar mas fotos", "DeBÍ TiRAR MáS FOToS"),
        ("AGAETIS BYRJUN", "Ágætis byrjun"),
        ("группа крови", "Группа крови"),
        ("無罪モラトリアム", "無罪モラトリアム"),
    ] {
        let found = client.search().search(text, [SearchType::Album]).await.unwrap();
        assert_eq!(found.albums.unwrap().items[0].name, name);
    }
}

#[tokio::test]
async fn filters_look_at_one_field() {
    let (_emulator, client) = extended();
    let query = SearchQuery::new("").artist("Miles Davis").year(1955..=1960);
    let found = client.search().search(query, [SearchType::Album, SearchType::Track]).await.unwrap();
    let albums: Vec<_> = found.albums.unwrap().items.into_iter().map(|album| album.name).collect();
    assert_eq!(albums, ["Kind of Blue"]);
    assert_eq!(found.tracks.unwrap().total, 5);
    let none = client.search().search("artist:nobody", [SearchType::Track]).await.unwrap();
    assert_eq!(none.tracks.unwrap().total, 0);
}

#[tokio::test]
async fn pages_of_results_follow_each_other_up_to_the_thousandth() {
    let (_emulator, client) = extended();
    let first = client.search().search("e", [SearchType::Track]).limit(3).await.unwrap().tracks.unwrap();
    let second = client.search().search("e", [SearchType::Track]).limit(3).offset(3).await.unwrap().tracks.unwrap();
    assert_eq!(first.total, second.total);
    assert!(first.items.iter().all(|track| !second.items.contains(track)));
    assert!(first.next.as_deref().unwrap().contains("offset=3"));
}

// Without the feature the SDK asks for no more than Development Mode allows.
#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn the_limits_depend_on_the_quota() {
    for (quota, usual) in [(Quota::Development, 5), (Quota::Extended, 20)] {
        let (_emulator, client) = start(quota);
        let found = client.search().search("a", [SearchType::Track]).await.unwrap().tracks.unwrap();
        assert_eq!(found.items.len(), usual);
        let many = client.search().search("a", [SearchType::Track]).limit(50).await;
        assert_eq!(status(many), (quota == Quota::Development).then_some(400));
    }
}

#[tokio::test]
async fn spotifys_own_playlists_are_null_to_apps_in_development_mode() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let found = client.search().search("all jazz", [SearchType::Playlist]).await.unwrap().playlists.unwrap();
        let kept = usize::from(quota != Quota::Extended);
        assert_eq!((found.total, found.items.len(), found.absent_items()), (1, 1 - kept, kept));
    }
}
