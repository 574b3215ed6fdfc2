//! The older ways to save and remove, one for each kind, for apps with extended quota.

use spotify_emulator::Quota;
use spotify_emulator::catalog::Catalog;

use crate::support::*;

/// Removes, checks, saves, checks and lists: the same for every kind.
macro_rules! saves_and_removes {
    ($name:ident, $service:ident, $ids:expr, $id_of:expr) => {
        #[tokio::test]
        async fn $name() {
            let (_emulator, client) = start(Quota::Extended);
            let ids: Vec<&str> = $ids;
            client.$service().remove(&ids).await.unwrap();
            assert_eq!(client.$service().check_saved(&ids).await.unwrap(), [false, false]);
            let before = client.$service().get_saved().await.unwrap().total;
            client.$service().save(&ids).await.unwrap();
            assert_eq!(client.$service().check_saved(&ids).await.unwrap(), [true, true]);
            let page = client.$service().get_saved().limit(2).await.unwrap();
            assert_eq!(page.total, before + 2);
            let listed: Vec<String> = page.items.iter().map($id_of).collect();
            assert_eq!(listed, ids);

            let (_emulator, client) = start(Quota::Development);
            assert_eq!(status(client.$service().save(&ids).await), Some(403));
            assert_eq!(status(client.$service().remove(&ids).await), Some(403));
            assert_eq!(status(client.$service().check_saved(&ids).await), Some(403));
        }
    };
}

saves_and_removes!(
    albums_are_saved_and_removed,
    albums,
    Catalog::bundled().albums[3..5].iter().map(|album| album.id.as_str()).collect(),
    |item| item.album.id.to_string()
);
saves_and_removes!(
    audiobooks_are_saved_and_removed,
    audiobooks,
    Catalog::bundled().audiobooks[3..5].iter().map(|book| book.id.as_str()).collect(),
    |item| item.audiobook.id.to_string()
);
saves_and_removes!(
    episodes_are_saved_and_removed,
    episodes,
    Catalog::bundled().shows[0].episodes[2..4].iter().map(|episode| episode.id.as_str()).collect(),
    |item| item.episode.id.as_ref().unwrap().to_string()
);
saves_and_removes!(
    shows_are_saved_and_removed,
    shows,
    Catalog::bundled().shows[5..7].iter().map(|show| show.id.as_str()).collect(),
    |item| item.show.id.as_ref().unwrap().to_string()
);
saves_and_removes!(
    tracks_are_saved_and_removed,
    tracks,
    Catalog::bundled().albums[4].tracks[..2].iter().map(|track| track.id.as_str()).collect(),
    |item| item.track.id.as_ref().unwrap().to_string()
);

#[tokio::test]
async fn tracks_can_be_saved_at_a_time_of_the_past() {
    let (_emulator, client) = start(Quota::Extended);
    let id = Catalog::bundled().albums[4].tracks[0].id.as_str();
    client.tracks().remove([id]).await.unwrap();
    let then = "2009-05-01T10:00:00Z".parse().unwrap();
    client.tracks().save([id]).timestamped_ids([(id, then)]).await.unwrap();
    let total = client.tracks().get_saved().await.unwrap().total;
    let last = client.tracks().get_saved().offset(total - 1).await.unwrap();
    assert_eq!((last.items[0].track.id.as_ref().unwrap().as_str(), last.items[0].added_at), (id, Some(then)));
}
