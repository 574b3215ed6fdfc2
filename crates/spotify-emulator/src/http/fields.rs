//! The parameter `fields` of playlists, which selects parts of the response.
//!
//! `total,items(added_at,track(name,album.images))` selects two fields, and of the items two again. A list that begins with
//! `!` excludes the named fields and selects the rest: `items.track.album(!external_urls,images)`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{ApiError, ApiResponse};

/// The maximum nesting of lists, by dots and parentheses. It bounds the recursion.
const MAX_DEPTH: usize = 16;

/// The requested fields; everything if none is named.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields {
    /// Whether the names are those of excluded fields.
    leaves_out: bool,
    names: Vec<(String, Fields)>,
}

impl Fields {
    /// Parses the parameter; without one everything is selected.
    pub(crate) fn of(text: Option<&str>) -> Result<Self, ApiError> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Ok(Self::default());
        };
        let mut rest = text;
        let fields = Self::list(&mut rest, MAX_DEPTH);
        fields.filter(|_| rest.is_empty()).ok_or(ApiError::bad_request("Invalid filter"))
    }

    /// Names between commas, up to the end or a closing bracket.
    fn list(rest: &mut &str, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let mut fields = Self { leaves_out: rest.trim_start().starts_with('!'), names: Vec::new() };
        loop {
            let end = rest.find([',', '(', ')']).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            *rest = behind;
            let (marked, name) = match name.trim().strip_prefix('!') {
                Some(name) => (true, name),
                None => (false, name.trim()),
            };
            if name.is_empty() {
                return None;
            }
            let depth = depth.checked_sub(name.matches('.').count())?;
            let mut inner = Self::default();
            if let Some(behind) = rest.strip_prefix('(') {
                *rest = behind;
                inner = Self::list(rest, depth)?;
                *rest = rest.strip_prefix(')')?;
            }
            // Fields that are not named are excluded anyway.
            if fields.leaves_out || !marked {
                fields.add(name, inner);
            }
            match rest.strip_prefix(',') {
                Some(behind) => *rest = behind,
                None => return Some(fields),
            }
        }
    }

    /// Adds a name; dots separate nested names.
    fn add(&mut self, name: &str, mut inner: Self) {
        let (outer, within) = name.split_once('.').unwrap_or((name, ""));
        if !within.is_empty() {
            let mut list = Self { leaves_out: self.leaves_out, names: Vec::new() };
            list.add(within, inner);
            inner = list;
        } else if !inner.names.is_empty() {
            inner.leaves_out |= self.leaves_out;
        }
        self.names.push((outer.trim().to_owned(), inner));
    }

    /// The response with the requested fields of this object.
    pub(crate) fn respond(&self, object: &impl Serialize) -> Result<ApiResponse, ApiError> {
        if *self == Self::default() {
            return ApiResponse::json(object);
        }
        match serde_json::to_value(object) {
            Ok(value) => ApiResponse::json(&self.filter(value)),
            Err(_) => ApiResponse::json(object),
        }
    }

    fn filter(&self, value: Value) -> Value {
        match value {
            Value::Array(values) => values.into_iter().map(|value| self.filter(value)).collect(),
            Value::Object(map) if self.leaves_out => Value::Object(self.without(map)),
            Value::Object(map) if !self.names.is_empty() => Value::Object(self.only(map)),
            other => other,
        }
    }

    fn only(&self, map: Map<String, Value>) -> Map<String, Value> {
        let mut filtered = Map::new();
        for (name, value) in map {
            // A name can occur twice: `owner.id,owner.uri`.
            let mut named = self.names.iter().filter(|(wanted, _)| *wanted == name).map(|(_, inner)| inner);
            if let Some(first) = named.next() {
                let all = named.fold(first.clone(), Self::and);
                filtered.insert(name, all.filter(value));
            }
        }
        filtered
    }

    fn without(&self, map: Map<String, Value>) -> Map<String, Value> {
        let mut filtered = Map::new();
        for (name, value) in map {
            let mut named = self.names.iter().filter(|(unwanted, _)| *unwanted == name).map(|(_, inner)| inner);
            let left = named.try_fold(value, |value, inner| (!inner.names.is_empty()).then(|| inner.filter(value)));
            filtered.extend(left.map(|left| (name, left)));
        }
        filtered
    }

    /// The union of both selections.
    fn and(self, other: &Self) -> Self {
        if self.names.is_empty() || other.names.is_empty() {
            return Self::default();
        }
        match (self.leaves_out, other.leaves_out) {
            (true, _) => self,
            (false, true) => other.clone(),
            (false, false) => Self { names: [self.names, other.names.clone()].concat(), ..self },
        }
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
    fn a_list_that_begins_with_a_mark_leaves_out_all_that_it_names() {
        assert_eq!(filtered("!items,owner"), json!({"name": "N", "total": 2}));
        assert_eq!(
            filtered("items.track.album(!id,other)"),
            json!({"items": [{"track": {"album": {"name": "x"}}}, {"track": null}]})
        );
        let without_ids = json!({
            "name": "N", "total": 2, "owner": {"uri": "u"},
            "items": [{"added_at": "t", "track": {"name": "a", "album": {"name": "x"}}}, {"track": null}],
        });
        assert_eq!(filtered("!owner.id,owner(href),items.track.album.id"), without_ids);
        assert_eq!(filtered("name,!owner"), json!({"name": "N"}));
    }

    #[test]
    fn a_filter_that_makes_no_sense_is_refused() {
        let (brackets, dots) = ("a(".repeat(100_000), "a.".repeat(100_000) + "a");
        let both = "a.b.c(".repeat(6) + "a" + &")".repeat(6);
        for text in ["items(", "items)", "items(,)", ",", "a,,b", "()", "!", &brackets, &dots, &both] {
            assert!(Fields::of(Some(text)).is_err(), "{}", &text[..text.len().min(20)]);
        }
        assert!(Fields::of(Some("a.b.c.d(e.f.g.h)")).is_ok());
        assert_eq!(Fields::of(Some("")).unwrap(), Fields::default());
    }
}
