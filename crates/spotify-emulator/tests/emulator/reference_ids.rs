//! The ids in the examples of Spotify's reference: what people copy from there works.

use reqwest::Method;
use serde_json::json;
use spotify_emulator::{Emulator, Quota};

use crate::support::*;

/// What the reference asks for in its examples, as `GET`.
const READ: [&str; 50] = [
    "/albums/4aawyAB9vmqN3uQ7FjRGTy",
    "/albums/4aawyAB9vmqN3uQ7FjRGTy/tracks",
    "/albums/2up3OPMp9Tb4dAKM2erWXQ",
    "/albums/5ht7ItJgpBH7W6vJ5BqpPr",
    "/albums/382ObEPsp2rxGrnsizN5TX",
    "/albums/1A2GTWGtFfWp7KSQTwWOyo",
    "/albums/2noRn2Aes5aoNVsU6iWThc",
    "/artists/0TnOYISbd1XYRBk9myaseg",
    "/artists/0TnOYISbd1XYRBk9myaseg/albums",
    "/artists/0TnOYISbd1XYRBk9myaseg/top-tracks",
    "/artists/0TnOYISbd1XYRBk9myaseg/related-artists",
    "/artists/2CIMQHirSU0MQqyYHq0eOx",
    "/artists/57dN52uHvrHOxijzpIgu3E",
    "/artists/1vCWHaC5f2uS3yhpwWbIA6",
    "/artists/0I2XqVXqHScXjHhk6AYYRe",
    "/artists/4NHQUGzhtTLFvgF5SZesLK",
    "/shows/38bS44xjbVVZ3No3ByF1dJ",
    "/shows/38bS44xjbVVZ3No3ByF1dJ/episodes",
    "/shows/5CfCWKI5pZ28U0uOzXkDHe",
    "/shows/5as3aKmN2k11yfDDDSrvaZ",
    "/episodes/512ojhOuo1ktJprKbVcKyQ",
    "/episodes/77o6BIVlYM3msb4MMIL1jH",
    "/episodes/0Q86acNRm6V9GYx55SXKwf",
    "/episodes/5Xt5DXGzch68nYYamXrNxZ",
    "/episodes/0zLhl3WsOCQHbe1BPTiHgr",
    "/audiobooks/7iHfbu1YPACw6oZPAFJtqe",
    "/audiobooks/7iHfbu1YPACw6oZPAFJtqe/chapters",
    "/audiobooks/18yVqkdbdRvS24c0Ilj2ci",
    "/audiobooks/1HGw3J3NxZO1TP1BTtVhpZ",
    "/chapters/0D5wENdkdwbqlrHoaJ9g29",
    "/chapters/0IsXVP0JmcB2adSE338GkK",
    "/chapters/3ZXb8FKZGU0EHALYX6uCzU",
    "/tracks/11dFghVXANMlKmJXsNCbNl",
    "/tracks/7ouMYWpwJ422jRcDASZB7P",
    "/tracks/4VqPOruhp5EdPBeR92t6lQ",
    "/tracks/2takcwOaAZWiXQijPHIx7B",
    "/tracks/4iV5W9uYEdYUVa79Axb7Rh",
    "/tracks/1301WleyT98MSxVHPZCA6M",
    "/tracks/7a3LWj5xSFhFRYmztS8wgK",
    "/tracks/0c6xIDDpzE81m2q797ordA",
    "/audio-features/11dFghVXANMlKmJXsNCbNl",
    "/audio-analysis/11dFghVXANMlKmJXsNCbNl",
    "/playlists/3cEYpjA9oz9GiPac4AsH4n",
    "/playlists/3cEYpjA9oz9GiPac4AsH4n/items",
    "/playlists/3cEYpjA9oz9GiPac4AsH4n/tracks",
    "/users/smedjan",
    "/users/smedjan/playlists",
    "/browse/categories/dinner",
    "/browse/categories/dinner/playlists",
    "/recommendations?seed_artists=4NHQUGzhtTLFvgF5SZesLK&seed_genres=classical,country&seed_tracks=0c6xIDDpzE81m2q797ordA",
];

/// The lists of ids in the examples, each with the field that the response has them in.
const SEVERAL: [(&str, &str); 7] = [
    ("/albums?ids=382ObEPsp2rxGrnsizN5TX,1A2GTWGtFfWp7KSQTwWOyo,2noRn2Aes5aoNVsU6iWThc", "albums"),
    ("/artists?ids=2CIMQHirSU0MQqyYHq0eOx,57dN52uHvrHOxijzpIgu3E,1vCWHaC5f2uS3yhpwWbIA6", "artists"),
    ("/shows?ids=5CfCWKI5pZ28U0uOzXkDHe,5as3aKmN2k11yfDDDSrvaZ", "shows"),
    ("/episodes?ids=77o6BIVlYM3msb4MMIL1jH,0Q86acNRm6V9GYx55SXKwf", "episodes"),
    ("/audiobooks?ids=18yVqkdbdRvS24c0Ilj2ci,1HGw3J3NxZO1TP1BTtVhpZ,7iHfbu1YPACw6oZPAFJtqe", "audiobooks"),
    ("/chapters?ids=0IsXVP0JmcB2adSE338GkK,3ZXb8FKZGU0EHALYX6uCzU,0D5wENdkdwbqlrHoaJ9g29", "chapters"),
    ("/tracks?ids=7ouMYWpwJ422jRcDASZB7P,4VqPOruhp5EdPBeR92t6lQ,2takcwOaAZWiXQijPHIx7B", "tracks"),
];

