//! [`Cache`]: what the pipeline needs of a cache, which stands below it.

use std::sync::Arc;

use super::middleware::{ApiRequest, ApiResponse, ErasedMiddleware, Middleware};
use crate::auth::TokenOwner;
use crate::error::Result;
use crate::http::BoxFuture;

/// A cache: a middleware that can be asked by itself.
pub(crate) trait Cache: Middleware {
    /// Returns a stored response that may be used without a request.
    fn fresh(&self, request: &ApiRequest) -> impl Future<Output = Option<ApiResponse>> + Send;

    /// Stores a response that was not sent for this request, but could have been.
    fn keep(&self, request: &ApiRequest, response: &ApiResponse) -> impl Future<Output = ()> + Send;

    /// Removes all responses of an owner.
    fn forget(&self, owner: TokenOwner) -> impl Future<Output = Result<()>> + Send;
}

/// A shared handle to any [`Cache`].
pub(crate) type SharedCache = Arc<dyn ErasedCache>;

pub(crate) trait ErasedCache: ErasedMiddleware {
    fn fresh<'a>(&'a self, request: &'a ApiRequest) -> BoxFuture<'a, Option<ApiResponse>>;
    fn keep<'a>(&'a self, request: &'a ApiRequest, response: &'a ApiResponse) -> BoxFuture<'a, ()>;
    fn forget(&self, owner: TokenOwner) -> BoxFuture<'_, Result<()>>;
}

impl<C: Cache> ErasedCache for C {
    fn fresh<'a>(&'a self, request: &'a ApiRequest) -> BoxFuture<'a, Option<ApiResponse>> {
        Box::pin(Cache::fresh(self, request))
    }

    fn keep<'a>(&'a self, request: &'a ApiRequest, response: &'a ApiResponse) -> BoxFuture<'a, ()> {
        Box::pin(Cache::keep(self, request, response))
    }

    fn forget(&self, owner: TokenOwner) -> BoxFuture<'_, Result<()>> {
        Box::pin(Cache::forget(self, owner))
    }
}
