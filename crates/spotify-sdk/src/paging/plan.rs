//! Which part of a list is asked for next: pure decisions, without a clock or a network.

use std::collections::HashSet;

use compact_str::CompactString;

use super::{Place, Seen};

/// So many places in a row without an item end a list, whatever its total says: a total can be wrong.
const LONGEST_GAP: u32 = 1_000;

/// The way through a list.
#[derive(Debug)]
pub(super) enum Plan {
    Offsets(Offsets),
    Cursors(Cursors),
}

impl Plan {
    /// Begins at `first`, and reads no further than `end`.
    pub(super) fn new(first: Place, end: u32) -> Self {
        match first {
            Place::Offset { offset, limit } => {
                Self::Offsets(Offsets { next: offset, limit: limit.max(1), end, gap: 0, known: Known::Nothing })
            }
            cursor => Self::Cursors(Cursors { next: Some(cursor), met: HashSet::new() }),
        }
    }

    /// The next place to ask for while `under_way` others are; `None` when there is none, or it is not yet known.
    pub(super) fn next(&mut self, under_way: usize) -> Option<Place> {
        match self {
            Self::Offsets(offsets) => offsets.next(under_way),
            Self::Cursors(cursors) => cursors.next.take(),
        }
    }

    /// Takes in what the part at `place` said.
    pub(super) fn arrived(&mut self, place: &Place, seen: &Seen) {
        match (self, place) {
            (Self::Offsets(offsets), Place::Offset { offset, limit }) => offsets.arrived(*offset, *limit, seen),
            (Self::Cursors(cursors), place) => cursors.arrived(place, seen),
            (Self::Offsets(_), _) => {}
        }
    }

    /// Goes back to `place`, to ask for it and what follows again.
    pub(super) fn rewind(&mut self, place: Place) {
        match (self, place) {
            (Self::Offsets(offsets), Place::Offset { offset, .. }) => offsets.next = offset,
            (Self::Cursors(cursors), place) => cursors.next = Some(place),
            (Self::Offsets(_), _) => {}
        }
    }

    /// With nowhere left to go.
    pub(super) fn over() -> Self {
        Self::Cursors(Cursors { next: None, met: HashSet::new() })
    }

    /// How many items the whole list has, as far as is known.
    pub(super) fn total(&self) -> Option<u32> {
        match self {
            Self::Offsets(Offsets { known: Known::Total(total), .. }) => Some(*total),
            _ => None,
        }
    }
}

/// A list that is read by position.
#[derive(Debug)]
pub(super) struct Offsets {
    next: u32,
    limit: u32,
    /// Up to where the list can be read at all.
    end: u32,
    /// How many places in a row were empty.
    gap: u32,
    known: Known,
}

/// What is known of the length of a list.
#[derive(Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    /// The parts do not say; the last one named a next one.
    MoreToCome,
    Total(u32),
}

impl Offsets {
    fn next(&mut self, under_way: usize) -> Option<Place> {
        let end = match self.known {
            // Only the part that is under way can tell whether there is another.
            Known::Nothing | Known::MoreToCome if under_way > 0 => return None,
            Known::Nothing | Known::MoreToCome => self.end,
            Known::Total(total) => total.min(self.end),
        };
        let limit = self.limit.min(self.end.saturating_sub(self.next));
        if self.next >= end || limit == 0 {
            // The first part is asked for whatever its place, so that the answer is Spotify's.
            let first = self.known == Known::Nothing && under_way == 0;
            return first.then(|| self.step(self.limit));
        }
        Some(self.step(limit))
    }

    fn step(&mut self, limit: u32) -> Place {
        let offset = self.next;
        self.next = offset.saturating_add(limit);
        Place::Offset { offset, limit }
    }

