//! Operations that take any number of values, in as many requests as Spotify needs.

#![cfg(all(feature = "async", feature = "blocking"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Script, Step, limited, status};
use spotify_emulator::{Emulator, Fault, FaultRule, Quota};
use spotify_sdk::auth::AccessToken;
use spotify_sdk::error::IncompleteError;
use spotify_sdk::{AsyncSpotifyClient, Error, SpotifyClient};

fn emulator() -> Emulator {
    Emulator::builder().quota(Quota::Extended).library(2000).start().unwrap()
}

fn client(emulator: &Emulator) -> AsyncSpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

fn blocking(emulator: &Emulator) -> SpotifyClient {
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    SpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap()
}

/// URIs that are well-formed, and all different.
fn uris(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("spotify:track:{number:022}")).collect()
}

fn incomplete(error: Error) -> IncompleteError {
    match error {
        Error::Incomplete(error) => *error,
        other => panic!("{other}"),
    }
}

/// The URIs of the saved tracks of the first user, 2,000 of them.
async fn saved(client: &AsyncSpotifyClient) -> Vec<String> {
    let saved = client.tracks().get_saved().collect_all().await.unwrap();
    saved.iter().map(|saved| saved.track.uri.as_ref().unwrap().to_string()).collect()
}

async fn items_of(client: &AsyncSpotifyClient, playlist: &str) -> Vec<String> {
    let items = client.playlists().get_items(playlist).collect_all().await.unwrap();
    items.iter().map(|item| item.item.as_ref().unwrap().uri().unwrap().to_string()).collect()
}

#[tokio::test]
async fn values_are_sent_in_their_order_as_many_at_a_time_as_spotify_takes() {
    let script = Script::new([]);
    let uris = uris(100);
    script.client().library().save_items(&uris).await.unwrap();
    let mut sent = Vec::new();
    for request in script.requests() {
        let query = request.uri().query().unwrap().to_owned();
        let (_, list) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "uris").unwrap();
        sent.push(list.split(',').map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [40, 40, 20]);
    assert_eq!(sent.concat(), uris);
}

#[tokio::test]
async fn what_fits_into_one_request_is_one_request() {
    for (count, requests) in [(1, 1), (40, 1), (41, 2), (80, 2), (81, 3)] {
        let script = Script::new([]);
        script.client().library().save_items(uris(count)).await.unwrap();
        assert_eq!(script.count(), requests, "{count} values");
    }
}

#[tokio::test]
async fn results_come_in_the_order_of_the_input_those_of_duplicates_too() {
    let emulator = emulator();
    let client = client(&emulator);
    let saved = saved(&client).await;
    // Every second one is saved, and some come several times.
    let asked: Vec<&str> =
        (0..1000).flat_map(|at| [saved[at % 700].as_str(), "spotify:track:0000000000000000000001"]).collect();
    let contained = client.library().check_contains(&asked).await.unwrap();
    assert_eq!(contained.len(), 2000);
    assert!(contained.iter().enumerate().all(|(at, contained)| *contained == (at % 2 == 0)));
    let again = blocking(&emulator).library().check_contains(&asked).send().unwrap();
    assert_eq!(again, contained);
}

#[tokio::test]
async fn two_thousand_tracks_go_into_a_playlist_in_order_and_out_again() {
    let emulator = emulator();
    let client = client(&emulator);
    let tracks = saved(&client).await;
    let playlist = client.playlists().create("Everything").await.unwrap();
    let id = playlist.id.as_str();

    client.playlists().add_items(id, &tracks[..10]).await.unwrap();
    let snapshot = client.playlists().add_items(id, &tracks[10..]).position(5).await.unwrap();
    let expected = [&tracks[..5], &tracks[10..], &tracks[5..10]].concat();
    assert_eq!(items_of(&client, id).await, expected);
    assert_eq!(client.playlists().get(id).await.unwrap().snapshot_id.unwrap(), snapshot);

    let gone = client.playlists().remove_items(id, &tracks[300..1900]).await.unwrap();
    let left: Vec<String> = expected.into_iter().filter(|uri| !tracks[300..1900].contains(uri)).collect();
    assert_eq!(items_of(&client, id).await, left);
    assert_ne!(gone, snapshot);

    blocking(&emulator).playlists().replace_items(id, &tracks[..333]).send().unwrap();
    assert_eq!(items_of(&client, id).await, tracks[..333]);
    client.playlists().replace_items(id, [] as [&str; 0]).await.unwrap();
    assert!(items_of(&client, id).await.is_empty());
}

