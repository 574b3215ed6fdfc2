//! That no sign-in is lost where its token is stored: on full disks, in files that others write, in caches that fail.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use spotify_emulator::{Emulator, Rotation};
use spotify_sdk::auth::{
    AccessToken, AuthorizationCode, FileTokenCache, InMemoryTokenCache, Scope, TokenCache, TokenInfo, TokenKey,
};
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::{AsyncSpotifyClient, BoxError, Error, Result};

use crate::caches::Folder;
use crate::support::*;

fn key() -> TokenKey {
    TokenKey::new("app").scopes([Scope::UserLibraryRead])
}

fn token(name: &str) -> TokenInfo {
    let expires_at = Timestamp::from_second(1_900_000_000).unwrap();
    TokenInfo::new(AccessToken::new(name).unwrap(), expires_at).with_refresh_token(format!("{name}-refresh"))
}

async fn name_in(cache: &impl TokenCache) -> Option<String> {
    cache.get(&key()).await.unwrap().map(|token| token.access_token().expose().to_owned())
}

async fn me(client: &AsyncSpotifyClient) -> Result<String> {
    client.users().get_current_profile().await.map(|user| user.id.to_string())
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn folder_of(folder: &Folder) -> PathBuf {
    folder.file().parent().unwrap().to_owned()
}

/// A small disk of its own, for the test that is started on it.
#[cfg(target_os = "linux")]
const ON_A_SMALL_DISK: &str = r#"
mount -t tmpfs -o size=256k tmpfs "$1" || exit 77
SMALL_DISK="$1" exec "$0" --exact storing::the_work_on_a_full_disk --ignored --nocapture
"#;

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_no_sign_in() {
    let folder = Folder::new("full-disk");
    let output = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK])
        .arg(std::env::current_exe().unwrap())
        .arg(folder_of(&folder))
        .output()
        .expect("this test needs `unshare`");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "it is what another test starts on a disk of its own"]
async fn the_work_on_a_full_disk() {
    use std::io::Write;
    let disk = PathBuf::from(std::env::var_os("SMALL_DISK").unwrap());
    let emulator = emulator(Emulator::builder().rotation(Rotation::Always));
    let auth = signed_in(&emulator, FileTokenCache::new(disk.join("tokens.json"))).await;
    let client = client(&emulator, &auth);
    let mut filler = fs::File::create(disk.join("filler")).unwrap();
    while filler.write_all(&[1; 512]).is_ok() {}
    let before = fs::read(disk.join("tokens.json")).unwrap();
    for _ in 0..2 {
        emulator.expire_access_tokens();
        let error = me(&client).await.unwrap_err();
        let words = error.to_string();
        assert!(matches!(error, Error::Provider(_)), "{error:?}");
        for part in ["No space left", "tokens.json", "was not renewed", "still signed in"] {
            assert!(words.contains(part), "{words}");
        }
    }
    assert_eq!(refreshes(&emulator), 0, "the old refresh token is not spent");
    assert_eq!(fs::read(disk.join("tokens.json")).unwrap(), before);
    drop(filler);
    fs::remove_file(disk.join("filler")).unwrap();
    assert_eq!(me(&client).await.unwrap(), "alma");
    assert_eq!(refreshes(&emulator), 1);
    let again = app(&emulator).cache(FileTokenCache::new(disk.join("tokens.json"))).build().unwrap();
    emulator.expire_access_tokens();
    assert_eq!(me(&crate::support::client(&emulator, &again)).await.unwrap(), "alma", "the new one is in the file");
}

