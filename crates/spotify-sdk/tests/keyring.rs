//! Tokens in the platform's store for secrets: on Linux, a Secret Service that runs for this test alone.

#![cfg(all(feature = "keyring", target_os = "linux"))]
#![allow(clippy::unwrap_used)]

use std::process::Command;

use spotify_sdk::auth::{AccessToken, KeyringTokenCache, Scope, TokenCache, TokenInfo, TokenKey};
use spotify_sdk::jiff::Timestamp;

/// Starts a message bus and a keyring, opens the keyring, and runs the test below in their midst.
const SCRIPT: &str = r#"
printf 'test' | gnome-keyring-daemon --unlock --components=secrets >/dev/null || exit 77
exec "$0" --exact tokens_are_kept --ignored --nocapture
"#;

#[test]
fn tokens_are_kept_in_a_real_secret_service() {
    let home = std::env::temp_dir().join(format!("spotify-sdk-keyring-{}", std::process::id()));
    std::fs::create_dir_all(&home).unwrap();
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", SCRIPT])
        .arg(std::env::current_exe().unwrap())
        .envs([("HOME", &home), ("XDG_DATA_HOME", &home), ("XDG_RUNTIME_DIR", &home)])
        .output();
    let _ = std::fs::remove_dir_all(&home);
    let output = output.expect("this test needs `dbus-run-session` and `gnome-keyring-daemon`");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
#[ignore = "it is what the other test starts beside a Secret Service"]
async fn tokens_are_kept() {
    let cache = KeyringTokenCache::new("spotify-sdk test");
    let key = |user: &str, scope| TokenKey::new("app").user(user).scopes([scope]);
    let (one, two) = (key("one", Scope::UserLibraryRead), key("two", Scope::UserLibraryRead));
    assert!(cache.get(&one).await.unwrap().is_none());
    cache.remove(&one).await.unwrap();
    for name in ["first", "second"] {
        let token = TokenInfo::new(AccessToken::new(name).unwrap(), Timestamp::from_second(1_900_000_000).unwrap())
            .with_refresh_token("refresh")
            .with_scopes([Scope::UserLibraryRead]);
        cache.set(&one, &token).await.unwrap();
        let kept = cache.get(&one).await.unwrap().unwrap();
        assert_eq!(kept.access_token().expose(), name);
        assert_eq!(kept.refresh_token().unwrap().expose(), "refresh");
        assert_eq!(kept.expires_at(), token.expires_at());
    }
    assert!(cache.get(&two).await.unwrap().is_none(), "it is another user's");
    assert!(cache.get(&key("one", Scope::UserTopRead)).await.unwrap().is_none(), "the user has not agreed to that");
    cache.remove(&one).await.unwrap();
    assert!(cache.get(&one).await.unwrap().is_none());

    // Something else, or another version, wrote it.
    keyring::Entry::new("spotify-sdk test", "app:one").unwrap().set_password("no token").unwrap();
    assert!(cache.get(&one).await.unwrap().is_none(), "the user can sign in again");
    cache.remove(&one).await.unwrap();
}
