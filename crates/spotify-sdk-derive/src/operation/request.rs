//! `impl Operation`: how the request is written.

use proc_macro2::TokenStream;
use quote::quote;

use super::Definition;
use super::fields::{Field, Place};

pub(super) fn expand(definition: &Definition<'_>) -> TokenStream {
    let Definition { name, header, .. } = definition;
    let output = &header.output;
    let idempotency = header.idempotency_of.as_ref().map(|function| {
        quote! {
            fn idempotency(&self) -> __sdk::Idempotency {
                #function(self)
            }
        }
    });
    let batches = batches(definition);
    let required = definition.required().map(|field| {
        let name = field.name;
        write(field, &quote!(&self.#name))
    });
    let fixed = header.fixed.iter().map(|(name, value)| quote!(request.query(#name, #value);));
    let optional = definition.optional().map(|field| {
        let (name, wire_name) = (field.name, &field.wire_name);
        let write = write(field, &quote!(value));
        let unset = field.default.as_ref().map(|default| quote!(else { request.query(#wire_name, #default); }));
        quote! {
            if let ::core::option::Option::Some(value) = &self.#name {
                #write
            } #unset
        }
    });
    let check = header.check.as_ref().map(|function| quote!(#function(self)?;));
    quote! {
        const _: () = {
            use ::spotify_sdk::__derive as __sdk;

            impl __sdk::Operation for #name {
                type Output = #output;

                fn info(&self) -> &'static __sdk::OperationInfo {
                    Self::INFO
                }

                #idempotency

                fn write(
                    &self,
                    request: &mut __sdk::RequestBuilder,
                ) -> ::core::result::Result<(), __sdk::InvalidInput> {
                    let _ = &request;
                    #(#required)*
                    #(#fixed)*
                    #(#optional)*
                    #check
                    ::core::result::Result::Ok(())
                }

                #batches
            }
        };
    }
}

fn write(field: &Field<'_>, value: &TokenStream) -> TokenStream {
    let wire_name = &field.wire_name;
    match &field.place {
        Place::Segment => quote!(request.segment(#wire_name, &__sdk::Param::to_text(#value))?;),
        Place::Query => quote!(__sdk::Param::add_to_query(#value, request, #wire_name);),
        Place::Body => quote!(request.field(#wire_name, __sdk::Param::to_json(#value));),
        Place::Content(media_type) => quote!(request.bytes(#media_type, __sdk::Param::to_text(#value));),
    }
}

fn batches(definition: &Definition<'_>) -> Option<TokenStream> {
    let requests = match (&definition.header.batches, definition.fields.iter().find(|field| field.is_batch)) {
        (Some(function), _) => quote!(#function(self)),
        (None, Some(field)) => {
            let name = field.name;
            let others: Vec<_> =
                definition.fields.iter().map(|other| other.name).filter(|other| *other != name).collect();
            quote! {
                self.#name.requests(|_, #name| Self {
                    #name,
                    #(#others: ::core::clone::Clone::clone(&self.#others)),*
                })
            }
        }
        (None, None) => return None,
    };
    Some(quote! {
        fn batches(
            &self,
        ) -> ::core::result::Result<::std::vec::Vec<__sdk::BatchRequest>, __sdk::InvalidInput> {
            #requests
        }

        fn join(&self, parts: ::std::vec::Vec<Self::Output>) -> ::core::option::Option<Self::Output> {
            __sdk::Join::join(parts)
        }

        fn result_count(&self, output: &Self::Output) -> ::core::option::Option<usize> {
            __sdk::Join::result_count(output)
        }
    })
}