    fn arrived(&mut self, offset: u32, asked: u32, seen: &Seen) {
        if self.known == Known::Nothing {
            self.learn_limit(offset, asked, seen);
        }
        let places = asked.min(self.limit);
        let after = offset.saturating_add(places);
        self.gap = if seen.entries == 0 { self.gap.saturating_add(places) } else { 0 };
        self.known = match (seen.entries, seen.total) {
            // An empty part that names no other is the end, whatever the total says.
            (0, _) if !seen.has_next || self.gap >= LONGEST_GAP => Known::Total(offset),
            // Only parts that hold something can make a list longer: otherwise one of empty parts would never end.
            (0, total) => Known::Total(match self.known {
                Known::Total(known) => total.map_or(known, |total| known.min(total)),
                Known::Nothing | Known::MoreToCome => total.unwrap_or(offset),
            }),
            (_, Some(total)) => Known::Total(total),
            (_, None) if seen.has_next => Known::MoreToCome,
            (_, None) => Known::Total(after),
        };
    }

    /// Spotify may give less than it was asked for; then that is what parts are made of.
    fn learn_limit(&mut self, offset: u32, asked: u32, seen: &Seen) {
        let ends_here = seen.total.is_some_and(|total| total <= offset.saturating_add(seen.entries));
        let given = match seen.limit {
            0 if seen.entries == 0 || ends_here => asked,
            0 => seen.entries,
            limit => limit,
        };
        if given < asked {
            self.limit = given;
            self.next = offset.saturating_add(given);
        }
    }
}

/// A list in which each part tells where the next one begins.
#[derive(Debug)]
pub(super) struct Cursors {
    next: Option<Place>,
    /// The cursors so far: one that comes again leads in a circle.
    met: HashSet<CompactString>,
}