#[tokio::test]
async fn positions_belong_to_the_version_that_was_named() {
    let emulator = emulator();
    let client = client(&emulator);
    let tracks = saved(&client).await;
    let playlist = client.playlists().create("Many").await.unwrap();
    let snapshot = client.playlists().add_items(&playlist.id, &tracks[..500]).await.unwrap();
    let every_second = (0..500).step_by(2).map(|at| (tracks[at].as_str(), [at as u32]));
    client.playlists().remove_items(&playlist.id, every_second).snapshot_id(snapshot).await.unwrap();
    let left: Vec<String> = tracks[..500].iter().skip(1).step_by(2).cloned().collect();
    assert_eq!(items_of(&client, playlist.id.as_str()).await, left);
}

#[tokio::test]
async fn when_the_seventh_of_twenty_fails_the_error_says_how_to_go_on() {
    let emulator = emulator();
    let client = client(&emulator);
    let tracks = saved(&client).await;
    let tracks = &tracks[..800];
    let library = client.library();
    library.remove_items(tracks).await.unwrap();
    emulator.faults().add(FaultRule::new(Fault::status(403)).method("PUT").path("/me/library").after(6).times(1));
    let error = library.save_items(tracks).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 403);
    assert!(error.hint().unwrap().contains("Go on from value 240"), "{:?}", error.hint());
    assert_eq!(
        error.to_string(),
        "done in part: library.save_items: 240 of 800 were done, 560 were not: Spotify does not allow this: \
         library.save_items (PUT /me/library): Forbidden (403)"
    );
    let error = incomplete(error);
    assert_eq!((error.total(), error.done(), error.uncertain().len(), error.rest()), (800, 240, 0, 240..800));
    let is_saved = library.check_contains(tracks).await.unwrap();
    assert!(is_saved.iter().enumerate().all(|(at, saved)| *saved == (at < 240)), "as the error says");
    library.save_items(&tracks[error.rest()]).await.unwrap();
    assert!(library.check_contains(tracks).await.unwrap().iter().all(|saved| *saved));
}

#[tokio::test]
async fn what_was_replaced_in_part_is_gone_on_with_by_adding() {
    let emulator = emulator();
    let client = client(&emulator);
    let tracks = saved(&client).await;
    let playlist = client.playlists().create("Replaced").await.unwrap();
    emulator
        .faults()
        .add(FaultRule::new(Fault::status(403)).method("POST").path("/playlists/*/items").after(1).times(1));
    let error = client.playlists().replace_items(&playlist.id, &tracks[..450]).await.unwrap_err();
    let hint = error.hint().unwrap();
    assert!(hint.contains("Go on from value 200, counted from 0, with `playlists.add_items`."), "{hint}");
    let error = incomplete(error);
    assert_eq!((error.operation().name, error.next().name), ("playlists.replace_items", "playlists.add_items"));
    client.playlists().add_items(&playlist.id, &tracks[..450][error.rest()]).await.unwrap();
    assert_eq!(items_of(&client, playlist.id.as_str()).await, tracks[..450]);
}

