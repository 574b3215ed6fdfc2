//! `player().watch()`.

use super::Watch;
use crate::api::AnyClient;
use crate::api::Player;

impl<C: AnyClient> Player<C> {
    /// Watches the player: reports an event for each change, and sends requests when a change is likely. See
    /// [`watch`](crate::watch).
    ///
    /// It requests the playback state, and so needs the scope
    /// [`UserReadPlaybackState`](crate::operation::Scope::UserReadPlaybackState). Nothing is sent until the stream or
    /// the iterator is asked for its first event.
    pub fn watch(&self) -> Watch<C> {
        Watch::new(self.client.clone())
    }
}
