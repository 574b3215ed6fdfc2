//! How ids, URIs and links are read: one pure function from what a person pasted to the item that it names.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::ItemKind;
use crate::text::Text;

/// The hosts of links that name an item.
const LINK_HOSTS: [&str; 3] = ["open.spotify.com", "play.spotify.com", "embed.spotify.com"];
const API_HOST: &str = "api.spotify.com";
/// The hosts of short links, which say what they name only when they are asked.
pub(crate) const SHORT_LINK_HOSTS: [&str; 2] = ["spotify.link", "spotify.app.link"];

/// The user's Liked Songs, and saved episodes, as contexts to play. Whose they are, the access token says.
const LIKED_SONGS: &str = "spotify:collection";
const SAVED_EPISODES: &str = "spotify:collection:your-episodes";

/// The maximum number of characters of the input that an error repeats.
const MAX_SHOWN: usize = 100;

/// What a text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ParsedText {
    /// A bare id, of whatever kind the caller expects.
    Bare(Text),
    /// A URI or a link, which says its own kind.
    Item { kind: ItemKind, id: Text },
    /// The URI of a file on someone's device.
    LocalFile(Text),
    /// The URI of a user's saved tracks or episodes as a whole.
    Collection(Text),
    /// A URI or a link that names no item; the text says what is wrong with it.
    Unusable(Cow<'static, str>),
}

/// Reads an id, a `spotify:` URI, or a link. Surrounding white space is not part of any of them.
pub(super) fn parse(text: &str) -> ParsedText {
    // Most texts are ids, in which there is nothing to look for.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return ParsedText::Bare(text.into());
    }
    let text = text.trim();
    if let Some(rest) = strip_prefix_ignore_case(text, "spotify:") {
        return parse_uri(rest);
    }
    let without_scheme =
        strip_prefix_ignore_case(text, "https://").or_else(|| strip_prefix_ignore_case(text, "http://"));
    // People copy links from address bars that hide the scheme.
    let link = without_scheme.or_else(|| is_of_spotify(host_of(text)).then_some(text));
    match link {
        Some(link) => parse_link(link),
        None => ParsedText::Bare(text.into()),
    }
}

/// The part of a text that belongs to an id which was pasted with the end of a link: `ID?si=…`.
pub(super) fn without_query(text: &str) -> &str {
    before(text, |byte| matches!(byte, b'?' | b'#'))
}

/// Whether `id` can be the id of an item of this kind: what it may consist of, not whether it exists. The ids of users are
/// their names, which are free-form; all others are letters and digits.
pub(super) fn can_be_id(kind: ItemKind, id: &str) -> bool {
    match kind {
        ItemKind::User => !id.is_empty() && !id.chars().any(char::is_control),
        _ => !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')),
    }
}

/// The input as an error repeats it: printable, and shortened.
pub(super) fn shown(text: &str) -> String {
    let text = text.trim();
    let mut shown: String =
        text.chars().take(MAX_SHOWN).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if shown.len() < text.len() && text.chars().count() > MAX_SHOWN {
        shown.push('…');
    }
    shown
}

fn host_of(link: &str) -> &str {
    before(link, |byte| matches!(byte, b'/' | b'?' | b'#'))
}

