//! Checks of the catalog as a whole.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::ids;

fn credits() -> impl Iterator<Item = &'static Credit> {
    let of_albums = Catalog::bundled().albums.iter().flat_map(|album| &album.artists);
    of_albums.chain(Catalog::bundled().tracks().flat_map(|track| &track.artists))
}

/// Every id with what it names.
fn named() -> Vec<(&'static Identifier, String)> {
    let catalog = Catalog::bundled();
    let albums = catalog.albums.iter().map(|album| (&album.id, format!("album {}", album.name)));
    let tracks = catalog.albums.iter().flat_map(|album| {
        album.tracks.iter().map(|track| (&track.id, format!("track {} of {}", track.name, album.name)))
    });
    let artists = catalog.artists.iter().map(|artist| (&artist.id, format!("artist {}", artist.name)));
    let shows = catalog.shows.iter().map(|show| (&show.id, format!("show {}", show.name)));
    let episodes = catalog.shows.iter().flat_map(|show| &show.episodes);
    let episodes = episodes.map(|episode| (&episode.id, format!("episode {}", episode.name)));
    let books = catalog.audiobooks.iter().map(|book| (&book.id, format!("audiobook {}", book.name)));
    let chapters = catalog.audiobooks.iter().flat_map(|book| {
        book.chapters.iter().map(|chapter| (&chapter.id, format!("chapter {} of {}", chapter.number, book.name)))
    });
    albums.chain(tracks).chain(artists).chain(shows).chain(episodes).chain(books).chain(chapters).collect()
}

#[test]
fn the_files_can_be_read() {
    let read = file::parse(file::MUSIC, file::SHOWS, file::AUDIOBOOKS).unwrap();
    assert_eq!(read.albums.len(), Catalog::bundled().albums.len());
}

#[test]
fn there_is_enough_to_demonstrate_everything() {
    let catalog = Catalog::bundled();
    assert!(catalog.albums.len() >= 40, "{}", catalog.albums.len());
    assert!(catalog.shows.len() >= 8 && catalog.audiobooks.len() >= 6);
    let of_type = |kind: &str| catalog.albums.iter().filter(|album| album.album_type == kind).count();
    assert!(of_type("single") >= 3 && of_type("compilation") >= 2);
    assert_eq!(of_type("album") + of_type("single") + of_type("compilation"), catalog.albums.len());
    assert!(catalog.albums.iter().any(|album| album.tracks.iter().any(|track| track.disc_number == 2)));
    assert!(catalog.tracks().any(|track| track.withdrawn));
    assert!(catalog.albums.iter().any(|album| album.markets.codes().len() < catalog.markets.codes().len()));
    let decades: HashSet<_> = catalog.albums.iter().map(|album| &album.release_date[..3]).collect();
    assert!(decades.len() >= 7, "{decades:?}");
    let scripts = [
        |c: char| ('\u{400}'..'\u{500}').contains(&c),
        |c: char| ('\u{3040}'..'\u{3100}').contains(&c),
        |c: char| ('\u{ac00}'..'\u{d7b0}').contains(&c),
        |c: char| ('\u{4e00}'..'\u{a000}').contains(&c),
    ];
    for script in scripts {
        let titles = catalog.albums.iter().map(|album| &album.name).chain(catalog.tracks().map(|track| &track.name));
        assert!(titles.into_iter().any(|title| title.chars().any(script)));
    }
}

#[test]
fn every_artist_is_listed_once_and_used() {
    let listed: HashSet<_> = Catalog::bundled().artists.iter().map(|artist| artist.name.as_str()).collect();
    assert_eq!(listed.len(), Catalog::bundled().artists.len());
    let used: HashSet<_> = credits().map(|credit| credit.name.as_str()).collect();
    let unlisted: Vec<_> = used.difference(&listed).collect();
    let unused: Vec<_> = listed.difference(&used).collect();
    assert!(unlisted.is_empty() && unused.is_empty(), "{unlisted:?} {unused:?}");
    assert!(Catalog::bundled().artists.iter().all(|artist| !artist.genres.is_empty()));
}

#[test]
fn every_id_is_well_formed_and_names_one_thing() {
    let mut owners: HashMap<&str, String> = HashMap::new();
    for (id, owner) in named() {
        assert!(ids::is_well_formed(id.as_str()), "{owner}: {id:?}");
        assert!(ids::number(id.as_str()).is_some(), "{owner}: {id:?}");
        assert_eq!(owners.insert(id.as_str(), owner.clone()), None, "{owner}");
    }
}

#[test]
fn every_id_leads_to_what_it_names() {
    for (id, _) in named() {
        assert!(Catalog::bundled().locate(id.as_str()).is_some(), "{id:?}");
    }
    assert!(Catalog::bundled().album("0000000000000000000000").is_none());
}

