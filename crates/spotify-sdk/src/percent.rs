//! Percent-encodes the parts of a request target.

use std::borrow::Cow;
use std::fmt::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All characters but the unreserved ones of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes `value` as one path segment, including slashes and everything else that would end it.
pub(crate) fn encode_segment(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, RESERVED).into()
}

/// Returns a writer that encodes its input and appends it to `query`.
pub(crate) fn encode_query_value(query: &mut String) -> impl Write + '_ {
    struct Encoder<'a>(&'a mut String);

    impl Write for Encoder<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.extend(utf8_percent_encode(text, RESERVED));
            Ok(())
        }
    }

    Encoder(query)
}
