//! The daily budget: how many requests a program allows itself in any 24 hours.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::quota::{NoRoom, Quotas, Reservation};
use super::{Priority, RateLimiter, SharedRateLimiter, from_now};
use crate::definition::Action;
use crate::error::{ApiError, DAILY_BUDGET, Error};
use crate::text::Thousands;

/// A [daily budget](crate::ClientBuilder::daily_budget), and what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DailyBudget {
    /// The maximum number of requests in any 24 hours.
    pub limit: u32,
    /// The number of requests that count, with those that wait to be sent.
    pub used: u32,
    /// The number of requests that can be sent now.
    pub left: u32,
    /// The number of requests that calls of [`Background`](Priority::Background) priority can send now.
    pub left_for_background: u32,
}

/// A share of a daily budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DailyBudgetReached {
    /// The share.
    pub share: BudgetShare,
    /// The number of requests that count, with those that wait to be sent.
    pub used: u32,
    /// The maximum number of requests in any 24 hours.
    pub limit: u32,
}

/// The shares of a daily budget that are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BudgetShare {
    /// Half of it.
    Half,
    /// Nine tenths: no more calls of [`Background`](Priority::Background) priority are sent.
    NineTenths,
    /// All of it: nothing is sent any more.
    Whole,
}

impl BudgetShare {
    const ALL: [Self; 3] = [Self::Half, Self::NineTenths, Self::Whole];

    /// Returns the number of requests that are this share of a budget: at least one, and a fraction of a request is left to the
    /// rest.
    pub(crate) fn of(self, limit: u32) -> u32 {
        match self {
            Self::Half => limit.div_ceil(2),
            Self::NineTenths => (limit - limit.div_ceil(10)).max(1),
            Self::Whole => limit,
        }
    }
}

/// The daily budget of a client, its clones and siblings.
///
/// Requests are counted where the limiter counts them, if that is in this process: so clients that share a limiter keep to their
/// budgets together, and exactly. For any other limiter they are counted here, and the limiter is asked how many it knows of.
#[derive(Debug)]
pub(crate) struct DailyLimit {
    limit: u32,
    quotas: Arc<Quotas>,
    asks_limiter: bool,
    /// The last share that was reported. The count is read while this is locked, so that each share is reported once.
    reported: Mutex<Option<BudgetShare>>,
}

/// A call that is not sent for its daily budget.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverBudget {
    limit: u32,
    wait: Duration,
    is_background: bool,
}

impl DailyLimit {
    /// Creates a budget of so many requests, which is not zero.
    pub(crate) fn new(limit: u32, limiter: &SharedRateLimiter) -> Self {
        let own = limiter.quotas();
        let asks_limiter = own.is_none();
        Self { limit, quotas: own.unwrap_or_default(), asks_limiter, reported: Mutex::default() }
    }

    /// Checks whether a call would be sent now, and returns the shares of the budget that are newly used up.
    pub(crate) fn check(
        &self,
        limiter: &SharedRateLimiter,
        priority: Priority,
    ) -> (Result<(), OverBudget>, Vec<DailyBudgetReached>) {
        let (result, reached) = self.reporting(|| self.quotas.room(self.max(priority), self.elsewhere(limiter)));
        (result.map_err(|error| self.over(priority, error)), reached)
    }

    /// Reserves room for a request, and returns the shares of the budget that are newly used up. A request that ignores limits
    /// always has room.
    pub(crate) fn reserve(
        &self,
        limiter: &SharedRateLimiter,
        priority: Priority,
        ignores_limits: bool,
    ) -> (Result<Reservation, OverBudget>, Vec<DailyBudgetReached>) {
        let max = (!ignores_limits).then(|| self.max(priority));
        let (result, reached) = self.reporting(|| self.quotas.reserve(max, self.elsewhere(limiter)));
        (result.map_err(|error| self.over(priority, error)), reached)
    }

    /// Returns what is left.
    pub(crate) fn status(&self, limiter: &SharedRateLimiter) -> DailyBudget {
        let used = self.quotas.used().max(self.elsewhere(limiter));
        let left = |priority| self.max(priority).saturating_sub(used);
        DailyBudget {
            limit: self.limit,
            used,
            left: left(Priority::Interactive),
            left_for_background: left(Priority::Background),
        }
    }

    /// Returns how many requests calls of this priority may bring the count to.
    fn max(&self, priority: Priority) -> u32 {
        match priority {
            Priority::Interactive | Priority::Prefetch => self.limit,
            Priority::Background => BudgetShare::NineTenths.of(self.limit),
        }
    }

    /// Returns the number of requests as a limiter knows it that does not count in this process.
    fn elsewhere(&self, limiter: &SharedRateLimiter) -> u32 {
        if self.asks_limiter { limiter.usage().requests } else { 0 }
    }

    fn reporting<T>(&self, count: impl FnOnce() -> (T, u32)) -> (T, Vec<DailyBudgetReached>) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let (result, used) = count();
        let reached = BudgetShare::ALL.into_iter().filter(|share| share.of(self.limit) <= used);
        let news = reached.clone().filter(|share| Some(*share) > *reported);
        let news = news.map(|share| DailyBudgetReached { share, used, limit: self.limit }).collect();
        *reported = reached.max();
        (result, news)
    }

    fn over(&self, priority: Priority, NoRoom { wait }: NoRoom) -> OverBudget {
        OverBudget { limit: self.limit, wait, is_background: priority == Priority::Background }
    }
}

impl OverBudget {
    /// Converts this into the error of the call.
    pub(crate) fn into_error(self, action: impl Into<Action>) -> Error {
        let requests = format!("{} request{}", Thousands(self.limit), if self.limit == 1 { "" } else { "s" });
        let why = if self.is_background {
            format!(
                "not sent, since nine tenths of the daily budget of {requests} are used up, and the rest is kept for calls that \
                 are not in the background"
            )
        } else {
            format!("not sent, since the daily budget of {requests} is used up")
        };
        Error::QuotaExceeded(Box::new(ApiError {
            reason: Some(DAILY_BUDGET.to_owned()),
            sent_from: Some(from_now(self.wait)),
            ..ApiError::not_sent(action.into(), &why, self.wait)
        }))
    }
}
