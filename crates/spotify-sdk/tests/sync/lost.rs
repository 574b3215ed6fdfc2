//! Answers that are lost: what was done is found out by looking, and nothing is done twice.

use std::time::Duration;

use spotify_emulator::{Fault, FaultRule};
use spotify_sdk::Error;
use spotify_sdk::http::Method;

use crate::support::*;

/// Faults of a change that is not carried out, and of one that is though nobody is told.
fn faults() -> [(Fault, bool); 5] {
    [
        (Fault::reset(), false),
        (Fault::status(502), false),
        (Fault::truncate(0), true),
        (Fault::default().body("not JSON"), true),
        (Fault::status(503).body("<html>"), false),
    ]
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_made_once() {
    let tracks = tracks();
    let stage = Stage::new(EVERY_QUOTA[0]).await;
    for (method, wanted) in
        [(Method::PUT, vec![3, 0, 1, 2]), (Method::POST, vec![0, 1, 4, 2, 3]), (Method::DELETE, vec![0, 2, 3])]
    {
        for (fault, is_done) in faults() {
            stage.set(&tracks[..4]).await;
            let before = stage.entries().await;
            stage.emulator.clear_requests();
            stage.emulator.faults().add(FaultRule::new(fault).method(method.as_str()).times(1));
            let wanted: Vec<_> = wanted.iter().map(|index: &usize| tracks[*index].clone()).collect();
            let report = stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap();
            assert_eq!(report.plan.steps.len(), 1);
            let writes = stage.methods().into_iter().filter(|method| *method != Method::GET).count();
            assert_eq!((writes, report.writes), if is_done { (1, 1) } else { (2, 2) });
            assert_eq!(stage.uris().await, wanted);
            let after = stage.entries().await;
            assert!(
                before.iter().filter(|entry| wanted.contains(entry.0.as_ref().unwrap())).all(|e| after.contains(e))
            );
        }
    }
}

#[tokio::test]
async fn one_that_is_never_answered_ends_the_sync_and_another_goes_on() {
    let tracks = tracks();
    let stage = Stage::with(EVERY_QUOTA[1], &tracks[..4]).await;
    stage.emulator.faults().add(FaultRule::new(Fault::reset()).method("PUT"));
    let wanted = [&tracks[3], &tracks[9], &tracks[0], &tracks[1], &tracks[2]];
    let error = stage.client.playlists().sync(&stage.playlist, wanted).max_retries(1).await.unwrap_err();
    assert!(matches!(error, Error::Connection(_)), "{error}");
    assert_eq!(stage.uris().await.len(), 5, "what was added before stays");
    stage.emulator.faults().clear();
    let report = stage.client.playlists().sync(&stage.playlist, wanted).await.unwrap();
    assert_eq!((report.plan.added, report.writes), (0, 1));
    assert!(stage.uris().await.iter().eq(wanted));
}

#[tokio::test]
async fn a_change_of_another_beside_a_lost_answer_is_an_error() {
    let tracks = tracks();
    let stage = Stage::with(EVERY_QUOTA[0], &tracks[..4]).await;
    stage.emulator.faults().add(FaultRule::new(Fault::reset()).method("PUT").times(1));
    let (other, playlist, theirs) = (stage.client.clone(), stage.playlist.clone(), tracks[20].clone());
    let meddling = stage.watched(move |writes, request| {
        (writes == 0 && is_write(request)).then(|| {
            let add = other.playlists().add_items(&playlist, [&theirs]);
            Box::pin(async move { drop(add.await.unwrap()) }) as _
        })
    });
    let result = meddling.playlists().sync(&stage.playlist, [&tracks[3], &tracks[0], &tracks[1], &tracks[2]]).await;
    match result.unwrap_err() {
        Error::PlaylistChanged(error) => assert_eq!((error.steps_done, error.steps), (0, 1)),
        other => panic!("{other}"),
    }
    assert_eq!(stage.uris().await, [&tracks[..4], &tracks[20..21]].concat());
}

#[tokio::test]
async fn the_rate_limit_is_waited_for_and_an_impatient_sync_says_so() {
    let tracks = tracks();
    let stage = Stage::with(EVERY_QUOTA[0], &tracks[..4]).await;
    let limited = || Fault::status(429).header("retry-after", "0");
    stage.emulator.faults().add(FaultRule::new(limited()).method("PUT").times(2));
    let wanted = [&tracks[3], &tracks[0], &tracks[1], &tracks[2]];
    let report = stage
        .client
        .playlists()
        .sync(&stage.playlist, wanted)
        .priority(spotify_sdk::Priority::Background)
        .await
        .unwrap();
    assert_eq!(report.writes, 1, "the client's own retries are not counted");

    stage.emulator.faults().fail_next(1, Fault::status(429).header("retry-after", "5"));
    let sync = stage.client.playlists().sync(&stage.playlist, [&tracks[0]]).max_retry_wait(Duration::from_secs(1));
    assert!(matches!(sync.await.unwrap_err(), Error::RateLimit(_)));
}

/// Removals that name a version fail, so often; what is done between, and how many requests there are in the end.
fn failing_removals(
    stage: &Stage,
    times: usize,
    meddle: impl Fn(usize) -> Option<spotify_sdk::BoxFuture<'static, ()>> + Send + Sync + 'static,
) -> spotify_sdk::AsyncSpotifyClient {
    let faults = stage.emulator.faults();
    stage.watched(move |writes, request| {
        let names_version = request.body().windows(11).any(|word| word == b"snapshot_id");
        if *request.method() == Method::DELETE && names_version && writes < times {
            faults.add(FaultRule::new(Fault::status(502)).method("DELETE").times(1));
        }
        if is_write(request) { meddle(writes) } else { None }
    })
}

#[tokio::test]
async fn a_removal_that_fails_while_it_names_a_version_is_made_without_one() {
    for quota in EVERY_QUOTA {
        let tracks = tracks();
        let stage = Stage::with(quota, &tracks[..4]).await;
        let client = failing_removals(&stage, usize::MAX, |_| None);
        let report = client.playlists().sync(&stage.playlist, [&tracks[1], &tracks[3]]).max_retries(2).await.unwrap();
        assert_eq!(report.writes, 3, "{report}");
        assert_eq!(stage.uris().await, [tracks[1].clone(), tracks[3].clone()]);
        assert_eq!(report.snapshot_id, stage.version().await);
        let requests = stage.emulator.take_requests();
        let removals: Vec<bool> = requests
            .iter()
            .filter(|request| request.method == Method::DELETE)
            .map(|request| request.body.windows(11).any(|word| word == b"snapshot_id"))
            .collect();
        assert_eq!(removals, [true, true, false]);
        // It is read right before, and after.
        let last = requests.iter().rposition(|request| request.method == Method::DELETE).unwrap();
        assert!(requests[last - 1].method == Method::GET && requests[last + 1].method == Method::GET);
    }
}

#[tokio::test]
async fn a_removal_is_not_tried_without_a_version_where_someone_else_was_there_or_nothing_is_to_be_tried_again() {
    let tracks = tracks();
    let stage = Stage::with(EVERY_QUOTA[0], &tracks[..4]).await;
    let client = failing_removals(&stage, usize::MAX, |_| None);
    let error = client.playlists().sync(&stage.playlist, [&tracks[1]]).max_retries(0).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error}");
    assert_eq!(stage.uris().await, tracks[..4]);

    let (other, playlist, theirs) = (stage.client.clone(), stage.playlist.clone(), tracks[0].clone());
    let client = failing_removals(&stage, usize::MAX, move |writes| {
        (writes == 1).then(|| {
            let add = other.playlists().add_items(&playlist, [&theirs]);
            Box::pin(async move { drop(add.await.unwrap()) }) as _
        })
    });
    let error = client.playlists().sync(&stage.playlist, [&tracks[1]]).max_retries(2).await.unwrap_err();
    assert!(matches!(error, Error::PlaylistChanged(_)), "{error}");
    assert_eq!(stage.uris().await.len(), 5, "what the other has added stays, and so does the rest");
}

