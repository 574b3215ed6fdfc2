//! Operations that answer with a part of a list: [`Paged`], what paging has to know of an answer: [`PageLike`], and where in a
//! list an operation is: [`Slot`].

use super::{Operation, Quota};
use crate::text::Text;

/// An operation that answers with a part of a list.
///
/// The SDK's own operations are `Paged` where Spotify's reference says so. One that is written outside it becomes so by
/// saying where in the list it is, and how it looks elsewhere.
pub trait Paged: Operation<Output: PageLike + Send + 'static> + Clone + Send + Sync + 'static {
    /// Up to where the list can be read: `offset` and `limit` together. Spotify answers 400 beyond.
    const END: u32 = u32::MAX;

    /// How many items a part has at most, for apps of this quota.
    fn max_limit(&self, quota: Quota) -> u32;

    /// Where in the list this operation begins, and how much it asks for. What the caller has not set is as Spotify has it,
    /// but for the limit, which is the largest for apps of this quota.
    fn slot(&self, quota: Quota) -> Slot;

    /// The same operation at another place of the list.
    #[must_use]
    fn at(&self, slot: &Slot) -> Self;
}

/// A place in a list, and how many items are asked for from there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Slot {
    /// From the item with this index on, counted from 0.
    Offset {
        /// The index.
        offset: u32,
        /// How many items, at most.
        limit: u32,
    },
    /// After this cursor; at the beginning without one.
    After {
        /// The cursor.
        cursor: Option<Text>,
        /// How many items, at most.
        limit: u32,
    },
    /// Before this cursor; at the end without one.
    Before {
        /// The cursor.
        cursor: Option<Text>,
        /// How many items, at most.
        limit: u32,
    },
}

impl Slot {
    /// How many items are asked for, at most.
    pub(crate) fn limit(&self) -> u32 {
        let (Self::Offset { limit, .. } | Self::After { limit, .. } | Self::Before { limit, .. }) = self;
        *limit
    }

    /// The same place, with another number of items.
    pub(crate) fn with_limit(mut self, items: u32) -> Self {
        let (Self::Offset { limit, .. } | Self::After { limit, .. } | Self::Before { limit, .. }) = &mut self;
        *limit = items;
        self
    }
}

/// What a part of a list says of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PageInfo {
    /// How many places of the list the part takes up, those of items that are gone too.
    pub entries: u32,
    /// How many items the part was to have at most; 0 where it does not say.
    pub limit: u32,
    /// How many items the whole list has, where the part says so.
    pub total: Option<u32>,
    /// Whether the part names a next one.
    pub has_next: bool,
    /// Whether the part can be trusted to name a next one where there is one, and names none. A part that is filtered, by
    /// `fields`, may lack it; a full one is then followed by another request.
    pub is_last: bool,
    /// The cursor of the part after this one.
    pub after: Option<Text>,
    /// The cursor of the part before this one.
    pub before: Option<Text>,
}

/// A part of a list, as an answer holds it.
pub trait PageLike {
    /// What the list is made of.
    type Item: Send + 'static;

    /// What this part says of the whole list.
    fn page_info(&self) -> PageInfo;

    /// The items of this part alone, in their order.
    fn into_items(self) -> Vec<Self::Item>;
}
