//! What one process remembers: the locks that it holds, and the tokens that it could give back to a Redis that lost them.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use spotify_sdk::auth::TokenInfo;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::entry::Entry;

/// The maximum number of tokens that are remembered. Of more, those that were not used for longest are forgotten.
const MAX_REMEMBERED: usize = 10_000;

#[derive(Default)]
pub(super) struct Memory {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Default)]
struct State {
    held: HashMap<String, Held>,
    remembered: HashMap<String, Remembered>,
    uses: u64,
    subscribed: HashSet<String>,
}

/// A lock that this process holds, or believes to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) nonce: String,
    /// The fencing number, in decimal.
    pub(super) fence: String,
}

/// The last token of an entry that this process has read or written.
#[derive(Clone)]
pub(super) struct Remembered {
    pub(super) entry: Entry,
    pub(super) user: String,
    pub(super) token: TokenInfo,
    pub(super) version: u64,
    /// The version that the program itself was given or gave.
    pub(super) seen: u64,
    used: u64,
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hold(&self, entry: &Entry, held: Held) {
        self.state().held.insert(entry.id().to_owned(), held);
    }

    pub(super) fn held(&self, entry: &Entry) -> Option<Held> {
        self.state().held.get(entry.id()).cloned()
    }

    /// Ends a hold, unless another has taken its place.
    pub(super) fn release(&self, entry: &Entry, nonce: &str) {
        let mut state = self.state();
        if state.held.get(entry.id()).is_some_and(|held| held.nonce == nonce) {
            state.held.remove(entry.id());
        }
        drop(state);
        self.freed.notify_waiters();
    }

    /// Ends when a lock is released by this process.
    pub(super) fn freed(&self) -> Notified<'_> {
        self.freed.notified()
    }

    /// Remembers a token, unless a later one is remembered. `seen` tells whether the program asked for it.
    pub(super) fn remember(&self, entry: &Entry, user: &str, token: &TokenInfo, version: u64, seen: bool) {
        let mut state = self.state();
        state.uses += 1;
        let used = state.uses;
        let before = state.remembered.get(entry.id());
        if before.is_some_and(|before| before.version > version) {
            return;
        }
        let seen = if seen { version } else { before.map_or(0, |before| before.seen) };
        let (entry, user, token) = (entry.clone(), user.to_owned(), token.clone());
        let id = entry.id().to_owned();
        state.remembered.insert(id, Remembered { entry, user, token, version, seen, used });
        if state.remembered.len() > MAX_REMEMBERED {
            let oldest = state.remembered.iter().min_by_key(|(_, token)| token.used).map(|(id, _)| id.clone());
            oldest.and_then(|id| state.remembered.remove(&id));
        }
    }

    pub(super) fn remembered(&self, id: &str) -> Option<Remembered> {
        self.state().remembered.get(id).cloned()
    }

    pub(super) fn all_remembered(&self) -> Vec<Remembered> {
        self.state().remembered.values().cloned().collect()
    }

    pub(super) fn forget(&self, id: &str) {
        self.state().remembered.remove(id);
    }

    pub(super) fn is_subscribed(&self, channel: &str) -> bool {
        self.state().subscribed.contains(channel)
    }

    pub(super) fn subscribed(&self, channel: String) {
        self.state().subscribed.insert(channel);
    }
}

#[cfg(test)]
mod tests {
    use spotify_sdk::auth::{AccessToken, TokenKey};
    use spotify_sdk::jiff::Timestamp;

    use super::*;

    fn token() -> TokenInfo {
        TokenInfo::new(AccessToken::new("access").unwrap(), Timestamp::MAX)
    }

    #[test]
    fn a_later_token_is_not_replaced_by_one_that_was_read_before() {
        let (memory, entry) = (Memory::default(), Entry::new(&TokenKey::new("app")));
        memory.remember(&entry, "", &token(), 5, true);
        memory.remember(&entry, "", &token(), 4, true);
        memory.remember(&entry, "", &token(), 7, false);
        let remembered = memory.remembered(entry.id()).unwrap();
        assert_eq!((remembered.version, remembered.seen), (7, 5));
    }

    #[test]
    fn those_that_were_not_used_for_longest_are_forgotten() {
        let memory = Memory::default();
        let entry = |number: usize| Entry::new(&TokenKey::new("app").user(number.to_string()));
        for number in 0..MAX_REMEMBERED {
            memory.remember(&entry(number), "", &token(), 1, true);
        }
        memory.remember(&entry(0), "", &token(), 1, true);
        memory.remember(&entry(MAX_REMEMBERED), "", &token(), 1, true);
        assert_eq!(memory.all_remembered().len(), MAX_REMEMBERED);
        assert!(memory.remembered(entry(0).id()).is_some());
        assert!(memory.remembered(entry(1).id()).is_none());
    }

    #[test]
    fn a_hold_is_ended_by_its_own_guard_alone() {
        let (memory, entry) = (Memory::default(), Entry::new(&TokenKey::new("app")));
        let held = Held { nonce: "one".to_owned(), fence: "1".to_owned() };
        memory.hold(&entry, held.clone());
        memory.release(&entry, "other");
        assert_eq!(memory.held(&entry), Some(held));
        memory.release(&entry, "one");
        assert_eq!(memory.held(&entry), None);
    }
}
