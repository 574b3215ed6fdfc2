//! What comes of a sync, and what it costs.

use std::collections::HashMap;

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::http::Method;
use spotify_sdk::ids::{PlaylistId, SpotifyUri};
use spotify_sdk::playlist_sync::SyncReport;

use crate::support::*;

/// A random list of up to 500 items out of the first `different`.
fn list(rng: &mut fastrand::Rng, different: usize, most: usize) -> Vec<SpotifyUri> {
    let tracks = tracks();
    let different = different.min(tracks.len());
    (0..rng.usize(..=most)).map(|_| tracks[rng.usize(..different)].clone()).collect()
}

/// Checks what the playlist has become, and what the report says of it.
fn check(before: &[Entry], after: &[Entry], wanted: &[SpotifyUri], report: &SyncReport) {
    assert!(after.iter().map(|(uri, _)| uri.as_ref().unwrap()).eq(wanted), "not what is wanted");
    // Of an item that has not too many entries, each keeps its date.
    let count = |list: &mut dyn Iterator<Item = &SpotifyUri>| {
        let mut counts: HashMap<SpotifyUri, usize> = HashMap::new();
        list.for_each(|uri| *counts.entry(uri.clone()).or_default() += 1);
        counts
    };
    let shall = count(&mut wanted.iter());
    let are = count(&mut before.iter().filter_map(|(uri, _)| uri.as_ref()));
    let dates = |entries: &[Entry], uri: &SpotifyUri| {
        let mut dates: Vec<_> =
            entries.iter().filter(|(other, _)| other.as_ref() == Some(uri)).map(|(_, date)| *date).collect();
        dates.sort_unstable();
        dates
    };
    for (uri, are) in &are {
        if shall.get(uri).is_some_and(|shall| shall >= are) {
            assert_eq!(dates(after, uri)[..*are], dates(before, uri), "{uri} lost a date");
        }
    }
    let kept: usize = are.iter().filter(|(uri, are)| shall.get(uri) >= Some(are)).map(|(_, are)| are).sum();
    let plan = &report.plan;
    assert_eq!((plan.kept + plan.moved, plan.added), (kept, wanted.len() - kept));
    assert_eq!(plan.removed, before.len() - kept);
}

/// The requests that the emulator has seen are those that the report counts.
fn check_requests(stage: &Stage, report: &SyncReport) {
    let methods = stage.methods();
    assert_eq!(methods.iter().filter(|method| **method == Method::GET).count(), report.reads);
    assert_eq!(methods.iter().filter(|method| **method != Method::GET).count(), report.writes);
    assert_eq!(report.requests(), methods.len());
    assert_eq!(report.writes, report.plan.steps.len());
    // One for each hundred entries or page of fifty, and a look at the version before and after.
    assert!(report.reads <= 3 + report.plan.entries().max(500).div_ceil(50), "{} to read", report.reads);
}

#[tokio::test]
async fn random_pairs_of_playlists_come_out_exact_and_are_counted() {
    let (mut steps, mut anew) = (0, 0);
    for (seed, quota) in EVERY_QUOTA.into_iter().enumerate() {
        let mut rng = fastrand::Rng::with_seed(seed as u64);
        let stage = Stage::new(quota).await;
        let blocking = stage.blocking();
        for round in 0..6 {
            let different = [40, 400, 4_000][round % 3];
            let (current, wanted) = (list(&mut rng, different, 500), list(&mut rng, different, 500));
            stage.set(&current).await;
            let before = stage.entries().await;
            stage.emulator.clear_requests();
            // One client as well as the other.
            let report = if round % 2 == 0 {
                stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap()
            } else {
                blocking.playlists().sync(&stage.playlist, &wanted).send().unwrap()
            };
            check_requests(&stage, &report);
            check(&before, &stage.entries().await, &wanted, &report);
            assert_eq!(report.snapshot_id, stage.version().await);
            steps += report.writes;
            anew += report.plan.requests_of_replacement();

            // The same once more has nothing to do.
            stage.emulator.clear_requests();
            let again = stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap();
            assert!(again.plan.is_done() && stage.methods().iter().all(|method| *method == Method::GET));
            assert_eq!(again.snapshot_id, report.snapshot_id);
        }
    }
    // Keeping the dates of playlists that have hardly anything to do with each other has its price.
    println!("random pairs: {steps} requests to change, {anew} to write all of them anew");
    assert!(steps <= anew * 40, "{steps} requests, {anew} to write all of them anew");
}