impl Cursors {
    fn arrived(&mut self, place: &Place, seen: &Seen) {
        let (cursor, limit) = match place {
            Place::After { limit, .. } => (&seen.after, *limit),
            Place::Before { limit, .. } => (&seen.before, *limit),
            Place::Offset { .. } => return,
        };
        if seen.entries == 0 || !seen.has_next {
            return;
        }
        let Some(cursor) = cursor.clone().filter(|cursor| !cursor.is_empty() && self.met.insert(cursor.clone())) else {
            return;
        };
        self.next = Some(match place {
            Place::Before { .. } => Place::Before { cursor: Some(cursor), limit },
            _ => Place::After { cursor: Some(cursor), limit },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: u32, limit: u32) -> Place {
        Place::Offset { offset, limit }
    }

    fn seen(entries: u32, limit: u32, total: Option<u32>, has_next: bool) -> Seen {
        Seen { entries, limit, total, has_next, ..Seen::default() }
    }

    fn offsets(plan: &mut Plan, under_way: usize) -> Vec<u32> {
        let mut found = Vec::new();
        while let Some(Place::Offset { offset, .. }) = plan.next(under_way + found.len()) {
            found.push(offset);
        }
        found
    }

    #[test]
    fn the_first_part_comes_alone_and_then_all_the_others_are_known() {
        let mut plan = Plan::new(at(0, 50), u32::MAX);
        assert_eq!(offsets(&mut plan, 0), [0]);
        plan.arrived(&at(0, 50), &seen(50, 50, Some(180), true));
        assert_eq!(offsets(&mut plan, 0), [50, 100, 150]);
        assert_eq!(plan.total(), Some(180));
        plan.arrived(&at(50, 50), &seen(50, 50, Some(230), true));
        assert_eq!(offsets(&mut plan, 2), [200], "the list has grown");
    }

    #[test]
    fn less_than_was_asked_for_leaves_nothing_out() {
        for first in [seen(20, 20, Some(70), true), seen(20, 0, Some(70), true)] {
            let mut plan = Plan::new(at(0, 50), u32::MAX);
            plan.next(0);
            plan.arrived(&at(0, 50), &first);
            assert_eq!(offsets(&mut plan, 0), [20, 40, 60]);
        }
    }

    #[test]
    fn parts_that_are_not_full_take_up_their_place_all_the_same() {
        let mut plan = Plan::new(at(0, 50), u32::MAX);
        plan.next(0);
        plan.arrived(&at(0, 50), &seen(48, 50, Some(120), true));
        assert_eq!(offsets(&mut plan, 0), [50, 100]);
    }

    #[test]
    fn empty_parts_end_a_list() {
        let mut plan = Plan::new(at(0, 50), u32::MAX);
        plan.next(0);
        plan.arrived(&at(0, 50), &seen(0, 50, Some(0), true));
        assert_eq!(plan.next(0), None);

        let mut plan = Plan::new(at(0, 50), u32::MAX);
        plan.next(0);
        plan.arrived(&at(0, 50), &seen(50, 50, Some(100), true));
        let mut place = plan.next(0);
        for round in 0..100 {
            let Some(Place::Offset { offset, limit }) = place else { return };
            plan.arrived(&at(offset, limit), &seen(0, 50, Some(1000 + round), true));
            place = plan.next(0);
        }
        panic!("empty parts with a total that grows must not go on for ever");
    }

    #[test]
    fn empty_parts_end_a_list_of_which_the_total_says_that_it_is_endless() {
        for limit in [1, 50] {
            let mut plan = Plan::new(at(0, limit), u32::MAX);
            let mut asked = 0;
            while let Some(Place::Offset { offset, limit }) = plan.next(0) {
                plan.arrived(&at(offset, limit), &seen(0, limit, Some(u32::MAX), true));
                asked += 1;
                assert!(asked <= 1000);
            }
            assert_eq!(asked, 1000 / limit);
        }
    }

    #[test]
    fn a_gap_in_a_list_does_not_end_it() {
        let mut plan = Plan::new(at(0, 50), u32::MAX);
        let mut found = 0;
        while let Some(Place::Offset { offset, limit }) = plan.next(0) {
            let entries = if (50..1000).contains(&offset) || (1050..2000).contains(&offset) { 0 } else { 50 };
            plan.arrived(&at(offset, limit), &seen(entries, limit, Some(2050), offset + limit < 2050));
            found += entries;
        }
        assert_eq!(found, 150);
    }

    #[test]
    fn a_list_without_a_total_is_read_from_part_to_part() {
        let mut plan = Plan::new(at(0, 50), u32::MAX);
        assert_eq!(offsets(&mut plan, 0), [0]);
        plan.arrived(&at(0, 50), &seen(50, 50, None, true));
        assert_eq!(offsets(&mut plan, 0), [50]);
        plan.arrived(&at(50, 50), &seen(7, 50, None, false));
        assert_eq!(plan.next(0), None);
    }

    #[test]
    fn nothing_is_asked_for_beyond_the_end_that_spotify_sets() {
        let mut plan = Plan::new(at(970, 50), 1000);
        assert_eq!(plan.next(0), Some(at(970, 30)));
        plan.arrived(&at(970, 30), &seen(30, 30, Some(5000), true));
        assert_eq!(plan.next(0), None);
    }

    #[test]
    fn what_is_asked_for_again_is_followed_by_what_came_after_it() {
        let mut plan = Plan::new(at(0, 10), u32::MAX);
        plan.next(0);
        plan.arrived(&at(0, 10), &seen(10, 10, Some(40), true));
        assert_eq!(offsets(&mut plan, 0), [10, 20, 30]);
        plan.rewind(at(20, 10));
        assert_eq!(offsets(&mut plan, 0), [20, 30]);
    }

    #[test]
    fn cursors_are_followed_until_there_is_none_or_one_comes_again() {
        let part = |after: Option<&str>| Seen {
            entries: 2,
            has_next: true,
            after: after.map(CompactString::from),
            ..Seen::default()
        };
        let after = |cursor: &str| Place::After { cursor: Some(cursor.into()), limit: 2 };
        let first = Place::After { cursor: None, limit: 2 };
        let mut plan = Plan::new(first.clone(), u32::MAX);
        assert_eq!(plan.next(0), Some(first.clone()));
        assert_eq!(plan.next(1), None, "the part under way tells where the next begins");
        plan.arrived(&first, &part(Some("a")));
        assert_eq!(plan.next(0), Some(after("a")));
        plan.arrived(&after("a"), &part(Some("b")));
        assert_eq!(plan.next(0), Some(after("b")));
        plan.arrived(&after("b"), &part(Some("a")));
        assert_eq!(plan.next(0), None, "it leads in a circle");

        for last in [part(None), part(Some("")), Seen { has_next: false, ..part(Some("c")) }] {
            let mut plan = Plan::new(first.clone(), u32::MAX);
            plan.next(0);
            plan.arrived(&first, &last);
            assert_eq!(plan.next(0), None);
        }
    }
}
