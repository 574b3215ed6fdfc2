//! Doc comments as text.

use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// Returns the doc comment among `attributes` as Markdown. Links to items of the code, which lead nowhere outside of
/// rustdoc, become their texts.
pub(crate) fn text(attributes: &[Attribute]) -> String {
    without_item_links(&raw_text(attributes))
}

/// Returns the doc comment as it is written.
pub(crate) fn raw_text(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    lines.join("\n").trim().to_owned()
}

/// Returns the attributes of documentation that are not its text: `#[doc(alias = "…")]`.
pub(crate) fn others(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc") && line(attribute).is_none())
}

fn line(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                let text = text.value();
                Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
            }
            // Such as `include_str!`, which is not known yet.
            other => Some(other.to_token_stream().to_string()),
        },
        _ => None,
    }
}

fn without_item_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, link) = rest.split_at(open);
        plain.push_str(before);
        match parts_of_link(link) {
            Some((shown, target, end)) if !target.is_some_and(|target| target.contains("://")) => {
                plain.push_str(shown);
                rest = &link[end..];
            }
            Some((.., end)) => {
                plain.push_str(&link[..end]);
                rest = &link[end..];
            }
            None => {
                plain.push('[');
                rest = &link[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Returns the text and the target of the link at the start of `text`, and where it ends. A link without a target is one
/// whose text is code.
fn parts_of_link(text: &str) -> Option<(&str, Option<&str>, usize)> {
    let close = text.find(']')?;
    let shown = &text[1..close];
    if text[close..].starts_with("](") {
        let end = close + text[close..].find(')')?;
        return Some((shown, Some(&text[close + 2..end]), end + 1));
    }
    let is_code = shown.len() > 2 && shown.starts_with('`') && shown.ends_with('`');
    is_code.then_some((shown, None, close + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_items_become_their_text_and_links_to_pages_stay() {
        for (markdown, plain) in [
            ("Fails with [`NotFound`](crate::Error::NotFound) when", "Fails with `NotFound` when"),
            ("Always [`ObjectType::Track`].", "Always `ObjectType::Track`."),
            ("See [scopes](https://developer.spotify.com/x) now", "See [scopes](https://developer.spotify.com/x) now"),
            ("[0, 3] and [x", "[0, 3] and [x"),
            ("", ""),
        ] {
            assert_eq!(without_item_links(markdown), plain);
        }
    }
}
