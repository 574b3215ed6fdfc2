//! Someone else changes the playlist meanwhile: an error, and nothing of theirs is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use spotify_emulator::{Emulator, Fault, FaultRule};
use spotify_sdk::Error;
use spotify_sdk::error::PlaylistChangedError;
use spotify_sdk::http::Method;
use spotify_sdk::ids::SpotifyUri;

use crate::support::*;

fn changed<T: std::fmt::Debug>(result: spotify_sdk::Result<T>) -> PlaylistChangedError {
    match result.unwrap_err() {
        Error::PlaylistChanged(changed) => *changed,
        other => panic!("{other}"),
    }
}

/// What is wanted takes a removal, two additions and some moves.
fn wanted() -> (Vec<SpotifyUri>, Vec<SpotifyUri>, SpotifyUri) {
    let tracks = tracks();
    let current = tracks[..60].to_vec();
    let mut wanted: Vec<_> = tracks[5..60].to_vec();
    wanted.splice(30..30, tracks[60..64].iter().cloned());
    wanted.insert(10, tracks[64].clone());
    wanted[40..50].reverse();
    (current, wanted, tracks[70].clone())
}

/// What someone else does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Theirs {
    Add,
    Remove,
    Move,
}

#[tokio::test]
async fn a_change_between_any_two_requests_is_an_error_and_stays() {
    let (current, wanted, added) = wanted();
    let removed = current[50].clone();
    for (quota, theirs) in [
        (EVERY_QUOTA[0], Theirs::Add),
        (EVERY_QUOTA[1], Theirs::Add),
        (EVERY_QUOTA[0], Theirs::Remove),
        (EVERY_QUOTA[1], Theirs::Move),
    ] {
        let stage = Stage::with(quota, &current).await;
        let steps = stage.client.playlists().sync(&stage.playlist, &wanted).dry_run().await.unwrap().steps.len();
        assert!(steps > 5);
        for at in 0..steps {
            stage.set(&current).await;
            let (other, playlist) = (stage.client.clone(), stage.playlist.clone());
            let (theirs_added, theirs_removed) = (added.clone(), removed.clone());
            let meddling = stage.watched(move |writes, request| {
                (is_write(request) && writes == at).then(|| {
                    let (playlists, playlist) = (other.playlists(), playlist.clone());
                    let (added, removed) = (theirs_added.clone(), theirs_removed.clone());
                    Box::pin(async move {
                        let done = match theirs {
                            Theirs::Add => playlists.add_items(&playlist, [&added]).position(3).await,
                            Theirs::Remove => playlists.remove_items(&playlist, [&removed]).await,
                            Theirs::Move => playlists.reorder_items(&playlist, 20, 8).range_length(3).await,
                        };
                        drop(done.unwrap());
                    }) as _
                })
            });
            let error = changed(meddling.playlists().sync(&stage.playlist, &wanted).await);
            // Noticed by the answer of the very step before which it came.
            assert_eq!((error.steps_done, error.steps), (at + 1, steps), "{theirs:?}");
            assert_eq!((&error.playlist, &error.found), (&stage.playlist, &stage.version().await));
            let text = Error::PlaylistChanged(Box::new(error)).to_string();
            assert!(text.contains("changed by another program") && text.contains("steps were done"), "{text}");
            let uris = stage.uris().await;
            assert_eq!(uris.contains(&added), theirs == Theirs::Add);
            assert_eq!(uris.contains(&removed), theirs != Theirs::Remove);
            let stay = wanted.iter().filter(|uri| current.contains(uri) && **uri != removed);
            assert!(stay.into_iter().all(|uri| uris.contains(uri)), "lost");

            // The caller decides, and goes on.
            stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap();
            assert_eq!(stage.uris().await, wanted);
        }
    }
}

#[tokio::test]
async fn a_change_while_the_playlist_is_read_is_an_error_before_anything_is_changed() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::with(quota, &tracks[..230]).await;
        let (other, playlist, theirs) = (stage.client.clone(), stage.playlist.clone(), tracks[300].clone());
        let met = AtomicBool::new(false);
        let meddling = stage.watched(move |_, request| {
            let is_second_page = request.uri().path().ends_with("/items") && !met.swap(true, Ordering::Relaxed);
            is_second_page.then(|| {
                let add = other.playlists().add_items(&playlist, [&theirs]).position(0);
                Box::pin(async move { drop(add.await.unwrap()) }) as _
            })
        });
        let error = changed(meddling.playlists().sync(&stage.playlist, &tracks[10..230]).await);
        assert_eq!((error.steps_done, error.steps), (0, 0));
        let writes = stage.methods().into_iter().filter(|method| *method != Method::GET);
        assert_eq!(writes.collect::<Vec<_>>(), [Method::POST], "theirs alone");
        assert_eq!(stage.uris().await.len(), 231);
    }
}

