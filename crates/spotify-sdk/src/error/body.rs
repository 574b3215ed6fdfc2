//! Reading the body of an answer that is not a success. Spotify sends its own JSON, OAuth's JSON, plain text, HTML from
//! its proxies, half of any of these, or nothing: each gives what words it has, and none gives an error of its own.

use std::borrow::Cow;

use serde_json::Value;

/// The longest text that an error keeps of a body, in bytes.
const LONGEST: usize = 4096;
/// The longest message that is taken from a body which is not Spotify's JSON, in characters.
const LONGEST_MESSAGE: usize = 200;

/// The body as text, with `secret` blotted out.
pub(super) fn text(body: &[u8], secret: &str) -> String {
    // Room for a secret that lies across the end, so that no part of one is left when the text is cut.
    let head = &body[..body.len().min(LONGEST + secret.len())];
    let mut text = blot_out(&String::from_utf8_lossy(head), secret);
    if head.len() < body.len() {
        cut(&mut text, LONGEST);
    }
    text
}

pub(super) fn blot_out(text: &str, secret: &str) -> String {
    if secret.is_empty() { text.to_owned() } else { text.replace(secret, "[access token]") }
}

/// The text as an error keeps it.
pub(super) fn shorten(mut text: String) -> String {
    cut(&mut text, LONGEST);
    text
}

fn cut(text: &mut String, longest: usize) {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text.truncate(end);
    }
}

/// The message and the reason that a body gives, each fit to be printed on one line of a terminal.
pub(super) fn read(text: &str, secret: &str) -> (Option<String>, Option<String>) {
    // Once more, since JSON can spell a text in ways that only decoding shows.
    let printable = |words: String| blot_out(&words, secret).replace(|c: char| c.is_control(), " ");
    let (message, reason) = words(text);
    (message.map(printable), reason.map(printable))
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
        line if line.chars().count() > LONGEST_MESSAGE => {
            line.chars().take(LONGEST_MESSAGE).chain(['…']).collect::<String>().into()
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
            assert_eq!(read(body, ""), (message, reason), "{body}");
        }
    }

    #[test]
    fn a_token_that_the_server_sends_back_is_blotted_out_even_across_the_cut() {
        let token = "BQ".repeat(60);
        let body = format!("{}{token} and {token}", "x".repeat(LONGEST - 10));
        let text = shorten(text(body.as_bytes(), &token));
        assert!(!text.contains("BQBQ"), "{text}");
        assert!(text.len() <= LONGEST);
    }

    #[test]
    fn a_token_spelled_in_escapes_and_control_characters_do_not_reach_the_message() {
        let (message, _) = read(r#"{"error":{"message":"\u0042Qtoken\u001b[2J was\nrefused"}}"#, "BQtoken");
        assert_eq!(message.as_deref(), Some("[access token] [2J was refused"));
    }

    proptest::proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            read(&text(&body, "secret"), "secret");
        }

        #[test]
        fn no_cut_of_a_real_body_makes_the_reader_panic(end in 0usize..120) {
            let body = r#"{"error":{"status":404,"message":"Gerät \"größer\" nicht gefunden","reason":"NO_ACTIVE_DEVICE"}}"#;
            read(&text(&body.as_bytes()[..end.min(body.len())], ""), "");
        }

        #[test]
        fn a_body_is_never_kept_longer_than_the_limit(text in "\\PC{0,3000}") {
            proptest::prop_assert!(shorten(text).len() <= LONGEST);
        }
    }
}
