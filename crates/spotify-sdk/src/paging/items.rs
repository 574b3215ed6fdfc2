//! The items of a list, taken from its pages one by one.

use std::ops::Range;

use http::StatusCode;
use serde::de::Error as _;

use crate::definition::{Action, PageLike, UnreadableItem};
use crate::error::{DecodeError, Error, Result, Secrets};

/// The entries of a page, and the position of the first in the list.
pub(super) struct Entries<T> {
    entries: std::vec::IntoIter<Result<T, UnreadableItem>>,
    start: u32,
    action: Option<Action>,
}

impl<T> Entries<T> {
    /// The entries of a page that was read by the operation `action`.
    pub(super) fn of(page: impl PageLike<Item = T>, start: u32, action: Option<Action>) -> Self {
        Self { entries: page.into_entries().into_iter(), start, action }
    }
}

/// Each item that cannot be read is an error, with its position.
impl<T> Iterator for Entries<T> {
    type Item = Result<T, (u32, Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = match self.entries.next()? {
            Ok(item) => return Some(Ok(item)),
            Err(item) => item,
        };
        let position = self.start.saturating_add(u32::try_from(item.index).unwrap_or(u32::MAX));
        let cause = serde_json::Error::custom(format_args!("the item at {position}: {}", item.reason));
        // The item was cleared of secrets when it was read.
        let (shown, secrets) = (item.shown().as_bytes(), Secrets::default());
        let error = DecodeError::new(self.action, StatusCode::OK, shown, cause, &secrets);
        Some(Err((position, error.into())))
    }
}

/// The items that are not taken yet of the latest page, and what was left out so far.
pub(super) struct Items<T> {
    entries: Option<Entries<T>>,
    skipped: Vec<Range<u32>>,
    /// The number of ranges of failed pages among them.
    of_pages: usize,
}

impl<T> Items<T> {
    pub(super) fn new() -> Self {
        Self { entries: None, skipped: Vec::new(), of_pages: 0 }
    }

    /// Takes the next item of the latest page.
    pub(super) fn next(&mut self) -> Option<Result<T>> {
        let item = self.entries.as_mut()?.next()?;
        Some(item.map_err(|(position, error)| {
            self.skipped.push(position..position.saturating_add(1));
            error
        }))
    }

    /// Goes on with another page.
    pub(super) fn turn_to(&mut self, page: Entries<T>) {
        self.entries = Some(page);
    }

    /// Records what was skipped, of all that was `skipped` with failed pages.
    pub(super) fn skip(&mut self, skipped: &[Range<u32>]) {
        self.skipped.extend_from_slice(&skipped[self.of_pages.min(skipped.len())..]);
        self.of_pages = skipped.len();
    }

    pub(super) fn skipped(&self) -> &[Range<u32>] {
        &self.skipped
    }
}