#[tokio::test]
async fn a_step_whose_answer_names_no_version_is_done_and_the_sync_goes_on() {
    let tracks = tracks();
    for quota in EVERY_QUOTA {
        for body in ["", "{}", "null", r#"{"snapshot_id":null}"#] {
            let stage = Stage::with(quota, &tracks[..6]).await;
            for method in ["POST", "PUT", "DELETE"] {
                stage.emulator.faults().add(FaultRule::new(Fault::default().body(body)).method(method));
            }
            let wanted: Vec<_> = [7, 3, 0, 8, 5].map(|index: usize| tracks[index].clone()).to_vec();
            let report = stage.client.playlists().sync(&stage.playlist, &wanted).await.unwrap();
            assert!(report.plan.steps.len() > 2, "{}", report.plan);
            assert_eq!(report.writes, report.plan.steps.len(), "{body}");
            assert_eq!(stage.uris().await, wanted, "{body}");
            assert!(!report.snapshot_id.is_empty());
        }
    }
}

#[tokio::test]
async fn a_sync_whose_quota_is_used_up_ends_at_once_and_goes_on_from_there_another_day() {
    let tracks = tracks();
    let stage = Stage::with(EVERY_QUOTA[0], &tracks[..4]).await;
    let body = r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#;
    let exceeded = Fault::status(429).header("retry-after", "50000").body(body);
    stage.emulator.faults().add(FaultRule::new(exceeded).method("PUT").times(1));
    let wanted = || [&tracks[3], &tracks[1], &tracks[2], &tracks[0]];
    for _ in 0..2 {
        let sync = stage.client.playlists().sync(&stage.playlist, wanted()).max_retry_wait(Duration::MAX);
        let error = sync.await.unwrap_err();
        assert!(matches!(error, Error::QuotaExceeded(_)) && !error.is_retryable(), "{error}");
    }
    let writes = stage.emulator.requests().iter().filter(|request| request.method == Method::PUT).count();
    assert_eq!(writes, 1);
    client(&stage.emulator).playlists().sync(&stage.playlist, wanted()).await.unwrap();
    assert!(stage.uris().await.iter().eq(wanted()));
}
