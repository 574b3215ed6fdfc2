//! The life of a user's token: renewed once for everyone, never lost to what passes, and never asked for when it is dead.

use std::sync::Arc;
use std::time::Duration;

use spotify_emulator::{Emulator, Fault, FaultRule, Rotation};
use spotify_sdk::auth::{AccessToken, InMemoryTokenCache, TokenInfo};
use spotify_sdk::error::ReauthorizationReason;
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::operation::Action;
use spotify_sdk::{AsyncSpotifyClient, Error};
use tokio::task::JoinSet;

use crate::support::*;

async fn me(client: &AsyncSpotifyClient) -> spotify_sdk::Result<String> {
    client.users().get_current_profile().await.map(|user| user.id.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_that_find_an_expired_token_make_one_request() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always).requests_kept(5000));
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let client = client(&emulator, &auth);
    emulator.expire_access_tokens();
    let mut tasks = JoinSet::new();
    for _ in 0..1000 {
        let client = client.clone();
        tasks.spawn(async move { me(&client).await });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|id| id == "alma")));
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_renewed_before_it_is_sent() {
    let emulator = emulator(Emulator::builder());
    for (left, expected) in [(29, 1), (3000, 0)] {
        let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
        let token = auth.token_info().await.unwrap().unwrap();
        let expires_at = Timestamp::now() + SignedDuration::from_secs(left);
        let refresh_token = token.refresh_token().unwrap().expose();
        let old = TokenInfo::new(token.access_token().clone(), expires_at).with_refresh_token(refresh_token);
        auth.import(old).await.unwrap();
        emulator.clear_requests();
        me(&client(&emulator, &auth)).await.unwrap();
        assert_eq!(refreshes(&emulator), expected, "{left} s before its end");
    }
}

#[tokio::test]
async fn a_token_is_renewed_under_the_longest_timeout_there_is() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    emulator.expire_access_tokens();
    let client =
        AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).timeout(Duration::MAX).build().unwrap();
    assert_eq!(me(&client).await.unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn a_clock_that_was_wrong_does_no_harm() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let token = auth.token_info().await.unwrap().unwrap();
    emulator.expire_access_tokens();
    // Written when the clock was ten years ahead: it seems to live on for long.
    let years = Timestamp::now() + SignedDuration::from_hours(10 * 365 * 24);
    let wrong =
        TokenInfo::new(token.access_token().clone(), years).with_refresh_token(token.refresh_token().unwrap().expose());
    auth.import(wrong).await.unwrap();
    assert_eq!(me(&client(&emulator, &auth)).await.unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn refresh_tokens_are_kept_as_spotify_means_it() {
    for rotation in [Rotation::AsSpotify, Rotation::Always, Rotation::Sometimes, Rotation::Never, Rotation::EmptyString]
    {
        let emulator = emulator(Emulator::builder().rotation(rotation));
        let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
        let client = client(&emulator, &auth);
        let authorized_at = auth.token_info().await.unwrap().unwrap().authorized_at();
        for round in 1..=4 {
            emulator.expire_access_tokens();
            assert_eq!(me(&client).await.unwrap(), "alma", "{rotation:?}");
            assert_eq!(refreshes(&emulator), round, "{rotation:?}");
        }
        assert_eq!(auth.token_info().await.unwrap().unwrap().authorized_at(), authorized_at);
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_disturbs_nobody_and_loses_nothing() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let client = client(&emulator, &auth);
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_millis(300))).path("/api/token").times(1));
    let first = tokio::spawn({
        let client = client.clone();
        async move { me(&client).await }
    });
    while refreshes(&emulator) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { me(&client).await }
    });
    first.abort();
    assert_eq!(waiting.await.unwrap().unwrap(), "alma");
    assert_eq!(me(&client).await.unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 1, "the renewal went on without the call that began it");
}

