//! A list of saved items: each once, the latest first.

use std::cmp::Reverse;
use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something saved, and when.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedItem {
    pub(crate) id: String,
    pub(crate) added_at: Timestamp,
}

/// The saved items of one kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<SavedItem>", into = "Vec<SavedItem>")]
pub(crate) struct Saved {
    /// The latest first.
    items: Vec<SavedItem>,
    ids: HashSet<String>,
}

impl Saved {
    /// Everything, the latest first.
    pub(crate) fn items(&self) -> &[SavedItem] {
        &self.items
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Saves `id`. A saved item keeps its position and its time.
    pub(crate) fn save(&mut self, id: &str, added_at: Timestamp) {
        if self.ids.insert(id.to_owned()) {
            let place = self.items.partition_point(|item| item.added_at > added_at);
            self.items.insert(place, SavedItem { id: id.to_owned(), added_at });
        }
    }

    pub(crate) fn remove(&mut self, id: &str) {
        if self.ids.remove(id) {
            self.items.retain(|item| item.id != id);
        }
    }
}

impl From<Vec<SavedItem>> for Saved {
    fn from(items: Vec<SavedItem>) -> Self {
        let mut ids = HashSet::with_capacity(items.len());
        let mut items: Vec<_> = items.into_iter().filter(|item| ids.insert(item.id.clone())).collect();
        items.sort_by_key(|item| Reverse(item.added_at));
        Self { items, ids }
    }
}

impl From<Saved> for Vec<SavedItem> {
    fn from(saved: Saved) -> Self {
        saved.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn ids(saved: &Saved) -> Vec<&str> {
        saved.items().iter().map(|item| item.id.as_str()).collect()
    }

    #[test]
    fn the_latest_comes_first_and_nothing_twice() {
        let mut saved = Saved::default();
        for (id, second) in [("a", 1), ("b", 3), ("c", 2), ("a", 9), ("d", 3)] {
            saved.save(id, at(second));
        }
        assert_eq!(ids(&saved), ["d", "b", "c", "a"]);
        saved.remove("b");
        saved.remove("nothing");
        assert_eq!(ids(&saved), ["d", "c", "a"]);
        assert!(!saved.contains("b"));
    }

    #[test]
    fn a_list_from_a_file_is_put_in_order() {
        let text = r#"[{"id":"a","added_at":"2020-01-01T00:00:00Z"},{"id":"b","added_at":"2021-01-01T00:00:00Z"},
            {"id":"a","added_at":"2022-01-01T00:00:00Z"}]"#;
        let saved: Saved = serde_json::from_str(text).unwrap();
        assert_eq!(ids(&saved), ["b", "a"]);
    }
}
