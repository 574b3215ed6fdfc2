//! Sorts a playlist with few moves. A move takes a range of any length to another place, which is the same as swapping
//! two adjacent ranges.
//!
//! If an item is not followed by its successor, the order has a gap. A move makes new neighbours at three places, so it
//! closes at most three gaps. Moves that close three are searched first, then those that close two; there is always one
//! that closes one. A random order of many items takes about half as many moves as there are items, while moving one
//! item at a time takes nearly as many as there are.

/// The maximum number of gaps to search for a better move than one that closes two: moves that close three are rare,
/// and the search would be slow for the longest playlists.
const MAX_SEARCHED_GAPS: usize = 500;

/// Two adjacent ranges to swap: `start..middle` and `middle..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swap {
    pub(super) start: usize,
    pub(super) middle: usize,
    pub(super) end: usize,
}

impl Swap {
    fn apply<T>(self, items: &mut [T]) {
        items[self.start..self.end].rotate_left(self.middle - self.start);
    }
}

/// Returns the moves that sort `order`, which holds each number from 0 on once. The `settled` numbers are already in
/// order among themselves; there are never more moves than unsettled numbers.
pub(super) fn moves(order: &[u32], settled: &[bool]) -> Vec<Swap> {
    let (by_gaps, one_by_one) = (by_gaps(order), one_by_one(order, settled));
    if one_by_one.len() < by_gaps.len() { one_by_one } else { by_gaps }
}

/// The numbers from 1 on in some order, between sentinels at both ends: 0 and the largest number plus one.
struct Order {
    items: Vec<usize>,
    places: Vec<usize>,
}

impl Order {
    fn new(order: &[u32]) -> Self {
        let mut items = Vec::with_capacity(order.len() + 2);
        items.push(0);
        items.extend(order.iter().map(|item| *item as usize + 1));
        items.push(order.len() + 1);
        let mut places = vec![0; items.len()];
        for (place, item) in items.iter().enumerate() {
            places[*item] = place;
        }
        Self { items, places }
    }

    fn last(&self) -> usize {
        self.items.len() - 1
    }

    /// Returns whether the item at `place` does not follow its predecessor.
    fn is_gap(&self, place: usize) -> bool {
        self.items[place] != self.items[place - 1] + 1
    }

    /// Returns the place of the item that has to follow the one before `place`.
    fn follower(&self, place: usize) -> usize {
        self.places[self.items[place - 1] + 1]
    }

    /// Returns the place behind the item that has to precede the one at `place`.
    fn behind_leader(&self, place: usize) -> usize {
        self.places[self.items[place] - 1] + 1
    }

    fn apply(&mut self, swap: Swap) {
        swap.apply(&mut self.items);
        for place in swap.start..swap.end {
            self.places[self.items[place]] = place;
        }
    }

    /// Returns how many gaps a swap closes.
    fn closed(&self, swap: Swap) -> usize {
        let Swap { start, middle, end } = swap;
        let fits = |before: usize, after: usize| usize::from(self.items[before] + 1 == self.items[after]);
        fits(start - 1, middle) + fits(end - 1, start) + fits(middle - 1, end)
    }

    /// Returns a move that closes three gaps, or two, if there is one.
    fn best_swap(&self, first_gap: usize) -> Option<Swap> {
        let mut found = None;
        for (searched, place) in (first_gap..self.last()).filter(|place| self.is_gap(*place)).enumerate() {
            if found.is_some() && searched >= MAX_SEARCHED_GAPS {
                break;
            }
            let (follower, leader) = (self.follower(place), self.behind_leader(place));
            // One candidate for each pair of gaps that a swap can close together.
            for (start, middle, end) in [
                (place, follower, self.follower(follower)),
                (place, follower, leader),
                (self.follower(follower), place, follower),
            ] {
                if start < middle && middle < end {
                    let swap = Swap { start, middle, end };
                    if self.closed(swap) == 3 {
                        return Some(swap);
                    }
                    found = found.or(Some(swap));
                }
            }
        }
        found
    }

