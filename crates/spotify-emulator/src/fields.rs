//! The parameter `fields` of playlists: which parts of the answer are wanted.
//!
//! `total,items(added_at,track(!name,album.images))` wants two fields, of the items two again, and so on; those after a
//! `!` are left out instead.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::errors::ApiError;
use crate::reply::Reply;

/// How deep one list can stand in another.
const DEEPEST: usize = 16;

/// What is wanted of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields {
    wanted: Vec<(String, Fields)>,
    unwanted: Vec<String>,
}

impl Fields {
    /// Reads the parameter; without one everything is wanted.
    pub(crate) fn of(text: Option<&str>) -> Result<Self, ApiError> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Ok(Self::default());
        };
        let mut rest = text;
        let fields = Self::list(&mut rest, DEEPEST);
        fields.filter(|_| rest.is_empty()).ok_or(ApiError::bad_request("Invalid filter"))
    }

    /// Names between commas, up to the end or a closing bracket.
    fn list(rest: &mut &str, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let mut fields = Self::default();
        loop {
            let end = rest.find([',', '(', ')']).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            *rest = behind;
            let name = name.trim();
            let (unwanted, name) = match name.strip_prefix('!') {
                Some(name) => (true, name),
                None => (false, name),
            };
            if name.is_empty() {
                return None;
            }
            let mut inner = Self::default();
            if let Some(behind) = rest.strip_prefix('(') {
                *rest = behind;
                inner = Self::list(rest, depth)?;
                *rest = rest.strip_prefix(')')?;
            }
            fields.add(name, unwanted, inner);
            match rest.strip_prefix(',') {
                Some(behind) => *rest = behind,
                None => return Some(fields),
            }
        }
    }

    /// Adds a name, whose dots lead into what is inside.
    fn add(&mut self, name: &str, unwanted: bool, inner: Self) {
        match name.split_once('.') {
            Some((outer, name)) => {
                let mut within = Self::default();
                within.add(name, unwanted, inner);
                self.wanted.push((outer.trim().to_owned(), within));
            }
            None if unwanted && inner == Self::default() => self.unwanted.push(name.to_owned()),
            None => self.wanted.push((name.to_owned(), inner)),
        }
    }

    /// The answer with what is wanted of this object.
    pub(crate) fn reply(&self, object: &impl Serialize) -> Result<Reply, ApiError> {
        if *self == Self::default() {
            return Reply::json(object);
        }
        match serde_json::to_value(object) {
            Ok(value) => Reply::json(&self.filter(value)),
            Err(_) => Reply::json(object),
        }
    }

    /// What either wants; one that wants everything goes before one that wants a part.
    fn and(mut self, other: &Self) -> Self {
        if self == Self::default() || *other == Self::default() {
            return Self::default();
        }
        self.wanted.extend(other.wanted.iter().cloned());
        self.unwanted.extend(other.unwanted.iter().cloned());
        self
    }

    fn filter(&self, value: Value) -> Value {
        match value {
            Value::Array(values) => values.into_iter().map(|value| self.filter(value)).collect(),
            Value::Object(map) => Value::Object(self.filter_map(map)),
            other => other,
        }
    }

    fn filter_map(&self, map: Map<String, Value>) -> Map<String, Value> {
        if *self == Self::default() {
            return map;
        }
        let mut filtered = Map::new();
        for (name, value) in map {
            if self.unwanted.contains(&name) {
                continue;
            }
            let mut inner = self.wanted.iter().filter(|(wanted, _)| *wanted == name).map(|(_, inner)| inner);
            match inner.next() {
                // The same name can come twice: `owner.id,owner.uri`.
                Some(first) => {
                    let all = inner.fold(first.clone(), Self::and);
                    filtered.insert(name, all.filter(value));
                }
                None if self.wanted.is_empty() => {
                    filtered.insert(name, value);
                }
                None => {}
            }
        }
        filtered
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filtered(fields: &str) -> Value {
        let object = json!({
            "name": "N", "total": 2, "owner": {"id": "o", "uri": "u", "href": "h"},
            "items": [{"added_at": "t", "track": {"name": "a", "album": {"name": "x", "id": 1}}}, {"track": null}],
        });
        Fields::of(Some(fields)).unwrap().filter(object)
    }

    #[test]
    fn what_is_named_is_kept() {
        assert_eq!(filtered("name"), json!({"name": "N"}));
        assert_eq!(filtered("name, total"), json!({"name": "N", "total": 2}));
        assert_eq!(filtered("owner.id,owner.uri"), json!({"owner": {"id": "o", "uri": "u"}}));
        assert_eq!(
            filtered("items(track(album(name)))"),
            json!({"items": [{"track": {"album": {"name": "x"}}}, {"track": null}]})
        );
        assert_eq!(filtered("items.track.name"), json!({"items": [{"track": {"name": "a"}}, {"track": null}]}));
        assert_eq!(filtered("nothing"), json!({}));
        let owner = json!({"owner": {"id": "o", "uri": "u", "href": "h"}});
        assert_eq!(filtered("owner,owner.id"), owner);
        assert_eq!(filtered("owner.id,owner"), owner);
    }

    #[test]
    fn what_is_marked_is_left_out() {
        assert_eq!(filtered("items(track(!album))"), json!({"items": [{"track": {"name": "a"}}, {"track": null}]}));
        assert_eq!(filtered("!items,!owner"), json!({"name": "N", "total": 2}));
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_refused() {
        let deep = "a(".repeat(100_000);
        for text in ["items(", "items)", "items(,)", ",", "a,,b", "()", "!", &deep] {
            assert!(Fields::of(Some(text)).is_err(), "{}", &text[..text.len().min(20)]);
        }
        assert_eq!(Fields::of(Some("")).unwrap(), Fields::default());
    }
}
