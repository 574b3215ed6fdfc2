//! [`SharedRateLimiter`]: a shared handle to a rate limiter.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use tokio::time::Instant;

use super::quota::{Quotas, Reservation};
use super::{AcquireError, AcquireRequest, LocalRateLimiter, Permit, RateLimit, RateLimiter, Usage};
use crate::definition::Action;
use crate::http::BoxFuture;

/// A shared handle to any [`RateLimiter`]. Clones share the same limiter.
#[derive(Clone)]
pub struct SharedRateLimiter(Kind);

/// The default limiter is called without boxing: every request makes such a call.
#[derive(Clone)]
enum Kind {
    Local(LocalRateLimiter),
    Other(Arc<dyn ErasedRateLimiter>),
}

trait ErasedRateLimiter: Send + Sync {
    fn dyn_acquire(&self, request: AcquireRequest) -> BoxFuture<'_, Result<Permit, AcquireError>>;
    fn dyn_check_quota(&self, request: &AcquireRequest) -> Result<(), AcquireError>;
    fn dyn_block_until(&self, until: Timestamp);
    fn dyn_status(&self) -> RateLimit;
    fn dyn_usage(&self) -> Usage;
}

impl<L: RateLimiter> ErasedRateLimiter for L {
    fn dyn_acquire(&self, request: AcquireRequest) -> BoxFuture<'_, Result<Permit, AcquireError>> {
        Box::pin(self.acquire(request))
    }

    fn dyn_check_quota(&self, request: &AcquireRequest) -> Result<(), AcquireError> {
        self.check_quota(request)
    }

    fn dyn_block_until(&self, until: Timestamp) {
        self.block_until(until);
    }

    fn dyn_status(&self) -> RateLimit {
        self.status()
    }

    fn dyn_usage(&self) -> Usage {
        self.usage()
    }
}

impl SharedRateLimiter {
    /// Creates a handle to `limiter`. A handle stays the same.
    pub fn new(limiter: impl RateLimiter) -> Self {
        let any: &dyn Any = &limiter;
        match (any.downcast_ref::<Self>(), any.downcast_ref::<LocalRateLimiter>()) {
            (Some(shared), _) => shared.clone(),
            (None, Some(local)) => Self(Kind::Local(local.clone())),
            (None, None) => Self(Kind::Other(Arc::new(limiter))),
        }
    }

    /// Returns the count of a limiter that keeps it in this process.
    pub(crate) fn quotas(&self) -> Option<Arc<Quotas>> {
        match &self.0 {
            Kind::Local(limiter) => Some(limiter.quotas()),
            Kind::Other(_) => None,
        }
    }

    /// Like [`acquire`](RateLimiter::acquire), for a request that may have room in a daily budget: it is counted when it has
    /// its permit, and no longer if it was not sent.
    pub(crate) async fn acquire_reserved(
        &self,
        request: AcquireRequest,
        reservation: Option<Reservation>,
    ) -> Result<Permit, AcquireError> {
        match &self.0 {
            Kind::Local(limiter) => limiter.acquire_reserved(request, reservation).await,
            Kind::Other(limiter) => {
                let permit = limiter.dyn_acquire(request).await?;
                Ok(match (reservation, request.operation) {
                    (Some(reservation), Some(operation)) => {
                        permit.counted(reservation.count(Action::from(operation), Instant::now()))
                    }
                    _ => permit,
                })
            }
        }
    }

    fn erased(&self) -> &dyn ErasedRateLimiter {
        match &self.0 {
            Kind::Local(limiter) => limiter,
            Kind::Other(limiter) => &**limiter,
        }
    }
}

impl RateLimiter for SharedRateLimiter {
    async fn acquire(&self, request: AcquireRequest) -> Result<Permit, AcquireError> {
        match &self.0 {
            Kind::Local(limiter) => limiter.acquire(request).await,
            Kind::Other(limiter) => limiter.dyn_acquire(request).await,
        }
    }

    fn check_quota(&self, request: &AcquireRequest) -> Result<(), AcquireError> {
        self.erased().dyn_check_quota(request)
    }

    fn block_until(&self, until: Timestamp) {
        self.erased().dyn_block_until(until);
    }

    fn status(&self) -> RateLimit {
        self.erased().dyn_status()
    }

    fn usage(&self) -> Usage {
        self.erased().dyn_usage()
    }
}

impl fmt::Debug for SharedRateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedRateLimiter").field(&self.status()).finish()
    }
}
