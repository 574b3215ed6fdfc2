//! A response takes at most four times `max_response_size` in memory, whatever it holds and whatever it is read into.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, dead_code)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::io::{Read, Write};
use std::marker::PhantomData;
use std::net::TcpListener;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::error::InvalidInput;
use spotify_sdk::http::{Body, HttpClient, HttpError, Method, Request, Response};
use spotify_sdk::models::*;
use spotify_sdk::operation::{Operation, OperationInfo, RequestBuilder, ResponseBody};
use spotify_sdk::serde_json::{self, Value, json};
use spotify_sdk::{AsyncSpotifyClient, Error};

const LIMIT: usize = 64 * 1024;
/// What a call takes beside the response: the request, the client's own bookkeeping, an error.
const CALL: usize = 16 * 1024;

/// An operation that answers with a `T`: with the whole body, or with its field `items`.
struct Get<T, const WRAPPED: bool>(PhantomData<fn() -> T>);

impl<T: DeserializeOwned + Send + 'static, const WRAPPED: bool> Operation for Get<T, WRAPPED> {
    type Output = T;

    fn info(&self) -> &'static OperationInfo {
        static WHOLE: OperationInfo = OperationInfo::new("test.get", Method::GET, "/test");
        static IN_ITEMS: OperationInfo = OperationInfo::new("test.get_items", Method::GET, "/test")
            .with_response_body(ResponseBody::Wrapped("items"));
        if WRAPPED { &IN_ITEMS } else { &WHOLE }
    }

    fn write(&self, _: &mut RequestBuilder) -> Result<(), InvalidInput> {
        Ok(())
    }
}

/// Answers every request with the same body, which is there before anything is measured.
#[derive(Clone)]
struct Served(Bytes);

impl HttpClient for Served {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let body = Body::from(self.0.clone());
        Ok(Response::new(body))
    }
}

/// The most bytes in use at a time while a call is made, the body among them, and how the call ended.
fn peak_of<T>(
    body: &str,
    call: impl AsyncFnOnce(&AsyncSpotifyClient) -> Result<T, Error>,
) -> (usize, Result<(), Error>) {
    let served = Served(body.to_owned().into());
    let builder = AsyncSpotifyClient::builder(AccessToken::new("BQmemory").unwrap()).http(served);
    let client = builder.max_response_size(LIMIT).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut end = Ok(());
    let info = allocation_counter::measure(|| end = runtime.block_on(call(&client)).map(drop));
    (info.bytes_max as usize + body.len(), end)
}

/// What reading a body as a `T` takes.
fn peak<T: DeserializeOwned + Send + 'static, const WRAPPED: bool>(body: &str) -> (usize, Result<(), Error>) {
    peak_of(body, async |client| client.call(Get::<T, WRAPPED>(PhantomData)).await)
}

/// A kind of body reader: what it is called, and how much it takes for a body.
type Reader = (&'static str, fn(&str) -> (usize, Result<(), Error>));

macro_rules! readers {
    ($($type:ty),* $(,)?) => {
        vec![$((stringify!($type), peak::<$type, false> as fn(&str) -> (usize, Result<(), Error>))),*]
    };
    (in "items": $($type:ty),* $(,)?) => {
        vec![$((concat!("items: ", stringify!($type)), peak::<$type, true> as fn(&str) -> (usize, Result<(), Error>))),*]
    };
}

fn models() -> Vec<Reader> {
    let everyones = readers![
        Album,
        Artist,
        Audiobook,
        Chapter,
        Episode,
        Show,
        Track,
        Playlist,
        CurrentUser,
        PublicUser,
        SearchResult,
        PlaybackQueue,
        Option<PlaybackState>,
        Option<CurrentlyPlaying>,
        Page<SimplifiedTrack>,
        Page<SavedAlbum>,
        Page<SimplifiedAlbum>,
        Page<SimplifiedChapter>,
        Page<SavedAudiobook>,
        Page<SavedEpisode>,
        Page<PlaylistItem>,
        Page<SimplifiedPlaylist>,
        Page<SimplifiedEpisode>,
        Page<SavedShow>,
        Page<SavedTrack>,
        Page<Artist>,
        Page<Track>,
        CursorPage<RecentlyPlayedItem>,
        CursorPage<Artist>,
        List<Track>,
        List<Artist>,
        List<Market>,
        List<Image>,
        List<PlayerDevice>,
        List<spotify_sdk::Text>,
        Vec<Option<Album>>,
        Vec<Option<Artist>>,
        Vec<Option<Audiobook>>,
        Vec<Option<Chapter>>,
        Vec<Option<Episode>>,
        Vec<Option<SimplifiedShow>>,
        Vec<Option<Track>>,
        Vec<bool>,
        Vec<spotify_sdk::Text>,
    ];
    #[cfg(feature = "extended-quota")]
    let everyones = [
        everyones,
        readers![
            AudioFeatures,
            AudioAnalysis,
            Recommendations,
            FeaturedPlaylists,
            Category,
            Page<Category>,
            Vec<Option<AudioFeatures>>,
        ],
    ]
    .concat();
    everyones
}

fn wrapped() -> Vec<Reader> {
    readers![in "items":
        Page<SimplifiedAlbum>, CursorPage<Artist>, List<Track>, List<Market>, List<spotify_sdk::Text>, Vec<Option<Track>>,
        Vec<Option<Album>>, Vec<Value>, Value, Vec<Wide>, String,
    ]
}

/// A kilobyte of which nothing has to be there.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wide {
    a: [u64; 16],
    b: [u64; 32],
    c: [u64; 32],
    d: [u64; 32],
    name: Option<String>,
}