#[tokio::test]
async fn of_what_must_not_be_done_twice_the_error_says_what_is_uncertain() {
    let emulator = emulator();
    let client = client(&emulator);
    let tracks = saved(&client).await;
    let playlist = client.playlists().create("Careful").await.unwrap();
    emulator.faults().add(FaultRule::new(Fault::reset()).method("POST").path("/playlists/*/items").after(6).times(1));
    let error = client.playlists().add_items(&playlist.id, &tracks).await.unwrap_err();
    assert!(!error.is_retryable(), "the same call would add 600 again");
    assert!(error.hint().unwrap().contains("uncertain"), "{:?}", error.hint());
    let error = incomplete(error);
    assert!(matches!(error.inner(), Error::Connection(_)));
    assert_eq!((error.done(), error.uncertain(), error.rest()), (600, 600..700, 700..2000));
    let there = items_of(&client, playlist.id.as_str()).await;
    assert!(there == tracks[..600] || there == tracks[..700]);
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_may_have_done_is_uncertain_however_the_last_one_ended() {
    for last in [Step::Refused, limited("3600"), status(403)] {
        let script = Script::new([status(200), Step::Lost, last]);
        let client = script.builder().max_retries(1).build().unwrap();
        let error = incomplete(client.library().save_items(uris(120)).await.unwrap_err());
        assert_eq!((error.done(), error.uncertain(), error.rest()), (40, 40..80, 80..120), "{}", error.inner());
    }
    let script = Script::new([Step::Lost, Step::Refused]);
    let client = script.builder().max_retries(1).build().unwrap();
    let error = client.player().skip_to_next().idempotent(true).await.unwrap_err();
    assert!(matches!(&error, Error::Connection(error) if error.maybe_executed), "{error}");
}

#[tokio::test]
async fn an_answer_for_fewer_values_than_were_asked_for_is_not_taken_for_that_of_others() {
    let answers = |count: usize| {
        let body: &'static str = format!("{:?}", vec![true; count]).leak();
        Step::Respond(200, vec![], body)
    };
    let script = Script::new([answers(40), answers(39), answers(20)]);
    let error = script.client().library().check_contains(uris(100)).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    assert!(error.to_string().contains("expected 40 results, got 39"), "{error}");
    let script = Script::new([answers(40), answers(40), answers(20)]);
    assert_eq!(script.client().library().check_contains(uris(100)).await.unwrap().len(), 100);
}

#[tokio::test(start_paused = true)]
async fn each_request_has_its_own_retries() {
    let script = Script::new([status(200), status(503), status(200), Step::Lost, Step::Refused]);
    script.client().library().save_items(uris(200)).await.unwrap();
    assert_eq!(script.count(), 8);
}

#[tokio::test]
async fn when_nothing_was_done_the_error_is_what_it_is() {
    let script = Script::new([status(403)]);
    let error = script.client().library().save_items(uris(200)).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error}");
    assert_eq!(script.count(), 1);
    // Reading changes nothing, so nothing is done in part.
    let answer = Step::Respond(200, vec![], "[true]");
    let script = Script::new([answer.clone(), status(404), answer.clone(), answer]);
    let error = script.client().library().check_contains(uris(200)).await.unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error}");
}

#[tokio::test]
async fn bad_input_among_many_fails_before_anything_is_sent() {
    let script = Script::new([]);
    let mut uris = uris(500);
    uris[444] = "nonsense".to_owned();
    let error = script.client().playlists().add_items("1", &uris).await.unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)), "{error}");
    let error = script.client().library().check_contains(&uris[..100]).send_as::<Vec<bool>>().await.unwrap_err();
    assert!(error.to_string().contains("`send_as` cannot join responses: this takes 3"), "{error}");
    assert_eq!(script.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_sends_no_further_request() {
    let script = Script::new([status(200), Step::Silence]);
    let call = script.client().library().save_items(uris(400)).into_future();
    assert!(tokio::time::timeout(std::time::Duration::from_secs(5), call).await.is_err());
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    assert_eq!(script.count(), 2);
}

#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn any_number_of_items_is_got_by_ids_in_their_order() {
    let emulator = emulator();
    let client = client(&emulator);
    let tracks = saved(&client).await;
    let mut ids: Vec<&str> = tracks[..130].iter().map(String::as_str).collect();
    ids[77] = "0000000000000000000001";
    ids[99] = ids[3];
    let got = client.tracks().get_several(&ids).await.unwrap();
    assert_eq!(got.len(), 130);
    for (at, track) in got.iter().enumerate() {
        let uri = track.as_ref().map(|track| track.uri.as_ref().unwrap().to_string());
        assert_eq!(uri.as_deref(), (at != 77).then_some(ids[at]), "{at}");
    }
    assert_eq!(blocking(&emulator).tracks().get_several(&ids).send().unwrap(), got);

    let now = spotify_sdk::jiff::Timestamp::from_second(1_600_000_000).unwrap();
    client.tracks().remove(&tracks[..120]).await.unwrap();
    let timed = tracks[..120].iter().map(|uri| (uri.as_str(), now));
    client.tracks().save(&tracks[..120]).timestamped_ids(timed).await.unwrap();
    let saved = client.tracks().get_saved().collect_all().await.unwrap();
    assert_eq!(saved.iter().filter(|saved| saved.added_at == Some(now)).count(), 120);
}

#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn bad_ids_are_refused_also_beside_many_times() {
    let script = Script::new([]);
    let timed: Vec<_> = uris(60).into_iter().map(|uri| (uri, spotify_sdk::jiff::Timestamp::UNIX_EPOCH)).collect();
    let timed = timed.iter().map(|(uri, time)| (uri.as_str(), *time));
    let error = script.client().tracks().save([""]).timestamped_ids(timed).await.unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)), "{error}");
    assert_eq!(script.count(), 0);
}
