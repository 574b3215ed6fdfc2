//! The status of a fleet, while its processes send requests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::redis::RedisServer;
use spotify_sdk::operation::{self, OperationInfo};
use spotify_sdk::rate_limit::{AcquireRequest, Completion, RateLimiter};
use spotify_sdk_redis::{Fleet, FleetBudget, FleetProbe, FleetStatus, RedisRateLimiter};

fn album() -> &'static OperationInfo {
    operation::find("albums.get").unwrap()
}

fn artist() -> &'static OperationInfo {
    operation::find("artists.get").unwrap()
}

async fn send(limiter: &RedisRateLimiter, operation: &'static OperationInfo, completion: Completion) {
    let mut permit = limiter.acquire(AcquireRequest::new(operation)).await.unwrap();
    permit.mark_sent();
    permit.complete(completion);
}

/// The status as soon as the processes have told so much.
async fn status_where(fleet: &Fleet, client_id: &str, is_so: impl Fn(&FleetStatus) -> bool) -> FleetStatus {
    for _ in 0..600 {
        let status = fleet.status(client_id).await.unwrap();
        if is_so(&status) {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:#?}", fleet.status(client_id).await.unwrap());
}

#[tokio::test]
async fn the_status_has_the_processes_their_requests_and_their_budget() {
    let server = RedisServer::start();
    let web = Fleet::builder(server.url()).name("web").rate_budget(50).connect().await.unwrap();
    let worker = Fleet::builder(server.url()).name("worker").connect().await.unwrap();
    let (web_limiter, worker_limiter) = (web.rate_limiter("app"), worker.rate_limiter("app"));
    for _ in 0..3 {
        send(&web_limiter, album(), Completion::Success).await;
        send(&worker_limiter, artist(), Completion::Success).await;
    }
    send(&worker_limiter, album(), Completion::Success).await;

    let observer = Fleet::connect(server.url()).await.unwrap();
    let is_settled =
        |status: &FleetStatus| status.quota.requests == 7 && status.sent == 7 && status.waiting.total() == 0;
    let status = status_where(&observer, "app", is_settled).await;
    assert_eq!(status.client_id, "app");
    assert_eq!(status.account, None);
    assert_eq!(status.window, Duration::from_secs(30));
    let names: Vec<_> = status.members.iter().map(|member| member.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["web", "worker"]);
    for member in &status.members {
        assert_eq!(member.pid, Some(std::process::id()));
        assert_eq!(member.version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
        assert!(member.host.is_some() && member.started.is_some());
        assert!(member.last_step <= status.at);
        assert!(member.sent >= 3, "{member:?}");
    }
    assert_eq!(status.members.iter().map(|member| member.sent).sum::<u32>(), status.sent);
    let budget = status.budget.unwrap();
    assert_eq!((budget.requests, budget.is_learned, budget.since), (50, false, None));
    assert_eq!((status.waiting_until, status.probe, status.waiting.total()), (None, None, 0));
    let operations = status.quota.operations.iter();
    let operations: Vec<_> =
        operations.map(|one| (one.operation.as_str(), one.requests, one.requests_last_hour)).collect();
    assert_eq!(operations, [("albums.get", 4, 4), ("artists.get", 3, 3)]);
    assert_eq!(status.quota.requests_last_hour, 7);
    drop((web_limiter, worker_limiter));
}

#[tokio::test]
async fn the_status_counts_what_is_in_flight_and_who_waits() {
    let server = RedisServer::start();
    let fleet = Fleet::builder(server.url()).rate_budget(1).connect().await.unwrap();
    let limiter = fleet.rate_limiter("app");
    let mut permit = limiter.acquire(AcquireRequest::new(album())).await.unwrap();
    permit.mark_sent();
    let waiting = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.acquire(AcquireRequest::new(album())).await.map(drop) }
    });
    let status = status_where(&fleet, "app", |status| status.waiting.interactive == 1).await;
    assert_eq!((status.members[0].in_flight, status.members[0].waiting_calls), (1, 1));
    assert_eq!((status.waiting.prefetch, status.waiting.background, status.waiting.total()), (0, 0, 1));
    waiting.abort();
    permit.complete(Completion::Success);
}

#[tokio::test]
async fn the_status_says_how_long_spotify_lets_the_fleet_wait_and_that_a_probe_comes_then() {
    let server = RedisServer::start();
    let fleet = Fleet::connect(server.url()).await.unwrap();
    let limiter = fleet.rate_limiter("app");
    for _ in 0..20 {
        send(&limiter, album(), Completion::Success).await;
    }
    send(&limiter, album(), Completion::RateLimited { wait: Duration::from_secs(3000) }).await;
    let status = status_where(&fleet, "app", |status| status.waiting_until.is_some()).await;
    assert!(status.waiting_until.unwrap() > status.at);
    assert_eq!(status.probe, Some(FleetProbe::Due));
    let Some(FleetBudget { requests: 20, is_learned: true, since: Some(since), .. }) = status.budget else {
        panic!("{status:#?}")
    };
    assert!(since <= status.at);
}