#[derive(Deserialize)]
struct Tree {
    #[serde(default)]
    items: Vec<Tree>,
    #[serde(default)]
    boxed: Option<Box<Wide>>,
    #[serde(default)]
    more: HashMap<String, Tree>,
}

#[derive(Deserialize)]
enum Kind {
    A(Box<Wide>),
    B { wide: Box<Wide> },
    C(Vec<Kind>, Vec<Kind>),
    D,
}

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

fn types_of_a_program() -> Vec<Reader> {
    readers![
        Value, Vec<Value>, HashMap<String, Value>, BTreeMap<String, Vec<u8>>, Vec<Vec<Vec<()>>>, Vec<Wide>,
        Vec<Box<Wide>>, Vec<Option<Box<Wide>>>, HashMap<String, Wide>, HashMap<String, Box<Wide>>,
        BTreeMap<String, Wide>, BTreeSet<u64>, HashSet<String>, HashSet<u64>, VecDeque<Wide>, LinkedList<u8>,
        Vec<Box<str>>, Vec<Box<u8>>, Tree, Vec<Tree>, Vec<Kind>, Items<Wide>, Items<Tree>, Items<Box<Value>>,
        Items<serde_json::Map<String, Value>>, Page<Wide>, Page<Value>, Page<Box<Wide>>, Page<Tree>, Page<Kind>,
        CursorPage<Vec<Value>>, Vec<(u8, Box<Wide>)>, Vec<BTreeMap<String, u64>>, Vec<BTreeSet<String>>,
        Box<serde_json::value::RawValue>, Vec<Box<serde_json::value::RawValue>>, String,
    ]
}

const ELEMENTS: &[&str] = &[
    "{}",
    "[]",
    "0",
    "\"\"",
    "null",
    "{\"\":0}",
    "[[]]",
    "{\"a\":{\"b\":[]}}",
    "{\"item\":{\"type\":\"track\"}}",
    "{\"track\":{}}",
    "{\"album\":{}}",
    "{\"artists\":[{},{},{}]}",
    "{\"id\":\"a\"}",
    "{\"id\":\"a\",\"name\":\"b\",\"type\":\"track\",\"uri\":\"spotify:track:a\"}",
    "{\"available_markets\":[0]}",
    "{\"name\":0,\"type\":[[],[]],\"uri\":[],\"id\":\"a\"}",
    "{\"x\":0,\"y\":0,\"z\":[]}",
    "{\"added_at\":\"2026-01-05T10:00:00.5Z\",\"track\":{}}",
    "{\"boxed\":{}}",
    "{\"more\":{\"\":{}}}",
    "{\"B\":{\"wide\":{}}}",
    "[1,{}]",
    "\"\\n\"",
];

const FRAMES: &[(&str, &str)] = &[
    ("{\"items\":[", "]}"),
    ("[", "]"),
    ("{\"tracks\":{\"items\":[", "]}}"),
    ("{\"segments\":[", "]}"),
    ("{\"id\":\"a\",\"available_markets\":[", "]}"),
];

/// A body of at most `LIMIT` bytes: the frame, and as many of the elements as fit.
fn fill(frame: (&str, &str), element: impl Fn(usize) -> String) -> String {
    fill_to(LIMIT, frame, element)
}

fn fill_to(length: usize, (open, close): (&str, &str), element: impl Fn(usize) -> String) -> String {
    let mut body = open.to_owned();
    for index in 0.. {
        let next = element(index);
        if body.len() + next.len() + 1 + close.len() > length {
            break;
        }
        if index > 0 {
            body.push(',');
        }
        body.push_str(&next);
    }
    body + close
}

