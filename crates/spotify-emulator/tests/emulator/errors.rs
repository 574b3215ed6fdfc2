//! Errors, in Spotify's words.

use reqwest::Method;
use spotify_emulator::Emulator;

use crate::support::*;

const KNOWN: [&str; 3] = ["/albums/4aawyAB9vmqN3uQ7FjRGTy", "/albums/4aawyAB9vmqN3uQ7FjRGTy/tracks", "/me/albums"];

async fn with_authorization(emulator: &Emulator, path: &str, value: &str) -> TestResponse {
    let request = client().get(address(emulator, path)).header("authorization", value);
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn without_a_token_there_is_no_answer() {
    let emulator = Emulator::start().unwrap();
    for path in KNOWN {
        let response = read(client().get(address(&emulator, path)).send().await.unwrap()).await;
        assert_eq!((response.status, response.message().as_str()), (401, "No token provided"), "{path}");
        assert_eq!(response.headers["www-authenticate"], "Bearer realm=\"spotify\"");
        assert_eq!(response.headers["content-type"], "application/json; charset=utf-8");
    }
    let response = with_authorization(&emulator, KNOWN[0], "Bearer").await;
    assert_eq!((response.status, response.message().as_str()), (401, "No token provided"));
}

#[tokio::test]
async fn an_expired_token_is_told_from_an_invalid_one() {
    let emulator = Emulator::start().unwrap();
    let another = Emulator::start().unwrap();
    let cases = [
        (emulator.expired_token(), "The access token expired"),
        (emulator.unknown_token(), "Invalid access token"),
        (another.valid_token(), "Invalid access token"),
        ("nonsense", "Invalid access token"),
        ("two words", "Invalid access token"),
    ];
    for path in KNOWN {
        for (token, message) in cases {
            let response = get_as(&emulator, token, path).await;
            assert_eq!((response.status, response.message().as_str()), (401, message), "{path}");
            let challenge =
                format!("Bearer realm=\"spotify\", error=\"invalid_token\", error_description=\"{message}\"");
            assert_eq!(response.headers["www-authenticate"], challenge.as_str());
        }
    }
}

#[tokio::test]
async fn only_bearer_tokens_are_understood() {
    let emulator = Emulator::start().unwrap();
    let response = with_authorization(&emulator, KNOWN[0], "Basic YWxhZGRpbjpvcGVuc2VzYW1l").await;
    assert_eq!((response.status, response.message().as_str()), (400, "Only valid bearer authentication supported"));
    let response = with_authorization(&emulator, KNOWN[0], &format!("bearer {}", emulator.valid_token())).await;
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn the_token_is_checked_before_anything_else() {
    let emulator = Emulator::start().unwrap();
    for path in ["/albums/nonsense", "/albums/%FF", "/albums/nonsense/tracks?limit=0", "/me/albums?limit=0"] {
        assert_eq!(get_as(&emulator, emulator.expired_token(), path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn saved_albums_need_their_scope() {
    let emulator = Emulator::start().unwrap();
    for scopes in [&[][..], &["playlist-read-private", "user-library-modify"]] {
        let token = emulator.token_with_scopes(scopes);
        let response = get_as(&emulator, &token, "/me/albums?limit=0").await;
        assert_eq!((response.status, response.message().as_str()), (403, "Insufficient client scope"));
        assert_eq!(get_as(&emulator, &token, KNOWN[0]).await.status, 200);
    }
    let token = emulator.token_with_scopes(&["user-library-read"]);
    assert_eq!(get_as(&emulator, &token, "/me/albums").await.status, 200);
}

#[tokio::test]
async fn a_limit_outside_1_to_50_is_invalid() {
    let emulator = Emulator::start().unwrap();
    for path in &KNOWN[1..] {
        for limit in ["0", "51", "-1", "ten", "", "1.5", "%2B5", "99999999999999999999"] {
            let response = get(&emulator, &format!("{path}?limit={limit}")).await;
            assert_eq!((response.status, response.message().as_str()), (400, "Invalid limit"), "{path} {limit}");
        }
        for limit in ["1", "50"] {
            assert_eq!(get(&emulator, &format!("{path}?limit={limit}")).await.status, 200, "{path} {limit}");
        }
    }
}

#[tokio::test]
async fn an_offset_that_is_no_natural_number_is_invalid() {
    let emulator = Emulator::start().unwrap();
    for path in &KNOWN[1..] {
        for offset in ["-1", "ten", "", "0.5"] {
            let response = get(&emulator, &format!("{path}?offset={offset}")).await;
            assert_eq!((response.status, response.message().as_str()), (400, "Invalid offset"), "{path} {offset}");
        }
    }
}

#[tokio::test]
async fn a_market_that_is_no_country_code_is_invalid() {
    let emulator = Emulator::start().unwrap();
    for path in KNOWN {
        for market in ["S", "SWE", "", "12", "%C3%A9", "FROM_TOKEN"] {
            let response = get(&emulator, &format!("{path}?market={market}")).await;
            assert_eq!((response.status, response.message().as_str()), (400, "Invalid market code"), "{path} {market}");
        }
    }
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_invalid() {
    let emulator = Emulator::start().unwrap();
    for id in [
        "nonsense",
        "4aawyAB9vmqN3uQ7FjRGT",
        "4aawyAB9vmqN3uQ7FjRGTyx",
        "4aawyAB9vmqN3uQ7FjRG-y",
        "%C3%A9awyAB9vmqN3uQ7FjRGTy",
        "%FFaawyAB9vmqN3uQ7FjRGTy",
        "%",
    ] {
        for path in [format!("/albums/{id}"), format!("/albums/{id}/tracks")] {
            let response = get(&emulator, &path).await;
            assert_eq!((response.status, response.message().as_str()), (400, "Invalid base62 id"), "{path}");
        }
    }
}

#[tokio::test]
async fn an_id_that_nothing_has_is_not_found() {
    let emulator = Emulator::start().unwrap();
    for path in ["/albums/0000000000000000000000", "/albums/0000000000000000000000/tracks"] {
        let response = get(&emulator, path).await;
        assert_eq!((response.status, response.message().as_str()), (404, "Resource not found"), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_no_service() {
    let emulator = Emulator::start().unwrap();
    let root = emulator.base_url().trim_end_matches("/v1").to_owned();
    for path in [
        "/nonsense",
        "/albums/4aawyAB9vmqN3uQ7FjRGTy/nonsense",
        "/me/nonsense",
        &format!("{root}/nonsense"),
        &format!("{root}/albums/4aawyAB9vmqN3uQ7FjRGTy"),
    ] {
        let response = get(&emulator, path).await;
        assert_eq!(response.body, "{\"error\":{\"status\":404,\"message\":\"Service not found\"}}", "{path}");
        assert_eq!(response.status, 404);
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let emulator = Emulator::start().unwrap();
    for path in KNOWN {
        for method in [Method::POST, Method::PATCH, Method::TRACE] {
            let response = request(&emulator, method.clone(), path).await;
            assert_eq!((response.status, response.message().as_str()), (405, "Method not allowed"), "{method} {path}");
            assert!(response.headers["allow"].to_str().unwrap().contains("GET"));
        }
        let response = request(&emulator, Method::HEAD, path).await;
        assert_eq!((response.status, response.body.as_str()), (405, ""), "HEAD {path}");
        assert!(response.headers["allow"].to_str().unwrap().contains("GET"));
    }
}

#[tokio::test]
async fn browsers_are_told_that_they_may_ask() {
    let emulator = Emulator::start().unwrap();
    let request = client()
        .request(Method::OPTIONS, address(&emulator, "/me"))
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    let response = read(request.send().await.unwrap()).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["access-control-allow-origin"], "*");
    let response = get(&emulator, "/me").await;
    assert_eq!(response.headers["access-control-allow-origin"], "*");
    // Spotify shows them neither how long to wait nor what stands for the response.
    assert!(!response.headers.contains_key("access-control-expose-headers"));
}
