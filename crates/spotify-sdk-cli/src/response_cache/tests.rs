use std::fs;
use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::cache::contract;
use tempfile::TempDir;

use super::entry::{Entry, Span};
use super::{CacheUse, FileCacheStore};

const MIB: u64 = 1024 * 1024;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn new_store(max_bytes: u64) -> (FileCacheStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (FileCacheStore::new(folder.path().join("responses"), max_bytes), folder)
}

/// A store with a clock that is ahead by so many seconds.
fn with_clock(max_bytes: u64) -> (FileCacheStore, Arc<AtomicU64>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let ahead = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&ahead);
    let now = move || SystemTime::now() + Duration::from_secs(clock.load(Ordering::SeqCst));
    (FileCacheStore::with_clock(folder.path().join("responses"), max_bytes, now), ahead, folder)
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn stored(folder: &Path) -> Vec<PathBuf> {
    files(&folder.join("responses/owners"))
}

#[test]
fn the_store_keeps_the_contract() {
    let (store, _folder) = new_store(MIB);
    block_on(contract::check(&store));
    block_on(contract::check(&store));
}

#[test]
fn a_response_is_dropped_at_the_end_of_its_life() {
    let (store, ahead, folder) = with_clock(MIB);
    block_on(contract::check_life(&store, |wait| {
        ahead.fetch_add(wait.as_secs() + 1, Ordering::SeqCst);
        ready(())
    }));
    assert_eq!(stored(folder.path()), Vec::<PathBuf>::new(), "nothing is left of it");
}

#[test]
fn what_nobody_asks_for_any_more_is_removed_after_its_life() {
    let (store, ahead, folder) = with_clock(MIB);
    block_on(contract::check(&store));
    assert!(!stored(folder.path()).is_empty());
    store.tidy().unwrap();
    assert!(!stored(folder.path()).is_empty(), "its life has not passed");
    ahead.store(2 * 24 * 60 * 60, Ordering::SeqCst);
    store.tidy().unwrap();
    assert_eq!(stored(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn stores_over_one_folder_keep_the_contract_side_by_side() {
    let (store, folder) = new_store(4 * MIB);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let store = FileCacheStore::new(folder.path().join("responses"), 4 * MIB);
            scope.spawn(move || block_on(contract::check(&store)));
        }
    });
    block_on(contract::check(&store));
}

#[test]
fn the_bound_holds_however_much_is_stored() {
    let (store, _folder) = new_store(MIB / 2);
    for _ in 0..20 {
        // Where anything may be dropped, so may what a check is about to look for.
        let _ = std::panic::catch_unwind(AssertUnwindSafe(|| block_on(contract::check(&store))));
        let held = store.held();
        assert!(held.responses > 0 && held.bytes <= MIB / 2, "{held:?}");
    }
}

#[test]
fn what_is_larger_than_the_bound_is_not_stored() {
    let (store, folder) = new_store(64 * 1024);
    let _ = std::panic::catch_unwind(AssertUnwindSafe(|| block_on(contract::check(&store))));
    assert_eq!(stored(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_smaller_store_over_the_same_folder_drops_the_oldest() {
    let (store, ahead, folder) = with_clock(MIB);
    block_on(contract::check(&store));
    let before: Vec<PathBuf> = stored(folder.path());
    ahead.store(60, Ordering::SeqCst);
    block_on(contract::check(&store));
    let (all, size) = (stored(folder.path()), store.held().bytes);
    let newer = all.iter().filter(|path| !before.contains(path)).count();
    assert!(newer > 0 && newer < all.len());
    let smaller = FileCacheStore::new(folder.path().join("responses"), size * 3 / 4);
    fs::remove_file(folder.path().join("responses/size")).unwrap();
    smaller.tidy().unwrap();
    let left = stored(folder.path());
    assert!(smaller.held().bytes <= size * 3 / 4 && left.len() < all.len());
    assert_eq!(left.iter().filter(|path| !before.contains(path)).count(), newer, "the older ones are dropped first");
}

#[test]
fn what_is_damaged_or_lost_is_no_response_and_no_obstacle() {
    let (store, folder) = new_store(MIB);
    block_on(contract::check(&store));
    for damage in [&b""[..], b"spcache1", &[0; 16], &[0xff; 300]] {
        for file in files(folder.path()) {
            fs::write(file, damage).unwrap();
        }
        block_on(contract::check(&store));
    }
    fs::remove_dir_all(folder.path().join("responses")).unwrap();
    block_on(contract::check(&store));
    store.clear().unwrap();
    assert_eq!((stored(folder.path()), store.held().bytes), (Vec::new(), 0));
    block_on(contract::check(&store));
}

#[cfg(unix)]
#[test]
fn folders_and_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (store, folder) = new_store(MIB);
    block_on(contract::check(&store));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let all = files(&folder.path().join("responses"));
    assert!(all.len() > 10);
    for file in all {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().unwrap()), 0o700, "{}", file.display());
    }
}

#[test]
fn words_for_the_use_of_the_cache() {
    let fresh_for = |seconds| Ok(CacheUse::FreshFor(Duration::from_secs(seconds)));
    for (text, used) in [
        ("on", Ok(CacheUse::Revalidate)),
        ("off", Ok(CacheUse::Off)),
        ("90s", fresh_for(90)),
        ("30m", fresh_for(1800)),
        ("1h", fresh_for(3600)),
        ("1d", fresh_for(86_400)),
    ] {
        assert_eq!(text.parse(), used);
    }
    for text in ["", "1", "h", "-1h", "1.5h", "25h", "99999999999999999999h", "1 h", "é"] {
        assert!(text.parse::<CacheUse>().is_err(), "{text}");
    }
}

/// The file of a response that the contract has stored, with its key.
fn a_file() -> (Bytes, [u8; 32]) {
    let (store, folder) = new_store(MIB);
    block_on(contract::check(&store));
    let path = stored(folder.path()).into_iter().next().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let byte = |at: usize| u8::from_str_radix(&name[2 * at..2 * at + 2], 16).unwrap();
    (fs::read(path).unwrap().into(), std::array::from_fn(byte))
}

#[test]
fn an_entry_is_read_as_it_was_written_and_under_its_own_key_alone() {
    let (bytes, key) = a_file();
    let entry = Entry::from_bytes(&bytes, &key).unwrap();
    assert_eq!(entry.to_bytes(&key), bytes);
    assert_eq!(Span::of(&bytes), Some(entry.span));
    assert!(Entry::from_bytes(&bytes, &[7; 32]).is_none());
    for at in 0..bytes.len() {
        let mut damaged = bytes.to_vec();
        damaged[at] ^= 1;
        assert!(Entry::from_bytes(&damaged.into(), &key).is_none(), "{at}");
        assert!(Entry::from_bytes(&bytes.slice(..at), &key).is_none(), "{at}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let magic = [&b"spcache1"[..], &bytes].concat();
        prop_assert!(Entry::from_bytes(&bytes.into(), &[0; 32]).is_none());
        prop_assert!(Entry::from_bytes(&Bytes::from(magic.clone()), &[0; 32]).is_none());
        if let Some(span) = Span::of(&magic) {
            let _ = span.has(SystemTime::now());
        }
    }
}