#[tokio::test]
async fn a_playlist_at_another_version_than_the_caller_saw_is_left_alone() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::with(quota, &tracks[..3]).await;
        let seen = stage.version().await;
        let theirs = stage.client.playlists().add_items(&stage.playlist, [&tracks[9]]).await.unwrap();
        stage.emulator.clear_requests();
        let sync = || stage.client.playlists().sync(&stage.playlist, [&tracks[0]]);
        for error in [sync().snapshot_id(&seen).await.map(drop), sync().snapshot_id(&seen).dry_run().await.map(drop)] {
            let error = changed(error);
            assert_eq!((error.expected, error.found, error.steps_done), (seen.clone(), theirs.clone(), 0));
        }
        let error = stage.blocking().playlists().sync(&stage.playlist, [&tracks[0]]).snapshot_id(&seen).send();
        let error = Error::PlaylistChanged(Box::new(changed(error)));
        assert!(error.hint().unwrap().contains("sync") && !error.is_retryable());
        assert!(error.to_string().contains("nothing was done"), "{error}");
        assert!(stage.methods().iter().all(|method| *method == Method::GET));
        assert_eq!(sync().snapshot_id(&theirs).await.unwrap().plan.removed, 3);
    }
}

#[tokio::test]
async fn a_new_name_is_no_change_of_the_entries() {
    for quota in EVERY_QUOTA {
        let (current, wanted, _) = wanted();
        let stage = Stage::with(quota, &current).await;
        let (other, playlist) = (stage.client.clone(), stage.playlist.clone());
        // Before every one of the changes, so that the versions never count as they should.
        let meddling = stage.watched(move |writes, request| {
            is_write(request).then(|| {
                let rename = other.playlists().change_details(&playlist).name(format!("Renamed {writes}"));
                Box::pin(async move { rename.await.unwrap() }) as _
            })
        });
        let report = meddling.playlists().sync(&stage.playlist, &wanted).await.unwrap();
        assert_eq!(stage.uris().await, wanted);
        assert_eq!(report.snapshot_id, stage.version().await);
    }
}

#[tokio::test]
async fn a_change_that_undoes_its_trace_in_the_versions_is_found_by_reading() {
    // The versions do not count, as they may not at Spotify either.
    for quota in EVERY_QUOTA {
        let (current, wanted, theirs) = wanted();
        let stage = Stage::with(quota, &current).await;
        let (other, playlist) = (stage.client.clone(), stage.playlist.clone());
        let meddling = stage.watched(move |writes, request| {
            is_write(request).then(|| {
                let (other, playlist, theirs) = (other.clone(), playlist.clone(), theirs.clone());
                Box::pin(async move {
                    if writes == 4 {
                        drop(other.playlists().add_items(&playlist, [&theirs]).await.unwrap());
                    } else {
                        other.playlists().change_details(&playlist).name("Renamed").await.unwrap();
                    }
                }) as _
            })
        });
        let error = changed(meddling.playlists().sync(&stage.playlist, &wanted).await);
        assert_eq!(error.steps_done, error.steps, "seen at the end");
        assert_eq!(stage.uris().await.len(), wanted.len() + 1);
    }
}

/// Lets the emulator show an older version of the playlist than there is, as Spotify does for a while.
fn show_old_version(emulator: &Emulator, version: &str, times: usize) {
    let body = format!(r#"{{"snapshot_id":"{version}"}}"#);
    let fault = Fault::status(200).header("content-type", "application/json").body(body);
    emulator.faults().add(FaultRule::new(fault).method("GET").path("/playlists/*").times(times));
}

#[tokio::test]
async fn an_own_version_that_spotify_still_shows_is_not_taken_for_anothers() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::with(quota, &tracks[..4]).await;
        let old = stage.version().await;
        let (emulator, shown) = (Arc::new(stage.emulator.faults()), old.clone());
        let watching = stage.watched(move |_, request| {
            if is_write(request) {
                let body = format!(r#"{{"snapshot_id":"{shown}"}}"#);
                emulator.add(FaultRule::new(Fault::status(200).body(body)).method("GET").times(1));
            }
            None
        });
        let wanted = [&tracks[3], &tracks[0], &tracks[1], &tracks[2]];
        let report = watching.playlists().sync(&stage.playlist, wanted).await.unwrap();
        assert_eq!(stage.emulator.faults().pending(), 0);
        assert_eq!(report.snapshot_id, stage.version().await);
        assert_ne!(report.snapshot_id, old);
        assert!(stage.uris().await.iter().eq(wanted));
    }
}

#[tokio::test]
async fn a_version_that_spotify_does_not_show_yet_is_waited_for() {
    let tracks = tracks();
    let stage = Stage::with(EVERY_QUOTA[0], &tracks[..4]).await;
    let old = stage.version().await;
    let new = stage.client.playlists().add_items(&stage.playlist, [&tracks[4]]).await.unwrap();
    show_old_version(&stage.emulator, &old, 1);
    // An answer with a version alone has no entries: they are read by pages, and the version again.
    let sync = stage.client.playlists().sync(&stage.playlist, [&tracks[4]]).snapshot_id(&new);
    assert_eq!(sync.await.unwrap().plan.kept, 1);
    assert_eq!(stage.uris().await, tracks[4..5]);
}
