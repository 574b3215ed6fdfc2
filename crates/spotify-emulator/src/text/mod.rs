//! Text: as people search for it, as forms encode it, and random text for tokens.

mod folding;
pub(crate) mod random;

use percent_encoding::percent_decode_str;

pub(crate) use folding::{fold, has_word};

/// Decodes the encoding of queries and forms.
pub(crate) fn decode_form(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
