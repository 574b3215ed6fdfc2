//! The planner: computes the steps from the current entries of a playlist to the wanted items. No I/O.
//!
//! Spotify has three operations that change a playlist without losing when entries were added: removing all entries of
//! an item, adding items at one position, and moving a range. It used to remove single entries by their position, too,
//! but the reference of `DELETE /playlists/{id}/items` does not document that, and users report that positions are
//! ignored and all entries of the item are removed. So positions are never used: if there are more entries of an item
//! than wanted, all of them are removed, and the wanted ones added again.
//!
//! Removals come first, so that no later step depends on an entry that is removed and the playlist never exceeds its
//! maximum size. Additions follow, then moves. Items may be added together although they end up apart, since the moves
//! bring others between them. The planner tries three ways to group them and takes the one with the fewest requests.

use std::collections::{HashMap, HashSet};

use super::matching::matches;
use super::report::{SyncPlan, SyncStep};
use super::{MAX_ITEMS, MAX_PER_REQUEST, sort};
use crate::api::params::EntryUri;
use crate::ids::SpotifyUri;
use crate::invalid_input::InvalidInput;

/// What the caller allows the plan to do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules {
    /// Entries whose item is unavailable stay, each behind the entry that it follows.
    pub(super) keep_unavailable: bool,
    /// The playlist may be rewritten if that takes fewer requests.
    pub(super) allow_rewrite: bool,
}

/// Rejects wanted items that no playlist can hold, without reading the playlist.
pub(super) fn check(wanted: &[SpotifyUri]) -> Result<(), InvalidInput> {
    if wanted.len() > MAX_ITEMS {
        return invalid_wanted(format!("expected at most {MAX_ITEMS} items, got {}", wanted.len()));
    }
    for (index, uri) in wanted.iter().enumerate() {
        if !EntryUri::takes(uri) {
            return invalid_wanted(format!("expected tracks and episodes, got `{uri}` at {index}"));
        }
    }
    Ok(())
}

/// Computes the steps from `current`, in which `None` is an entry whose item is unavailable, to `wanted`.
pub(super) fn plan(
    current: &[Option<SpotifyUri>],
    wanted: &[SpotifyUri],
    snapshot_id: &str,
    rules: Rules,
) -> Result<SyncPlan, InvalidInput> {
    check(wanted)?;
    let plan = step_by_step(current, wanted, snapshot_id, rules)?;
    // Entries that cannot be added again must not be removed.
    if !rules.allow_rewrite || current.iter().any(Option::is_none) || wanted.iter().any(|uri| uri.kind().is_none()) {
        return Ok(plan);
    }
    let rewrite = rewrite(current, wanted, snapshot_id);
    Ok(if rewrite.steps.len() < plan.steps.len() { rewrite } else { plan })
}

fn invalid_wanted<T>(message: impl Into<Box<str>>) -> Result<T, InvalidInput> {
    Err(InvalidInput::new("wanted", message))
}

/// Removes everything and adds it again. Spotify could also replace everything in one request, but that would remove
/// what other users add in that moment, which these steps keep.
fn rewrite(current: &[Option<SpotifyUri>], wanted: &[SpotifyUri], snapshot_id: &str) -> SyncPlan {
    let mut seen = HashSet::new();
    let gone: Vec<SpotifyUri> = current.iter().flatten().filter(|uri| seen.insert(*uri)).cloned().collect();
    let additions = wanted.chunks(MAX_PER_REQUEST).enumerate().map(|(index, uris)| {
        let position = (index * MAX_PER_REQUEST) as u32;
        SyncStep::Add { uris: uris.to_vec(), position }
    });
    let mut left: HashMap<&SpotifyUri, usize> = HashMap::new();
    for uri in wanted {
        *left.entry(uri).or_default() += 1;
    }
    let mut is_renewed = |uri: &SpotifyUri| match left.get_mut(uri) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    };
    SyncPlan {
        snapshot_id: snapshot_id.to_owned(),
        steps: removals(&gone).chain(additions).collect(),
        kept: 0,
        moved: 0,
        added: wanted.len(),
        removed: current.len(),
        renewed: current.iter().flatten().filter(|uri| is_renewed(uri)).count(),
        rewrites: true,
    }
}

fn removals(uris: &[SpotifyUri]) -> impl Iterator<Item = SyncStep> {
    uris.chunks(MAX_PER_REQUEST).map(|uris| SyncStep::Remove { uris: uris.to_vec() })
}

