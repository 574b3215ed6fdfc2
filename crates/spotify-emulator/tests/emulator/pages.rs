//! Pages: limits, offsets, and the links between pages.

use serde_json::Value;
use spotify_emulator::Emulator;
use spotify_emulator::catalog::Catalog;

use crate::support::*;

async fn follow(emulator: &Emulator, first: &str, link: &str) -> Vec<Value> {
    let mut pages = vec![get(emulator, first).await.json()];
    while let Some(address) = pages[pages.len() - 1][link].as_str().map(str::to_owned) {
        assert!(pages.len() < 100, "the pages never end");
        pages.push(get(emulator, &address).await.json());
    }
    pages
}

fn track_numbers(pages: &[Value]) -> Vec<u64> {
    let items = pages.iter().flat_map(|page| page["items"].as_array().unwrap());
    items.map(|track| track["track_number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn following_next_gives_every_track_once_and_in_order() {
    let emulator = Emulator::start().unwrap();
    for id in [DEBI_TIRAR, GLOBAL_WARMING, COLLEGE_DROPOUT] {
        let album = Catalog::bundled().album(id).unwrap();
        for limit in [1, 2, 5, 7, 17, 18, 20, 21, 50] {
            let pages = follow(&emulator, &format!("/albums/{id}/tracks?limit={limit}"), "next").await;
            let all: Vec<_> = (1..=album.tracks.len() as u64).collect();
            assert_eq!(track_numbers(&pages), all, "{id} by {limit}");
            assert_eq!(pages.len(), album.tracks.len().div_ceil(limit), "{id} by {limit}");
            assert!(pages.iter().all(|page| page["total"] == album.tracks.len()));
        }
    }
}

#[tokio::test]
async fn following_previous_leads_back_to_the_first_page() {
    let emulator = Emulator::start().unwrap();
    let pages = follow(&emulator, &format!("/albums/{COLLEGE_DROPOUT}/tracks?limit=6&offset=18"), "previous").await;
    let offsets: Vec<_> = pages.iter().map(|page| page["offset"].as_u64().unwrap()).collect();
    assert_eq!(offsets, [18, 12, 6, 0]);
}

#[tokio::test]
async fn a_page_tells_where_it_is() {
    let emulator = Emulator::start().unwrap();
    let url = format!("{}/albums/{COLLEGE_DROPOUT}/tracks", emulator.base_url());
    let response = get(&emulator, &format!("{url}?limit=5&offset=3")).await;
    assert_in_order(&response.body, &["href", "items"]);
    let page = response.json();
    assert_eq!(keys(&page), ["href", "items", "limit", "next", "offset", "previous", "total"]);
    assert_eq!(page["href"], format!("{url}?offset=3&limit=5"));
    assert_eq!(page["next"], format!("{url}?offset=8&limit=5"));
    assert_eq!(page["previous"], format!("{url}?offset=0&limit=5"));
    assert_eq!(page["limit"], 5);
    assert_eq!(page["offset"], 3);
    assert_eq!(page["total"], 21);
}

#[tokio::test]
async fn the_default_page_has_twenty_entries() {
    let emulator = Emulator::start().unwrap();
    let page = get(&emulator, &format!("/albums/{COLLEGE_DROPOUT}/tracks")).await.json();
    assert_eq!(page["limit"], 20);
    assert_eq!(page["items"].as_array().unwrap().len(), 20);
    let url = format!("{}/albums/{COLLEGE_DROPOUT}/tracks", emulator.base_url());
    assert_eq!(page["next"], format!("{url}?offset=20&limit=20"));
}

#[tokio::test]
async fn the_market_goes_along_with_every_link() {
    let emulator = Emulator::start().unwrap();
    let page = get(&emulator, &format!("/albums/{COLLEGE_DROPOUT}/tracks?market=SE&limit=5&offset=5")).await.json();
    for link in ["href", "next", "previous"] {
        assert!(page[link].as_str().unwrap().ends_with("&limit=5"), "{}", page[link]);
    }
    assert!(page["next"].as_str().unwrap().contains("?market=SE&"), "{}", page["next"]);
    let next = get(&emulator, page["next"].as_str().unwrap()).await.json();
    assert_eq!(next["items"][0]["is_playable"], true);
}

#[tokio::test]
async fn past_the_end_there_is_an_empty_page() {
    let emulator = Emulator::start().unwrap();
    for path in [&format!("/albums/{COLLEGE_DROPOUT}/tracks"), "/me/albums"] {
        for offset in ["200", "1000", "18446744073709551615"] {
            let response = get(&emulator, &format!("{path}?offset={offset}")).await;
            assert_eq!(response.status, 200, "{path} {offset}");
            let page = response.json();
            assert_eq!(page["items"], Value::Array(vec![]));
            assert_eq!(page["next"], Value::Null);
            assert!(page["total"].as_u64().unwrap() > 0);
        }
    }
}

#[tokio::test]
async fn saved_albums_can_be_paged() {
    let emulator = Emulator::start().unwrap();
    let pages = follow(&emulator, "/me/albums?limit=1", "next").await;
    let ids: Vec<_> = pages.iter().map(|page| page["items"][0]["album"]["id"].as_str().unwrap()).collect();
    let all = get(&emulator, "/me/albums?limit=50").await.json();
    let expected: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|item| item["album"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, expected);
    let url = format!("{}/me/albums", emulator.base_url());
    assert_eq!(pages[0]["href"], format!("{url}?offset=0&limit=1"));
    assert_eq!(pages[0]["next"], format!("{url}?offset=1&limit=1"));
}

#[tokio::test]
async fn a_slash_at_the_end_of_a_path_changes_nothing() {
    let emulator = Emulator::start().unwrap();
    for path in ["/me", "/me/tracks", &format!("/albums/{COLLEGE_DROPOUT}/tracks")] {
        let with_slash = get(&emulator, &format!("{path}/")).await;
        assert_eq!(with_slash.status, 200, "{path}");
        assert_eq!(with_slash.json(), get(&emulator, path).await.json(), "{path}");
    }
}
