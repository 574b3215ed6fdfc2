//! What paging keeps to, with paused time and a list as odd as it takes.

use std::time::Duration;

use spotify_sdk::Error;
use spotify_sdk::models::SavedTrack;
use spotify_sdk::serde_json::json;
use tokio::time::Instant;

use crate::list::{List, number, page};

fn numbers(items: &[SavedTrack]) -> Vec<u32> {
    items.iter().map(|saved| number(&saved.track.name)).collect()
}

#[tokio::test]
async fn all_items_come_in_order_with_pages_as_large_as_spotify_gives_them() {
    let list = List::of(180);
    let items = list.client().tracks().get_saved().collect_all().await.unwrap();
    assert_eq!(numbers(&items), (0..180).collect::<Vec<_>>());
    assert_eq!(list.asked(), [(0, 50), (50, 50), (100, 50), (150, 50)]);
    assert!(list.hosts().iter().all(|host| host == "api.spotify.com"), "`next` is not followed");
}

#[tokio::test]
async fn limit_and_offset_of_the_call_are_kept() {
    let list = List::of(30);
    let items = list.client().tracks().get_saved().limit(10).offset(15).collect_all().await.unwrap();
    assert_eq!(numbers(&items), (15..30).collect::<Vec<_>>());
    assert_eq!(list.asked(), [(15, 10), (25, 10)]);
}

