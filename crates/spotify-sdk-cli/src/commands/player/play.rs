//! `spotify-cli player play`.

use std::time::Duration;

use serde_json::json;
use spotify_sdk::Error;
use spotify_sdk::api::PlaybackOffset;
use spotify_sdk::ids::{ItemKind, SpotifyUri, UserId};
use spotify_sdk::playlist_sync::MAX_ITEMS;

use super::device::On;
use super::{done, input, is_so_already};
use crate::commands::kind::{Kind, kind_of};
use crate::commands::search::{SEARCHED, found, title, uri_of};
use crate::commands::{SignedIn, given, named};
use crate::output::{Failure, count, grouped, note};

/// How many items Spotify takes at once.
const MAX_PER_REQUEST: usize = 800;
/// The playlist from which more than that are played.
const PLAYLIST: &str = "Played by spotify-cli";
/// What stands for the user's liked songs.
const LIKED: &str = "liked";

#[derive(Debug, clap::Args)]
pub(crate) struct Play {
    /// An album, artist, playlist or show; "liked" for your liked songs; the name of one of your playlists; or tracks and
    /// episodes: URIs or links, - to read them from standard input. None to resume playback
    #[arg(value_name = "URI")]
    uris: Vec<String>,

    /// Search for these words, and play the best match
    #[arg(long, requires = "uris", conflicts_with_all = ["at", "as_playlist"])]
    search: bool,

    /// What to search for
    #[arg(long = "type", short = 't', value_name = "KIND", value_parser = kind_of(&SEARCHED), default_value = "tracks",
          requires = "search")]
    kind: Kind,

    /// Where to start: the URI of an item, or its position, counted from 0
    #[arg(long, value_name = "POSITION", requires = "uris")]
    at: Option<String>,

    /// The position within the item to start at: 1:30, or 90
    #[arg(long, value_name = "TIME", requires = "uris", value_parser = input::a_time)]
    from: Option<Duration>,

    /// Play more than 800 items, through a private playlist "Played by spotify-cli", which is rewritten
    #[arg(long, requires = "uris")]
    as_playlist: bool,

    #[command(flatten)]
    on: On,
}

/// What there is to play, and how that is said.
struct Wanted {
    what: What,
    said: String,
    /// How many of the items that were given are not played.
    left_out: usize,
}

enum What {
    /// What was paused.
    Paused,
    Context(SpotifyUri),
    Items(Vec<SpotifyUri>),
}

pub(super) fn play(signed_in: &SignedIn<'_>, args: &Play) -> Result<(), Failure> {
    let Wanted { what, said, left_out } =
        if args.search { searched(signed_in, args)? } else { wanted(signed_in, args)? };
    let mut call = signed_in.client().player().start_playback();
    call = match &what {
        What::Paused => call,
        What::Context(uri) => call.context_uri(uri),
        What::Items(items) => call.uris(items),
    };
    if let Some(at) = &args.at {
        call = call.start_at(offset(at, &what)?);
    }
    call = call.maybe_position_ms(args.from);
    let target = args.on.target(signed_in)?;
    let place = target.as_ref().map(|target| format!(" on {}", target.name)).unwrap_or_default();
    call = call.maybe_device_id(target.as_ref().map(|target| &target.id));
    let said = match call.send() {
        Err(error) if matches!(what, What::Paused) && is_so_already(signed_in, &error, true) => {
            "Playback is running already.".to_owned()
        }
        answer => answer.map(|()| format!("Playing{said}{place}."))?,
    };
    let mut values = vec![("is_playing", json!(true))];
    if left_out > 0 {
        values.push(("left_out", json!(left_out)));
    }
    done(signed_in, "play", target.as_ref(), &said, &values)
}

fn wanted(signed_in: &SignedIn<'_>, args: &Play) -> Result<Wanted, Failure> {
    if args.uris.is_empty() {
        return Ok(Wanted { what: What::Paused, said: String::new(), left_out: 0 });
    }
    if let [liked] = args.uris.as_slice()
        && liked.eq_ignore_ascii_case(LIKED)
    {
        let what = What::Context(of_user(signed_in, "collection")?);
        return Ok(Wanted { what, said: " your liked songs".to_owned(), left_out: 0 });
    }
    if let [text] = args.uris.as_slice()
        && text != "-"
        && let Some(name) = named::name(text)
    {
        return called(signed_in, name);
    }
    let (items, local): (Vec<String>, Vec<String>) =
        given(&args.uris)?.into_iter().partition(|uri| !uri.starts_with("spotify:local:"));
    if !local.is_empty() {
        let local = count(local.len(), "local file");
        note(&format!("Skipped {local}: only the device that has them can play them."));
    }
    if items.is_empty() {
        let what = if local.is_empty() { "on standard input" } else { "but local files" };
        return Err(Failure::Usage(format!("there is nothing to play {what}")));
    }
    let uris = uris(&items)?;
    match uris.as_slice() {
        [uri] if uri.is_collection() => {
            let uri = match uri.to_string().strip_prefix("spotify:").filter(|rest| rest.starts_with("collection")) {
                Some(collection) => of_user(signed_in, collection)?,
                None => uri.clone(),
            };
            Ok(Wanted { said: format!(" {uri}"), what: What::Context(uri), left_out: local.len() })
        }
        [uri] if uri.is_context() => {
            Ok(Wanted { said: format!(" {uri}"), what: What::Context(uri.clone()), left_out: local.len() })
        }
        several if several.iter().any(SpotifyUri::is_context) => {
            Err(Failure::Usage("expected one album, artist, playlist or show, or else tracks and episodes".to_owned()))
        }
        _ if args.as_playlist => from_playlist(signed_in, &uris, local.len()),
        _ => Ok(at_once(uris, local.len())),
    }
}