fn bodies() -> Vec<(String, String)> {
    let mut bodies = Vec::new();
    for element in ELEMENTS {
        for frame in FRAMES {
            bodies.push((format!("{}{element},…{}", frame.0, frame.1), fill(*frame, |_| (*element).to_owned())));
        }
        let body = fill(("{", "}"), |index| format!("\"{index:x}\":{element}"));
        bodies.push((format!("{{\"0\":{element},\"1\":{element},…}}"), body));
        bodies.push((format!("{{\"items\":[{element}],…}}"), fill(("{", "}"), |_| format!("\"items\":[{element}]"))));
    }
    for text in ["x", "\\n", "\\u200b", "\u{200b}"] {
        for (open, close) in [("\"", "\""), ("{\"items\":[\"", "\"]}"), ("{\"id\":\"", "\"}"), ("{\"", "\":0}")] {
            let body = format!("{open}{}{close}", text.repeat((LIMIT - open.len() - close.len()) / text.len()));
            bodies.push((format!("{open}{text}{text}…{close}"), body));
        }
    }
    for (open, close) in [("", ""), ("{\"items\":[", "]}")] {
        bodies.push((format!("{open}0.11…{close}"), format!("{open}0.{}{close}", "1".repeat(LIMIT - 20))));
    }
    bodies
}

/// Reads every body in every way, and says which took the most.
fn worst(readers: &[Reader]) -> Vec<(usize, &'static str, String, String)> {
    let mut figures = Vec::new();
    for (name, body) in bodies() {
        for (model, read) in readers {
            let (bytes, end) = read(&body);
            let end = match end {
                Ok(()) => "read".to_owned(),
                Err(Error::ResponseTooLarge(error)) if error.decoded && error.limit == LIMIT => "too large".to_owned(),
                Err(Error::Decode(_)) => "does not fit".to_owned(),
                Err(error) => panic!("{model} of {name}: {error:?}"),
            };
            figures.push((bytes, *model, name.clone(), end));
        }
    }
    figures.sort_by(|a, b| b.cmp(a));
    figures
}

fn print(figures: &[(usize, &'static str, String, String)]) {
    let mut seen = BTreeSet::new();
    for (bytes, model, body, end) in figures.iter().filter(|figure| seen.insert(figure.1)).take(10) {
        println!("| {model} | `{body}` | {bytes} | {:.2} | {end} |", *bytes as f64 / LIMIT as f64);
    }
}

#[test]
fn no_body_takes_more_than_four_times_the_limit_in_any_model() {
    let figures = worst(&[models(), wrapped()].concat());
    print(&figures);
    assert!(figures[0].0 <= 4 * LIMIT + CALL, "{:?}", figures[0]);
    assert!(figures.iter().any(|figure| figure.3 == "too large") && figures.iter().any(|figure| figure.3 == "read"));
}

#[test]
fn no_body_takes_more_than_four_times_the_limit_in_a_type_of_the_programs() {
    let figures = worst(&types_of_a_program());
    print(&figures);
    assert!(figures[0].0 <= 4 * LIMIT + CALL, "{:?}", figures[0]);
    assert!(figures.iter().any(|figure| figure.3 == "too large") && figures.iter().any(|figure| figure.3 == "read"));
}

#[test]
fn no_page_takes_more_than_four_times_the_limit_as_json() {
    let (mut most, mut read) = (0, 0);
    let frames = [
        ("{\"href\":\"x\",\"limit\":50,\"next\":null,\"items\":[", "]}"),
        ("{\"a\":{\"href\":\"x\",\"limit\":50,\"next\":null,\"items\":[", "]}}"),
    ];
    for element in ELEMENTS {
        for (frame, part) in frames.into_iter().flat_map(|frame| [1, 4, 16, 32, 64].map(|part| (frame, part))) {
            let body = fill_to(LIMIT / part, frame, |_| (*element).to_owned());
            for arguments in [json!({}), json!({"all": true})] {
                let (bytes, end) = peak_of(&body, async |client| client.invoke("tracks.get_saved", arguments).await);
                match end {
                    Ok(()) => read += 1,
                    Err(Error::ResponseTooLarge(error)) if error.decoded => {}
                    Err(error) => panic!("{element}: {error:?}"),
                }
                most = most.max(bytes);
            }
        }
    }
    println!("as JSON: {:.2}, {read} read", most as f64 / LIMIT as f64);
    assert!(most <= 4 * LIMIT + CALL && read > 0, "{most}, {read} read");
}

/// A server that answers every request with the same body, compressed; its address.
fn serve(body: &str) -> String {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(body.as_bytes()).unwrap();
    let compressed = gzip.finish().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                request.push(byte[0]);
            }
            let length = compressed.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            // The client may have gone.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&compressed));
        }
    });
    address
}

