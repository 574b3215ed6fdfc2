//! Providers of the program's own, with every idea of an owner that they can have.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use spotify_sdk::BoxError;
use spotify_sdk::auth::{AccessToken, AuthContext, AuthProvider, AuthorizationCode, TokenInfo, TokenOwner};
use spotify_sdk::jiff::{SignedDuration, Timestamp};

use crate::common::origin::{Origin, respond};
use crate::support::*;

#[tokio::test]
async fn a_provider_without_an_owner_may_give_anybodys_token_each_time() {
    let origin = service();
    let auth = Unnamed::new("alma");
    let client = builder(&origin, auth.clone()).cache(cache()).build().unwrap();
    for expected in ["alma", "bo", "alma", "cleo", "bo"] {
        auth.becomes(expected);
        assert_eq!(users_of_all(&client).await.unwrap(), [expected]);
    }
    assert_eq!(origin.count(), 3 * READS, "the same token has the same owner");
}

#[tokio::test]
async fn a_named_owner_stays_the_same_when_the_token_is_renewed() {
    let origin = service();
    let auth = Named::new("alma");
    let client = builder(&origin, auth.clone()).cache(cache()).build().unwrap();
    for _ in 0..3 {
        assert_eq!(users_of_all(&client).await.unwrap(), ["alma"]);
        auth.0.renew();
    }
    assert_eq!(origin.count(), READS);
}

/// Names an owner only once it has given a token, and says so, or not.
#[derive(Clone, Default)]
struct NamedLater(Arc<AtomicBool>, bool);

impl AuthProvider for NamedLater {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        self.0.store(true, Ordering::SeqCst);
        Ok(access_token("alma", 0))
    }

    fn owner(&self) -> Option<TokenOwner> {
        self.0.load(Ordering::SeqCst).then(|| TokenOwner::new("alma"))
    }

    fn names_owner(&self) -> bool {
        self.1
    }
}

#[tokio::test]
async fn an_owner_who_is_known_with_the_first_token_alone_has_one_set_of_answers() {
    for says_so in [false, true] {
        let (origin, cache) = (service(), cache());
        for _ in 0..2 {
            let auth = NamedLater(Arc::default(), says_so);
            let client = builder(&origin, auth).cache(cache.clone()).build().unwrap();
            assert_eq!(users_of_all(&client).await.unwrap(), ["alma"]);
        }
        assert_eq!(origin.count(), READS);
    }
}

/// A provider of the SDK, with another name for its user.
struct Renamed(AuthorizationCode);

impl AuthProvider for Renamed {
    async fn token(&self, context: &AuthContext) -> Result<AccessToken, BoxError> {
        self.0.token(context).await
    }

    fn owner(&self) -> Option<TokenOwner> {
        Some(TokenOwner::new("user 17"))
    }
}

#[tokio::test]
async fn an_owner_that_wraps_another_one_is_the_one_that_counts() {
    let origin = service();
    let auth = AuthorizationCode::pkce("app", "http://127.0.0.1/callback").build().unwrap();
    let expires_at = Timestamp::now() + SignedDuration::from_hours(1);
    auth.import(TokenInfo::new(access_token("alma", 0), expires_at)).await.unwrap();
    let client = builder(&origin, Renamed(auth)).cache(cache()).build().unwrap();
    for _ in 0..2 {
        assert_eq!(users_of_all(&client).await.unwrap(), ["alma"]);
    }
    assert_eq!(origin.count(), READS);
}

/// What happens to a user while a request of theirs is in flight.
async fn replaced_in_flight(origin: Origin, auth: Named, meanwhile: impl Fn(&Named)) -> Vec<String> {
    let client = builder(&origin, auth.clone()).cache(cache()).build().unwrap();
    let under_way = tokio::spawn({
        let client = client.clone();
        async move { read(&client, 4, Some(HOUR)).await }
    });
    origin.arrived(1).await;
    meanwhile(&auth);
    origin.release(100);
    under_way.await.unwrap().unwrap();
    let mut users = Vec::new();
    for name in ["alma", "bo"] {
        auth.0.becomes(name);
        users.push(user(&read(&client, 4, Some(HOUR)).await.unwrap()));
    }
    users
}

#[tokio::test]
async fn an_owner_who_changes_in_flight_leaves_no_answer_to_the_next_one() {
    let users = replaced_in_flight(service().held(), Named::new("alma"), |auth| auth.0.becomes("bo")).await;
    assert_eq!(users, ["alma", "bo"]);
}

#[tokio::test]
async fn an_owner_who_is_away_for_a_moment_in_flight_gets_their_own_answer_afterwards() {
    let users = replaced_in_flight(service().held(), Named::new("alma"), |auth| {
        auth.0.becomes("bo");
        auth.0.becomes("alma");
    })
    .await;
    assert_eq!(users, ["alma", "bo"]);
}

/// Another user has taken over when the token of the first request is fetched, and is gone when the response arrives.
#[derive(Clone)]
struct Interrupted {
    user: Unnamed,
    interrupted: Arc<Mutex<bool>>,
}

impl AuthProvider for Interrupted {
    async fn token(&self, context: &AuthContext) -> Result<AccessToken, BoxError> {
        if !std::mem::replace(&mut *self.interrupted.lock().unwrap(), true) {
            self.user.becomes("bo");
        }
        self.user.token(context).await
    }

    async fn refresh(&self, _: &AccessToken, context: &AuthContext) -> Result<Option<AccessToken>, BoxError> {
        self.user.becomes("bo");
        self.user.renew();
        Ok(Some(self.user.token(context).await?))
    }

    fn owner(&self) -> Option<TokenOwner> {
        Some(TokenOwner::new(self.user.current().0))
    }
}

#[tokio::test]
async fn an_answer_for_a_user_who_was_there_for_the_token_alone_is_not_taken_for_the_others() {
    // With the first token, and with one that Spotify refused.
    for refused in [false, true] {
        let auth = Interrupted { user: Unnamed::new("alma"), interrupted: Arc::new(Mutex::new(refused)) };
        let user = auth.user.clone();
        let origin = Origin::new(move |number, request| {
            if refused && number == 0 {
                return respond(401, &[], "");
            }
            let response = answer(number as u64, request);
            user.becomes("alma");
            response
        });
        let client = builder(&origin, auth.clone()).cache(cache()).build().unwrap();
        assert_eq!(crate::support::user(&read(&client, 4, Some(HOUR)).await.unwrap()), "bo");
        assert_eq!(crate::support::user(&read(&client, 4, Some(HOUR)).await.unwrap()), "alma");
    }
}

/// Says that everyone is the same owner.
struct Lying(&'static str);

impl AuthProvider for Lying {
    async fn token(&self, _: &AuthContext) -> Result<AccessToken, BoxError> {
        Ok(access_token(self.0, 0))
    }

    fn owner(&self) -> Option<TokenOwner> {
        Some(TokenOwner::new("everyone"))
    }
}

#[tokio::test]
async fn providers_that_name_the_same_owner_are_taken_at_their_word() {
    let origin = service();
    let alma = builder(&origin, Lying("alma")).cache(cache()).build().unwrap();
    let bo = alma.with_auth(Lying("bo"));
    assert_eq!(users_of_all(&alma).await.unwrap(), ["alma"]);
    assert_eq!(users_of_all(&bo).await.unwrap(), ["alma"]);
}
