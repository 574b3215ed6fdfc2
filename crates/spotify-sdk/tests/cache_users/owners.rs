//! Two users of one app.

use crate::common::shared_store::SharedStore;
use crate::support::*;

#[tokio::test]
async fn siblings_have_nothing_in_common() {
    let origin = service();
    let alma = builder(&origin, access_token("alma", 0)).cache(cache()).build().unwrap();
    let bo = alma.with_auth(access_token("bo", 0));
    for _ in 0..3 {
        assert_eq!(users_of_all(&alma).await.unwrap(), ["alma"]);
        assert_eq!(users_of_all(&bo).await.unwrap(), ["bo"]);
    }
    assert_eq!(origin.count(), 2 * READS, "and each has their own kept");
}

#[tokio::test]
async fn nobodys_answer_is_validated_for_another_one() {
    let origin = service();
    let alma = builder(&origin, access_token("alma", 0)).cache(cache()).build().unwrap();
    let bo = alma.with_auth(access_token("bo", 0));
    for (client, expected) in [(&alma, "alma"), (&bo, "bo"), (&alma, "alma"), (&bo, "bo")] {
        for number in 0..READS {
            let answer = read(client, number, Some(std::time::Duration::ZERO)).await.unwrap();
            assert_eq!(user(&answer), expected);
        }
    }
}

#[tokio::test]
async fn separate_clients_with_the_same_cache_share_one_users_answers_and_no_others() {
    let (origin, cache) = (service(), cache());
    let client = |user| builder(&origin, access_token(user, 0)).cache(cache.clone()).build().unwrap();
    assert_eq!(users_of_all(&client("alma")).await.unwrap(), ["alma"]);
    assert_eq!(users_of_all(&client("bo")).await.unwrap(), ["bo"]);
    assert_eq!(users_of_all(&client("alma")).await.unwrap(), ["alma"]);
    assert_eq!(origin.count(), 2 * READS);
}

#[tokio::test]
async fn processes_with_the_same_store_share_one_users_answers_and_no_others() {
    let (origin, store) = (service(), SharedStore::default());
    let process = |user: &'static str| {
        let cache = spotify_sdk::cache::ResponseCache::new(store.clone()).fresh_for(HOUR);
        builder(&origin, Named::new(user)).cache(cache).build().unwrap()
    };
    let (alma, bo, alma_elsewhere) = (process("alma"), process("bo"), process("alma"));
    assert_eq!(users_of_all(&alma).await.unwrap(), ["alma"]);
    assert_eq!(users_of_all(&bo).await.unwrap(), ["bo"]);
    assert_eq!(users_of_all(&alma_elsewhere).await.unwrap(), ["alma"]);
    assert_eq!(origin.count(), 2 * READS);
    // A write in one process counts in the other.
    alma.library().save_items(["spotify:album:4aawyAB9vmqN3uQ7FjRGTy"]).await.unwrap();
    let before = origin.count();
    assert_eq!(user(&read(&alma_elsewhere, 3, Some(HOUR)).await.unwrap()), "alma");
    assert_eq!(origin.count(), before + 1, "what is saved is asked for again");
    let text = store.text();
    assert!(!text.contains("BQalma") && !text.contains("BQbo"), "no token is stored: {text}");
}

#[tokio::test]
async fn a_user_who_is_forgotten_is_gone_and_the_others_are_not() {
    let (origin, store) = (service(), SharedStore::default());
    let cache = spotify_sdk::cache::ResponseCache::new(store.clone()).fresh_for(HOUR);
    let alma = builder(&origin, access_token("alma", 0)).cache(cache).build().unwrap();
    let bo = alma.with_auth(Unnamed::new("bo"));
    users_of_all(&alma).await.unwrap();
    users_of_all(&bo).await.unwrap();
    bo.forget_user().await.unwrap();
    assert_eq!(store.responses(), READS);
    assert!(!store.text().contains("\"bo\""), "{}", store.text());
    assert_eq!(users_of_all(&alma).await.unwrap(), ["alma"]);
    assert_eq!(origin.count(), 2 * READS, "alma's is still there");
    assert_eq!(users_of_all(&bo).await.unwrap(), ["bo"]);
    assert_eq!(origin.count(), 3 * READS);
}
