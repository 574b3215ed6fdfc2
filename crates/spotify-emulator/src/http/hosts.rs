//! The names under which the emulator is reached.

use std::net::IpAddr;

use http::uri::Authority;

/// Redirected to the emulator by a proxy or a hosts file. Pages of others cannot use these names.
const SPOTIFY_HOSTS: [&str; 2] = ["api.spotify.com", "accounts.spotify.com"];

/// The host names of the emulator.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    bound: IpAddr,
    /// The names added by [`EmulatorBuilder::host`](crate::EmulatorBuilder::host).
    named: Vec<String>,
}

impl Hosts {
    pub(crate) fn new(bound: IpAddr, named: &[String]) -> Self {
        Self { bound, named: named.iter().map(|name| plain(name)).collect() }
    }

    /// Whether a host, with or without a port, is the emulator's.
    pub(crate) fn include(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        let host = plain(authority.host());
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            // An address cannot be rebound by DNS, but there is no reason to accept unrelated ones.
            Ok(address) => address.to_canonical().is_loopback() || address == self.bound || self.bound.is_unspecified(),
            Err(_) => is_localhost(&host) || SPOTIFY_HOSTS.contains(&host.as_str()) || self.named.contains(&host),
        }
    }

    /// Whether a page at `origin` is one of the emulator's own, for a request to `host`.
    pub(crate) fn are_home_of(&self, origin: &str, host: &str) -> bool {
        let Some((_, authority)) = origin.split_once("://") else {
            return false;
        };
        let is_named =
            authority.parse::<Authority>().is_ok_and(|authority| self.named.contains(&plain(authority.host())));
        authority.eq_ignore_ascii_case(host) || is_named
    }
}

/// A name in small letters, without the dot that may end it.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Browsers resolve these to the loopback interface, whatever DNS says.
fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn hosts(bound: IpAddr) -> Hosts {
        Hosts::new(bound, &["Emulator.test".to_owned()])
    }

    #[test]
    fn loopback_and_the_names_that_were_given_stand_for_the_emulator() {
        let hosts = hosts(Ipv4Addr::LOCALHOST.into());
        for host in [
            "127.0.0.1:4010",
            "127.0.0.1",
            "127.1.2.3:80",
            "[::1]:4010",
            "[::ffff:127.0.0.1]",
            "localhost:4010",
            "LOCALHOST.",
            "spotify.localhost",
            "api.spotify.com",
            "accounts.spotify.com:443",
            "emulator.test",
            "EMULATOR.test:8443",
        ] {
            assert!(hosts.include(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4010",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evillocalhost",
            "api.spotify.com.evil.example",
            "open.spotify.com",
            "192.168.1.5",
            "0.0.0.0",
            "user@evil.example",
            "a b",
        ] {
            assert!(!hosts.include(host), "{host}");
        }
    }

    #[test]
    fn the_address_that_it_listens_on_stands_for_the_emulator() {
        let bound = hosts(Ipv4Addr::new(192, 168, 1, 5).into());
        assert!(bound.include("192.168.1.5:4010") && !bound.include("192.168.1.6:4010"));
        for everywhere in [hosts(Ipv4Addr::UNSPECIFIED.into()), hosts(Ipv6Addr::UNSPECIFIED.into())] {
            assert!(everywhere.include("192.168.1.6:4010") && everywhere.include("[fe80::1]:4010"));
            assert!(!everywhere.include("evil.example"));
        }
    }

    #[test]
    fn only_its_own_pages_are_at_home() {
        let hosts = hosts(Ipv4Addr::LOCALHOST.into());
        for (origin, host) in [
            ("http://127.0.0.1:4010", "127.0.0.1:4010"),
            ("https://Spotify.localhost", "spotify.localhost"),
            ("https://emulator.test:8443", "127.0.0.1:4010"),
        ] {
            assert!(hosts.are_home_of(origin, host), "{origin}");
        }
        for origin in ["null", "", "http://127.0.0.1:3000", "http://evil.example", "http://127.0.0.1:4010.evil.example"]
        {
            assert!(!hosts.are_home_of(origin, "127.0.0.1:4010"), "{origin}");
        }
    }
}
