//! Implements what paging needs of the models that are pages of lists.

use super::{CursorPage, Page, SearchItem, SearchResult};
use crate::definition::{PageInfo, PageLike, UnreadableItem};
use crate::text::Text;

fn count(entries: usize) -> u32 {
    u32::try_from(entries).unwrap_or(u32::MAX)
}

/// A page with a URL and a limit is complete.
fn is_last(has_next: bool, has_address: bool, limit: u32) -> bool {
    !has_next && has_address && limit > 0
}

/// Returns the cursor in the URL of a next page. Nothing else of it is used.
fn cursor_in(next: Option<&str>, name: &str) -> Option<Text> {
    let (_, query) = next?.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(other, value)| other == name && !value.is_empty()).map(|(_, value)| value.into())
}

impl<T: Send + 'static> PageLike for Page<T> {
    type Item = T;

    fn page_info(&self) -> PageInfo {
        PageInfo {
            entries: count(self.entries()),
            limit: self.limit,
            // A missing total reads as 0.
            total: Some(self.total).filter(|total| *total > 0 || self.items.is_empty()),
            has_next: self.has_next(),
            is_last: is_last(self.has_next(), self.href.is_some(), self.limit),
            ..PageInfo::default()
        }
    }

    fn into_items(self) -> Vec<T> {
        self.items.into_vec()
    }

    fn into_entries(self) -> Vec<Result<T, UnreadableItem>> {
        self.items.into_entries()
    }
}

impl<T: Send + 'static> PageLike for CursorPage<T> {
    type Item = T;

    fn page_info(&self) -> PageInfo {
        let (after, before) = match &self.cursors {
            Some(cursors) => (cursors.after.clone(), cursors.before.clone()),
            None => (None, None),
        };
        let next = self.next.as_deref();
        let (after, before) =
            (after.or_else(|| cursor_in(next, "after")), before.or_else(|| cursor_in(next, "before")));
        PageInfo {
            entries: count(self.entries()),
            limit: self.limit,
            total: self.total,
            has_next: self.has_next(),
            is_last: is_last(self.has_next(), self.href.is_some(), self.limit),
            after,
            before,
        }
    }

    fn into_items(self) -> Vec<T> {
        self.items.into_vec()
    }

    fn into_entries(self) -> Vec<Result<T, UnreadableItem>> {
        self.items.into_entries()
    }
}

#[cfg(feature = "extended-quota")]
impl PageLike for super::FeaturedPlaylists {
    type Item = super::SimplifiedPlaylist;

    fn page_info(&self) -> PageInfo {
        self.playlists.page_info()
    }

    fn into_items(self) -> Vec<Self::Item> {
        self.playlists.into_items()
    }

    fn into_entries(self) -> Vec<Result<Self::Item, UnreadableItem>> {
        self.playlists.into_entries()
    }
}

impl PageLike for SearchResult {
    type Item = SearchItem;

    fn page_info(&self) -> PageInfo {
        let pages = [
            self.tracks.as_ref().map(PageLike::page_info),
            self.artists.as_ref().map(PageLike::page_info),
            self.albums.as_ref().map(PageLike::page_info),
            self.playlists.as_ref().map(PageLike::page_info),
            self.shows.as_ref().map(PageLike::page_info),
            self.episodes.as_ref().map(PageLike::page_info),
            self.audiobooks.as_ref().map(PageLike::page_info),
        ];
        PageInfo::merge(pages.into_iter().flatten())
    }

    fn into_items(self) -> Vec<SearchItem> {
        SearchResult::into_items(self)
    }

    fn into_entries(self) -> Vec<Result<SearchItem, UnreadableItem>> {
        SearchResult::into_entries(self)
    }
}
