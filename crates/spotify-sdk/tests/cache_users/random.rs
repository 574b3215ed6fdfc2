//! Users, sign-ins, renewals, writes and reads in any order and at the same time: every answer is the caller's own, and none is
//! older than what the same user has written before.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider, TokenOwner};
use spotify_sdk::cache::ResponseCache;
use spotify_sdk::http::Method;
use spotify_sdk::{AsyncSpotifyClient, BoxError};

use crate::common::origin::{Answer, Origin, Seen, respond, token};
use crate::common::shared_store::SharedStore;
use crate::support::*;

const USERS: [&str; 4] = ["alma", "bo", "cleo", "dag"];
const TASKS: usize = 8;
const CALLS: usize = 60;

/// A service that counts what each user has written, and says it in each answer.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<HashMap<String, u64>>>);

impl Service {
    fn respond(&self, number: usize, request: &Seen) -> Answer {
        let user = user_of(token(request)).to_owned();
        let mut written = self.0.lock().unwrap();
        let written = written.entry(user.clone()).or_default();
        if *request.method() != Method::GET {
            *written += 1;
            // Some are executed, and the response is an error.
            return respond(if number.is_multiple_of(5) { 500 } else { 200 }, &[], "");
        }
        let tag = format!("\"{written}\"");
        let headers = [("etag", tag.as_str()), ("cache-control", "public, max-age=0")];
        match request.headers().get("if-none-match") {
            // Tags of all users are the same: one that is sent for another user's answer confirms it.
            Some(known) if known.to_str().unwrap() == tag => respond(304, &headers, ""),
            _ if number.is_multiple_of(11) => respond(503, &[], ""),
            _ => {
                let body =
                    json!({"user": user, "uri": request.uri().path_and_query().unwrap().as_str(), "written": written});
                respond(200, &headers, body.to_string())
            }
        }
    }
}

/// A session of a web app: someone is signed in, and may be replaced.
#[derive(Clone)]
struct Session {
    state: Arc<Mutex<(&'static str, u64)>>,
    renewals: Arc<AtomicU64>,
}

impl Session {
    fn new(user: &'static str) -> Self {
        Self { state: Arc::new(Mutex::new((user, 0))), renewals: Arc::default() }
    }

    fn sign_in(&self, user: &'static str) {
        let mut state = self.state.lock().unwrap();
        *state = (user, state.1 + 1);
    }

    fn current(&self) -> (&'static str, u64) {
        *self.state.lock().unwrap()
    }
}

impl AuthProvider for Session {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        tokio::task::yield_now().await;
        Ok(access_token(self.current().0, self.renewals.load(Ordering::SeqCst)))
    }

    fn owner(&self) -> Option<TokenOwner> {
        let (user, sign_in) = self.current();
        // The session counts its sign-ins, so that nobody is taken for the one before.
        Some(TokenOwner::new(format!("{:p} {user} {sign_in}", Arc::as_ptr(&self.state))))
    }
}

/// Who calls, and how the program knows who that is.
#[derive(Clone)]
enum Caller {
    Token(&'static str),
    Named(Named),
    Unnamed(Unnamed),
    Session(Session),
}

impl Caller {
    fn client(&self, family: &AsyncSpotifyClient) -> AsyncSpotifyClient {
        match self {
            Self::Token(user) => family.with_auth(access_token(user, 0)),
            Self::Named(auth) => family.with_auth(auth.clone()),
            Self::Unnamed(auth) => family.with_auth(auth.clone()),
            Self::Session(auth) => family.with_auth(auth.clone()),
        }
    }

    /// The user and which sign-in it is: a call during which that changes may be anybody's.
    fn who(&self) -> (&'static str, u64) {
        match self {
            Self::Token(user) => (user, 0),
            Self::Named(auth) => (auth.0.current().0, 0),
            Self::Unnamed(auth) => (auth.current().0, 0),
            Self::Session(auth) => auth.current(),
        }
    }

