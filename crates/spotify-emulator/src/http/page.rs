//! Offset pages: a part of a list, with links to the parts before and after it.

use serde::Serialize;

use super::Window;

/// One page, its fields in Spotify's order.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    href: String,
    items: Vec<T>,
    limit: usize,
    next: Option<String>,
    offset: usize,
    previous: Option<String>,
    total: usize,
}

impl<T> Page<T> {
    /// The page of `all` that `window` shows. `url` may have a query already; the window is added to it.
    pub(crate) fn of<S>(all: &[S], window: Window, url: &str, object: impl FnMut(&S) -> T) -> Self {
        let Window { offset, limit } = window;
        let shown = all.iter().skip(offset).take(limit).map(object).collect();
        Self::part(shown, all.len(), window, url)
    }

    /// The page that consists of `items`, out of a list of `total`.
    pub(crate) fn part(items: Vec<T>, total: usize, window: Window, url: &str) -> Self {
        let Window { offset, limit } = window;
        let mark = if url.contains('?') { '&' } else { '?' };
        let link = |offset: usize| format!("{url}{mark}offset={offset}&limit={limit}");
        let end = offset.saturating_add(limit);
        Self {
            href: link(offset),
            items,
            limit,
            next: (end < total).then(|| link(end)),
            offset,
            previous: (offset > 0).then(|| link(offset.saturating_sub(limit))),
            total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(offset: usize, limit: usize) -> Page<u8> {
        Page::of(&[1, 2, 3, 4, 5], Window { offset, limit }, "http://host/list", |number| *number)
    }

    #[test]
    fn the_first_page_has_no_previous_and_the_last_no_next() {
        let first = page(0, 2);
        assert_eq!(first.previous, None);
        assert_eq!(first.next.as_deref(), Some("http://host/list?offset=2&limit=2"));
        let last = page(4, 2);
        assert_eq!(last.items, [5]);
        assert_eq!(last.next, None);
        assert_eq!(last.previous.as_deref(), Some("http://host/list?offset=2&limit=2"));
    }

    #[test]
    fn a_page_that_ends_with_the_list_is_the_last() {
        assert_eq!(page(3, 2).next, None);
        assert_eq!(page(0, 5).next, None);
    }

    #[test]
    fn a_page_past_the_end_is_empty() {
        let page = page(usize::MAX, 50);
        assert!(page.items.is_empty());
        assert_eq!(page.next, None);
        assert_eq!(page.total, 5);
    }

    #[test]
    fn previous_never_starts_before_the_list() {
        assert_eq!(page(1, 2).previous.as_deref(), Some("http://host/list?offset=0&limit=2"));
    }

    #[test]
    fn a_query_of_the_list_stays_in_its_links() {
        let page = Page::of(&[1, 2], Window { offset: 0, limit: 1 }, "http://host/search?q=a", |number| *number);
        assert_eq!(page.next.as_deref(), Some("http://host/search?q=a&offset=1&limit=1"));
    }
}
