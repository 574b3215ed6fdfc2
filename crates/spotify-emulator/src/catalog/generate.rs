//! Made-up music in any amount, always the same for the same seed: libraries that are large enough to be slow.

use std::sync::OnceLock;

use fastrand::Rng;

use super::file::{PICTURE_DIGITS, popularity};
use super::{Album, Artist, Catalog, Copyright, Credit, Track};
use crate::ids::{Identifier, made_up_hex, made_up_id, made_up_isrc, made_up_upc};

const TRACKS_PER_ALBUM: usize = 12;
const ALBUMS_PER_ARTIST: usize = 3;

const FIRST: [&str; 24] = [
    "Amber", "Brass", "Cedar", "Distant", "Electric", "Faded", "Golden", "Hollow", "Indigo", "Jade", "Lunar", "Marble",
    "Northern", "Opal", "Paper", "Quiet", "Rapid", "Silver", "Tidal", "Velvet", "Winter", "Yellow", "Zinc", "Älva",
];
const SECOND: [&str; 24] = [
    "Arcade", "Birds", "Canyon", "Drive", "Echo", "Forest", "Garden", "Harbour", "Island", "Junction", "Kites",
    "Lantern", "Mirror", "Night", "Orchard", "Parade", "Quarter", "River", "Station", "Theory", "Umbrella", "Valley",
    "Window", "Zodiac",
];
const GENRES: [&str; 6] = ["indie pop", "electronica", "folk", "alternative rock", "lo-fi house", "modern jazz"];

/// Adds `tracks` tracks, on albums of artists that do not exist.
pub(super) fn extend(catalog: &mut Catalog, tracks: usize, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut artist = None;
    for (number, first) in (0..tracks).step_by(TRACKS_PER_ALBUM).enumerate() {
        if number % ALBUMS_PER_ARTIST == 0 {
            let new = self::artist(&mut rng, &format!("generated:{seed}:artist:{}", number / ALBUMS_PER_ARTIST));
            artist = Some(Credit { id: new.id.clone(), name: new.name.clone() });
            catalog.artists.push(new);
        }
        let count = TRACKS_PER_ALBUM.min(tracks - first);
        let credits = artist.clone().into_iter().collect();
        let album = album(&mut rng, &format!("generated:{seed}:album:{number}"), credits, count, catalog);
        catalog.albums.push(album);
    }
    catalog.make_index();
    catalog.search = OnceLock::new();
}

fn artist(rng: &mut Rng, key: &str) -> Artist {
    Artist {
        id: Identifier::known_or(None, || made_up_id(key)),
        name: format!("The {}", words(rng)),
        genres: rng.choice(GENRES).map(str::to_owned).into_iter().collect(),
        popularity: popularity(key) / 2,
        followers: rng.u32(100..500_000),
        picture: Identifier::known_or(None, || made_up_hex(&format!("picture:{key}"), PICTURE_DIGITS)),
    }
}

fn album(rng: &mut Rng, key: &str, artists: Vec<Credit>, count: usize, catalog: &Catalog) -> Album {
    let year = rng.u32(1960..2026);
    let release_date = format!("{year}-{:02}-{:02}", rng.u32(1..13), rng.u32(1..29));
    let popularity = popularity(key) / 2;
    let tracks = (1..).take(count).map(|number| {
        let key = format!("{key}:track:{number}");
        Track {
            id: Identifier::known_or(None, || made_up_id(&key)),
            name: words(rng),
            artists: artists.clone(),
            disc_number: 1,
            track_number: number,
            duration_ms: rng.u32(120_000..420_000),
            explicit: rng.u8(0..10) == 0,
            withdrawn: false,
            isrc: Identifier::known_or(None, || made_up_isrc(&key, &release_date)),
            popularity: popularity.saturating_sub(rng.u8(0..20)),
        }
    });
    let tracks = tracks.collect();
    Album {
        id: Identifier::known_or(None, || made_up_id(key)),
        album_type: if count <= 3 { "single" } else { "album" }.to_owned(),
        name: words(rng),
        artists,
        label: "Emulated Records".to_owned(),
        copyrights: vec![Copyright { text: format!("(P) {year} Emulated Records"), kind: "P".to_owned() }],
        upc: Identifier::known_or(None, || made_up_upc(key)),
        cover: Identifier::known_or(None, || made_up_hex(&format!("cover:{key}"), PICTURE_DIGITS)),
        popularity,
        genres: rng.choice(GENRES).map(str::to_owned).into_iter().collect(),
        markets: catalog.markets.clone(),
        release_date,
        tracks,
    }
}

fn words(rng: &mut Rng) -> String {
    let first = rng.choice(FIRST).unwrap_or_default();
    let second = rng.choice(SECOND).unwrap_or_default();
    format!("{first} {second}")
}
