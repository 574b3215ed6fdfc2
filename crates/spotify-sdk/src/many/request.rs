//! The requests for items: one for each, or one for a batch, and what becomes of each id.

use super::kind::ReadById;
use crate::api::params::Market;
use crate::call::ClientInner;
use crate::definition::ResponseBody;
use crate::error::{Error, Result};
use crate::ids::{Id, IdKind};
use crate::options::CallOptions;
use crate::pipeline::Received;

#[cfg(feature = "extended-quota")]
use {
    crate::definition::{Action, Quota, UnreadableItem},
    crate::error::{DecodeError, Secrets},
    crate::models::List,
    crate::pipeline::{BatchLeave, BatchReads},
    http::StatusCode,
    serde::de::Error as _,
    tracing::warn,
};

/// What became of one id: its item, `None` where there is none, or an error of this item alone.
pub(super) type Answer<T> = Result<Option<T>>;

/// What became of the ids of one request.
pub(super) enum Answers<T> {
    /// One answer for each id, in their order.
    Each(Vec<Answer<T>>),
    /// Nothing: each id needs a request of its own.
    #[cfg_attr(not(feature = "extended-quota"), allow(dead_code))]
    Alone {
        /// Whether no other batch is worth a try either.
        all: bool,
    },
}

/// Where and how the items are read.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) inner: ClientInner,
    pub(super) market: Option<Market>,
}

impl Source {
    /// Reads the items of these ids: a batch if there are several.
    ///
    /// # Errors
    /// That of the request, which says nothing about single items.
    pub(super) async fn read<Op: ReadById>(
        &self,
        ids: &[Id<Op::Kind>],
        options: CallOptions,
    ) -> Result<Answers<Op::Item>> {
        match ids {
            [id] => Ok(Answers::Each(vec![self.one::<Op>(id, options).await?])),
            #[cfg(feature = "extended-quota")]
            _ => self.batch::<Op>(ids, options).await,
            #[cfg(not(feature = "extended-quota"))]
            _ => Ok(Answers::Alone { all: true }),
        }
    }

    /// Returns whether ids may share a request, as far as is known.
    pub(super) fn may_batch(&self) -> bool {
        #[cfg(feature = "extended-quota")]
        return self.inner.quota() == Quota::Extended && !self.batches().are_closed();
        #[cfg(not(feature = "extended-quota"))]
        false
    }

    async fn one<Op: ReadById>(&self, id: &Id<Op::Kind>, options: CallOptions) -> Result<Answer<Op::Item>> {
        let request = Op::one(id, self.market.as_ref())?;
        match self.inner.run(request, ResponseBody::Json, &options).await {
            Ok(received) => Self::item::<Op>(id, &received),
            Err(failure) if failure.error.is_no_such_item() => Ok(Ok(None)),
            Err(failure) => match failure.error {
                error @ Error::ResponseTooLarge(_) => Ok(Err(error)),
                error => Err(error),
            },
        }
    }

    /// Reads an item from the response to a request for it alone.
    pub(super) fn item<Op: ReadById>(id: &Id<Op::Kind>, received: &Received) -> Result<Answer<Op::Item>> {
        match received.decode::<Op::Item>(ResponseBody::Json) {
            Ok(mut item) => {
                Op::trim(&mut item);
                Ok(Ok(Some(item)))
            }
            Err(Error::Decode(error)) if !error.looks_like_html() => Ok(Err(error.of_item(named(id)).into())),
            Err(error @ Error::ResponseTooLarge(_)) => Ok(Err(error)),
            Err(error) => Err(error),
        }
    }
}

#[cfg(feature = "extended-quota")]
impl Source {
    fn batches(&self) -> &BatchReads {
        &self.inner.pipeline().batch_reads
    }

    async fn batch<Op: ReadById>(&self, ids: &[Id<Op::Kind>], options: CallOptions) -> Result<Answers<Op::Item>> {
        #[cfg(feature = "cache")]
        let mut cached = self.look_up::<Op>(ids, &options).await?;
        #[cfg(feature = "cache")]
        let ids = &*std::mem::take(&mut cached.missing);
        if ids.is_empty() {
            #[cfg(feature = "cache")]
            return Ok(Answers::Each(cached.with(Vec::new())));
        }
        let BatchLeave::Send { _first } = self.batches().leave().await else {
            return Ok(Answers::Alone { all: true });
        };
        let request = Op::batch(ids, self.market.as_ref())?;
        let response_body = Op::BATCH.response_body;
        let received = match self.inner.run(request, response_body, &options).await {
            Ok(received) => received,
            Err(failure) => return self.refused_batch(failure.error),
        };
        self.batches().answered();
        let places = match received.decode::<List<Op::Item>>(response_body) {
            Ok(list) => list.into_places(),
            Err(error) => return self.refused_batch(error),
        };
        if places.len() != ids.len() {
            // Only the order says which item is of which id.
            warn!(operation = Op::BATCH.name, expected = ids.len(), got = places.len(), "reading a batch one by one");
            return Ok(Answers::Alone { all: false });
        }
        let answers = ids.iter().zip(places).map(|(id, place)| of_batch::<Op>(id, place)).collect();
        #[cfg(feature = "cache")]
        let answers = {
            cached.keep(&received).await;
            cached.with(answers)
        };
        Ok(Answers::Each(answers))
    }

    /// Decides whether single reads can do what a batch could not.
    fn refused_batch<T>(&self, error: Error) -> Result<Answers<T>> {
        let all = match &error {
            error if error.is_closed_to_app() => {
                warn!(%error, "batches are not for this app: going on with single reads");
                self.batches().refused();
                true
            }
            // Single reads show whether it concerns them.
            Error::Forbidden(_) => true,
            // About one of the ids, or all of them.
            error if error.is_no_such_item() => false,
            Error::ResponseTooLarge(_) => false,
            Error::Decode(error) if !error.looks_like_html() => {
                warn!(%error, "reading a batch one by one");
                false
            }
            _ => return Err(error),
        };
        Ok(Answers::Alone { all })
    }
}

/// Returns what became of one id of a batch, in whose place of the response this stands.
#[cfg(feature = "extended-quota")]
fn of_batch<Op: ReadById>(id: &Id<Op::Kind>, place: Result<Option<Op::Item>, UnreadableItem>) -> Answer<Op::Item> {
    place.map_err(|item| {
        let cause = serde_json::Error::custom(&item.reason);
        // The item was cleared of secrets when it was read.
        let (shown, secrets) = (item.shown().as_bytes(), Secrets::default());
        let error = DecodeError::new(Action::from(Op::ONE), StatusCode::OK, shown, cause, &secrets);
        error.of_item(named(id)).into()
    })
}

/// `the album 4aawyAB9vmqN3uQ7FjRGTy`
fn named<K: IdKind>(id: &Id<K>) -> String {
    format!("the {} {}", K::KIND, crate::text::printable(id.as_str()))
}
