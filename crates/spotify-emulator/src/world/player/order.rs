//! The order in which the items of a context are played.

use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// A list of items, the order in which they are played, and the position in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The URIs in the context's own order.
    items: Vec<String>,
    /// The places in `items`, in the order of playing.
    order: Vec<usize>,
    /// The index in `order` of the current item.
    at: usize,
}

impl Order {
    /// The items in their own order, from the one at `start` on.
    pub(crate) fn new(items: Vec<String>, start: usize) -> Self {
        let order = (0..items.len()).collect();
        Self { items, order, at: start }
    }

    /// The current item.
    pub(crate) fn current(&self) -> Option<&str> {
        self.item(self.at)
    }

    fn item(&self, at: usize) -> Option<&str> {
        Some(self.items.get(*self.order.get(at)?)?.as_str())
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn items(&self) -> &[String] {
        &self.items
    }

    pub(crate) fn is_at_start(&self) -> bool {
        self.at == 0
    }

    /// The items after the current one; if `around`, repeated endlessly from the start.
    pub(crate) fn upcoming(&self, around: bool) -> impl Iterator<Item = &str> {
        let length = self.order.len();
        let rest = (self.at + 1..length).filter_map(|at| self.item(at));
        let again = (0..length).cycle().take(if around { usize::MAX } else { 0 }).filter_map(|at| self.item(at));
        rest.chain(again)
    }

    /// Moves to the next item. After the last one it moves to the first and returns `false`.
    pub(crate) fn forward(&mut self) -> bool {
        let goes_on = self.at + 1 < self.order.len();
        self.at = if goes_on { self.at + 1 } else { 0 };
        goes_on
    }

    /// Goes to the item before, and from the first one to the last if `around`.
    pub(crate) fn back(&mut self, around: bool) {
        self.at = match self.at.checked_sub(1) {
            Some(at) => at,
            None if around => self.order.len().saturating_sub(1),
            None => 0,
        };
    }

    /// Shuffles the items, with the current one first. The same `seed` gives the same order.
    pub(crate) fn shuffle(&mut self, seed: u64) {
        let current = self.order.get(self.at).copied();
        let mut rest: Vec<usize> = (0..self.items.len()).filter(|place| Some(*place) != current).collect();
        Rng::with_seed(seed).shuffle(&mut rest);
        self.order = current.into_iter().chain(rest).collect();
        self.at = 0;
    }

    /// Restores the order of the context, at the current item.
    pub(crate) fn straighten(&mut self) {
        self.at = self.order.get(self.at).copied().unwrap_or_default();
        self.order = (0..self.items.len()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order::new("abcde".chars().map(String::from).collect(), 1)
    }

    #[test]
    fn shuffling_keeps_the_current_item_and_loses_none() {
        let mut order = order();
        order.shuffle(7);
        assert_eq!(order.current(), Some("b"));
        let mut all: Vec<_> = order.current().into_iter().chain(order.upcoming(false)).collect();
        all.sort_unstable();
        assert_eq!(all, ["a", "b", "c", "d", "e"]);
        order.forward();
        let current = order.current().unwrap().to_owned();
        order.straighten();
        assert_eq!(order.current(), Some(current.as_str()));
    }

    #[test]
    fn the_end_is_followed_by_the_start() {
        let mut order = order();
        assert_eq!(order.upcoming(true).take(6).collect::<String>(), "cdeabc");
        assert!((0..3).all(|_| order.forward()));
        assert!(!order.forward());
        assert_eq!(order.current(), Some("a"));
        order.back(false);
        assert_eq!(order.current(), Some("a"));
        order.back(true);
        assert_eq!(order.current(), Some("e"));
    }

    #[test]
    fn an_empty_order_has_nothing_to_play() {
        let mut order = Order::default();
        assert_eq!(order.upcoming(true).count(), 0);
        assert!(!order.forward());
        order.shuffle(1);
        order.back(true);
        order.straighten();
        assert_eq!(order.current(), None);
    }
}
