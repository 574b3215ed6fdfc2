//! Lists of countries. Most items have the same list, which makes up most of a response, so it is stored once and
//! serialized as a whole.

use std::sync::Arc;

use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// The countries in which an item is available: ISO 3166-1 alpha-2 codes in alphabetical order. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Markets(Option<Arc<List>>);

#[derive(Debug)]
struct List {
    codes: Vec<String>,
    json: Box<RawValue>,
}

impl Markets {
    /// No country at all.
    pub(crate) const NOWHERE: Self = Self(None);

    pub(crate) fn new(codes: Vec<String>) -> Self {
        // Serializing strings cannot fail; the default is an empty list.
        let json = serde_json::value::to_raw_value(&codes).ok();
        Self(json.map(|json| Arc::new(List { codes, json })))
    }

    /// The codes, from `AD` to `ZW`.
    pub fn codes(&self) -> &[String] {
        self.0.as_deref().map(|list| list.codes.as_slice()).unwrap_or_default()
    }

    /// Whether the list has this country; `code` is in capitals.
    pub fn contains(&self, code: impl AsRef<str>) -> bool {
        let code = code.as_ref();
        self.codes().binary_search_by(|other| other.as_str().cmp(code)).is_ok()
    }
}

impl Serialize for Markets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(list) => list.json.serialize(serializer),
            None => serializer.collect_seq(self.codes()),
        }
    }
}
