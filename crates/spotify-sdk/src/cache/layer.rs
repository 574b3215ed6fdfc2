//! [`CacheLayer`]: the cache of one client, as the last of its middleware.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use http::header::RANGE;
use http::{Method, StatusCode};
use tokio::runtime::Handle;
use tracing::{Instrument, debug, warn};

use super::freshness::{Use, Wishes};
use super::key::Scope;
use super::store::SharedCacheStore;
use super::{CacheKey, CacheLookup, CacheVersion, CachedResponse, ResponseCache, Topic};
use crate::auth::TokenOwner;
use crate::definition::{Caching, Quota};
use crate::error::{BoxError, Error, Result};
use crate::pipeline::middleware::{ApiRequest, ApiResponse, CacheStatus, Middleware, Next};
use crate::pipeline::{Cache, CacheFound, CacheSlot, maybe_executed};

/// How much of the shortest span that a response is good for passes before a confirmation of it is stored: a 304 in quick succession
/// to another one is not worth writing the response again.
const WORTH_STORING: u32 = 10;

/// By how much the clocks of machines that share a store may differ.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(60);

/// A cache, and the client that it works for.
pub(crate) struct CacheLayer {
    cache: ResponseCache,
    scope: Scope,
    /// Whether the store failed when it was used last.
    has_failed: AtomicBool,
}

/// A stored response, and what is needed to store another one in its place.
struct Slot {
    key: CacheKey,
    version: CacheVersion,
    stored: Option<CachedResponse>,
}

impl CacheLayer {
    pub(crate) fn new(cache: ResponseCache, base_url: &str, quota: Quota) -> Self {
        Self { cache, scope: Scope::new(base_url, quota), has_failed: AtomicBool::new(false) }
    }

    fn now(&self) -> SystemTime {
        self.cache.clock.now()
    }

    /// Returns the slot of a read; `None` for one whose response is not stored.
    async fn slot(&self, request: &ApiRequest) -> Option<Slot> {
        let has_range = request.headers().is_some_and(|headers| headers.contains_key(RANGE));
        // A middleware that validates on its own has a store of its own.
        if request.operation().caching() == Caching::Never || request.is_conditional() || has_range {
            return None;
        }
        let key = self.scope.key(request, request.known_owner()?);
        let CacheLookup { version, response } = self.checked(self.cache.store.get(&key).await)?;
        let now = self.now();
        let stored = response.filter(|response| !self.is_too_old(response, now));
        Some(Slot { key, version, stored })
    }

    /// Returns whether a response has reached the end of its life, or was confirmed in the future: by a clock that was wrong.
    fn is_too_old(&self, response: &CachedResponse, now: SystemTime) -> bool {
        let max_age = self.cache.settings.max_age;
        now.duration_since(response.confirmed_at())
            .map_or_else(|ahead| ahead.duration() > MAX_CLOCK_SKEW, |age| age > max_age)
    }

