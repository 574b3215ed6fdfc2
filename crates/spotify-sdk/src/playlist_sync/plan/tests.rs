//! Plans, executed on a playlist that is simulated as Spotify's reference describes it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// An entry with a number that tells it from others of the same item.
type Entry = (Option<SpotifyUri>, u64);

/// Entries with this number or a higher one were added by a step.
const NEW: u64 = 1 << 32;

fn is_new(entry: &Entry) -> bool {
    entry.1 >= NEW
}

fn uri(number: u32) -> SpotifyUri {
    format!("spotify:track:{number:022}").parse().unwrap()
}

fn local(number: u32) -> SpotifyUri {
    SpotifyUri::from_spotify(&format!("spotify:local:artist:album:{number}:60"))
}

fn entries(items: &[Option<SpotifyUri>]) -> Vec<Entry> {
    (0..).zip(items).map(|(added_at, item)| (item.clone(), added_at)).collect()
}

/// Executes one step, independently of the planner's code.
fn take(playlist: &mut Vec<Entry>, step: &SyncStep, next: &mut u64) {
    match step {
        SyncStep::Remove { uris } => {
            assert!((1..=MAX_PER_REQUEST).contains(&uris.len()));
            let before = playlist.len();
            playlist.retain(|(item, _)| item.as_ref().is_none_or(|item| !uris.contains(item)));
            assert!(playlist.len() < before, "a request that removes nothing");
        }
        SyncStep::Add { uris, position } => {
            assert!((1..=MAX_PER_REQUEST).contains(&uris.len()));
            assert!(uris.iter().all(|uri| uri.kind().is_some()), "added what cannot be");
            let tail = playlist.split_off(*position as usize);
            playlist.extend((*next..).zip(uris).map(|(number, uri)| (Some(uri.clone()), number)));
            *next += uris.len() as u64;
            playlist.extend(tail);
            assert!(playlist.len() <= MAX_ITEMS);
        }
        SyncStep::Move { range_start, range_length, insert_before } => {
            let (start, length, before) = (*range_start as usize, *range_length as usize, *insert_before as usize);
            assert!(length > 0 && start + length <= playlist.len() && before <= playlist.len());
            assert!(before < start || before > start + length, "a request that moves nothing");
            let behind: Vec<Entry> = playlist[before..].to_vec();
            let range: Vec<Entry> = playlist.drain(start..start + length).collect();
            let place = behind.iter().find_map(|entry| playlist.iter().position(|other| other == entry));
            let place = place.unwrap_or(playlist.len());
            playlist.splice(place..place, range);
        }
    }
}

/// Executes the plan and checks everything that it promises.
fn check_plan(current: &[Option<SpotifyUri>], wanted: &[SpotifyUri], rules: Rules) -> (SyncPlan, Vec<Entry>) {
    let plan = plan(current, wanted, "1", rules).unwrap();
    let before = entries(current);
    let mut playlist = before.clone();
    let (mut copy, mut next) = (current.to_vec(), NEW);
    for step in &plan.steps {
        take(&mut playlist, step, &mut next);
        step.apply(&mut copy);
        assert!(copy.iter().eq(playlist.iter().map(|(item, _)| item)), "what is computed is not what happens: {step}");
    }
    assert!(playlist.iter().filter_map(|(item, _)| item.as_ref()).eq(wanted), "not what is wanted");

    let old = playlist.iter().filter(|entry| !is_new(entry)).count();
    assert_eq!(old, plan.kept + plan.moved);
    assert!(playlist.iter().filter(|entry| !is_new(entry)).all(|entry| before.contains(entry)));
    assert_eq!(playlist.len() - old, plan.added);
    assert_eq!(before.len() - old, plan.removed);
    assert_eq!(plan.entries(), playlist.len());
    assert_eq!(plan.is_done(), current.iter().eq(playlist.iter().map(|(item, _)| item)));

    // Every entry that can keep its `added_at` does: all entries of an item that has no more entries than wanted.
    if !plan.rewrites {
        let count = |list: &mut dyn Iterator<Item = &SpotifyUri>| {
            let mut counts = BTreeMap::new();
            list.for_each(|uri| *counts.entry(uri.clone()).or_insert(0_usize) += 1);
            counts
        };
        let (are, shall) = (count(&mut current.iter().flatten()), count(&mut wanted.iter()));
        let shall = |uri: &SpotifyUri| shall.get(uri).copied().unwrap_or_default();
        let can_stay: usize = are.iter().filter(|(uri, are)| **are <= shall(uri)).map(|(_, are)| are).sum();
        assert_eq!(old, can_stay + current.iter().filter(|entry| entry.is_none()).count());
        let renewed: usize = are.iter().filter(|(uri, are)| **are > shall(uri)).map(|(uri, _)| shall(uri)).sum();
        assert_eq!(renewed, plan.renewed);
    }
    (plan, playlist)
}

