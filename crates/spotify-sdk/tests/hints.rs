//! What an error tells people to do, for the words that Spotify, and what stands in its place, is known to answer with.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use spotify_emulator::{Emulator, Fault};
use spotify_sdk::auth::{AccessToken, ClientCredentials};
use spotify_sdk::{AsyncSpotifyClient, Error};

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html";

const PAGE: &str =
    "\n<!DOCTYPE html><html><head><title>Welcome to the airport</title></head><body>Sign in</body></html>";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Profile,
    Saved,
    Items,
    AddItems,
    Devices,
    Play,
    Volume,
    Create,
}

use Ask::{AddItems, Create, Devices, Items, Play, Profile, Saved, Volume};

async fn error_of(client: &AsyncSpotifyClient, ask: Ask) -> Error {
    let result = match ask {
        Profile => client.users().get_current_profile().await.map(drop),
        Saved => client.albums().get_saved().await.map(drop),
        Items => client.playlists().get_items("1").await.map(drop),
        AddItems => client.playlists().add_items("1", ["spotify:track:1"]).await.map(drop),
        Devices => client.player().get_devices().await.map(drop),
        Play => client.player().start_playback().device_id("d").await,
        Volume => client.player().set_volume(50).device_id("d").await,
        Create => client.playlists().create("Mix").await.map(drop),
    };
    result.unwrap_err()
}

/// An error of Spotify's, as JSON.
fn json(message: &str, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!(r#"{{"error":{{"status":0,"message":"{message}","reason":"{reason}"}}}}"#),
        None => format!(r#"{{"error":{{"status":0,"message":"{message}"}}}}"#),
    }
}

/// Asks each of `asks`, gets the answer, and looks for `parts` in the hint; nothing of `never` may be in it.
async fn hints(asks: &[Ask], status: u16, content_type: &str, body: &str, parts: &[&str], never: &[&str]) {
    let emulator = Emulator::builder().start().unwrap();
    let token = AccessToken::new(emulator.valid_token()).unwrap();
    let client = AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).max_retries(0).build().unwrap();
    for ask in asks {
        emulator
            .faults()
            .fail_next(1, Fault::status(status).header("content-type", content_type).body(body.to_owned()));
        let error = error_of(&client, *ask).await;
        let hint = error.hint().unwrap_or_default();
        for part in parts {
            assert!(hint.contains(part), "{ask:?}, {status} {body}\nexpected `{part}` in: {hint}");
        }
        for part in never {
            assert!(!hint.contains(part), "{ask:?}, {status} {body}\nexpected no `{part}` in: {hint}");
        }
    }
}

#[tokio::test]
async fn what_is_about_the_app_never_asks_for_a_scope() {
    let all = [Profile, Saved, Items, AddItems, Devices, Play, Volume, Create];
    let owner = "Active premium subscription required for the owner of the app. When the subscription status changes, it can \
                 take a few hours before requests are allowed again.";
    for (content_type, body) in [(TEXT, owner.to_owned()), (JSON, json(owner, None)), (HTML, owner.to_owned())] {
        hints(&all, 403, content_type, &body, &["owner of the app", "Premium", "hours"], &["scope", "The user needs"])
            .await;
    }
    for body in [
        "Check settings on developer.spotify.com/dashboard, the user may not be registered.",
        "User not registered in the Developer Dashboard",
        "The user is not registered for this application. Please check your settings on https://developer.spotify.com/dashboard.",
        "User not approved for app",
    ] {
        for (content_type, body) in [(TEXT, body.to_owned()), (JSON, json(body, None))] {
            hints(&all, 403, content_type, &body, &["users on its list"], &["scope", "Premium"]).await;
        }
    }
    hints(&all, 403, JSON, &json("Spotify is unavailable in this country", None), &["country"], &["scope"]).await;
}

#[tokio::test]
async fn what_is_about_the_player_is_never_laid_to_the_token() {
    let never = ["scope", "Premium", "access token", "market"];
    for (message, reason, parts) in [
        ("Player command failed: Restriction violated", None, &["device, or what plays,", "get_playback_state"][..]),
        ("Player command failed: Restriction violated", Some("UNKNOWN"), &["device, or what plays,"]),
        ("Player command failed: Cannot control device volume", Some("VOLUME_CONTROL_DISALLOW"), &["supports_volume"]),
        ("Player command failed: Cannot control device volume", None, &["supports_volume"]),
        ("Device cannot be controlled", Some("DEVICE_NOT_CONTROLLABLE"), &["takes no commands", "is_restricted"]),
        ("Forbidden", Some("REMOTE_CONTROL_DISALLOW"), &["takes no commands", "get_devices"]),
        ("Player command failed: Already paused", Some("ALREADY_PAUSED"), &["already"]),
        ("Player command failed: No previous track", Some("NO_PREV_TRACK"), &["What plays does not allow it"]),
        ("Player command failed: Context", Some("CONTEXT_DISALLOW"), &["What plays does not allow it"]),
        ("Player command failed: Too fast", Some("RATE_LIMITED"), &["too fast"]),
        ("Forbidden", Some("A_REASON_OF_NEXT_YEAR"), &["device, or what plays,"]),
    ] {
        hints(&[Play, Volume], 403, JSON, &json(message, reason), parts, &never).await;
    }
    hints(&[Play, Volume], 403, TEXT, "Player command failed: Restriction violated", &["what plays"], &never).await;
    let premium = json("Player command failed: Premium required", Some("PREMIUM_REQUIRED"));
    hints(&[Play, Volume], 403, JSON, &premium, &["The user needs Spotify Premium"], &["scope", "owner"]).await;
    // Where Spotify gives no reason, any of these may be it.
    hints(
        &[Play, Volume],
        403,
        JSON,
        &json("Forbidden", None),
        &["is_restricted", "Premium", "user-modify-playback"],
        &[],
    )
    .await;
}

