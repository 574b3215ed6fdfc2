//! [`Secrets`]: what must not be shown, found again in whatever a server sends back.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// The shortest piece of a secret that is looked for, in bytes. A server may send a secret back in pieces, and a text is cut
/// somewhere.
const MIN_PIECE: usize = 8;

/// The number of times that a text is decoded to look for a secret behind escapes of escapes.
const MAX_DECODINGS: usize = 3;

/// Everything that was sent as a secret with a request.
///
/// A text has none of them in it after [`blotted_out_of`](Self::blotted_out_of): neither whole nor any piece of eight bytes
/// or more, as it is, in base64, or spelled in the escapes of JSON, URLs and HTML.
#[derive(Default)]
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    pub(crate) fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut spellings = Vec::new();
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            spellings.push(Zeroizing::new(secret.to_owned()));
            // Three bytes are four characters: where a text begins among them decides how it is spelled.
            for start in 0..3 {
                let Some(rest) = secret.as_bytes().get(start..).filter(|rest| rest.len() >= MIN_PIECE) else {
                    continue;
                };
                let whole = &rest[..rest.len() - rest.len() % 3];
                let [plain, of_urls] = [STANDARD_NO_PAD.encode(whole), URL_SAFE_NO_PAD.encode(whole)];
                if of_urls != plain {
                    spellings.push(Zeroizing::new(of_urls));
                }
                spellings.push(Zeroizing::new(plain));
            }
        }
        Self(spellings)
    }

    /// The text with `[secret]` in the place of each secret and of each piece of one.
    pub(crate) fn blotted_out_of(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut view = View::of(text);
        let mut shown = vec![true; text.len()];
        for decoding in 0..=MAX_DECODINGS {
            self.hide(&view, &mut shown);
            if decoding == MAX_DECODINGS || !view.decode() {
                break;
            }
        }
        written(text, &shown)
    }

    fn hide(&self, view: &View, shown: &mut [bool]) {
        for secret in &self.0 {
            let length = secret.len().min(MIN_PIECE);
            let pieces: HashSet<&[u8]> = secret.as_bytes().windows(length).collect();
            for (at, window) in view.bytes.windows(length).enumerate() {
                if pieces.contains(window) {
                    for (start, end) in &view.places[at..at + length] {
                        shown[*start as usize..*end as usize].fill(false);
                    }
                }
            }
        }
    }
}

fn written(text: &str, shown: &[bool]) -> String {
    let mut written = String::with_capacity(text.len());
    let mut hiding = false;
    for (at, character) in text.char_indices() {
        let show = shown[at..at + character.len_utf8()].iter().all(|shown| *shown);
        if show {
            written.push(character);
        } else if !hiding {
            written.push_str("[secret]");
        }
        hiding = !show;
    }
    written
}

/// A text as it reads once its escapes are decoded, and where in the text each byte of that begins and ends.
struct View {
    bytes: Vec<u8>,
    places: Vec<(u32, u32)>,
}

impl View {
    fn of(text: &str) -> Self {
        // Texts in errors are a few kilobytes.
        Self { bytes: text.into(), places: (0..text.len() as u32).map(|at| (at, at + 1)).collect() }
    }

    /// Decodes what is escaped, once. Whether anything was.
    fn decode(&mut self) -> bool {
        if !self.bytes.iter().any(|byte| matches!(byte, b'%' | b'\\' | b'&')) {
            return false;
        }
        let length = self.bytes.len();
        let mut decoded = Self { bytes: Vec::with_capacity(length), places: Vec::with_capacity(length) };
        let mut at = 0;
        let mut any = false;
        while let Some(byte) = self.bytes.get(at) {
            match escaped(&self.bytes[at..]) {
                Some((character, length)) => {
                    any = true;
                    let place = (self.places[at].0, self.places[at + length - 1].1);
                    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                        decoded.bytes.push(byte);
                        decoded.places.push(place);
                    }
                    at += length;
                }
                None => {
                    decoded.bytes.push(*byte);
                    decoded.places.push(self.places[at]);
                    at += 1;
                }
            }
        }
        *self = decoded;
        any
    }
}