fn step_by_step(
    current: &[Option<SpotifyUri>],
    wanted: &[SpotifyUri],
    snapshot_id: &str,
    rules: Rules,
) -> Result<SyncPlan, InvalidInput> {
    let unavailable = current.iter().filter(|entry| entry.is_none()).count();
    if unavailable > 0 && !rules.keep_unavailable {
        return Err(InvalidInput::new("playlist", unavailable_message(current, unavailable)));
    }
    if unavailable + wanted.len() > MAX_ITEMS {
        return invalid_wanted(format!(
            "expected at most {} items beside the {unavailable} that are unavailable and stay, got {}",
            MAX_ITEMS - unavailable,
            wanted.len()
        ));
    }

    let mut items = Items::default();
    let keys: Vec<Option<u32>> = current.iter().map(|entry| entry.as_ref().map(|uri| items.key(uri))).collect();
    let wanted: Vec<u32> = wanted.iter().map(|uri| items.key(uri)).collect();
    let (are, shall) = (items.counts(keys.iter().flatten()), items.counts(&wanted));
    let mut gone = Vec::new();
    let mut renewed = 0;
    for (key, uri) in items.uris.iter().enumerate() {
        let (are, shall) = (are[key], shall[key]);
        if shall > are && uri.kind().is_none() {
            return invalid_wanted(cannot_be_added(uri, are, shall));
        }
        if are > shall && shall > 0 && uri.kind().is_none() {
            return invalid_wanted(format!(
                "expected all {are} entries of `{uri}` or none, got {shall}: Spotify removes all of an item, and \
                 cannot add a local file again"
            ));
        }
        if are > shall {
            gone.push(uri.clone());
            renewed += shall;
        }
    }

    let stays = |key: &Option<u32>| key.is_none_or(|key| are[key as usize] <= shall[key as usize]);
    let staying: Vec<Option<u32>> = keys.into_iter().filter(stays).collect();
    let targets = Targets::new(&staying, &wanted);
    let mut steps: Vec<SyncStep> = removals(&gone).collect();
    let ways = [Grouping::InPlace, Grouping::ByGap, Grouping::Together];
    // Without additions the groupings do not differ.
    let ways = &ways[..if targets.keys.len() > staying.len() { ways.len() } else { 1 }];
    let ways = ways.iter().map(|grouping| targets.steps(*grouping, |key| items.uris[key as usize].clone()));
    steps.extend(ways.min_by_key(Vec::len).unwrap_or_default());
    let kept = targets.settled.iter().filter(|settled| **settled).count();
    Ok(SyncPlan {
        snapshot_id: snapshot_id.to_owned(),
        steps,
        kept,
        moved: staying.len() - kept,
        added: targets.keys.len() - staying.len(),
        removed: current.len() - staying.len(),
        renewed,
        rewrites: false,
    })
}

fn unavailable_message(current: &[Option<SpotifyUri>], count: usize) -> String {
    let first = current.iter().position(Option::is_none).unwrap_or_default();
    format!(
        "{count} of its entries, the first at {first}, are of items that are gone: Spotify does not name them, so they \
         cannot be removed; `keep_unavailable` lets them stay"
    )
}

fn cannot_be_added(uri: &SpotifyUri, are: usize, shall: usize) -> String {
    let what = if uri.is_local() { "Spotify cannot add local files" } else { "it is neither a track nor an episode" };
    format!("expected at most {are} of `{uri}`, as many as the playlist has, got {shall}: {what}")
}

/// The distinct items of both lists, numbered.
#[derive(Default)]
struct Items {
    uris: Vec<SpotifyUri>,
    keys: HashMap<SpotifyUri, u32>,
}

impl Items {
    fn key(&mut self, uri: &SpotifyUri) -> u32 {
        if let Some(key) = self.keys.get(uri) {
            return *key;
        }
        let key = self.uris.len() as u32;
        self.uris.push(uri.clone());
        self.keys.insert(uri.clone(), key);
        key
    }

    fn counts<'k>(&self, keys: impl IntoIterator<Item = &'k u32>) -> Vec<usize> {
        let mut counts = vec![0; self.uris.len()];
        for key in keys {
            counts[*key as usize] += 1;
        }
        counts
    }
}

/// How the items to add are grouped into requests.
#[derive(Debug, Clone, Copy)]
enum Grouping {
    /// Each run of items behind the entry that it follows in the end.
    InPlace,
    /// All items of a gap together, behind the last preceding entry that is not moved.
    ByGap,
    /// All items together, behind the last entry before the first of them that is not moved.
    Together,
}