#[test]
fn a_renewal_whose_runtime_ends_is_taken_over() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Never));
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let first = runtime();
    let auth = first.block_on(signed_in(&emulator, InMemoryTokenCache::new()));
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_secs(3600))).path("/api/token").times(1));
    let (moved, base_url) = (auth.clone(), emulator.base_url().to_owned());
    first.spawn(async move {
        let client = AsyncSpotifyClient::builder(moved).base_url(base_url).build().unwrap();
        let _ = me(&client).await;
    });
    while refreshes(&emulator) == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    first.shutdown_background();
    let second = runtime();
    assert_eq!(second.block_on(async { me(&client(&emulator, &auth)).await }).unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_grant_is_final_for_everyone_until_there_is_a_new_sign_in() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let client = client(&emulator, &auth);
    emulator.expire_access_tokens();
    emulator.revoke_consent();
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        tasks.spawn(async move { me(&client).await });
    }
    for answer in tasks.join_all().await {
        let error = answer.unwrap_err();
        assert!(
            matches!(&error, Error::ReauthorizationRequired(why) if why.message.as_deref() == Some("Refresh token revoked")),
            "{error}"
        );
        assert!(error.hint().is_some());
    }
    assert_eq!(refreshes(&emulator), 1);
    assert!(auth.token_info().await.unwrap().is_none(), "the dead token is dropped");

    emulator.clear_requests();
    assert!(matches!(me(&client).await, Err(Error::ReauthorizationRequired(_))));
    assert!(emulator.requests().is_empty(), "nothing is sent");
    sign_in(&emulator, &auth).await;
    assert_eq!(me(&client).await.unwrap(), "alma");
}

#[tokio::test]
async fn consent_that_is_six_months_old_has_ended() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let client = client(&emulator, &auth);
    emulator.clock().advance(Duration::from_secs(200 * 24 * 3600));
    let error = me(&client).await.unwrap_err();
    assert!(
        matches!(&error, Error::ReauthorizationRequired(why) if why.message.as_deref() == Some("Refresh token expired")),
        "{error}"
    );
}

#[tokio::test]
async fn a_new_sign_in_by_another_holder_of_the_cache_revives_a_dead_one() {
    let emulator = emulator(Emulator::builder());
    let cache = InMemoryTokenCache::new();
    let auth = signed_in(&emulator, cache.clone()).await;
    emulator.expire_access_tokens();
    emulator.revoke_consent();
    let client = client(&emulator, &auth);
    assert!(matches!(me(&client).await, Err(Error::ReauthorizationRequired(_))));
    signed_in(&emulator, cache).await;
    assert_eq!(me(&client).await.unwrap(), "alma");
}

#[tokio::test]
async fn whatever_may_pass_keeps_the_token_and_is_told_as_what_it_is() {
    type Check = fn(&Error) -> bool;
    let cases: [(Fault, Check); 8] = [
        (Fault::status(503), |error| matches!(error, Error::Server(_))),
        (Fault::status(500).body("<html><title>Oops</title>"), |error| matches!(error, Error::Server(_))),
        (Fault::status(429).header("retry-after", "86400"), |error| {
            matches!(error, Error::RateLimit(_)) && error.retry_after() == Some(Duration::from_secs(86400))
        }),
        (Fault::reset(), |error| matches!(error, Error::Connection(_))),
        (Fault::truncate(5), |error| matches!(error, Error::Connection(_))),
        (Fault::status(200).body("not JSON"), |error| {
            matches!(error, Error::Decode(_)) && !error.to_string().contains("not JSON")
        }),
        (Fault::status(401).body(r#"{"error":"invalid_client"}"#), |error| {
            matches!(error, Error::Authentication(_)) && error.hint().unwrap().contains("client id")
        }),
        (Fault::status(400).body(r#"{"error":"invalid_client","error_description":"Invalid client"}"#), |error| {
            matches!(error, Error::BadRequest(_))
                && error.to_string().contains("auth.token (POST /api/token): Invalid client")
                && error.hint().unwrap().contains("client id")
        }),
    ];
    let mut tasks = JoinSet::new();
    for (fault, check) in cases {
        tasks.spawn(async move {
            let emulator = emulator(Emulator::builder().rotation(Rotation::Never));
            let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
            let client = client(&emulator, &auth);
            emulator.expire_access_tokens();
            let shown = format!("{fault:?}");
            emulator.faults().add(FaultRule::new(fault).path("/api/token"));
            let error = me(&client).await.unwrap_err();
            assert!(check(&error), "{shown}: {error:?}");
            assert!(auth.token_info().await.unwrap().unwrap().refresh_token().is_some(), "{shown}");
            emulator.faults().clear();
            assert_eq!(me(&client).await.unwrap(), "alma", "{shown}");
        });
    }
    tasks.join_all().await;
}

