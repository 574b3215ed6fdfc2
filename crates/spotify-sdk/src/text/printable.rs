//! Text for display: how errors print strings of foreign origin.

use std::fmt::{self, Display, Write};

/// Displays `text` without characters that affect a terminal or the reading order: control characters, line and
/// paragraph separators, and those that change the direction of writing. Each is replaced by a space.
pub(crate) fn printable<T: Display>(text: T) -> Printable<T> {
    Printable(text)
}

/// See [`printable`].
pub(crate) struct Printable<T>(T);

impl<T: Display> Display for Printable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Filter(f), "{}", self.0)
    }
}

struct Filter<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Filter<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_unprintable) {
            self.0.write_str(&rest[..at])?;
            self.0.write_char(' ')?;
            rest = &rest[at..];
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
        self.0.write_str(rest)
    }
}

/// Returns the text that an error keeps for programs: like [`printable`], but with its line breaks and tabs.
pub(crate) fn kept(text: &str) -> String {
    text.replace(|character: char| is_unprintable(character) && !matches!(character, '\n' | '\r' | '\t'), " ")
}

fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Returns a URL for display: without user name, password, query and fragment, all of which may be secrets and would
/// end up in logs. The URL need not be valid.
pub(crate) fn shown_address(address: &str) -> String {
    let start =
        address.split_once("//").filter(|(scheme, _)| is_scheme(scheme)).map_or(0, |(scheme, _)| scheme.len() + 2);
    // A password may hold any character if the URL is invalid: everything before the last `@` may be one.
    let (user_info, rest) = match address[start..].rfind('@') {
        Some(at) => ("…@", &address[start + at + 1..]),
        None => ("", &address[start..]),
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    [&address[..start], user_info, rest].concat()
}

/// Returns whether this is a scheme before the `//` of a URL, and not part of a password.
fn is_scheme(text: &str) -> bool {
    let name = text.strip_suffix(':').unwrap_or(text);
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) && (name.is_empty() || name != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_turns_or_moves_the_text_is_printed() {
        let text = "a\u{1b}[2Jb\u{202e}c\u{2028}d\u{85}e\u{7}f\u{2066}g\nh\u{200f}";
        assert_eq!(printable(text).to_string(), "a [2Jb c d e f g h ");
        assert_eq!(kept(text), "a [2Jb c d e f g\nh ");
        assert_eq!(printable("Gerät „größer“ 日本語").to_string(), "Gerät „größer“ 日本語");
    }

    #[test]
    fn no_user_name_no_password_and_no_query_of_an_address_is_printed() {
        for (address, printed) in [
            ("https://me:hunter2@example.org/v1", "https://…@example.org/v1"),
            ("https://me:hun/ter2@exa mple.org", "https://…@exa mple.org"),
            ("https://me:hunt#er@2@[::1", "https://…@[::1"),
            ("me:hunter2@example.org", "…@example.org"),
            ("https://example.org/v1", "https://example.org/v1"),
            ("https://example.org/v1?token=1#top", "https://example.org/v1"),
            ("https://me:a?b@example.org?me@home", "https://…@home"),
            ("example.org#//?x", "example.org"),
            ("//me:hunter2@example.org", "//…@example.org"),
            ("me:hun//ter2@[::1", "…@[::1"),
            ("hunter2//@[::1", "…@[::1"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(shown_address(address), printed);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_has_no_control_character(text in "\\PC*[\u{0}-\u{9f}\u{2000}-\u{2070}]{0,20}") {
            let printed = printable(&text).to_string();
            proptest::prop_assert!(!printed.chars().any(is_unprintable));
            proptest::prop_assert_eq!(printed.chars().count(), text.chars().count());
        }
    }
}
