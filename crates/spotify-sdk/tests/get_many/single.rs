//! One request for each item, as every app may.

use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Quota};
use spotify_sdk::Error;
use spotify_sdk::ids::AlbumId;

use crate::support::*;

#[tokio::test]
async fn items_come_in_the_order_of_the_ids_each_requested_once() {
    let emulator = emulator(Quota::Development);
    let [a, b, c] = albums(3)[..] else { panic!() };
    let given = [c, a, UNKNOWN, c, b, UNKNOWN, a];
    let found = client(&emulator).albums().get_many(given).await.unwrap();
    assert_eq!(ids(&found), [Some(c), Some(a), None, Some(c), Some(b), None, Some(a)]);
    let mut asked = paths(&emulator);
    asked.sort_unstable();
    let mut expected = [a, b, c, UNKNOWN].map(|id| format!("/v1/albums/{id}"));
    expected.sort_unstable();
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn every_kind_of_item_can_be_got() {
    let (emulator, catalog) = (emulator(Quota::Development), Catalog::bundled());
    let client = client(&emulator);
    let (show, book) = (&catalog.shows[1], &catalog.audiobooks[1]);

    let id = catalog.artists[2].id.as_str();
    assert_eq!(client.artists().get_many([id]).await.unwrap()[0].as_ref().unwrap().id, *id);
    let id = tracks(1)[0];
    assert_eq!(client.tracks().get_many([id]).await.unwrap()[0].as_ref().unwrap().id.as_ref().unwrap(), id);
    let id = show.episodes[0].id.as_str();
    let name = client.episodes().get_many([id]).await.unwrap()[0].as_ref().unwrap().name.to_string();
    assert_eq!(name, show.episodes[0].name.as_str());
    let shows = client.shows().get_many([show.id.as_str()]).await.unwrap();
    assert_eq!(shows[0].as_ref().unwrap().name, show.name.as_str());
    let books = client.audiobooks().get_many([book.id.as_str()]).await.unwrap();
    assert_eq!(books[0].as_ref().unwrap().name, book.name.as_str());
    let id = book.chapters[3].id.as_str();
    let name = client.chapters().get_many([id]).await.unwrap()[0].as_ref().unwrap().name.to_string();
    assert_eq!(name, book.chapters[3].name.as_str());
}

#[tokio::test]
async fn ids_can_be_given_as_whatever_names_an_album() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    let id = albums(1)[0];
    let typed: AlbumId = id.parse().unwrap();
    let album = client.albums().get(id).await.unwrap();
    let _ = paths(&emulator);

    assert_eq!(client.albums().get_many([&album]).await.unwrap(), [Some(album.clone())]);
    assert_eq!(client.albums().get_many([&typed]).await.unwrap().len(), 1);
    assert_eq!(client.albums().get_many([Some(typed.clone())]).await.unwrap().len(), 1);
    let texts = [typed.uri().to_string(), typed.url(), id.to_owned()];
    let found = client.albums().get_many(&texts).await.unwrap();
    assert_eq!(ids(&found), [Some(id); 3]);
    // One id, however it is spelled.
    assert_eq!(paths(&emulator).len(), 4);
}

#[tokio::test]
async fn a_bad_id_is_refused_with_its_place_before_anything_is_sent() {
    let emulator = emulator(Quota::Development);
    let given = [albums(1)[0], "spotify:track:11dFghVXANMlKmJXsNCbNl", ""];
    let (client, blocking) = (client(&emulator), blocking(&emulator));
    let errors = [
        client.albums().get_many(given).await.unwrap_err(),
        client.albums().get_many(given).stream().next().await.unwrap().unwrap_err(),
        blocking.albums().get_many(given).send().unwrap_err(),
        blocking.albums().get_many(given).iter().next().unwrap().unwrap_err(),
    ];
    for error in errors {
        let Error::InvalidInput(error) = error else { panic!("{error}") };
        assert_eq!(error.parameter, "ids");
        assert!(error.message.contains("index 1") && error.message.contains("an album id"), "{error}");
    }
    let error = client.albums().get_many(albums(2)).market("Sweden").await.unwrap_err();
    assert!(matches!(&error, Error::InvalidInput(error) if error.parameter == "market"), "{error}");
    let mut stream = client.albums().get_many(given).stream();
    assert!(stream.next().await.is_some() && stream.next().await.is_none());
    assert!(paths(&emulator).is_empty());
}

#[tokio::test]
async fn no_ids_are_no_items_and_no_request() {
    let emulator = emulator(Quota::Development);
    assert!(client(&emulator).tracks().get_many([""; 0]).await.unwrap().is_empty());
    assert!(blocking(&emulator).tracks().get_many([""; 0]).iter().next().is_none());
    assert!(paths(&emulator).is_empty());
}

#[tokio::test]
async fn an_id_that_spotify_does_not_take_has_no_item() {
    let emulator = emulator(Quota::Development);
    let id = albums(1)[0];
    let found = client(&emulator).albums().get_many(["tooshort", id]).await.unwrap();
    assert_eq!(ids(&found), [None, Some(id)]);
}

#[tokio::test]
async fn the_market_is_sent_with_each_request() {
    let emulator = emulator(Quota::Development);
    let client = client(&emulator);
    client.albums().get_many(albums(3)).market("SE").await.unwrap();
    client.albums().get_many(albums(3)).maybe_market(Some("SE")).maybe_market(None::<&str>).await.unwrap();
    let requests = emulator.take_requests();
    assert!(requests.len() == 6 && requests.iter().all(|request| request.query.as_deref() == Some("market=SE")));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_ids_meet_no_refusal_in_development_mode() {
    let emulator = Emulator::builder().library(9_900).requests_kept(30_000).start().unwrap();
    let client = client(&emulator);
    let saved = client.tracks().get_saved().collect_all().await.unwrap();
    let mut given: Vec<_> = saved.into_iter().map(|saved| saved.track.id.unwrap()).collect();
    given.extend((1..=100).map(|number| format!("{number:022}").parse().unwrap()));
    let _ = paths(&emulator);

    let found = client.tracks().get_many(&given).concurrency(16).await.unwrap();
    assert_eq!(found.len(), 10_000);
    for (id, track) in given.iter().zip(&found).take(9_900) {
        assert_eq!(track.as_ref().and_then(|track| track.id.as_ref()), Some(id));
    }
    assert!(found[9_900..].iter().all(Option::is_none));
    let asked = paths(&emulator);
    assert_eq!(asked.len(), 10_000);
    assert!(asked.iter().all(|path| path.starts_with("/v1/tracks/")));
}
