//! For how long a response is good, by its headers.

use std::time::Duration;

use crate::support::*;

const TAG: (&str, &str) = ("etag", "\"1\"");

async fn cases(cases: &[(&str, Duration, Reuse)]) {
    for (cache_control, later, expected) in cases {
        let found = second(&[("cache-control", cache_control)], *later).await;
        assert_eq!(found, *expected, "{cache_control:?} after {later:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn max_age_says_how_long() {
    cases(&[
        ("max-age=3600", Duration::ZERO, Reuse::Fresh),
        ("max-age=3600", MINUTE * 59, Reuse::Fresh),
        ("max-age=3600", MINUTE * 61, Reuse::Sent),
        ("public, max-age=3600, unknown=1", MINUTE, Reuse::Fresh),
        ("private, max-age=3600", MINUTE, Reuse::Fresh),
        ("MaX-AgE=3600", MINUTE, Reuse::Fresh),
        ("max-age=003600", MINUTE, Reuse::Fresh),
        ("max-age=\"3600\"", MINUTE, Reuse::Fresh),
        ("max-age=2147483647", MINUTE, Reuse::Fresh),
        ("max-age=2147483648", MINUTE, Reuse::Fresh),
        ("max-age=99999999999", MINUTE, Reuse::Fresh),
        ("max-age=0", Duration::ZERO, Reuse::Sent),
        ("max-age=-3600", Duration::ZERO, Reuse::Sent),
        ("max-age='3600'", Duration::ZERO, Reuse::Sent),
        ("max-age=a3600", Duration::ZERO, Reuse::Sent),
        ("max-age=3600a", Duration::ZERO, Reuse::Sent),
        ("max-age=", Duration::ZERO, Reuse::Sent),
        ("max-age", Duration::ZERO, Reuse::Sent),
        ("extension=\"max-age=3600\", max-age=1", MINUTE, Reuse::Sent),
        ("max-age=1, extension=\"max-age=3600\"", MINUTE, Reuse::Sent),
        ("", Duration::ZERO, Reuse::Sent),
        (",,;=", Duration::ZERO, Reuse::Sent),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn of_two_values_neither_makes_a_response_last_longer_than_the_first() {
    cases(&[
        ("max-age=1800, max-age=1", MINUTE * 31, Reuse::Sent),
        ("max-age=1, max-age=1800", MINUTE, Reuse::Sent),
        ("max-age=1800, max-age=1800", MINUTE, Reuse::Fresh),
    ])
    .await;
    let lines = [("cache-control", "max-age=1"), ("cache-control", "max-age=1800")];
    assert_eq!(second(&lines, MINUTE).await, Reuse::Sent);
}

#[tokio::test(start_paused = true)]
async fn what_is_said_to_shared_caches_is_ignored() {
    cases(&[
        ("s-maxage=3600", MINUTE, Reuse::Sent),
        ("max-age=1, s-maxage=3600", MINUTE, Reuse::Sent),
        ("s-maxage=0, max-age=3600", MINUTE, Reuse::Fresh),
        ("proxy-revalidate, max-age=3600", MINUTE, Reuse::Fresh),
    ])
    .await;
    for (cdn, own, expected) in [("max-age=3600", "max-age=1", Reuse::Sent), ("no-store", "max-age=3600", Reuse::Fresh)]
    {
        let lines = [("cdn-cache-control", cdn), ("cache-control", own)];
        assert_eq!(second(&lines, MINUTE).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn immutable_makes_nothing_last_longer() {
    cases(&[
        ("immutable, max-age=3600", MINUTE, Reuse::Fresh),
        ("immutable, max-age=1", MINUTE, Reuse::Sent),
        ("immutable", MINUTE, Reuse::Sent),
    ])
    .await;
    let past = date(-60);
    assert_eq!(second(&[("cache-control", "immutable"), ("expires", &past)], MINUTE).await, Reuse::Sent);
}

#[tokio::test(start_paused = true)]
async fn without_a_word_about_it_a_response_is_asked_about() {
    let old = date(-1_000_000);
    assert_eq!(second(&[("last-modified", &old)], Duration::ZERO).await, Reuse::Confirmed, "no heuristics");
    assert_eq!(second(&[("last-modified", &old), ("date", &date(0))], Duration::ZERO).await, Reuse::Confirmed);
    assert_eq!(second(&[TAG], Duration::ZERO).await, Reuse::Confirmed);
    assert_eq!(second(&[], Duration::ZERO).await, Reuse::Sent);
    assert_eq!(second(&[("cache-control", "public"), TAG], Duration::ZERO).await, Reuse::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn the_age_that_a_response_has_already_counts() {
    for (age, expected) in [
        ("0", Reuse::Fresh),
        ("3000", Reuse::Fresh),
        ("3600", Reuse::Sent),
        ("7200", Reuse::Sent),
        ("2147483647", Reuse::Sent),
        ("2147483648", Reuse::Sent),
        ("18446744073709551615", Reuse::Sent),
        ("99999999999999999999999999999999", Reuse::Sent),
        ("7200, 0", Reuse::Sent),
        ("0, 7200", Reuse::Fresh),
        ("0, 0", Reuse::Fresh),
        // What is no age is ignored.
        ("abc", Reuse::Fresh),
        ("-7200", Reuse::Fresh),
        ("7200.0", Reuse::Fresh),
        ("7200;foo=111", Reuse::Fresh),
        ("", Reuse::Fresh),
    ] {
        let found = second(&[("cache-control", "max-age=3600"), ("age", age)], Duration::ZERO).await;
        assert_eq!(found, expected, "{age:?}");
    }
    for (first, then, expected) in [("7200", "0", Reuse::Sent), ("0", "7200", Reuse::Fresh)] {
        let lines = [("cache-control", "max-age=3600"), ("age", first), ("age", then)];
        assert_eq!(second(&lines, Duration::ZERO).await, expected, "the first line counts: {first}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_in_the_past_does_not_make_a_response_old() {
    let past = date(-7200);
    let found = second(&[("cache-control", "max-age=3600"), ("date", &past)], MINUTE).await;
    assert_eq!(found, Reuse::Fresh);
}

#[tokio::test(start_paused = true)]
async fn expires_counts_from_date_where_there_is_no_max_age() {
    let (hour, now, past) = (date(3600), date(0), date(-3600));
    for (lines, expected) in [
        (vec![("expires", hour.as_str()), ("date", &now)], Reuse::Fresh),
        (vec![("expires", &hour)], Reuse::Fresh),
        (vec![("expires", &hour), ("date", "no date")], Reuse::Fresh),
        (vec![("expires", &now), ("date", &now)], Reuse::Sent),
        (vec![("expires", &past), ("date", &now)], Reuse::Sent),
        // The server's clock is fast: nothing is left by its own account.
        (vec![("expires", &hour), ("date", &date(7200))], Reuse::Sent),
        (vec![("expires", &hour), ("date", &now), ("age", "7200")], Reuse::Sent),
        (vec![("cache-control", "max-age=3600"), ("expires", &past)], Reuse::Fresh),
        (vec![("cache-control", "max-age=3600"), ("expires", "0")], Reuse::Fresh),
        (vec![("cache-control", "max-age=0"), ("expires", &hour)], Reuse::Sent),
        (vec![("expires", "Thu, 18 Aug 9999 02:01:18 GMT")], Reuse::Fresh),
    ] {
        let lines: Vec<(&'static str, &str)> = lines;
        assert_eq!(second(&lines, Duration::from_secs(1)).await, expected, "{lines:?}");
    }
    for invalid in [
        "0",
        "-1",
        "",
        "soon",
        "Thu, 18 Aug 2050",
        "Thu 18 Aug 2050 02:01:18 GMT",
        "Thu, 18-Aug-2050 02:01:18 GMT",
        "Thu, 18 Aug 2050 02.01.18 GMT",
        "Thu, 18 Aug 2050 2:01:18 GMT",
        "Thu, 99 Xyz 2050 99:99:99 GMT",
        "Thu, 18 Aug 99999999999999 02:01:18 GMT",
    ] {
        assert_eq!(second(&[("expires", invalid)], Duration::ZERO).await, Reuse::Sent, "{invalid:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_served_response_says_its_age() {
    let case = Case::new([headers(&[("cache-control", "max-age=3600"), ("age", "30")])]);
    assert_eq!(case.send().await.headers["age"], "30", "it is given as it was sent");
    tokio::time::advance(MINUTE).await;
    let age: u64 = case.send().await.headers["age"].to_str().unwrap().parse().unwrap();
    assert!((89..100).contains(&age), "{age}");
}
