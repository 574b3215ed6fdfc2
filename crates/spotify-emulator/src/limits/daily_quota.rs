//! Spotify's daily quota: a maximum number of requests per group of endpoints in any 24 hours, for all apps of a developer.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::http::ApiError;
use crate::time::{later, whole_seconds};

/// The period over which requests are counted.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// A group of endpoints whose requests are counted together. Spotify does not publish its groups; the emulator uses the
/// sections of Spotify's reference. In JSON a group is written like `playlist-items`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EndpointGroup {
    /// `/albums`
    Albums,
    /// `/artists`
    Artists,
    /// `/audiobooks` and `/chapters`
    Audiobooks,
    /// `/browse` and `/markets`
    Browse,
    /// `/me/following` and `/playlists/{id}/followers`
    Following,
    /// `/me/library`, `/me/tracks` and the other lists of saved items
    Library,
    /// Reading `/me/player`
    Playback,
    /// Commands to the player
    Player,
    /// `/playlists/{id}/items` and `/playlists/{id}/tracks`
    PlaylistItems,
    /// `/playlists`, `/me/playlists` and `/users/{id}/playlists`
    Playlists,
    /// `/recommendations`
    Recommendations,
    /// `/search`
    Search,
    /// `/shows` and `/episodes`
    Shows,
    /// `/tracks`, `/audio-features` and `/audio-analysis`
    Tracks,
    /// `/me`, `/me/top` and `/users/{id}`
    Users,
}

/// Spotify's daily quota, which apps in Development Mode have in addition to the rate limit: the maximum number of requests
/// for each group of endpoints in any 24 hours. All client ids of one emulator share it, as all apps of one developer account
/// do.
///
/// Requests beyond it get 429 with `"reason":"QUOTA_EXCEEDED"` and a `Retry-After` of hours:
///
/// ```
/// use spotify_emulator::{DailyQuota, Emulator, EndpointGroup};
///
/// # fn main() -> std::io::Result<()> {
/// let emulator = Emulator::start()?;
/// emulator.daily_quota(DailyQuota::new(1_000).group(EndpointGroup::Shows, 600));
/// # Ok(())
/// # }
/// ```
///
/// Spotify publishes no numbers, so there is no quota until one is set. It applies in every [`Quota`](crate::Quota) mode,
/// although Spotify has none for extended quota. Every request that has passed the rate limit counts, including those with
/// 304 and 404; requests that the quota rejects do not.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a quota does nothing until it is given to an emulator"]
pub struct DailyQuota {
    pub(crate) requests: u32,
    pub(crate) groups: BTreeMap<EndpointGroup, u32>,
    pub(crate) wait: Wait,
}

/// The value of `Retry-After`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wait {
    /// The time until the oldest counted request is 24 hours old.
    UntilFree,
    /// This number of seconds.
    Fixed(u64),
    /// The header is omitted.
    Missing,
}

impl DailyQuota {
    /// A quota of this number of requests in any 24 hours for each group of endpoints.
    pub fn new(requests: u32) -> Self {
        Self { requests, groups: BTreeMap::new(), wait: Wait::UntilFree }
    }

    /// Sets a different number of requests for one group of endpoints.
    pub fn group(mut self, group: EndpointGroup, requests: u32) -> Self {
        self.groups.insert(group, requests);
        self
    }

    /// Sets the value of `Retry-After`, in whole seconds. Default: the time until the next request of the group is allowed.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.wait = Wait::Fixed(wait.as_secs());
        self
    }

    /// Omits `Retry-After`, as Spotify sometimes does.
    pub fn without_retry_after(mut self) -> Self {
        self.wait = Wait::Missing;
        self
    }

    fn of(&self, group: EndpointGroup) -> u32 {
        self.groups.get(&group).copied().unwrap_or(self.requests)
    }
}

/// The quota of one emulator, and its usage.
#[derive(Debug, Default)]
pub(crate) struct QuotaLedger {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// `None` if there is no quota.
    quota: Option<DailyQuota>,
    /// The times of the requests in the last 24 hours.
    used: BTreeMap<EndpointGroup, VecDeque<Timestamp>>,
    refused: usize,
}

