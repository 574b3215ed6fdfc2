//! [`Memory`]: what one process remembers of its changes: those that Redis has not been told of, and the versions that a server could
//! lose.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use spotify_sdk::auth::TokenOwner;

use super::place::TopicId;
use super::version::TopicVersion;

/// The maximum number of changes that Redis has not been told of. With more, everything counts as changed.
const MAX_OWED: usize = 10_000;
/// The maximum number of versions that are remembered. Of more, the last ones are.
const MAX_MADE: usize = 10_000;

#[derive(Default)]
pub(super) struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    /// Topics whose change Redis has not been told of, with the number of the last change.
    owed: HashMap<TopicId, u64>,
    /// Owners whose responses are to be removed, with the number of the last time.
    forgotten: HashMap<TokenOwner, u64>,
    /// The times of the versions that this process has made, with the number of the last one.
    made: HashMap<TopicId, (u64, u64)>,
    /// When they were made; of the same topic, the last one counts.
    made_in_order: VecDeque<(TopicId, u64)>,
    /// Topics that a server may have an older version of.
    unsure: HashSet<TopicId>,
    numbers: u64,
    is_tended: bool,
}

/// What is to be done once Redis is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) changes: Vec<Owed>,
    pub(super) forgotten: Option<(TokenOwner, u64)>,
    /// Topics, with the times that they must not be older than.
    pub(super) raises: Vec<(TopicId, u64)>,
}

/// A change that Redis has not been told of, up to the change with this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owed {
    pub(super) topic: TopicId,
    number: u64,
}

impl State {
    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn floor(&self, topic: TopicId) -> u64 {
        self.made.get(&topic).map_or(0, |(time, _)| *time)
    }
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers changes that Redis was not told of. Returns whether the caller has to see to it that it is.
    pub(super) fn owe(&self, topics: &[TopicId]) -> bool {
        let mut state = self.state();
        let number = state.next_number();
        state.owed.extend(topics.iter().map(|topic| (*topic, number)));
        if state.owed.len() > MAX_OWED {
            state.owed = HashMap::from([(TopicId::ALL, number)]);
        }
        !std::mem::replace(&mut state.is_tended, true)
    }

    /// Remembers that the responses of an owner are to be removed. Returns as [`owe`](Self::owe).
    pub(super) fn owe_forgetting(&self, owner: TokenOwner) -> bool {
        let mut state = self.state();
        let number = state.next_number();
        // Of more, the responses expire by themselves. They are out of date in any case.
        if state.forgotten.len() < MAX_OWED || state.forgotten.contains_key(&owner) {
            state.forgotten.insert(owner, number);
        }
        drop(state);
        self.owe(&[TopicId::everything_of(owner)])
    }

    /// Returns which of these topics have changed without Redis knowing.
    pub(super) fn owed_of(&self, topics: impl Iterator<Item = TopicId>) -> Vec<Owed> {
        let state = self.state();
        if state.owed.is_empty() {
            return Vec::new();
        }
        topics.filter_map(|topic| state.owed.get(&topic).map(|number| Owed { topic, number: *number })).collect()
    }

    /// Forgets changes that Redis was told of, unless there were later ones.
    pub(super) fn paid(&self, changes: &[Owed]) {
        let mut state = self.state();
        for Owed { topic, number } in changes {
            if state.owed.get(topic) == Some(number) {
                state.owed.remove(topic);
            }
        }
    }

    /// Forgets that an owner is to be forgotten, unless they were to be once more.
    pub(super) fn forgot(&self, owner: TokenOwner, number: u64) {
        let mut state = self.state();
        if state.forgotten.get(&owner) == Some(&number) {
            state.forgotten.remove(&owner);
        }
    }

    /// Remembers a version that this process has made.
    pub(super) fn made(&self, topic: TopicId, version: TopicVersion) {
        let mut state = self.state();
        let (number, time) = (state.next_number(), version.time.max(state.floor(topic)));
        state.made.insert(topic, (time, number));
        state.made_in_order.push_back((topic, number));
        while state.made.len() > MAX_MADE || state.made_in_order.len() > 2 * MAX_MADE {
            let Some((topic, number)) = state.made_in_order.pop_front() else { break };
            if state.made.get(&topic).is_some_and(|(_, last)| *last == number) {
                state.made.remove(&topic);
            }
        }
    }

    /// Returns the times that the versions of these topics must not be older than.
    pub(super) fn floors(&self, topics: impl Iterator<Item = TopicId>) -> Vec<u64> {
        let state = self.state();
        topics.map(|topic| state.floor(topic)).collect()
    }

