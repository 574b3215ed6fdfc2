//! [`WatchIter`]: the events for programs that are not async.

use std::fmt;

use super::driver::Driver;
use super::{PlayerEvent, Watch};
use crate::client::SpotifyClient;
use crate::error::Result;

impl Watch<SpotifyClient> {
    /// Begins to watch. The first request is made when the iterator is asked for its first event.
    pub fn iter(self) -> WatchIter {
        let driver = Box::new(Driver::new(&self));
        WatchIter { client: self.client, driver: Some(driver) }
    }
}

impl IntoIterator for Watch<SpotifyClient> {
    type Item = Result<PlayerEvent>;
    type IntoIter = WatchIter;

    fn into_iter(self) -> WatchIter {
        self.iter()
    }
}

/// The events of the player, and what kept them from being seen. Made by [`Watch::iter`].
///
/// Each `next` waits until there is an event, which may take as long as nobody touches the player, and makes the requests
/// meanwhile; none are made between two calls of it. After an error that ended the watching, it gives `None`:
/// [the module](crate::watch#errors) says which they are.
#[must_use = "iterators do nothing unless asked for their next item"]
pub struct WatchIter {
    client: SpotifyClient,
    /// It does its work on the client's thread, and comes back from there.
    driver: Option<Box<Driver>>,
}

impl Iterator for WatchIter {
    type Item = Result<PlayerEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut driver = self.driver.take()?;
        let driven = self.client.drive(async move {
            let item = driver.next().await;
            Ok((driver, item))
        });
        match driven {
            Ok((driver, item)) => {
                self.driver = item.is_some().then_some(driver);
                item
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl fmt::Debug for WatchIter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchIter").finish_non_exhaustive()
    }
}
