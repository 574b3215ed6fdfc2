//! How ids, URIs and links are read: one pure function that takes what a person pasted and says which item it names.

use std::borrow::Cow;

use compact_str::CompactString;
use percent_encoding::percent_decode_str;

use super::ItemKind;

/// What a text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A bare id, of whatever kind the caller expects.
    Bare(CompactString),
    /// A URI or a link, which says its own kind.
    Item { kind: ItemKind, id: CompactString },
    /// A URI or a link that names no item; the text says what is wrong with it.
    Unusable(Cow<'static, str>),
}

/// Reads an id, a `spotify:` URI, or a link. Surrounding white space is not part of any of them.
pub(super) fn parse(text: &str) -> Parsed {
    let text = text.trim();
    if let Some(rest) = strip_prefix_ignore_case(text, "spotify:") {
        return parse_uri(rest);
    }
    let without_scheme =
        strip_prefix_ignore_case(text, "https://").or_else(|| strip_prefix_ignore_case(text, "http://"));
    if let Some(rest) = without_scheme {
        return parse_link(rest);
    }
    // People copy links from address bars that hide the scheme.
    if strip_prefix_ignore_case(text, "open.spotify.com/").is_some() {
        return parse_link(text);
    }
    Parsed::Bare(text.into())
}

fn parse_uri(rest: &str) -> Parsed {
    let parts: Vec<&str> = rest.trim_start_matches('/').split([':', '/']).collect();
    from_parts(&parts, "Spotify URI")
}

fn parse_link(rest: &str) -> Parsed {
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (host, path) = rest[..end].split_once('/').unwrap_or((&rest[..end], ""));
    let host = host.to_ascii_lowercase();
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match host.as_str() {
        "open.spotify.com" | "play.spotify.com" => {
            if parts.first().is_some_and(|part| part.starts_with("intl-") || *part == "embed") {
                parts.remove(0);
            }
            from_parts(&parts, "Spotify link")
        }
        "api.spotify.com" => match parts.as_slice() {
            ["v1", plural, id] => match plural.strip_suffix('s') {
                Some(kind) => from_parts(&[kind, id], "Web API link"),
                None => unusable("a Web API link that names no item"),
            },
            _ => unusable("a Web API link that names no item"),
        },
        "spotify.link" | "spotify.app.link" => {
            unusable("a short link, which has to be resolved first: open it and use the link it leads to")
        }
        _ => Parsed::Unusable(format!("a link to `{host}`, which is not open.spotify.com").into()),
    }
}

/// Both URIs and links name an item as `kind, id`, or in the older form `user, name, playlist, id`.
fn from_parts(parts: &[&str], form: &str) -> Parsed {
    let (kind, id) = match parts {
        ["user", _, "playlist", id] => ("playlist", *id),
        [kind, id] => (*kind, *id),
        ["local", ..] => return unusable("a local file, which exists on one device only and has no id"),
        _ => return Parsed::Unusable(format!("a {form} that names no item").into()),
    };
    let Some(kind) = ItemKind::from_word(kind) else {
        return Parsed::Unusable(format!("a {form} of the unknown kind `{kind}`").into());
    };
    match percent_decode_str(id).decode_utf8() {
        Ok(id) if id.is_empty() => Parsed::Unusable(format!("a {form} with an empty id").into()),
        Ok(id) => Parsed::Item { kind, id: id.as_ref().into() },
        Err(_) => Parsed::Unusable(format!("a {form} whose id is not UTF-8").into()),
    }
}

fn unusable(why: &'static str) -> Parsed {
    Parsed::Unusable(Cow::Borrowed(why))
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: ItemKind, id: &str) -> Parsed {
        Parsed::Item { kind, id: id.into() }
    }

    #[test]
    fn every_form_that_people_paste_names_the_same_album() {
        let expected = item(ItemKind::Album, "4aawyAB9vmqN3uQ7FjRGTy");
        for text in [
            "spotify:album:4aawyAB9vmqN3uQ7FjRGTy",
            "SPOTIFY:album:4aawyAB9vmqN3uQ7FjRGTy",
            "spotify://album/4aawyAB9vmqN3uQ7FjRGTy",
            "https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy",
            "http://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy/",
            "https://OPEN.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy?si=0f5b4c&utm_source=copy-link",
            "https://open.spotify.com/intl-pt/album/4aawyAB9vmqN3uQ7FjRGTy?si=0f5b4c",
            "https://open.spotify.com/embed/album/4aawyAB9vmqN3uQ7FjRGTy#top",
            "open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy",
            "https://api.spotify.com/v1/albums/4aawyAB9vmqN3uQ7FjRGTy",
            "  spotify:album:4aawyAB9vmqN3uQ7FjRGTy\n",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn the_older_playlist_forms_under_a_user_still_work() {
        let expected = item(ItemKind::Playlist, "37i9dQZF1DXcBWIGoYBM5M");
        for text in [
            "spotify:user:spotify:playlist:37i9dQZF1DXcBWIGoYBM5M",
            "https://open.spotify.com/user/spotify/playlist/37i9dQZF1DXcBWIGoYBM5M?si=1",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn user_names_in_links_are_percent_decoded() {
        assert_eq!(parse("https://open.spotify.com/user/j%C3%B6rg%20%2F"), item(ItemKind::User, "jörg /"));
        assert_eq!(parse("spotify:user:a%20b"), item(ItemKind::User, "a b"));
    }

    #[test]
    fn anything_without_a_scheme_is_a_bare_id() {
        for text in ["4aawyAB9vmqN3uQ7FjRGTy", "a/b", "name:with:colons", "日本語", "$pecial"] {
            assert_eq!(parse(text), Parsed::Bare(text.into()));
        }
    }

    #[test]
    fn links_that_name_no_item_say_so() {
        for text in [
            "spotify:",
            "spotify:album",
            "spotify:album:",
            "spotify:nonsense:1",
            "spotify:local:artist:album:title:120",
            "https://open.spotify.com/",
            "https://open.spotify.com/album",
            "https://example.org/album/4aawyAB9vmqN3uQ7FjRGTy",
            "https://open.spotify.com.example.org/album/4aawyAB9vmqN3uQ7FjRGTy",
            "https://spotify.link/abc",
            "https://api.spotify.com/v1/albums",
            "https://open.spotify.com/user/%FF",
        ] {
            assert!(matches!(parse(text), Parsed::Unusable(_)), "{text}: {:?}", parse(text));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".*", prefix in "(spotify:|https://open.spotify.com/|https://|)") {
            parse(&format!("{prefix}{text}"));
        }

        #[test]
        fn an_id_survives_being_put_into_a_uri_and_read_back(id in "[0-9A-Za-z]{1,30}") {
            proptest::prop_assert_eq!(parse(&format!("spotify:track:{id}")), item(ItemKind::Track, &id));
        }
    }
}
