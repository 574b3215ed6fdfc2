//! [`Page`]: a part of a list.

use compact_str::CompactString;

use super::json::model;

model! {
    /// A part of a list: the items from `offset` on, at most `limit` of them, out of `total`.
    ///
    /// Spotify puts `null` where an item is no longer there. Such entries are left out of `items`, counted by
    /// [`absent_items`](Page::absent_items), and written again when the page is.
    pub struct Page<T> {
        /// The address of this page in the Web API.
        href: Option<CompactString>,
        /// The items.
        items: Vec<T> as Items,
        /// How many items were asked for at most.
        limit: u32,
        /// The address of the next page; `None` on the last.
        next: Option<CompactString>,
        /// The index of the first item in the whole list, from 0.
        offset: u32,
        /// The address of the page before; `None` on the first.
        previous: Option<CompactString>,
        /// How many items the whole list has. It can change from one page to the next.
        total: u32,
    }
}

impl<T> Page<T> {
    /// How many entries of this page are `null`: with `items`, what the page takes up of the list.
    pub fn absent_items(&self) -> usize {
        const ITEMS: usize = 1;
        self.extra.others(ITEMS)
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    /// The items of this page alone.
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