#[tokio::test]
async fn a_few_changes_take_fewer_requests_than_writing_everything_anew() {
    let (mut steps, mut anew) = (0, 0);
    for quota in EVERY_QUOTA {
        let mut rng = fastrand::Rng::with_seed(9);
        let all = tracks();
        let stage = Stage::new(quota).await;
        for _ in 0..3 {
            let (current, fresh) = all.split_at(480);
            let mut wanted = current.to_vec();
            wanted.drain(100..103);
            let moved: Vec<_> = wanted.drain(200..220).collect();
            let place = rng.usize(..wanted.len());
            wanted.splice(place..place, moved);
            wanted.extend_from_slice(&fresh[..20]);
            stage.set(current).await;
            let before = stage.entries().await;
            stage.emulator.clear_requests();
            let report = stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap();
            check_requests(&stage, &report);
            check(&before, &stage.entries().await, &wanted, &report);
            assert_eq!(report.writes, 3, "{report}");
            steps += report.writes;
            anew += report.plan.requests_of_replacement();
        }
    }
    assert!(steps < anew, "{steps} against {anew}");
}

#[tokio::test]
async fn a_short_playlist_is_read_once_and_looked_at_once_more() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::with(quota, &tracks[..5]).await;
        let wanted = [&tracks[4], &tracks[0], &tracks[1], &tracks[2], &tracks[3]];
        let report = stage.client.playlists().sync(&stage.playlist, wanted).await.unwrap();
        assert_eq!(stage.methods(), [Method::GET, Method::PUT, Method::GET]);
        assert_eq!((report.plan.kept, report.plan.moved, report.reads, report.writes), (4, 1, 2, 1));
        let text = report.to_string();
        assert!(text.starts_with("3 requests: 2 to read, 1 to change; now at "), "{text}");
        assert!(text.contains("4 kept, 1 moved, 0 added, 0 removed; 1 step\n   1. move the entry at 4"), "{text}");
    }
}

#[tokio::test]
async fn a_dry_run_plans_the_same_and_sends_no_change() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::with(quota, &tracks[..130]).await;
        let wanted: Vec<_> = tracks[20..150].iter().rev().cloned().collect();
        let (before, version) = (stage.entries().await, stage.version().await);
        stage.emulator.clear_requests();
        let plan = stage.client.playlists().sync(&stage.playlist, &wanted).dry_run().await.unwrap();
        assert_eq!(stage.blocking().playlists().sync(&stage.playlist, &wanted).dry_run().send().unwrap(), plan);
        assert!(!plan.is_done() && plan.snapshot_id == version);
        assert!(stage.methods().iter().all(|method| *method == Method::GET));
        assert_eq!((stage.entries().await, stage.version().await), (before, version));
        let report = stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap();
        assert_eq!(report.plan, plan);
    }
}

#[tokio::test]
async fn a_playlist_is_written_anew_only_where_that_is_allowed_and_cheaper() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::with(quota, &tracks[..250]).await;
        let mut wanted = tracks[..250].to_vec();
        fastrand::Rng::with_seed(4).shuffle(&mut wanted);
        let gentle = stage.client.playlists().sync(&stage.playlist, &wanted).dry_run().await.unwrap();
        assert!(!gentle.rewrites && gentle.renewed == 0 && gentle.steps.len() > 100);
        let report = stage.client.playlists().sync(&stage.playlist, &wanted).allow_rewrite().await.unwrap();
        assert!(report.plan.rewrites && report.writes == 6 && report.plan.renewed == 250);
        assert_eq!(stage.uris().await, wanted);

        wanted.swap(3, 200);
        let report = stage.client.playlists().sync(&stage.playlist, &wanted).allow_rewrite().await.unwrap();
        assert!(!report.plan.rewrites && report.writes == 1 || report.writes == 2);
        assert_eq!(stage.uris().await, wanted);
    }
}