    fn wishes<'a>(&self, request: &'a ApiRequest) -> Wishes<'a> {
        Wishes {
            caching: request.operation().caching(),
            settings: self.cache.settings,
            fresh_for: request.options().fresh_for,
            headers: request.headers(),
        }
    }

    /// Responds to a read with what is stored, or with what Spotify sends.
    async fn read(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse> {
        let Some(slot) = self.slot(&request).await else { return next.run(request).await };
        let stored = slot.stored.as_ref().filter(|_| !request.options().no_cache);
        let decision = stored.map(|stored| (stored, self.wishes(&request).use_of(stored, self.now())));
        let sent = match decision {
            Some((stored, Use::Fresh)) => {
                debug!("responded from the cache");
                return Ok(stored.respond(CacheStatus::Fresh, self.now()));
            }
            Some((stored, Use::Validate(validators))) => {
                let mut conditional = request.clone();
                conditional.headers_mut().extend(validators);
                match next.clone().run(conditional).await {
                    Ok(response) if response.status() == StatusCode::NOT_MODIFIED => {
                        if let Some(response) = self.confirm(&request, &slot, stored, &response).await {
                            return Ok(response);
                        }
                        // It confirms what is not stored here.
                        next.run(request.clone()).await
                    }
                    sent => sent,
                }
            }
            Some((_, Use::Replace)) | None => next.run(request.clone()).await,
        };
        match sent {
            Ok(response) => {
                self.keep(&request, &slot, &response).await;
                Ok(response)
            }
            Err(error) => self.instead_of(error, &request, &slot).await,
        }
    }

    /// Returns a stored response that Spotify has confirmed; `None` if it has confirmed another one.
    async fn confirm(
        &self,
        request: &ApiRequest,
        slot: &Slot,
        stored: &CachedResponse,
        response: &ApiResponse,
    ) -> Option<ApiResponse> {
        let now = self.now();
        let confirmed = stored.confirmed(response, now)?;
        let settings = &self.cache.settings;
        let spans = [Some(settings.max_age), settings.fresh_for, settings.stale_if_error];
        let shortest = spans.into_iter().flatten().min().unwrap_or_default();
        let since = now.duration_since(stored.confirmed_at()).unwrap_or_default();
        if !confirmed.is_storable() {
            self.remove(slot).await;
        } else if since >= shortest / WORTH_STORING || !stored.says_the_same_as(&confirmed) {
            self.store(request, slot, response, confirmed.clone()).await;
        }
        debug!("confirmed what is in the cache");
        Some(confirmed.respond(CacheStatus::Revalidated, now))
    }

    /// Stores what Spotify sent, if it may be stored.
    async fn keep(&self, request: &ApiRequest, slot: &Slot, response: &ApiResponse) {
        match CachedResponse::of(request, response, self.now()) {
            Some(stored) => self.store(request, slot, response, stored).await,
            None if slot.stored.is_some() => self.remove(slot).await,
            None => {}
        }
    }

    async fn store(&self, request: &ApiRequest, slot: &Slot, response: &ApiResponse, stored: CachedResponse) {
        // The user may have changed on the way, and this be the response to another one.
        if response.owner() != request.known_owner() {
            return;
        }
        let life = self.cache.settings.max_age;
        self.checked(self.cache.store.put(&slot.key, slot.version, stored, life).await);
    }

    async fn remove(&self, slot: &Slot) {
        self.checked(self.cache.store.remove(&slot.key).await);
    }

    /// Returns what is stored in place of an error, if the caller allows that; otherwise the error.
    async fn instead_of(&self, error: Error, request: &ApiRequest, slot: &Slot) -> Result<ApiResponse> {
        let Some(stored) = &slot.stored else { return Err(error) };
        // It is gone, or the user may no longer see it.
        if matches!(error, Error::NotFound(_) | Error::Forbidden(_)) {
            self.remove(slot).await;
            return Err(error);
        }
        let is_transient = matches!(
            error,
            Error::Connection(_) | Error::Timeout(_) | Error::Server(_) | Error::RateLimit(_) | Error::QuotaExceeded(_)
        );
        let may_be_used = is_transient && !request.options().no_cache;
        if !may_be_used || !self.wishes(request).may_be_stale(stored, self.now()) {
            return Err(error);
        }
        warn!(%error, "responded from the cache, since the request failed");
        Ok(stored.respond(CacheStatus::Stale, self.now()))
    }

    /// Passes a write on, and makes what it changes out of date: also if it fails, since it may have been executed, and if it is
    /// cancelled.
    async fn write(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse> {
        let owner = request.owner();
        let topics = self.scope.changed_by(&request, owner);
        if topics.is_empty() {
            return next.run(request).await;
        }
        let mut change = Change { store: self.cache.store.clone(), topics };
        let result = next.run(request.clone()).await;
        if let Ok(response) = &result
            && let Some(actual) = response.owner()
            && actual != owner
        {
            change.topics.extend(self.scope.changed_by(&request, actual));
        }
        if result.as_ref().err().is_none_or(|error| maybe_executed(error) || error.status().is_some()) {
            self.checked(self.cache.store.invalidate(&change.topics).await);
        }
        change.topics.clear();
        result
    }

    /// Returns the result of the store. Its errors are those of no call: the first one is reported.
    fn checked<T>(&self, result: Result<T, BoxError>) -> Option<T> {
        match result {
            Ok(value) => {
                if self.has_failed.swap(false, Ordering::Relaxed) {
                    warn!("the cache's store works again");
                }
                Some(value)
            }
            Err(error) => {
                if self.has_failed.swap(true, Ordering::Relaxed) {
                    debug!(error, "the cache's store failed");
                } else {
                    warn!(error, "the cache's store failed: Spotify is asked instead");
                }
                None
            }
        }
    }
}

impl Middleware for CacheLayer {
    async fn handle(&self, request: ApiRequest, next: Next<'_>) -> Result<ApiResponse, BoxError> {
        let response = match *request.method() {
            Method::GET => self.read(request, next).await,
            Method::HEAD => next.run(request).await,
            _ => self.write(request, next).await,
        };
        Ok(response?)
    }
}

impl Cache for CacheLayer {
    async fn look_up(&self, request: &ApiRequest) -> Option<CacheFound> {
        // Without a word of the caller nothing is used without a request, but what its own headers allow.
        let wishes = self.wishes(request);
        wishes.fresh_for.or(wishes.settings.fresh_for)?;
        let slot = self.slot(request).await?;
        let now = self.now();
        let fresh = slot
            .stored
            .as_ref()
            .filter(|stored| !request.options().no_cache && matches!(wishes.use_of(stored, now), Use::Fresh));
        Some(match fresh {
            Some(stored) => CacheFound::Fresh(stored.respond(CacheStatus::Fresh, now)),
            None => CacheFound::Missing(Box::new(slot)),
        })
    }

    async fn keep(&self, request: &ApiRequest, slot: CacheSlot, response: &ApiResponse) {
        if let Ok(slot) = slot.downcast::<Slot>() {
            Self::keep(self, request, &slot, response).await;
        }
    }

    async fn forget(&self, owner: TokenOwner) -> Result<()> {
        self.cache.forget_user(owner).await
    }
}

/// A write that is under way. If it is dropped, it may be executed all the same, and what it changes is out of date.
struct Change {
    store: SharedCacheStore,
    topics: Vec<Topic>,
}

impl Drop for Change {
    fn drop(&mut self) {
        if self.topics.is_empty() {
            return;
        }
        let (store, topics) = (self.store.clone(), std::mem::take(&mut self.topics));
        let invalidate = async move {
            if let Err(error) = store.invalidate(&topics).await {
                warn!(error, "what a cancelled write changed may be left in the cache");
            }
        };
        let mut invalidate = Box::pin(invalidate.in_current_span());
        // A store in memory is done at once, so that nothing that follows sees what was there before. Another one goes on by itself.
        let begun = invalidate.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if begun.is_pending()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(invalidate);
        }
    }
}
