//! Albums and their tracks, as each quota mode gets them.

use serde_json::{Value, json};
use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};

use crate::support::*;

fn extended() -> Emulator {
    Emulator::builder().quota(Quota::Extended).start().unwrap()
}

#[tokio::test]
async fn development_mode_lacks_the_withdrawn_fields_of_an_album() {
    let emulator = Emulator::start().unwrap();
    let album = get(&emulator, &format!("/albums/{DEBI_TIRAR}")).await.json();
    for field in ["available_markets", "label", "popularity", "album_group"] {
        assert_eq!(album.get(field), None, "{field}");
    }
    for track in album["tracks"]["items"].as_array().unwrap() {
        for field in ["available_markets", "external_ids", "linked_from", "popularity", "is_playable"] {
            assert_eq!(track.get(field), None, "{field}");
        }
        for artist in track["artists"].as_array().unwrap() {
            assert_eq!(keys(artist), ["external_urls", "href", "id", "name", "type", "uri"]);
        }
    }
}

#[tokio::test]
async fn extended_quota_gets_every_field_of_an_album_in_spotifys_order() {
    let emulator = extended();
    let response = get(&emulator, &format!("/albums/{GLOBAL_WARMING}")).await;
    let fields = [
        "album_type",
        "artists",
        "available_markets",
        "copyrights",
        "external_ids",
        "external_urls",
        "genres",
        "href",
        "id",
        "images",
        "label",
        "name",
        "popularity",
        "release_date",
        "release_date_precision",
        "total_tracks",
        "tracks",
        "type",
        "uri",
    ];
    let album = response.json();
    assert_eq!(keys(&album), fields);
    assert_in_order(&response.body, &fields);
    let track_fields = [
        "artists",
        "available_markets",
        "disc_number",
        "duration_ms",
        "explicit",
        "external_urls",
        "href",
        "id",
        "is_local",
        "name",
        "preview_url",
        "track_number",
        "type",
        "uri",
    ];
    assert_eq!(keys(&album["tracks"]["items"][0]), track_fields);
    let tracks = &response.body[response.body.find("\"tracks\":").unwrap()..];
    assert_in_order(tracks, &track_fields);
}

#[tokio::test]
async fn an_album_says_what_spotify_says_about_it() {
    let emulator = extended();
    let base = emulator.base_url();
    let mut album = get(&emulator, &format!("/albums/{GLOBAL_WARMING}")).await.json();
    assert!(album["available_markets"].as_array().unwrap().len() > 170);
    let tracks = album["tracks"].take();
    album["available_markets"].take();
    let id = GLOBAL_WARMING;
    assert_eq!(
        album,
        json!({
            "album_type": "album",
            "artists": [{
                "external_urls": {"spotify": "https://open.spotify.com/artist/0TnOYISbd1XYRBk9myaseg"},
                "href": format!("{base}/artists/0TnOYISbd1XYRBk9myaseg"),
                "id": "0TnOYISbd1XYRBk9myaseg",
                "name": "Pitbull",
                "type": "artist",
                "uri": "spotify:artist:0TnOYISbd1XYRBk9myaseg",
            }],
            "available_markets": null,
            "copyrights": [{"text": "(P) 2012 RCA Records, a division of Sony Music Entertainment", "type": "P"}],
            "external_ids": {"upc": "886443671584"},
            "external_urls": {"spotify": format!("https://open.spotify.com/album/{id}")},
            "genres": [],
            "href": format!("{base}/albums/{id}"),
            "id": id,
            "images": [
                {"height": 640, "url": "https://i.scdn.co/image/ab67616d0000b2732c5b24ecfa39523a75c993c4", "width": 640},
                {"height": 300, "url": "https://i.scdn.co/image/ab67616d00001e022c5b24ecfa39523a75c993c4", "width": 300},
                {"height": 64, "url": "https://i.scdn.co/image/ab67616d000048512c5b24ecfa39523a75c993c4", "width": 64},
            ],
            "label": "Mr.305/Polo Grounds Music/RCA Records",
            "name": "Global Warming",
            "popularity": 51,
            "release_date": "2012-11-16",
            "release_date_precision": "day",
            "total_tracks": 18,
            "tracks": null,
            "type": "album",
            "uri": format!("spotify:album:{id}"),
        })
    );
    assert_eq!(tracks["href"], format!("{base}/albums/{id}/tracks?offset=0&limit=50"));
    assert_eq!(tracks["limit"], 50);
    assert_eq!(tracks["next"], Value::Null);
    assert_eq!(tracks["offset"], 0);
    assert_eq!(tracks["previous"], Value::Null);
    assert_eq!(tracks["total"], 18);
    assert_eq!(tracks["items"].as_array().unwrap().len(), 18);
}

