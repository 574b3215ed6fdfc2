//! The exact request of every operation: method, path, query, headers and body, in its smallest form and with everything
//! set.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use common::{Script, TOKEN};
use spotify_sdk::api::{
    AdditionalType, IncludeExternal, IncludeGroup, PlaybackOffset, RepeatMode, SearchQuery, SearchType, TimeRange,
};
use spotify_sdk::ids::{AlbumId, TrackId};
use spotify_sdk::operation::Operation;
use spotify_sdk::{AsyncSpotifyClient, Call, Error};

const BASE: &str = "https://api.spotify.com/v1";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a very small picture";

/// What was sent, and how often each operation was looked at.
struct Sent {
    script: Script,
    client: AsyncSpotifyClient,
}

impl Sent {
    fn new() -> Self {
        let script = Script::new([]);
        let client = script.builder().user_agent("requests/1").build().unwrap();
        Self { script, client }
    }

    /// `GET /path?query`, and behind it content type and body where there is one.
    async fn expect<Op: Operation>(&mut self, call: Call<AsyncSpotifyClient, Op>, expected: &str) {
        let (before, name) = (self.script.count(), call.operation().unwrap().info().name);
        // Most operations cannot do without the answer that the script does not give.
        match call.send().await.map(drop) {
            Ok(()) | Err(Error::Decode(_)) => {}
            Err(error) => panic!("{name}: {error}"),
        }
        assert_eq!(self.script.count(), before + 1, "{name}");
        let request = self.script.requests().pop().unwrap();

        let target = request.uri().to_string().replacen(BASE, "", 1);
        let mut line = format!("{} {target}", request.method());
        let mut headers: BTreeMap<_, _> =
            request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        if let Some(content_type) = headers.remove("content-type") {
            line.push_str(&format!(" {content_type} {}", std::str::from_utf8(request.body()).unwrap()));
        } else {
            assert!(request.body().is_empty(), "{name}: a body without a type");
        }
        assert_eq!(line, expected, "{name}");
        let authorization = format!("Bearer {TOKEN}");
        let always =
            [("accept", "application/json"), ("authorization", authorization.as_str()), ("user-agent", "requests/1")];
        assert_eq!(headers, BTreeMap::from(always), "{name}");
    }
}

