//! The planner: from the entries that a playlist has and the items that are wanted to the steps between them. No I/O.
//!
//! Spotify's operations leave three ways to change a playlist without losing when entries were added: removing all entries
//! of an item, adding items at one place, and moving a range. It used to remove single entries by their position, too, but
//! of `DELETE /playlists/{id}/items` its reference no longer says so, and users report that positions are ignored and
//! all entries of the item go. So positions are never used: where there are more entries of an item than wanted, all of
//! them go, and those that are wanted are added again.
//!
//! First all removals, so that nothing is removed that a later step depends on and the playlist never grows beyond what it
//! can hold. Then the additions, then the moves. Items may be added at once although they end up apart, since the moves
//! bring others between them; which of three ways to group them takes the fewest requests is found by trying.

use std::collections::{HashMap, HashSet};

use super::matching::matches;
use super::report::{SyncPlan, SyncStep};
use super::{MAX_ITEMS, MAX_PER_REQUEST, sort};
use crate::api::params::Use;
use crate::ids::SpotifyUri;
use crate::invalid_input::InvalidInput;

/// What the caller lets the plan do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules {
    /// Entries whose item is gone stay where they are, behind what they stand behind.
    pub(super) keep_unavailable: bool,
    /// The playlist may be written anew where that takes fewer requests.
    pub(super) allow_rewrite: bool,
}

/// Refuses what no playlist can hold, which takes no look at the playlist.
pub(super) fn check(wanted: &[SpotifyUri]) -> Result<(), InvalidInput> {
    if wanted.len() > MAX_ITEMS {
        return refuse(format!("expected at most {MAX_ITEMS} items, got {}", wanted.len()));
    }
    for (index, uri) in wanted.iter().enumerate() {
        if !Use::Entry.takes(uri) {
            return refuse(format!("expected tracks and episodes, got `{uri}` at {index}"));
        }
    }
    Ok(())
}

/// The steps that make `wanted` of `current`, in which `None` is an entry whose item is gone.
pub(super) fn plan(
    current: &[Option<SpotifyUri>],
    wanted: &[SpotifyUri],
    snapshot_id: &str,
    rules: Rules,
) -> Result<SyncPlan, InvalidInput> {
    check(wanted)?;
    let plan = step_by_step(current, wanted, snapshot_id, rules)?;
    // What cannot be added again must not be removed.
    if !rules.allow_rewrite || current.iter().any(Option::is_none) || wanted.iter().any(|uri| uri.kind().is_none()) {
        return Ok(plan);
    }
    let rewrite = rewrite(current, wanted, snapshot_id);
    Ok(if rewrite.steps.len() < plan.steps.len() { rewrite } else { plan })
}

fn refuse<T>(message: impl Into<Box<str>>) -> Result<T, InvalidInput> {
    Err(InvalidInput::new("wanted", message))
}

/// Removes everything and adds it again. Spotify could replace everything at once, too, but with it what someone else has
/// added in that moment, which this leaves there.
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
        return Err(InvalidInput::new("playlist", unavailable_refused(current, unavailable)));
    }
    if unavailable + wanted.len() > MAX_ITEMS {
        return refuse(format!(
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
            return refuse(cannot_be_added(uri, are, shall));
        }
        if are > shall && shall > 0 && uri.kind().is_none() {
            return refuse(format!(
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
    // Without additions they are all the same.
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

fn unavailable_refused(current: &[Option<SpotifyUri>], count: usize) -> String {
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

/// The items of both lists, by numbers.
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

/// Where items are added that end up at places of their own.
#[derive(Debug, Clone, Copy)]
enum Grouping {
    /// Behind the entry that they follow in the end.
    InPlace,
    /// Behind the last entry before them that is not moved, all at once.
    ByGap,
    /// All at once, behind the last entry before the first of them that is not moved.
    Together,
}

/// The playlist as it is to be, and how far it is.
struct Targets {
    /// What stands at each place in the end; nothing for an entry whose item is gone.
    keys: Vec<Option<u32>>,
    /// The places of the entries that stay, in their present order.
    order: Vec<u32>,
    /// Of each place, whether what stands there in the end is there already and is not moved.
    settled: Vec<bool>,
}

impl Targets {
    fn new(staying: &[Option<u32>], wanted: &[u32]) -> Self {
        let named: Vec<u32> = staying.iter().flatten().copied().collect();
        let mut found = matches(&named, wanted).into_iter();

        // Entries without a name follow the named one before them wherever it goes.
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
            // Together with what it is behind of, unless others go between.
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

    /// The places of what is new, as they are added at once, and the place of the entry behind which they go; without one
    /// they go to the front.
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
