//! Reading the body of a response that is not a success. Spotify sends its own JSON, OAuth's JSON, plain text, HTML from
//! its proxies, half of any of these, or nothing: each gives what words it has, and none gives an error of its own.

use std::borrow::Cow;

use serde_json::Value;

use super::secrets::Secrets;
use crate::text::{kept, printable};

/// The longest text that an error keeps of a body, in bytes.
const MAX_BODY: usize = 4096;
/// The longest message that is taken from a body which is not Spotify's JSON, in characters.
const MAX_MESSAGE: usize = 200;

/// The start of the body as text, with all secrets blotted out. It is cut first: what is left of a secret at the cut is a
/// piece of one, and found as such.
pub(super) fn text(body: &[u8], secrets: &Secrets) -> String {
    let head = &body[..body.len().min(MAX_BODY)];
    shorten(kept(&secrets.blotted_out_of(&String::from_utf8_lossy(head))))
}

fn shorten(mut text: String) -> String {
    cut(&mut text, MAX_BODY);
    text
}

fn cut(text: &mut String, longest: usize) {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text.truncate(end);
    }
}

/// The message and the reason that a body gives, each fit to be printed on one line of a terminal.
pub(super) fn read(text: &str, secrets: &Secrets) -> (Option<String>, Option<String>) {
    // Once more, since JSON can spell a text in ways that only decoding shows.
    let shown = |words: String| printable(secrets.blotted_out_of(&words)).to_string();
    let (message, reason) = words(text);
    (message.map(shown), reason.map(shown))
}

fn words(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return from_json(&value);
    }
    if text.starts_with('{') {
        return (message_of_broken_json(text), None);
    }
    let message = if text.starts_with('<') { title_of_html(text) } else { first_line(text) };
    (message, None)
}

/// `{"error": {"status", "message", "reason"}}`, OAuth's `{"error", "error_description"}`, or a bare string.
fn from_json(value: &Value) -> (Option<String>, Option<String>) {
    let word = |value: &Value, key: &str| value.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    match value {
        Value::String(text) => (first_line(text), None),
        Value::Object(_) => match value.get("error") {
            Some(error @ Value::Object(_)) => (word(error, "message"), word(error, "reason")),
            Some(Value::String(code)) => {
                let message = word(value, "error_description").or_else(|| word(value, "message"));
                (message.or_else(|| first_line(code)), Some(code.clone()).filter(|code| !code.is_empty()))
            }
            _ => (word(value, "message"), word(value, "reason")),
        },
        _ => (None, None),
    }
}

/// The message of JSON that was cut off after it.
fn message_of_broken_json(text: &str) -> Option<String> {
    let (_, after) = text.split_once("\"message\"")?;
    let after = after.trim_start().strip_prefix(':')?.trim_start();
    let mut values = serde_json::Deserializer::from_str(after).into_iter::<String>();
    values.next()?.ok().filter(|message| !message.is_empty())
}

fn title_of_html(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    first_line(&text[start..end])
}

fn first_line(text: &str) -> Option<String> {
    let line: Cow<'_, str> = match text.lines().map(str::trim).find(|line| !line.is_empty())? {
        line if line.chars().count() > MAX_MESSAGE => {
            line.chars().take(MAX_MESSAGE).chain(['…']).collect::<String>().into()
        }
        line => line.into(),
    };
    Some(line.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn every_shape_of_body_gives_the_words_it_has() {
        for (body, message, reason) in [
            (r#"{"error":{"status":400,"message":"Invalid base62 id"}}"#, some("Invalid base62 id"), None),
            (
                r#"{"error":{"status":404,"message":"Player command failed: No active device found","reason":"NO_ACTIVE_DEVICE"}}"#,
                some("Player command failed: No active device found"),
                some("NO_ACTIVE_DEVICE"),
            ),
            (
                r#"{"error":"invalid_grant","error_description":"Refresh token expired"}"#,
                some("Refresh token expired"),
                some("invalid_grant"),
            ),
            (r#"{"error":"invalid_client"}"#, some("invalid_client"), some("invalid_client")),
            (r#"{"message":"from a gateway"}"#, some("from a gateway"), None),
            (r#"{"error":null}"#, None, None),
            (r#"{"error":{"status":500,"message":""}}"#, None, None),
            (r#"{"error":{"message":7}}"#, None, None),
            (r#""just a string""#, some("just a string"), None),
            ("[1, 2]", None, None),
            ("Too many requests", some("Too many requests"), None),
            ("\u{feff}Service not found\n", some("Service not found"), None),
            ("\n  upstream connect error\nreset reason", some("upstream connect error"), None),
            ("<html><head><title>502 Bad Gateway</title></head>…", some("502 Bad Gateway"), None),
            ("<html><body>no title</body></html>", None, None),
            ("<!doctype html><title>cut of", None, None),
            (r#"{"error":{"status":503,"message":"Service una"#, None, None),
            (r#"{"error":{"message":"Service unavailable","sta"#, some("Service unavailable"), None),
            ("", None, None),
            ("   ", None, None),
        ] {
            assert_eq!(read(body, &Secrets::default()), (message, reason), "{body}");
        }
    }

    #[test]
    fn a_token_that_the_server_sends_back_is_blotted_out_even_across_the_cut() {
        let token = "BQ8fjw0aLxTq".repeat(10);
        let body = format!("{}{token} and {token}", "x".repeat(MAX_BODY - 30));
        let text = text(body.as_bytes(), &Secrets::of([&*token]));
        assert!(!text.contains("BQ8fjw0a"), "{text}");
        assert!(text.len() <= MAX_BODY);
    }

    #[test]
    fn a_token_spelled_in_escapes_and_control_characters_do_not_reach_the_message() {
        let body = r#"{"error":{"message":"\u0042Qtoken\u001b[2J was\nrefused\u202e"}}"#;
        let (message, _) = read(body, &Secrets::of(["BQtoken"]));
        assert_eq!(message.as_deref(), Some("[secret] [2J was refused "));
    }

    proptest::proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            read(&text(&body, &Secrets::of(["secret"])), &Secrets::of(["secret"]));
        }

        #[test]
        fn no_cut_of_a_real_body_makes_the_reader_panic(end in 0usize..120) {
            let body = r#"{"error":{"status":404,"message":"Gerät \"größer\" nicht gefunden","reason":"NO_ACTIVE_DEVICE"}}"#;
            read(&text(&body.as_bytes()[..end.min(body.len())], &Secrets::default()), &Secrets::default());
        }

        #[test]
        fn a_body_is_never_kept_longer_than_the_limit(text in "\\PC{0,3000}") {
            proptest::prop_assert!(shorten(text).len() <= MAX_BODY);
        }
    }
}
