//! The derive macros of [`spotify-sdk`](https://docs.rs/spotify-sdk), which re-exports them: see `Operation` and `Model` there.

mod doc;
mod model;
mod operation;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

/// Derives an operation of the Web API: the struct is what can be sent, its fields are the parameters.
///
/// ```ignore
/// /// Gets an album.
/// #[derive(Debug, Clone, Operation)]
/// #[operation(GET "/albums/{id}" -> Album, as = "albums.get", reference = "get-an-album")]
/// pub struct GetAlbum {
///     /// The album.
///     #[segment]
///     id: AlbumId,
///     /// The market.
///     #[query]
///     market: Option<Market>,
/// }
/// ```
///
/// It implements `Operation`, and `Paged` for a page of a list; it makes `new`, a method for each optional parameter, and the
/// metadata `INFO`. The module `spotify_sdk::operation` describes all attributes.
#[proc_macro_derive(Operation, attributes(operation, segment, query, body, content))]
pub fn derive_operation(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    operation::expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// Derives how a model is read from JSON and written, and its description as data.
///
/// A struct is an object: its fields are public, and one of them is `extra: Extra`, which keeps unknown fields and values that
/// the other fields cannot hold. `#[model(rename = "type")]` names a field as JSON has it, `#[model(alias = "track")]` another
/// name by which it is read, and `#[model(required)]` says that the object is meaningless without it. An enum is one of several
/// models, by the `type` of the object. See `spotify_sdk::models::Model`.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model::expand(&input).unwrap_or_else(Error::into_compile_error).into()
}
