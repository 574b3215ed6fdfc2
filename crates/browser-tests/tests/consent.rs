//! The emulator's authorization page, as people see it in a browser.

#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use browser_tests::{Browser, Locator};
use serde_json::{Value, json};
use spotify_emulator::{Emulator, EmulatorBuilder};
use url::Url;

const SCOPES: &str = "user-library-read%20user-modify-playback-state%20playlist-modify-private";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An app's web server: it shows every visitor the same page.
fn app() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/callback", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 24\r\nconnection: close\r\n\r\n<h1 id=app>The app.</h1>",
            );
        }
    });
    address
}

fn authorize(emulator: &Emulator, redirect_uri: &str, more: &str) -> String {
    format!(
        "{}/authorize?client_id={}&response_type=code&redirect_uri={redirect_uri}&scope={SCOPES}&state=a%26b\
         &code_challenge_method=S256&code_challenge={CHALLENGE}{more}",
        emulator.accounts_url(),
        emulator.client_id()
    )
}

/// What the address says to which the browser went.
fn heard(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
}

fn post(emulator: &Emulator, path: &str, body: &str) -> (String, Value) {
    let address = emulator.accounts_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().to_owned(), serde_json::from_str(body).unwrap())
}

fn start(builder: EmulatorBuilder) -> (Emulator, String) {
    (builder.start().unwrap(), app())
}

async fn text(browser: &Browser) -> String {
    browser.page().find(Locator::Css("main")).await.unwrap().text().await.unwrap()
}

async fn click(browser: &Browser, css: &str) {
    browser.page().find(Locator::Css(css)).await.unwrap().click().await.unwrap();
}

/// Waits until the browser is at the app, and says at which address.
async fn at_the_app(browser: &Browser) -> Url {
    browser.page().wait().for_element(Locator::Css("#app")).await.unwrap();
    browser.page().current_url().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_goes_back_with_a_code_that_becomes_a_token_of_theirs() {
    let (emulator, app) = start(Emulator::builder());
    let browser = Browser::open(1000, 900).await.unwrap();
    browser.page().goto(&authorize(&emulator, &app, "")).await.unwrap();
    let page = text(&browser).await;
    for words in ["Your app asks for access", "See the music in your library", "Play, pause and skip", "Alma", "Bo"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    browser.picture("consent").await.unwrap();
    click(&browser, "input[value=bo]").await;
    click(&browser, "button[value=agree]").await;
    let url = at_the_app(&browser).await;
    assert!(url.as_str().starts_with(&app));
    assert_eq!(heard(&url, "state").as_deref(), Some("a&b"));
    let code = heard(&url, "code").unwrap();

    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={app}&client_id={}&code_verifier={VERIFIER}",
        emulator.client_id()
    );
    let (status, answer) = post(&emulator, "/api/token", &form);
    assert_eq!((status.as_str(), &answer["expires_in"]), ("200", &json!(3600)), "{answer}");
    assert_eq!(answer["scope"], "playlist-modify-private user-library-read user-modify-playback-state");
    assert!(answer["refresh_token"].is_string());
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancels_goes_back_with_access_denied() {
    let (emulator, app) = start(Emulator::builder());
    let browser = Browser::open(1000, 900).await.unwrap();
    browser.page().goto(&authorize(&emulator, &app, "")).await.unwrap();
    click(&browser, "button[value=cancel]").await;
    let url = at_the_app(&browser).await;
    assert_eq!(heard(&url, "error").as_deref(), Some("access_denied"));
    assert_eq!(heard(&url, "state").as_deref(), Some("a&b"));
    assert_eq!(heard(&url, "code"), None);
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_redirect_uri_is_explained_and_goes_nowhere() {
    let (emulator, app) = start(Emulator::builder().redirect_uri("https://example.com/callback"));
    let browser = Browser::open(1000, 900).await.unwrap();
    let cases = [
        (app.as_str(), "INVALID_CLIENT: Invalid redirect URI"),
        ("http://localhost:8888/callback", "INVALID_CLIENT: Insecure redirect URI"),
    ];
    for (uri, message) in cases {
        browser.page().goto(&authorize(&emulator, uri, "")).await.unwrap();
        let page = text(&browser).await;
        assert!(page.contains(message), "{page}");
        let url = browser.page().current_url().await.unwrap();
        assert!(url.as_str().starts_with(emulator.accounts_url()), "{url}");
        assert!(browser.page().find_all(Locator::Css("form, a")).await.unwrap().is_empty());
    }
    browser.picture("wrong-redirect-uri").await.unwrap();
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_agreed_is_asked_again_only_when_the_app_wants_it() {
    let (emulator, app) = start(Emulator::builder());
    let browser = Browser::open(1000, 900).await.unwrap();
    browser.page().goto(&authorize(&emulator, &app, "")).await.unwrap();
    click(&browser, "button[value=agree]").await;
    let code = heard(&at_the_app(&browser).await, "code").unwrap();
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={app}&client_id={}&code_verifier={VERIFIER}",
        emulator.client_id()
    );
    assert_eq!(post(&emulator, "/api/token", &form).0, "200");

    browser.page().goto(&authorize(&emulator, &app, "")).await.unwrap();
    assert!(heard(&at_the_app(&browser).await, "code").is_some(), "nothing was clicked");
    browser.page().goto(&authorize(&emulator, &app, "&show_dialog=true")).await.unwrap();
    assert!(text(&browser).await.contains("asks for access"));
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_fits_a_narrow_screen() {
    let (emulator, _app) = start(Emulator::builder());
    let browser = Browser::open(320, 640).await.unwrap();
    let long = format!("https://example.com/{}", "a-very-long-path-without-a-break".repeat(4));
    browser.page().goto(&authorize(&emulator, &long, "")).await.unwrap();
    let script = "return [innerWidth, document.documentElement.scrollWidth,
        ...[...document.querySelectorAll('button, label')].map(e => e.getBoundingClientRect().height)]";
    let numbers = browser.page().execute(script, vec![]).await.unwrap();
    let numbers: Vec<f64> = numbers.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
    assert_eq!(numbers[0], 320.0);
    assert!(numbers[1] <= numbers[0], "the page is wider than the screen: {numbers:?}");
    assert!(numbers[2..].iter().all(|height| *height >= 44.0), "too small for a thumb: {numbers:?}");
    browser.picture("narrow").await.unwrap();
    browser.close().await.unwrap();
}
