//! What holds for the parameters of a playlist together, and how changes are divided into requests.

use crate::api::params::{Batch, ItemToRemove, PlayableUri};
use crate::definition::{BatchRequest, Idempotency, Operation};
use crate::invalid_input::InvalidInput;

/// Refuses a new playlist that is collaborative and public: Spotify makes playlists public unless it is told otherwise.
pub(super) fn check_new(collaborative: Option<bool>, public: Option<bool>) -> Result<(), InvalidInput> {
    check_change(collaborative, public.or(Some(true)))
}

/// Refuses a change that makes a playlist collaborative and public.
pub(super) fn check_change(collaborative: Option<bool>, public: Option<bool>) -> Result<(), InvalidInput> {
    match (collaborative, public) {
        (Some(true), Some(true)) => {
            let why = "a collaborative playlist cannot be public: set `public(false)`";
            Err(InvalidInput::new("collaborative", why))
        }
        _ => Ok(()),
    }
}

/// With positions, items are removed once alone: afterwards the positions mean other items.
pub(super) fn idempotency_of_removal(items: &[ItemToRemove]) -> Idempotency {
    if items.iter().any(ItemToRemove::has_positions) { Idempotency::NotIdempotent } else { Idempotency::Idempotent }
}

/// Refuses positions in more items than a request takes, unless a version says what they mean: each request makes a new
/// version, in which the positions of those that follow would mean other items.
pub(super) fn check_positions(items: &Batch<ItemToRemove, 100>, has_snapshot: bool) -> Result<(), InvalidInput> {
    let items = items.as_slice();
    if items.len() > 100 && !has_snapshot && items.iter().any(ItemToRemove::has_positions) {
        let why = "expected `snapshot_id` with more than 100 items by position: they take several requests, and positions \
                   change with each";
        return Err(InvalidInput::new("items", why));
    }
    Ok(())
}

/// Returns where the values go that come after the first `index`.
pub(super) fn moved_on(position: Option<u32>, index: usize) -> Option<u32> {
    let by = u32::try_from(index).unwrap_or(u32::MAX);
    position.map(|position| position.saturating_add(by))
}

/// Replaces everything by the first values, and adds the others behind them.
pub(super) fn replace_and_add<Replace: Operation, Add: Operation>(
    uris: &Batch<PlayableUri, 100, 0>,
    replace: impl Fn(Batch<PlayableUri, 100, 0>) -> Replace,
    add: impl Fn(Batch<PlayableUri, 100>) -> Add,
) -> Result<Vec<BatchRequest>, InvalidInput> {
    let Some((first, others)) = uris.split_first() else { return Ok(Vec::new()) };
    let count = first.as_slice().len();
    let mut requests = vec![BatchRequest::new(&replace(first), count)?];
    for part in others.parts() {
        let count = part.as_slice().len();
        requests.push(BatchRequest::new(&add(part), count)?);
    }
    Ok(requests)
}