#[test]
fn made_up_ids_are_always_the_same() {
    let album = Catalog::bundled().album("5K79FLRUCSysQnVESLcTdb").unwrap();
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
fn track_numbers_follow_each_other_on_each_disc() {
    for album in &Catalog::bundled().albums {
        let mut expected = (1, 0);
        for track in &album.tracks {
            expected = if track.disc_number == expected.0 { (expected.0, expected.1 + 1) } else { (expected.0 + 1, 1) };
            assert_eq!((track.disc_number, track.track_number), expected, "{}: {}", album.name, track.name);
        }
    }
}

#[test]
fn lengths_are_those_of_songs_and_of_talk() {
    for track in Catalog::bundled().tracks() {
        assert!((10_000..=1_800_000).contains(&track.duration_ms), "{}: {}", track.name, track.duration_ms);
    }
    for episode in Catalog::bundled().shows.iter().flat_map(|show| &show.episodes) {
        assert!((60_000..=20_000_000).contains(&episode.duration_ms), "{}: {}", episode.name, episode.duration_ms);
    }
    for chapter in Catalog::bundled().audiobooks.iter().flat_map(|book| &book.chapters) {
        assert!((20_000..=10_000_000).contains(&chapter.duration_ms), "{}: {}", chapter.name, chapter.duration_ms);
    }
}

#[test]
fn the_albums_are_as_long_as_published() {
    let minutes = |id: &str| {
        let album = Catalog::bundled().album(id).unwrap();
        album.tracks.iter().map(|track| track.duration_ms).sum::<u32>() / 60_000
    };
    let ids = ["5K79FLRUCSysQnVESLcTdb", "4aawyAB9vmqN3uQ7FjRGTy", "4Uv86qWpGTxf7fU7lG5X6F"];
    assert_eq!(ids.map(minutes), [62, 66, 76]);
}

#[test]
fn nobody_is_credited_twice_on_a_track() {
    for track in Catalog::bundled().tracks() {
        let names: HashSet<_> = track.artists.iter().map(|credit| &credit.name).collect();
        assert_eq!(names.len(), track.artists.len(), "{}", track.name);
        assert!(!names.is_empty(), "{}", track.name);
    }
}

#[test]
fn markets_are_country_codes_in_order() {
    let everywhere = Catalog::bundled().markets.codes();
    assert!(everywhere.len() > 170);
    let lists = Catalog::bundled().albums.iter().map(|album| &album.markets);
    for codes in lists.chain(Catalog::bundled().audiobooks.iter().map(|book| &book.markets)).map(Markets::codes) {
        assert!(codes.iter().all(|code| everywhere.contains(code)), "{codes:?}");
        assert!(!codes.is_empty() && codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    }
}

#[test]
fn dates_are_years_months_or_days() {
    let dates = Catalog::bundled().albums.iter().map(|album| &album.release_date);
    let dates = dates.chain(Catalog::bundled().audiobooks.iter().map(|book| &book.release_date));
    let episodes = Catalog::bundled().shows.iter().flat_map(|show| &show.episodes).map(|episode| &episode.release_date);
    for date in dates.chain(episodes) {
        let padded = format!("{date}{}", &"0000-01-01"[date.len()..]);
        assert!(padded.parse::<jiff::civil::Date>().is_ok(), "{date}");
    }
}

#[test]
fn covers_and_codes_look_real() {
    for album in &Catalog::bundled().albums {
        let cover = album.cover.as_str();
        assert!(cover.len() == 24 && cover.bytes().all(|byte| byte.is_ascii_hexdigit()), "{cover}");
        let upc = album.upc.as_str();
        assert!((12..=13).contains(&upc.len()) && upc.bytes().all(|byte| byte.is_ascii_digit()), "{upc}");
        assert!(album.tracks.iter().all(|track| track.isrc.as_str().len() == 12), "{}", album.name);
    }
}

#[test]
fn generated_music_is_alike_for_the_same_seed_and_as_much_as_asked_for() {
    let ids = |count: usize, seed: u64| -> Vec<String> {
        let catalog = with_generated(count, seed);
        let tracks = catalog.generated_albums().iter().flat_map(|album| &album.tracks);
        tracks.map(|track| track.id.as_str().to_owned()).collect()
    };
    assert_eq!(ids(100, 1), ids(100, 1));
    assert_ne!(ids(100, 1), ids(100, 2));
    for count in [1, 12, 13, 1000] {
        let ids = ids(count, 7);
        assert_eq!(ids.len(), count);
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), count);
    }
    let (few, none) = (with_generated(5, 1), Catalog::bundled());
    assert_eq!(few.albums.len() - few.generated_albums().len(), none.albums.len());
    assert_eq!(few.chosen_albums().len(), none.chosen_albums().len());
}

#[test]
fn albums_of_the_reference_alone_stand_behind_the_chosen_ones() {
    let (chosen, all) = (Catalog::bundled().chosen_albums(), &Catalog::bundled().albums);
    assert!(chosen.iter().any(|album| album.id.as_str() == "2noRn2Aes5aoNVsU6iWThc"));
    let others: Vec<_> = all[chosen.len()..].iter().map(|album| album.name.as_str()).collect();
    assert_eq!((others.first(), others.last()), (Some(&"TRON: Legacy Reconfigured"), Some(&"Fläcken")));
}
