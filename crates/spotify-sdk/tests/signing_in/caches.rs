//! Where tokens are kept.

use std::fs;
use std::path::PathBuf;

use spotify_emulator::{Emulator, Rotation};
use spotify_sdk::auth::{AccessToken, FileTokenCache, Scope, TokenCache, TokenInfo, TokenKey};
use spotify_sdk::jiff::Timestamp;

use crate::support::*;

/// A folder of a test's own, gone with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("spotify-sdk-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("tokens.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn key(user: &str) -> TokenKey {
    TokenKey::new("app").user(user).scopes([Scope::UserLibraryRead])
}

fn token(name: &str) -> TokenInfo {
    let expires_at = Timestamp::from_second(1_900_000_000).unwrap();
    TokenInfo::new(AccessToken::new(name).unwrap(), expires_at)
        .with_refresh_token(format!("{name}-refresh"))
        .with_scopes([Scope::UserLibraryRead])
}

#[tokio::test]
async fn a_sign_in_lives_on_in_a_file() {
    let (emulator, folder) = (emulator(Emulator::builder()), Folder::new("lives-on"));
    let auth = signed_in(&emulator, FileTokenCache::new(folder.file())).await;
    drop(auth);
    let again = app(&emulator).cache(FileTokenCache::new(folder.file())).build().unwrap();
    assert_eq!(client(&emulator, &again).users().get_current_profile().await.unwrap().id, "alma");
    let more = app(&emulator).scopes([Scope::UserTopRead]).cache(FileTokenCache::new(folder.file())).build().unwrap();
    assert!(more.token_info().await.unwrap().is_none(), "the user has not agreed to that");
}

#[tokio::test]
async fn several_users_share_a_file_and_none_gets_anothers_token() {
    let folder = Folder::new("several");
    let cache = FileTokenCache::new(folder.file());
    assert!(cache.get(&key("a")).await.unwrap().is_none());
    cache.set(&key("a"), &token("one")).await.unwrap();
    cache.set(&key("b"), &token("two")).await.unwrap();
    cache.set(&key("a"), &token("three")).await.unwrap();
    let name =
        async |user: &str| cache.get(&key(user)).await.unwrap().map(|token| token.access_token().expose().to_owned());
    assert_eq!((name("a").await.as_deref(), name("b").await.as_deref()), (Some("three"), Some("two")));
    assert_eq!(name("c").await, None);
    cache.remove(&key("a")).await.unwrap();
    cache.remove(&key("a")).await.unwrap();
    assert_eq!((name("a").await, name("b").await.as_deref()), (None, Some("two")));
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("owner");
    let cache = FileTokenCache::new(folder.file());
    cache.set(&key("a"), &token("one")).await.unwrap();
    for entry in fs::read_dir(&folder.0).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

#[tokio::test]
async fn a_damaged_file_is_kept_aside() {
    let folder = Folder::new("damaged");
    let cache = FileTokenCache::new(folder.file());
    let cases = ["{\"version\":1,\"tokens\":[{\"acc", "\u{0}\u{0}", ""];
    for (damaged, aside) in cases.iter().zip([".damaged", ".damaged-2", ".damaged-3"]) {
        fs::write(folder.file(), damaged).unwrap();
        assert!(cache.get(&key("a")).await.unwrap().is_none());
        let aside = folder.0.join(format!("tokens.json{aside}"));
        assert_eq!(fs::read_to_string(&aside).unwrap(), *damaged);
        cache.set(&key("a"), &token("one")).await.unwrap();
        assert!(cache.get(&key("a")).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_file_of_a_later_version_stays_as_it_is() {
    let folder = Folder::new("later");
    let cache = FileTokenCache::new(folder.file());
    let later = r#"{"version":2,"tokens":{}}"#;
    fs::write(folder.file(), later).unwrap();
    let error = cache.set(&key("a"), &token("one")).await.unwrap_err().to_string();
    assert!(error.contains("a later version"), "{error}");
    assert!(cache.get(&key("a")).await.is_err());
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), later);
}

#[tokio::test]
async fn the_python_packages_file_goes_on_being_used() {
    let (emulator, folder) = (emulator(Emulator::builder()), Folder::new("python"));
    let auth = signed_in(&emulator, FileTokenCache::new(folder.0.join("other.json"))).await;
    let token = auth.token_info().await.unwrap().unwrap();
    let text = format!(
        r#"{{"access_token":"BQold","expires_at":1700000000.25,"refresh_token":"{}","scope":"user-library-read user-read-private"}}"#,
        token.refresh_token().unwrap().expose()
    );
    fs::write(folder.file(), text).unwrap();
    let taken_over = app(&emulator).cache(FileTokenCache::new(folder.file())).build().unwrap();
    assert_eq!(client(&emulator, &taken_over).users().get_current_profile().await.unwrap().id, "alma");
    assert!(fs::read_to_string(folder.file()).unwrap().contains("\"client_id\""));
}

#[tokio::test]
async fn the_python_packages_token_is_not_given_to_a_second_user() {
    let folder = Folder::new("python-users");
    let cache = FileTokenCache::new(folder.file());
    let text =
        r#"{"access_token":"BQpython","expires_at":1900000000.0,"refresh_token":"AQ","scope":"user-library-read"}"#;
    fs::write(folder.file(), text).unwrap();
    assert!(cache.get(&key("second")).await.unwrap().is_none());
    cache.set(&key("second"), &token("two")).await.unwrap();
    cache.remove(&key("second")).await.unwrap();
    let first = cache.get(&key("")).await.unwrap().unwrap();
    assert_eq!(first.access_token().expose(), "BQpython");
}

#[test]
fn whoever_waits_for_the_file_holds_up_nobody_meanwhile() {
    let folder = Folder::new("waits");
    let cache = FileTokenCache::new(folder.file());
    let other = fs::File::create(folder.0.join("tokens.json.write")).unwrap();
    other.lock().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let kept = runtime.block_on(async {
            let setting = tokio::spawn(async move { cache.set(&key("a"), &token("one")).await });
            // It has begun to wait by then.
            tokio::task::yield_now().await;
            drop(other);
            setting.await.unwrap()
        });
        sender.send(kept).unwrap();
    });
    receiver.recv_timeout(std::time::Duration::from_secs(60)).expect("the thread is held up").unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_written_costs_no_sign_in() {
    let (emulator, folder) = (emulator(Emulator::builder().rotation(Rotation::Always)), Folder::new("unwritable"));
    let auth = signed_in(&emulator, FileTokenCache::new(folder.file())).await;
    let client = client(&emulator, &auth);
    // A folder stands where the file is locked to be written.
    let lock = folder.0.join("tokens.json.write");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    for _ in 0..2 {
        emulator.expire_access_tokens();
        let error = client.users().get_current_profile().await.unwrap_err().to_string();
        assert!(error.contains("tokens.json.write") && error.contains("a folder"), "{error}");
    }
    assert_eq!(refreshes(&emulator), 0);
    fs::remove_dir(&lock).unwrap();
    assert_eq!(client.users().get_current_profile().await.unwrap().id, "alma");
    assert_eq!(refreshes(&emulator), 1);
}

#[tokio::test]
async fn errors_name_the_file() {
    let folder = Folder::new("errors");
    let cache = FileTokenCache::new(folder.0.clone());
    let error = cache.get(&key("a")).await.unwrap_err().to_string();
    assert!(error.contains(folder.0.to_str().unwrap()), "{error}");
}