/// The playlist of the user's that has this name. Who meant something else is told how to find it.
fn called(signed_in: &SignedIn<'_>, name: &str) -> Result<Wanted, Failure> {
    match named::playlist(signed_in.client(), name) {
        Ok(id) => Ok(Wanted { said: format!(" {name}, {}", id.uri()), what: What::Context(id.uri()), left_out: 0 }),
        Err(Failure::Named { message, hint, code: 4 }) => {
            Err(Failure::Named { message, hint: format!("{hint} {}", to_search(name)), code: 4 })
        }
        Err(failure) => Err(failure),
    }
}

/// What to do for those who typed words.
fn to_search(words: &str) -> String {
    format!("To search and play: `spotify-cli player play --search {words}`.")
}

/// As many items as Spotify takes.
fn at_once(mut uris: Vec<SpotifyUri>, local: usize) -> Wanted {
    let all = uris.len();
    let said = match uris.as_slice() {
        [uri] => format!(" {uri}"),
        _ if all > MAX_PER_REQUEST => {
            uris.truncate(MAX_PER_REQUEST);
            let (some, all) = (grouped(MAX_PER_REQUEST), grouped(all));
            note(&format!("Spotify accepts {some} items at a time; use --as-playlist to play all of them."));
            format!(" the first {some} of {all} items")
        }
        _ => format!(" {}", count(all, "item")),
    };
    let left_out = local + all - uris.len();
    Wanted { what: What::Items(uris), said, left_out }
}

/// A playlist of these items: the one that an earlier call made, or a new one.
fn from_playlist(signed_in: &SignedIn<'_>, items: &[SpotifyUri], left_out: usize) -> Result<Wanted, Failure> {
    let playlists = signed_in.client().playlists();
    if items.len() > MAX_ITEMS {
        let (most, got) = (grouped(MAX_ITEMS), grouped(items.len()));
        return Err(Failure::Usage(format!("a playlist holds {most} items, got {got}")));
    }
    let me = signed_in.client().users().get_current_profile().send()?.id;
    let mut own = None;
    for playlist in playlists.get_for_current_user().limit(50).iter() {
        let playlist = playlist?;
        if playlist.name == PLAYLIST && playlist.owner.id.as_ref().is_some_and(|id| id.as_str() == me.as_str()) {
            own = playlist.id;
            break;
        }
    }
    let id = match own {
        Some(id) => id,
        None => {
            let about = "What `spotify-cli player play --as-playlist` plays; written anew each time.";
            playlists.create(PLAYLIST).public(false).description(about).send()?.id
        }
    };
    playlists.replace_items(&id, items).send()?;
    let said = format!(" {} from your playlist `{PLAYLIST}`, {}", count(items.len(), "item"), id.uri());
    Ok(Wanted { what: What::Context(id.uri()), said, left_out })
}

/// What fits the words best.
fn searched(signed_in: &SignedIn<'_>, args: &Play) -> Result<Wanted, Failure> {
    let words = args.uris.join(" ");
    let item = found(signed_in, &words, args.kind, None, 1).next().transpose()?;
    let Some((uri, title)) = item.and_then(|item| Some((uri_of(&item)?, title(&item)))) else {
        return Err(Failure::Player {
            message: format!("no {} found for `{words}`", args.kind.several()),
            hint: "Try other words, or another type: --type albums, artists, playlists, ….".to_owned(),
            code: 4,
        });
    };
    let said = format!(" {title}, {uri}");
    let what = if uri.is_context() { What::Context(uri) } else { What::Items(vec![uri]) };
    Ok(Wanted { what, said, left_out: 0 })
}

/// A collection of the user who is signed in, under the name by which it is played: Spotify wants the user in it.
fn of_user(signed_in: &SignedIn<'_>, collection: &str) -> Result<SpotifyUri, Failure> {
    let me = signed_in.client().users().get_current_profile().send()?;
    let user = UserId::new(me.id.as_str()).map_err(Error::from)?.uri();
    let uri = format!("{user}:{collection}").parse::<SpotifyUri>();
    Ok(uri.map_err(Error::from)?)
}

fn offset(at: &str, what: &What) -> Result<PlaybackOffset, Failure> {
    let Ok(position) = at.parse::<u32>() else {
        let uri = at.parse().map_err(|_| {
            Failure::Usage(format!("expected a position, counted from 0, or a URI for --at, got `{at}`"))
        })?;
        return Ok(PlaybackOffset::Uri(uri));
    };
    match what {
        What::Items(items) if position as usize >= items.len() => {
            Err(Failure::Usage(format!("expected a position from 0 to {} for --at, got {at}", items.len() - 1)))
        }
        _ => Ok(PlaybackOffset::Position(position)),
    }
}

/// Reads URIs and links, with a word about what to do for those who typed a name.
pub(super) fn uris(texts: &[String]) -> Result<Vec<SpotifyUri>, Failure> {
    let read = |text: &String| {
        text.parse::<SpotifyUri>().map_err(|error| Failure::Player {
            message: Error::from(error).to_string(),
            hint: to_search(&texts.join(" ")),
            code: 2,
        })
    };
    let uris = texts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    match uris.iter().find(|uri| uri.kind() == Some(ItemKind::User)) {
        Some(user) => Err(Failure::Usage(format!("a user cannot be played: {user}"))),
        None => Ok(uris),
    }
}
