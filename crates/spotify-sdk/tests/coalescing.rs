//! Identical reads that are in flight at the same time: one request, and a response for each of them.

#![cfg(all(feature = "async", feature = "blocking"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::future::{Future, IntoFuture};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use common::ALBUM;
use common::origin::{Answer, Origin, named, respond, token};
use spotify_emulator::{Emulator, Fault};
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider};
use spotify_sdk::http::{HeaderValue, HttpError, Method};
use spotify_sdk::middleware::{ApiRequest, ApiResponse, Middleware, Next};
use spotify_sdk::models::Album;
use spotify_sdk::observe::Event;
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error, Priority, Result, SpotifyClient};
use tokio::task::JoinHandle;

const OTHER_ALBUM: &str = "6akEvsycLGftJxYudPjmqK";

fn access_token(token: &str) -> AccessToken {
    AccessToken::new(token).unwrap()
}

fn client(origin: &Origin) -> AsyncSpotifyClient {
    AsyncSpotifyClient::builder(access_token("BQone")).http(origin.clone()).build().unwrap()
}

/// Responds with an album whose name is the number of the request.
fn numbered() -> Origin {
    Origin::new(|number, _| respond(200, &[], named(&number.to_string())))
}

fn spawn(client: &AsyncSpotifyClient) -> JoinHandle<Result<Album>> {
    tokio::spawn(client.albums().get(ALBUM).into_future())
}

/// Lets every task that can go on go on.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn names(tasks: Vec<JoinHandle<Result<Album>>>) -> Vec<String> {
    let mut names = Vec::new();
    for task in tasks {
        names.push(task.await.unwrap().unwrap().name.to_string());
    }
    names
}

#[tokio::test]
async fn a_thousand_tasks_that_ask_for_the_same_album_send_one_request() {
    let origin = numbered().held();
    let client = client(&origin);
    let tasks: Vec<_> = (0..1_000).map(|_| spawn(&client.clone())).collect();
    settle().await;
    origin.release(1_000);
    assert_eq!(names(tasks).await, vec!["0"; 1_000]);
    assert_eq!(origin.count(), 1);
    assert_eq!(client.albums().get(ALBUM).await.unwrap().name, "1", "the next one begins after the response");
}

#[cfg(feature = "cache")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_tasks_of_several_threads_send_one_request_with_a_cache() {
    let origin = Origin::new(|_, _| respond(200, &[("cache-control", "max-age=60")], named("kept"))).held();
    let builder = AsyncSpotifyClient::builder(access_token("BQone")).http(origin.clone());
    let client = builder.cache(spotify_sdk::cache::ResponseCache::memory(1 << 20)).build().unwrap();
    let tasks: Vec<_> = (0..1_000).map(|_| spawn(&client)).collect();
    origin.arrived(1).await;
    origin.release(1_000);
    assert_eq!(names(tasks).await, vec!["kept"; 1_000]);
    assert_eq!(origin.count(), 1, "who comes too late for the request has the cache");
}

#[test]
fn threads_of_the_blocking_client_share_a_request() {
    let emulator = Emulator::start().unwrap();
    let joined = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&joined);
    let token = access_token(emulator.valid_token());
    let builder = SpotifyClient::builder(token).base_url(emulator.base_url()).observer(move |event| {
        if let Event::Call(call) = event {
            assert_eq!(call.coalesced, call.attempts == 0);
            counted.fetch_add(usize::from(call.coalesced), Ordering::SeqCst);
        }
    });
    let client = builder.build().unwrap();
    emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(1)));
    thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| assert_eq!(client.albums().get(ALBUM).send().unwrap().id, ALBUM));
        }
    });
    let (requests, joined) = (emulator.requests().len(), joined.load(Ordering::SeqCst));
    assert_eq!(requests + joined, 50);
    assert!(joined > 0, "{requests} requests");
}

