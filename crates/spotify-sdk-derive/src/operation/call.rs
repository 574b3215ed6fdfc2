//! What makes operations: constructors and setters of the operation itself, the method of its service, and the setters of
//! its calls.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::fields::Field;
use super::header::Target;
use super::{Definition, facts};
use crate::doc;

/// `new`, the setters, and how the operation is made of JSON arguments.
pub(super) fn constructors(definition: &Definition<'_>) -> TokenStream {
    let Definition { name, visibility, .. } = definition;
    let unset: Vec<_> = definition.optional().map(|field| field.name).collect();
    let new = if definition.required().next().is_none() {
        quote! {
            /// Returns the operation, of which no parameter is set.
            #visibility fn new() -> Self {
                Self { #(#unset: ::core::option::Option::None),* }
            }
        }
    } else {
        let (names, types) = arguments(definition);
        let texts = names.iter().map(ToString::to_string);
        let list = parameter_list(definition);
        quote! {
            /// Returns the operation with its required parameters.
            #[doc = #list]
            ///
            /// # Errors
            /// The refusal of a parameter.
            #visibility fn new(
                #(#names: impl ::spotify_sdk::api::IntoParam<#types>),*
            ) -> ::core::result::Result<Self, ::spotify_sdk::error::InvalidInput> {
                ::core::result::Result::Ok(Self {
                    #(#names: ::spotify_sdk::__derive::param(#texts, #names)?,)*
                    #(#unset: ::core::option::Option::None,)*
                })
            }
        }
    };
    let default = definition.required().next().is_none().then(|| {
        quote! {
            impl ::core::default::Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    let setters = definition.optional().map(|field| {
        let Field { name, value_type, raw_doc, .. } = field;
        let (maybe, text, maybe_doc) = (maybe(field), name.to_string(), maybe_doc(field));
        quote! {
            #[doc = #raw_doc]
            ///
            /// # Errors
            /// The refusal of the value.
            #visibility fn #name(
                mut self,
                #name: impl ::spotify_sdk::api::IntoParam<#value_type>,
            ) -> ::core::result::Result<Self, ::spotify_sdk::error::InvalidInput> {
                self.#name = ::core::option::Option::Some(::spotify_sdk::__derive::param(#text, #name)?);
                ::core::result::Result::Ok(self)
            }

            #[doc = #maybe_doc]
            ///
            /// # Errors
            /// The refusal of the value.
            #visibility fn #maybe(
                self,
                #name: ::core::option::Option<impl ::spotify_sdk::api::IntoParam<#value_type>>,
            ) -> ::core::result::Result<Self, ::spotify_sdk::error::InvalidInput> {
                match #name {
                    ::core::option::Option::Some(#name) => self.#name(#name),
                    ::core::option::Option::None => ::core::result::Result::Ok(self),
                }
            }
        }
    });
    let parsed = definition.fields.iter().map(|field| {
        let (name, text) = (field.name, field.name.to_string());
        let how = if field.is_optional { quote!(optional) } else { quote!(required) };
        quote!(#name: arguments.#how(#text)?)
    });
    quote! {
        impl #name {
            #new
            #(#setters)*

            fn from_arguments(
                arguments: &mut ::spotify_sdk::__derive::Arguments,
            ) -> ::core::result::Result<Self, ::spotify_sdk::error::InvalidInput> {
                let _ = &arguments;
                ::core::result::Result::Ok(Self { #(#parsed),* })
            }
        }

        #default
    }
}

/// The method of the service, where the operation has one.
pub(super) fn service_method(definition: &Definition<'_>) -> Option<TokenStream> {
    let Definition { name, header, .. } = definition;
    let Target::Method { service, method } = &header.target else { return None };
    let (names, types) = arguments(definition);
    let (text, list, facts) = (doc::raw_text(definition.attributes), parameter_list(definition), facts::table(header));
    let aliases = doc::others(definition.attributes);
    Some(quote! {
        impl<C: ::spotify_sdk::AnyClient> #service<C> {
            #[doc = #text]
            #[doc = #list]
            #[doc = #facts]
            #(#aliases)*
            pub fn #method(
                &self
                #(, #names: impl ::spotify_sdk::api::IntoParam<#types>)*
            ) -> ::spotify_sdk::Call<C, #name> {
                ::spotify_sdk::AnyClient::call(&self.client, #name::new(#(#names),*))
            }
        }
    })
}

/// The setters of a call: its own methods for the operations of the SDK, those of a trait for others, since only a crate
/// itself can give its types methods.
pub(super) fn call_methods(definition: &Definition<'_>) -> Option<TokenStream> {
    let Definition { name, visibility, header, .. } = definition;
    let fields: Vec<&Field<'_>> = definition.optional().collect();
    let methods = fields.iter().map(|field| {
        let Field { name, value_type, raw_doc, .. } = field;
        let (maybe, maybe_doc) = (maybe(field), maybe_doc(field));
        let set = quote! {
            fn #name(self, #name: impl ::spotify_sdk::api::IntoParam<#value_type>) -> Self
        };
        let maybe_set = quote! {
            fn #maybe(self, #name: ::core::option::Option<impl ::spotify_sdk::api::IntoParam<#value_type>>) -> Self
        };
        (quote!(#[doc = #raw_doc]), set, quote!(#[doc = #maybe_doc]), maybe_set, name, maybe)
    });
    let (mut declared, mut defined) = (Vec::new(), Vec::new());
    let is_of_the_sdk = matches!(header.target, Target::Method { .. });
    let public = is_of_the_sdk.then(|| quote!(pub));
    for (doc, set, maybe_doc, maybe_set, name, maybe) in methods {
        declared.push(quote!(#doc #set; #maybe_doc #maybe_set;));
        let (doc, maybe_doc) = if is_of_the_sdk { (Some(doc), Some(maybe_doc)) } else { (None, None) };
        defined.push(quote! {
            #doc
            #public #set {
                self.try_map(|operation| operation.#name(#name))
            }

            #maybe_doc
            #public #maybe_set {
                self.try_map(|operation| operation.#maybe(#name))
            }
        });
    }
    if fields.is_empty() {
        return None;
    }
    if is_of_the_sdk {
        return Some(quote! {
            impl<C> ::spotify_sdk::Call<C, #name> {
                #(#defined)*
            }
        });
    }
    let trait_name = header.call_methods.as_ref()?;
    let trait_doc = format!("The optional parameters of [`{name}`], as methods of a call.");
    Some(quote! {
        #[doc = #trait_doc]
        #visibility trait #trait_name: Sized {
            #(#declared)*
        }

        impl<C> #trait_name for ::spotify_sdk::Call<C, #name> {
            #(#defined)*
        }
    })
}

/// The names and types of the required parameters.
fn arguments<'a>(definition: &Definition<'a>) -> (Vec<&'a syn::Ident>, Vec<&'a syn::Type>) {
    definition.required().map(|field| (field.name, field.value_type)).unzip()
}

/// The required parameters, as a list for the documentation of what takes them.
fn parameter_list(definition: &Definition<'_>) -> String {
    let lines: Vec<String> = definition
        .required()
        .map(|field| format!("- `{}`: {}", field.name, field.raw_doc.replace('\n', "\n  ")))
        .collect();
    if lines.is_empty() { String::new() } else { format!("\n\n{}\n", lines.join("\n")) }
}

fn maybe(field: &Field<'_>) -> syn::Ident {
    format_ident!("maybe_{}", field.name)
}

fn maybe_doc(field: &Field<'_>) -> String {
    let name = field.name;
    format!("Like [`{name}`](Self::{name}) if there is a value; `None` changes nothing.")
}