impl QuotaLedger {
    pub(crate) fn new(quota: Option<DailyQuota>) -> Self {
        Self { inner: Mutex::new(Inner { quota, ..Inner::default() }) }
    }

    /// Sets or removes the quota, and resets the usage.
    pub(crate) fn set(&self, quota: Option<DailyQuota>) {
        let mut inner = self.lock();
        inner.quota = quota;
        inner.used.clear();
    }

    pub(crate) fn quota(&self) -> Option<DailyQuota> {
        self.lock().quota.clone()
    }

    /// The number of requests of each group in the last 24 hours.
    pub(crate) fn used(&self, now: Timestamp) -> BTreeMap<EndpointGroup, usize> {
        let mut inner = self.lock();
        for times in inner.used.values_mut() {
            forget_old(times, now);
        }
        inner.used.iter().map(|(group, times)| (*group, times.len())).collect()
    }

    /// The number of requests rejected so far.
    pub(crate) fn refused(&self) -> usize {
        self.lock().refused
    }

    /// Counts a request, or errors with Spotify's 429.
    pub(crate) fn admit(&self, group: EndpointGroup, now: Timestamp) -> Result<(), ApiError> {
        let mut inner = self.lock();
        let Some(quota) = &inner.quota else {
            return Ok(());
        };
        let (max, wait) = (quota.of(group), quota.wait);
        let times = inner.used.entry(group).or_default();
        forget_old(times, now);
        if times.len() < max as usize {
            times.push_back(now);
            return Ok(());
        }
        let free = times.front().map_or(later(now, WINDOW), |first| later(*first, WINDOW));
        inner.refused += 1;
        Err(ApiError::quota_exceeded(match wait {
            Wait::UntilFree => Some(whole_seconds(free.duration_since(now))),
            Wait::Fixed(seconds) => Some(seconds),
            Wait::Missing => None,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_old(times: &mut VecDeque<Timestamp>, now: Timestamp) {
    let start = later(now, -WINDOW);
    while times.front().is_some_and(|time| *time <= start) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWS: EndpointGroup = EndpointGroup::Shows;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + hour * 3600).unwrap()
    }

    fn wait(ledger: &QuotaLedger, group: EndpointGroup, hour: i64) -> Option<Option<u64>> {
        ledger.admit(group, at(hour)).err().map(|error| error.retry_after)
    }

    #[test]
    fn without_a_quota_everything_is_let_through() {
        let ledger = QuotaLedger::default();
        assert!((0..10_000).all(|_| wait(&ledger, SHOWS, 0).is_none()));
    }

    #[test]
    fn the_day_rolls() {
        let ledger = QuotaLedger::new(Some(DailyQuota::new(2)));
        assert_eq!([wait(&ledger, SHOWS, 0), wait(&ledger, SHOWS, 10)], [None, None]);
        assert_eq!(wait(&ledger, SHOWS, 20), Some(Some(4 * 3600)));
        // What was refused does not count.
        assert_eq!(wait(&ledger, SHOWS, 24), None);
        assert_eq!(wait(&ledger, SHOWS, 25), Some(Some(9 * 3600)));
        assert_eq!(ledger.refused(), 2);
        assert_eq!(ledger.used(at(35)).get(&SHOWS), Some(&1));
    }

    #[test]
    fn each_group_has_a_number_of_its_own() {
        let ledger = QuotaLedger::new(Some(DailyQuota::new(1).group(SHOWS, 0)));
        assert_eq!(wait(&ledger, SHOWS, 0), Some(Some(24 * 3600)));
        assert_eq!(wait(&ledger, EndpointGroup::Albums, 0), None);
        assert_eq!(wait(&ledger, EndpointGroup::Tracks, 0), None);
        assert!(wait(&ledger, EndpointGroup::Albums, 1).is_some());
    }

    #[test]
    fn the_wait_is_computed_or_given_or_missing() {
        let quota = DailyQuota::new(0);
        for (quota, expected) in [
            (quota.clone(), Some(86_400)),
            (quota.clone().retry_after(Duration::from_secs(48_925)), Some(48_925)),
            (quota.without_retry_after(), None),
        ] {
            assert_eq!(wait(&QuotaLedger::new(Some(quota)), SHOWS, 0), Some(expected));
        }
    }
}
