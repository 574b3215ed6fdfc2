//! `#[derive(Model)]`: of a struct, an object; of an enum, a union of objects.

mod object;
mod union;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Error, Result};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let written = match &input.data {
        Data::Struct(data) => object::expand(input, data)?,
        Data::Enum(data) => union::expand(input, data)?,
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "a model is a struct or an enum")),
    };
    Ok(quote::quote! {
        #[automatically_derived]
        const _: () = {
            use ::spotify_sdk::models::json;
            use json::AnySchema as _;

            #written
        };
    })
}
