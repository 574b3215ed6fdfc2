//! Playlists by name: wherever a playlist goes in, one that the user owns or follows can be given as it is called.

use spotify_sdk::SpotifyClient;
use spotify_sdk::ids::PlaylistId;
use spotify_sdk::models::SimplifiedPlaylist;
use unicode_normalization::UnicodeNormalization;

use super::given::looks_like_id;
use crate::output::{Failure, one_line};

/// How many playlists an error names at most.
const MAX_NAMED: usize = 10;

/// What was typed for a playlist.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlaylistRef {
    /// An id, a URI or a link.
    Id(PlaylistId),
    /// Anything else.
    Name(String),
}

impl PlaylistRef {
    /// Tells an id from a name, without asking anybody.
    ///
    /// # Errors
    /// For a URI or a link of something else.
    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        match name(text) {
            Some(name) => Ok(Self::Name(name.to_owned())),
            None => Ok(Self::Id(PlaylistId::new(text.trim()).map_err(spotify_sdk::Error::from)?)),
        }
    }

    /// The playlist's id. A name is looked for among the playlists that the user owns or follows.
    ///
    /// # Errors
    /// Where no playlist has the name, or several have it: the error names them.
    pub(crate) fn find(self, client: &SpotifyClient) -> Result<PlaylistId, Failure> {
        match self {
            Self::Id(id) => Ok(id),
            Self::Name(name) => {
                let all: Vec<SimplifiedPlaylist> =
                    client.playlists().get_for_current_user().limit(50).iter().collect::<Result<_, _>>()?;
                choose(&name, &all)
            }
        }
    }
}

/// What can be nothing but a name: it has neither the form of an id, nor that of a URI or a link, of whatever kind.
pub(crate) fn name(text: &str) -> Option<&str> {
    let text = text.trim();
    let bare = looks_like_id(text);
    let linked = ["spotify:", "http:", "https:", "open.spotify.com/", "spotify.link/"];
    let linked =
        linked.iter().any(|start| text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start)));
    (!bare && !linked && !text.is_empty()).then_some(text)
}

/// The id of the playlist that was typed: an id, a URI, a link, or a name.
///
/// # Errors
/// As those of [`PlaylistRef::read`] and [`PlaylistRef::find`].
pub(crate) fn playlist(client: &SpotifyClient, text: &str) -> Result<PlaylistId, Failure> {
    PlaylistRef::read(text)?.find(client)
}

/// The playlist that is called `name`: exactly so, or else without regard to case and Unicode form.
fn choose(name: &str, all: &[SimplifiedPlaylist]) -> Result<PlaylistId, Failure> {
    let fitting = |fits: &dyn Fn(&str) -> bool| -> Vec<&SimplifiedPlaylist> {
        all.iter().filter(|playlist| playlist.id.is_some() && fits(playlist.name.trim())).collect()
    };
    let mut found = fitting(&|other| other == name);
    if found.is_empty() {
        found = fitting(&|other| folded(other) == folded(name));
    }
    match found.as_slice() {
        [only] => only.id.clone().ok_or_else(|| unknown(name, &[])),
        [] => Err(unknown(name, &fitting(&|other| folded(other).contains(&folded(name))))),
        several => Err(Failure::Named {
            message: format!("several playlists are named {}", one_line(name)),
            hint: format!("Use one of the ids: {}.", listed(several)),
            code: 2,
        }),
    }
}

fn unknown(name: &str, similar: &[&SimplifiedPlaylist]) -> Failure {
    let hint = match similar {
        [] => "Run `spotify-cli playlist list` to see the playlists that you own or follow.".to_owned(),
        some => format!("Similar names: {}.", listed(some)),
    };
    Failure::Named { message: format!("you have no playlist named {}", one_line(name)), hint, code: 4 }
}

/// Ids first: they are what is to be copied.
fn listed(playlists: &[&SimplifiedPlaylist]) -> String {
    let mut lines: Vec<String> = playlists
        .iter()
        .take(MAX_NAMED)
        .map(|playlist| {
            let id = playlist.id.as_ref().map(ToString::to_string).unwrap_or_default();
            let items = playlist.items.as_ref().map(|items| format!(", {} items", items.total)).unwrap_or_default();
            format!("{id} ({} by {}{items})", playlist.name.trim(), playlist.owner.name())
        })
        .collect();
    if let Some(more) = playlists.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    lines.join(", ")
}

/// Without case, Unicode form, and spaces that were typed twice.
fn folded(name: &str) -> String {
    let folded = name.nfkc().collect::<String>().to_lowercase().to_uppercase().to_lowercase();
    let folded: String = folded.nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playlists(names: &[(&str, &str)]) -> Vec<SimplifiedPlaylist> {
        let playlist = |(id, name): &(&str, &str)| {
            serde_json::from_value(serde_json::json!({ "id": id, "name": name, "owner": { "id": "alma" } })).unwrap()
        };
        names.iter().map(playlist).collect()
    }

    #[test]
    fn an_exact_name_comes_before_one_that_is_nearly_so() {
        let all = playlists(&[("1", "mix"), ("2", "Mix"), ("3", "Caf\u{e9}  au lait"), ("4", "twin"), ("5", "TWIN")]);
        let choose = |name: &str| choose(name, &all).map(|id| id.to_string());
        assert_eq!(choose("Mix").unwrap(), "2");
        assert_eq!(choose("CAFE\u{301} AU LAIT").unwrap(), "3");
        let Err(Failure::Named { hint, code: 2, .. }) = choose("Twin") else { panic!("which one is not known") };
        assert!(hint.contains("4 (twin by alma), 5 (TWIN by alma)"), "{hint}");
        let Err(Failure::Named { hint, code: 4, .. }) = choose("au") else { panic!("there is none") };
        assert!(hint.starts_with("Similar names: 3 (Caf\u{e9}"), "{hint}");
    }

    #[test]
    fn ids_uris_and_links_are_no_names() {
        let id = "3O8rW4jILiORD7mTzEupkI";
        for text in
            [id.to_owned(), format!("spotify:playlist:{id}"), format!("https://open.spotify.com/playlist/{id}?si=1")]
        {
            assert_eq!(PlaylistRef::read(&text).unwrap(), PlaylistRef::Id(PlaylistId::new(id).unwrap()));
        }
        for name in ["Dance", "日本の音楽", "é", "3O8rW4jILiORD7mTzEupk", "80s: best"] {
            assert_eq!(PlaylistRef::read(name).unwrap(), PlaylistRef::Name(name.to_owned()));
        }
        assert!(PlaylistRef::read("spotify:album:5K79FLRUCSysQnVESLcTdb").is_err() && PlaylistRef::read("  ").is_err());
    }
}
