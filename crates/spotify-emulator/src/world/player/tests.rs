//! A player on its own, with a real album and a time that is only counted.

use super::*;
use crate::catalog::Album;
use crate::ids::Kind;

const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";

fn album() -> &'static Album {
    Catalog::bundled().album(ALBUM).unwrap()
}

fn uri(number: usize) -> String {
    Kind::Track.uri(album().tracks[number].id.as_str())
}

fn length(number: usize) -> i64 {
    i64::from(album().tracks[number].duration_ms)
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + ms).unwrap()
}

fn playing(start: usize) -> Player {
    let mut player = Player::default();
    let items = (0..album().tracks.len()).map(uri).collect();
    player.play(Some(Kind::Album.uri(ALBUM)), items, start, 0, at(0));
    player
}

fn history(player: &Player) -> Vec<&str> {
    player.history().map(|play| play.uri.as_str()).collect()
}

#[test]
fn the_position_moves_with_the_time_and_stands_still_when_paused() {
    let mut player = playing(0);
    player.settle(Catalog::bundled(), at(20_000));
    assert_eq!(player.position_ms(), 20_000);
    player.pause(at(20_000));
    player.settle(Catalog::bundled(), at(90_000));
    assert_eq!(player.position_ms(), 20_000);
    player.resume(at(90_000));
    player.settle(Catalog::bundled(), at(91_500));
    assert_eq!(player.position_ms(), 21_500);
}

#[test]
fn a_time_that_goes_back_changes_nothing() {
    let mut player = playing(0);
    player.settle(Catalog::bundled(), at(20_000));
    player.settle(Catalog::bundled(), at(10_000));
    assert_eq!(player.position_ms(), 20_000);
}

#[test]
fn a_track_that_ends_is_followed_by_the_next_and_remembered() {
    let mut player = playing(0);
    player.settle(Catalog::bundled(), at(length(0) + length(1) + 5));
    assert_eq!(player.item, Some(uri(2)));
    assert_eq!(player.position_ms(), 5);
    assert_eq!(history(&player), [uri(1), uri(0)]);
    assert_eq!(player.history().next().unwrap().played_at, at(length(0) + length(1)));
}

#[test]
fn what_is_in_the_queue_comes_before_the_rest_of_the_album() {
    let mut player = playing(0);
    player.enqueue(uri(9));
    assert_eq!(player.upcoming().take(2).collect::<Vec<_>>(), [uri(9), uri(1)]);
    player.skip_to_next(at(0));
    assert_eq!(player.item, Some(uri(9)));
    player.skip_to_next(at(0));
    assert_eq!(player.item, Some(uri(1)));
    assert!(history(&player).is_empty(), "nothing was heard for long enough");
}

#[test]
fn at_the_end_of_the_album_it_stops_at_the_start() {
    let last = album().tracks.len() - 1;
    let mut player = playing(last);
    player.settle(Catalog::bundled(), at(length(last) + 60_000));
    assert!(!player.is_playing);
    assert_eq!((player.item.clone(), player.position_ms()), (Some(uri(0)), 0));
}

#[test]
fn a_repeated_album_goes_on_for_years() {
    let mut player = playing(0);
    player.set_repeat(Repeat::Context, at(0));
    let round: i64 = (0..album().tracks.len()).map(length).sum();
    player.settle(Catalog::bundled(), at(round * 1_000_000 + length(0) + 7));
    assert!(player.is_playing);
    assert_eq!((player.item.clone(), player.position_ms()), (Some(uri(1)), 7));
    assert_eq!(player.history().count(), 50);
    assert_eq!(history(&player)[0], uri(0));
}

#[test]
fn a_repeated_track_is_played_again_until_it_is_skipped() {
    let mut player = playing(3);
    player.set_repeat(Repeat::Track, at(0));
    player.settle(Catalog::bundled(), at(length(3) * 1_000_000 + 9));
    assert_eq!((player.item.clone(), player.position_ms()), (Some(uri(3)), 9));
    assert_eq!(player.history().count(), 50);
    player.skip_to_next(at(length(3) * 1_000_000 + 9));
    assert_eq!(player.item, Some(uri(4)));
}

#[test]
fn no_two_plays_have_the_same_time() {
    let mut player = playing(0);
    for _ in 0..3 {
        player.push_play(Play { uri: uri(0), context: None, played_at: at(0) });
    }
    let times: Vec<_> = player.history().map(|play| play.played_at).collect();
    assert!(times.windows(2).all(|pair| pair[0] > pair[1]));
}

#[test]
fn shuffling_and_back_goes_on_from_the_current_track() {
    let mut player = playing(5);
    player.set_shuffle(true, at(0));
    assert_eq!(player.item, Some(uri(5)));
    let shuffled: Vec<_> = player.upcoming().map(str::to_owned).collect();
    assert_ne!(shuffled[..3], [uri(6), uri(7), uri(8)]);
    player.set_shuffle(false, at(0));
    assert_eq!(player.upcoming().next(), Some(uri(6).as_str()));
}

#[test]
fn seeking_past_the_end_begins_the_next_track() {
    let mut player = playing(0);
    player.seek(length(0), Catalog::bundled(), at(0));
    assert_eq!((player.item.clone(), player.position_ms()), (Some(uri(1)), 0));
    player.seek(1_000, Catalog::bundled(), at(0));
    assert_eq!(player.position_ms(), 1_000);
}

#[test]
fn a_device_that_is_lost_takes_the_playback_with_it() {
    let mut player = playing(0);
    player.add_device(Device::new("one", "One", "Speaker"));
    player.active = Some("one".to_owned());
    assert!(player.lose_device("one", at(1)));
    assert!(player.device().is_none() && !player.is_playing);
    assert!(!player.lose_device("one", at(1)));
}
