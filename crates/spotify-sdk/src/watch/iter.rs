//! [`WatchIter`]: player events for blocking programs.

use std::fmt;

use super::driver::WatchDriver;
use super::{PlayerEvent, Watch};
use crate::client::SpotifyClient;
use crate::error::Result;

impl Watch<SpotifyClient> {
    /// Starts to watch. The first request is sent when the iterator is asked for its first event.
    pub fn iter(self) -> WatchIter {
        let driver = Box::new(WatchDriver::new(&self));
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

/// An iterator over player events, and the errors of requests. Created by [`Watch::iter`].
///
/// Each call of `next` blocks until there is an event, which takes as long as the player does not change, and sends the
/// requests meanwhile; no requests are sent between two calls. After an error that ends the watch, it returns `None`:
/// [the module](crate::watch#errors) lists these errors.
#[must_use = "iterators do nothing unless asked for their next item"]
pub struct WatchIter {
    client: SpotifyClient,
    /// Moved to the client's thread for each call, and back with the result.
    driver: Option<Box<WatchDriver>>,
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
