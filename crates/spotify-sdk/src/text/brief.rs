//! [`brief`]: the beginning of a message of any length.

use std::fmt::{self, Write};

/// The maximum length of a message that is kept, in bytes: serde quotes unexpected input at any length.
pub(crate) const MAX_MESSAGE: usize = 1024;

/// Returns the first bytes of a message.
pub(crate) fn brief(message: impl fmt::Display) -> String {
    let mut head = Head(String::new());
    // An error means that the limit was reached.
    let _ = write!(head, "{message}");
    head.0
}

struct Head(String);

impl Write for Head {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_MESSAGE - self.0.len();
        let end = (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        self.0.push_str(&text[..end]);
        if end < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}
