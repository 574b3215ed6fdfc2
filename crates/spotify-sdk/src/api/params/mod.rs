//! The types of the parameters: each knows what it takes, and says so before anything is sent.

mod choices;
mod items;
mod lists;
mod models;
mod numbers;
mod texts;
mod uris;

use crate::definition::Quota;
use crate::invalid_input::InvalidInput;
pub use crate::models::Market;

pub use choices::{AdditionalType, Choices, IncludeExternal, IncludeGroup, RepeatMode, SearchType, TimeRange};
pub use items::{ItemToRemove, Jpeg, PlaybackOffset, TimestampedId};
pub use lists::{Batch, BoundedList};
pub use numbers::{Count, Limit, Millis, PageSize, Percent, QuotaLimit, UnixMillis};
pub use texts::{Description, NonEmptyText, SingleDevice};
pub use uris::{ContextUri, EntryUri, LibraryUri, PlayableUri, UriFor, uses};

pub(crate) fn refuse<T>(message: impl Into<Box<str>>) -> Result<T, InvalidInput> {
    // The operation puts the name of its parameter in.
    Err(InvalidInput::new("value", message))
}

/// Returns the number of items that an operation asks for: what the caller set, or the maximum for apps of this quota.
#[doc(hidden)]
pub fn page_size<L: PageSize>(limit: &Option<L>, quota: Quota) -> u32 {
    limit.map_or_else(|| L::max(quota), L::get)
}

/// Returns the maximum number of items that an operation may ask for, for apps of this quota.
#[doc(hidden)]
pub fn max_limit<L: PageSize>(_: &Option<L>, quota: Quota) -> u32 {
    L::max(quota)
}