/// Smallest and full form of each, except where an operation has no optional parameters.
#[tokio::test]
async fn operations_for_everyone_send_exactly_what_spotify_expects() {
    let mut sent = Sent::new();
    let c = sent.client.clone();

    sent.expect(c.albums().get("1"), "GET /albums/1").await;
    sent.expect(c.albums().get("1").market("SE"), "GET /albums/1?market=SE").await;
    sent.expect(c.albums().get_tracks("1"), "GET /albums/1/tracks").await;
    let call = c.albums().get_tracks("1").market("SE").limit(50).offset(100);
    sent.expect(call, "GET /albums/1/tracks?market=SE&limit=50&offset=100").await;
    sent.expect(c.albums().get_saved(), "GET /me/albums").await;
    let call = c.albums().get_saved().limit(1).offset(2).market("from_token");
    sent.expect(call, "GET /me/albums?limit=1&offset=2&market=from_token").await;

    sent.expect(c.artists().get("1"), "GET /artists/1").await;
    sent.expect(c.artists().get_albums("1"), "GET /artists/1/albums").await;
    let groups = [IncludeGroup::Album, IncludeGroup::AppearsOn];
    let call = c.artists().get_albums("1").include_groups(groups).market("SE").limit(10).offset(5);
    let expected = "GET /artists/1/albums?include_groups=album%2Cappears_on&market=SE&limit=10&offset=5";
    sent.expect(call, expected).await;

    sent.expect(c.audiobooks().get("1"), "GET /audiobooks/1").await;
    sent.expect(c.audiobooks().get("1").market("US"), "GET /audiobooks/1?market=US").await;
    sent.expect(c.audiobooks().get_chapters("1"), "GET /audiobooks/1/chapters").await;
    let call = c.audiobooks().get_chapters("1").market("US").limit(2).offset(4);
    sent.expect(call, "GET /audiobooks/1/chapters?market=US&limit=2&offset=4").await;
    sent.expect(c.audiobooks().get_saved(), "GET /me/audiobooks").await;
    sent.expect(c.audiobooks().get_saved().limit(2).offset(4), "GET /me/audiobooks?limit=2&offset=4").await;

    sent.expect(c.chapters().get("1"), "GET /chapters/1").await;
    sent.expect(c.chapters().get("1").market("US"), "GET /chapters/1?market=US").await;

    sent.expect(c.episodes().get("1"), "GET /episodes/1").await;
    sent.expect(c.episodes().get("1").market("SE"), "GET /episodes/1?market=SE").await;
    sent.expect(c.episodes().get_saved(), "GET /me/episodes").await;
    let call = c.episodes().get_saved().market("SE").limit(2).offset(4);
    sent.expect(call, "GET /me/episodes?market=SE&limit=2&offset=4").await;

    let uris = ["spotify:track:1", "https://open.spotify.com/album/2"];
    let encoded = "uris=spotify%3Atrack%3A1%2Cspotify%3Aalbum%3A2";
    sent.expect(c.library().save_items(uris), &format!("PUT /me/library?{encoded}")).await;
    sent.expect(c.library().remove_items(uris), &format!("DELETE /me/library?{encoded}")).await;
    sent.expect(c.library().check_contains(uris), &format!("GET /me/library/contains?{encoded}")).await;

    sent.expect(c.player().get_playback_state(), "GET /me/player?additional_types=track%2Cepisode").await;
    let call = c.player().get_playback_state().market("SE").additional_types(AdditionalType::Episode);
    sent.expect(call, "GET /me/player?market=SE&additional_types=episode").await;
    let expected = r#"PUT /me/player application/json {"device_ids":["d"]}"#;
    sent.expect(c.player().transfer_playback("d"), expected).await;
    let expected = r#"PUT /me/player application/json {"device_ids":["d"],"play":true}"#;
    sent.expect(c.player().transfer_playback("d").play(true), expected).await;
    sent.expect(c.player().get_devices(), "GET /me/player/devices").await;
    sent.expect(
        c.player().get_currently_playing(),
        "GET /me/player/currently-playing?additional_types=track%2Cepisode",
    )
    .await;
    let types = [AdditionalType::Track, AdditionalType::Episode];
    let call = c.player().get_currently_playing().market("SE").additional_types(types);
    sent.expect(call, "GET /me/player/currently-playing?market=SE&additional_types=track%2Cepisode").await;
    sent.expect(c.player().start_playback(), "PUT /me/player/play").await;
    let call = c.player().start_playback().device_id("d").context_uri("spotify:album:1").start_at(5).position_ms(7_u64);
    let expected = r#"PUT /me/player/play?device_id=d application/json {"context_uri":"spotify:album:1","offset":{"position":5},"position_ms":7}"#;
    sent.expect(call, expected).await;
    let track: TrackId = "2".parse().unwrap();
    let call = c.player().start_playback().uris([&track]).start_at(PlaybackOffset::Uri(track.uri()));
    let expected =
        r#"PUT /me/player/play application/json {"offset":{"uri":"spotify:track:2"},"uris":["spotify:track:2"]}"#;
    sent.expect(call, expected).await;
    sent.expect(
        c.player().start_playback().position_ms(0_u64),
        r#"PUT /me/player/play application/json {"position_ms":0}"#,
    )
    .await;
    sent.expect(c.player().pause_playback(), "PUT /me/player/pause").await;
    sent.expect(c.player().pause_playback().device_id("d e"), "PUT /me/player/pause?device_id=d%20e").await;
    sent.expect(c.player().skip_to_next(), "POST /me/player/next").await;
    sent.expect(c.player().skip_to_next().device_id("d"), "POST /me/player/next?device_id=d").await;
    sent.expect(c.player().skip_to_previous(), "POST /me/player/previous").await;
    sent.expect(c.player().skip_to_previous().device_id("d"), "POST /me/player/previous?device_id=d").await;
    sent.expect(c.player().seek(25_000_u64), "PUT /me/player/seek?position_ms=25000").await;
    let call = c.player().seek(25_000_u64).device_id("d");
    sent.expect(call, "PUT /me/player/seek?position_ms=25000&device_id=d").await;
    sent.expect(c.player().set_repeat_mode(RepeatMode::Context), "PUT /me/player/repeat?state=context").await;
    let call = c.player().set_repeat_mode(RepeatMode::Off).device_id("d");
    sent.expect(call, "PUT /me/player/repeat?state=off&device_id=d").await;
    sent.expect(c.player().set_volume(50), "PUT /me/player/volume?volume_percent=50").await;
    sent.expect(c.player().set_volume(0).device_id("d"), "PUT /me/player/volume?volume_percent=0&device_id=d").await;
    sent.expect(c.player().set_shuffle(true), "PUT /me/player/shuffle?state=true").await;
    let call = c.player().set_shuffle(false).device_id("d");
    sent.expect(call, "PUT /me/player/shuffle?state=false&device_id=d").await;
    sent.expect(c.player().get_recently_played(), "GET /me/player/recently-played").await;
    let call = c.player().get_recently_played().limit(50).after(1_484_811_043_508_u64);
    sent.expect(call, "GET /me/player/recently-played?limit=50&after=1484811043508").await;
    let before: spotify_sdk::jiff::Timestamp = "2017-01-19T07:30:43.508Z".parse().unwrap();
    let call = c.player().get_recently_played().before(before);
    sent.expect(call, "GET /me/player/recently-played?before=1484811043508").await;
    sent.expect(c.player().get_queue(), "GET /me/player/queue").await;
    sent.expect(c.player().add_to_queue("spotify:track:1"), "POST /me/player/queue?uri=spotify%3Atrack%3A1").await;
    let call = c.player().add_to_queue(&track).device_id("d");
    sent.expect(call, "POST /me/player/queue?uri=spotify%3Atrack%3A2&device_id=d").await;

    sent.expect(c.playlists().get("1"), "GET /playlists/1?additional_types=track%2Cepisode").await;
    let call = c.playlists().get("1").market("SE").fields("name,items(item(name))").additional_types(types);
    let expected =
        "GET /playlists/1?market=SE&fields=name%2Citems%28item%28name%29%29&additional_types=track%2Cepisode";
    sent.expect(call, expected).await;
    sent.expect(c.playlists().get_items("1"), "GET /playlists/1/items?additional_types=track%2Cepisode").await;
    let call = c.playlists().get_items("1").market("SE").fields("total").limit(50).offset(9).additional_types(types);
    let expected = "GET /playlists/1/items?market=SE&fields=total&limit=50&offset=9&additional_types=track%2Cepisode";
    sent.expect(call, expected).await;
    sent.expect(c.playlists().get_for_current_user(), "GET /me/playlists").await;
    sent.expect(c.playlists().get_for_current_user().limit(3).offset(6), "GET /me/playlists?limit=3&offset=6").await;
    sent.expect(c.playlists().create("Mix"), r#"POST /me/playlists application/json {"name":"Mix"}"#).await;
    let call = c.playlists().create("Mix").public(false).collaborative(true).description("");
    let expected =
        r#"POST /me/playlists application/json {"collaborative":true,"description":"","name":"Mix","public":false}"#;
    sent.expect(call, expected).await;
    let call = c.playlists().change_details("1").public(true);
    sent.expect(call, r#"PUT /playlists/1 application/json {"public":true}"#).await;
    let call = c.playlists().change_details("1").name("Måx").public(false).collaborative(true).description("d");
    let expected =
        r#"PUT /playlists/1 application/json {"collaborative":true,"description":"d","name":"Måx","public":false}"#;
    sent.expect(call, expected).await;
    let call = c.playlists().reorder_items("1", 5, 0);
    sent.expect(call, r#"PUT /playlists/1/items application/json {"insert_before":0,"range_start":5}"#).await;
    let call = c.playlists().reorder_items("1", 5, 0).range_length(2).snapshot_id("s");
    let expected = r#"PUT /playlists/1/items application/json {"insert_before":0,"range_length":2,"range_start":5,"snapshot_id":"s"}"#;
    sent.expect(call, expected).await;
    sent.expect(
        c.playlists().replace_items("1", [&track]),
        r#"PUT /playlists/1/items application/json {"uris":["spotify:track:2"]}"#,
    )
    .await;
    let nothing: [&str; 0] = [];
    sent.expect(c.playlists().replace_items("1", nothing), r#"PUT /playlists/1/items application/json {"uris":[]}"#)
        .await;
    sent.expect(
        c.playlists().add_items("1", ["spotify:track:2"]),
        r#"POST /playlists/1/items application/json {"uris":["spotify:track:2"]}"#,
    )
    .await;
    let call = c.playlists().add_items("1", vec!["spotify:track:2", "spotify:episode:3"]).position(0);
    let expected =
        r#"POST /playlists/1/items application/json {"position":0,"uris":["spotify:track:2","spotify:episode:3"]}"#;
    sent.expect(call, expected).await;
    let call = c.playlists().remove_items("1", ["spotify:track:2"]);
    sent.expect(call, r#"DELETE /playlists/1/items application/json {"items":[{"uri":"spotify:track:2"}]}"#).await;
    let call = c.playlists().remove_items("1", [("spotify:track:2", [0, 3])]).snapshot_id("s");
    let expected = r#"DELETE /playlists/1/items application/json {"items":[{"positions":[0,3],"uri":"spotify:track:2"}],"snapshot_id":"s"}"#;
    sent.expect(call, expected).await;
    sent.expect(c.playlists().get_cover_image("1"), "GET /playlists/1/images").await;
    let expected = "PUT /playlists/1/images image/jpeg /9j/4CBhIHZlcnkgc21hbGwgcGljdHVyZQ==";
    sent.expect(c.playlists().upload_cover_image("1", JPEG), expected).await;

    sent.expect(c.search().search("remaster track", SearchType::Track), "GET /search?q=remaster%20track&type=track")
        .await;
    let query = SearchQuery::new("x").artist("Miles Davis").year(1955..=1960);
    let call = c
        .search()
        .search(query, [SearchType::Album, SearchType::Audiobook])
        .market("SE")
        .limit(10)
        .offset(990)
        .include_external(IncludeExternal::Audio);
    let expected = "GET /search?q=x%20artist%3A%22Miles%20Davis%22%20year%3A1955-1960&type=album%2Caudiobook&market=SE&limit=10&offset=990&include_external=audio";
    sent.expect(call, expected).await;

    sent.expect(c.shows().get("1"), "GET /shows/1").await;
    sent.expect(c.shows().get("1").market("SE"), "GET /shows/1?market=SE").await;
    sent.expect(c.shows().get_episodes("1"), "GET /shows/1/episodes").await;
    let call = c.shows().get_episodes("1").market("SE").limit(2).offset(4);
    sent.expect(call, "GET /shows/1/episodes?market=SE&limit=2&offset=4").await;
    sent.expect(c.shows().get_saved(), "GET /me/shows").await;
    sent.expect(c.shows().get_saved().limit(2).offset(4), "GET /me/shows?limit=2&offset=4").await;

    sent.expect(c.tracks().get("1"), "GET /tracks/1").await;
    sent.expect(c.tracks().get("1").market("SE"), "GET /tracks/1?market=SE").await;
    sent.expect(c.tracks().get_saved(), "GET /me/tracks").await;
    let call = c.tracks().get_saved().market("SE").limit(2).offset(4);
    sent.expect(call, "GET /me/tracks?market=SE&limit=2&offset=4").await;

    sent.expect(c.users().get_current_profile(), "GET /me").await;
    sent.expect(c.users().get_top_artists(), "GET /me/top/artists").await;
    let call = c.users().get_top_artists().time_range(TimeRange::ShortTerm).limit(2).offset(4);
    sent.expect(call, "GET /me/top/artists?time_range=short_term&limit=2&offset=4").await;
    sent.expect(c.users().get_top_tracks(), "GET /me/top/tracks").await;
    let call = c.users().get_top_tracks().time_range(TimeRange::LongTerm).limit(2).offset(4);
    sent.expect(call, "GET /me/top/tracks?time_range=long_term&limit=2&offset=4").await;
    sent.expect(c.users().get_followed_artists(), "GET /me/following?type=artist").await;
    let call = c.users().get_followed_artists().after("0I2XqVXqHScXjHhk6AYYRe").limit(50);
    sent.expect(call, "GET /me/following?type=artist&after=0I2XqVXqHScXjHhk6AYYRe&limit=50").await;
}

#[cfg(feature = "extended-quota")]
#[tokio::test]
async fn operations_for_extended_quota_send_exactly_what_spotify_expects() {
    use spotify_sdk::api::{Attribute, Tuning};

    let mut sent = Sent::new();
    let c = sent.client.clone();
    let ids = ["1", "2"];

    sent.expect(c.albums().get_several(ids), "GET /albums?ids=1%2C2").await;
    sent.expect(c.albums().get_several(ids).market("SE"), "GET /albums?ids=1%2C2&market=SE").await;
    sent.expect(c.albums().save(ids), "PUT /me/albums?ids=1%2C2").await;
    sent.expect(c.albums().remove(ids), "DELETE /me/albums?ids=1%2C2").await;
    sent.expect(c.albums().check_saved(ids), "GET /me/albums/contains?ids=1%2C2").await;
    sent.expect(c.albums().get_new_releases(), "GET /browse/new-releases").await;
    sent.expect(c.albums().get_new_releases().limit(2).offset(4), "GET /browse/new-releases?limit=2&offset=4").await;

    sent.expect(c.artists().get_several(ids), "GET /artists?ids=1%2C2").await;
    sent.expect(c.artists().get_top_tracks("1"), "GET /artists/1/top-tracks").await;
    sent.expect(c.artists().get_top_tracks("1").market("SE"), "GET /artists/1/top-tracks?market=SE").await;
    sent.expect(c.artists().get_related("1"), "GET /artists/1/related-artists").await;

    sent.expect(c.audiobooks().get_several(ids), "GET /audiobooks?ids=1%2C2").await;
    sent.expect(c.audiobooks().get_several(ids).market("US"), "GET /audiobooks?ids=1%2C2&market=US").await;
    sent.expect(c.audiobooks().save(ids), "PUT /me/audiobooks?ids=1%2C2").await;
    sent.expect(c.audiobooks().remove(ids), "DELETE /me/audiobooks?ids=1%2C2").await;
    sent.expect(c.audiobooks().check_saved(ids), "GET /me/audiobooks/contains?ids=1%2C2").await;

    sent.expect(c.browse().get_featured_playlists(), "GET /browse/featured-playlists").await;
    let call = c.browse().get_featured_playlists().locale("sv_SE").limit(2).offset(4);
    sent.expect(call, "GET /browse/featured-playlists?locale=sv_SE&limit=2&offset=4").await;
    sent.expect(c.browse().get_categories(), "GET /browse/categories").await;
    let call = c.browse().get_categories().locale("sv_SE").limit(2).offset(4);
    sent.expect(call, "GET /browse/categories?locale=sv_SE&limit=2&offset=4").await;
    sent.expect(c.browse().get_category("dinner"), "GET /browse/categories/dinner").await;
    sent.expect(c.browse().get_category("a/b").locale("sv_SE"), "GET /browse/categories/a%2Fb?locale=sv_SE").await;
    sent.expect(c.browse().get_category_playlists("dinner"), "GET /browse/categories/dinner/playlists").await;
    let call = c.browse().get_category_playlists("dinner").limit(2).offset(4);
    sent.expect(call, "GET /browse/categories/dinner/playlists?limit=2&offset=4").await;
    sent.expect(c.browse().get_available_genre_seeds(), "GET /recommendations/available-genre-seeds").await;

    sent.expect(c.chapters().get_several(ids), "GET /chapters?ids=1%2C2").await;
    sent.expect(c.chapters().get_several(ids).market("US"), "GET /chapters?ids=1%2C2&market=US").await;

    sent.expect(c.episodes().get_several(ids), "GET /episodes?ids=1%2C2").await;
    sent.expect(c.episodes().get_several(ids).market("SE"), "GET /episodes?ids=1%2C2&market=SE").await;
    sent.expect(c.episodes().save(ids), "PUT /me/episodes?ids=1%2C2").await;
    sent.expect(c.episodes().remove(ids), "DELETE /me/episodes?ids=1%2C2").await;
    sent.expect(c.episodes().check_saved(ids), "GET /me/episodes/contains?ids=1%2C2").await;

    sent.expect(c.markets().get_available(), "GET /markets").await;

    sent.expect(c.playlists().get_tracks("1"), "GET /playlists/1/tracks?additional_types=track%2Cepisode").await;
    let call = c.playlists().get_tracks("1").market("SE").fields("total").limit(100).offset(9);
    let call = call.additional_types(AdditionalType::Episode);
    let expected = "GET /playlists/1/tracks?market=SE&fields=total&limit=100&offset=9&additional_types=episode";
    sent.expect(call, expected).await;
    let call = c.playlists().reorder_tracks("1", 5, 0);
    sent.expect(call, r#"PUT /playlists/1/tracks application/json {"insert_before":0,"range_start":5}"#).await;
    let call = c.playlists().reorder_tracks("1", 5, 0).range_length(2).snapshot_id("s");
    let expected = r#"PUT /playlists/1/tracks application/json {"insert_before":0,"range_length":2,"range_start":5,"snapshot_id":"s"}"#;
    sent.expect(call, expected).await;
    let call = c.playlists().replace_tracks("1", ["spotify:track:2"]);
    sent.expect(call, r#"PUT /playlists/1/tracks application/json {"uris":["spotify:track:2"]}"#).await;
    let call = c.playlists().add_tracks("1", ["spotify:track:2"]);
    sent.expect(call, r#"POST /playlists/1/tracks application/json {"uris":["spotify:track:2"]}"#).await;
    let call = c.playlists().add_tracks("1", ["spotify:track:2"]).position(7);
    sent.expect(call, r#"POST /playlists/1/tracks application/json {"position":7,"uris":["spotify:track:2"]}"#).await;
    let call = c.playlists().remove_tracks("1", ["spotify:track:2"]);
    sent.expect(call, r#"DELETE /playlists/1/tracks application/json {"tracks":[{"uri":"spotify:track:2"}]}"#).await;
    let call = c.playlists().remove_tracks("1", ["spotify:track:2"]).snapshot_id("s");
    let expected =
        r#"DELETE /playlists/1/tracks application/json {"snapshot_id":"s","tracks":[{"uri":"spotify:track:2"}]}"#;
    sent.expect(call, expected).await;
    sent.expect(c.playlists().get_for_user("jörg /$"), "GET /users/j%C3%B6rg%20%2F%24/playlists").await;
    sent.expect(c.playlists().get_for_user("u").limit(2).offset(4), "GET /users/u/playlists?limit=2&offset=4").await;
    let call = c.playlists().create_for_user("u", "Mix");
    sent.expect(call, r#"POST /users/u/playlists application/json {"name":"Mix"}"#).await;
    let call = c.playlists().create_for_user("u", "Mix").public(false).collaborative(true).description("d");
    let expected = r#"POST /users/u/playlists application/json {"collaborative":true,"description":"d","name":"Mix","public":false}"#;
    sent.expect(call, expected).await;

    sent.expect(c.shows().get_several(ids), "GET /shows?ids=1%2C2").await;
    sent.expect(c.shows().get_several(ids).market("SE"), "GET /shows?ids=1%2C2&market=SE").await;
    sent.expect(c.shows().save(ids), "PUT /me/shows?ids=1%2C2").await;
    sent.expect(c.shows().remove(ids), "DELETE /me/shows?ids=1%2C2").await;
    sent.expect(c.shows().remove(ids).market("SE"), "DELETE /me/shows?ids=1%2C2&market=SE").await;
    sent.expect(c.shows().check_saved(ids), "GET /me/shows/contains?ids=1%2C2").await;

    sent.expect(c.tracks().get_several(ids), "GET /tracks?ids=1%2C2").await;
    sent.expect(c.tracks().get_several(ids).market("SE"), "GET /tracks?ids=1%2C2&market=SE").await;
    sent.expect(c.tracks().save(ids), r#"PUT /me/tracks application/json {"ids":["1","2"]}"#).await;
    let then: spotify_sdk::jiff::Timestamp = "2020-01-01T00:00:00.5Z".parse().unwrap();
    let expected = r#"PUT /me/tracks application/json {"ids":["1"],"timestamped_ids":[{"added_at":"2020-01-01T00:00:00Z","id":"1"}]}"#;
    sent.expect(c.tracks().save(["1"]).timestamped_ids([("1", then)]), expected).await;
    sent.expect(c.tracks().remove(ids), "DELETE /me/tracks?ids=1%2C2").await;
    sent.expect(c.tracks().check_saved(ids), "GET /me/tracks/contains?ids=1%2C2").await;
    sent.expect(c.tracks().get_audio_features("1"), "GET /audio-features/1").await;
    sent.expect(c.tracks().get_several_audio_features(ids), "GET /audio-features?ids=1%2C2").await;
    sent.expect(c.tracks().get_audio_analysis("1"), "GET /audio-analysis/1").await;
    let call = c.tracks().get_recommendations().seed_genres(["jazz"]);
    sent.expect(call, "GET /recommendations?seed_genres=jazz").await;
    let tuning =
        Tuning::new().min(Attribute::Energy, 0.4).max(Attribute::Popularity, 50).target(Attribute::Tempo, 120.5);
    let call = c
        .tracks()
        .get_recommendations()
        .limit(100)
        .market("SE")
        .seed_artists(["1"])
        .seed_genres(["drum-and-bass"])
        .seed_tracks(ids)
        .tuning(tuning);
    let expected = "GET /recommendations?limit=100&market=SE&seed_artists=1&seed_genres=drum-and-bass&seed_tracks=1%2C2&min_energy=0.4&max_popularity=50&target_tempo=120.5";
    sent.expect(call, expected).await;

    sent.expect(c.users().get_profile("u"), "GET /users/u").await;
    sent.expect(c.users().follow_playlist("1"), "PUT /playlists/1/followers").await;
    let call = c.users().follow_playlist("1").public(false);
    sent.expect(call, r#"PUT /playlists/1/followers application/json {"public":false}"#).await;
    sent.expect(c.users().unfollow_playlist("1"), "DELETE /playlists/1/followers").await;
    sent.expect(c.users().check_follows_playlist("1"), "GET /playlists/1/followers/contains").await;
    let call = c.users().check_follows_playlist("1").ids(["me"]);
    sent.expect(call, "GET /playlists/1/followers/contains?ids=me").await;
    sent.expect(c.users().follow_artists(ids), "PUT /me/following?ids=1%2C2&type=artist").await;
    sent.expect(c.users().follow_users(ids), "PUT /me/following?ids=1%2C2&type=user").await;
    sent.expect(c.users().unfollow_artists(ids), "DELETE /me/following?ids=1%2C2&type=artist").await;
    sent.expect(c.users().unfollow_users(ids), "DELETE /me/following?ids=1%2C2&type=user").await;
    sent.expect(c.users().check_follows_artists(ids), "GET /me/following/contains?ids=1%2C2&type=artist").await;
    sent.expect(c.users().check_follows_users(ids), "GET /me/following/contains?ids=1%2C2&type=user").await;
}

/// Each is refused with an error that names the parameter and says what it takes.
#[tokio::test]
async fn what_is_out_of_bounds_is_refused_before_anything_is_sent() {
    let script = Script::new([]);
    let c = script.client();
    async fn refused<Op: Operation>(call: Call<AsyncSpotifyClient, Op>, parameter: &str, part: &str) {
        match call.send().await.map(drop) {
            Err(Error::InvalidInput(error)) => {
                assert_eq!(error.parameter, parameter, "{error}");
                assert!(error.message.contains(part), "{error}");
            }
            other => panic!("{parameter}: {other:?}"),
        }
    }
    let uris = |count: usize| vec!["spotify:track:1"; count];
    let album: AlbumId = "1".parse().unwrap();

    refused(c.artists().get_albums("1").limit(51), "limit", "expected 1 to 50, got 51").await;
    refused(c.search().search("x", SearchType::Track).limit(51), "limit", "expected 1 to 50, got 51").await;
    refused(c.playlists().get_items("1").limit(101), "limit", "expected 1 to 100, got 101").await;
    refused(c.search().search("x", SearchType::Track).offset(1001), "offset", "1000").await;
    refused(c.search().search("x", SearchType::Track).limit(10).offset(991), "offset", "991 and 10").await;
    refused(c.search().search("  ", SearchType::Track), "q", "empty").await;
    let none: [SearchType; 0] = [];
    refused(c.search().search("x", none), "types", "at least one").await;
    refused(c.search().search("x", ["track", "nonsense"]), "types", "`nonsense`").await;
    refused(c.library().remove_items(uris(0)), "uris", "expected at least 1 of them, got 0").await;
    refused(c.library().check_contains(["1"]), "uris", "does not say what kind").await;
    refused(c.playlists().add_items("1", uris(0)), "uris", "got 0").await;
    let placed = (0..101).map(|at| ("spotify:track:1", [at]));
    refused(c.playlists().remove_items("1", placed), "items", "`snapshot_id`").await;
    refused(
        c.playlists().remove_items("1", [("spotify:track:1", Vec::<u32>::new())]),
        "items",
        "at least one position",
    )
    .await;
    refused(c.playlists().reorder_items("1", 0, 1).range_length(0), "range_length", "at least 1").await;
    refused(c.playlists().reorder_items("1", 0, 1).snapshot_id(""), "snapshot_id", "empty").await;
    refused(c.playlists().change_details("1"), "details", "none of them").await;
    refused(c.playlists().change_details("1").collaborative(true).public(true), "collaborative", "public(false)").await;
    refused(c.playlists().create(" "), "name", "empty").await;
    refused(c.playlists().create("x").collaborative(true), "collaborative", "public(false)").await;
    refused(c.playlists().upload_cover_image("1", b"PNG".as_slice()), "image", "JPEG").await;
    let large = [JPEG, &vec![0; 192 * 1024]].concat();
    refused(c.playlists().upload_cover_image("1", large), "image", "196608").await;
    refused(c.player().set_volume(101), "volume_percent", "expected 0 to 100, got 101").await;
    refused(c.player().transfer_playback(""), "device_id", "empty").await;
    refused(c.player().start_playback().context_uri(&album).uris(uris(1)), "uris", "got both").await;
    refused(c.player().start_playback().start_at(1), "start_at", "got neither").await;
    refused(c.player().start_playback().context_uri("1"), "context_uri", "what kind").await;
    refused(c.player().get_recently_played().after(1_u64).before(2_u64), "before", "got both").await;
    let long_ago = spotify_sdk::jiff::Timestamp::MIN;
    refused(c.player().get_recently_played().after(long_ago), "after", "after 1970").await;
    refused(c.users().get_followed_artists().after("spotify:album:1"), "after", "an artist id").await;
    refused(c.users().get_top_tracks().limit(51), "limit", "expected 1 to 50, got 51").await;
    #[cfg(feature = "extended-quota")]
    {
        use spotify_sdk::api::{Attribute, Tuning};

        let ids = |count: usize| vec!["1"; count];
        refused(c.albums().get_several(ids(0)), "ids", "got 0").await;
        refused(c.albums().get_several(["spotify:track:1"]), "ids", "an album id").await;
        refused(c.playlists().get_tracks("1").limit(101), "limit", "expected 1 to 100").await;
        refused(c.tracks().get_recommendations(), "seeds", "got 0").await;
        let call = c.tracks().get_recommendations().seed_artists(ids(3)).seed_tracks(ids(3));
        refused(call, "seeds", "got 6").await;
        let seeded = || c.tracks().get_recommendations().seed_genres(["jazz"]);
        refused(seeded().tuning(Tuning::new().min(Attribute::Energy, 1.5)), "tuning", "min_energy").await;
        refused(seeded().tuning(Tuning::new().max(Attribute::Key, 1.5)), "tuning", "whole number").await;
        refused(seeded().tuning(Tuning::new().target(Attribute::Tempo, f64::NAN)), "tuning", "NaN").await;
        refused(c.browse().get_category(""), "id", "empty").await;
    }
    assert_eq!(script.count(), 0);
}

#[test]
fn queries_are_built_as_people_would_type_them() {
    let query = |query: SearchQuery| query.to_string();
    assert_eq!(query(SearchQuery::new(" doxy ")), "doxy");
    assert_eq!(query(SearchQuery::new("").tag_new()), "tag:new");
    let all = SearchQuery::new("doxy")
        .album("Bags' Groove")
        .artist("Miles Davis")
        .track("Doxy")
        .genre("hard bop")
        .year(2000..=2005)
        .isrc("USPR37300012")
        .upc("025218612524")
        .tag_hipster();
    assert_eq!(
        query(all),
        "doxy album:\"Bags' Groove\" artist:\"Miles Davis\" track:Doxy genre:\"hard bop\" year:2000-2005 \
         isrc:USPR37300012 upc:025218612524 tag:hipster"
    );
    assert_eq!(query(SearchQuery::new("x").year(2003)), "x year:2003");
    assert_eq!(query(SearchQuery::new("x").album("say \"hello\"")), "x album:\"say  hello\"");
}
