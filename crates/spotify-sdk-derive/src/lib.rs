//! The derive macros of [`spotify-sdk`](https://docs.rs/spotify-sdk), which re-exports them: see `Operation` and `Model` there.

mod model;
mod operation;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

/// Derives `spotify_sdk::operation::Operation`.
#[proc_macro_derive(Operation, attributes(operation, segment, query, body, content))]
pub fn derive_operation(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    operation::expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// Derives a model. See `spotify_sdk::models::Model`.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model::expand(&input).unwrap_or_else(Error::into_compile_error).into()
}
