//! Payloads to read models from, and every way in which they may come out different.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::schema::{Described, Schema};

pub mod mutations;

/// A payload, and the model that it is one of.
pub struct Payload {
    pub model: &'static str,
    pub json: Value,
    /// The paths of fields without which there is no object; `*` stands for any index.
    essential: &'static [&'static str],
    round_trip: fn(&Value) -> Result<Value, serde_json::Error>,
    by_one_name: fn(&Value) -> Value,
    debug: fn(&Value) -> String,
    /// The model as data.
    pub schema: &'static Schema,
}

impl Payload {
    pub fn of<T: Serialize + DeserializeOwned + Described + PartialEq + std::fmt::Debug>(
        model: &'static str,
        text: &str,
        essential: &'static [&'static str],
    ) -> Self {
        let json = serde_json::from_str(text).unwrap();
        let debug = |json: &Value| format!("{:?}", T::deserialize(json).unwrap());
        Self {
            model,
            json,
            essential,
            round_trip: round_trip::<T>,
            by_one_name: by_one_name::<T>,
            debug,
            schema: T::SCHEMA,
        }
    }

    /// The model reads `json`, and writes every value of it again, [by one name](by_one_name).
    pub fn assert_kept(&self, json: &Value) {
        match (self.round_trip)(json) {
            Ok(again) => assert!(holds(&again, &(self.by_one_name)(json)), "{}: {json:#} became {again:#}", self.model),
            Err(error) => panic!("{}: {error} in {json:#}", self.model),
        }
    }

    /// As [`assert_kept`](Self::assert_kept), unless what is missing or null at `path` is essential: then it is an error.
    pub fn assert_kept_or_refused_if_essential(&self, path: &str, json: &Value) {
        if self.is_essential(path) {
            assert!((self.round_trip)(json).is_err(), "{}: {path} is not essential", self.model);
        } else {
            self.assert_kept(json);
        }
    }

    /// As [`assert_kept`](Self::assert_kept), unless what is at `path` is essential: then it may be an error instead.
    pub fn assert_kept_unless_essential(&self, path: &str, json: &Value) {
        if !self.is_essential(path) {
            self.assert_kept(json);
        } else if let Ok(again) = (self.round_trip)(json) {
            assert!(holds(&again, &(self.by_one_name)(json)), "{}: {json:#} became {again:#}", self.model);
        }
    }

    /// Whether some of it, beside what [`models leave aside`](without_known_asides), has no field of its own in the model.
    pub fn has_fields_aside(&self) -> bool {
        (self.debug)(&without_known_asides(&self.json)).split("extra: {").skip(1).any(|extra| !extra.starts_with('}'))
    }

    fn is_essential(&self, path: &str) -> bool {
        self.essential.iter().any(|pattern| matches(pattern, path))
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern.split('/').all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
        && parts.next().is_none()
}

/// Reads `json`, writes it, and reads that again, which has to give the same.
pub fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    json: &Value,
) -> Result<Value, serde_json::Error> {
    let read: T = serde_json::from_str(&json.to_string())?;
    let again = serde_json::to_value(&read)?;
    let reread: T = serde_json::from_value(again.clone())?;
    assert_eq!(reread, read);
    Ok(again)
}

/// `json` without the fields that are in `extra` on purpose: what playlists say of their items beside their type, and what
/// is not in Spotify's reference.
fn without_known_asides(json: &Value) -> Value {
    match json {
        Value::Object(entries) => {
            let is_aside = |key: &str, value: &Value| match key {
                "primary_color" | "video_thumbnail" => true,
                "track" | "episode" => value.is_boolean() && entries.contains_key("type"),
                _ => false,
            };
            let kept = entries.iter().filter(|(key, value)| !is_aside(key, value));
            kept.map(|(key, value)| (key.clone(), without_known_asides(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_known_asides).collect(),
        _ => json.clone(),
    }
}

/// `json` as a `T` writes it again: what a playlist says by two names, `items` and `tracks`, or `item` and `track`, it says
/// by the first.
pub fn by_one_name<T>(json: &Value) -> Value {
    fn merge(object: &mut Value, name: &str, alias: &str) {
        let Some(fields) = object.as_object_mut() else { return };
        match (fields.get(name).cloned(), fields.get(alias).cloned()) {
            (Some(Value::Object(_)), Some(Value::Object(_) | Value::Null)) => drop(fields.remove(alias)),
            (None | Some(Value::Null), Some(value @ (Value::Object(_) | Value::Null))) => {
                fields.insert(name.to_owned(), value);
                fields.remove(alias);
            }
            (Some(odd), Some(value @ Value::Object(_))) => {
                fields.insert(name.to_owned(), value);
                fields.insert(alias.to_owned(), odd);
            }
            (Some(_), Some(Value::Null)) => drop(fields.remove(alias)),
            _ => {}
        }
    }
    fn each_item(page: Option<&mut Value>, change: fn(&mut Value)) {
        if let Some(Value::Array(items)) = page.and_then(|page| page.get_mut("items")) {
            items.iter_mut().for_each(change);
        }
    }
    let entry = |object: &mut Value| merge(object, "item", "track");
    let playlist = |object: &mut Value| merge(object, "items", "tracks");
    let mut json = json.clone();
    let model = std::any::type_name::<T>();
    if model.ends_with("::SearchResult") || model.ends_with("::FeaturedPlaylists") {
        each_item(json.get_mut("playlists"), playlist);
    } else if model.ends_with("::SimplifiedPlaylist>") {
        each_item(Some(&mut json), playlist);
    } else if model.ends_with("::SimplifiedPlaylist") {
        playlist(&mut json);
    } else if model.ends_with("::Playlist") {
        playlist(&mut json);
        each_item(json.get_mut("items"), entry);
    } else if model.ends_with("::PlaylistItem>") {
        each_item(Some(&mut json), entry);
    } else if model.ends_with("::PlaylistItem") {
        entry(&mut json);
    }
    json
}

/// Whether `again` holds every value of `sent`, and nothing else but defaults. Numbers are compared as numbers, times as
/// times, and words in either case; what is null may be missing. Elements of a list that no field holds come last.
pub fn holds(again: &Value, sent: &Value) -> bool {
    match (again, sent) {
        (_, Value::Null) => is_default(again),
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::String(left), Value::String(right)) => {
            let time = |text: &str| text.parse::<Timestamp>().ok();
            left.eq_ignore_ascii_case(right) || time(left).is_some_and(|left| time(right) == Some(left))
        }
        (Value::Array(again), Value::Array(sent)) => {
            let mut left: Vec<_> = again.iter().collect();
            let all = sent.iter().all(|sent| {
                let found = left.iter().position(|again| holds(again, sent) && again.is_null() == sent.is_null());
                found.map(|at| left.remove(at)).is_some()
            });
            all && left.is_empty()
        }
        (Value::Object(again), Value::Object(sent)) => {
            let null = Value::Null;
            sent.iter().all(|(key, sent)| holds(again.get(key).unwrap_or(&null), sent))
                && again.iter().all(|(key, again)| sent.contains_key(key) || is_default(again))
        }
        _ => again == sent,
    }
}

/// Whether a model has this value where nothing was sent.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.values().all(is_default),
    }
}