#[tokio::test]
async fn a_device_that_is_gone_is_looked_for_among_the_devices() {
    let never = ["market", "scope", "extended"];
    for (content_type, body) in [
        (JSON, json("Device not found", None)),
        (JSON, json("Player command failed: Device not found", Some("UNKNOWN"))),
        (TEXT, "Device not found".to_owned()),
        (JSON, json("Not found.", None)),
        (TEXT, String::new()),
    ] {
        hints(&[Play, Volume], 404, content_type, &body, &["device is gone", "`player().get_devices`"], &never).await;
    }
    let inactive = json("Player command failed: No active device found", Some("NO_ACTIVE_DEVICE"));
    hints(&[Play, Volume], 404, JSON, &inactive, &["Open Spotify on a device", "transfer_playback"], &never).await;
    hints(&[Saved, Play], 404, TEXT, "Service not found", &["base URL"], &["device", "market"]).await;
    for words in ["non existing id", "Resource not found", "Not found."] {
        hints(&[Items], 404, JSON, &json(words, None), &["Check the id", "Spotify's own playlists"], &["device"]).await;
    }
}

#[tokio::test]
async fn a_scope_is_asked_for_where_it_is_what_is_missing() {
    for words in ["Insufficient client scope", "Token does not satisfy scope."] {
        hints(&[Saved], 403, JSON, &json(words, None), &["the scope `user-library-read`"], &["Premium"]).await;
        hints(&[Play], 403, JSON, &json(words, None), &["the scope `user-modify-playback-state`"], &["device"]).await;
    }
    // Some operations of the player say so with a 401.
    hints(&[Devices], 401, JSON, &json("Permissions missing", None), &["`user-read-playback-state`"], &["fresh"]).await;
    hints(&[Saved], 401, JSON, &json("The access token expired", None), &["fresh"], &["scope"]).await;
    let forbidden = json("You cannot add tracks to a playlist you don't own.", None);
    hints(&[AddItems], 403, JSON, &forbidden, &["changed by its owner", "playlist-modify-public"], &[]).await;
    hints(&[Items], 403, JSON, &json("Forbidden", None), &["playlists alone that the user owns"], &[]).await;
}

#[tokio::test]
async fn a_web_page_in_place_of_an_answer_is_laid_to_the_network() {
    let parts = ["network", "sign-in", "proxy"];
    hints(&[Saved, Items, Devices, Create], 200, HTML, PAGE, &parts, &["scope", "carried it out"]).await;
    hints(&[Saved, Items, AddItems, Play], 403, HTML, PAGE, &parts, &["scope"]).await;
    hints(&[Saved, Play], 511, HTML, PAGE, &parts, &["Spotify has a problem"]).await;
    hints(&[Saved], 302, HTML, "", &["network asks for a sign-in"], &[]).await;
    hints(&[Create], 201, JSON, "{", &["carried it out"], &["send_as"]).await;
}

#[tokio::test]
async fn a_web_page_from_the_token_endpoint_is_laid_to_the_network_and_not_shown() {
    let emulator = Emulator::builder().start().unwrap();
    let sign_in = || ClientCredentials::new(emulator.client_id(), emulator.client_secret()).unwrap();
    for (status, body, part) in [
        (200, PAGE, "network may ask for a sign-in"),
        (200, "\u{feff}<html>", "network may ask for a sign-in"),
        (511, PAGE, "network may ask for a sign-in"),
        (302, "", "network asks for a sign-in"),
        (200, "OK", "accounts_url"),
        (200, "", "accounts_url"),
    ] {
        let client = AsyncSpotifyClient::builder(sign_in())
            .base_url(emulator.base_url())
            .accounts_url(emulator.accounts_url())
            .max_retries(0)
            .timeout(std::time::Duration::from_secs(5));
        let client = client.build().unwrap();
        let fault = Fault::status(status).header("content-type", HTML).body(body).header("retry-after", "0");
        emulator.faults().clear();
        emulator.faults().add(spotify_emulator::FaultRule::new(fault).path("/api/token"));
        let error = client.albums().get(common::ALBUM).await.unwrap_err();
        let hint = error.hint().unwrap();
        assert!(hint.contains(part), "{status} {body}: {error}\n{hint}");
        assert!(!hint.contains("send_as") && !hint.contains("`fields`"), "{hint}");
        // What comes with a success may hold a token.
        assert!(status != 200 || !format!("{error} {error:?}").contains("Sign in"), "{error}");
    }
}

#[tokio::test]
async fn a_main_that_returns_a_refused_token_prints_the_message_and_the_hint() {
    let emulator = Emulator::start().unwrap();
    let client = AsyncSpotifyClient::builder(AccessToken::new("wrong").unwrap());
    let client = client.base_url(emulator.base_url()).build().unwrap();
    let error = client.users().get_current_profile().await.unwrap_err();
    // As the standard library prints what `main` returns.
    let printed = format!("Error: {error:?}");
    assert_eq!(printed, format!("Error: {error}\nhint: {}", error.hint().unwrap()));
    assert!(printed.starts_with("Error: Spotify refused the access token: ") && printed.len() < 400, "{printed}");
}
