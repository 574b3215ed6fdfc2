//! Percent-encoding of what goes into a request's target.

use std::borrow::Cow;
use std::fmt::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `value` as one segment of a path: slashes and all else that would end it are encoded.
pub(crate) fn encode_segment(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, RESERVED).into()
}

/// Encodes all that is written to it, onto the end of `query`.
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
