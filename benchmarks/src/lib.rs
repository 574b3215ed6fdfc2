//! What the benchmarks read: answers of real size, made here, so that they are the same everywhere.

use serde_json::{Value, json};

/// The countries in which Spotify is available, near enough.
const MARKETS: usize = 185;

fn markets() -> Value {
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|first| letters().map(move |second| [first, second]));
    codes.step_by(3).take(MARKETS).map(|code| String::from_utf8_lossy(&code).into_owned()).collect()
}

/// 22 characters of base 62, a different one for each number.
fn id(kind: usize, number: usize) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut left = (kind * 1_000_003 + number + 1) as u128 * 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
    let mut text = String::new();
    for _ in 0..22 {
        text.push(char::from(DIGITS[(left % 62) as usize]));
        left /= 62;
    }
    text
}

fn artist(number: usize) -> Value {
    let id = id(1, number);
    json!({
        "external_urls": {"spotify": format!("https://open.spotify.com/artist/{id}")},
        "href": format!("https://api.spotify.com/v1/artists/{id}"),
        "id": id,
        "name": format!("Artist number {number}"),
        "type": "artist",
        "uri": format!("spotify:artist:{id}"),
    })
}

fn album(number: usize, with_markets: bool) -> Value {
    let id = id(2, number);
    let image = |size: usize| json!({"height": size, "url": format!("https://i.scdn.co/image/ab67616d0000b273{id}{size}"), "width": size});
    let mut album = json!({
        "album_type": "album",
        "artists": [artist(number)],
        "external_urls": {"spotify": format!("https://open.spotify.com/album/{id}")},
        "href": format!("https://api.spotify.com/v1/albums/{id}"),
        "id": id,
        "images": [image(640), image(300), image(64)],
        "name": format!("Album number {number} (Deluxe Edition)"),
        "release_date": "2012-11-16",
        "release_date_precision": "day",
        "total_tracks": 18,
        "type": "album",
        "uri": format!("spotify:album:{id}"),
    });
    if with_markets {
        album["available_markets"] = markets();
    }
    album
}

fn track(number: usize, with_markets: bool) -> Value {
    let id = id(3, number);
    let mut track = json!({
        "album": album(number / 3, with_markets),
        "artists": [artist(number / 3), artist(number + 1000)],
        "disc_number": 1,
        "duration_ms": 207_440 + number,
        "explicit": number.is_multiple_of(2),
        "external_ids": {"isrc": format!("USRC1{number:07}")},
        "external_urls": {"spotify": format!("https://open.spotify.com/track/{id}")},
        "href": format!("https://api.spotify.com/v1/tracks/{id}"),
        "id": id,
        "is_local": false,
        "name": format!("Track number {number} (feat. Somebody)"),
        "popularity": 60,
        "preview_url": null,
        "track_number": number % 18 + 1,
        "type": "track",
        "uri": format!("spotify:track:{id}"),
    });
    if with_markets {
        track["available_markets"] = markets();
    }
    track
}

/// A page of 50 saved tracks, as apps with extended quota get it (`with_markets`, twice on each item) or those in
/// Development Mode.
pub fn saved_tracks(with_markets: bool) -> String {
    let item = |number: usize| json!({"added_at": "2026-01-05T10:00:00Z", "track": track(number, with_markets)});
    json!({
        "href": "https://api.spotify.com/v1/me/tracks?offset=0&limit=50",
        "items": (0..50).map(item).collect::<Vec<_>>(),
        "limit": 50,
        "next": "https://api.spotify.com/v1/me/tracks?offset=50&limit=50",
        "offset": 0,
        "previous": null,
        "total": 10_000,
    })
    .to_string()
}
