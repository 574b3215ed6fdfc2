//! Why a user has to sign in, as errors tell it: whose sign-in, for what call, and for which reason.

use std::time::Duration;

use spotify_emulator::Emulator;
use spotify_sdk::Error;
use spotify_sdk::auth::{AccessToken, AuthorizationCode, InMemoryTokenCache, Scope, TokenInfo};
use spotify_sdk::error::{ReauthorizationReason, ReauthorizationRequiredError};
use spotify_sdk::jiff::Timestamp;

use crate::support::*;

/// How a call fails for which there is no token.
async fn refused(emulator: &Emulator, auth: &AuthorizationCode) -> ReauthorizationRequiredError {
    let error = client(emulator, auth).users().get_current_profile().await.unwrap_err();
    let Error::ReauthorizationRequired(error) = error else { panic!("{error}") };
    assert_eq!(error.client_id, emulator.client_id());
    assert_eq!(error.operation.unwrap().name, "users.get_current_profile");
    *error
}

#[tokio::test]
async fn a_user_who_has_never_signed_in_is_told_so_by_name() {
    let emulator = emulator(Emulator::builder());
    let error = refused(&emulator, &app(&emulator).user("alma").build().unwrap()).await;
    assert_eq!((error.reason, error.user.as_str()), (ReauthorizationReason::NeverSignedIn, "alma"));
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn a_sign_in_for_fewer_scopes_is_not_called_none() {
    let emulator = emulator(Emulator::builder());
    let cache = InMemoryTokenCache::new();
    signed_in(&emulator, cache.clone()).await;
    emulator.clear_requests();
    let more =
        app(&emulator).scopes([Scope::UserLibraryRead, Scope::PlaylistModifyPublic]).cache(cache).build().unwrap();
    assert_eq!(refused(&emulator, &more).await.reason, ReauthorizationReason::MissingScopes);
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn consent_that_was_revoked_is_told_from_one_that_has_expired() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    emulator.revoke_consent();
    emulator.expire_access_tokens();
    let error = refused(&emulator, &auth).await;
    assert_eq!(error.reason, ReauthorizationReason::Revoked);
    assert_eq!(error.message.as_deref(), Some("Refresh token revoked"));
    assert_eq!(refused(&emulator, &auth).await, error, "it is the same for later calls");

    sign_in(&emulator, &auth).await;
    emulator.clock().advance(Duration::from_secs(200 * 24 * 3600));
    assert_eq!(refused(&emulator, &auth).await.reason, ReauthorizationReason::ConsentExpired);
}

#[tokio::test]
async fn consent_of_more_than_six_months_ago_has_expired_whatever_spotify_calls_it() {
    let emulator = emulator(Emulator::builder());
    let auth = signed_in(&emulator, InMemoryTokenCache::new()).await;
    let long_ago = auth.token_info().await.unwrap().unwrap().with_authorized_at(Timestamp::UNIX_EPOCH);
    auth.import(long_ago).await.unwrap();
    emulator.revoke_consent();
    emulator.expire_access_tokens();
    assert_eq!(refused(&emulator, &auth).await.reason, ReauthorizationReason::ConsentExpired);
}

#[tokio::test]
async fn a_token_with_nothing_that_renews_it_says_so() {
    let emulator = emulator(Emulator::builder());
    let auth = app(&emulator).build().unwrap();
    auth.import(TokenInfo::new(AccessToken::new("BQold").unwrap(), Timestamp::UNIX_EPOCH)).await.unwrap();
    assert_eq!(refused(&emulator, &auth).await.reason, ReauthorizationReason::NoRefreshToken);
}
