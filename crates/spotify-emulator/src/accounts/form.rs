//! The fields of a form or a query, each at most once.

use bytes::Bytes;

/// Fields by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    pub(super) fn parse(text: &[u8]) -> Self {
        Self { fields: form_urlencoded::parse(text).into_owned().collect() }
    }

    pub(super) fn from_body(body: &Bytes) -> Self {
        Self::parse(body)
    }

    /// The value of a field; an empty one counts as missing.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).filter(|v| !v.is_empty())
    }
}
