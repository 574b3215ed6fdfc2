//! Showing the user the address to open.

use std::io::{self, Write};

use url::Url;

use super::Open;

/// Opens `start` in the user's browser, which leads to `url`; where that fails, the user is asked to open that one.
pub(super) fn open(start: &str, url: &Url, with: Option<Open>) {
    let opened = match with {
        Some(open) => open(start),
        None => open::that_detached(start),
    };
    if opened.is_err() {
        // Where standard error is closed there is nobody to ask.
        let _ = writeln!(io::stderr(), "Open this address in a browser to sign in:\n\n  {url}\n");
    }
}