#[cfg(unix)]
#[tokio::test]
async fn the_place_for_a_new_token_is_its_owners_alone_and_gone_with_the_lock() {
    use std::os::unix::fs::MetadataExt;
    let folder = Folder::new("reserved");
    let cache = FileTokenCache::new(folder.file());
    cache.set(&key(), &token("one")).await.unwrap();
    let at_rest = names(&folder_of(&folder));
    let lock = cache.lock(&key()).await.unwrap();
    cache.reserve(&key()).await.unwrap();
    let now = names(&folder_of(&folder));
    let drafts: Vec<_> = now.iter().filter(|name| name.ends_with(".new")).collect();
    assert_eq!(drafts.len(), 1, "{now:?}");
    let draft = fs::metadata(folder_of(&folder).join(drafts[0])).unwrap();
    assert_eq!(draft.mode() & 0o777, 0o600);
    assert!(draft.len() > fs::metadata(folder.file()).unwrap().len() + 4096);
    // Another user of the file may write meanwhile.
    FileTokenCache::new(folder.file()).set(&key(), &token("two")).await.unwrap();
    let two = fs::metadata(folder.file()).unwrap();
    cache.set(&key(), &token("three")).await.unwrap();
    assert_eq!(name_in(&cache).await.as_deref(), Some("three"));
    let three = fs::metadata(folder.file()).unwrap();
    assert_eq!((three.ino(), three.ino() == two.ino()), (draft.ino(), false), "the reserved place was used");
    assert_eq!(three.mode() & 0o777, 0o600);
    cache.reserve(&key()).await.unwrap();
    drop(lock);
    let mut left = names(&folder_of(&folder));
    assert!(left.remove("tokens.json.lock"));
    assert_eq!(left.into_iter().collect::<Vec<_>>(), ["tokens.json", "tokens.json.write"]);
    assert!(at_rest.contains("tokens.json"));
}

/// A program that was killed between writing the new file and putting it in its place.
async fn killed_while_writing(folder: &Folder, cache: &FileTokenCache) -> PathBuf {
    cache.set(&key(), &token("early")).await.unwrap();
    let before = fs::read(folder.file()).unwrap();
    cache.set(&key(), &token("late")).await.unwrap();
    let draft = folder.file().with_extension("json.0123456789abcdef.new");
    fs::rename(folder.file(), &draft).unwrap();
    fs::write(folder.file(), before).unwrap();
    draft
}

#[tokio::test]
async fn what_a_killed_program_had_written_whole_is_taken_over() {
    let folder = Folder::new("whole");
    let cache = FileTokenCache::new(folder.file());
    let draft = killed_while_writing(&folder, &cache).await;
    let _lock = cache.lock(&key()).await.unwrap();
    assert_eq!(name_in(&cache).await.as_deref(), Some("late"));
    assert!(!draft.exists());
}

#[tokio::test]
async fn what_a_killed_program_had_written_does_not_take_the_place_of_a_newer_file() {
    let folder = Folder::new("stale");
    let cache = FileTokenCache::new(folder.file());
    let draft = killed_while_writing(&folder, &cache).await;
    let kept = fs::read(&draft).unwrap();
    // Another program knows nothing of drafts and has put a newer token there.
    let newer = r#"{"access_token":"newer","expires_at":1900000000.0,"refresh_token":"AQ","scope":null}"#;
    fs::write(folder.file(), newer).unwrap();
    fs::write(folder.file().with_extension("json.new"), kept).unwrap();
    for _ in 0..2 {
        drop(cache.lock(&key()).await.unwrap());
        assert_eq!(name_in(&cache).await.as_deref(), Some("newer"));
    }
    assert!(!draft.exists());
    cache.remove(&key()).await.unwrap();
    drop(cache.lock(&key()).await.unwrap());
    assert_eq!(name_in(&cache).await, None);
}

#[tokio::test]
async fn half_of_a_file_is_taken_for_nothing_and_cleared_away() {
    let folder = Folder::new("half");
    let cache = FileTokenCache::new(folder.file());
    cache.set(&key(), &token("one")).await.unwrap();
    let half = folder.file().with_extension("json.0123456789abcdef.new");
    fs::write(&half, "{\"version\":1,\"tok").unwrap();
    let others = folder_of(&folder).join("tokens.json.something-else.new");
    fs::write(&others, "not ours").unwrap();
    drop(cache.lock(&key()).await.unwrap());
    assert_eq!(name_in(&cache).await.as_deref(), Some("one"));
    assert!(!half.exists() && others.exists());
}

/// What is done with a cache, or nothing where it takes for ever.
#[cfg(unix)]
fn errors_of(path: PathBuf) -> Vec<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let cache = FileTokenCache::new(path);
        let errors = runtime.block_on(async {
            vec![
                cache.get(&key()).await.err().map(|error| error.to_string()),
                cache.lock(&key()).await.err().map(|error| error.to_string()),
                cache.set(&key(), &token("one")).await.err().map(|error| error.to_string()),
            ]
        });
        sender.send(errors.into_iter().flatten().collect()).unwrap();
    });
    receiver.recv_timeout(Duration::from_secs(60)).expect("it hangs")
}

