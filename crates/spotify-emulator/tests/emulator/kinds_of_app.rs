//! What each kind of app may call and gets: Development Mode, legacy Development Mode, extended quota.

use reqwest::Method;
use serde_json::{Value, json};
use spotify_emulator::{Emulator, Migration, Quota};

use crate::support::*;

const EVERY_QUOTA: [Quota; 3] = [Quota::Development, Quota::Legacy, Quota::Extended];
const OWN: &str = "3cEYpjA9oz9GiPac4AsH4n";
const BO: &str = "bo";

fn start(quota: Quota) -> Emulator {
    Emulator::builder().quota(quota).playlist(120).start().unwrap()
}

fn migrated(migration: Migration) -> Emulator {
    Emulator::builder().quota(Quota::Legacy).migration(migration).start().unwrap()
}

/// The playlist with this name among those of the first user.
async fn playlist(emulator: &Emulator, name: &str) -> Value {
    let list = get(emulator, "/me/playlists?limit=50").await.json();
    let items = list["items"].as_array().unwrap().clone();
    items.into_iter().find(|playlist| playlist["name"] == name).unwrap()
}

#[tokio::test]
async fn every_kind_of_app_gets_external_ids() {
    for quota in EVERY_QUOTA {
        let emulator = start(quota);
        let album = get(&emulator, &format!("/albums/{GLOBAL_WARMING}")).await.json();
        assert_eq!(album["external_ids"], json!({"upc": "886443671584"}), "{quota:?}");
        let track = get(&emulator, "/tracks/11dFghVXANMlKmJXsNCbNl").await.json();
        assert_eq!(track["external_ids"]["isrc"].as_str().map(str::len), Some(12), "{quota:?}");
    }
}

#[tokio::test]
async fn every_kind_of_app_gets_the_account_id() {
    for quota in EVERY_QUOTA {
        let emulator = start(quota);
        let me = get(&emulator, "/me").await.json();
        assert_eq!(me["account_id"].as_str().map(str::len), Some(32), "{quota:?}");
        assert_ne!(me["account_id"], me["id"]);
        assert_eq!(me.get("email").is_some(), quota != Quota::Development);
    }
}

#[tokio::test]
async fn chapters_say_that_they_are_chapters() {
    for quota in EVERY_QUOTA {
        let emulator = start(quota);
        let chapter = get(&emulator, "/chapters/0D5wENdkdwbqlrHoaJ9g29").await.json();
        assert_eq!(
            (&chapter["type"], &chapter["uri"]),
            (&json!("chapter"), &json!("spotify:episode:0D5wENdkdwbqlrHoaJ9g29"))
        );
        let book = get(&emulator, "/audiobooks/7iHfbu1YPACw6oZPAFJtqe").await.json();
        assert_eq!(book["chapters"]["items"][0]["type"], "chapter");
    }
}

#[tokio::test]
async fn playlists_have_items_or_tracks_or_both() {
    for (quota, items, tracks) in
        [(Quota::Development, true, false), (Quota::Legacy, false, true), (Quota::Extended, true, true)]
    {
        let emulator = start(quota);
        let playlist = get(&emulator, &format!("/playlists/{OWN}")).await.json();
        assert_eq!((playlist.get("items").is_some(), playlist.get("tracks").is_some()), (items, tracks), "{quota:?}");
        let page = get(&emulator, &format!("/playlists/{OWN}/items?limit=1")).await.json();
        for entry in [&page["items"][0], &playlist[if items { "items" } else { "tracks" }]["items"][0]] {
            assert_eq!((entry.get("item").is_some(), entry.get("track").is_some()), (items, tracks), "{quota:?}");
            let content = &entry[if items { "item" } else { "track" }];
            // Inside an item, `track` says whether it is one.
            assert_eq!((&content["type"], &content["track"]), (&json!("track"), &json!(true)));
            if items && tracks {
                assert_eq!(entry["item"], entry["track"]);
            }
        }
    }
}

