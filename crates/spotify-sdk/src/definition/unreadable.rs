//! [`UnreadableItem`]: an item of a list that cannot be read.

use serde_json::Value;

use crate::text::brief;

/// The maximum length of what an error shows of an item, in characters.
const MAX_SHOWN: usize = 80;

/// An item of a list that cannot be read: an album without an id, or a value of another kind. The rest of the list is there.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnreadableItem {
    /// Its index in the list, from 0.
    pub index: usize,
    /// What Spotify sent in its place.
    pub json: Value,
    /// The reason why it cannot be read; empty for `null`.
    pub reason: String,
    /// The beginning of its JSON, without secrets.
    shown: Box<str>,
}

impl UnreadableItem {
    pub(crate) fn new(index: usize, json: Value, reason: &str, redact: &dyn Fn(&str) -> String) -> Self {
        let shown = redact(&brief(&json)).chars().take(MAX_SHOWN).collect();
        Self { index, json, reason: redact(reason), shown }
    }

    /// A `null` in the place of an item.
    pub(crate) fn null(index: usize) -> Self {
        Self { index, json: Value::Null, reason: String::new(), shown: Box::default() }
    }

    /// Returns whether `null` stands in the place of the item, which Spotify sends for what is no longer available.
    pub fn is_null(&self) -> bool {
        self.json.is_null()
    }

    /// The beginning of its JSON, without secrets, at most 80 characters.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// The bytes that it takes beside its own size and its JSON.
    pub(crate) fn text_len(&self) -> usize {
        self.reason.len() + self.shown.len()
    }
}
