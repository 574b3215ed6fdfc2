//! Showing the user the address to open.

use std::io::{self, Write};

use url::Url;

use super::Open;

/// Opens `url` in the user's browser; where that fails, the user is asked to.
pub(super) fn open(url: &Url, with: Option<Open>) {
    let opened = match with {
        Some(open) => open(url.as_str()),
        None => open::that_detached(url.as_str()),
    };
    if opened.is_err() {
        // Where standard error is closed there is nobody to ask.
        let _ = writeln!(io::stderr(), "Open this address in a browser to sign in:\n\n  {url}\n");
    }
}
