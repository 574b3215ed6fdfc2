//! Playlists: made, filled, changed and read again.

use spotify_emulator::Quota;
use spotify_sdk::models::PlaylistItem;

use crate::support::*;

fn uris(items: &[PlaylistItem]) -> Vec<String> {
    items.iter().map(|item| item.item.as_ref().unwrap().uri().unwrap().to_string()).collect()
}

#[tokio::test]
async fn items_are_added_moved_replaced_and_removed_and_each_change_makes_a_snapshot() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let tracks = tracks(6);
        let playlist = client.playlists().create("Six").public(false).description("In order").await.unwrap();
        let id = &playlist.id;
        let mut snapshots = vec![playlist.snapshot_id.clone().unwrap().to_string()];

        snapshots.push(client.playlists().add_items(id, &tracks[..4]).await.unwrap());
        snapshots.push(client.playlists().add_items(id, &tracks[4..]).position(0).await.unwrap());
        let page = client.playlists().get_items(id).await.unwrap();
        assert_eq!(uris(&page.items), [4, 5, 0, 1, 2, 3].map(|at: usize| tracks[at].clone()));
        assert_eq!(page.items[0].added_by.as_ref().unwrap().id.as_ref().unwrap(), "alma");
        assert!(page.items[0].added_at.is_some());

        snapshots.push(client.playlists().reorder_items(id, 0, 6).range_length(2).await.unwrap());
        let read = client.playlists().get(id).await.unwrap();
        assert_eq!(uris(&read.items.as_ref().unwrap().items), tracks);
        assert_eq!(read.snapshot_id.as_deref(), snapshots.last().map(String::as_str));

        snapshots.push(client.playlists().remove_items(id, [&tracks[1], &tracks[3]]).await.unwrap());
        let left = client.playlists().get_items(id).await.unwrap();
        assert_eq!(uris(&left.items), [0, 2, 4, 5].map(|at: usize| tracks[at].clone()));

        snapshots.push(client.playlists().replace_items(id, &tracks[2..3]).await.unwrap());
        assert_eq!(uris(&client.playlists().get_items(id).await.unwrap().items), tracks[2..3]);
        let count = snapshots.len();
        snapshots.sort();
        snapshots.dedup();
        assert_eq!(snapshots.len(), count);
    }
}

#[tokio::test]
async fn details_and_cover_change_and_the_list_shows_it() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let playlist = client.playlists().create("Before").await.unwrap();
        assert_eq!(playlist.public, Some(true));
        let details = client.playlists().change_details(&playlist.id);
        details.name("After").public(false).collaborative(true).description("Why").await.unwrap();
        let listed = client.playlists().get_for_current_user().limit(1).await.unwrap();
        let first = &listed.items[0];
        assert_eq!((first.name.as_str(), first.public, first.collaborative), ("After", Some(false), Some(true)));
        assert_eq!(first.description.as_deref(), Some("Why"));

        assert!(client.playlists().get_cover_image(&playlist.id).await.unwrap().is_empty());
        client.playlists().upload_cover_image(&playlist.id, vec![0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]).await.unwrap();
        let cover = client.playlists().get_cover_image(&playlist.id).await.unwrap();
        assert_eq!(cover.len(), 1);
        assert_eq!(client.playlists().get(&playlist.id).await.unwrap().images, cover.into_vec());
    }
}

#[tokio::test]
async fn a_removed_playlist_is_gone_from_the_list() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let playlist = client.playlists().create("Gone").await.unwrap();
        let before = client.playlists().get_for_current_user().await.unwrap().total;
        let uri = playlist.uri.unwrap();
        client.library().remove_items([&uri]).await.unwrap();
        assert_eq!(client.playlists().get_for_current_user().await.unwrap().total, before - 1);
        assert_eq!(client.library().check_contains([&uri]).await.unwrap(), [false]);
    }
}

#[tokio::test]
async fn local_files_withdrawn_tracks_and_episodes_are_read_as_what_they_are() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let all = client.playlists().get_for_current_user().limit(50).await.unwrap();
        let odd = all.items.iter().find(|playlist| playlist.name == "Odds and Ends").unwrap();
        let items = client.playlists().get_items(odd.id.as_ref().unwrap()).limit(50).await.unwrap().items;
        assert_eq!(items.iter().filter(|item| item.item.is_none()).count(), 3);
        let local: Vec<_> = items.iter().filter(|item| item.is_local).collect();
        assert_eq!(local.len(), 2);
        assert_eq!(local[0].item.as_ref().unwrap().name(), "Küche (take 2)");

        let mixed = all.items.iter().find(|playlist| playlist.name == "Songs and Talk").unwrap();
        let items = client.playlists().get_items(mixed.id.as_ref().unwrap()).await.unwrap().items;
        assert!(items[0].item.as_ref().unwrap().as_track().is_some());
        assert!(items[1].item.as_ref().unwrap().as_episode().is_some());
    }
}

