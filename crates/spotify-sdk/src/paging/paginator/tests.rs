//! What pages report, and what is requested next.

use super::*;

fn at(offset: u32, limit: u32) -> Slot {
    Slot::Offset { offset, limit }
}

fn info(entries: u32, limit: u32, total: Option<u32>, has_next: bool) -> PageInfo {
    PageInfo { entries, limit, total, has_next, is_last: !has_next, ..PageInfo::default() }
}

fn offsets(paginator: &mut Paginator, in_flight: usize) -> Vec<u32> {
    let mut found = Vec::new();
    while let Some(Slot::Offset { offset, .. }) = paginator.next(in_flight + found.len()) {
        found.push(offset);
    }
    found
}

#[test]
fn the_first_part_comes_alone_and_then_all_the_others_are_known() {
    let mut paginator = Paginator::new(at(0, 50), u32::MAX);
    assert_eq!(offsets(&mut paginator, 0), [0]);
    paginator.arrived(&at(0, 50), &info(50, 50, Some(180), true));
    assert_eq!(offsets(&mut paginator, 0), [50, 100, 150]);
    assert_eq!(paginator.total(), Some(180));
    paginator.arrived(&at(50, 50), &info(50, 50, Some(230), true));
    assert_eq!(offsets(&mut paginator, 2), [200], "the list has grown");
}

#[test]
fn less_than_was_asked_for_leaves_nothing_out() {
    for first in [info(20, 20, Some(70), true), info(20, 0, Some(70), true)] {
        let mut paginator = Paginator::new(at(0, 50), u32::MAX);
        paginator.next(0);
        paginator.arrived(&at(0, 50), &first);
        assert_eq!(offsets(&mut paginator, 0), [20, 40, 60]);
    }
}

#[test]
fn parts_that_are_not_full_take_up_their_place_all_the_same() {
    let mut paginator = Paginator::new(at(0, 50), u32::MAX);
    paginator.next(0);
    paginator.arrived(&at(0, 50), &info(48, 50, Some(120), true));
    assert_eq!(offsets(&mut paginator, 0), [50, 100]);
}

#[test]
fn empty_parts_end_a_list() {
    let mut paginator = Paginator::new(at(0, 50), u32::MAX);
    paginator.next(0);
    paginator.arrived(&at(0, 50), &info(0, 50, Some(0), true));
    assert_eq!(paginator.next(0), None);

    let mut paginator = Paginator::new(at(0, 50), u32::MAX);
    paginator.next(0);
    paginator.arrived(&at(0, 50), &info(50, 50, Some(100), true));
    let mut slot = paginator.next(0);
    for round in 0..100 {
        let Some(Slot::Offset { offset, limit }) = slot else { return };
        paginator.arrived(&at(offset, limit), &info(0, 50, Some(1000 + round), true));
        slot = paginator.next(0);
    }
    panic!("empty parts with a total that grows must not go on for ever");
}

#[test]
fn empty_parts_end_a_list_of_which_the_total_says_that_it_is_endless() {
    for limit in [1, 50] {
        let mut paginator = Paginator::new(at(0, limit), u32::MAX);
        let mut asked = 0;
        while let Some(Slot::Offset { offset, limit }) = paginator.next(0) {
            paginator.arrived(&at(offset, limit), &info(0, limit, Some(u32::MAX), true));
            asked += 1;
            assert!(asked <= 1000);
        }
        assert_eq!(asked, 1000 / limit);
    }
}

#[test]
fn a_gap_in_a_list_does_not_end_it() {
    let mut paginator = Paginator::new(at(0, 50), u32::MAX);
    let mut found = 0;
    while let Some(Slot::Offset { offset, limit }) = paginator.next(0) {
        let entries = if (50..1000).contains(&offset) || (1050..2000).contains(&offset) { 0 } else { 50 };
        paginator.arrived(&at(offset, limit), &info(entries, limit, Some(2050), offset + limit < 2050));
        found += entries;
    }
    assert_eq!(found, 150);
}

#[test]
fn a_list_without_a_total_is_read_from_part_to_part() {
    let mut paginator = Paginator::new(at(0, 50), u32::MAX);
    assert_eq!(offsets(&mut paginator, 0), [0]);
    paginator.arrived(&at(0, 50), &info(50, 50, None, true));
    assert_eq!(offsets(&mut paginator, 0), [50]);
    paginator.arrived(&at(50, 50), &info(7, 50, None, false));
    assert_eq!(paginator.next(0), None);
}

#[test]
fn nothing_is_asked_for_beyond_the_end_that_spotify_sets() {
    let mut paginator = Paginator::new(at(970, 50), 1000);
    assert_eq!(paginator.next(0), Some(at(970, 30)));
    paginator.arrived(&at(970, 30), &info(30, 30, Some(5000), true));
    assert_eq!(paginator.next(0), None);
}

