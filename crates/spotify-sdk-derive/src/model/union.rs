//! Enums: one of several models, chosen by the `type` of the object.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Fields, GenericArgument, Ident, LitStr, PathArguments, Result, Type, Variant};

/// A variant that holds a model.
struct Member<'a> {
    ident: &'a Ident,
    model: &'a Type,
    /// The `type` of its objects.
    word: String,
}

impl<'a> Member<'a> {
    fn parse(variant: &'a Variant) -> Result<Self> {
        let model = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => boxed(&fields.unnamed[0].ty),
            _ => None,
        };
        let message = "a variant of a union of models holds one of them in a box: `Track(Box<Track>)`";
        let model = model.ok_or_else(|| Error::new_spanned(variant, message))?;
        let mut word = variant.ident.to_string().to_lowercase();
        for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("model")) {
            attribute.parse_nested_meta(|meta| {
                if !meta.path.is_ident("rename") {
                    return Err(meta.error("expected `rename`"));
                }
                word = meta.value()?.parse::<LitStr>()?.value();
                Ok(())
            })?;
        }
        Ok(Self { ident: &variant.ident, model, word })
    }
}

/// Returns what is in a `Box`.
fn boxed(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Box")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(model) => Some(model),
        _ => None,
    }
}

pub(super) fn expand(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let (name, text) = (&input.ident, input.ident.to_string());
    let is_unknown = |variant: &&Variant| variant.ident == "Unknown";
    if !data.variants.iter().any(|variant| is_unknown(&variant)) {
        return Err(Error::new_spanned(name, "a union of models has a variant `Unknown(Box<serde_json::Value>)`"));
    }
    let members = data.variants.iter().filter(|variant| !is_unknown(variant));
    let members = members.map(Member::parse).collect::<Result<Vec<_>>>()?;
    let [first, others @ ..] = &members[..] else {
        return Err(Error::new_spanned(name, "a union of models has a variant that holds one"));
    };
    let idents: Vec<_> = members.iter().map(|member| member.ident).collect();
    let models: Vec<_> = members.iter().map(|member| member.model).collect();
    let (first_ident, first_model, first_word) = (first.ident, first.model, &first.word);
    let others = others.iter().map(|Member { ident, model, word }| {
        quote!(::core::option::Option::Some(#word) => json::read_other::<#model, A::Error>(value, kept)?.map(Self::#ident),)
    });
    Ok(quote! {
        impl json::Field for #name {
            const REQUIRED: bool = true;

            fn absent() -> Self {
                Self::Unknown(::std::boxed::Box::default())
            }

            fn is_absent(&self) -> bool {
                ::core::matches!(self, Self::Unknown(value) if value.is_null())
            }
        }

        impl<'de> json::FromJson<'de> for #name {
            fn read_map<A: json::serde::de::MapAccess<'de>>(
                &mut self,
                entries: A,
            ) -> ::core::result::Result<json::Read, A::Error> {
                let (value, kept) = match json::read_first::<#first_model, A>(entries, #first_word)? {
                    Ok(model) => {
                        *self = Self::#first_ident(model);
                        return Ok(json::Read::Whole);
                    }
                    Err(values) => values,
                };
                let model = match value["type"].as_str() {
                    #(#others)*
                    _ => Err(value),
                };
                *self = model.unwrap_or_else(|value| Self::Unknown(::std::boxed::Box::new(value)));
                Ok(json::Read::Whole)
            }
        }

        impl<'de> json::serde::Deserialize<'de> for #name {
            fn deserialize<D: json::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                json::deserialize(deserializer, #text)
            }
        }

        impl json::serde::Serialize for #name {
            fn serialize<S: json::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    #(Self::#idents(model) => model.serialize(serializer),)*
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        impl json::Described for #name {
            const SCHEMA: &'static json::Schema =
                &json::Schema::OneOf(&[#(<#models as json::Described>::SCHEMA),*]);
        }

        #(impl ::core::convert::From<#models> for #name {
            fn from(model: #models) -> Self {
                Self::#idents(::std::boxed::Box::new(model))
            }
        })*
    })
}
