//! Matches the entries of a playlist with the wanted items. Each entry that stays matches one item; the maximum number
//! of entries keeps its order, so that they need not be moved.

use std::collections::HashMap;

/// With more candidate pairs than this (a long playlist of few different items), the first entry is matched with the
/// first item, the second with the second, and so on: correct, though more entries may have to be moved.
const MAX_PAIRS: usize = 2_000_000;

/// The match of an entry that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    /// Its index in the wanted items.
    pub(super) wanted: u32,
    /// Whether it is one of those that keep their order.
    pub(super) in_order: bool,
}

/// Matches each key in `current` with one in `wanted`, which holds each key at least as many times.
pub(super) fn matches(current: &[u32], wanted: &[u32]) -> Vec<Match> {
    let mut places: HashMap<u32, Vec<u32>> = HashMap::new();
    for (place, key) in (0..).zip(wanted) {
        places.entry(*key).or_default().push(place);
    }
    let places_of = |key: &u32| places.get(key).map(Vec::as_slice).unwrap_or_default();
    let pairs: usize = current.iter().map(|key| places_of(key).len()).sum();
    let in_order = if pairs <= MAX_PAIRS {
        longest_in_order(current.len(), |at| places_of(&current[at]))
    } else {
        let mut seen: HashMap<u32, usize> = HashMap::new();
        let nth: Vec<usize> = current
            .iter()
            .map(|key| {
                let count = seen.entry(*key).or_default();
                *count += 1;
                *count - 1
            })
            .collect();
        longest_in_order(current.len(), |at| places_of(&current[at]).get(nth[at]..=nth[at]).unwrap_or_default())
    };

    let mut taken = vec![false; wanted.len()];
    for place in in_order.iter().flatten() {
        taken[*place as usize] = true;
    }
    let mut next: HashMap<u32, usize> = HashMap::new();
    let mut matches = Vec::with_capacity(current.len());
    for (key, in_order) in current.iter().zip(in_order) {
        if let Some(wanted) = in_order {
            matches.push(Match { wanted, in_order: true });
            continue;
        }
        let (places, next) = (places_of(key), next.entry(*key).or_default());
        while let Some(place) = places.get(*next) {
            *next += 1;
            if !taken[*place as usize] {
                matches.push(Match { wanted: *place, in_order: false });
                break;
            }
        }
    }
    matches
}

/// Assigns each of `count` entries one of its possible places, or none, so that the places increase and the maximum
/// number of entries has one.
fn longest_in_order<'p>(count: usize, places_of: impl Fn(usize) -> &'p [u32]) -> Vec<Option<u32>> {
    struct Link {
        entry: usize,
        place: u32,
        before: Option<usize>,
    }

    let mut links: Vec<Link> = Vec::new();
    // For each length, the sequence that ends at the lowest place.
    let mut ends: Vec<usize> = Vec::new();
    for entry in 0..count {
        // In descending order, so that no sequence takes two places of one entry.
        for place in places_of(entry).iter().rev() {
            let length = ends.partition_point(|end| links[*end].place < *place);
            if ends.get(length).is_some_and(|end| links[*end].place == *place) {
                continue;
            }
            let before = length.checked_sub(1).map(|shorter| ends[shorter]);
            links.push(Link { entry, place: *place, before });
            match ends.get_mut(length) {
                Some(end) => *end = links.len() - 1,
                None => ends.push(links.len() - 1),
            }
        }
    }
    let mut chosen = vec![None; count];
    let mut at = ends.last().copied();
    while let Some(link) = at.map(|at| &links[at]) {
        chosen[link.entry] = Some(link.place);
        at = link.before;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_order(current: &[u32], wanted: &[u32]) -> usize {
        let matches = matches(current, wanted);
        assert_eq!(matches.len(), current.len());
        let mut places: Vec<u32> = matches.iter().map(|found| found.wanted).collect();
        assert!(matches.iter().zip(current).all(|(found, key)| wanted[found.wanted as usize] == *key));
        assert!(matches.iter().filter(|found| found.in_order).is_sorted_by_key(|found| found.wanted));
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), current.len());
        matches.iter().filter(|found| found.in_order).count()
    }

    #[test]
    fn as_many_as_can_stay_in_their_order_do() {
        assert_eq!(in_order(&[1, 2, 3, 4], &[1, 2, 3, 4]), 4);
        assert_eq!(in_order(&[4, 1, 2, 3], &[1, 2, 3, 4]), 3);
        assert_eq!(in_order(&[1, 1, 2], &[2, 1, 1, 2, 1]), 3);
        assert_eq!(in_order(&[3, 2, 1], &[1, 2, 3]), 1);
        assert_eq!(in_order(&[], &[1]), 0);
    }

    #[test]
    fn very_many_of_the_same_are_matched_in_turn() {
        let many = vec![5; 10_000];
        assert_eq!(in_order(&many, &many), 10_000);
    }
}