#[tokio::test]
async fn lists_say_how_many_items_a_followed_playlist_has() {
    for quota in EVERY_QUOTA {
        let emulator = start(quota);
        let followed = playlist(&emulator, "Une sélection").await;
        assert_ne!(followed["owner"]["id"], "alma");
        let name = if quota == Quota::Legacy { "tracks" } else { "items" };
        assert_eq!(followed[name]["total"], 20, "{quota:?}");
        assert_eq!(keys(&followed[name]), ["href", "total"]);
        // The playlist itself keeps them from apps in Development Mode.
        let whole = get(&emulator, followed["href"].as_str().unwrap()).await.json();
        assert_eq!(whole.get(name).is_some(), quota != Quota::Development, "{quota:?}");
        let items = get(&emulator, followed[name]["href"].as_str().unwrap()).await;
        assert_eq!(items.status, if quota == Quota::Development { 403 } else { 200 }, "{quota:?}");
    }
}

#[tokio::test]
async fn a_playlist_comes_with_its_first_100_entries() {
    for (quota, name, entry) in [(Quota::Legacy, "tracks", "track"), (Quota::Extended, "tracks", "track")] {
        let emulator = start(quota);
        let id = playlist(&emulator, "Generated 1").await["id"].as_str().unwrap().to_owned();
        let page = get(&emulator, &format!("/playlists/{id}")).await.json()[name].clone();
        assert_eq!(
            (&page["total"], &page["limit"], &page["offset"]),
            (&json!(120), &json!(100), &json!(0)),
            "{quota:?}"
        );
        let entries = page["items"].as_array().unwrap();
        assert!(entries.len() == 100 && entries.iter().all(|each| each[entry]["type"] == "track"), "{quota:?}");
        let rest = get(&emulator, page["next"].as_str().unwrap()).await.json();
        assert_eq!(rest["items"].as_array().unwrap().len(), 20);
    }
}

#[tokio::test]
async fn page_sizes_depend_on_the_kind_of_app() {
    for quota in EVERY_QUOTA {
        let emulator = start(quota);
        let small = quota == Quota::Development;
        for (path, max, default) in [
            ("/search?q=love&type=track".to_owned(), if small { 10 } else { 50 }, if small { 5 } else { 20 }),
            (
                "/artists/0TnOYISbd1XYRBk9myaseg/albums?".to_owned(),
                if small { 10 } else { 50 },
                if small { 5 } else { 20 },
            ),
            (format!("/playlists/{OWN}/items?"), if small { 50 } else { 100 }, 20),
            ("/me/tracks?".to_owned(), 50, 20),
        ] {
            let response = get(&emulator, &path).await.json();
            let page = if path.starts_with("/search") { &response["tracks"] } else { &response };
            assert_eq!(page["limit"], default, "{quota:?} {path}");
            assert_eq!(get(&emulator, &format!("{path}&limit={max}")).await.status, 200, "{quota:?} {path}");
            let above = get(&emulator, &format!("{path}&limit={}", max + 1)).await;
            assert_eq!((above.status, above.message().as_str()), (400, "Invalid limit"), "{quota:?} {path}");
        }
    }
}

#[tokio::test]
async fn the_older_operations_answer_legacy_and_extended_apps() {
    for (quota, status) in [(Quota::Development, 403), (Quota::Legacy, 200), (Quota::Extended, 200)] {
        let emulator = start(quota);
        for path in [&format!("/albums?ids={GLOBAL_WARMING}"), "/users/smedjan", &format!("/playlists/{OWN}/tracks")] {
            assert_eq!(get(&emulator, path).await.status, status, "{quota:?} {path}");
        }
    }
}