    /// Remembers that another server may be there now, with older versions. Returns as [`owe`](Self::owe).
    pub(super) fn connection_was_lost(&self) -> bool {
        let mut state = self.state();
        let made: Vec<TopicId> = state.made.keys().copied().collect();
        state.unsure.extend(made);
        !state.unsure.is_empty() && !std::mem::replace(&mut state.is_tended, true)
    }

    /// Forgets that topics may be older on the server.
    pub(super) fn raised(&self, topics: &[(TopicId, u64)]) {
        let mut state = self.state();
        for (topic, _) in topics {
            state.unsure.remove(topic);
        }
    }

    /// Returns a part of what is to be done, up to `limit` topics; `None` if there is nothing, and from then on nobody sees to it.
    pub(super) fn work(&self, limit: usize) -> Option<Work> {
        let mut state = self.state();
        let changes = state.owed.iter().take(limit).map(|(topic, number)| Owed { topic: *topic, number: *number });
        let raises = state.unsure.iter().take(limit).map(|topic| (*topic, state.floor(*topic)));
        let forgotten = state.forgotten.iter().next().map(|(owner, number)| (*owner, *number));
        let work = Work { changes: changes.collect(), forgotten, raises: raises.collect() };
        state.is_tended = work != Work::default();
        state.is_tended.then_some(work)
    }
}

#[cfg(test)]
mod tests {
    use spotify_sdk::cache::Topic;

    use super::*;

    fn topic(number: usize) -> TopicId {
        TopicId::of(&Topic::everything_of(TokenOwner::new(number.to_string())))
    }

    fn version(time: u64) -> TopicVersion {
        TopicVersion::parse(format!("{time}-0000000000000000").as_bytes()).unwrap()
    }

    #[test]
    fn a_change_that_comes_while_an_earlier_one_is_told_is_still_owed() {
        let memory = Memory::default();
        assert!(memory.owe(&[topic(1)]));
        let first = memory.owed_of([topic(1), topic(2)].into_iter());
        assert_eq!(first.len(), 1);
        assert!(!memory.owe(&[topic(1)]), "somebody sees to it already");
        memory.paid(&first);
        let second = memory.owed_of([topic(1)].into_iter());
        assert_eq!(second.len(), 1);
        memory.paid(&second);
        assert_eq!(memory.work(10), None);
        assert!(memory.owe(&[topic(1)]), "nobody sees to it any more");
    }

    #[test]
    fn of_too_many_changes_everything_counts_as_changed() {
        let memory = Memory::default();
        for number in 0..=MAX_OWED {
            memory.owe(&[topic(number)]);
        }
        let owed = memory.owed_of([topic(0), TopicId::ALL].into_iter());
        assert_eq!(owed.iter().map(|owed| owed.topic).collect::<Vec<_>>(), [TopicId::ALL]);
        assert_eq!(memory.work(10).unwrap().changes, owed);
    }

    #[test]
    fn the_last_versions_that_were_made_are_remembered() {
        let memory = Memory::default();
        for _ in 0..3 * MAX_MADE {
            memory.made(topic(0), version(5));
        }
        memory.made(topic(0), version(3));
        assert_eq!(memory.floors([topic(0)].into_iter()), [5], "an earlier one does not replace it");
        for number in 1..=MAX_MADE {
            memory.made(topic(number), version(7));
        }
        assert_eq!(memory.floors([topic(0), topic(1), topic(MAX_MADE)].into_iter()), [0, 7, 7]);
    }

    #[test]
    fn what_was_made_is_compared_once_after_a_connection_was_lost() {
        let memory = Memory::default();
        assert!(!memory.connection_was_lost(), "nothing was made");
        memory.made(topic(1), version(7));
        assert!(memory.connection_was_lost());
        let work = memory.work(10).unwrap();
        assert_eq!(work.raises, [(topic(1), 7)]);
        memory.raised(&work.raises);
        assert_eq!(memory.work(10), None);
    }

    #[test]
    fn an_owner_to_be_forgotten_is_out_of_date_meanwhile() {
        let (memory, owner) = (Memory::default(), TokenOwner::new("alma"));
        assert!(memory.owe_forgetting(owner));
        assert_eq!(memory.owed_of([TopicId::everything_of(owner)].into_iter()).len(), 1);
        let (named, number) = memory.work(10).unwrap().forgotten.unwrap();
        memory.owe_forgetting(named);
        memory.forgot(named, number);
        assert!(memory.work(10).unwrap().forgotten.is_some(), "it was asked for once more");
    }
}
