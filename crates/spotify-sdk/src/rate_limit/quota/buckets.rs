//! [`Buckets`]: the requests of the last 24 hours, ten minutes of them together. Pure state, without a clock.

use std::collections::VecDeque;
use std::time::Duration;

/// The window over which Spotify counts, as far as is known.
pub(super) const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// The part of the window whose requests are counted together.
pub(crate) const BUCKET: Duration = Duration::from_secs(SECONDS as u64);
/// The same in seconds.
pub(super) const SECONDS: i64 = 10 * 60;
/// The number of buckets in a window, plus the current one.
pub(super) const BUCKETS: i64 = WINDOW.as_secs() as i64 / SECONDS + 1;

/// The number of requests in each non-empty bucket, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Buckets(VecDeque<(i64, u32)>);

impl Buckets {
    /// Counts a request that is sent in this bucket, and returns the bucket that it was counted in.
    pub(super) fn count(&mut self, now: i64) -> i64 {
        if let Some((last, count)) = self.0.back_mut()
            && *last >= now
        {
            *count = count.saturating_add(1);
            return *last;
        }
        self.0.push_back((now, 1));
        self.forget(now);
        now
    }

    /// Removes a request that was counted in this bucket.
    pub(super) fn take_back(&mut self, bucket: i64) {
        if let Some((_, count)) = self.0.iter_mut().rev().find(|(other, _)| *other == bucket) {
            *count = count.saturating_sub(1);
        }
    }

    /// Adds the requests of any bucket.
    pub(super) fn add(&mut self, bucket: i64, requests: u32) {
        match self.0.binary_search_by_key(&bucket, |(bucket, _)| *bucket) {
            Ok(at) => self.0[at].1 = self.0[at].1.saturating_add(requests),
            Err(at) => self.0.insert(at, (bucket, requests)),
        }
    }

    /// Drops the buckets outside the window.
    fn forget(&mut self, now: i64) {
        while self.0.front().is_some_and(|(bucket, _)| bucket + BUCKETS <= now) {
            self.0.pop_front();
        }
    }

    /// Returns the buckets in the window, oldest first.
    pub(super) fn within(&self, now: i64) -> impl Iterator<Item = (i64, u32)> {
        self.0.iter().copied().filter(move |(bucket, _)| bucket + BUCKETS > now)
    }

    /// Returns the number of requests in the window.
    pub(super) fn sum(&self, now: i64) -> u32 {
        self.within(now).fold(0, |sum: u32, (_, count)| sum.saturating_add(count))
    }

    /// Returns the requests that came after `earlier` was copied from this.
    pub(super) fn since(&self, earlier: &Self, now: i64) -> Vec<(i64, u32)> {
        let before = |bucket| {
            let at = earlier.0.binary_search_by_key(&bucket, |(bucket, _)| *bucket);
            at.map_or(0, |at| earlier.0[at].1)
        };
        let news = self.within(now).map(|(bucket, count)| (bucket, count.saturating_sub(before(bucket))));
        news.filter(|(_, count)| *count > 0).collect()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
