//! Signing in on this machine: the browser is played by the tests, down to its sockets.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use spotify_emulator::Emulator;
use spotify_sdk::Error;
use spotify_sdk::auth::{AuthorizationCode, InMemoryTokenCache, Scope, TokenInfo, authorize_local};
use spotify_sdk::jiff::Timestamp;

use crate::support::*;

fn local(emulator: &Emulator, redirect_uri: &str) -> AuthorizationCode {
    let builder = AuthorizationCode::pkce(emulator.client_id(), redirect_uri).scopes(SCOPES);
    builder.accounts_url(emulator.accounts_url()).build().unwrap()
}

/// What a browser gets that goes to this address with these headers.
fn visit(address: &str, method: &str, headers: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Where a browser is led that opens the address of this machine.
fn led_to(start: &str) -> String {
    let answer = visit(start, "GET", "");
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    answer.lines().find_map(|line| line.strip_prefix("Location: ")).unwrap().to_owned()
}

fn port_of(address: &str) -> u16 {
    address.split_once("127.0.0.1:").unwrap().1.split_once('/').unwrap().0.parse().unwrap()
}

#[tokio::test]
async fn the_user_is_signed_in_on_a_free_port_and_told_so() {
    let emulator = emulator(Emulator::builder().redirect_uri("http://127.0.0.1/callback"));
    let auth = local(&emulator, "http://127.0.0.1/callback");
    let (sender, receiver) = mpsc::channel();
    let user = Arc::clone(&emulator);
    let signed_in = authorize_local(&auth).open_with(move |url| {
        let back = user.agree(led_to(url), "alma").unwrap();
        sender.send((port_of(&back), visit(&back, "GET", ""))).unwrap();
        Ok(())
    });
    let token = signed_in.await.unwrap();
    assert_eq!(token.scopes(), Some(&SCOPES[..]));
    let (port, page) = receiver.recv().unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK") && page.contains("You can close this window"), "{page}");
    assert_eq!(client(&emulator, &auth).users().get_current_profile().await.unwrap().id, "alma");
    assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "nothing listens any more");
}

#[tokio::test]
async fn the_redirect_uri_is_asked_for_as_it_is_registered() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for registered in [format!("http://127.0.0.1:{free}"), "http://127.0.0.1".to_owned()] {
        let emulator = emulator(Emulator::builder().redirect_uri(&*registered));
        let user = Arc::clone(&emulator);
        let signed_in = authorize_local(&local(&emulator, &registered)).open_with(move |url| {
            let url = led_to(url);
            let asked = url::form_urlencoded::parse(url.split_once('?').unwrap().1.as_bytes());
            let asked = asked.into_owned().find(|(name, _)| name == "redirect_uri").unwrap().1;
            assert!(!asked.ends_with('/'), "{asked}");
            visit(&user.agree(&url, "alma").unwrap(), "GET", "");
            Ok(())
        });
        signed_in.timeout(Duration::from_secs(30)).await.unwrap();
    }
}

#[test]
fn an_address_that_is_never_pasted_does_not_keep_the_program_from_ending() {
    let emulator = emulator(Emulator::builder());
    let auth = local(&emulator, "http://127.0.0.1:8888/callback");
    let (never, nothing) = mpsc::channel::<String>();
    let (sender, ended) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let pasting = authorize_local(&auth).timeout(Duration::from_millis(50));
        let pasting = pasting.paste(move |_| nothing.recv().map_err(std::io::Error::other));
        let result = runtime.block_on(async { pasting.await });
        drop(runtime);
        sender.send(result).unwrap();
    });
    let result = ended.recv_timeout(Duration::from_secs(60)).expect("the runtime waits for it");
    assert!(matches!(result.unwrap_err(), Error::Timeout(_)));
    drop(never);
}

