//! What every command takes.

use clap::{ArgAction, ValueEnum};
use spotify_emulator::Quota;

use crate::cache_use::CacheUse;

/// What every command takes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Globals {
    /// Use an emulator in this process instead of Spotify: no account, no network. It responds as to a new app, with
    /// --demo=extended as to one with extended quota
    #[arg(
        long, global = true, value_enum, value_name = "QUOTA", num_args = 0..=1, require_equals = true,
        default_missing_value = "development", hide_possible_values = true
    )]
    pub(crate) demo: Option<QuotaArg>,

    /// Keep responses on this machine, and ask Spotify only whether they have changed; with --cache=1h, albums and all else
    /// of the catalog that is not older is not asked for at all
    #[arg(
        long, global = true, value_name = "AGE", num_args = 0..=1, require_equals = true,
        default_missing_value = "on", overrides_with = "no_cache"
    )]
    pub(crate) cache: Option<CacheUse>,

    /// Use no cache, whatever the config file says
    #[arg(long, global = true, overrides_with = "cache")]
    pub(crate) no_cache: bool,

    /// The maximum number of requests in 24 hours, with those of earlier runs
    #[arg(long, global = true, value_name = "REQUESTS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) daily_budget: Option<u32>,

    /// Print JSON as Spotify sent it: one object, or one object per line for lists
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Always show URIs and ids in tables, even if they leave little room for titles
    #[arg(long = "uris", global = true)]
    pub(crate) show_uris: bool,

    /// When to use colors
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(crate) color: Colour,

    /// Log to standard error; repeat for more detail
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum QuotaArg {
    /// What almost every app has: fewer operations, fields and items per request
    Development,
    /// An app from before February 2026 that Spotify still treats as before
    Legacy,
    /// For organisations: everything
    Extended,
}

impl From<QuotaArg> for Quota {
    fn from(quota: QuotaArg) -> Self {
        match quota {
            QuotaArg::Development => Self::Development,
            QuotaArg::Legacy => Self::Legacy,
            QuotaArg::Extended => Self::Extended,
        }
    }
}