/// What stands before the first of these characters of ASCII.
fn before(text: &str, is_end: impl Fn(u8) -> bool) -> &str {
    let end = text.bytes().position(is_end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn is_of_spotify(host: &str) -> bool {
    LINK_HOSTS.iter().chain(&SHORT_LINK_HOSTS).chain(&[API_HOST]).any(|known| host.eq_ignore_ascii_case(known))
}

fn parse_uri(rest: &str) -> ParsedText {
    if let Some(file) = strip_prefix_ignore_case(rest, "local:") {
        return local_file(file);
    }
    let rest = without_query(rest);
    // `spotify://album/…` is how links are handed to Spotify's apps.
    if rest.starts_with('/') {
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        return from_path(&parts, "Spotify URI");
    }
    let parts: Vec<&str> = rest.split(':').collect();
    match parts.as_slice() {
        ["user", name, "collection", rest @ ..] => collection(Some(name), rest),
        ["collection", rest @ ..] => collection(None, rest),
        ["user", _, "playlist", id] => item("playlist", id, "Spotify URI"),
        [kind, id] => item(kind, id, "Spotify URI"),
        _ => unusable("a Spotify URI that names no item"),
    }
}

fn parse_link(link: &str) -> ParsedText {
    let host = host_of(link).to_ascii_lowercase();
    let (address, query) = match link.split('#').next().unwrap_or_default().split_once('?') {
        Some((address, query)) => (address, query),
        None => (without_query(link), ""),
    };
    let parts: Vec<&str> = address.split('/').skip(1).filter(|part| !part.is_empty()).collect();
    match host.as_str() {
        host if LINK_HOSTS.contains(&host) => {
            let dressing = |part: &&&str| part.starts_with("intl-") || **part == "embed" || part.starts_with("embed-");
            let parts = &parts[parts.iter().take_while(dressing).count()..];
            match uri_in(query) {
                Some(uri) if parts.is_empty() => parse_uri(&uri),
                _ => from_path(parts, "Spotify link"),
            }
        }
        API_HOST => match parts.as_slice() {
            ["v1", "users", _, "playlists", id, ..] => item("playlist", id, "Web API link"),
            ["v1", "users", name, "collection", ..] => collection(Some(name), &[]),
            ["v1", plural, id, ..] if plural.ends_with('s') => item(&plural[..plural.len() - 1], id, "Web API link"),
            _ => unusable("a Web API link that names no item"),
        },
        host if SHORT_LINK_HOSTS.contains(&host) => {
            unusable("a short link, which has to be resolved first: open it and use the link it leads to")
        }
        _ => ParsedText::Unusable(format!("a link to `{}`, which is not open.spotify.com", shown(&host)).into()),
    }
}

/// What stands in the query of an embedded player: `?uri=spotify:track:…`, here without `spotify:`.
fn uri_in(query: &str) -> Option<String> {
    let uri = query.split('&').find_map(|pair| pair.strip_prefix("uri="))?;
    let uri = percent_decode_str(uri).decode_utf8().ok()?;
    strip_prefix_ignore_case(&uri, "spotify:").map(str::to_owned)
}

/// The path of a link names its item in the first two segments; what follows is one of the item's pages.
fn from_path(parts: &[&str], form: &str) -> ParsedText {
    match parts {
        ["user", _, "playlist", id, ..] => item("playlist", id, form),
        ["user", name, "collection", ..] => collection(Some(name), &[]),
        ["collection"] | ["collection", "tracks", ..] => ParsedText::Collection(LIKED_SONGS.into()),
        ["collection", "episodes" | "your-episodes", ..] => ParsedText::Collection(SAVED_EPISODES.into()),
        ["collection", ..] => {
            unusable("a page of the library that is no item: of these, `/collection/tracks` can be played")
        }
        ["prerelease", ..] => unusable("a release that is not out yet, which the Web API does not know"),
        [kind, id, ..] => item(kind, id, form),
        _ => ParsedText::Unusable(format!("a {form} that names no item").into()),
    }
}

fn item(kind: &str, id: &str, form: &str) -> ParsedText {
    let Some(kind) = ItemKind::from_string(kind) else {
        return ParsedText::Unusable(format!("a {form} of the unknown kind `{}`", shown(kind)).into());
    };
    match percent_decode_str(id).decode_utf8() {
        Ok(id) if id.is_empty() => ParsedText::Unusable(format!("a {form} with an empty id").into()),
        Ok(id) if can_be_id(kind, &id) => ParsedText::Item { kind, id: id.as_ref().into() },
        Ok(_) => ParsedText::Unusable(format!("a {form} whose id has characters that no id has").into()),
        Err(_) => ParsedText::Unusable(format!("a {form} whose id is not UTF-8").into()),
    }
}

/// `spotify:local:artist:album:title:seconds`, in whatever form Spotify wrote it: it names the file only as it came.
fn local_file(file: &str) -> ParsedText {
    if file.is_empty() || file.chars().any(char::is_control) {
        return unusable("a Spotify URI of a local file without the file");
    }
    ParsedText::LocalFile(format!("spotify:local:{file}").into())
}

fn collection(user: Option<&str>, rest: &[&str]) -> ParsedText {
    let is_word =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_name = |name: &str| !name.is_empty() && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    if !rest.iter().all(is_word) || !user.is_none_or(is_name) {
        return unusable("a Spotify URI that names no item");
    }
    let mut uri = "spotify:".to_owned();
    for part in user.iter().flat_map(|name| ["user", name]).chain(["collection"]).chain(rest.iter().copied()) {
        uri.push_str(part);
        uri.push(':');
    }
    uri.pop();
    ParsedText::Collection(uri.into())
}

fn unusable(why: &'static str) -> ParsedText {
    ParsedText::Unusable(Cow::Borrowed(why))
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4aawyAB9vmqN3uQ7FjRGTy";

    fn item(kind: ItemKind, id: &str) -> ParsedText {
        ParsedText::Item { kind, id: id.into() }
    }

    #[test]
    fn every_form_that_people_paste_names_the_same_album() {
        let expected = item(ItemKind::Album, ID);
        for text in [
            "spotify:album:4aawyAB9vmqN3uQ7FjRGTy",
            "SPOTIFY:album:4aawyAB9vmqN3uQ7FjRGTy",
            "spotify://album/4aawyAB9vmqN3uQ7FjRGTy",
            "spotify://album/4aawyAB9vmqN3uQ7FjRGTy/?si=1",
            "spotify:album:4aawyAB9vmqN3uQ7FjRGTy?si=0f5b4c",
            "spotify:album:4aawyAB9vmqN3uQ7FjRGTy#0:30",
            "https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy",
            "http://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy/",
            "https://OPEN.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy?si=0f5b4c&utm_source=copy-link",
            "HTTPS://open.spotify.com//album//4aawyAB9vmqN3uQ7FjRGTy#a?b",
            "https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy?highlight=spotify:track:1#top",
            "https://open.spotify.com/intl-pt/album/4aawyAB9vmqN3uQ7FjRGTy?si=0f5b4c",
            "https://open.spotify.com/embed/album/4aawyAB9vmqN3uQ7FjRGTy#top",
            "https://open.spotify.com/intl-de/embed/album/4aawyAB9vmqN3uQ7FjRGTy?utm_source=generator",
            "https://open.spotify.com/embed/intl-de/album/4aawyAB9vmqN3uQ7FjRGTy",
            "https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy/discography/all",
            "https://open.spotify.com/embed?uri=spotify:album:4aawyAB9vmqN3uQ7FjRGTy&theme=0",
            "https://embed.spotify.com/?uri=spotify%3Aalbum%3A4aawyAB9vmqN3uQ7FjRGTy",
            "https://play.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy",
            "open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy",
            "play.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy?play=true",
            "https://api.spotify.com/v1/albums/4aawyAB9vmqN3uQ7FjRGTy",
            "https://api.spotify.com/v1/albums/4aawyAB9vmqN3uQ7FjRGTy/tracks?offset=0",
            "  spotify:album:4aawyAB9vmqN3uQ7FjRGTy\n",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn the_pages_of_an_item_name_the_item() {
        for (path, kind) in [
            ("artist/{}/discography/all", ItemKind::Artist),
            ("artist/{}/discography/album?pageUri=spotify:album:1", ItemKind::Artist),
            ("intl-ja/artist/{}/related", ItemKind::Artist),
            ("embed-podcast/episode/{}", ItemKind::Episode),
            ("embed-podcast/show/{}/video?t=30", ItemKind::Show),
            ("embed-legacy/track/{}", ItemKind::Track),
            ("episode/{}/transcript", ItemKind::Episode),
            ("user/{}/playlists", ItemKind::User),
            ("user/{}/followers/", ItemKind::User),
            ("user/someone/playlist/{}/more", ItemKind::Playlist),
        ] {
            let link = format!("https://open.spotify.com/{}", path.replace("{}", ID));
            assert_eq!(parse(&link), item(kind, ID), "{link}");
        }
    }

    #[test]
    fn the_older_playlist_forms_under_a_user_still_work() {
        let expected = item(ItemKind::Playlist, "37i9dQZF1DXcBWIGoYBM5M");
        for text in [
            "spotify:user:spotify:playlist:37i9dQZF1DXcBWIGoYBM5M",
            "spotify:user:spotify:playlist:37i9dQZF1DXcBWIGoYBM5M?si=1",
            "https://open.spotify.com/user/spotify/playlist/37i9dQZF1DXcBWIGoYBM5M?si=1",
            "https://api.spotify.com/v1/users/spotify/playlists/37i9dQZF1DXcBWIGoYBM5M/tracks",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn user_names_in_links_are_percent_decoded() {
        assert_eq!(parse("https://open.spotify.com/user/j%C3%B6rg%20%2F"), item(ItemKind::User, "jörg /"));
        assert_eq!(parse("spotify:user:a%20b"), item(ItemKind::User, "a b"));
        assert_eq!(parse("spotify:user:who%3F%23?si=1"), item(ItemKind::User, "who?#"));
        assert_eq!(parse("spotify:user:a/b"), item(ItemKind::User, "a/b"));
    }

    #[test]
    fn collections_and_local_files_are_uris_of_their_own() {
        for (text, uri) in [
            ("spotify:collection", "spotify:collection"),
            ("Spotify:collection?si=1", "spotify:collection"),
            ("spotify:collection:tracks", "spotify:collection:tracks"),
            ("spotify:collection:your-episodes", "spotify:collection:your-episodes"),
            ("spotify:user:NAME:collection", "spotify:user:NAME:collection"),
            ("spotify:user:j%C3%B6rg:collection:your-episodes", "spotify:user:j%C3%B6rg:collection:your-episodes"),
            ("https://open.spotify.com/collection/tracks", "spotify:collection"),
            ("https://open.spotify.com/collection", "spotify:collection"),
            ("http://open.spotify.com/intl-de/collection/tracks/?si=1", "spotify:collection"),
            ("https://open.spotify.com/collection/your-episodes", "spotify:collection:your-episodes"),
            ("https://open.spotify.com/user/NAME/collection", "spotify:user:NAME:collection"),
            ("https://api.spotify.com/v1/users/NAME/collection", "spotify:user:NAME:collection"),
        ] {
            assert_eq!(parse(text), ParsedText::Collection(uri.into()), "{text}");
        }
        for uri in [
            "spotify:local:::Untitled:61",
            "spotify:local:Die+%C3%84rzte::Demo+1:213",
            "spotify:local:日本語:?#:/:0",
            "spotify:local:",
        ] {
            let expected = match uri {
                "spotify:local:" => matches!(parse(uri), ParsedText::Unusable(_)),
                _ => parse(uri) == ParsedText::LocalFile(uri.into()),
            };
            assert!(expected, "{uri}: {:?}", parse(uri));
        }
    }

    #[test]
    fn anything_without_a_scheme_is_a_bare_id() {
        for text in ["4aawyAB9vmqN3uQ7FjRGTy", "a/b", "name:with:colons", "日本語", "$pecial"] {
            assert_eq!(parse(text), ParsedText::Bare(text.into()));
        }
    }

    #[test]
    fn links_that_name_no_item_say_so() {
        for text in [
            "spotify:",
            "spotify:album",
            "spotify:album:",
            "spotify:album:?si=1",
            "spotify:nonsense:1",
            "spotify:album:<id>",
            "spotify:album:a b",
            "spotify:album:%22",
            "spotify:track:..",
            "spotify:user::collection",
            "spotify:collection:",
            "spotify:collection:a b",
            "spotify:user:a\u{7}b",
            "https://open.spotify.com/",
            "https://open.spotify.com/album",
            "https://open.spotify.com/embed",
            "https://open.spotify.com/album?uri=x",
            "https://open.spotify.com/collection/albums",
            "https://open.spotify.com/prerelease/4aawyAB9vmqN3uQ7FjRGTy",
            "https://open.spotify.com/search/album",
            "https://example.org/album/4aawyAB9vmqN3uQ7FjRGTy",
            "https://open.spotify.com.example.org/album/4aawyAB9vmqN3uQ7FjRGTy",
            "https://spotify.link/abc",
            "spotify.link/abc",
            "https://api.spotify.com/v1/albums",
            "https://api.spotify.com/v1/me/tracks",
            "https://open.spotify.com/user/%FF",
        ] {
            assert!(matches!(parse(text), ParsedText::Unusable(_)), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn an_error_repeats_what_was_given_but_not_a_page_of_it() {
        assert_eq!(shown(" a\u{1b}[2Jb "), "a\u{fffd}[2Jb");
        assert_eq!(shown(&"ü".repeat(MAX_SHOWN)), "ü".repeat(MAX_SHOWN));
        assert_eq!(shown(&"ü".repeat(MAX_SHOWN + 1)), format!("{}…", "ü".repeat(MAX_SHOWN)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(
            text in "([a-z:/?#%.-]|.)*",
            prefix in "(spotify:|spotify:local:|spotify:user:|https://open.spotify.com/|https://api.spotify.com/v1/|https://|)",
        ) {
            parse(&format!("{prefix}{text}"));
        }

        #[test]
        fn an_id_survives_being_put_into_a_uri_and_read_back(id in "[0-9A-Za-z]{1,30}", end in "([?#].*)?") {
            let uri = format!("spotify:track:{id}{end}");
            proptest::prop_assert_eq!(parse(&uri), item(ItemKind::Track, &id));
        }
    }
}