#[tokio::test]
async fn a_track_says_what_spotify_says_about_it() {
    let emulator = Emulator::start().unwrap();
    let base = emulator.base_url();
    let page = get(&emulator, &format!("/albums/{GLOBAL_WARMING}/tracks?limit=1&offset=5")).await.json();
    let mut track = page["items"][0].clone();
    let names: Vec<_> = track["artists"].as_array().unwrap().iter().map(|artist| artist["name"].clone()).collect();
    assert_eq!(names, ["Pitbull", "Usher", "Afrojack"]);
    track["artists"].take();
    let id = "6Q4PYJtrq8CBx7YCY5IyRN";
    assert_eq!(
        track,
        json!({
            "artists": null,
            "disc_number": 1,
            "duration_ms": 243_160,
            "explicit": true,
            "external_urls": {"spotify": format!("https://open.spotify.com/track/{id}")},
            "href": format!("{base}/tracks/{id}"),
            "id": id,
            "is_local": false,
            "name": "Party Ain't Over (feat. Usher & Afrojack)",
            "preview_url": null,
            "track_number": 6,
            "type": "track",
            "uri": format!("spotify:track:{id}"),
        })
    );
}

#[tokio::test]
async fn every_album_of_the_catalog_is_served() {
    let emulator = extended();
    for album in &Catalog::bundled().albums {
        let json = get(&emulator, &format!("/albums/{}", album.id.as_str())).await.json();
        assert_eq!(json["name"], album.name);
        assert_eq!(json["label"], album.label);
        assert_eq!(json["total_tracks"], album.tracks.len());
        assert_eq!(json["tracks"]["items"].as_array().unwrap().len(), album.tracks.len());
    }
}

#[tokio::test]
async fn titles_keep_their_accents_and_capitals() {
    let emulator = Emulator::start().unwrap();
    let album = get(&emulator, &format!("/albums/{DEBI_TIRAR}")).await.json();
    assert_eq!(album["name"], "DeBÍ TiRAR MáS FOToS");
    assert_eq!(album["tracks"]["items"][5]["name"], "VeLDÁ");
    assert_eq!(album["tracks"]["items"][16]["name"], "LA MuDANZA");
}

#[tokio::test]
async fn a_market_makes_things_playable_and_hides_the_lists_of_markets_of_tracks() {
    let emulator = extended();
    for market in ["SE", "se", "from_token"] {
        let album = get(&emulator, &format!("/albums/{COLLEGE_DROPOUT}?market={market}")).await.json();
        assert_eq!(album["is_playable"], true);
        assert!(
            album["tracks"]["href"]
                .as_str()
                .unwrap()
                .to_lowercase()
                .contains(&format!("?market={}", market.to_lowercase()))
        );
        for track in album["tracks"]["items"].as_array().unwrap() {
            assert_eq!(track["is_playable"], true);
            assert_eq!(track.get("available_markets"), None);
            assert_eq!(track.get("restrictions"), None);
        }
    }
}

#[tokio::test]
async fn nothing_can_be_played_where_it_is_not_sold() {
    let emulator = Emulator::start().unwrap();
    let page = get(&emulator, &format!("/albums/{COLLEGE_DROPOUT}/tracks?market=AQ")).await.json();
    assert_eq!(page["items"][0]["is_playable"], false);
    assert_eq!(page["items"][0]["restrictions"], json!({"reason": "market"}));
}

#[tokio::test]
async fn answers_have_spotifys_headers() {
    let emulator = Emulator::start().unwrap();
    let response = get(&emulator, &format!("/albums/{DEBI_TIRAR}")).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(response.headers["cache-control"], "public, max-age=0");
    assert_eq!(response.headers["content-length"], response.body.len().to_string().as_str());
}

#[tokio::test]
async fn saved_albums_come_latest_first_with_the_time_at_which_they_were_saved() {
    let emulator = Emulator::start().unwrap();
    let page = get(&emulator, "/me/albums?limit=50").await.json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["total"], items.len());
    assert!(items.len() > 20);
    let times: Vec<_> = items.iter().map(|item| item["added_at"].as_str().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
    assert!(times.iter().all(|time| time.len() == 20 && time.ends_with('Z')), "{times:?}");
    let first = &items[0]["album"];
    assert_eq!((&first["id"], first.get("label")), (&Value::from(DEBI_TIRAR), None));
    assert_eq!(first["tracks"]["total"], 17);

    let extended = get(&extended(), "/me/albums").await.json();
    assert_eq!(extended["items"][0]["album"]["label"], "Rimas Entertainment LLC");
}

#[tokio::test]
async fn links_inside_objects_lead_back_to_the_emulator() {
    let emulator = Emulator::start().unwrap();
    let page = get(&emulator, "/me/albums").await.json();
    let album = &page["items"][2]["album"];
    let href = album["href"].as_str().unwrap();
    assert!(href.starts_with(emulator.base_url()));
    assert_eq!(get(&emulator, href).await.json()["id"], album["id"]);
}