#[tokio::test]
async fn the_first_task_can_be_cancelled_without_harm_to_the_others() {
    let origin = numbered().held();
    let client = client(&origin);
    let mut tasks: Vec<_> = (0..10).map(|_| spawn(&client)).collect();
    settle().await;
    for task in tasks.drain(..4) {
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    settle().await;
    assert_eq!((origin.count(), origin.cancelled()), (1, 0));
    origin.release(10);
    assert_eq!(names(tasks).await, vec!["0"; 6]);
    assert_eq!(origin.count(), 1);
}

#[tokio::test]
async fn a_request_that_no_task_waits_for_any_more_is_cancelled_and_nobody_joins_it() {
    let origin = numbered().held();
    let client = client(&origin);
    let tasks: Vec<_> = (0..10).map(|_| spawn(&client)).collect();
    settle().await;
    for task in &tasks {
        task.abort();
    }
    settle().await;
    assert_eq!((origin.count(), origin.cancelled()), (1, 1));
    let again = spawn(&client);
    settle().await;
    origin.release(1);
    assert_eq!(again.await.unwrap().unwrap().name, "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_that_are_cancelled_at_any_moment_leave_none_without_a_response() {
    let origin = numbered().held();
    let client = client(&origin);
    for round in 0..200 {
        let mut tasks: Vec<_> = (0..8).map(|_| spawn(&client)).collect();
        let last = tasks.pop().unwrap();
        origin.release(8);
        for (number, task) in tasks.iter().enumerate() {
            if (number + round) % 3 > 0 {
                task.abort();
            }
        }
        tokio::time::timeout(Duration::from_secs(60), last).await.expect("it hangs").unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn errors_reach_all() {
    for failure in ["404", "503", "lost", "silence"] {
        let origin = Origin::new(move |_, _| match failure {
            "lost" => Answer::Fail(HttpError::lost("reset")),
            "silence" => Answer::Silence,
            status => respond(status.parse().unwrap(), &[], "{}"),
        })
        .held();
        let builder = AsyncSpotifyClient::builder(access_token("BQone")).http(origin.clone()).max_retries(0);
        let client = builder.build().unwrap();
        let tasks: Vec<_> = (0..20).map(|_| spawn(&client)).collect();
        settle().await;
        origin.release(20);
        let mut errors = Vec::new();
        for task in tasks {
            errors.push(task.await.unwrap().unwrap_err().to_string());
        }
        assert_eq!(origin.count(), 1, "{failure}");
        assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_wait_for_the_same_retry() {
    let origin = Origin::new(|number, _| match number {
        0 => respond(503, &[], ""),
        _ => respond(200, &[], named("second")),
    });
    let client = client(&origin);
    let tasks: Vec<_> = (0..20).map(|_| spawn(&client)).collect();
    assert_eq!(names(tasks).await, vec!["second"; 20]);
    assert_eq!(origin.count(), 2);
}

/// Adds a header that a task chooses.
struct Language;

tokio::task_local! {
    static LANGUAGE: &'static str;
    static USER: &'static str;
}

impl Middleware for Language {
    async fn handle(&self, mut request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        if let Ok(language) = LANGUAGE.try_with(|language| *language) {
            request.headers_mut().insert("accept-language", HeaderValue::from_static(language));
        }
        Ok(next.run(request).await?)
    }
}

#[tokio::test]
async fn reads_that_differ_in_anything_share_nothing() {
    let origin = numbered().held();
    let builder = AsyncSpotifyClient::builder(access_token("BQone")).http(origin.clone()).middleware(Language);
    let client = builder.build().unwrap();
    let get = || client.albums().get(ALBUM);
    let calls = [
        get(),
        client.albums().get(OTHER_ALBUM),
        client.with_auth(access_token("BQtwo")).albums().get(ALBUM),
        get().market("SE"),
        get().market("DE"),
        get().priority(Priority::Background),
        get().timeout(Duration::from_secs(7)),
        get().max_retries(1),
        get().max_retry_wait(Duration::from_secs(7)),
        get().no_coalescing(),
        get().no_coalescing(),
    ];
    let mut tasks: Vec<JoinHandle<Result<Album>>> = calls.into_iter().map(|call| tokio::spawn(call.send())).collect();
    for language in ["en", "sv"] {
        tasks.push(tokio::spawn(LANGUAGE.scope(language, get().send())));
    }
    settle().await;
    let different = tasks.len();
    assert_eq!(origin.count(), different);
    // And those that differ in nothing share.
    tasks.push(tokio::spawn(get().market("DE").send()));
    tasks.push(tokio::spawn(LANGUAGE.scope("sv", get().send())));
    tasks.push(tokio::spawn(client.with_auth(access_token("BQtwo")).albums().get(ALBUM).send()));
    settle().await;
    assert_eq!(origin.count(), different);
    origin.release(100);
    names(tasks).await;
    let same = origin.seen().iter().filter(|request| request.uri().path() == format!("/v1/albums/{ALBUM}")).count();
    assert_eq!(same, different - 1);
}

#[tokio::test]
async fn a_client_without_coalescing_sends_each_read() {
    let origin = numbered().held();
    let builder = AsyncSpotifyClient::builder(access_token("BQone")).http(origin.clone()).no_coalescing();
    let client = builder.build().unwrap();
    let tasks: Vec<_> = (0..20).map(|_| spawn(&client)).collect();
    settle().await;
    assert_eq!(origin.count(), 20);
    origin.release(20);
    names(tasks).await;
}

#[tokio::test]
async fn a_read_after_a_write_does_not_join_one_that_began_before() {
    let origin = Origin::new(|number, request| match *request.method() {
        Method::GET => respond(200, &[], named(&number.to_string())),
        _ => respond(204, &[], ""),
    })
    .held();
    for through_sibling in [false, true] {
        let client = client(&origin);
        let writer = if through_sibling { client.with_auth(access_token("BQtwo")) } else { client.clone() };
        let before = origin.count();
        let first = spawn(&client);
        settle().await;
        let write = tokio::spawn(writer.player().pause_playback().send());
        settle().await;
        let during = spawn(&client);
        settle().await;
        assert_eq!(origin.count(), before + 2, "the write is not done yet");
        // The gate is fair: the read that began first has its response first, so let the write be cancelled instead.
        write.abort();
        settle().await;
        let after = spawn(&client);
        settle().await;
        assert_eq!(origin.count(), before + 3, "a write that was cancelled may be executed");
        origin.release(2);
        let names = names(vec![first, during, after]).await;
        assert_eq!(names, [before.to_string(), before.to_string(), (before + 2).to_string()]);
    }
}

#[tokio::test]
async fn a_read_after_a_write_that_succeeded_is_sent() {
    let origin = Origin::new(|number, request| match *request.method() {
        Method::GET if number == 0 => Answer::Silence,
        Method::GET => respond(200, &[], named("new")),
        _ => respond(204, &[], ""),
    });
    let client = client(&origin);
    let first = spawn(&client);
    origin.arrived(1).await;
    client.player().pause_playback().await.unwrap();
    assert_eq!(client.albums().get(ALBUM).await.unwrap().name, "new");
    assert!(!first.is_finished());
    first.abort();
}

/// Panics somewhere.
#[derive(Clone, Copy)]
struct Panicking(&'static str);

impl AuthProvider for Panicking {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        tokio::task::yield_now().await;
        if self.0 == "provider" { panic!("a provider that panics") } else { Ok(access_token("BQone")) }
    }

    fn owner(&self) -> Option<spotify_sdk::auth::TokenOwner> {
        Some(spotify_sdk::auth::TokenOwner::new("one"))
    }
}

impl Middleware for Panicking {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        let response = next.run(request).await;
        if self.0 == "middleware" { panic!("a middleware that panics") } else { Ok(response?) }
    }
}

#[tokio::test]
async fn a_panic_leaves_no_call_without_a_result() {
    for place in ["provider", "transport", "middleware"] {
        let origin = Origin::new(move |_, _| match place {
            "transport" => Answer::Panic,
            _ => respond(200, &[], named("x")),
        });
        let builder = AsyncSpotifyClient::builder(Panicking(place)).http(origin.clone());
        let client = builder.middleware(Panicking(place)).build().unwrap();
        let tasks: Vec<_> = (0..10).map(|_| spawn(&client)).collect();
        for task in tasks {
            let result = tokio::time::timeout(Duration::from_secs(60), task).await.expect("it hangs");
            match place {
                // It stands above what is shared, and panics in the task that called.
                "middleware" => assert!(result.unwrap_err().is_panic()),
                _ => assert!(matches!(result.unwrap(), Err(Error::Internal(_))), "{place}"),
            }
        }
        // The next call begins anew.
        let again = tokio::time::timeout(Duration::from_secs(60), spawn(&client)).await.expect("it hangs");
        assert!(again.is_err() || again.unwrap().is_err());
    }
}

#[test]
fn a_client_in_two_runtimes_goes_on_when_one_of_them_ends() {
    let emulator = Emulator::start().unwrap();
    let token = access_token(emulator.valid_token());
    let client = AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (ending, staying) = (runtime(), runtime());
    emulator.faults().fail_next(1, Fault::delay(Duration::from_secs(600)));
    let first = ending.spawn(client.albums().get(ALBUM).into_future());
    while emulator.requests().is_empty() {
        thread::yield_now();
    }
    let second = staying.spawn(client.albums().get(ALBUM).into_future());
    ending.shutdown_background();
    assert_eq!(staying.block_on(second).unwrap().unwrap().id, ALBUM);
    drop(first);
}

/// Gives the token of whoever the current task works for, and says of none whose it is.
struct OfTask;

impl AuthProvider for OfTask {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        tokio::task::yield_now().await;
        Ok(access_token(USER.get()))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_provider_that_gives_the_token_of_the_current_task_gets_no_answers_crossed() {
    let origin = Origin::new(|number, request| match number % 3 {
        // A retry fetches a token again: in whichever task drives the shared request.
        0 => respond(502, &[], ""),
        _ => respond(200, &[], named(token(request))),
    });
    let builder = AsyncSpotifyClient::builder(OfTask).http(origin).max_retries(20);
    let client = builder.build().unwrap();
    let users = ["BQalma", "BQbo", "BQcleo"];
    let tasks: Vec<_> = (0..90)
        .map(|number| {
            let user = users[number % users.len()];
            let task = tokio::spawn(USER.scope(user, client.albums().get(ALBUM).into_future()));
            (user, task)
        })
        .collect();
    for (user, task) in tasks {
        assert_eq!(task.await.unwrap().unwrap().name, user);
    }
}

/// A user who is another one for a moment: exactly when the token of the first call is fetched.
#[derive(Clone, Default)]
struct Flickering(Arc<Mutex<u32>>);

impl AuthProvider for Flickering {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        let mut asked = self.0.lock().unwrap();
        *asked += 1;
        Ok(access_token(if *asked == 1 { "BQbo" } else { "BQalma" }))
    }

    fn owner(&self) -> Option<spotify_sdk::auth::TokenOwner> {
        let label = if *self.0.lock().unwrap() == 1 { "bo" } else { "alma" };
        Some(spotify_sdk::auth::TokenOwner::new(label))
    }
}

#[tokio::test]
async fn a_call_that_joins_a_request_which_went_out_for_another_user_sends_its_own() {
    let origin = Origin::new(|_, request| respond(200, &[], named(token(request)))).held();
    let auth = Flickering::default();
    let client = AsyncSpotifyClient::builder(auth.clone()).http(origin.clone()).build().unwrap();
    // It begins as alma's, and is sent as bo's, who has just taken over.
    let first = spawn(&client);
    origin.arrived(1).await;
    // Alma is back.
    *auth.0.lock().unwrap() = 2;
    let second = spawn(&client);
    settle().await;
    origin.release(2);
    assert_eq!(first.await.unwrap().unwrap().name, "BQbo");
    assert_eq!(second.await.unwrap().unwrap().name, "BQalma");
}

/// A transport that keeps nothing.
struct Forgetful;

impl spotify_sdk::http::HttpClient for Forgetful {
    async fn send(
        &self,
        _: spotify_sdk::http::Request<spotify_sdk::bytes::Bytes>,
    ) -> Result<spotify_sdk::http::Response<spotify_sdk::http::Body>, HttpError> {
        tokio::task::yield_now().await;
        Ok(spotify_sdk::http::Response::new(named("x").into()))
    }
}

#[test]
fn ten_thousand_calls_leave_nothing_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = AsyncSpotifyClient::builder(access_token("BQone")).http(Forgetful).build().unwrap();
    let calls = |from: usize, to: usize| {
        for number in from..to {
            let mut call = Box::pin(client.albums().get(format!("{number:022}")).into_future());
            if number % 3 == 0 {
                // Cancelled under way.
                let _guard = runtime.enter();
                let _ = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                assert!(matches!(
                    call.as_mut().poll(&mut Context::from_waker(Waker::noop())),
                    Poll::Pending | Poll::Ready(_)
                ));
            } else {
                runtime.block_on(call).unwrap();
            }
        }
    };
    // The limiter remembers the latest 2,000 requests.
    calls(0, 6_000);
    let memory = allocation_counter::measure(|| calls(6_000, 16_000));
    assert!(memory.bytes_current < 200_000, "{} bytes are left of 10,000 calls", memory.bytes_current);
}