#[test]
fn what_is_asked_for_again_is_followed_by_what_came_after_it() {
    let mut paginator = Paginator::new(at(0, 10), u32::MAX);
    paginator.next(0);
    paginator.arrived(&at(0, 10), &info(10, 10, Some(40), true));
    assert_eq!(offsets(&mut paginator, 0), [10, 20, 30]);
    paginator.rewind(at(20, 10));
    assert_eq!(offsets(&mut paginator, 0), [20, 30]);
}

#[test]
fn cursors_are_followed_until_there_is_none_or_one_comes_again() {
    let part = |after: Option<&str>| PageInfo {
        entries: 2,
        has_next: true,
        after: after.map(Text::from),
        ..PageInfo::default()
    };
    let after = |cursor: &str| Slot::After { cursor: Some(cursor.into()), limit: 2 };
    let first = Slot::After { cursor: None, limit: 2 };
    let mut paginator = Paginator::new(first.clone(), u32::MAX);
    assert_eq!(paginator.next(0), Some(first.clone()));
    assert_eq!(paginator.next(1), None, "the part under way tells where the next begins");
    paginator.arrived(&first, &part(Some("a")));
    assert_eq!(paginator.next(0), Some(after("a")));
    paginator.arrived(&after("a"), &part(Some("b")));
    assert_eq!(paginator.next(0), Some(after("b")));
    paginator.arrived(&after("b"), &part(Some("a")));
    assert_eq!(paginator.next(0), None, "it leads in a circle");

    for last in [part(None), part(Some("")), PageInfo { has_next: false, is_last: true, ..part(Some("c")) }] {
        let mut paginator = Paginator::new(first.clone(), u32::MAX);
        paginator.next(0);
        paginator.arrived(&first, &last);
        assert_eq!(paginator.next(0), None);
    }
}

/// Returns the metadata of a page that holds nothing but items.
fn bare(entries: u32) -> PageInfo {
    PageInfo { entries, ..PageInfo::default() }
}

#[test]
fn a_full_part_without_a_word_about_the_end_is_followed_up() {
    let mut paginator = Paginator::new(at(0, 100), u32::MAX);
    assert_eq!(offsets(&mut paginator, 0), [0]);
    paginator.arrived(&at(0, 100), &bare(100));
    assert_eq!(offsets(&mut paginator, 0), [100]);
    paginator.arrived(&at(100, 100), &bare(100));
    assert_eq!(offsets(&mut paginator, 0), [200]);
    paginator.arrived(&at(200, 100), &bare(30));
    assert_eq!(paginator.next(0), None);
}

#[test]
fn a_total_that_is_the_size_of_the_part_does_not_end_a_list() {
    for has_next in [true, false] {
        let mut paginator = Paginator::new(at(0, 100), u32::MAX);
        assert_eq!(offsets(&mut paginator, 0), [0]);
        paginator.arrived(&at(0, 100), &PageInfo { total: Some(100), has_next, ..bare(100) });
        assert_eq!(offsets(&mut paginator, 0), [100]);
        paginator.arrived(&at(100, 100), &PageInfo { total: Some(100), has_next, ..bare(100) });
        assert_eq!((paginator.total(), offsets(&mut paginator, 0)), (None, vec![200]));
        paginator.arrived(&at(200, 100), &PageInfo { total: Some(30), ..bare(30) });
        assert_eq!(paginator.next(0), None);
    }
}

#[test]
fn a_whole_part_that_names_no_other_is_the_last() {
    let mut paginator = Paginator::new(at(0, 50), u32::MAX);
    paginator.next(0);
    paginator.arrived(&at(0, 50), &info(50, 50, Some(50), false));
    assert_eq!(paginator.next(0), None);
}

#[test]
fn smaller_parts_begin_where_the_larger_one_was_refused() {
    let mut paginator = Paginator::new(at(30, 100), u32::MAX);
    let first = paginator.next(0).unwrap();
    paginator.resize(first, 50);
    assert_eq!(paginator.next(0), Some(at(30, 50)));
    paginator.arrived(&at(30, 50), &info(50, 50, Some(200), true));
    assert_eq!(offsets(&mut paginator, 0), [80, 130, 180]);

    let first = Slot::After { cursor: None, limit: 100 };
    let mut paginator = Paginator::new(first.clone(), u32::MAX);
    paginator.next(0);
    paginator.resize(first, 50);
    assert_eq!(paginator.next(0), Some(Slot::After { cursor: None, limit: 50 }));
}

#[test]
fn cursors_are_followed_as_well_where_only_the_total_or_nothing_says_that_there_is_more() {
    let after = |cursor: &str| Slot::After { cursor: Some(cursor.into()), limit: 2 };
    let first = Slot::After { cursor: None, limit: 2 };
    for part in [bare(2), PageInfo { total: Some(3), ..bare(1) }] {
        let mut paginator = Paginator::new(first.clone(), u32::MAX);
        paginator.next(0);
        paginator.arrived(&first, &PageInfo { after: Some("a".into()), ..part });
        assert_eq!(paginator.next(0), Some(after("a")));
        paginator.arrived(&after("a"), &PageInfo { after: Some("b".into()), ..bare(1) });
        assert_eq!(paginator.next(0), None);
    }
}