#[cfg(unix)]
fn make_pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_an_error_and_nothing_hangs() {
    let folder = Folder::new("no-file");
    let base = folder_of(&folder);
    make_pipe(&base.join("pipe"));
    std::os::unix::fs::symlink("pipe", base.join("link-to-pipe")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(base.join("socket")).unwrap();
    fs::create_dir(base.join("folder")).unwrap();
    for (name, kind) in
        [("pipe", "a named pipe"), ("link-to-pipe", "a named pipe"), ("socket", "a socket"), ("folder", "a folder")]
    {
        let errors = errors_of(base.join(name));
        assert!(errors.len() >= 2, "{name}: {errors:?}");
        for error in errors {
            assert!(error.contains(name) && error.contains(kind), "{error}");
        }
    }
    for ending in ["lock", "write"] {
        let pipe = folder.file().with_extension(format!("json.{ending}"));
        let _ = fs::remove_file(&pipe);
        make_pipe(&pipe);
        let errors = errors_of(folder.file());
        assert!(!errors.is_empty() && errors.iter().all(|error| error.contains("a named pipe")), "{errors:?}");
        assert!(errors[0].contains(pipe.file_name().unwrap().to_str().unwrap()), "{errors:?}");
        fs::remove_file(pipe).unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_device_is_read_by_nobody() {
    let error = FileTokenCache::new("/dev/zero").get(&key()).await.unwrap_err().to_string();
    assert!(error.contains("/dev/zero") && error.contains("a device"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_file_that_is_a_symbolic_link_stays_one() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("link");
    let base = folder_of(&folder);
    fs::create_dir(base.join("real")).unwrap();
    symlink("real/hop.json", folder.file()).unwrap();
    symlink("tokens-there.json", base.join("real/hop.json")).unwrap();
    let (cache, direct) =
        (FileTokenCache::new(folder.file()), FileTokenCache::new(base.join("real/tokens-there.json")));
    // First nothing is there, and then something.
    for name in ["one", "two"] {
        let lock = cache.lock(&key()).await.unwrap();
        cache.reserve(&key()).await.unwrap();
        cache.set(&key(), &token(name)).await.unwrap();
        drop(lock);
        assert_eq!((name_in(&cache).await, name_in(&direct).await), (Some(name.to_owned()), Some(name.to_owned())));
    }
    assert_eq!(fs::read_link(folder.file()).unwrap(), Path::new("real/hop.json"));
    assert_eq!(fs::read_link(base.join("real/hop.json")).unwrap(), Path::new("tokens-there.json"));
    assert_eq!(names(&base).into_iter().collect::<Vec<_>>(), ["real", "tokens.json"], "all is written at the target");
    // Who comes by another way meets the same lock.
    let lock = cache.lock(&key()).await.unwrap();
    let other = tokio::time::timeout(Duration::from_millis(100), direct.lock(&key())).await;
    assert!(other.is_err());
    drop(lock);
    symlink("circle.json", base.join("circle.json")).unwrap();
    let error = FileTokenCache::new(base.join("circle.json")).get(&key()).await.unwrap_err().to_string();
    assert!(error.contains("circle"), "{error}");
}

/// The Accounts service and the Web API, without sockets: each refresh gives a new refresh token, if they rotate.
struct Spotify {
    refreshes: Arc<AtomicUsize>,
    rotates: bool,
}

impl HttpClient for Spotify {
    async fn send(&self, request: Request<Bytes>) -> std::result::Result<Response<Body>, HttpError> {
        let body = if request.uri().path() == "/api/token" {
            let number = self.refreshes.fetch_add(1, Ordering::Relaxed) + 1;
            let next = if self.rotates { format!(r#","refresh_token":"refresh-{number}""#) } else { String::new() };
            format!(r#"{{"access_token":"access-{number}","token_type":"Bearer","expires_in":3600{next}}}"#)
        } else {
            r#"{"id":"alma","type":"user","uri":"spotify:user:alma"}"#.to_owned()
        };
        Ok(Response::new(Body::from(body)))
    }
}

/// A cache that can keep nothing for as long as it is told so.
#[derive(Clone, Default)]
struct Full {
    kept: InMemoryTokenCache,
    fails: Arc<AtomicUsize>,
    tries: Arc<AtomicUsize>,
}

impl TokenCache for Full {
    async fn get(&self, key: &TokenKey) -> Result<Option<TokenInfo>, BoxError> {
        self.kept.get(key).await
    }

    async fn set(&self, key: &TokenKey, token: &TokenInfo) -> Result<(), BoxError> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        let left = self.fails.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match left {
            Ok(_) => Err("the table is full".into()),
            Err(_) => self.kept.set(key, token).await,
        }
    }

    async fn remove(&self, key: &TokenKey) -> Result<(), BoxError> {
        self.kept.remove(key).await
    }
}

/// An app whose token has expired, in a cache that keeps nothing from now on.
async fn expired(rotates: bool) -> (AsyncSpotifyClient, Full, AuthorizationCode, Arc<AtomicUsize>) {
    let (cache, refreshes) = (Full::default(), Arc::new(AtomicUsize::new(0)));
    let http = Arc::new(Spotify { refreshes: Arc::clone(&refreshes), rotates });
    let auth = AuthorizationCode::pkce("app", REDIRECT).cache(cache.clone()).http(Arc::clone(&http)).build().unwrap();
    // A name of its own, since those who have the same one renew it in turns.
    let name = format!("refresh-of-{:?}", std::thread::current().id());
    let old = TokenInfo::new(AccessToken::new("old").unwrap(), Timestamp::UNIX_EPOCH).with_refresh_token(name);
    auth.import(old).await.unwrap();
    cache.tries.store(0, Ordering::Relaxed);
    cache.fails.store(usize::MAX, Ordering::Relaxed);
    (AsyncSpotifyClient::builder(auth.clone()).http(http).build().unwrap(), cache, auth, refreshes)
}

#[tokio::test(start_paused = true)]
async fn a_new_refresh_token_that_cannot_be_kept_is_told_used_from_memory_and_kept_as_soon_as_it_can_be() {
    let (client, cache, auth, refreshes) = expired(true).await;
    let stored = || async {
        let key = TokenKey::new("app");
        cache.kept.get(&key).await.unwrap().unwrap().access_token().expose().to_owned()
    };
    let error = me(&client).await.unwrap_err();
    for part in ["the table is full", "new refresh token", "sign in again"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(!error.to_string().contains("refresh-1"), "{error}");
    assert_eq!(cache.tries.load(Ordering::Relaxed), 3, "it was given some chances");
    for _ in 0..3 {
        assert_eq!(me(&client).await.unwrap(), "alma", "the token in memory is used");
    }
    assert_eq!((cache.tries.load(Ordering::Relaxed), refreshes.load(Ordering::Relaxed)), (3, 1));
    tokio::time::advance(Duration::from_secs(11)).await;
    for _ in 0..3 {
        assert_eq!(me(&client).await.unwrap(), "alma");
    }
    assert_eq!(cache.tries.load(Ordering::Relaxed), 4, "it is tried again now and then");
    assert_eq!(stored().await, "old");
    cache.fails.store(0, Ordering::Relaxed);
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!(me(&client).await.unwrap(), "alma");
    assert_eq!(stored().await, "access-1");
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!(me(&client).await.unwrap(), "alma");
    assert_eq!((cache.tries.load(Ordering::Relaxed), refreshes.load(Ordering::Relaxed)), (5, 1));
    assert!(auth.token_info().await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_new_access_token_that_cannot_be_kept_costs_nothing_where_the_refresh_token_stays() {
    let (client, cache, _, refreshes) = expired(false).await;
    for _ in 0..3 {
        assert_eq!(me(&client).await.unwrap(), "alma");
    }
    assert_eq!((cache.tries.load(Ordering::Relaxed), refreshes.load(Ordering::Relaxed)), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_recovers_at_once_is_not_noticed() {
    let (client, cache, _, refreshes) = expired(true).await;
    cache.fails.store(2, Ordering::Relaxed);
    assert_eq!(me(&client).await.unwrap(), "alma");
    assert_eq!((cache.tries.load(Ordering::Relaxed), refreshes.load(Ordering::Relaxed)), (3, 1));
}
