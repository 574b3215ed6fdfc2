//! Batches, for apps that may send them.

use spotify_emulator::catalog::Catalog;
use spotify_emulator::{Emulator, Fault, FaultRule};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::{AsyncSpotifyClient, Error, Quota, SpotifyClient};

use crate::support::*;

fn extended(emulator: &Emulator) -> AsyncSpotifyClient {
    builder(emulator).quota(Quota::Extended).build().unwrap()
}

/// How many of the requests since the last look were batches, and how many were single reads.
fn batches_and_singles(emulator: &Emulator) -> (usize, usize) {
    let paths = paths(emulator);
    let batches = paths.iter().filter(|path| path.split('/').count() == 3).count();
    (batches, paths.len() - batches)
}

#[tokio::test]
async fn ids_share_requests_as_many_as_spotify_takes() {
    let emulator = emulator(spotify_emulator::Quota::Extended);
    let client = extended(&emulator);
    let mut given = albums(45);
    given.insert(7, UNKNOWN);
    given.insert(30, given[3]);
    let found = client.albums().get_many(&given).await.unwrap();
    let expected: Vec<_> = given.iter().map(|id| Some(*id).filter(|id| *id != UNKNOWN)).collect();
    assert_eq!(ids(&found), expected);
    assert_eq!(batches_and_singles(&emulator), (3, 0));

    let given = tracks(150);
    let found = client.tracks().get_many(&given).await.unwrap();
    let found: Vec<_> = found.iter().flatten().map(|track| track.id.as_ref().unwrap().as_str()).collect();
    assert_eq!(found, given);
    assert_eq!(batches_and_singles(&emulator), (3, 0));

    let blocking: SpotifyClient = builder(&emulator).quota(Quota::Extended).build().unwrap();
    assert_eq!(blocking.tracks().get_many(&given).iter().map(Result::unwrap).count(), 150);
    assert_eq!(batches_and_singles(&emulator), (3, 0));
}

#[tokio::test]
async fn a_client_sends_single_reads_unless_it_is_told_that_the_app_is_extended() {
    let emulator = emulator(spotify_emulator::Quota::Extended);
    client(&emulator).albums().get_many(albums(5)).await.unwrap();
    assert_eq!(batches_and_singles(&emulator), (0, 5));
}

