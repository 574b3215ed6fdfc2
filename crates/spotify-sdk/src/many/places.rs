//! Which ids to request, each once, and where in the caller's order its item goes: pure bookkeeping.

use std::collections::HashMap;
use std::hash::Hash;

/// The caller's order over ids that are all different.
#[derive(Debug)]
pub(super) struct Places<T> {
    /// For each place, the id that stands there, by its index among the different ones.
    order: Vec<usize>,
    /// How many places of each id are still to be filled.
    uses: Vec<usize>,
    /// The next place to fill.
    at: usize,
    /// How many places have the ids that were answered so far.
    answered: usize,
    /// What was answered, until its last place is filled.
    kept: HashMap<usize, T>,
}

impl<T: Clone> Places<T> {
    /// Returns the ids without repetitions, in the order of their first places, and the places.
    pub(super) fn of<Id: Clone + Eq + Hash>(ids: Vec<Id>) -> (Vec<Id>, Self) {
        let mut indices: HashMap<Id, usize> = HashMap::with_capacity(ids.len());
        let (mut different, mut uses) = (Vec::new(), Vec::new());
        let order = ids.into_iter().map(|id| {
            let index = *indices.entry(id).or_insert_with_key(|id| {
                different.push(id.clone());
                uses.push(0);
                uses.len() - 1
            });
            uses[index] += 1;
            index
        });
        let order = order.collect();
        (different, Self { order, uses, at: 0, answered: 0, kept: HashMap::new() })
    }

    /// Returns the number of places.
    pub(super) fn total(&self) -> usize {
        self.order.len()
    }

    /// Returns the number of places filled, from the first on.
    pub(super) fn filled(&self) -> usize {
        self.at
    }

    /// Returns the number of places whose ids were answered.
    pub(super) fn answered(&self) -> usize {
        self.answered
    }

    pub(super) fn is_full(&self) -> bool {
        self.at == self.order.len()
    }

    /// Takes the answer for the id with this index.
    pub(super) fn answer(&mut self, index: usize, answer: T) {
        self.answered += self.uses.get(index).copied().unwrap_or(0);
        self.kept.insert(index, answer);
    }

    /// Fills the next place, if its id was answered.
    pub(super) fn fill(&mut self) -> Option<T> {
        let index = *self.order.get(self.at)?;
        let uses = self.uses.get_mut(index)?;
        let answer = if *uses > 1 { self.kept.get(&index)?.clone() } else { self.kept.remove(&index)? };
        *uses -= 1;
        self.at += 1;
        Some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_id_is_asked_for_once_and_stands_wherever_it_was_given(ids in vec(0..20_u8, 0..60)) {
            let (different, mut places) = Places::of(ids.clone());
            let mut filled = Vec::new();
            for (index, id) in different.iter().enumerate() {
                prop_assert!(!different[..index].contains(id));
                places.answer(index, *id);
                while let Some(answer) = places.fill() {
                    filled.push(answer);
                }
                prop_assert_eq!(places.filled(), filled.len());
                prop_assert!(places.answered() >= places.filled());
            }
            prop_assert_eq!(&filled, &ids);
            prop_assert!(places.is_full() && places.kept.is_empty());
            prop_assert_eq!(places.answered(), ids.len());
        }

        #[test]
        fn an_answer_that_came_early_waits_for_its_place(ids in vec(0..20_u8, 1..60)) {
            let (different, mut places) = Places::of(ids.clone());
            for (index, id) in different.iter().enumerate().rev() {
                prop_assert!(places.fill().is_none());
                places.answer(index, *id);
            }
            let filled: Vec<u8> = std::iter::from_fn(|| places.fill()).collect();
            prop_assert_eq!(filled, ids);
        }
    }
}