#[tokio::test]
async fn apps_of_one_account_share_a_quota_and_its_refusals() {
    let server = RedisServer::start();
    let fleet = Fleet::builder(server.url()).account("studio").connect().await.unwrap();
    let (one, two) = (fleet.rate_limiter("one"), fleet.rate_limiter("two"));
    send(&one, album(), Completion::Success).await;
    send(&two, artist(), Completion::QuotaExceeded { retry_after: Some(Duration::from_secs(7200)) }).await;
    send(&two, album(), Completion::QuotaExceeded { retry_after: None }).await;
    let is_refused = |status: &FleetStatus| {
        status.quota.requests == 3 && status.quota.operations.iter().all(|one| one.refused.is_some())
    };
    let status = status_where(&fleet, "one", is_refused).await;
    assert_eq!(status.account.as_deref(), Some("studio"));
    let [albums, artists] = &*status.quota.operations else { panic!("{status:#?}") };
    let (albums, artists) = (albums.refused.clone().unwrap(), artists.refused.clone().unwrap());
    assert_eq!((albums.is_named, artists.is_named), (false, true));
    assert!(albums.wait <= Duration::from_secs(3600) && artists.wait > albums.wait);
    assert!(artists.until > status.at);

    let alone = Fleet::connect(server.url()).await.unwrap().status("one").await.unwrap();
    assert_eq!((alone.quota.requests, alone.members.len()), (0, 1));
}

#[tokio::test]
async fn the_apps_are_those_that_have_a_rate_limiter() {
    let server = RedisServer::start();
    let fleet = Fleet::connect(server.url()).await.unwrap();
    assert_eq!(fleet.apps().await.unwrap(), []);
    let _limiters = ["b", "a:{}%"].map(|client_id| fleet.rate_limiter(client_id));
    let mut apps = Vec::new();
    while apps.len() < 2 {
        apps = fleet.apps().await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(apps.iter().map(|app| app.client_id.as_str()).collect::<Vec<_>>(), ["a:{}%", "b"]);
    let ttl: i64 = server.command(&["PTTL", "{spotify-sdk}:apps"]);
    assert!(ttl > 6 * 24 * 3600 * 1000, "{ttl}");
}

#[tokio::test]
async fn apps_that_were_not_seen_for_a_week_are_no_longer_listed() {
    let server = RedisServer::start();
    let fleet = Fleet::connect(server.url()).await.unwrap();
    let _: i64 = server.command(&["ZADD", "{spotify-sdk}:apps", "1000", "old"]);
    assert_eq!(fleet.apps().await.unwrap(), []);
}

#[tokio::test]
async fn an_app_of_which_nothing_is_known_has_an_empty_status_and_looking_changes_nothing() {
    let server = RedisServer::start();
    let fleet = Fleet::connect(server.url()).await.unwrap();
    let status = fleet.status("nobody").await.unwrap();
    assert_eq!((status.members.len(), status.budget, status.sent, status.quota.requests), (0, None, 0, 0));
    assert_eq!(server.command::<u32>(&["DBSIZE"]), 0);
}

#[tokio::test]
async fn a_status_is_json_with_times_as_text_and_lengths_in_milliseconds() {
    let server = RedisServer::start();
    let fleet = Fleet::builder(server.url()).name("web").rate_budget(50).connect().await.unwrap();
    let limiter = fleet.rate_limiter("app");
    send(&limiter, album(), Completion::Success).await;
    let status = status_where(&fleet, "app", |status| status.quota.requests == 1).await;
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["at"], status.at.to_string());
    assert_eq!(json["window_ms"], 30_000);
    assert_eq!(json["members"][0]["name"], "web");
    assert_eq!(json["budget"], serde_json::json!({ "requests": 50, "is_learned": false, "since": null }));
    assert_eq!(json["quota"]["operations"][0]["operation"], "albums.get");
}

#[tokio::test]
async fn a_server_that_is_gone_is_an_error_and_no_empty_status() {
    let mut server = RedisServer::start();
    let fleet = Fleet::connect(server.url()).await.unwrap();
    server.kill();
    let error = fleet.status("app").await.unwrap_err().to_string();
    assert!(error.starts_with("Redis could not read the status of the fleet: "), "{error}");
    assert!(fleet.apps().await.unwrap_err().to_string().starts_with("Redis could not list the apps: "));
}
