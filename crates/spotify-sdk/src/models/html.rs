//! Converts descriptions to plain text. Spotify sends them as HTML: with escapes, with links, and for shows and
//! audiobooks with paragraphs.

use html_escape::decode_html_entities;

/// The tags that end a line, with the number of line breaks that they stand for.
const BREAKS: [(&str, usize); 9] =
    [("br", 1), ("div", 1), ("h1", 2), ("h2", 2), ("h3", 2), ("li", 1), ("ol", 2), ("p", 2), ("ul", 2)];

/// The maximum length of a tag in bytes, so that a text full of `<` is not scanned to its end for each of them.
const MAX_TAG: usize = 2048;

/// Returns the text that a browser shows for `html`; `None` if that is empty.
pub(super) fn plain_text(html: &str) -> Option<String> {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let Some(length) = length_of_tag(&rest[open..]) else {
            // Not a tag: a literal `<`.
            text.push_str(&decode_html_entities(&rest[..=open]));
            rest = &rest[open + 1..];
            continue;
        };
        text.push_str(&decode_html_entities(&rest[..open]));
        end_line(&mut text, &rest[open..open + length]);
        rest = &rest[open + length..];
    }
    text.push_str(&decode_html_entities(rest));
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Returns the length of the tag or the comment at the start of `text`, if there is one.
fn length_of_tag(text: &str) -> Option<usize> {
    let text = &text.as_bytes()[..text.len().min(MAX_TAG)];
    if text.starts_with(b"<!--") {
        return text.windows(3).position(|end| end == b"-->").map(|end| end + 3);
    }
    let name = text[1..].strip_prefix(b"/").unwrap_or(&text[1..]);
    if !name.first().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let mut quote = None;
    for (at, byte) in text.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Ends the line if `tag` does so in a browser.
fn end_line(text: &mut String, tag: &str) {
    let name =
        tag.trim_start_matches(['<', '/']).split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let Some((name, ends)) = BREAKS.iter().find(|(tag, _)| name.eq_ignore_ascii_case(tag)) else { return };
    let there = text.len() - text.trim_end_matches('\n').len();
    // A `br` adds a line break; paragraphs are separated by one empty line, however many tags meet there.
    let wanted = if *name == "br" { (there + 1).min(2) } else { there.max(*ends) };
    if there < text.len() {
        text.extend(std::iter::repeat_n('\n', wanted.saturating_sub(there)));
    }
}

/// For models whose only `description` is HTML.
macro_rules! described_in_html {
    ($($name:ident),*) => {$(
        impl $name {
            /// Returns the description as plain text: escapes such as `&#x27;` are decoded, and links are replaced by
            /// their text. `None` if there is no description.
            pub fn description_text(&self) -> Option<String> {
                $crate::models::html::plain_text(self.description.as_deref()?)
            }
        }
    )*};
}

/// For models with two descriptions: with HTML, and without, where Spotify has removed the tags and joined the
/// paragraphs.
macro_rules! described_twice {
    ($($name:ident),*) => {$(
        impl $name {
            /// Returns the description as plain text: that of `html_description`, with its paragraphs as lines, or, if
            /// it is empty, `description`. `None` if there is no description.
            pub fn description_text(&self) -> Option<String> {
                let text = self.html_description.as_deref().and_then($crate::models::html::plain_text);
                text.or_else(|| {
                    let plain = self.description.as_deref()?.trim();
                    (!plain.is_empty()).then(|| plain.to_owned())
                })
            }
        }
    )*};
}

pub(super) use {described_in_html, described_twice};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_links_and_paragraphs_read_as_people_see_them() {
        for (html, text) in [
            ("Rock &amp; Roll isn&#x27;t dead", "Rock & Roll isn't dead"),
            ("ONE&#x2F;TWO&#47;THREE &quot;4&quot; &lt;5&gt;", "ONE/TWO/THREE \"4\" <5>"),
            (
                r#"Cover: <a href="https://open.spotify.com/artist/1?a=1&amp;b=2">Forrest &amp; Frank</a> now"#,
                "Cover: Forrest & Frank now",
            ),
            ("Cover: <a href=spotify:artist:1>Tom</a>", "Cover: Tom"),
            (r#"<A TITLE="a > b" HREF='x'>shown</A>"#, "shown"),
            ("I <3 this & that", "I <3 this & that"),
            ("a < b, c > d", "a < b, c > d"),
            ("an open <a href=", "an open <a href="),
            // Escapes are decoded only once.
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            ("&lt;b&gt;bold&lt;/b&gt;", "<b>bold</b>"),
            ("AT&T, &unknown; &#xFFFFFFFF;", "AT&T, &unknown; &#xFFFFFFFF;"),
            ("<p>One</p><p>Two</p>\n", "One\n\nTwo"),
            ("<p>One<br/>Two<br>Three</p>", "One\nTwo\nThree"),
            ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
            ("<b>Bold</b> and <i>not</i><!-- said -->", "Bold and not"),
            ("日本語 &amp; Ünï <b>größer</b>", "日本語 & Ünï größer"),
            ("two\nlines", "two\nlines"),
        ] {
            assert_eq!(plain_text(html).as_deref(), Some(text), "{html}");
        }
        for nothing in ["", "  ", "<p></p>", "<br>"] {
            assert_eq!(plain_text(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn tags_that_never_end_are_text() {
        let hostile = "<a '\"<!--".repeat(1_000);
        assert_eq!(plain_text(&hostile).as_deref(), Some(hostile.as_str()));
    }

    proptest::proptest! {
        #[test]
        fn what_was_escaped_reads_as_it_was_written(text in "[^\\s]([^\\r]{0,40}[^\\s])?") {
            let escaped = html_escape::encode_safe(&text);
            proptest::prop_assert_eq!(plain_text(&escaped), Some(text.clone()));
        }

        #[test]
        fn no_text_makes_it_panic(text in "([<>&/!a-z\"' #;-]|\\PC){0,60}") {
            let _ = plain_text(&text);
        }
    }
}