#[tokio::test]
async fn what_was_closed_in_2024_answers_extended_apps_alone() {
    let editorial = {
        let emulator = start(Quota::Extended);
        let found = get(&emulator, "/search?q=jazz&type=playlist").await.json();
        let items = found["playlists"]["items"].as_array().unwrap().clone();
        let theirs = items.into_iter().find(|playlist| playlist["owner"]["id"] == "spotify").unwrap();
        format!("/playlists/{}", theirs["id"].as_str().unwrap())
    };
    for (quota, operation, playlist) in
        [(Quota::Development, 403, 404), (Quota::Legacy, 404, 404), (Quota::Extended, 200, 200)]
    {
        let emulator = start(quota);
        for path in [
            "/artists/0TnOYISbd1XYRBk9myaseg/related-artists",
            "/audio-features/11dFghVXANMlKmJXsNCbNl",
            "/audio-analysis/11dFghVXANMlKmJXsNCbNl",
            "/recommendations?seed_tracks=0c6xIDDpzE81m2q797ordA",
        ] {
            assert_eq!(get(&emulator, path).await.status, operation, "{quota:?} {path}");
        }
        assert_eq!(get(&emulator, &editorial).await.status, playlist, "{quota:?}");
    }
}

#[tokio::test]
async fn the_changes_of_2026_come_to_legacy_apps_bit_by_bit() {
    for (migration, older, label, list) in [
        (Migration::Postponed, 200, true, "tracks"),
        (Migration::Operations, 403, true, "tracks"),
        (Migration::Complete, 403, false, "items"),
    ] {
        let emulator = migrated(migration);
        assert_eq!(get(&emulator, &format!("/albums?ids={GLOBAL_WARMING}")).await.status, older, "{migration:?}");
        let album = get(&emulator, &format!("/albums/{GLOBAL_WARMING}")).await.json();
        assert_eq!(album.get("label").is_some(), label, "{migration:?}");
        assert!(get(&emulator, &format!("/playlists/{OWN}")).await.json().get(list).is_some(), "{migration:?}");
    }
    let emulator = migrated(Migration::Postponed);
    emulator.migrate(Migration::Complete);
    assert_eq!(get(&emulator, &format!("/albums?ids={GLOBAL_WARMING}")).await.status, 403);
}

#[tokio::test]
async fn an_app_in_development_mode_needs_an_owner_with_premium() {
    let expected = "Active premium subscription required for the owner of the app. When the subscription status changes, \
                    it can take a few hours before requests are allowed again.";
    for quota in EVERY_QUOTA {
        let emulator = Emulator::builder().quota(quota).owner_has_premium(false).start().unwrap();
        let response = get(&emulator, "/me").await;
        if quota == Quota::Extended {
            assert_eq!(response.status, 200);
            continue;
        }
        assert_eq!((response.status, response.body.as_str()), (403, expected), "{quota:?}");
        assert_eq!(response.headers["content-type"], "text/plain; charset=utf-8");
        emulator.owner_has_premium(true);
        assert_eq!(get(&emulator, "/me").await.status, 200, "{quota:?}");
    }
}

#[tokio::test]
async fn an_app_in_development_mode_is_for_its_registered_users() {
    for quota in EVERY_QUOTA {
        let emulator = Emulator::builder().quota(quota).registered_users(["alma"]).start().unwrap();
        assert_eq!(get(&emulator, "/me").await.status, 200);
        let bo = get_as(&emulator, &emulator.token_for_user(BO).unwrap(), "/me").await;
        if quota == Quota::Extended {
            assert_eq!(bo.status, 200);
            continue;
        }
        let expected = "Check settings on developer.spotify.com/dashboard, the user may not be registered.";
        assert_eq!((bo.status, bo.body.as_str()), (403, expected), "{quota:?}");
        tell(&emulator, Method::PUT, "/settings", json!({"registered_users": ["alma", "bo"]})).await;
        assert_eq!(get_as(&emulator, &emulator.token_for_user(BO).unwrap(), "/me").await.status, 200, "{quota:?}");
    }
}

#[tokio::test]
async fn at_most_five_users_are_registered() {
    let six = ["a", "b", "c", "d", "e", "f"];
    let error = Emulator::builder().registered_users(six).start().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    let emulator = Emulator::start().unwrap();
    let response = control(&emulator, Method::PUT, "/settings", &json!({"registered_users": six})).await;
    assert_eq!(response.status, 400);
    assert!(response.body.contains("at most 5 users"), "{}", response.body);
}
