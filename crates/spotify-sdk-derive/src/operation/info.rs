//! The metadata.

use proc_macro2::TokenStream;
use quote::quote;

use super::fields::Place;
use super::{Definition, facts};
use crate::doc;

pub(super) fn expand(definition: &Definition<'_>) -> TokenStream {
    let Definition { name, header, .. } = definition;
    let (method, path, output) = (&header.method, &header.path, &header.output);
    let operation_name = header.target.name();
    let reference = header.reference.as_ref().map(|page| quote!(.with_reference(#page)));
    let quota = header.extended.then(|| quote!(.with_quota(__sdk::Quota::Extended)));
    let scopes = (!header.scopes.is_empty()).then(|| {
        let scopes = &header.scopes;
        quote!(.with_scopes(&[#(__sdk::Scope::#scopes),*]))
    });
    let idempotency = header.idempotent.map(|idempotent| match idempotent {
        true => quote!(.with_idempotency(__sdk::Idempotency::Idempotent)),
        false => quote!(.with_idempotency(__sdk::Idempotency::NotIdempotent)),
    });
    let response_body = match (&header.wrapped, &header.confirmed) {
        (Some(field), _) => quote!(__sdk::ResponseBody::Wrapped(#field)),
        (None, Some(field)) => quote!(__sdk::ResponseBody::Confirmation(#field)),
        (None, None) => quote!(__sdk::ResponseBody::of::<#output>()),
    };
    let replacement = header.replaced_by.as_ref().map(|name| quote!(.with_replacement(#name)));
    let (reads, changes) = (&header.reads, &header.changes);
    let reads = (!reads.is_empty()).then(|| quote!(.with_reads(&[#(__sdk::Resource::#reads),*])));
    let changes = (!changes.is_empty()).then(|| quote!(.with_changes(&[#(__sdk::Resource::#changes),*])));
    let paging = header.paged.as_ref().map(|paged| {
        let paging = match paged.to_string().as_str() {
            "after" => quote!(After),
            "time" => quote!(Time),
            _ => quote!(Offset),
        };
        quote!(.with_paging(__sdk::Paging::#paging))
    });
    let params = definition.fields.iter().map(|field| {
        let (param, wire_name, required) = (field.name.to_string(), &field.wire_name, !field.is_optional);
        let (value_type, text) = (field.value_type, &field.doc);
        let place = match &field.place {
            Place::Segment => quote!(Path),
            Place::Query => quote!(Query),
            Place::Body => quote!(Body),
            Place::Content(media_type) => quote!(Content(#media_type)),
        };
        let default = match &field.default {
            Some(default) => quote!(::core::option::Option::Some(#default)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            __sdk::ParamInfo::new(
                [#param, #wire_name],
                __sdk::Place::#place,
                #required,
                #default,
                <#value_type as __sdk::Param>::SCHEMA,
                #text,
            )
        }
    });
    let fixed = (!header.fixed.is_empty()).then(|| {
        let pairs = header.fixed.iter().map(|(name, value)| quote!((#name, #value)));
        quote!(.with_fixed(&[#(#pairs),*]))
    });
    let adapter = if header.paged.is_some() { quote!(Listed) } else { quote!(Single) };
    let (text, facts) = (doc::text(definition.attributes), facts::table(header));
    quote! {
        impl #name {
            /// The metadata of the operation.
            #[doc = #facts]
            pub const INFO: &'static ::spotify_sdk::operation::OperationInfo = {
                use ::spotify_sdk::__derive as __sdk;
                #[allow(unused_imports)]
                use __sdk::AnySchema as _;
                &__sdk::OperationInfo::new(#operation_name, __sdk::Method::#method, #path)
                    .with_response_body(#response_body)
                    .with_params(&[#(#params),*])
                    .with_output(__sdk::SchemaOf::<#output>::SCHEMA)
                    .with_doc(#text)
                    .with_parse(|arguments| {
                        ::core::result::Result::Ok(::std::boxed::Box::new(__sdk::#adapter(
                            #name::from_arguments(arguments)?,
                        )))
                    })
                    #fixed #reference #quota #scopes #idempotency #replacement #reads #changes #paging
            };
        }
    }
}
