//! Doc comments, as the text that stands in a model's description.

use syn::{Attribute, Expr, Lit, Meta};

/// Returns the doc comment, in Markdown, without links to Rust items.
pub(super) fn text(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            Expr::Lit(expr) => match &expr.lit {
                Lit::Str(line) => Some(line.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
    without_item_links(lines.join("\n").trim())
}

/// Replaces links to Rust items, such as [`Page`](crate::models::Page), by their text. Links to web pages stay.
fn without_item_links(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        shown.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find(']') else { break };
        let (label, after) = (&rest[1..close], &rest[close + 1..]);
        let target = after.strip_prefix('(').and_then(|target| Some(&target[..target.find(')')?]));
        let end = close + 1 + target.map_or(0, |target| target.len() + 2);
        let names_item =
            target.map_or(label.starts_with('`') && label.ends_with('`'), |target| !target.contains("://"));
        shown.push_str(if names_item { label } else { &rest[..end] });
        rest = &rest[end..];
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::without_item_links;

    #[test]
    fn links_to_items_are_their_text_and_links_to_pages_stay() {
        for (doc, shown) in [
            ("Always [`ObjectType::Track`].", "Always `ObjectType::Track`."),
            (
                "Counted by [`absent_items`](Page::absent_items), and [more](Self::more).",
                "Counted by `absent_items`, and more.",
            ),
            (
                "[Spotify's reference](https://developer.spotify.com/x)",
                "[Spotify's reference](https://developer.spotify.com/x)",
            ),
            ("a [list] of [open", "a [list] of [open"),
            ("", ""),
        ] {
            assert_eq!(without_item_links(doc), shown);
        }
    }
}
