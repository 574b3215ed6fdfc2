//! Checks of the catalog as a whole.

use std::collections::{HashMap, HashSet};

use super::*;

fn tracks() -> impl Iterator<Item = &'static Track> {
    catalog().albums.iter().flat_map(|album| &album.tracks)
}

fn artists() -> impl Iterator<Item = &'static Artist> {
    let of_albums = catalog().albums.iter().flat_map(|album| &album.artists);
    of_albums.chain(tracks().flat_map(|track| &track.artists))
}

#[test]
fn the_file_can_be_read() {
    let catalog = file::parse(file::TEXT).unwrap();
    assert_eq!(catalog.albums.len(), super::catalog().albums.len());
}

#[test]
fn every_artist_is_listed_with_or_without_an_id() {
    let file: serde_json::Value = serde_json::from_str(file::TEXT).unwrap();
    let listed = file["artists"].as_object().unwrap();
    let used: HashSet<_> = artists().map(|artist| &artist.name).collect();
    assert_eq!(used, listed.keys().collect());
}

#[test]
fn the_albums_have_all_their_tracks() {
    let totals: HashMap<_, _> =
        catalog().albums.iter().map(|album| (album.name.as_str(), album.tracks.len())).collect();
    assert_eq!(
        totals,
        HashMap::from([("DeBÍ TiRAR MáS FOToS", 17), ("Global Warming", 18), ("The College Dropout", 21)])
    );
}

#[test]
fn every_id_is_well_formed_and_names_one_thing() {
    let mut owners: HashMap<&str, String> = HashMap::new();
    let albums = catalog().albums.iter().map(|album| (&album.id, format!("album {}", album.name)));
    let tracks = tracks().map(|track| (&track.id, format!("track {}", track.name)));
    let artists = artists().map(|artist| (&artist.id, format!("artist {}", artist.name)));
    for (id, owner) in albums.chain(tracks).chain(artists) {
        assert!(ids::is_well_formed(id.as_str()), "{owner}: {id:?}");
        assert_eq!(owners.entry(id.as_str()).or_insert_with(|| owner.clone()), &owner);
    }
    let distinct_artists: HashSet<_> = self::artists().map(|artist| &artist.name).collect();
    assert_eq!(owners.len(), 3 + 56 + distinct_artists.len());
}

#[test]
fn every_id_writes_a_number_of_128_bits() {
    let albums = catalog().albums.iter().map(|album| &album.id);
    let all = albums.chain(tracks().map(|track| &track.id)).chain(artists().map(|artist| &artist.id));
    for id in all {
        assert!(ids::number(id.as_str()).is_some(), "{id:?}");
    }
}

#[test]
fn made_up_ids_are_always_the_same() {
    let album = catalog().album("5K79FLRUCSysQnVESLcTdb").unwrap();
    let velda = &album.tracks[5];
    assert_eq!(velda.name, "VeLDÁ");
    assert!(velda.id.is_made_up());
    assert_eq!(velda.id.as_str(), "2yFkFVaqr9QciNkHTnvqWu");
    let omar_courtz = &velda.artists[1].id;
    assert!(omar_courtz.is_made_up());
    assert_eq!(omar_courtz.as_str(), "1y0D3hkG2CkNIKNxtLo6kx");
    assert!(!album.tracks[0].id.is_made_up());
    assert!(!album.id.is_made_up());
}

#[test]
fn track_numbers_follow_each_other() {
    for album in &catalog().albums {
        let numbers: Vec<_> = album.tracks.iter().map(|track| (track.disc_number, track.track_number)).collect();
        let expected: Vec<_> = (1..).map(|number| (1, number)).take(album.tracks.len()).collect();
        assert_eq!(numbers, expected, "{}", album.name);
    }
}

#[test]
fn durations_are_those_of_songs() {
    for track in tracks() {
        assert!((15_000..=800_000).contains(&track.duration_ms), "{}: {}", track.name, track.duration_ms);
    }
}

#[test]
fn the_albums_are_as_long_as_published() {
    let minutes: Vec<_> = catalog()
        .albums
        .iter()
        .map(|album| album.tracks.iter().map(|track| track.duration_ms).sum::<u32>() / 60_000)
        .collect();
    assert_eq!(minutes, [62, 66, 76]);
}

#[test]
fn everyone_on_a_track_is_there_once_and_the_albums_artist_comes_first() {
    for album in &catalog().albums {
        for track in &album.tracks {
            let names: HashSet<_> = track.artists.iter().map(|artist| &artist.name).collect();
            assert_eq!(names.len(), track.artists.len(), "{}", track.name);
            assert_eq!(track.artists[0], album.artists[0], "{}", track.name);
        }
    }
}

#[test]
fn markets_are_country_codes_in_order() {
    let markets = &catalog().markets;
    assert!(markets.len() > 170);
    assert!(markets.iter().all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())));
    assert!(markets.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn covers_and_product_codes_look_real() {
    for album in &catalog().albums {
        let cover = album.cover.as_str();
        assert!(cover.len() == 24 && cover.bytes().all(|byte| byte.is_ascii_hexdigit()), "{cover}");
        let upc = album.upc.as_str();
        assert!(upc.len() == 12 && upc.bytes().all(|byte| byte.is_ascii_digit()), "{upc}");
    }
}

#[test]
fn albums_were_saved_at_different_times() {
    let times: HashSet<_> = catalog().albums.iter().map(|album| &album.added_at).collect();
    assert_eq!(times.len(), 3);
}