/// What a call over a real connection takes beside the response: hyper's buffers, and those of gzip.
const CONNECTION: usize = 192 * 1024;

#[test]
#[cfg(feature = "reqwest")]
fn a_compressed_body_takes_no_more_over_a_real_connection() {
    const LIMIT: usize = 512 * 1024;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (element, times, too_large) in [("{}", LIMIT / 3 - 20, true), ("{}", LIMIT, false)] {
        let body = format!("{{\"items\":[{}]}}", vec![element; times].join(","));
        let address = serve(&body);
        let builder = AsyncSpotifyClient::builder(AccessToken::new("BQmemory").unwrap()).base_url(&address);
        let client = builder.max_response_size(LIMIT).max_retries(0).build().unwrap();
        let mut end = Ok(());
        let info = allocation_counter::measure(|| {
            end = runtime.block_on(async { client.tracks().get_saved().await }).map(drop);
        });
        let end = end.unwrap_err();
        assert!(
            matches!(&end, Error::ResponseTooLarge(error) if error.limit == LIMIT && error.decoded == too_large),
            "{element}: {end}"
        );
        println!("{element} x {times}: {} bytes, {:.2} x", info.bytes_max, info.bytes_max as f64 / LIMIT as f64);
        assert!(info.bytes_max as usize <= 4 * LIMIT + CONNECTION, "{element}: {}", info.bytes_max);
    }
}

#[test]
fn what_spotify_sends_is_read_up_to_two_fifths_of_the_longest_body() {
    let items_of = |payload: &str| -> Vec<String> {
        let page: Value = serde_json::from_str(payload).unwrap();
        page["items"].as_array().unwrap().iter().filter(|item| !item.is_null()).map(Value::to_string).collect()
    };
    macro_rules! read {
        ($($file:literal as $type:ty),* $(,)?) => {$(
            let items = items_of(include_str!(concat!("payloads/", $file)));
            let body = fill_to(LIMIT * 2 / 5, ("{\"items\":[", "]}"), |index| items[index % items.len()].clone());
            assert!(body.len() > LIMIT / 4, $file);
            peak::<$type, false>(&body).1.unwrap_or_else(|error| panic!("{}: {error}", $file));
            peak::<Page<Value>, false>(&body[..]).1.unwrap_or_else(|error| {
                // A tree of values takes several times the room of a model.
                assert!(matches!(&error, Error::ResponseTooLarge(error) if error.decoded), "{error}");
            });
        )*};
    }
    read![
        "artist_albums.json" as Page<SimplifiedAlbum>,
        "followed_artists.json" as CursorPage<Artist>,
        "playlist_items.json" as Page<PlaylistItem>,
        "playlists.json" as Page<SimplifiedPlaylist>,
        "recently_played.json" as CursorPage<RecentlyPlayedItem>,
        "saved_audiobooks.json" as Page<SavedAudiobook>,
        "saved_episodes.json" as Page<SavedEpisode>,
        "saved_shows.json" as Page<SavedShow>,
        "saved_tracks.json" as Page<SavedTrack>,
    ];
}

/// Values of few bytes, with the names of fields that models have and of some that they do not have.
fn value() -> impl Strategy<Value = String> {
    let leaf =
        proptest::sample::select(vec!["0", "null", "true", "\"\"", "\"a\"", "\"track\"", "[]", "{}", "1.5", "\"\\t\""]);
    let name = proptest::sample::select(vec![
        "items",
        "track",
        "item",
        "album",
        "artists",
        "id",
        "type",
        "name",
        "images",
        "available_markets",
        "",
        "x",
        "y",
        "boxed",
        "more",
        "episodes",
        "show",
        "owner",
        "external_urls",
        "added_at",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(3, 8, 3, move |inner| {
        let entries = proptest::collection::vec((name.clone(), inner.clone()), 0..3);
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(|items| format!("[{}]", items.join(","))),
            entries.prop_map(|entries| {
                let entries: Vec<_> = entries.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_body_made_at_random_takes_more_than_four_times_the_limit(
        element in value(),
        frame in proptest::sample::select(FRAMES.to_vec()),
        reader in proptest::sample::select([models(), wrapped(), types_of_a_program()].concat()),
    ) {
        let (bytes, _) = reader.1(&fill(frame, |_| element.clone()));
        prop_assert!(bytes <= 4 * LIMIT + CALL, "{}: {bytes}", reader.0);
    }
}
