//! Batches and the cache: what it has is not asked for, and what a batch brings is stored as if it had been read alone.

use futures_util::future::{join_all, try_join_all};
use serde_json::value::RawValue;

use super::kind::ReadById;
use super::request::{Answer, Source};
use crate::definition::ResponseBody;
use crate::error::Result;
use crate::ids::Id;
use crate::options::CallOptions;
use crate::pipeline::{Place, Received};

/// What the cache has of the items of a batch.
pub(super) struct Cached<'a, Op: ReadById> {
    /// For each id of the batch its item, if the cache has it.
    answers: Vec<Option<Answer<Op::Item>>>,
    /// The ids that remain, each with its place in the cache.
    pub(super) missing: Vec<Id<Op::Kind>>,
    places: Vec<Option<Place>>,
    source: &'a Source,
}

impl Source {
    /// Looks the items up in the cache.
    ///
    /// # Errors
    /// Those of the auth provider.
    pub(super) async fn look_up<Op: ReadById>(
        &self,
        ids: &[Id<Op::Kind>],
        options: &CallOptions,
    ) -> Result<Cached<'_, Op>> {
        let requests: Result<Vec<_>, _> = ids.iter().map(|id| Op::one(id, self.market.as_ref())).collect();
        // At the same time: a store on another machine is asked for many in the time of one.
        let asked = requests?.into_iter().map(|request| self.inner.look_up(request, ResponseBody::Json, options));
        let found = try_join_all(asked).await?;
        let mut cached =
            Cached { answers: Vec::with_capacity(ids.len()), missing: Vec::new(), places: Vec::new(), source: self };
        for (id, found) in ids.iter().zip(found) {
            let place = match found {
                Some(Ok(received)) => {
                    cached.answers.push(Some(Self::item::<Op>(id, &received)?));
                    continue;
                }
                Some(Err(place)) => Some(place),
                None => None,
            };
            cached.answers.push(None);
            cached.missing.push(id.clone());
            cached.places.push(place);
        }
        Ok(cached)
    }
}

impl<Op: ReadById> Cached<'_, Op> {
    /// Stores the items of a batch of those that were missing.
    pub(super) async fn keep(&mut self, batch: &Received) {
        if Op::IS_LESS_IN_A_BATCH || self.places.iter().all(Option::is_none) {
            return;
        }
        let Ok(items) = batch.decode::<Vec<Option<Box<RawValue>>>>(Op::BATCH.response_body) else { return };
        let pipeline = self.source.inner.pipeline();
        let brought =
            self.places.iter_mut().zip(&items).filter_map(|(place, item)| Some((place.take()?, item.as_ref()?)));
        join_all(brought.map(|(place, item)| pipeline.keep(place, item.get(), batch))).await;
    }

    /// Returns the answers for all ids, given those for the missing ones, in their order.
    pub(super) fn with(self, missing: Vec<Answer<Op::Item>>) -> Vec<Answer<Op::Item>> {
        let mut missing = missing.into_iter();
        self.answers.into_iter().filter_map(|answer| answer.or_else(|| missing.next())).collect()
    }
}
