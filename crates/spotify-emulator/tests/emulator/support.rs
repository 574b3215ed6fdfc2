//! What the tests have in common: a client, and answers taken apart.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, Response};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use spotify_emulator::Emulator;

pub(crate) const DEBI_TIRAR: &str = "5K79FLRUCSysQnVESLcTdb";
pub(crate) const GLOBAL_WARMING: &str = "4aawyAB9vmqN3uQ7FjRGTy";
pub(crate) const COLLEGE_DROPOUT: &str = "4Uv86qWpGTxf7fU7lG5X6F";

/// Long enough for any machine: it only turns a hang into a failure.
pub(crate) const HANG: Duration = Duration::from_secs(60);

/// One response, its body read in full.
#[derive(Debug)]
pub(crate) struct TestResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl TestResponse {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    /// The message of an error in Spotify's form, whose status must be that of the response.
    pub(crate) fn message(&self) -> String {
        let json = self.json();
        assert_eq!(json["error"]["status"], self.status);
        json["error"]["message"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn client_without_redirects() -> Client {
    builder().redirect(Policy::none()).build().unwrap()
}

pub(crate) fn client() -> Client {
    builder().build().unwrap()
}

fn builder() -> ClientBuilder {
    // Nothing here speaks TLS. But crates that are built together share reqwest's features, and where these bring TLS
    // without a crypto provider, a client that is given none panics.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Client::builder().tls_backend_preconfigured(tls).timeout(HANG).no_proxy()
}

/// GET with the token that may do everything; `path` begins after `/v1`, or is an address.
pub(crate) async fn get(emulator: &Emulator, path: &str) -> TestResponse {
    get_as(emulator, emulator.valid_token(), path).await
}

pub(crate) async fn get_as(emulator: &Emulator, token: &str, path: &str) -> TestResponse {
    read(client().get(address(emulator, path)).bearer_auth(token).send().await.unwrap()).await
}

pub(crate) async fn request(emulator: &Emulator, method: Method, path: &str) -> TestResponse {
    let request = client().request(method, address(emulator, path));
    read(request.bearer_auth(emulator.valid_token()).send().await.unwrap()).await
}

/// GET whose failure is what the test is about, be it in the head or in the body.
pub(crate) async fn try_get(emulator: &Emulator, path: &str) -> Result<Vec<u8>, reqwest::Error> {
    let request = client().get(address(emulator, path)).bearer_auth(emulator.valid_token());
    Ok(request.send().await?.bytes().await?.to_vec())
}

pub(crate) async fn read(response: Response) -> TestResponse {
    TestResponse {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.text().await.unwrap(),
    }
}

pub(crate) fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The positions of `names` as keys in the text of a JSON object, which must come in this order.
pub(crate) fn assert_in_order(text: &str, names: &[&str]) {
    let mut from = 0;
    for name in names {
        let key = format!("\"{name}\":");
        let found = text[from..].find(&key).unwrap_or_else(|| panic!("no {key} after byte {from} of {text}"));
        from += found + key.len();
    }
}

pub(crate) fn address(emulator: &Emulator, path: &str) -> String {
    if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", emulator.base_url()) }
}

/// A request to the control; without a body where it is null.
pub(crate) async fn control(emulator: &Emulator, method: Method, path: &str, body: &Value) -> TestResponse {
    let mut request = client().request(method, format!("{}/_emulator{path}", emulator.accounts_url()));
    if !body.is_null() {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    read(request.send().await.unwrap()).await
}

/// What the control says.
pub(crate) async fn ask(emulator: &Emulator, path: &str) -> Value {
    control(emulator, Method::GET, path, &Value::Null).await.json()
}

/// A request to the control that must do what it says.
pub(crate) async fn tell(emulator: &Emulator, method: Method, path: &str, body: Value) -> Value {
    let response = control(emulator, method, path, &body).await;
    assert_eq!(response.status, 200, "{path}: {}", response.body);
    response.json()
}