#[tokio::test]
async fn a_failure_with_a_huge_body_is_told_as_what_its_status_says() {
    let huge = "x".repeat(200_000);
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let client = client(&emulator, &auth);
    emulator.expire_access_tokens();
    let limited = Fault::status(429).header("retry-after", "86400").body(huge.clone());
    emulator.faults().add(FaultRule::new(limited).path("/api/token").times(1));
    let error = me(&client).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(86400)), "{error}");
    emulator.faults().add(FaultRule::new(Fault::status(503).body(huge)).path("/api/token").times(1));
    assert_eq!(me(&client).await.unwrap(), "alma", "it is tried again");
}

#[tokio::test]
async fn an_accounts_service_that_is_not_there_is_told_with_the_cause() {
    let emulator = emulator(Emulator::builder());
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let auth = app(&emulator).accounts_url(format!("http://{nobody}")).build().unwrap();
    let old = TokenInfo::new(AccessToken::new("old").unwrap(), Timestamp::UNIX_EPOCH).with_refresh_token("refresh");
    auth.import(old).await.unwrap();
    let error = me(&client(&emulator, &auth)).await.unwrap_err();
    assert!(matches!(&error, Error::Connection(error) if !error.maybe_executed), "{error:?}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn an_accounts_service_that_never_answers_keeps_the_token_too() {
    let emulator = emulator(Emulator::builder().rotation(Rotation::Never));
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::delay(Duration::from_secs(3600))).path("/api/token"));
    let limit = Duration::from_millis(100);
    let builder = AsyncSpotifyClient::builder(auth.clone()).base_url(emulator.base_url()).timeout(limit);
    let error = me(&builder.build().unwrap()).await.unwrap_err();
    assert!(matches!(&error, Error::Timeout(timeout) if timeout.limit == limit), "{error}");
    assert_eq!(error.action().unwrap(), Action::TokenRequest);
    assert!(auth.token_info().await.unwrap().unwrap().refresh_token().is_some());
    emulator.faults().clear();
    assert_eq!(me(&client(&emulator, &auth)).await.unwrap(), "alma");
}

#[tokio::test]
async fn what_passes_within_the_budget_is_not_noticed() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let client = client(&emulator, &auth);
    emulator.expire_access_tokens();
    emulator.faults().add(FaultRule::new(Fault::status(502)).path("/api/token").times(1));
    assert_eq!(me(&client).await.unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 2);
}

#[tokio::test]
async fn a_token_without_a_refresh_token_says_so_when_it_ends() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).build().unwrap();
    let token = TokenInfo::new(AccessToken::new(emulator.valid_token()).unwrap(), Timestamp::UNIX_EPOCH);
    auth.import(token).await.unwrap();
    let error = me(&client(&emulator, &auth)).await.unwrap_err();
    assert!(
        matches!(&error, Error::ReauthorizationRequired(why) if why.reason == ReauthorizationReason::NoRefreshToken),
        "{error}"
    );
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn siblings_with_another_user_have_a_token_of_their_own() {
    let emulator = emulator(Emulator::builder());
    let cache = Arc::new(InMemoryTokenCache::new());
    let alma = app(&emulator).user("a").cache(Arc::clone(&cache)).build().unwrap();
    sign_in(&emulator, &alma).await;
    let bo = app(&emulator).user("b").cache(cache).build().unwrap();
    let request = bo.authorization_request().unwrap();
    let back = emulator.agree(request.url().as_str(), "bo").unwrap();
    bo.exchange(request.parse_response_url(&back).unwrap()).await.unwrap();
    let client = client(&emulator, &alma);
    let sibling = client.with_auth(bo);
    emulator.expire_access_tokens();
    assert_eq!((me(&client).await.unwrap(), me(&sibling).await.unwrap()), ("alma".to_owned(), "bo".to_owned()));
}