#[tokio::test]
async fn bad_input_fails_before_anything_is_sent_and_ends_the_list() {
    let list = List::of(30);
    let mut items = list.client().tracks().get_saved().limit(51).stream();
    assert!(matches!(items.next().await, Some(Err(Error::InvalidInput(_)))));
    assert!(items.next().await.is_none());
    assert!(list.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn eight_at_a_time_are_at_least_six_times_faster_than_one_after_another() {
    let time = async |concurrency: usize| {
        let list = List::of(10_000).latency(Duration::from_millis(50));
        let client = list.client();
        let start = Instant::now();
        let items = if concurrency == 0 {
            // As one who does not know of streams would.
            let mut items = Vec::new();
            loop {
                let page = client.tracks().get_saved().limit(50).offset(items.len() as u32).await.unwrap();
                let more = page.has_next();
                items.extend(page);
                if !more {
                    break items;
                }
            }
        } else {
            client.tracks().get_saved().concurrency(concurrency).collect_all().await.unwrap()
        };
        assert_eq!(list.asked().len(), 200);
        (numbers(&items), start.elapsed())
    };
    let (one_after_another, slow) = time(0).await;
    let (eight_at_a_time, fast) = time(8).await;
    assert_eq!(one_after_another, (0..10_000).collect::<Vec<_>>());
    assert_eq!(one_after_another, eight_at_a_time);
    assert!(slow >= fast * 6, "{slow:?} and {fast:?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_fetched_further_ahead_than_was_said() {
    for concurrency in [1, 3, 4] {
        let list = List::of(5000).latency(Duration::from_millis(50));
        let mut items = list.client().tracks().get_saved().concurrency(concurrency).stream();
        assert!(list.asked().is_empty(), "nothing is sent before an item is asked for");
        for taken in 0..200 {
            items.next().await.unwrap().unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(list.asked().len(), taken / 50 + 1 + concurrency, "after {taken} items");
        }
        assert_eq!(items.total(), Some(5000));
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_stops_the_requests() {
    let list = List::of(5000).latency(Duration::from_secs(1));
    let mut items = list.client().tracks().get_saved().concurrency(4).stream();
    items.next().await.unwrap().unwrap();
    drop(items);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(list.asked().len() <= 5, "{:?}", list.asked());
}

#[tokio::test]
async fn null_entries_are_left_out_and_take_up_their_place() {
    let list = List::of(120).hook(|index, entries| {
        if index == 0 {
            for at in (0..120).step_by(7) {
                entries[at] = None;
            }
        }
        None
    });
    let items = list.client().tracks().get_saved().collect_all().await.unwrap();
    assert_eq!(numbers(&items), (0..120).filter(|number| number % 7 != 0).collect::<Vec<_>>());
}

#[tokio::test]
async fn empty_pages_that_name_a_next_one_come_to_an_end() {
    let list = List::of(0).hook(|_, _| {
        let body =
            json!({"items": [], "limit": 50, "offset": 0, "total": 500, "next": "https://api.spotify.com/v1/me"});
        Some((200, body))
    });
    let items = list.client().tracks().get_saved().collect_all().await.unwrap();
    assert!(items.is_empty());
    assert!(list.asked().len() <= 10, "{:?}", list.asked());
}

#[tokio::test]
async fn a_list_that_grows_and_one_that_shrinks_are_read_to_their_new_end() {
    let list = List::of(100).hook(|index, entries| {
        if index == 1 {
            entries.extend((100..220).map(Some));
        }
        None
    });
    let items = list.client().tracks().get_saved().concurrency(1).collect_all().await.unwrap();
    assert_eq!(numbers(&items), (0..220).collect::<Vec<_>>());

    let list = List::of(1000).hook(|index, entries| {
        if index == 1 {
            entries.truncate(70);
        }
        None
    });
    let items = list.client().tracks().get_saved().concurrency(1).collect_all().await.unwrap();
    assert_eq!(numbers(&items), (0..70).collect::<Vec<_>>());
    assert!(list.asked().len() <= 3, "{:?}", list.asked());
}

#[tokio::test]
async fn pages_without_a_total_are_read_one_after_another() {
    let list = List::of(120).hook(|index, entries| {
        let mut body = page(entries, index as u32 * 50, 50);
        body.as_object_mut().unwrap().remove("total");
        Some((200, body))
    });
    let items = list.client().tracks().get_saved().collect_all().await.unwrap();
    assert_eq!(numbers(&items), (0..120).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_error_comes_in_its_place_and_the_stream_goes_on_from_there() {
    let list = List::of(300).hook(|index, _| (index == 2).then(|| (400, json!({}))));
    let mut items = list.client().tracks().get_saved().stream();
    let mut found = Vec::new();
    let mut errors = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(saved) => found.push(number(&saved.track.name)),
            Err(error) => errors.push((found.len(), error)),
        }
    }
    assert_eq!(found, (0..300).collect::<Vec<_>>());
    assert!(matches!(&errors[..], [(100, Error::BadRequest(_))]), "{errors:?}");
}

#[tokio::test]
async fn a_page_that_never_comes_ends_the_list_after_three_errors() {
    let list = List::of(300).hook(|index, _| (index >= 1).then(|| (403, json!({}))));
    let mut pages = list.client().tracks().get_saved().pages();
    assert!(pages.next().await.unwrap().is_ok());
    for _ in 0..3 {
        assert!(matches!(pages.next().await, Some(Err(Error::Forbidden(_)))));
    }
    assert!(pages.next().await.is_none());
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn streams_are_streams_of_the_ecosystem_too() {
    use std::pin::pin;
    use std::task::Poll;

    use spotify_sdk::futures_core::Stream;

    let list = List::of(70);
    let mut items = pin!(list.client().tracks().get_saved().stream());
    let mut count = 0;
    std::future::poll_fn(|context| {
        loop {
            match items.as_mut().poll_next(context) {
                Poll::Ready(Some(item)) => count += usize::from(item.is_ok()),
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await;
    assert_eq!(count, 70);
}

#[test]
fn the_blocking_client_reads_the_same() {
    let list = List::of(333);
    let client = spotify_sdk::SpotifyClient::builder(spotify_sdk::auth::AccessToken::new("BQ").unwrap());
    let client = client.http(list.clone()).build().unwrap();
    let mut items = client.tracks().get_saved().concurrency(3).iter();
    let first = items.next().unwrap().unwrap();
    assert_eq!((number(&first.track.name), items.total()), (0, Some(333)));
    assert!(list.asked().len() <= 4, "{:?}", list.asked());
    let rest: Vec<SavedTrack> = items.collect::<Result<_, _>>().unwrap();
    assert_eq!(numbers(&rest), (1..333).collect::<Vec<_>>());
    assert_eq!(numbers(&client.tracks().get_saved().collect_all().unwrap()), (0..333).collect::<Vec<_>>());
    assert_eq!(client.tracks().get_saved().limit(30).pages().count(), 12);
}