#[tokio::test]
async fn a_scanner_that_holds_many_connections_holds_up_no_browser() {
    let emulator = emulator(Emulator::builder());
    let auth = local(&emulator, "http://127.0.0.1/callback");
    let user = Arc::clone(&emulator);
    let (sender, receiver) = mpsc::channel();
    let signed_in = authorize_local(&auth).open_with(move |url| {
        let back = user.agree(led_to(url), "alma").unwrap();
        let host = back.strip_prefix("http://").unwrap().split_once('/').unwrap().0.to_owned();
        let silent: Vec<_> = (0..100).map(|_| TcpStream::connect(&host).unwrap()).collect();
        visit(&format!("{}?state=guessed", back.split_once('?').unwrap().0), "GET", "");
        // Silence is given up after ten seconds: had that browser waited for it, few would be left.
        let still_open = silent.iter().filter(|stream| {
            stream.set_nonblocking(true).unwrap();
            matches!((&**stream).read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
        });
        let still_open = still_open.count();
        sender.send((visit(&back, "GET", ""), still_open)).unwrap();
        Ok(())
    });
    signed_in.await.unwrap();
    let (page, still_open) = receiver.recv().unwrap();
    assert!(page.contains("You are signed in"), "{page}");
    assert!(still_open > 20, "{still_open}");
}

#[tokio::test]
async fn a_user_who_says_no_is_told_so_and_so_is_the_app() {
    let emulator = emulator(Emulator::builder());
    let (sender, receiver) = mpsc::channel();
    let user = Arc::clone(&emulator);
    let result = authorize_local(&local(&emulator, "http://127.0.0.1/callback")).show_dialog().open_with(move |url| {
        let url = led_to(url);
        assert!(url.contains("show_dialog=true"));
        sender.send(visit(&user.cancel(&url, "alma").unwrap(), "GET", "")).unwrap();
        Ok(())
    });
    assert!(matches!(result.await.unwrap_err(), Error::AccessDenied(_)));
    assert!(receiver.recv().unwrap().contains("You said no"));
}

#[tokio::test]
async fn nothing_else_on_the_port_breaks_it_or_steals_the_code() {
    let emulator = emulator(Emulator::builder());
    let auth = local(&emulator, "http://127.0.0.1/callback");
    let (sender, receiver) = mpsc::channel();
    let user = Arc::clone(&emulator);
    let signed_in = authorize_local(&auth).open_with(move |url| {
        let back = user.agree(led_to(url), "alma").unwrap();
        let (address, query) = back.split_once('?').unwrap();
        let host = address.strip_prefix("http://").unwrap().split_once('/').unwrap().0.to_owned();
        // Those who only connect stay for the whole time.
        let silent: Vec<_> = (0..40).map(|_| TcpStream::connect(&host).unwrap()).collect();
        drop(silent.into_iter().skip(20).collect::<Vec<_>>());
        let mut garbage = TcpStream::connect(&host).unwrap();
        let _ = garbage.write_all(&[0xff; 100_000]);
        drop(garbage);
        let root = address.trim_end_matches("/callback");
        let answers = [
            visit(&format!("{root}/favicon.ico"), "GET", ""),
            visit(&format!("{root}/"), "GET", ""),
            visit(address, "GET", ""),
            visit(&back, "POST", ""),
            visit(&back, "GET", "Sec-Purpose: prefetch\r\n"),
            visit(&format!("{address}?code=stolen&state=guessed"), "GET", ""),
            visit(&format!("{address}?error=access_denied&state=guessed"), "GET", ""),
            visit(&format!("{address}?{query}&code=x").replace("state=", "other="), "GET", ""),
        ];
        let codes: Vec<String> = answers.iter().map(|answer| answer[9..12].to_owned()).collect();
        sender.send((codes, visit(&back, "GET", ""))).unwrap();
        Ok(())
    });
    signed_in.await.unwrap();
    let (codes, page) = receiver.recv().unwrap();
    assert_eq!(codes, ["404", "404", "404", "405", "503", "400", "400", "400"]);
    assert!(page.contains("You are signed in"), "{page}");
}

#[tokio::test]
async fn a_code_that_spotify_does_not_take_is_told_on_the_page() {
    let emulator = emulator(Emulator::builder());
    let (sender, receiver) = mpsc::channel();
    let user = Arc::clone(&emulator);
    let result = authorize_local(&local(&emulator, "http://127.0.0.1/callback")).open_with(move |url| {
        let back = user.agree(led_to(url), "alma").unwrap();
        user.clock().advance(Duration::from_secs(3600));
        sender.send(visit(&back, "GET", "")).unwrap();
        Ok(())
    });
    let error = result.await.unwrap_err();
    assert_eq!(error.message(), "Authorization code expired");
    assert!(receiver.recv().unwrap().contains("Authorization code expired"));
}

#[tokio::test]
async fn whoever_takes_too_long_leaves_nothing_listening() {
    let emulator = emulator(Emulator::builder());
    let (sender, receiver) = mpsc::channel();
    let result = authorize_local(&local(&emulator, "http://127.0.0.1/callback"))
        .timeout(Duration::from_millis(100))
        .open_with(move |url| {
            sender.send(port_of(url)).unwrap();
            Ok(())
        });
    assert!(matches!(result.await.unwrap_err(), Error::Timeout(_)));
    assert!(TcpListener::bind(("127.0.0.1", receiver.recv().unwrap())).is_ok());
}

#[tokio::test]
async fn a_port_that_is_taken_and_an_address_elsewhere_are_refused() {
    let emulator = emulator(Emulator::builder());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://127.0.0.1:{}/callback", taken.local_addr().unwrap().port());
    let error = authorize_local(&local(&emulator, &uri)).await.unwrap_err();
    assert!(matches!(&error, Error::InvalidInput(input) if input.parameter == "redirect_uri"), "{error}");
    let error = authorize_local(&local(&emulator, "https://example.com/callback")).await.unwrap_err();
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
}

#[test]
fn the_address_can_be_pasted_where_there_is_no_browser() {
    let emulator = emulator(Emulator::builder());
    let auth = local(&emulator, "http://127.0.0.1:8888/callback");
    let user = Arc::clone(&emulator);
    authorize_local(&auth).paste(move |url| Ok(format!("  {}\n", user.agree(url, "alma").unwrap()))).wait().unwrap();
    assert!(auth.token_info().wait().unwrap().is_some());
    let error = authorize_local(&auth).paste(|_| Ok("nonsense".to_owned())).wait().unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)), "{error}");
}

