//! A fleet over Redis Cluster.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::net::TcpListener;
use std::time::Duration;

use common::eventually;
use common::redis::RedisServer;
use spotify_sdk::auth::{AccessToken, TokenCache, TokenInfo, TokenKey};
use spotify_sdk::jiff::{SignedDuration, Timestamp};
use spotify_sdk::operation;
use spotify_sdk::rate_limit::{AcquireRequest, Completion, RateLimiter};
use spotify_sdk_redis::Fleet;
use tokio::time::sleep;

/// Starts a cluster of one node, which refuses everything that is not in one hash slot as a larger one does.
async fn cluster() -> RedisServer {
    cluster_of::<1>().await.into_iter().next().unwrap()
}

/// Starts a cluster whose nodes have equal parts of the hash slots.
async fn cluster_of<const NODES: usize>() -> [RedisServer; NODES] {
    let nodes = [(); NODES].map(|()| {
        // The nodes' own port is the other one and 10,000, unless it is set: that can be more than there are ports.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        (RedisServer::with_options(&["--cluster-enabled", "yes", "--cluster-port", &port]), port)
    });
    let first_port = nodes[0].0.port().to_string();
    for (at, (node, _)) in nodes.iter().enumerate() {
        let (from, to) = (16_384 * at / NODES, 16_384 * (at + 1) / NODES - 1);
        let () = node.command(&["CLUSTER", "ADDSLOTSRANGE", &from.to_string(), &to.to_string()]);
        if at > 0 {
            let () = node.command(&["CLUSTER", "MEET", "127.0.0.1", &first_port, &nodes[0].1]);
        }
    }
    let is_ready = |node: &RedisServer| {
        let info: String = node.command(&["CLUSTER", "INFO"]);
        info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384")
    };
    for _ in 0..1_000 {
        if nodes.iter().all(|(node, _)| is_ready(node)) {
            return nodes.map(|(node, _)| node);
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("the cluster does not get ready");
}

#[tokio::test]
async fn limits_quotas_and_tokens_are_shared_over_a_cluster() {
    let node = cluster().await;
    let fleet = async || Fleet::cluster([node.url()]).account("studio").rate_budget(10).connect().await.unwrap();
    let (one, other) = (fleet().await, fleet().await);
    let (limiter, seen_by) = (one.rate_limiter("app"), other.rate_limiter("app"));
    let request = AcquireRequest::new(operation::find("albums.get").unwrap());
    for _ in 0..3 {
        limiter.acquire(request).await.unwrap().complete(Completion::Success);
    }
    assert!(!limiter.is_offline());
    let mut permit = limiter.acquire(request).await.unwrap();
    permit.mark_sent();
    permit.complete(Completion::RateLimited { wait: Duration::from_secs(60) });
    eventually("the other process is told of the wait", || !seen_by.status().wait.is_zero()).await;

    let quota = limiter.acquire(request.bypass(true)).await.unwrap();
    quota.complete(Completion::QuotaExceeded { retry_after: Some(Duration::from_secs(600)) });
    eventually("the other process is told of the quota", || seen_by.check_quota(&request).is_err()).await;

    let key = TokenKey::new("app").user("alma");
    let token = TokenInfo::new(AccessToken::new("BQone").unwrap(), Timestamp::now() + SignedDuration::from_hours(1));
    let held = one.token_cache().lock(&key).await.unwrap();
    one.token_cache().set(&key, &token).await.unwrap();
    drop(held);
    let read = other.token_cache().get(&key).await.unwrap().unwrap();
    assert_eq!(read.access_token(), token.access_token());
    assert_eq!(other.token_cache().users("app").await.unwrap().len(), 1);
    assert!(other.token_cache().forget_user("app", "alma").await.unwrap());
}

#[cfg(feature = "cache")]
#[tokio::test]
async fn responses_are_shared_over_the_nodes_of_a_cluster_encrypted_or_not() {
    use spotify_sdk::cache::contract;
    use spotify_sdk_redis::EncryptionKeys;

    let nodes = cluster_of::<3>().await;
    let store = Fleet::cluster([nodes[0].url()]).connect().await.unwrap().cache_store();
    contract::check(&store).await;
    contract::check(&store.clone().encrypted(EncryptionKeys::new([1; 32]))).await;
    contract::check_life(&store, sleep).await;
    for node in &nodes {
        assert_ne!(node.command::<usize>(&["DBSIZE"]), 0, "each node has a part");
    }
}
