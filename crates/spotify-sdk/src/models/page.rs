//! Pages of lists: [`Page`] by offset, [`CursorPage`] by cursor.

use std::ops::Deref;

use super::json::model;
use crate::text::Text;

model! {
    /// A page of a list: the items from `offset` on, at most `limit` of them, out of `total`.
    ///
    /// A page dereferences to a slice of its items, and can be iterated over.
    ///
    /// Spotify sends `null` for an item that is no longer available. Such entries are left out of `items`, counted by
    /// [`absent_items`](Page::absent_items), and written again with the page.
    pub struct Page<T> {
        /// The Web API URL of this page.
        href: Option<Text>,
        /// The items.
        items: Vec<T> as Items,
        /// The requested maximum number of items.
        limit: u32,
        /// The URL of the next page; `None` on the last.
        next: Option<Text>,
        /// The index of the first item in the whole list, from 0.
        offset: u32,
        /// The URL of the previous page; `None` on the first.
        previous: Option<Text>,
        /// The number of items in the whole list. It can change from one page to the next.
        total: u32,
    }
}

impl<T> Page<T> {
    /// Returns whether Spotify names a page after this one. It may turn out to be empty.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Returns the number of `null` entries on this page. Together with the number of `items`, this is the size of the
    /// page.
    pub fn absent_items(&self) -> usize {
        const ITEMS: usize = 1;
        self.extra.others(ITEMS)
    }
}

model! {
    /// A page of a list that grows at its start: the items after or before a cursor, at most `limit` of them.
    ///
    /// It dereferences to a slice of its items; `null` entries are treated as in a [`Page`].
    pub struct CursorPage<T> {
        /// The Web API URL of this page.
        href: Option<Text>,
        /// The items.
        items: Vec<T> as Items,
        /// The requested maximum number of items.
        limit: u32,
        /// The URL of the next page; `None` on the last.
        next: Option<Text>,
        /// The cursors of the adjacent pages; `None` if there are none.
        cursors: Option<Cursor>,
        /// The number of items in the whole list. Not sent for recently played tracks.
        total: Option<u32>,
    }
}

impl<T> CursorPage<T> {
    /// Returns whether Spotify names a page after this one. It may turn out to be empty.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Returns the number of `null` entries on this page.
    pub fn absent_items(&self) -> usize {
        const ITEMS: usize = 1;
        self.extra.others(ITEMS)
    }
}

model! {
    /// The cursors of the adjacent pages of a list. For artists, these are ids; for recently played tracks, times in
    /// milliseconds since 1970.
    pub struct Cursor {
        /// The `after` parameter of the next page.
        after: Option<Text>,
        /// The `before` parameter of the previous page.
        before: Option<Text>,
    }
}

macro_rules! is_used_as_its_items {
    ($page:ident) => {
        impl<T> Deref for $page<T> {
            type Target = [T];

            /// Returns the items of this page.
            fn deref(&self) -> &[T] {
                &self.items
            }
        }

        impl<T> IntoIterator for $page<T> {
            type Item = T;
            type IntoIter = std::vec::IntoIter<T>;

            /// Iterates over the items of this page.
            fn into_iter(self) -> Self::IntoIter {
                self.items.into_iter()
            }
        }

        impl<'a, T> IntoIterator for &'a $page<T> {
            type Item = &'a T;
            type IntoIter = std::slice::Iter<'a, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.items.iter()
            }
        }
    };
}

is_used_as_its_items!(Page);
is_used_as_its_items!(CursorPage);