#[tokio::test]
async fn an_item_is_the_same_alone_and_in_a_batch() {
    let (emulator, catalog) = (emulator(spotify_emulator::Quota::Extended), Catalog::bundled());
    let (one, many) = (client(&emulator), extended(&emulator));
    macro_rules! same {
        ($($service:ident: $ids:expr;)*) => {$(
            let given: Vec<&str> = $ids.take(4).map(|item| item.id.as_str()).collect();
            let alone = one.$service().get_many(&given).await.unwrap();
            assert_eq!(batches_and_singles(&emulator), (0, given.len()), stringify!($service));
            let together = many.$service().get_many(&given).await.unwrap();
            assert_eq!(batches_and_singles(&emulator), (1, 0), stringify!($service));
            assert_eq!(alone, together);
            assert!(alone.iter().all(Option::is_some), stringify!($service));
        )*};
    }
    same! {
        albums: catalog.albums.iter();
        artists: catalog.artists.iter();
        audiobooks: catalog.audiobooks.iter();
        chapters: catalog.audiobooks[0].chapters.iter();
        episodes: catalog.shows[0].episodes.iter();
        shows: catalog.shows.iter();
        tracks: catalog.tracks();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_refusal_turns_all_clones_and_siblings_to_single_reads_for_good() {
    let emulator = emulator(spotify_emulator::Quota::Development);
    let client = extended(&emulator);
    let given = tracks(230);
    // Two at the same time, each with several batches to send.
    let (one, other) = tokio::join!(
        client.tracks().get_many(&given).concurrency(8).no_coalescing().send(),
        client.tracks().get_many(&given).concurrency(8).no_coalescing().send(),
    );
    assert_eq!(one.as_ref().unwrap(), other.as_ref().unwrap());
    let found = one.unwrap();
    let found: Vec<_> = found.iter().flatten().map(|track| track.id.as_ref().unwrap().as_str()).collect();
    assert_eq!(found, given);
    // Each of the two reads every track, and shares those that the other one is reading.
    let (batches, singles) = batches_and_singles(&emulator);
    assert!(batches == 1 && (230..=460).contains(&singles), "{batches}, {singles}");

    let sibling = client.with_auth(AccessToken::new(emulator.valid_token()).unwrap());
    for client in [client.clone(), sibling] {
        client.albums().get_many(albums(45)).await.unwrap();
        assert_eq!(batches_and_singles(&emulator), (0, 45));
    }
}

#[tokio::test]
async fn single_reads_in_place_of_a_batch_keep_to_the_concurrency() {
    let emulator = emulator(spotify_emulator::Quota::Development);
    let client = extended(&emulator);
    let mut stream = client.albums().get_many(albums(60)).concurrency(2).stream();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    let (batches, singles) = batches_and_singles(&emulator);
    assert!(batches == 1 && singles <= 4, "{singles}");
}

#[tokio::test]
async fn a_refusal_for_another_reason_teaches_nothing_about_the_app() {
    let emulator = emulator(spotify_emulator::Quota::Extended);
    let client = extended(&emulator);
    for (status, message, others) in
        [(403, "Insufficient client scope", 0), (400, "Invalid base62 id", 1), (404, "Resource not found", 1)]
    {
        let body = format!(r#"{{"error":{{"status":{status},"message":"{message}"}}}}"#);
        emulator.faults().add(FaultRule::new(Fault::status(status).body(body)).path("/albums").times(1));
        let given = albums(40);
        let found = client.albums().get_many(&given).concurrency(1).await.unwrap();
        assert_eq!(ids(&found), given.iter().map(|id| Some(*id)).collect::<Vec<_>>());
        let expected = if others == 0 { (1, 40) } else { (2, 20) };
        assert_eq!(batches_and_singles(&emulator), expected, "{message}");
        client.albums().get_many(&given).await.unwrap();
        assert_eq!(batches_and_singles(&emulator), (2, 0), "{message}");
    }
}

#[tokio::test]
async fn an_error_of_a_batch_that_is_about_no_id_is_that_of_the_call() {
    let emulator = emulator(spotify_emulator::Quota::Extended);
    let client = extended(&emulator);
    let given = albums(40);
    emulator.faults().add(FaultRule::new(Fault::status(502)).path("/albums").after(1).times(1));
    let error = incomplete(client.albums().get_many(&given).concurrency(1).await.unwrap_err());
    assert_eq!((error.done(), error.inner().operation().unwrap().name), (20, "albums.get_several"));
    let rest = client.albums().get_many(&given[error.done()..]).await.unwrap();
    assert_eq!(ids(&rest), given[20..].iter().map(|id| Some(*id)).collect::<Vec<_>>());
    assert_eq!(batches_and_singles(&emulator), (3, 0));
}

#[tokio::test]
async fn an_item_that_cannot_be_read_fails_no_other_of_its_batch() {
    let emulator = emulator(spotify_emulator::Quota::Extended);
    let client = extended(&emulator);
    let body = r#"{"albums": [{"id": "1"}, {"name": "no id"}, null, 5, {"id": "4"}]}"#;
    emulator.faults().add(FaultRule::new(Fault::status(200).body(body)).path("/albums"));
    let given = ["1", "2", "3", "5", "4", "2"];
    let mut stream = client.albums().get_many(given).stream();
    let mut outcomes = Vec::new();
    while let Some(album) = stream.next().await {
        outcomes.push(match album {
            Ok(album) => album.map(|album| album.id.to_string()),
            Err(Error::Decode(error)) => Some(error.to_string()),
            Err(error) => panic!("{error}"),
        });
    }
    let error = |id: &str, what: &str| {
        format!("cannot read the response of albums.get (200): the album {id}: {what}; the body starts with")
    };
    let outcomes: Vec<_> = outcomes.iter().map(|outcome| outcome.as_deref().unwrap_or("none")).collect();
    assert_eq!((outcomes[0], outcomes[2], outcomes[4]), ("1", "none", "4"));
    assert!(outcomes[1].starts_with(&error("2", "missing or unusable field `id`")), "{outcomes:?}");
    assert!(outcomes[3].starts_with(&error("5", "expected")) || outcomes[3].contains("the album 5"), "{outcomes:?}");
    assert_eq!(outcomes[5], outcomes[1]);
    assert_eq!(batches_and_singles(&emulator), (1, 0));
}

#[tokio::test]
async fn a_batch_that_does_not_say_which_item_is_of_which_id_is_read_one_by_one() {
    let emulator = emulator(spotify_emulator::Quota::Extended);
    let given = albums(2);
    for body in
        [r#"{"albums": [{"id": "1"}]}"#, "{}", r#"{"albums": [{"id": "1"}, null, null]}"#, "{\"albums\": [", "[]"]
    {
        emulator.faults().add(FaultRule::new(Fault::status(200).body(body)).path("/albums").times(1));
        let found = extended(&emulator).albums().get_many(&given).await.unwrap();
        assert_eq!(ids(&found), given.iter().map(|id| Some(*id)).collect::<Vec<_>>(), "{body}");
        assert_eq!(batches_and_singles(&emulator), (1, 2), "{body}");
    }
    let page = Fault::status(200).body("<html>Sign in</html>");
    emulator.faults().add(FaultRule::new(page).path("/albums").times(1));
    let error = extended(&emulator).albums().get_many(&given).await.unwrap_err();
    assert!(error.hint().unwrap().contains("A web page came in place"), "{error:?}");
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_read_one_by_one() {
    let emulator = emulator(spotify_emulator::Quota::Extended);
    let client: AsyncSpotifyClient =
        builder(&emulator).quota(Quota::Extended).max_response_size(64 * 1024).build().unwrap();
    let given = albums(20);
    let found = client.albums().get_many(&given).await.unwrap();
    assert_eq!(found.iter().flatten().count(), 20);
    assert_eq!(batches_and_singles(&emulator), (1, 20));
}

#[tokio::test]
async fn what_get_several_cannot_do_the_hint_leaves_to_get_many() {
    let development = emulator(spotify_emulator::Quota::Development);
    let error = client(&development).albums().get_several(albums(2)).await.unwrap_err();
    assert!(error.hint().unwrap().contains("use `albums.get_many` instead"), "{error:?}");

    let open = emulator(spotify_emulator::Quota::Extended);
    let body = r#"{"albums": [{"id": "1"}, {"name": "no id"}]}"#;
    open.faults().add(FaultRule::new(Fault::status(200).body(body)).path("/albums"));
    let error = client(&open).albums().get_several(["1", "2"]).await.unwrap_err();
    assert!(error.hint().unwrap().contains("`albums.get_many` reads the other items"), "{error:?}");
}
