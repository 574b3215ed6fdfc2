//! The contract of a store, for the one in memory and the one that these tests share.

use spotify_sdk::cache::{MemoryCacheStore, contract};

use crate::common::shared_store::SharedStore;

#[tokio::test]
async fn the_store_in_memory_keeps_the_contract() {
    let store = MemoryCacheStore::new(1 << 20);
    contract::check(&store).await;
    contract::check(&store).await;
    contract::check_life(&store, tokio::time::sleep).await;
}

#[tokio::test]
async fn the_store_of_these_tests_keeps_the_contract() {
    contract::check(&SharedStore::default()).await;
}