/// The number of requests to remove in hundreds, add each run of new items where it belongs, and move entries one by
/// one.
fn requests_one_by_one(plan: &SyncPlan, playlist: &[Entry]) -> usize {
    let removals = plan.steps.iter().filter(|step| matches!(step, SyncStep::Remove { .. })).count();
    let runs = playlist.chunk_by(|one, other| is_new(one) == is_new(other));
    let additions: usize = runs.filter(|run| is_new(&run[0])).map(|run| run.len().div_ceil(MAX_PER_REQUEST)).sum();
    removals + additions + plan.moved
}

fn pair() -> impl Strategy<Value = (Vec<Option<SpotifyUri>>, Vec<SpotifyUri>)> {
    // Few different items make many duplicates; many different ones make few.
    (1_u32..700, 0_usize..=500, 0_usize..=500).prop_flat_map(|(different, are, shall)| {
        let item = (0..different).prop_map(uri);
        (prop::collection::vec(item.clone().prop_map(Some), are), prop::collection::vec(item, shall))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_playlist_becomes_any_other((current, wanted) in pair()) {
        let (plan, playlist) = check_plan(&current, &wanted, Rules::default());
        prop_assert!(plan.steps.len() <= requests_one_by_one(&plan, &playlist));
        let rules = Rules { allow_rewrite: true, ..Rules::default() };
        let (rewrite, _) = check_plan(&current, &wanted, rules);
        let most = plan.requests_of_replacement() + current.len().div_ceil(MAX_PER_REQUEST);
        prop_assert!(rewrite.steps.len() <= plan.steps.len().min(most));
    }

    #[test]
    fn entries_without_a_name_stay_behind_what_they_are_behind(
        (mut current, wanted) in pair(),
        gone in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let count = current.len();
        for index in gone.iter().filter(|_| count > 0) {
            current[index.index(count)] = None;
        }
        let has_gone = current.iter().any(Option::is_none);
        prop_assert_eq!(plan(&current, &wanted, "1", Rules::default()).is_err(), has_gone);
        let rules = Rules { keep_unavailable: true, allow_rewrite: true };
        let (plan, playlist) = check_plan(&current, &wanted, rules);
        prop_assert!(!(plan.rewrites && has_gone));
        // The nearest preceding available entry that stays, or the start.
        let before = entries(&current);
        let stays = |entry: &Entry| entry.0.is_some() && playlist.contains(entry);
        for entry in before.iter().filter(|entry| entry.0.is_none()) {
            let leader = |list: &[Entry]| {
                let at = list.iter().position(|other| other == entry).unwrap();
                list[..at].iter().rev().find(|other| other.0.is_some()).cloned()
            };
            let at = before.iter().position(|other| other == entry).unwrap();
            let expected = before[..at].iter().rev().find(|other| stays(other)).cloned();
            prop_assert_eq!(leader(&playlist), expected);
        }
    }

    #[test]
    fn a_shuffled_playlist_loses_no_date(count in 0_u32..=500, seed in any::<u64>()) {
        let current: Vec<_> = (0..count).map(|number| Some(uri(number))).collect();
        let mut wanted: Vec<_> = (0..count).map(uri).collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut wanted);
        let (plan, _) = check_plan(&current, &wanted, Rules::default());
        prop_assert_eq!((plan.added, plan.removed), (0, 0));
        prop_assert!(plan.steps.len() <= count as usize * 6 / 10 + 2);
    }
}

/// Returns a playlist of `count` items, and the same after some edits.
fn edited(rng: &mut fastrand::Rng, count: u32, edits: usize) -> (Vec<Option<SpotifyUri>>, Vec<SpotifyUri>) {
    let current: Vec<_> = (0..count).map(uri).collect();
    let mut wanted = current.clone();
    for edit in 0..edits {
        match rng.u8(0..3) {
            0 => drop(wanted.remove(rng.usize(..wanted.len()))),
            1 => wanted.insert(rng.usize(..=wanted.len()), uri(10_000 + edit as u32)),
            _ => {
                let (start, length) = (rng.usize(..wanted.len() - 30), rng.usize(1..30));
                let range: Vec<_> = wanted.drain(start..start + length).collect();
                let place = rng.usize(..=wanted.len());
                wanted.splice(place..place, range);
            }
        }
    }
    (current.into_iter().map(Some).collect(), wanted)
}

#[test]
fn requests_against_writing_everything_anew() {
    let mut rng = fastrand::Rng::with_seed(2026);
    let mut table = String::from("\nplaylists of 500             steps  anew  one by one\n");
    let mut row = |name: &str, pairs: &[(Vec<Option<SpotifyUri>>, Vec<SpotifyUri>)]| {
        let mut sums = (0, 0, 0);
        for (current, wanted) in pairs {
            let (plan, playlist) = check_plan(current, wanted, Rules::default());
            sums.0 += plan.steps.len();
            sums.1 += plan.requests_of_replacement();
            sums.2 += requests_one_by_one(&plan, &playlist);
        }
        let mean = |sum: usize| sum as f64 / pairs.len() as f64;
        table += &format!("{name:<27} {:>6.1} {:>5.1} {:>11.1}\n", mean(sums.0), mean(sums.1), mean(sums.2));
        sums
    };
    for edits in [1, 3, 5, 20] {
        let pairs: Vec<_> = (0..40).map(|_| edited(&mut rng, 500, edits)).collect();
        let (steps, anew, _) = row(&format!("{edits} edits"), &pairs);
        // With up to as many edits as there are hundreds, keeping the dates takes no more requests than losing them
        // would.
        assert!(edits > 5 || steps <= anew, "{steps} against {anew}");
        assert!(steps <= pairs.len() * (edits + 1));
    }
    let random = |rng: &mut fastrand::Rng, different: u32| {
        let mut list = || (0..500).map(|_| uri(rng.u32(..different))).collect::<Vec<_>>();
        (list().into_iter().map(Some).collect(), list())
    };
    let strangers: Vec<_> = (0..20)
        .map(|_| ((0..500).map(|number| Some(uri(number))).collect(), (500..1_000).map(uri).collect()))
        .collect();
    assert_eq!(row("nothing in common", &strangers), (200, 100, 200));
    for different in [700, 5_000] {
        let pairs: Vec<_> = (0..20).map(|_| random(&mut rng, different)).collect();
        let (steps, anew, one_by_one) = row(&format!("random, of {different}"), &pairs);
        assert!(steps <= one_by_one && steps <= anew * 50);
    }
    let shuffled: Vec<_> = (0..20)
        .map(|_| {
            let mut wanted: Vec<_> = (0..500).map(uri).collect();
            rng.shuffle(&mut wanted);
            ((0..500).map(|number| Some(uri(number))).collect(), wanted)
        })
        .collect();
    let (steps, _, one_by_one) = row("shuffled", &shuffled);
    assert!(steps * 10 <= one_by_one * 6, "{steps} against {one_by_one}");
    std::io::Write::write_all(&mut std::io::stdout(), table.as_bytes()).unwrap();
}

#[test]
fn what_cannot_be_done_is_refused() {
    let refused = |current: &[Option<SpotifyUri>], wanted: &[SpotifyUri]| {
        plan(current, wanted, "1", Rules { allow_rewrite: true, ..Rules::default() }).unwrap_err().to_string()
    };
    assert!(refused(&[], &[local(1)]).contains("cannot add local files"));
    assert!(refused(&[Some(local(1))], &[local(1), local(1)]).contains("at most 1"));
    assert!(refused(&[Some(local(1)), Some(local(1))], &[local(1)]).contains("all 2 entries"));
    assert!(refused(&[Some(uri(1)), None], &[uri(1)]).contains("the first at 1"));
    assert!(refused(&[], &["spotify:album:5K79FLRUCSysQnVESLcTdb".parse().unwrap()]).contains("tracks and episodes"));
    assert!(refused(&[], &vec![uri(1); MAX_ITEMS + 1]).contains("10000"));
    let kept = Rules { keep_unavailable: true, ..Rules::default() };
    assert!(plan(&[None], &vec![uri(1); MAX_ITEMS], "1", kept).unwrap_err().to_string().contains("9999"));
}

#[test]
fn local_files_stay_move_and_go() {
    let current = [Some(local(1)), Some(uri(1)), Some(local(2)), Some(local(3)), Some(local(3))];
    let rules = Rules { allow_rewrite: true, ..Rules::default() };
    let (plan, _) = check_plan(&current, &[local(3), uri(2), uri(1), local(3), local(1)], rules);
    assert_eq!((plan.added, plan.removed), (1, 1));
    assert!(check_plan(&current, &[], rules).0.steps.len() == 1);
}

#[test]
fn the_longest_playlists_are_planned_too() {
    let mut rng = fastrand::Rng::with_seed(3);
    let current: Vec<_> = (0..10_000).map(|number| Some(uri(number % 9))).collect();
    let mut wanted: Vec<_> = current.iter().flatten().cloned().collect();
    wanted.reverse();
    wanted[..40].fill(uri(9));
    rng.shuffle(&mut wanted[9_000..]);
    check_plan(&current, &wanted, Rules { allow_rewrite: true, ..Rules::default() });
}

#[test]
fn a_plan_says_what_it_does() {
    let current: Vec<_> = (0..6).map(|number| Some(uri(number))).collect();
    let wanted = [uri(3), uri(4), uri(0), uri(7), uri(1), uri(2)];
    let plan = plan(&current, &wanted, "1", Rules::default()).unwrap();
    let text = plan.to_string();
    assert!(text.starts_with("3 kept, 2 moved, 1 added, 1 removed; 3 steps\n   1. remove spotify:track:"), "{text}");
    assert!(text.contains("\n   2. add at 1: spotify:track:"), "{text}");
    assert!(text.ends_with("\n   3. move 2 entries from 4 on before the one at 0"), "{text}");
    assert!(check_plan(&current, &wanted, Rules::default()).0 == plan);
    let done = super::plan(&current[..1], &[uri(0)], "1", Rules::default()).unwrap();
    assert_eq!(done.to_string(), "1 kept, 0 moved, 0 added, 0 removed; nothing to do");
}
