//! What paging has to know of an answer: [`PartOfList`], and what of an operation: [`Place`].

use compact_str::CompactString;

use crate::api::Given;
use crate::api::params::{Limit, QuotaLimit};
use crate::models::{CursorPage, Page, SearchItem, SearchResult};
use crate::operation::Quota;

/// A place in a list, and how many items are asked for from there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
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
        cursor: Option<CompactString>,
        /// How many items, at most.
        limit: u32,
    },
    /// Before this cursor; at the end without one.
    Before {
        /// The cursor.
        cursor: Option<CompactString>,
        /// How many items, at most.
        limit: u32,
    },
}

impl Place {
    /// How many items are asked for, at most.
    pub(super) fn limit(&self) -> u32 {
        let (Self::Offset { limit, .. } | Self::After { limit, .. } | Self::Before { limit, .. }) = self;
        *limit
    }

    /// The same place, with another number of items.
    pub(super) fn with_limit(mut self, items: u32) -> Self {
        let (Self::Offset { limit, .. } | Self::After { limit, .. } | Self::Before { limit, .. }) = &mut self;
        *limit = items;
        self
    }
}

/// What a part of a list says of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Seen {
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
    pub after: Option<CompactString>,
    /// The cursor of the part before this one.
    pub before: Option<CompactString>,
}

/// A part of a list, as an answer holds it.
pub trait PartOfList {
    /// What the list is made of.
    type Item: Send + 'static;

    /// What this part says of the whole list.
    fn seen(&self) -> Seen;

    /// The items of this part alone, in their order.
    fn into_items(self) -> Vec<Self::Item>;
}

fn count(items: usize, absent: usize) -> u32 {
    u32::try_from(items.saturating_add(absent)).unwrap_or(u32::MAX)
}

/// A part that has its own address and its limit came whole.
fn is_last(has_next: bool, has_address: bool, limit: u32) -> bool {
    !has_next && has_address && limit > 0
}

/// The cursor in the address of a next part, of which nothing else is used.
fn cursor_in(next: Option<&str>, name: &str) -> Option<CompactString> {
    let (_, query) = next?.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(other, value)| other == name && !value.is_empty()).map(|(_, value)| value.into())
}

impl<T: Send + 'static> PartOfList for Page<T> {
    type Item = T;

    fn seen(&self) -> Seen {
        Seen {
            entries: count(self.items.len(), self.absent_items()),
            limit: self.limit,
            // A total that was left out reads as 0.
            total: Some(self.total).filter(|total| *total > 0 || self.items.is_empty()),
            has_next: self.has_next(),
            is_last: is_last(self.has_next(), self.href.is_some(), self.limit),
            ..Seen::default()
        }
    }

    fn into_items(self) -> Vec<T> {
        self.items
    }
}

impl<T: Send + 'static> PartOfList for CursorPage<T> {
    type Item = T;

    fn seen(&self) -> Seen {
        let (after, before) = match &self.cursors {
            Some(cursors) => (cursors.after.clone(), cursors.before.clone()),
            None => (None, None),
        };
        let next = self.next.as_deref();
        let (after, before) =
            (after.or_else(|| cursor_in(next, "after")), before.or_else(|| cursor_in(next, "before")));
        Seen {
            entries: count(self.items.len(), self.absent_items()),
            limit: self.limit,
            total: self.total,
            has_next: self.has_next(),
            is_last: is_last(self.has_next(), self.href.is_some(), self.limit),
            after,
            before,
        }
    }

    fn into_items(self) -> Vec<T> {
        self.items
    }
}

#[cfg(feature = "extended-quota")]
impl PartOfList for crate::models::FeaturedPlaylists {
    type Item = crate::models::SimplifiedPlaylist;

    fn seen(&self) -> Seen {
        self.playlists.seen()
    }

    fn into_items(self) -> Vec<Self::Item> {
        self.playlists.items
    }
}

/// A search for several types reads on until the longest of their lists ends.
impl PartOfList for SearchResult {
    type Item = SearchItem;

    fn seen(&self) -> Seen {
        let mut seen = Seen { is_last: true, ..Seen::default() };
        let mut add = |part: Option<Seen>| {
            let Some(part) = part else { return };
            seen.entries = seen.entries.max(part.entries);
            seen.limit = seen.limit.max(part.limit);
            seen.total = seen.total.max(part.total);
            seen.has_next |= part.has_next;
            seen.is_last &= part.is_last || part.entries == 0;
        };
        add(self.tracks.as_ref().map(PartOfList::seen));
        add(self.artists.as_ref().map(PartOfList::seen));
        add(self.albums.as_ref().map(PartOfList::seen));
        add(self.playlists.as_ref().map(PartOfList::seen));
        add(self.shows.as_ref().map(PartOfList::seen));
        add(self.episodes.as_ref().map(PartOfList::seen));
        add(self.audiobooks.as_ref().map(PartOfList::seen));
        seen
    }

    fn into_items(self) -> Vec<SearchItem> {
        SearchResult::into_items(self)
    }
}

/// How many items an operation asks for: what the caller set, or the maximum for apps of this quota.
pub(crate) fn page_size<L: PageSize>(limit: &Option<Given<L>>, quota: Quota) -> u32 {
    match limit {
        Some(Ok(limit)) => limit.get(),
        _ => L::max(quota),
    }
}

/// How many items an operation may ask for, for apps of this quota.
pub(crate) fn max_limit<L: PageSize>(_: &Option<Given<L>>, quota: Quota) -> u32 {
    L::max(quota)
}

/// The type of an operation's `limit`.
pub(crate) trait PageSize {
    /// The maximum for apps of this quota.
    fn max(quota: Quota) -> u32;

    fn get(&self) -> u32;
}

impl<const MAX: u32> PageSize for Limit<MAX> {
    fn max(_: Quota) -> u32 {
        MAX
    }

    fn get(&self) -> u32 {
        (*self).get()
    }
}

impl<const DEVELOPMENT: u32, const EXTENDED: u32> PageSize for QuotaLimit<DEVELOPMENT, EXTENDED> {
    fn max(quota: Quota) -> u32 {
        match quota {
            Quota::Development => DEVELOPMENT,
            Quota::Extended => EXTENDED,
        }
    }

    fn get(&self) -> u32 {
        (*self).get()
    }
}
