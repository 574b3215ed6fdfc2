//! Decodes the body of a successful response in a bounded amount of memory.

use serde::de::DeserializeOwned;
use serde_json::Deserializer;
use serde_json::de::Read;

use super::unwrap;
use crate::definition::ResponseBody;
use crate::memory::{MemoryLimit, counted};

/// The maximum memory of a response, from its first byte to the end of its decoding, in multiples of the maximum body
/// size.
const MAX_MEMORY_FACTOR: u64 = 4;

/// The reason why a body cannot be decoded.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// The body is not JSON, or JSON of another shape.
    Shape(serde_json::Error),
    /// The decoded value would take too much memory.
    TooLarge,
}

/// Decodes the body as `T`. An empty body, and one that has no meaning, is decoded as JSON's `null`. `longest` is the
/// maximum size of a body in bytes.
pub(super) fn decode<T: DeserializeOwned>(
    body: &[u8],
    response_body: ResponseBody,
    longest: usize,
) -> Result<T, Unreadable> {
    let body: &[u8] = if body.is_empty() || response_body == ResponseBody::Ignored { b"null" } else { body };
    // Checking the UTF-8 encoding once, of the whole body, is faster than checking each string. Invalid UTF-8 is left
    // to serde_json, which reports its position.
    let limit = MemoryLimit::set(budget(body, longest));
    let decoded = match (response_body, str::from_utf8(body)) {
        (ResponseBody::Confirmation(field), _) => unwrap::read_or_empty(body, field),
        (_, Ok(text)) => read(Deserializer::from_str(text), response_body),
        (_, Err(_)) => read(Deserializer::from_slice(body), response_body),
    };
    if limit.is_exceeded() {
        return Err(Unreadable::TooLarge);
    }
    decoded.map_err(Unreadable::Shape)
}

fn read<'de, T: DeserializeOwned, R: Read<'de>>(
    mut deserializer: Deserializer<R>,
    response_body: ResponseBody,
) -> serde_json::Result<T> {
    let value = match response_body {
        ResponseBody::Wrapped(field) | ResponseBody::Confirmation(field) => unwrap::read(&mut deserializer, field)?,
        ResponseBody::Json | ResponseBody::Ignored => counted(&mut deserializer)?,
    };
    deserializer.end()?;
    Ok(value)
}

/// Returns what is left for values after the body's own share and the strings in it.
fn budget(body: &[u8], longest: usize) -> u64 {
    let length = body.len() as u64;
    // The buffer of a body that arrived in chunks may have twice the capacity that it needs, but never more than the
    // maximum.
    let held = (2 * length).min(longest as u64);
    // Each string once more, in the value that it becomes.
    let texts = length;
    // serde_json copies a string with escapes, and a long number, into a buffer that doubles, and that keeps the old
    // allocation until the new one is filled. In a short body the search for the longest costs more than it saves.
    let copied = if length > longest as u64 / 8 { longest_copied(body) } else { length };
    (MAX_MEMORY_FACTOR * longest as u64).saturating_sub(held + texts + 3 * copied)
}

/// Returns the length of the longest string with an escape, or of the longest number.
fn longest_copied(body: &[u8]) -> u64 {
    let mut longest = 0;
    let mut at = 0;
    while at < body.len() {
        let start = at;
        match body[at] {
            b'"' => {
                let mut escaped = false;
                at += 1;
                while at < body.len() && body[at] != b'"' {
                    escaped |= body[at] == b'\\';
                    at += if body[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                if escaped {
                    longest = longest.max(at - start);
                }
            }
            byte if is_of_number(byte) => {
                while at < body.len() && is_of_number(body[at]) {
                    at += 1;
                }
                longest = longest.max(at - start);
            }
            _ => at += 1,
        }
    }
    longest as u64
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_with_an_escape_and_the_longest_number_are_found() {
        for (body, longest) in [
            ("", 0),
            (r#"{"a":"no escape, however long"}"#, 0),
            (r#"{"a":"b\"c","d":[12.5e-3]}"#, 7),
            (r#"["\\","\u0041bc","#, 10),
            (r#"["open\"#, 8),
            ("-1.25E+10", 9),
        ] {
            assert_eq!(longest_copied(body.as_bytes()), longest, "{body}");
        }
    }

    #[test]
    fn a_longer_body_leaves_less_for_values() {
        assert_eq!(budget(b"[]", 1000), 4000 - 4 - 2 - 6);
        let text = format!("\"{}\"", "x".repeat(998));
        assert_eq!(budget(text.as_bytes(), 1000), 4000 - 1000 - 1000);
        let escaped = format!("\"{}\"", "\\n".repeat(499));
        assert_eq!(budget(escaped.as_bytes(), 1000), 0);
    }
}
