//! Guides: how to do with this SDK what people do with Spotify's Web API. Every program in them compiles.
//!
//! | to | read |
//! | --- | --- |
//! | make a first call | [quick start](quick_start) |
//! | choose whose data a request reads | [signing in](signing_in) |
//! | keep users signed in | [tokens and consent](tokens) |
//! | know what went wrong | [errors and retries](errors) |
//! | stay below the rate limits | [rate limits](rate_limits) |
#![cfg_attr(feature = "cache", doc = "| send fewer requests | [caching, and other ways](fewer_requests) |")]
//! | read and write whole lists | [whole libraries](whole_libraries) |
//! | know what your app may do | [development and extended quota](quota) |
//! | test your app with no account | [testing] |
//! | come from another client | [from rspotify](from_rspotify), [from the Python package](from_python) |
//! | use an HTTP library of your own | [HTTP clients](http_clients) |
//! | call what the SDK does not have, or choose at run time | [operations] |
//! | see every call | [middleware] |
//! | know what happens to your secrets | [security] |

/// Modules that hold nothing but their text.
macro_rules! guides {
    ($($(#[$meta:meta])* $name:ident: $file:literal;)*) => {$(
        $(#[$meta])*
        #[doc = include_str!($file)]
        pub mod $name {}
    )*};
}

guides! {
    quick_start: "quick_start.md";
    signing_in: "signing_in.md";
    tokens: "tokens.md";
    errors: "errors.md";
    rate_limits: "rate_limits.md";
    #[cfg(feature = "cache")]
    fewer_requests: "fewer_requests.md";
    whole_libraries: "whole_libraries.md";
    quota: "quota.md";
    testing: "testing.md";
    from_rspotify: "from_rspotify.md";
    from_python: "from_python.md";
    http_clients: "http_clients.md";
    operations: "operations.md";
    middleware: "middleware.md";
    security: "security.md";
}