fn extended() -> Emulator {
    Emulator::builder().quota(Quota::Extended).start().unwrap()
}

#[tokio::test]
async fn every_id_of_an_example_names_something() {
    let emulator = extended();
    for path in READ {
        let response = get(&emulator, path).await;
        assert_eq!(response.status, 200, "{path}: {}", response.body);
        let json = response.json();
        // What an object calls itself is what it was asked for.
        if let (Some(id), 2) = (json["id"].as_str(), path.matches('/').count()) {
            assert!(path.ends_with(id), "{path}: {id}");
            assert!(
                json["name"].as_str().or(json["display_name"].as_str()).is_some_and(|name| !name.is_empty())
                    || json["type"] == "audio_features",
                "{path}"
            );
        }
    }
    for (path, field) in SEVERAL {
        let list = get(&emulator, path).await.json()[field].clone();
        let ids: Vec<_> = list.as_array().unwrap().iter().map(|each| each["id"].as_str().unwrap()).collect();
        assert_eq!(ids.join(","), path.split_once("ids=").unwrap().1, "{path}");
    }
}

#[tokio::test]
async fn what_the_examples_do_can_be_done() {
    let emulator = extended();
    let uris = "uris=spotify:track:4iV5W9uYEdYUVa79Axb7Rh,spotify:track:1301WleyT98MSxVHPZCA6M";
    let saved = "uris=spotify:track:7a3LWj5xSFhFRYmztS8wgK,spotify:album:4aawyAB9vmqN3uQ7FjRGTy";
    let laptop = "device_id=0d1841b0976bae2a3a310dd74c0f3df354899bc8";
    for (method, path) in [
        (Method::POST, format!("/playlists/3cEYpjA9oz9GiPac4AsH4n/items?position=0&{uris}")),
        (Method::POST, format!("/playlists/3cEYpjA9oz9GiPac4AsH4n/tracks?position=0&{uris}")),
        (Method::PUT, format!("/me/library?{saved}")),
        (Method::DELETE, format!("/me/library?{saved}")),
        (Method::PUT, "/me/albums?ids=382ObEPsp2rxGrnsizN5TX,1A2GTWGtFfWp7KSQTwWOyo,2noRn2Aes5aoNVsU6iWThc".to_owned()),
        (Method::PUT, "/me/tracks?ids=7ouMYWpwJ422jRcDASZB7P,4VqPOruhp5EdPBeR92t6lQ,2takcwOaAZWiXQijPHIx7B".to_owned()),
        (Method::PUT, "/me/episodes?ids=77o6BIVlYM3msb4MMIL1jH,0Q86acNRm6V9GYx55SXKwf".to_owned()),
        (Method::PUT, "/me/shows?ids=5CfCWKI5pZ28U0uOzXkDHe,5as3aKmN2k11yfDDDSrvaZ".to_owned()),
        (Method::PUT, "/me/following?type=artist&ids=2CIMQHirSU0MQqyYHq0eOx,57dN52uHvrHOxijzpIgu3E".to_owned()),
        (Method::PUT, "/playlists/3cEYpjA9oz9GiPac4AsH4n/followers".to_owned()),
        (Method::POST, format!("/me/player/queue?uri=spotify:track:4iV5W9uYEdYUVa79Axb7Rh&{laptop}")),
        (Method::PUT, format!("/me/player/volume?volume_percent=50&{laptop}")),
    ] {
        let response = request(&emulator, method, &path).await;
        assert!((200..300).contains(&response.status), "{path}: {} {}", response.status, response.body);
    }
    for (path, body) in [
        ("/me/player", json!({"device_ids": ["74ASZWbe4lXaubB36ztrGX"]})),
        (
            "/me/player/play",
            json!({"context_uri": "spotify:album:5ht7ItJgpBH7W6vJ5BqpPr", "offset": {"position": 5}, "position_ms": 0}),
        ),
    ] {
        let request = client().put(address(&emulator, path)).bearer_auth(emulator.valid_token());
        assert_eq!(request.body(body.to_string()).send().await.unwrap().status(), 204, "{path}");
    }
    let contains = format!("/me/library/contains?{saved},spotify:artist:2takcwOaAZWiXQijPHIx7B");
    assert_eq!(get(&emulator, &contains).await.json().as_array().unwrap().len(), 3);
    let follows = get(&emulator, "/playlists/3cEYpjA9oz9GiPac4AsH4n/followers/contains?ids=jmperezperez").await;
    assert_eq!(follows.status, 200);
    assert_eq!(get(&emulator, "/me/following?type=artist&after=0I2XqVXqHScXjHhk6AYYRe").await.status, 200);
}
