//! `impl Paged`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Result};

use super::Definition;

pub(super) fn expand(definition: &Definition<'_>) -> Result<TokenStream> {
    let Definition { name, header, .. } = definition;
    let Some(paged) = &header.paged else { return Ok(TokenStream::new()) };
    let needs: &[&str] = match paged.to_string().as_str() {
        "offset" => &["limit", "offset"],
        "after" => &["limit", "after"],
        "time" => &["limit", "after", "before"],
        _ => return Err(Error::new(paged.span(), "expected `offset`, `after` or `time`")),
    };
    for need in needs {
        if !definition.field(need).is_some_and(|field| field.is_optional) {
            let why = format!("an operation that is paged by `{paged}` has the optional field `{need}`");
            return Err(Error::new(paged.span(), why));
        }
    }
    let (slot, at) = match paged.to_string().as_str() {
        "offset" => (
            quote!(__sdk::Slot::Offset { offset: self.offset.unwrap_or_default(), limit }),
            quote! {
                if let __sdk::Slot::Offset { offset, .. } = slot {
                    elsewhere.offset = ::core::option::Option::Some(*offset);
                }
            },
        ),
        "after" => (
            // Where the caller begins stands in the operation already.
            quote!(__sdk::Slot::After { cursor: ::core::option::Option::None, limit }),
            quote! {
                if let __sdk::Slot::After { cursor: ::core::option::Option::Some(cursor), .. } = slot {
                    elsewhere = elsewhere.after(cursor.as_str())?;
                }
            },
        ),
        // Backwards from now, unless the caller says after which time.
        _ => (
            quote! {
                match &self.after {
                    ::core::option::Option::Some(_) => {
                        __sdk::Slot::After { cursor: ::core::option::Option::None, limit }
                    }
                    ::core::option::Option::None => {
                        __sdk::Slot::Before { cursor: ::core::option::Option::None, limit }
                    }
                }
            },
            quote! {
                match slot {
                    __sdk::Slot::After { cursor: ::core::option::Option::Some(cursor), .. } => {
                        elsewhere = elsewhere.after(cursor.as_str())?;
                    }
                    __sdk::Slot::Before { cursor: ::core::option::Option::Some(cursor), .. } => {
                        elsewhere = elsewhere.before(cursor.as_str())?;
                    }
                    _ => {}
                }
            },
        ),
    };
    let end = header.up_to.as_ref().map(|end| {
        quote! {
            fn end(&self) -> u32 {
                #end
            }
        }
    });
    Ok(quote! {
        const _: () = {
            use ::spotify_sdk::__derive as __sdk;

            impl __sdk::Paged for #name {
                #end

                fn max_limit(&self, quota: __sdk::Quota) -> u32 {
                    __sdk::max_limit(&self.limit, quota)
                }

                fn slot(&self, quota: __sdk::Quota) -> __sdk::Slot {
                    let limit = __sdk::page_size(&self.limit, quota);
                    #slot
                }

                fn at(&self, slot: &__sdk::Slot) -> ::core::result::Result<Self, __sdk::InvalidInput> {
                    let mut elsewhere = ::core::clone::Clone::clone(self).limit(slot.limit())?;
                    #at
                    ::core::result::Result::Ok(elsewhere)
                }
            }
        };
    })
}
