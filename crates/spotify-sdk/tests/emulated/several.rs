//! Several things at once, for apps with extended quota.

use spotify_emulator::Quota;
use spotify_emulator::catalog::Catalog;
use spotify_sdk::api::{Attribute, Tuning};

use crate::support::*;

#[tokio::test]
async fn several_things_come_in_the_order_that_was_asked_for_with_gaps_for_the_unknown() {
    let (_emulator, client) = start(Quota::Extended);
    let catalog = Catalog::bundled();
    let unknown = "0000000000000000000000";

    let ids = [catalog.albums[2].id.as_str(), catalog.albums[0].id.as_str()];
    let albums = client.albums().get_several(ids).await.unwrap();
    assert_eq!(albums.iter().flatten().map(|album| album.id.as_str()).collect::<Vec<_>>(), ids);
    let ids = [catalog.artists[5].id.as_str(), unknown, catalog.artists[1].id.as_str()];
    let artists = client.artists().get_several(ids).await.unwrap();
    let found: Vec<_> = artists.iter().map(|artist| artist.as_ref().map(|artist| artist.id.as_str())).collect();
    assert_eq!(found, [Some(ids[0]), None, Some(ids[2])]);
    let ids: Vec<_> = catalog.tracks().take(50).map(|track| track.id.as_str()).collect();
    let tracks = client.tracks().get_several(&ids).await.unwrap();
    assert_eq!(tracks.iter().flatten().map(|track| track.id.as_ref().unwrap().as_str()).collect::<Vec<_>>(), ids);
    let id = catalog.shows[1].id.as_str();
    assert_eq!(client.shows().get_several([id]).await.unwrap()[0].as_ref().unwrap().id.as_ref().unwrap(), id);
    let id = catalog.shows[1].episodes[0].id.as_str();
    assert_eq!(
        client.episodes().get_several([id]).await.unwrap()[0].as_ref().unwrap().name,
        catalog.shows[1].episodes[0].name.as_str()
    );
    let id = catalog.audiobooks[1].id.as_str();
    assert_eq!(
        client.audiobooks().get_several([id]).await.unwrap()[0].as_ref().unwrap().name,
        catalog.audiobooks[1].name.as_str()
    );
    let id = catalog.audiobooks[1].chapters[3].id.as_str();
    assert_eq!(
        client.chapters().get_several([id]).await.unwrap()[0].as_ref().unwrap().name,
        catalog.audiobooks[1].chapters[3].name.as_str()
    );
}

#[tokio::test]
async fn features_are_the_same_alone_and_among_several_and_analysis_agrees() {
    let (_emulator, client) = start(Quota::Extended);
    let ids: Vec<_> = Catalog::bundled().tracks().take(100).map(|track| track.id.as_str()).collect();
    let all = client.tracks().get_several_audio_features(&ids).await.unwrap();
    assert_eq!(all.len(), 100);
    let one = client.tracks().get_audio_features(ids[3]).await.unwrap();
    assert_eq!(all[3].as_ref(), Some(&one));
    let analysis = client.tracks().get_audio_analysis(ids[3]).await.unwrap();
    assert_eq!(analysis.track.tempo, one.tempo);
    assert!(!analysis.beats.is_empty() && !analysis.segments.is_empty());
}

#[tokio::test]
async fn recommendations_keep_to_what_is_wished_for() {
    let (_emulator, client) = start(Quota::Extended);
    let seed = Catalog::bundled().tracks().next().unwrap().id.as_str();
    let wishes = Tuning::new().min(Attribute::Tempo, 120.0);
    let found = client.tracks().get_recommendations().seed_tracks([seed]).tuning(wishes).limit(20).await.unwrap();
    assert_eq!(found.tracks.len(), 20);
    let ids: Vec<_> = found.tracks.iter().map(|track| track.id.clone().unwrap()).collect();
    let features = client.tracks().get_several_audio_features(&ids).await.unwrap();
    assert!(features.iter().flatten().all(|features| features.tempo.unwrap() >= 120.0));
    assert!(!ids.iter().any(|id| *id == seed));
}