#[tokio::test]
async fn items_of_others_are_kept_from_apps_in_development_mode() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let all = client.playlists().get_for_current_user().limit(50).await.unwrap();
        let followed = all.items.iter().find(|playlist| playlist.name == "Une sélection").unwrap();
        let own = client.playlists().get(followed.id.as_ref().unwrap()).await.unwrap();
        assert_eq!(own.items.is_some(), quota != Quota::Development);
        let items = client.playlists().get_items(followed.id.as_ref().unwrap()).await;
        assert_eq!(status(items), (quota == Quota::Development).then_some(403));
        assert_eq!(status(client.playlists().add_items(followed.id.as_ref().unwrap(), tracks(1)).await), Some(403));
        let editorial = all.items.iter().find(|playlist| playlist.is_owned_by("spotify")).unwrap();
        let editorial = client.playlists().get(editorial.id.as_ref().unwrap()).await;
        assert_eq!(status(editorial), (quota != Quota::Extended).then_some(404));
    }
}

#[tokio::test]
async fn a_change_to_an_older_snapshot_is_carried_over() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let tracks = tracks(5);
        let playlist = client.playlists().create("Versions").await.unwrap();
        let old = client.playlists().add_items(&playlist.id, &tracks).await.unwrap();
        client.playlists().remove_items(&playlist.id, [&tracks[0]]).await.unwrap();
        // The item at 4 of the old version is at 3 by now.
        client.playlists().reorder_items(&playlist.id, 4, 1).snapshot_id(old.as_str()).await.unwrap();
        let items = client.playlists().get_items(&playlist.id).await.unwrap().items;
        assert_eq!(uris(&items), [4, 1, 2, 3].map(|at: usize| tracks[at].clone()));
        let unknown = client.playlists().reorder_items(&playlist.id, 0, 1).snapshot_id("unknown").await;
        assert_eq!(status(unknown), Some(400));
    }
}

#[tokio::test]
async fn a_page_of_items_has_as_many_as_the_quota_allows() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let all = client.playlists().get_for_current_user().limit(50).await.unwrap();
        let long = all.items.iter().find(|playlist| playlist.name == "Loud").unwrap();
        let page = client.playlists().get_items(long.id.as_ref().unwrap()).limit(100).await;
        match quota {
            Quota::Development => assert_eq!(status(page), Some(400)),
            _ => assert_eq!(page.unwrap().items.len(), 60),
        }
    }
}

#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn the_older_paths_do_the_same_and_are_for_extended_quota_alone() {
    let (_emulator, client) = start(Quota::Extended);
    let tracks = tracks(4);
    let playlist = client.playlists().create_for_user("alma", "Older").public(false).await.unwrap();
    let id = &playlist.id;
    client.playlists().add_tracks(id, &tracks).await.unwrap();
    client.playlists().reorder_tracks(id, 3, 0).await.unwrap();
    client.playlists().remove_tracks(id, [&tracks[1]]).await.unwrap();
    let items = client.playlists().get_tracks(id).await.unwrap().items;
    assert_eq!(uris(&items), [3, 0, 2].map(|at: usize| tracks[at].clone()));
    client.playlists().replace_tracks(id, &tracks[..1]).await.unwrap();
    assert_eq!(uris(&client.playlists().get_items(id).await.unwrap().items), tracks[..1]);
    let own = client.playlists().get_for_user("alma").limit(50).await.unwrap();
    assert!(own.items.iter().any(|playlist| playlist.name == "Older"));

    let (_emulator, client) = start(Quota::Development);
    let playlist = client.playlists().create("Newer").await.unwrap();
    assert_eq!(status(client.playlists().get_tracks(&playlist.id).await), Some(403));
    assert_eq!(status(client.playlists().add_tracks(&playlist.id, &tracks).await), Some(403));
    assert_eq!(status(client.playlists().reorder_tracks(&playlist.id, 0, 1).await), Some(403));
    assert_eq!(status(client.playlists().replace_tracks(&playlist.id, &tracks).await), Some(403));
    assert_eq!(status(client.playlists().remove_tracks(&playlist.id, &tracks).await), Some(403));
    assert_eq!(status(client.playlists().get_for_user("alma").await), Some(403));
    assert_eq!(status(client.playlists().create_for_user("alma", "No").await), Some(403));
}