#[tokio::test]
async fn an_empty_playlist_is_filled_and_a_full_one_emptied() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::new(quota).await;
        let wanted = tracks[..230].to_vec();
        let report = stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap();
        assert_eq!((report.writes, stage.uris().await == wanted), (3, true));
        let nothing: [&str; 0] = [];
        let report = stage.client.playlists().sync(&stage.playlist, nothing).await.unwrap();
        assert_eq!((report.writes, stage.uris().await.len()), (3, 0));
        assert!(stage.client.playlists().sync(&stage.playlist, nothing).await.unwrap().plan.is_done());
    }
}

#[tokio::test]
async fn urls_ids_and_episodes_are_taken_as_they_come() {
    for quota in EVERY_QUOTA {
        let stage = Stage::new(quota).await;
        let track = tracks()[0].clone();
        let link = format!("https://open.spotify.com/track/{}?si=1", track.id().unwrap());
        let episode =
            spotify_emulator::catalog::Catalog::bundled().shows.iter().flat_map(|show| &show.episodes).next().unwrap();
        let episode = format!("spotify:episode:{}", episode.id.as_str());
        stage.client.playlists().sync(&stage.playlist, [link, episode.clone()]).await.unwrap();
        let uris = stage.uris().await;
        assert!(uris[0] == track && uris[1] == episode.as_str());
        // An episode is found again as what it is.
        let again = [uris[1].clone(), uris[0].clone()];
        let report = stage.client.playlists().sync(&stage.playlist, &again).await.unwrap();
        assert_eq!((report.plan.kept, report.plan.moved, report.plan.added), (1, 1, 0));
    }
}

/// The playlist of the emulator's first user that has local files and withdrawn tracks.
async fn odd(quota: Quota) -> (Stage, Vec<Entry>) {
    let emulator = Emulator::builder().quota(quota).start().unwrap();
    let client = client(&emulator);
    let all = client.playlists().get_for_current_user().limit(50).await.unwrap();
    let odd = all.items.iter().find(|playlist| playlist.name == "Odds and Ends").unwrap();
    let playlist: PlaylistId = odd.id.clone().unwrap();
    let stage = Stage { emulator, client, playlist };
    let entries = stage.entries().await;
    (stage, entries)
}

#[tokio::test]
async fn local_files_and_withdrawn_tracks_stay_and_move() {
    for quota in EVERY_QUOTA {
        let (stage, before) = odd(quota).await;
        let mut wanted: Vec<_> = before.iter().filter_map(|(uri, _)| uri.clone()).collect();
        wanted.reverse();
        assert!(wanted.iter().any(SpotifyUri::is_local));
        stage.emulator.clear_requests();
        let refused = stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap_err();
        assert!(refused.to_string().contains("3 of its entries"), "{refused}");
        assert!(stage.methods().iter().all(|method| *method == Method::GET));

        let as_text = wanted.iter().map(SpotifyUri::to_string);
        let report = stage.client.playlists().sync(&stage.playlist, as_text).keep_unavailable().await.unwrap();
        let after = stage.entries().await;
        assert!(after.iter().filter_map(|(uri, _)| uri.as_ref()).eq(&wanted));
        assert_eq!((report.plan.added, report.plan.removed), (0, 0));
        let sorted = |entries: &[Entry]| {
            let mut entries = entries.to_vec();
            entries.sort();
            entries
        };
        assert_eq!(sorted(&after), sorted(&before));

        // Local files go, too.
        wanted.retain(|uri| !uri.is_local());
        stage.client.playlists().sync(&stage.playlist, &wanted).keep_unavailable().await.unwrap();
        assert!(stage.entries().await.iter().filter_map(|(uri, _)| uri.as_ref()).eq(&wanted));
    }
}
