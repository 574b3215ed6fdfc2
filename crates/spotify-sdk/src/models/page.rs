//! Pages of lists: [`Page`] by offset, [`CursorPage`] by cursor.

use std::ops::Deref;

use super::json::model;
use crate::text::Text;

model! {
    /// A page of a list: the items from `offset` on, at most `limit` of them, out of `total`.
    ///
    /// A page is used as a slice of its items: it dereferences to them, and is iterated over.
    ///
    /// Spotify puts `null` where an item is no longer there. Such entries are left out of `items`, counted by
    /// [`absent_items`](Page::absent_items), and written again when the page is.
    pub struct Page<T> {
        /// The address of this page in the Web API.
        href: Option<Text>,
        /// The items.
        items: Vec<T> as Items,
        /// The maximum number of items that was asked for.
        limit: u32,
        /// The address of the next page; `None` on the last.
        next: Option<Text>,
        /// The index of the first item in the whole list, from 0.
        offset: u32,
        /// The address of the page before; `None` on the first.
        previous: Option<Text>,
        /// How many items the whole list has. It can change from one page to the next.
        total: u32,
    }
}

impl<T> Page<T> {
    /// Whether Spotify names a page after this one. It may turn out to be empty.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// The number of entries of this page that are `null`: with `items`, the length of the part of the list.
    pub fn absent_items(&self) -> usize {
        const ITEMS: usize = 1;
        self.extra.others(ITEMS)
    }
}

model! {
    /// A page of a list that changes at its head: the items after or before a cursor, at most `limit` of them.
    ///
    /// It is used as a slice of its items, and `null` entries are treated as those of a [`Page`].
    pub struct CursorPage<T> {
        /// The address of this page in the Web API.
        href: Option<Text>,
        /// The items.
        items: Vec<T> as Items,
        /// The maximum number of items that was asked for.
        limit: u32,
        /// The address of the next page; `None` on the last.
        next: Option<Text>,
        /// The cursors of the pages beside this one; `None` where there is nothing more.
        cursors: Option<Cursor>,
        /// How many items the whole list has. Recently played tracks have no such number.
        total: Option<u32>,
    }
}

impl<T> CursorPage<T> {
    /// Whether Spotify names a page after this one. It may turn out to be empty.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// The number of entries of this page that are `null`.
    pub fn absent_items(&self) -> usize {
        const ITEMS: usize = 1;
        self.extra.others(ITEMS)
    }
}

model! {
    /// The cursors from which a list is read on. Of artists, these are ids; of recently played tracks, times in milliseconds since
    /// 1970.
    pub struct Cursor {
        /// The `after` of the page after this one.
        after: Option<Text>,
        /// The `before` of the page before this one.
        before: Option<Text>,
    }
}

macro_rules! is_used_as_its_items {
    ($page:ident) => {
        impl<T> Deref for $page<T> {
            type Target = [T];

            /// The items of this page alone.
            fn deref(&self) -> &[T] {
                &self.items
            }
        }

        impl<T> IntoIterator for $page<T> {
            type Item = T;
            type IntoIter = std::vec::IntoIter<T>;

            /// The items of this page alone.
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
