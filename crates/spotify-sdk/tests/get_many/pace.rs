//! How many requests are under way, how far ahead of the reader, and until when.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use spotify_sdk::Priority;
use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};
use spotify_sdk::{BoxError, Error};
use tokio::time::{sleep, timeout};

use crate::shelf::{Shelf, numbers};

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_under_way_than_the_concurrency_says() {
    for (concurrency, most) in [(0, 1), (1, 1), (3, 3), (50, 20)] {
        let shelf = Shelf::new();
        let found = shelf.client().albums().get_many(numbers(20)).concurrency(concurrency).await.unwrap();
        assert_eq!((found.len(), shelf.most()), (20, most));
    }
    let shelf = Shelf::new();
    shelf.builder().concurrency(2).build().unwrap().albums().get_many(numbers(20)).await.unwrap();
    assert_eq!(shelf.most(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_request_that_takes_long_does_not_keep_the_next_ones_from_being_sent() {
    let shelf = Shelf::new();
    let given: Vec<String> = std::iter::once("slow".to_owned()).chain(numbers(99)).collect();
    let mut stream = shelf.client().albums().get_many(&given).concurrency(4).stream();
    assert_eq!(stream.next().await.unwrap().unwrap().unwrap().id, *"slow");
    assert!(shelf.answered() >= 8, "{}", shelf.answered());
    for expected in 1..100 {
        assert_eq!(stream.done(), expected);
        stream.next().await.unwrap().unwrap().unwrap();
    }
    assert!(stream.next().await.is_none());
    assert_eq!(shelf.asked(), given);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_does_not_have_everything_fetched() {
    let shelf = Shelf::new();
    let mut stream = shelf.client().albums().get_many(numbers(1_000)).concurrency(3).stream();
    assert!(shelf.asked().is_empty(), "nothing is sent before the first item is asked for");
    for taken in 1..=10 {
        stream.next().await.unwrap().unwrap();
        sleep(Duration::from_secs(600)).await;
        assert!((taken..=taken + 6).contains(&shelf.asked().len()), "{taken}: {}", shelf.asked().len());
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_cancels_what_is_under_way() {
    let shelf = Shelf::new();
    let mut stream = shelf.client().albums().get_many(numbers(100)).stream();
    stream.next().await.unwrap().unwrap();
    sleep(Duration::from_millis(500)).await;
    assert!(shelf.running() > 0);
    let answered = shelf.answered();
    drop(stream);
    sleep(Duration::from_secs(600)).await;
    assert_eq!((shelf.running(), shelf.answered()), (0, answered));

    let shelf = Shelf::new();
    let all = shelf.client().albums().get_many(numbers(100)).into_future();
    assert!(timeout(Duration::from_millis(2_500), all).await.is_err());
    sleep(Duration::from_secs(600)).await;
    assert_eq!((shelf.running(), shelf.answered()), (0, 8));
}

#[tokio::test(start_paused = true)]
async fn progress_counts_ids_and_ends_with_all_of_them() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let shelf = Shelf::new();
    let many = shelf.client().albums().get_many(["1", "2", "1", "3"]).concurrency(1);
    many.on_progress(move |progress| listener.lock().unwrap().push(progress.to_string())).await.unwrap();
    assert_eq!(*heard.lock().unwrap(), ["albums.get: 2 of 4", "albums.get: 3 of 4", "albums.get: 4 of 4"]);
}

/// Notes the priority of each request.
#[derive(Clone, Default)]
struct Priorities(Arc<Mutex<Vec<Priority>>>);

impl Middleware for Priorities {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        self.0.lock().unwrap().push(request.options().priority);
        Ok(next.run(request).await?)
    }
}

#[tokio::test(start_paused = true)]
async fn requests_after_the_first_yield_to_other_calls() {
    let (shelf, seen) = (Shelf::new(), Priorities::default());
    let client = shelf.builder().middleware(seen.clone()).build().unwrap();
    client.albums().get_many(numbers(3)).await.unwrap();
    client.albums().get_many(numbers(2)).priority(Priority::Background).await.unwrap();
    let expected =
        [Priority::Interactive, Priority::Prefetch, Priority::Prefetch, Priority::Background, Priority::Background];
    assert_eq!(*seen.0.lock().unwrap(), expected);
}

#[test]
fn without_a_runtime_the_error_says_so() {
    let client = Shelf::new().client();
    let work = client.albums().get_many(numbers(3)).into_future();
    let mut work = std::pin::pin!(work);
    let polled = work.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    let std::task::Poll::Ready(Err(error)) = polled else { panic!("{polled:?}") };
    assert!(matches!(error, Error::Setup(_)), "{error}");
}
