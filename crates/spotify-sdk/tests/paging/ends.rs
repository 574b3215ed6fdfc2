//! Where a list ends, by what its pages say and by what they leave out.

use std::sync::{Arc, Mutex};

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::serde_json::{Value, json};
use url::form_urlencoded;

use crate::list::{List, number};
use crate::quota::long_playlist;

/// Makes a response of the parameters of the query, which it looks up by name.
type Answer = dyn Fn(&dyn Fn(&str) -> Option<String>) -> Value + Send + Sync;

/// A transport that answers by the query, and counts the requests.
#[derive(Clone)]
struct Answers(Arc<Answer>, Arc<Mutex<usize>>);

impl Answers {
    fn new(answer: impl Fn(&dyn Fn(&str) -> Option<String>) -> Value + Send + Sync + 'static) -> Self {
        Self(Arc::new(answer), Arc::default())
    }

    fn client(&self) -> AsyncSpotifyClient {
        AsyncSpotifyClient::builder(AccessToken::new("BQpaging").unwrap()).http(self.clone()).build().unwrap()
    }

    fn count(&self) -> usize {
        *self.1.lock().unwrap()
    }
}

impl HttpClient for Answers {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        *self.1.lock().unwrap() += 1;
        let query = request.uri().query().unwrap_or_default().to_owned();
        let parameter = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
        };
        let body = (self.0)(&parameter).to_string();
        Ok(Response::builder().status(200).body(Body::from(body)).unwrap())
    }
}

async fn all(list: &List) -> Vec<u32> {
    let items = list.client().tracks().get_saved().collect_all().await.unwrap();
    items.iter().map(|saved| number(&saved.track.name)).collect()
}

#[tokio::test]
async fn pages_that_hold_items_alone_are_followed_up_to_one_that_is_not_full() {
    for (total, requests) in [(230, 5), (50, 2), (49, 1), (0, 1)] {
        let list = List::of(total).shaped(|page| *page = json!({"items": page["items"]}));
        assert_eq!(all(&list).await, (0..total).collect::<Vec<_>>());
        assert_eq!(list.asked().len(), requests, "{total} items");
    }
}

#[tokio::test]
async fn a_total_that_is_the_size_of_the_page_does_not_end_a_list() {
    for keeps_next in [true, false] {
        let list = List::of(230).shaped(move |page| {
            let (items, next) = (page["items"].clone(), page["next"].clone());
            let size = items.as_array().unwrap().len();
            *page = json!({"items": items, "total": size, "limit": 50, "offset": 0});
            if keeps_next {
                page["next"] = next;
            }
        });
        assert_eq!(all(&list).await, (0..230).collect::<Vec<_>>(), "with `next`: {keeps_next}");
        assert_eq!(list.asked().len(), 5);
    }
}

#[tokio::test]
async fn a_whole_page_that_names_no_next_one_takes_one_request() {
    let list = List::of(50);
    assert_eq!(all(&list).await, (0..50).collect::<Vec<_>>());
    assert_eq!(list.asked().len(), 1);
}

#[tokio::test]
async fn a_search_goes_on_as_long_as_one_of_its_lists_names_a_next_page() {
    let answers = Answers::new(|parameter| {
        let offset: u32 = parameter("offset").unwrap().parse().unwrap();
        let limit: u32 = parameter("limit").unwrap().parse().unwrap();
        let list = |total: u32, kind: &str| {
            let items: Vec<Value> = (offset.min(total)..(offset + limit).min(total))
                .map(|at| json!({"id": format!("{at:022}"), "name": "x", "type": kind}))
                .collect();
            let next = (offset + limit < total).then_some("https://api.spotify.com/v1/search");
            // Each total is the size of the page.
            json!({"href": "", "total": items.len(), "items": items, "limit": limit, "offset": offset, "next": next})
        };
        json!({"albums": list(35, "album"), "artists": list(12, "artist")})
    });
    let found = answers.client().search().search("x", "album,artist".split(',').collect::<Vec<_>>());
    assert_eq!(found.collect_all().await.unwrap().len(), 47);
}

#[tokio::test]
async fn a_list_with_cursors_goes_on_by_the_address_of_the_next_page_where_it_has_no_cursors() {
    let answers = Answers::new(|parameter| {
        let first: u32 = parameter("after").map_or(0, |after| after.trim_start_matches('0').parse().unwrap_or(0));
        let items: Vec<Value> = (first + 1..=(first + 50).min(120))
            .map(|at| json!({"id": format!("{at:022}"), "name": "x", "type": "artist"}))
            .collect();
        let next = (first + 50 < 120)
            .then(|| format!("https://api.spotify.com/v1/me/following?type=artist&after={:022}&limit=50", first + 50));
        json!({"artists": {"href": "", "items": items, "limit": 50, "next": next}})
    });
    let artists = answers.client().users().get_followed_artists().collect_all().await.unwrap();
    assert_eq!((artists.len(), answers.count()), (120, 3));
}

#[tokio::test]
async fn a_filter_that_names_item_and_track_gives_all_entries_to_every_kind_of_app() {
    for quota in [Quota::Development, Quota::Extended] {
        let emulator = Emulator::builder().quota(quota).playlist(230).start().unwrap();
        let token = AccessToken::new(emulator.valid_token()).unwrap();
        let client = AsyncSpotifyClient::builder(token).base_url(emulator.base_url()).build().unwrap();
        let id = long_playlist(&client).await;
        let items = client.playlists().get_items(&id);
        let items = items.fields("items(item(name,uri,type),track(name,uri,type))").collect_all().await.unwrap();
        assert_eq!(items.len(), 230, "{quota:?}");
        assert!(items.iter().all(|item| item.item.is_some()), "{quota:?}");

        // What the filter is for: by the older name alone, entries are empty in Development Mode.
        let older: Value = client.playlists().get_items(&id).fields("items(track(name))").send_as().await.unwrap();
        let is_empty = older["items"].as_array().unwrap().iter().all(|entry| *entry == json!({}));
        assert_eq!(is_empty, quota == Quota::Development, "{older}");
    }
}