/// The character that an escape at the start of `text` stands for, and the length of the escape. Secrets are ASCII: what is
/// not is no part of one.
fn escaped(text: &[u8]) -> Option<(char, usize)> {
    let hex = |digits: &[u8]| u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok();
    let (code, length) = match text {
        [b'%', high, low, ..] => (hex(&[*high, *low])?, 3),
        [b'\\', b'u', a, b, c, d, ..] => (hex(&[*a, *b, *c, *d])?, 6),
        [b'\\', b'x', high, low, ..] => (hex(&[*high, *low])?, 4),
        [b'\\', other @ (b'/' | b'"' | b'\\'), ..] => (u32::from(*other), 2),
        [b'&', b'#', rest @ ..] => {
            let end = rest.iter().take(8).position(|byte| *byte == b';')?;
            let code = match &rest[..end] {
                [b'x' | b'X', digits @ ..] => hex(digits)?,
                digits => str::from_utf8(digits).ok()?.parse().ok()?,
            };
            (code, end + 3)
        }
        [b'&', rest @ ..] => {
            let (name, character) = [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("apos;", '\'')]
                .into_iter()
                .find(|(name, _)| rest.starts_with(name.as_bytes()))?;
            (u32::from(character), name.len() + 1)
        }
        _ => return None,
    };
    Some((char::from_u32(code)?, length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether eight bytes of the secret in a row stand in the text.
    fn shows(text: &str, secret: &str) -> bool {
        secret
            .as_bytes()
            .windows(MIN_PIECE.min(secret.len()))
            .any(|piece| text.as_bytes().windows(piece.len()).any(|window| window == piece))
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let secret = "AQ/dE+f=gh\"ij&klmnop";
        let json = r#"AQ\/dE\u002bf=gh\"ij&klmnop"#;
        let url = "AQ%2FdE%2Bf%3Dgh%22ij%26klmnop";
        let html = "AQ/dE+f=gh&quot;ij&amp;klmnop";
        let twice = "AQ%252FdE%252Bf%253Dgh%2522ij%2526klmnop";
        for spelling in [secret, json, url, html, twice] {
            let text = format!("before {spelling} after");
            assert_eq!(Secrets::of([secret]).blotted_out_of(&text), "before [secret] after", "{spelling}");
        }
    }

    #[test]
    fn the_beginning_the_end_and_the_middle_of_a_secret_are_found() {
        let secret = "BQabcdefghijklmnopqrstuvwxyz";
        for piece in [&secret[..8], &secret[20..], &secret[5..15]] {
            assert_eq!(Secrets::of([secret]).blotted_out_of(piece), "[secret]");
        }
        assert_eq!(Secrets::of([secret]).blotted_out_of("abcdefg"), "abcdefg");
        assert_eq!(Secrets::of(["short"]).blotted_out_of("a short one, shor"), "a [secret] one, shor");
        assert_eq!(Secrets::of([""]).blotted_out_of("text"), "text");
    }

    #[test]
    fn a_secret_in_base64_is_found_wherever_it_begins() {
        let secret = "hush-hush-this-is-the-secret";
        for before in ["", "a", "ab", "id:"] {
            let text = STANDARD_NO_PAD.encode(format!("{before}{secret}:after"));
            let blotted = Secrets::of([secret]).blotted_out_of(&text);
            assert!(blotted.contains("[secret]") && blotted.len() < 24, "{blotted}");
        }
    }

    proptest! {
        #[test]
        fn no_piece_of_a_secret_is_left(
            secret in "[!-~]{8,60}", text in "[ -~]{0,20}", repeated in 1usize..20, start in 0usize..200, end in 0usize..200,
        ) {
            let all = format!("{text}{}{text}{secret}", secret.repeat(repeated));
            let cut = &all[start.min(all.len())..all.len() - end.min(all.len() - start.min(all.len()))];
            let blotted = Secrets::of([&*secret]).blotted_out_of(cut);
            // The word itself is no part of it.
            prop_assume!(!shows("[secret]", &secret));
            for piece in blotted.split("[secret]") {
                prop_assert!(!shows(piece, &secret), "{blotted}");
            }
        }

        #[test]
        fn no_text_makes_it_panic(secret in "\\PC{0,20}", text in "[\\PC%&#;x\\\\u0-9a-f]{0,60}") {
            Secrets::of([&*secret]).blotted_out_of(&text);
        }
    }
}
