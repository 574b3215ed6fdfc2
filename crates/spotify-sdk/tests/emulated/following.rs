//! The older ways to follow, for apps with extended quota.

use spotify_emulator::Quota;
use spotify_emulator::catalog::Catalog;

use crate::support::*;

#[tokio::test]
async fn artists_and_users_are_followed_and_unfollowed() {
    let (_emulator, client) = start(Quota::Extended);
    let artist = Catalog::bundled().artists.last().unwrap().id.as_str();
    client.users().unfollow_artists([artist]).await.unwrap();
    let before = client.users().get_followed_artists().await.unwrap().total.unwrap();
    assert_eq!(client.users().check_follows_artists([artist]).await.unwrap(), [false]);
    client.users().follow_artists([artist]).await.unwrap();
    assert_eq!(client.users().check_follows_artists([artist]).await.unwrap(), [true]);
    assert_eq!(client.users().get_followed_artists().await.unwrap().total, Some(before + 1));

    assert_eq!(client.users().check_follows_users(["bo", "spotify"]).await.unwrap(), [false, true]);
    client.users().follow_users(["bo"]).await.unwrap();
    client.users().unfollow_users(["spotify"]).await.unwrap();
    assert_eq!(client.users().check_follows_users(["bo", "spotify"]).await.unwrap(), [true, false]);
    assert_eq!(status(client.users().follow_users(["nobody"]).await), Some(404));
}

#[tokio::test]
async fn a_followed_playlist_is_in_the_list_and_counts_a_follower_more() {
    let (_emulator, client) = start(Quota::Extended);
    let theirs = client.playlists().get_for_user("spotify").limit(50).await.unwrap();
    let mine = client.playlists().get_for_current_user().limit(50).await.unwrap();
    let new = theirs.items.iter().find(|playlist| mine.items.iter().all(|own| own.id != playlist.id)).unwrap();
    let new = new.id.as_ref().unwrap();
    assert_eq!(client.users().check_follows_playlist(new).await.unwrap(), [false]);
    let followers = client.playlists().get(new).await.unwrap().followers.unwrap().total;
    client.users().follow_playlist(new).public(false).await.unwrap();
    assert_eq!(client.users().check_follows_playlist(new).ids(["alma"]).await.unwrap(), [true]);
    assert_eq!(client.playlists().get(new).await.unwrap().followers.unwrap().total, followers + 1);
    assert_eq!(client.playlists().get_for_current_user().limit(1).await.unwrap().items[0].id.as_ref(), Some(new));
    client.users().unfollow_playlist(new).await.unwrap();
    assert_eq!(client.users().check_follows_playlist(new).await.unwrap(), [false]);
}
