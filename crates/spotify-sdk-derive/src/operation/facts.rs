//! The facts about an operation, as a table for its documentation.

use std::fmt::Write;

use super::header::Header;

pub(super) fn table(header: &Header) -> String {
    let open_to = if header.extended { "apps with extended quota" } else { "every app" };
    let scopes: Vec<String> =
        header.scopes.iter().map(|scope| format!("[`{scope}`](::spotify_sdk::operation::Scope::{scope})")).collect();
    let scopes = if scopes.is_empty() { "none".to_owned() } else { scopes.join(", ") };
    let mut table = format!(
        "\n\n| | |\n| --- | --- |\n| Request | `{} {}` |\n| Open to | {open_to} |\n| Scopes | {scopes} |",
        header.method,
        header.path.value(),
    );
    // Writing into a `String` cannot fail.
    if let Some(replacement) = &header.replaced_by {
        let _ = write!(table, "\n| In Development Mode | `{}` instead |", replacement.value());
    }
    if let Some(page) = &header.reference {
        let page = page.value();
        let _ = write!(
            table,
            "\n| Reference | [{page}](https://developer.spotify.com/documentation/web-api/reference/{page}) |"
        );
    }
    table
}
