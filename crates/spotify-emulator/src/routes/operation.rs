//! An operation of the Web API as data: its method and path, who may call it, and how its responses may be cached.

use http::Method;

use super::Call;
use crate::http::{ApiError, Caching, Reply};
use crate::registration::Access;

/// One operation of the Web API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) handler: Handler,
    openness: Openness,
    pub(super) caching: Caching,
    /// The scopes that the token must have, all of them.
    pub(super) scopes: &'static [&'static str],
}

/// Which apps an operation answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Openness {
    Everyone,
    /// Not those in Development Mode.
    Older,
    /// Since November 2024 only those with extended quota.
    Closed,
}

pub(super) type Handler = fn(&mut Call<'_>) -> Result<Reply, ApiError>;

impl Operation {
    const fn new(method: Method, path: &'static str, handler: Handler) -> Self {
        Self { method, path, handler, openness: Openness::Everyone, caching: Caching::Private, scopes: &[] }
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

    /// The same operation, which Development Mode does not have.
    pub(super) const fn older(mut self) -> Self {
        self.openness = Openness::Older;
        self
    }

    /// The same operation, for apps with extended quota alone.
    pub(super) const fn closed(mut self) -> Self {
        self.openness = Openness::Closed;
        self
    }

    /// The same operation, whose responses are good for everyone.
    pub(super) const fn public(mut self) -> Self {
        self.caching = Caching::Public;
        self
    }

    /// The same operation, whose responses are good for everyone and have a tag.
    pub(super) const fn validated(mut self) -> Self {
        self.caching = Caching::Validated;
        self
    }

    /// The same operation, whose responses are good for everyone and for a minute.
    pub(super) const fn kept_for_a_minute(mut self) -> Self {
        self.caching = Caching::OneMinute;
        self
    }

    /// Errors unless apps with this access may call the operation.
    pub(super) fn admit(&self, access: Access) -> Result<(), ApiError> {
        match self.openness {
            Openness::Older | Openness::Closed if !access.has_older_operations => Err(ApiError::NOT_FOR_THIS_APP),
            Openness::Closed if !access.is_extended => Err(ApiError::NOT_FOUND),
            Openness::Everyone | Openness::Older | Openness::Closed => Ok(()),
        }
    }

    /// The same operation, for tokens with these scopes alone.
    pub(super) const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }
}
