//! Operations whose response is a page of a list, [`Paged`]; what paging reads from a page, [`PageLike`]; and the part of a
//! list that an operation asks for, [`Slot`].

use super::{Operation, Quota, UnreadableItem};
use crate::invalid_input::InvalidInput;
use crate::text::Text;

/// An operation whose response is a page of a list.
///
/// The SDK's own operations are `Paged` where Spotify's reference says so. With `paged = offset`,
/// [`#[derive(Operation)]`](derive@super::Operation) writes it for any operation that has the fields `limit` and `offset`.
pub trait Paged: Operation<Output: PageLike + Send + 'static> + Clone + Send + Sync + 'static {
    /// Returns the end of what can be read: `offset` plus `limit` at most. Spotify responds with 400 beyond. Default: none.
    fn end(&self) -> u32 {
        u32::MAX
    }

    /// Returns the maximum number of items of a page, for apps of this quota.
    fn max_limit(&self, quota: Quota) -> u32;

    /// The slot that this operation begins with. What the caller has not set is Spotify's default, except the limit, which is
    /// the maximum for apps of this quota.
    fn slot(&self, quota: Quota) -> Slot;

    /// The same operation for another slot of the list.
    ///
    /// # Errors
    /// [`InvalidInput`] for a cursor that the operation does not take.
    fn at(&self, slot: &Slot) -> Result<Self, InvalidInput>;
}

/// A part of a list: where it begins, and the maximum number of items.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Slot {
    /// From the item with this index on, counted from 0.
    Offset {
        /// The index.
        offset: u32,
        /// The maximum number of items.
        limit: u32,
    },
    /// After this cursor; at the beginning without one.
    After {
        /// The cursor.
        cursor: Option<Text>,
        /// The maximum number of items.
        limit: u32,
    },
    /// Before this cursor; at the end without one.
    Before {
        /// The cursor.
        cursor: Option<Text>,
        /// The maximum number of items.
        limit: u32,
    },
}

impl Slot {
    /// Returns the maximum number of items.
    pub fn limit(&self) -> u32 {
        let (Self::Offset { limit, .. } | Self::After { limit, .. } | Self::Before { limit, .. }) = self;
        *limit
    }

    /// The same slot, with another maximum number of items.
    pub(crate) fn with_limit(mut self, items: u32) -> Self {
        let (Self::Offset { limit, .. } | Self::After { limit, .. } | Self::Before { limit, .. }) = &mut self;
        *limit = items;
        self
    }
}

/// What a page says about its list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PageInfo {
    /// The number of entries of the list that the page covers, including those whose item is gone.
    pub entries: u32,
    /// The `limit` of the page; 0 where it has none.
    pub limit: u32,
    /// The number of items of the whole list, where the page has it.
    pub total: Option<u32>,
    /// Whether the page names a next one.
    pub has_next: bool,
    /// Whether the page is known to be the last: it names no next one, and would name one if there were one. A page that is
    /// filtered with `fields` may lack the name of the next one; a full one is then followed by another request.
    pub is_last: bool,
    /// The cursor of the next page.
    pub after: Option<Text>,
    /// The cursor of the previous page.
    pub before: Option<Text>,
}

impl PageInfo {
    /// What several pages say that are read together, as those of a search for several types: there is a next one until the
    /// longest of their lists ends.
    pub(crate) fn merge(pages: impl IntoIterator<Item = Self>) -> Self {
        let together = Self { is_last: true, ..Self::default() };
        pages.into_iter().fold(together, |together, page| Self {
            entries: together.entries.max(page.entries),
            limit: together.limit.max(page.limit),
            total: together.total.max(page.total),
            has_next: together.has_next || page.has_next,
            is_last: together.is_last && (page.is_last || page.entries == 0),
            after: together.after.or(page.after),
            before: together.before.or(page.before),
        })
    }
}

/// A page of a list, as a response holds it.
pub trait PageLike {
    /// The type of the items of the list.
    type Item: Send + 'static;

    /// What this page says about its list.
    fn page_info(&self) -> PageInfo;

    /// The items of this page, in their order.
    fn into_items(self) -> Vec<Self::Item>;

    /// The same, with each item that cannot be read in its place. By default, there are none.
    fn into_entries(self) -> Vec<Result<Self::Item, UnreadableItem>>
    where
        Self: Sized,
    {
        self.into_items().into_iter().map(Ok).collect()
    }
}
