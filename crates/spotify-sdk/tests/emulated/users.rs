//! The user, and what they listen to most.

use spotify_emulator::Quota;
use spotify_sdk::api::TimeRange;

use crate::support::*;

#[tokio::test]
async fn users_see_of_themselves_what_their_app_may_see() {
    for quota in EVERY_QUOTA {
        let (emulator, client) = start(quota);
        let me = client.users().get_current_profile().await.unwrap();
        assert_eq!(me.id, "alma");
        let extended = quota != Quota::Development;
        assert_eq!((me.country.is_some(), me.email.is_some()), (extended, extended));
        let without = crate::support::client(&emulator, &emulator.token_with_scopes(&[]));
        let me = without.users().get_current_profile().await.unwrap();
        assert_eq!((me.country, me.email, me.product), (None, None, None));
    }
}

#[tokio::test]
async fn what_is_heard_most_is_in_the_library_and_differs_by_time() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let mut orders = Vec::new();
        for range in [TimeRange::ShortTerm, TimeRange::MediumTerm, TimeRange::LongTerm] {
            let tracks = client.users().get_top_tracks().time_range(range).limit(10).await.unwrap();
            let uris: Vec<_> = tracks.items.iter().map(|track| track.uri.clone().unwrap()).collect();
            assert_eq!(client.library().check_contains(&uris).await.unwrap(), [true; 10]);
            let artists = client.users().get_top_artists().time_range(range).limit(5).await.unwrap();
            assert_eq!(Some(artists.items[0].name.as_str()), tracks.items[0].artists[0].name.as_str().into());
            orders.push(uris);
        }
        assert!(orders[0] != orders[1] && orders[1] != orders[2]);
    }
}

#[tokio::test]
async fn followed_artists_come_in_pages_that_follow_each_other() {
    for quota in EVERY_QUOTA {
        let (_emulator, client) = start(quota);
        let mut seen = Vec::new();
        let mut page = client.users().get_followed_artists().limit(7).await.unwrap();
        let total = page.total.unwrap() as usize;
        loop {
            seen.extend(page.items.iter().map(|artist| artist.id.clone()));
            let Some(after) = page.cursors.as_ref().and_then(|cursors| cursors.after.clone()) else { break };
            page = client.users().get_followed_artists().after(after.as_str()).limit(7).await.unwrap();
        }
        assert_eq!(seen.len(), total);
        assert!(seen.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str()));
    }
}

#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn profiles_of_others_are_for_extended_quota_alone() {
    let (_emulator, client) = start(Quota::Extended);
    let odd = client.users().get_profile("jean-luc & söhne/$42").await.unwrap();
    assert_eq!(odd.id.unwrap(), "jean-luc & söhne/$42");
    assert!(odd.followers.is_some());
    assert_eq!(status(client.users().get_profile("nobody").await), Some(404));
    let (_emulator, client) = start(Quota::Development);
    assert_eq!(status(client.users().get_profile("alma").await), Some(403));
}
