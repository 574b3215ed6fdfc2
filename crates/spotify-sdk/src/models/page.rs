//! Pages of lists: [`Page`] by offset, [`CursorPage`] by cursor.

use std::ops::Deref;

use super::{Extra, List, Model};
use crate::definition::UnreadableItem;
use crate::text::Text;

/// A page of a list: the items from `offset` on, at most `limit` of them, out of `total`.
///
/// A page dereferences to a slice of its items, and can be iterated over.
///
/// Spotify sends `null` for an item that is no longer available. Such entries are left out of `items`, and so are items
/// that cannot be read; see [`List`].
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Page<T> {
    /// The Web API URL of this page.
    pub href: Option<Text>,
    /// The items.
    pub items: List<T>,
    /// The requested maximum number of items.
    pub limit: u32,
    /// The URL of the next page; `None` on the last.
    pub next: Option<Text>,
    /// The index of the first item in the whole list, from 0.
    pub offset: u32,
    /// The URL of the previous page; `None` on the first.
    pub previous: Option<Text>,
    /// The number of items in the whole list. It can change from one page to the next.
    pub total: u32,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl<T> Page<T> {
    /// Returns whether Spotify names a page after this one. It may turn out to be empty.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Returns the items of this page that could not be read, in their order.
    pub fn unreadable(&self) -> impl Iterator<Item = &UnreadableItem> {
        self.items.unreadable()
    }

    /// Returns the number of `null` entries on this page.
    pub fn absent_items(&self) -> usize {
        self.items.absent_items()
    }

    /// Returns the number of entries that Spotify sent: the items, those that could not be read, and `null`.
    pub fn entries(&self) -> usize {
        self.items.entries()
    }
}

/// A page of a list that grows at its start: the items after or before a cursor, at most `limit` of them.
///
/// It dereferences to a slice of its items; what is no item is treated as in a [`Page`].
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct CursorPage<T> {
    /// The Web API URL of this page.
    pub href: Option<Text>,
    /// The items.
    pub items: List<T>,
    /// The requested maximum number of items.
    pub limit: u32,
    /// The URL of the next page; `None` on the last.
    pub next: Option<Text>,
    /// The cursors of the adjacent pages; `None` if there are none.
    pub cursors: Option<Cursor>,
    /// The number of items in the whole list. Not sent for recently played tracks.
    pub total: Option<u32>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl<T> CursorPage<T> {
    /// Returns whether Spotify names a page after this one. It may turn out to be empty.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Returns the items of this page that could not be read, in their order.
    pub fn unreadable(&self) -> impl Iterator<Item = &UnreadableItem> {
        self.items.unreadable()
    }

    /// Returns the number of `null` entries on this page.
    pub fn absent_items(&self) -> usize {
        self.items.absent_items()
    }

    /// Returns the number of entries that Spotify sent: the items, those that could not be read, and `null`.
    pub fn entries(&self) -> usize {
        self.items.entries()
    }
}

/// The cursors of the adjacent pages of a list. For artists, these are ids; for recently played tracks, times in
/// milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct Cursor {
    /// The `after` parameter of the next page.
    pub after: Option<Text>,
    /// The `before` parameter of the previous page.
    pub before: Option<Text>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
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
