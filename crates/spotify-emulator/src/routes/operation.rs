//! An operation of the Web API as data: its method and path, who may call it, and how its responses may be cached.

use http::Method;

use super::ApiRequest;
use crate::http::{ApiError, ApiResponse, Caching};
use crate::registration::{Access, Quota};

/// One operation of the Web API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) handler: Handler,
    /// The most restricted quota mode that has the operation.
    quota: Quota,
    pub(super) caching: Caching,
    /// The token must have all of these scopes.
    pub(super) scopes: &'static [&'static str],
}

pub(super) type Handler = fn(&mut ApiRequest<'_>) -> Result<ApiResponse, ApiError>;

impl Operation {
    const fn new(method: Method, path: &'static str, handler: Handler) -> Self {
        Self { method, path, handler, quota: Quota::Development, caching: Caching::Private, scopes: &[] }
    }

    pub(super) const fn get(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::GET, path, handler)
    }

    pub(super) const fn put(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::PUT, path, handler)
    }

    pub(super) const fn post(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::POST, path, handler)
    }

    pub(super) const fn delete(path: &'static str, handler: Handler) -> Self {
        Self::new(Method::DELETE, path, handler)
    }

    /// The same operation, not available in Development Mode.
    pub(super) const fn legacy(mut self) -> Self {
        self.quota = Quota::Legacy;
        self
    }

    /// The same operation, available only with extended quota (since November 2024).
    pub(super) const fn extended_only(mut self) -> Self {
        self.quota = Quota::Extended;
        self
    }

    /// The same operation with `Cache-Control: public`.
    pub(super) const fn public(mut self) -> Self {
        self.caching = Caching::Public;
        self
    }

    /// The same operation with `Cache-Control: public` and an `ETag`.
    pub(super) const fn with_etag(mut self) -> Self {
        self.caching = Caching::Validated;
        self
    }

    /// The same operation with `Cache-Control: public, max-age=60`.
    pub(super) const fn max_age_60(mut self) -> Self {
        self.caching = Caching::OneMinute;
        self
    }

    /// Errors unless apps with this access may call the operation.
    pub(super) fn admit(&self, access: Access) -> Result<(), ApiError> {
        match self.quota {
            Quota::Development => Ok(()),
            Quota::Legacy | Quota::Extended if !access.has_older_operations => Err(ApiError::NOT_FOR_THIS_APP),
            Quota::Extended if !access.is_extended => Err(ApiError::NOT_FOUND),
            Quota::Legacy | Quota::Extended => Ok(()),
        }
    }

    /// The same operation, requiring these scopes.
    pub(super) const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }
}
