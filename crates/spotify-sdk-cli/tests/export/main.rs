//! `spotify-cli export` and `import` as processes, against an emulator in this one: what is in the files, and that whatever
//! stops them costs nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod failing;
mod folders;
mod formats;
mod import;
mod library;
mod named;
mod safely;
mod scene;
mod stopped;
