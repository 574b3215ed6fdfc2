//! `spotify-cli search`.

use spotify_sdk::api::SearchType;
use spotify_sdk::ids::SpotifyUri;
use spotify_sdk::models::SearchItem;

use super::kind::{Kind, kind_of};
use super::{SignedIn, most};
use crate::output::{Failure, Table, clock};

/// How many a page of a search has at most, for every app.
const PAGE: usize = 10;

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// The search terms; filters such as artist:abba year:1970-1979 work too
    #[arg(required = true)]
    query: Vec<String>,

    /// What to search for; comma-separated
    #[arg(long = "type", short = 't', value_name = "KINDS", value_parser = kind_of(&SEARCHED), value_delimiter = ',',
          default_value = "tracks")]
    types: Vec<Kind>,

    /// The maximum number to show of each type; 0 for all, of which Spotify returns up to 1000
    #[arg(long, default_value_t = 10)]
    limit: usize,

    /// A country code (ISO 3166-1 alpha-2), to show what is available there
    #[arg(long)]
    market: Option<String>,
}

/// What can be searched for.
pub(super) const SEARCHED: [Kind; 7] =
    [Kind::Track, Kind::Artist, Kind::Album, Kind::Playlist, Kind::Show, Kind::Episode, Kind::Audiobook];

fn search_type(kind: Kind) -> SearchType {
    match kind {
        Kind::Track => SearchType::Track,
        Kind::Artist => SearchType::Artist,
        Kind::Album => SearchType::Album,
        Kind::Playlist => SearchType::Playlist,
        Kind::Show => SearchType::Show,
        Kind::Episode => SearchType::Episode,
        Kind::Audiobook => SearchType::Audiobook,
    }
}

/// What a search finds, the best first. One page more than is needed is not fetched.
pub(super) fn found(
    signed_in: &SignedIn<'_>,
    query: &str,
    kind: Kind,
    market: Option<&str>,
    limit: usize,
) -> impl Iterator<Item = spotify_sdk::Result<SearchItem>> + use<> {
    let call = signed_in.client().search().search(query, search_type(kind)).maybe_market(signed_in.app.market(market));
    let page = u32::try_from(limit.clamp(1, PAGE)).unwrap_or_default();
    call.limit(page).concurrency(1).iter().take(limit)
}

pub(crate) fn run(signed_in: &SignedIn<'_>, args: &Search) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let query = args.query.join(" ");
    let mut table = Table::new(screen, &["URI", "Title", "By", ">Length"]);
    for kind in &args.types {
        for item in found(signed_in, &query, *kind, args.market.as_deref(), most(args.limit)) {
            let item = item?;
            if screen.json {
                screen.json_line(&item)?;
            } else {
                table.row(row(&item));
            }
        }
    }
    table.print()
}

/// The URI of an item, where it has one.
pub(super) fn uri_of(item: &SearchItem) -> Option<SpotifyUri> {
    row(item)[0].parse().ok()
}

/// What an item is called, and by whom it is.
pub(super) fn title(item: &SearchItem) -> String {
    let [_, title, by, _] = row(item);
    // What artists have in the place of others are their genres.
    if by.is_empty() || matches!(item, SearchItem::Artist(_)) { title } else { format!("{title} by {by}") }
}

fn row(item: &SearchItem) -> [String; 4] {
    let text = |text: Option<&dyn ToString>| text.map(ToString::to_string).unwrap_or_default();
    macro_rules! uri {
        ($item:expr) => {
            text($item.uri.as_ref().map(|uri| uri as &dyn ToString))
        };
    }
    match item {
        SearchItem::Track(track) => super::catalog::track_row(track),
        SearchItem::Artist(artist) => [uri!(artist), artist.name.to_string(), artist.genres.join(", "), String::new()],
        SearchItem::Album(album) => [uri!(album), album.name.to_string(), album.artist_names(), String::new()],
        SearchItem::Playlist(playlist) => {
            [uri!(playlist), playlist.name.to_string(), playlist.owner.name().to_owned(), String::new()]
        }
        SearchItem::Show(show) => {
            [uri!(show), show.name.to_string(), show.publisher.as_deref().unwrap_or_default().to_owned(), String::new()]
        }
        SearchItem::Episode(episode) => {
            [uri!(episode), episode.name.to_string(), String::new(), episode.duration().map(clock).unwrap_or_default()]
        }
        SearchItem::Audiobook(book) => [uri!(book), book.name.to_string(), book.author_names(), String::new()],
        _ => Default::default(),
    }
}