    /// Returns a move that brings the right item to the first gap. Everything before the gap is sorted, so the item is
    /// after it.
    fn next_swap(&self, first_gap: usize) -> Swap {
        let middle = self.follower(first_gap);
        let end = (middle + 1..self.last()).find(|place| self.is_gap(*place)).unwrap_or(self.last());
        Swap { start: first_gap, middle, end }
    }
}

fn by_gaps(order: &[u32]) -> Vec<Swap> {
    let mut order = Order::new(order);
    let mut moves = Vec::new();
    let mut from = 1;
    while let Some(first_gap) = (from..=order.last()).find(|place| order.is_gap(*place)) {
        let swap = order.best_swap(first_gap).unwrap_or_else(|| order.next_swap(first_gap));
        order.apply(swap);
        // Without the sentinel at the front.
        moves.push(Swap { start: swap.start - 1, middle: swap.middle - 1, end: swap.end - 1 });
        from = first_gap;
    }
    moves
}

/// Moves each unsettled number behind its predecessor, together with those that already follow it.
fn one_by_one(order: &[u32], settled: &[bool]) -> Vec<Swap> {
    let mut order = order.to_vec();
    let mut moves = Vec::new();
    let place_of = |order: &[u32], item: u32| order.iter().position(|other| *other == item).unwrap_or_default();
    for item in (0..order.len() as u32).filter(|item| !settled[*item as usize]) {
        let start = place_of(&order, item);
        let target = if item == 0 { 0 } else { place_of(&order, item - 1) + 1 };
        if start == target {
            continue;
        }
        let follows = |at: &usize| order[*at] == order[at - 1] + 1 && !settled[order[*at] as usize];
        let end = start + 1 + (start + 1..order.len()).take_while(follows).count();
        let swap = if target < start {
            Swap { start: target, middle: start, end }
        } else {
            Swap { start, middle: end, end: target }
        };
        swap.apply(&mut order);
        moves.push(swap);
    }
    moves
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted_by(mut order: Vec<u32>, moves: &[Swap]) -> bool {
        for swap in moves {
            assert!(swap.start < swap.middle && swap.middle < swap.end, "{swap:?} moves nothing");
            swap.apply(&mut order);
        }
        order.is_sorted()
    }

    proptest! {
        #[test]
        fn any_order_is_sorted_in_two_ways(order in (0_u32..120).prop_flat_map(|n| Just((0..n).collect::<Vec<_>>()).prop_shuffle())) {
            let unsettled = vec![false; order.len()];
            prop_assert!(sorted_by(order.clone(), &by_gaps(&order)));
            prop_assert!(sorted_by(order.clone(), &one_by_one(&order, &unsettled)));
        }
    }

    #[test]
    fn one_range_takes_one_move_wherever_it_goes() {
        for (order, swap) in
            [(vec![2, 3, 4, 0, 1], (0, 3, 5)), (vec![0, 3, 1, 2, 4], (1, 2, 4)), (vec![0, 2, 3, 4, 1, 5], (1, 4, 5))]
        {
            let (start, middle, end) = swap;
            let settled = vec![false; order.len()];
            assert_eq!(moves(&order, &settled), [Swap { start, middle, end }], "{order:?}");
        }
    }

    #[test]
    fn a_random_order_takes_half_as_many_moves_as_it_has_items() {
        let mut rng = fastrand::Rng::with_seed(7);
        for count in [100_u32, 500, 2_000] {
            let mut order: Vec<u32> = (0..count).collect();
            rng.shuffle(&mut order);
            let moves = by_gaps(&order);
            assert!(sorted_by(order, &moves));
            assert!(moves.len() <= count as usize * 11 / 20, "{} for {count}", moves.len());
        }
    }
}
