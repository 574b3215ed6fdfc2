//! The names of the keys in Redis. Everything that one script touches is in one hash slot, so that a cluster can run it.

/// The apps whose processes were seen, by the time of the last one. It names no app, so it is in a hash slot of its own.
pub(crate) const APPS: &str = "{spotify-sdk}:apps";

/// The names that belong to one group of keys, which share a hash slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    tag: String,
}

impl Keys {
    /// Returns the keys of an app, which Spotify counts requests for.
    pub(crate) fn of_app(client_id: &str) -> Self {
        Self { tag: format!("{{spotify-sdk:{}}}", escape(client_id)) }
    }

    /// Returns the keys of a developer account, which Spotify counts quotas for.
    pub(crate) fn of_account(name: &str) -> Self {
        Self { tag: format!("{{spotify-sdk:account:{}}}", escape(name)) }
    }

    /// Returns the keys of a part of the responses, whose name is a hash.
    #[cfg(feature = "cache")]
    pub(crate) fn of_cache(hash: &str) -> Self {
        Self { tag: format!("{{spotify-sdk:cache:{hash}}}") }
    }

    /// Returns the name that the keys are of: the client id or the account.
    pub(crate) fn name(&self) -> String {
        let name = self.tag.trim_start_matches("{spotify-sdk:").trim_end_matches('}');
        unescape(name.strip_prefix("account:").unwrap_or(name))
    }

    /// Returns the name of one key.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.tag)
    }
}

/// Braces end a hash tag, and a colon separates its parts.
fn escape(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for char in name.chars() {
        match char {
            '{' => escaped.push_str("%7B"),
            '}' => escaped.push_str("%7D"),
            ':' => escaped.push_str("%3A"),
            '%' => escaped.push_str("%25"),
            char => escaped.push(char),
        }
    }
    escaped
}

fn unescape(name: &str) -> String {
    name.replace("%7B", "{").replace("%7D", "}").replace("%3A", ":").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_know_the_name_that_they_are_of() {
        for name in ["abc", "a}b{c", "account:studio", "100%7B", "%257D", ""] {
            assert_eq!(Keys::of_app(name).name(), name);
            assert_eq!(Keys::of_account(name).name(), name);
        }
    }

    #[test]
    fn keys_of_an_app_share_a_hash_tag_and_no_other_app_has_them() {
        assert_eq!(Keys::of_app("abc").key("rate"), "{spotify-sdk:abc}:rate");
        assert_eq!(Keys::of_account("studio").key("usage"), "{spotify-sdk:account:studio}:usage");
        assert_ne!(Keys::of_app("account:studio").key("usage"), Keys::of_account("studio").key("usage"));
        assert_eq!(Keys::of_app("a}b{c").key("rate"), "{spotify-sdk:a%7Db%7Bc}:rate");
    }
}