    fn renew(&self) {
        match self {
            Self::Token(_) => {}
            Self::Named(auth) => auth.0.renew(),
            Self::Unnamed(auth) => auth.renew(),
            Self::Session(auth) => drop(auth.renewals.fetch_add(1, Ordering::SeqCst)),
        }
    }
}

/// Reads the library, or anything else, in any way; nothing if the service failed.
async fn any_read(client: &AsyncSpotifyClient, number: usize, rng: &mut Rng) -> Option<Value> {
    let fresh_for = [None, Some(Duration::ZERO), Some(HOUR)][rng.usize(..3)];
    read(client, number, fresh_for).await.ok()
}

async fn task(family: AsyncSpotifyClient, callers: Arc<Vec<Caller>>, mut rng: Rng) {
    for _ in 0..CALLS {
        let caller = &callers[rng.usize(..callers.len())];
        let client = caller.client(&family);
        match rng.u8(..20) {
            0 | 1 => caller.renew(),
            2 | 3 => {
                if let Caller::Session(session) = caller {
                    session.sign_in(USERS[rng.usize(..USERS.len())]);
                }
            }
            4 | 5 => drop(client.library().save_items(["spotify:album:4aawyAB9vmqN3uQ7FjRGTy"]).max_retries(0).await),
            6 => drop(client.forget_user().await),
            7 => {
                // Given up at some moment.
                let number = rng.usize(..READS);
                let read = read(&client, number, None);
                let _ = tokio::time::timeout(Duration::from_micros(rng.u64(..2_000)), read).await;
            }
            _ => {
                let (number, before) = (rng.usize(..READS), caller.who());
                let Some(answer) = any_read(&client, number, &mut rng).await else { continue };
                if caller.who() != before {
                    continue;
                }
                assert_eq!(user(&answer), before.0, "{answer}");
            }
        }
    }
}

fn families(service: &Service) -> Vec<AsyncSpotifyClient> {
    let of_service = service.clone();
    let origin = Origin::new(move |number, request| of_service.respond(number, request));
    let (memory, store) = (cache().stale_if_error(HOUR), SharedStore::default());
    let shared = || ResponseCache::new(store.clone()).fresh_for(HOUR).stale_if_error(HOUR);
    let caches = [memory.clone(), memory, shared(), shared()];
    let family = |cache| builder(&origin, access_token("nobody", 0)).cache(cache).max_retries(0).build().unwrap();
    caches.into_iter().map(family).collect()
}

fn callers() -> Arc<Vec<Caller>> {
    let mut callers = Vec::new();
    for user in USERS {
        callers.push(Caller::Token(user));
        callers.push(Caller::Named(Named::new(user)));
        callers.push(Caller::Unnamed(Unnamed::new(user)));
        callers.push(Caller::Session(Session::new(user)));
    }
    Arc::new(callers)
}

async fn history(seed: u64) {
    let (service, callers, mut rng) = (Service::default(), callers(), Rng::with_seed(seed));
    let families = families(&service);
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| {
            let family = families[number % families.len()].clone();
            tokio::spawn(task(family, Arc::clone(&callers), rng.fork()))
        })
        .collect();
    for task in tasks {
        task.await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_names_the_callers_own_user() {
    for seed in 0..20 {
        history(seed).await;
    }
}

#[tokio::test]
async fn nobody_reads_what_is_older_than_their_own_writes() {
    for seed in 0..20 {
        let (service, mut rng) = (Service::default(), Rng::with_seed(seed));
        let families = families(&service);
        let users: Vec<Caller> = USERS.iter().map(|user| Caller::Named(Named::new(user))).collect();
        for _ in 0..200 {
            let caller = &users[rng.usize(..users.len())];
            // Two processes with the same store.
            let client = caller.client(&families[2 + rng.usize(..2)]);
            if rng.u8(..4) == 0 {
                let _ = client.library().save_items(["spotify:album:4aawyAB9vmqN3uQ7FjRGTy"]).max_retries(0).await;
                continue;
            }
            let (number, user) = ([1, 3][rng.usize(..2)], caller.who().0);
            let written = service.0.lock().unwrap().get(user).copied().unwrap_or_default();
            let Some(answer) = any_read(&client, number, &mut rng).await else { continue };
            assert!(answer["written"].as_u64().unwrap() >= written, "seed {seed}: {answer}, after {written} writes");
        }
    }
}
