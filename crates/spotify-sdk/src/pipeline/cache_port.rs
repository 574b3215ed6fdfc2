//! [`Cache`]: what the pipeline needs of a cache, which stands below it.

use std::any::Any;
use std::sync::Arc;

use super::middleware::{ApiRequest, ApiResponse, ErasedMiddleware, Middleware};
use crate::auth::TokenOwner;
use crate::error::Result;
use crate::http::BoxFuture;

/// A cache: a middleware that can be asked by itself.
pub(crate) trait Cache: Middleware {
    /// Returns what is stored for a request that would not be sent as it is; `None` if its response would not be used later.
    fn look_up(&self, request: &ApiRequest) -> impl Future<Output = Option<CacheFound>> + Send;

    /// Stores a response that was not sent for this request, but could have been.
    fn keep(&self, request: &ApiRequest, slot: CacheSlot, response: &ApiResponse) -> impl Future<Output = ()> + Send;

    /// Removes all responses of an owner.
    fn forget(&self, owner: TokenOwner) -> impl Future<Output = Result<()>> + Send;
}

/// What a cache has for a request.
pub(crate) enum CacheFound {
    /// A response that is used without a request.
    #[cfg_attr(not(feature = "extended-quota"), allow(dead_code))]
    Fresh(ApiResponse),
    /// Nothing that is used without a request, and a place for a response.
    #[cfg_attr(not(feature = "extended-quota"), allow(dead_code))]
    Missing(CacheSlot),
}

/// The place of a response, as the cache that gave it knows it.
pub(crate) type CacheSlot = Box<dyn Any + Send + Sync>;

/// A shared handle to any [`Cache`].
pub(crate) type SharedCache = Arc<dyn ErasedCache>;

#[cfg_attr(not(feature = "extended-quota"), allow(dead_code))]
pub(crate) trait ErasedCache: ErasedMiddleware {
    fn look_up<'a>(&'a self, request: &'a ApiRequest) -> BoxFuture<'a, Option<CacheFound>>;
    fn keep<'a>(&'a self, request: &'a ApiRequest, slot: CacheSlot, response: &'a ApiResponse) -> BoxFuture<'a, ()>;
    fn forget(&self, owner: TokenOwner) -> BoxFuture<'_, Result<()>>;
}

impl<C: Cache> ErasedCache for C {
    fn look_up<'a>(&'a self, request: &'a ApiRequest) -> BoxFuture<'a, Option<CacheFound>> {
        Box::pin(Cache::look_up(self, request))
    }

    fn keep<'a>(&'a self, request: &'a ApiRequest, slot: CacheSlot, response: &'a ApiResponse) -> BoxFuture<'a, ()> {
        Box::pin(Cache::keep(self, request, slot, response))
    }

    fn forget(&self, owner: TokenOwner) -> BoxFuture<'_, Result<()>> {
        Box::pin(Cache::forget(self, owner))
    }
}