/// The target order of the playlist, and what is already in place.
struct Targets {
    /// The item at each target place; `None` for an entry whose item is unavailable.
    keys: Vec<Option<u32>>,
    /// The target places of the entries that stay, in their current order.
    order: Vec<u32>,
    /// For each target place, whether its entry is in the playlist already and is not moved.
    settled: Vec<bool>,
}

impl Targets {
    fn new(staying: &[Option<u32>], wanted: &[u32]) -> Self {
        let named: Vec<u32> = staying.iter().flatten().copied().collect();
        let mut found = matches(&named, wanted).into_iter();

        // Unavailable entries follow the available one before them wherever it goes.
        let mut behind: HashMap<Option<u32>, Vec<usize>> = HashMap::new();
        let mut last = None;
        let mut entry_of: HashMap<u32, (usize, bool)> = HashMap::new();
        for (entry, key) in staying.iter().enumerate() {
            match key.and_then(|_| found.next()) {
                Some(found) => {
                    entry_of.insert(found.wanted, (entry, found.in_order));
                    last = Some(found.wanted);
                }
                None => behind.entry(last).or_default().push(entry),
            }
        }

        let mut targets = Self { keys: Vec::new(), order: vec![0; staying.len()], settled: Vec::new() };
        let mut place = |key: Option<u32>, entry: Option<(usize, bool)>| {
            if let Some((entry, _)) = entry {
                targets.order[entry] = targets.keys.len() as u32;
            }
            targets.keys.push(key);
            targets.settled.push(entry.is_some_and(|(_, in_order)| in_order));
        };
        for entry in behind.remove(&None).unwrap_or_default() {
            place(None, Some((entry, true)));
        }
        for (index, key) in (0..).zip(wanted) {
            let entry = entry_of.get(&index).copied();
            place(Some(*key), entry);
            for follower in behind.remove(&Some(index)).unwrap_or_default() {
                place(None, Some((follower, entry.is_some_and(|(_, in_order)| in_order))));
            }
        }
        targets
    }

    fn steps(&self, grouping: Grouping, uri_of: impl Fn(u32) -> SpotifyUri) -> Vec<SyncStep> {
        let mut order = self.order.clone();
        let mut settled = self.settled.clone();
        let mut steps = Vec::new();
        for (leader, new) in self.groups(grouping) {
            let behind = |leader| order.iter().position(|place| *place == leader).map_or(0, |position| position + 1);
            let start = leader.map_or(0, behind);
            // As settled as the entry that they follow, unless others go between.
            let is_settled =
                !matches!(grouping, Grouping::Together) && leader.is_none_or(|leader| settled[leader as usize]);
            for place in &new {
                settled[*place as usize] = is_settled;
            }
            for (index, places) in new.chunks(MAX_PER_REQUEST).enumerate() {
                let uris = places.iter().filter_map(|place| self.keys[*place as usize]).map(&uri_of).collect();
                let position = start + index * MAX_PER_REQUEST;
                steps.push(SyncStep::Add { uris, position: position as u32 });
                order.splice(position..position, places.iter().copied());
            }
        }
        steps.extend(sort::moves(&order, &settled).into_iter().map(|swap| {
            let (first, second) = (swap.middle - swap.start, swap.end - swap.middle);
            let (start, length, before) =
                if first <= second { (swap.start, first, swap.end) } else { (swap.middle, second, swap.start) };
            SyncStep::Move { range_start: start as u32, range_length: length as u32, insert_before: before as u32 }
        }));
        steps
    }

    /// Returns the places of the new items, grouped by request, and the place of the entry that each group follows;
    /// `None` for the start of the playlist.
    fn groups(&self, grouping: Grouping) -> Vec<(Option<u32>, Vec<u32>)> {
        let mut is_new = vec![true; self.keys.len()];
        for place in &self.order {
            is_new[*place as usize] = false;
        }
        let mut groups: Vec<(Option<u32>, Vec<u32>)> = Vec::new();
        let mut leader = None;
        for (place, is_new) in is_new.into_iter().enumerate() {
            if is_new {
                match groups.last_mut() {
                    Some((last, places)) if *last == leader || matches!(grouping, Grouping::Together) => {
                        places.push(place as u32);
                    }
                    _ => groups.push((leader, vec![place as u32])),
                }
            } else if matches!(grouping, Grouping::InPlace) || self.settled[place] {
                leader = Some(place as u32);
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests;
