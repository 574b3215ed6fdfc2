//! A headless Chromium, for tests that look at pages as people do. There is nothing here without the feature
//! `chromium`.

#[cfg(feature = "chromium")]
mod chromium;

#[cfg(feature = "chromium")]
pub use chromium::Browser;
#[cfg(feature = "chromium")]
pub use fantoccini::{Client, Locator};
