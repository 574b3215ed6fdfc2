//! `spotify-cli search`.

use clap::ValueEnum;
use spotify_sdk::api::SearchType;
use spotify_sdk::models::SearchItem;

use super::SignedIn;
use crate::output::{Failure, Table, clock};

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// What to search for, as in Spotify's apps; filters such as artist:abba year:1970-1979 work too
    #[arg(required = true)]
    query: Vec<String>,

    /// What to find; several with commas between
    #[arg(long = "type", short = 't', value_enum, value_delimiter = ',', default_value = "track")]
    types: Vec<Kind>,

    /// How many of each to show, up to 1000
    #[arg(long, default_value_t = 10)]
    limit: usize,

    /// A country code, for what is available there
    #[arg(long)]
    market: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Kind {
    Track,
    Artist,
    Album,
    Playlist,
    Show,
    Episode,
    Audiobook,
}

impl Kind {
    fn search_type(self) -> SearchType {
        match self {
            Self::Track => SearchType::Track,
            Self::Artist => SearchType::Artist,
            Self::Album => SearchType::Album,
            Self::Playlist => SearchType::Playlist,
            Self::Show => SearchType::Show,
            Self::Episode => SearchType::Episode,
            Self::Audiobook => SearchType::Audiobook,
        }
    }
}

pub(crate) fn run(signed_in: &SignedIn<'_>, args: &Search) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let query = args.query.join(" ");
    let mut table = Table::new(screen, &["URI", "Title", "By", ">Length"]);
    for kind in &args.types {
        let mut call = signed_in.client().search().search(query.as_str(), [kind.search_type()]);
        if let Some(market) = signed_in.app.market(args.market.as_deref()) {
            call = call.market(market);
        }
        // One page more than is needed is not fetched.
        let limit = u32::try_from(args.limit.clamp(1, 10)).unwrap_or(10);
        for item in call.limit(limit).concurrency(1).iter().take(args.limit) {
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
