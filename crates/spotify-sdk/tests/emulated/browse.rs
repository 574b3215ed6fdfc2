//! Browsing, for apps with extended quota.

use spotify_emulator::Quota;
use spotify_emulator::catalog::Catalog;

use crate::support::*;

#[tokio::test]
async fn new_releases_come_latest_first() {
    let (_emulator, client) = start(Quota::Extended);
    let page = client.albums().get_new_releases().limit(50).await.unwrap();
    let dates: Vec<String> = page.items.iter().map(|album| album.release_date.as_ref().unwrap().to_string()).collect();
    assert!(dates.windows(2).all(|pair| pair[0] >= pair[1]), "{dates:?}");
    assert_eq!(client.albums().get(page.items[0].id.clone().unwrap()).await.unwrap().name, page.items[0].name);
}

#[tokio::test]
async fn categories_lead_to_playlists_that_can_be_read() {
    let (_emulator, client) = start(Quota::Extended);
    let categories = client.browse().get_categories().locale("sv_SE").limit(50).await.unwrap();
    for category in &categories.items {
        let one = client.browse().get_category(category.id.as_str()).await.unwrap();
        assert_eq!(&one, category);
        let playlists = client.browse().get_category_playlists(category.id.as_str()).await.unwrap().playlists;
        let first = &playlists.items[0];
        let items = client.playlists().get_items(first.id.as_ref().unwrap()).await.unwrap();
        assert!(!items.items.is_empty(), "{}", first.name);
    }
    let featured = client.browse().get_featured_playlists().await.unwrap();
    assert!(featured.playlists.items.len() >= 5);
}

#[tokio::test]
async fn artists_have_related_ones_and_tracks_that_are_heard_most() {
    let (_emulator, client) = start(Quota::Extended);
    let radiohead = Catalog::bundled().artists.iter().find(|artist| artist.name == "Radiohead").unwrap().id.as_str();
    let related = client.artists().get_related(radiohead).await.unwrap();
    assert!(related.len() == 20 && related.iter().all(|artist| artist.id != radiohead));
    let top = client.artists().get_top_tracks(radiohead).market("GB").await.unwrap();
    assert_eq!(top.len(), 10);
    assert!(top.windows(2).all(|pair| pair[0].popularity >= pair[1].popularity));
    assert!(top.iter().all(|track| track.artists[0].name == "Radiohead"));
}

#[tokio::test]
async fn the_genres_are_seeds_and_the_markets_are_those_of_the_catalog() {
    let (_emulator, client) = start(Quota::Extended);
    let genres = client.browse().get_available_genre_seeds().await.unwrap();
    let recommended = client.tracks().get_recommendations().seed_genres([genres[0].as_str()]).limit(5).await.unwrap();
    assert_eq!(recommended.tracks.len(), 5);
    let markets = client.markets().get_available().await.unwrap();
    assert_eq!(markets.iter().map(ToString::to_string).collect::<Vec<_>>(), Catalog::bundled().markets.codes());
}