#[tokio::test]
async fn the_program_that_opens_the_browser_is_given_neither_state_nor_challenge() {
    let emulator = emulator(Emulator::builder());
    let (sender, receiver) = mpsc::channel();
    let user = Arc::clone(&emulator);
    let signed_in = authorize_local(&local(&emulator, "http://127.0.0.1/callback")).open_with(move |start| {
        let (root, path) = start.rsplit_once('/').unwrap();
        let (early, guessed) =
            (visit(start, "GET", "Sec-Purpose: prefetch\r\n"), visit(&format!("{root}/x"), "GET", ""));
        let head = visit(start, "HEAD", "");
        let elsewhere = TcpStream::connect(root.strip_prefix("http://").unwrap()).map(|mut stream| {
            write!(stream, "GET /{path} HTTP/1.1\r\nHost: evil.example\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        let led = visit(start, "GET", "");
        let again = visit(start, "GET", "");
        let url = led.lines().find_map(|line| line.strip_prefix("Location: ")).unwrap().to_owned();
        let page = visit(&user.agree(&url, "alma").unwrap(), "GET", "");
        sender.send((start.to_owned(), url, [early, guessed, head, elsewhere.unwrap(), led, again, page])).unwrap();
        Ok(())
    });
    signed_in.await.unwrap();
    let (start, url, answers) = receiver.recv().unwrap();
    let value = |name: &str| {
        let query = url.split_once('?').unwrap().1;
        url::form_urlencoded::parse(query.as_bytes()).find(|(other, _)| other == name).unwrap().1.into_owned()
    };
    for secret in [value("state"), value("code_challenge"), emulator.client_id()] {
        assert!(!start.contains(&secret), "{start}");
    }
    assert!(start.rsplit_once('/').unwrap().1.len() >= 43, "nobody can guess {start}");
    let codes: Vec<&str> = answers.iter().map(|answer| &answer[9..12]).collect();
    assert_eq!(codes, ["503", "404", "405", "400", "303", "410", "200"]);
    assert!(answers[4].contains("Cache-Control: no-store") && answers[4].contains("Referrer-Policy: no-referrer"));
    assert!(!answers[5].contains(&value("state")) && answers[5].contains("opened before"), "{}", answers[5]);
}

#[tokio::test]
async fn a_user_is_asked_only_where_there_is_no_token_that_can_be_used() {
    let emulator = emulator(Emulator::builder().redirect_uri("http://127.0.0.1/callback"));
    let cache = InMemoryTokenCache::new();
    let with = |scopes: &[Scope]| {
        let auth = AuthorizationCode::pkce(emulator.client_id(), "http://127.0.0.1/callback");
        let auth = auth.scopes(scopes.iter().cloned()).cache(cache.clone());
        auth.accounts_url(emulator.accounts_url()).build().unwrap()
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let sign_in = |auth: &AuthorizationCode| {
        let (asked, user) = (Arc::clone(&asked), Arc::clone(&emulator));
        authorize_local(auth).if_needed().paste(move |url| {
            asked.fetch_add(1, Ordering::SeqCst);
            Ok(user.agree(url, "alma").unwrap())
        })
    };
    let auth = with(&[Scope::UserLibraryRead]);
    let first = sign_in(&auth).await.unwrap();
    let second = sign_in(&auth).await.unwrap();
    assert_eq!((first.access_token(), asked.load(Ordering::SeqCst)), (second.access_token(), 1));

    // A token that can be renewed will do, and the next call renews it.
    let expired =
        TokenInfo::new(first.access_token().clone(), Timestamp::UNIX_EPOCH).with_scopes([Scope::UserLibraryRead]);
    auth.import(expired.clone().with_refresh_token(first.refresh_token().unwrap())).await.unwrap();
    sign_in(&auth).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    // What can be neither sent nor renewed will not, nor will a consent that is over, nor fewer scopes.
    auth.import(expired).await.unwrap();
    sign_in(&auth).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let over = auth.token_info().await.unwrap().unwrap().with_authorized_at(Timestamp::UNIX_EPOCH);
    auth.import(over).await.unwrap();
    sign_in(&auth).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    sign_in(&with(&[Scope::UserLibraryRead, Scope::UserReadPrivate])).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}
