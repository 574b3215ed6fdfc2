//! What the benchmarks read: answers of real size, made here, so that they are the same everywhere.

use serde_json::{Value, json};

/// 50 saved tracks as apps with extended quota get them: with the markets of each track, and of its album.
pub const SAVED_TRACKS_MARKETS: &str = "saved tracks with markets";
/// 50 saved tracks as apps in Development Mode get them.
pub const SAVED_TRACKS: &str = "saved tracks";
/// 100 items of a playlist.
pub const PLAYLIST_ITEMS: &str = "playlist items";
/// 20 albums, artists and tracks each.
pub const SEARCH: &str = "search";
/// An album with 18 tracks.
pub const ALBUM: &str = "album";

/// An album with one track and no markets: an answer so small that what a client adds to it shows.
pub const SINGLE: &str = "single";

/// The answer with one of the names above.
pub fn by_name(name: &str) -> Option<String> {
    let answer = match name {
        SAVED_TRACKS_MARKETS => saved_tracks(true),
        SAVED_TRACKS => saved_tracks(false),
        PLAYLIST_ITEMS => playlist_items(),
        SEARCH => search(),
        ALBUM => full_album(18, true),
        SINGLE => full_album(1, false),
        _ => return None,
    };
    Some(answer.to_string())
}

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

fn page(path: &str, limit: usize, item: impl Fn(usize) -> Value) -> Value {
    json!({
        "href": format!("https://api.spotify.com/v1/{path}?offset=0&limit={limit}"),
        "items": (0..limit).map(item).collect::<Vec<_>>(),
        "limit": limit,
        "next": format!("https://api.spotify.com/v1/{path}?offset={limit}&limit={limit}"),
        "offset": 0,
        "previous": null,
        "total": 10_000,
    })
}

fn saved_tracks(with_markets: bool) -> Value {
    page("me/tracks", 50, |number| json!({"added_at": "2026-01-05T10:00:00Z", "track": track(number, with_markets)}))
}

fn playlist_items() -> Value {
    let user = json!({
        "external_urls": {"spotify": "https://open.spotify.com/user/alma"},
        "href": "https://api.spotify.com/v1/users/alma",
        "id": "alma",
        "type": "user",
        "uri": "spotify:user:alma",
    });
    let item = |number: usize| {
        json!({
            "added_at": "2026-01-05T10:00:00Z",
            "added_by": user,
            "is_local": false,
            "primary_color": null,
            "track": track(number, false),
            "video_thumbnail": {"url": null},
        })
    };
    page(&format!("playlists/{}/items", id(4, 0)), 100, item)
}

fn search() -> Value {
    let full_artist = |number: usize| {
        let mut artist = artist(number);
        artist["followers"] = json!({"href": null, "total": 1_000 + number});
        artist["genres"] = json!(["permanent wave", "rock"]);
        artist["images"] =
            json!([{"height": 640, "url": format!("https://i.scdn.co/image/{}", id(5, number)), "width": 640}]);
        artist["popularity"] = json!(70);
        artist
    };
    json!({
        "albums": page("search", 20, |number| album(number, true)),
        "artists": page("search", 20, full_artist),
        "tracks": page("search", 20, |number| track(number, true)),
    })
}

fn full_album(tracks: usize, with_markets: bool) -> Value {
    let simplified = |number: usize| {
        let mut track = track(number, with_markets);
        if let Some(fields) = track.as_object_mut() {
            fields.retain(|name, _| !["album", "external_ids", "popularity"].contains(&name.as_str()));
        }
        track
    };
    let mut album = album(0, with_markets);
    album["copyrights"] = json!([{"text": "2012 A label", "type": "C"}, {"text": "2012 A label", "type": "P"}]);
    album["external_ids"] = json!({"upc": "886443671584"});
    album["genres"] = json!([]);
    album["label"] = json!("A label");
    album["popularity"] = json!(60);
    album["tracks"] = page(&format!("albums/{}/tracks", id(2, 0)), tracks, simplified);
    album["tracks"]["next"] = Value::Null;
    album["tracks"]["total"] = json!(tracks);
    album
}
