//! A list of saved tracks, served without sockets, so that time can be paused and the list be as odd as a test wants.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use spotify_sdk::auth::AccessToken;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::http::{Body, HttpClient, HttpError, Request, Response};
use spotify_sdk::serde_json::{Value, json};
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder};
use url::form_urlencoded;

/// What is done with a request before it is answered: the list may be changed, and another answer given.
type Hook = dyn Fn(usize, &mut Vec<Option<u32>>) -> Option<(u16, Value)> + Send + Sync;

type Shape = dyn Fn(&mut Value) + Send + Sync;

#[derive(Clone)]
pub(crate) struct List {
    pub(crate) entries: Arc<Mutex<Vec<Option<u32>>>>,
    asked: Arc<Mutex<Vec<(u32, u32)>>>,
    hosts: Arc<Mutex<BTreeSet<String>>>,
    latency: Duration,
    hook: Arc<Hook>,
    /// The positions of entries that no page can be made with.
    broken: Arc<BTreeSet<u32>>,
    /// What is made of each page before it is sent.
    shape: Arc<Shape>,
}

impl List {
    pub(crate) fn of(total: u32) -> Self {
        Self {
            entries: Arc::new(Mutex::new((0..total).map(Some).collect())),
            asked: Arc::default(),
            hosts: Arc::default(),
            latency: Duration::ZERO,
            hook: Arc::new(|_, _| None),
            broken: Arc::default(),
            shape: Arc::new(|_| {}),
        }
    }

    pub(crate) fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    pub(crate) fn hook(
        mut self,
        hook: impl Fn(usize, &mut Vec<Option<u32>>) -> Option<(u16, Value)> + Send + Sync + 'static,
    ) -> Self {
        self.hook = Arc::new(hook);
        self
    }

    /// Answers 500 to every request for entries of which these positions are part.
    pub(crate) fn broken_at(mut self, positions: impl IntoIterator<Item = u32>) -> Self {
        self.broken = Arc::new(positions.into_iter().collect());
        self
    }

    /// Changes each page before it is sent.
    pub(crate) fn shaped(mut self, shape: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        self.shape = Arc::new(shape);
        self
    }

    pub(crate) fn builder(&self) -> ClientBuilder<AsyncSpotifyClient> {
        AsyncSpotifyClient::builder(AccessToken::new("BQpaging").unwrap()).http(self.clone())
    }

    pub(crate) fn client(&self) -> AsyncSpotifyClient {
        self.builder().max_retries(0).build().unwrap()
    }

    /// Offset and limit of each request so far.
    pub(crate) fn asked(&self) -> Vec<(u32, u32)> {
        self.asked.lock().unwrap().clone()
    }

    /// The hosts that were asked.
    pub(crate) fn hosts(&self) -> BTreeSet<String> {
        self.hosts.lock().unwrap().clone()
    }
}

/// The number that a track was made with.
pub(crate) fn number(name: &str) -> u32 {
    name.strip_prefix("Track ").unwrap().parse().unwrap()
}

pub(crate) fn page(entries: &[Option<u32>], offset: u32, limit: u32) -> Value {
    let items: Vec<Value> = entries
        .iter()
        .skip(offset as usize)
        .take(limit as usize)
        .map(|entry| match entry {
            Some(number) => json!({
                "added_at": "2026-01-01T00:00:00Z",
                "track": {"id": format!("{number:022}"), "name": format!("Track {number}"), "type": "track"},
            }),
            None => Value::Null,
        })
        .collect();
    let end = offset.saturating_add(limit);
    // An address that nobody must follow.
    let next = ((end as usize) < entries.len()).then(|| format!("https://evil.example/v1/me/tracks?offset={end}"));
    json!({"href": "", "items": items, "limit": limit, "next": next, "offset": offset, "previous": null, "total": entries.len()})
}

impl HttpClient for List {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, HttpError> {
        let host = request.uri().host().unwrap();
        if !self.hosts.lock().unwrap().contains(host) {
            self.hosts.lock().unwrap().insert(host.to_owned());
        }
        let query = request.uri().query().unwrap_or_default().to_owned();
        let parameter = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(other, _)| other == name).map(|(_, value)| value.parse().unwrap())
        };
        let (offset, limit) = (parameter("offset").unwrap_or(0), parameter("limit").unwrap_or(20));
        let index = {
            let mut asked = self.asked.lock().unwrap();
            asked.push((offset, limit));
            asked.len() - 1
        };

        tokio::time::sleep(self.latency).await;
        let mut entries = self.entries.lock().unwrap();
        if self.broken.range(offset..offset + limit).next().is_some() {
            return Ok(Response::builder().status(500).body(Body::from("{}")).unwrap());
        }
        let (status, body) = (self.hook)(index, &mut entries).unwrap_or_else(|| {
            let mut page = page(&entries, offset, limit);
            (self.shape)(&mut page);
            (200, page)
        });
        Ok(Response::builder().status(status).body(Body::from(body.to_string())).unwrap())
    }
}
