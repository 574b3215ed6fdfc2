//! Signing in with a real browser: the SDK's loopback sign-in, the emulator's page, and back.

#![allow(clippy::unwrap_used)]

use std::sync::mpsc;

use browser_tests::{Browser, Locator};
use spotify_emulator::Emulator;
use spotify_sdk::auth::{AuthorizationCode, Scope, authorize_local};
use spotify_sdk::{AsyncSpotifyClient, Error};

fn app(emulator: &Emulator) -> AuthorizationCode {
    AuthorizationCode::pkce(emulator.client_id(), "http://127.0.0.1/callback")
        .scopes([Scope::UserLibraryRead])
        .accounts_url(emulator.accounts_url())
        .build()
        .unwrap()
}

/// Signs in with a browser that clicks this button; gives the outcome and what the last page says.
async fn sign_in(auth: &AuthorizationCode, button: &str, picture: &str) -> (spotify_sdk::Result<()>, String) {
    let browser = Browser::open(1000, 700).await.unwrap();
    let (sender, receiver) = mpsc::channel();
    let waiting = authorize_local(auth).open_with(move |url| {
        sender.send(url.to_owned()).unwrap();
        Ok(())
    });
    let waiting = tokio::spawn(async move { waiting.await.map(drop) });
    let url = tokio::task::spawn_blocking(move || receiver.recv().unwrap()).await.unwrap();
    browser.page().goto(&url).await.unwrap();
    browser.page().find(Locator::Css(button)).await.unwrap().click().await.unwrap();
    let heading = browser.page().wait().for_element(Locator::XPath("//h1[contains(., 'signed in')]")).await.unwrap();
    let mut page = heading.text().await.unwrap();
    page.push_str(&browser.page().find(Locator::Css("p")).await.unwrap().text().await.unwrap());
    browser.picture(picture).await.unwrap();
    let outcome = waiting.await.unwrap();
    browser.close().await.unwrap();
    (outcome, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_is_signed_in_and_can_close_the_window() {
    let emulator = Emulator::start().unwrap();
    let auth = app(&emulator);
    let (outcome, page) = sign_in(&auth, "button[value=agree]", "signed-in").await;
    outcome.unwrap();
    assert!(page.contains("You are signed in") && page.contains("You can close this window"), "{page}");
    let client = AsyncSpotifyClient::builder(auth).base_url(emulator.base_url()).build().unwrap();
    assert!(client.tracks().get_saved().await.unwrap().total > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancels_is_not_and_is_told_so() {
    let emulator = Emulator::start().unwrap();
    let (outcome, page) = sign_in(&app(&emulator), "button[value=cancel]", "denied").await;
    assert!(matches!(outcome.unwrap_err(), Error::AccessDenied(_)));
    assert!(page.contains("You are not signed in") && page.contains("You said no"), "{page}");
}
