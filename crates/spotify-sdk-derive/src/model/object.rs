//! Structs: models that are objects.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataStruct, DeriveInput, Error, Fields, GenericParam, Generics, Ident, LitStr, Result, Type};

use crate::doc;

/// A field of a model.
struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    /// Its name in JSON.
    name: String,
    /// Another name by which it is read.
    alias: Option<String>,
    required: bool,
    doc: String,
}

impl<'a> Field<'a> {
    fn parse(field: &'a syn::Field) -> Result<Self> {
        let Some(ident) = &field.ident else { return Err(Error::new_spanned(field, "a field of a model has a name")) };
        let name = ident.to_string().trim_start_matches("r#").to_owned();
        let doc = doc::text(&field.attrs);
        let mut parsed = Self { ident, ty: &field.ty, name, alias: None, required: false, doc };
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("model")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    parsed.name = meta.value()?.parse::<LitStr>()?.value();
                } else if meta.path.is_ident("alias") {
                    parsed.alias = Some(meta.value()?.parse::<LitStr>()?.value());
                } else if meta.path.is_ident("required") {
                    parsed.required = true;
                } else {
                    return Err(meta.error("expected `rename`, `alias` or `required`"));
                }
                Ok(())
            })?;
        }
        Ok(parsed)
    }

    /// The variable that holds what is read by the other name.
    fn aliased(&self) -> Ident {
        Ident::new(&format!("aliased_{}", self.ident), self.ident.span())
    }
}

pub(super) fn expand(input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "a model has named fields"));
    };
    let is_extra = |field: &&syn::Field| field.ident.as_ref().is_some_and(|ident| ident == "extra");
    if !named.named.iter().any(|field| is_extra(&field)) {
        let message = "a model has a field `extra: spotify_sdk::models::Extra`, for what its other fields do not hold";
        return Err(Error::new_spanned(&input.ident, message));
    }
    let fields = named.named.iter().filter(|field| !is_extra(field)).map(Field::parse).collect::<Result<Vec<_>>>()?;
    let parts = [
        field_impl(input, &fields),
        from_json(input, &fields),
        serde_impls(input, &fields),
        described(input, &fields),
        constructor(input, &fields),
    ];
    Ok(parts.into_iter().collect())
}

/// The generics of an impl of the model, with each type parameter bounded.
fn bounded(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(syn::parse_quote!(#bound));
        }
    }
    generics
}

/// The same, with the lifetime of the deserializer.
fn deserialized(generics: &Generics) -> Generics {
    let mut generics = bounded(generics, &quote!(json::serde::Deserialize<'de>));
    generics.params.insert(0, syn::parse_quote!('de));
    generics
}

fn field_impl(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (name, (impl_generics, generics, bounds)) = (&input.ident, input.generics.split_for_impl());
    let idents: Vec<_> = fields.iter().map(|field| field.ident).collect();
    let types: Vec<_> = fields.iter().map(|field| field.ty).collect();
    let required: Vec<_> = fields.iter().filter(|field| field.required).collect();
    let is_required = !required.is_empty();
    let lacking = required.iter().map(|field| {
        let (ident, wire) = (field.ident, &field.name);
        quote! {
            if let ::core::option::Option::Some(path) = json::lacking(#wire, &self.#ident) {
                return ::core::option::Option::Some(path);
            }
        }
    });
    let checks = fields.iter().filter(|_| input.generics.params.is_empty()).map(|field| {
        let (ty, required) = (field.ty, field.required);
        let message = match required {
            true => format!("`{}` cannot be `required`: its type has a default", field.ident),
            false => format!("`{}` has to be an `Option` or `required`", field.ident),
        };
        quote!(
            const _: () = ::core::assert!(<#ty as json::Field>::REQUIRED == #required, #message);
        )
    });
    quote! {
        const _: () = {
            #(#checks)*
        };

        impl #impl_generics json::Field for #name #generics #bounds {
            const REQUIRED: bool = #is_required;
            const LEFT_OUT: bool = false;

            fn absent() -> Self {
                Self { #(#idents: <#types as json::Field>::absent(),)* extra: ::core::default::Default::default() }
            }

            fn is_absent(&self) -> bool {
                self.extra.is_empty() #(&& json::Field::is_absent(&self.#idents))*
            }

            fn lacking(&self) -> ::core::option::Option<::std::string::String> {
                #(#lacking)*
                ::core::option::Option::None
            }
        }
    }
}

fn from_json(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let name = &input.ident;
    let (_, generics, _) = input.generics.split_for_impl();
    let deserialized = deserialized(&input.generics);
    let (impl_generics, _, bounds) = deserialized.split_for_impl();
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let aliased: Vec<_> = fields.iter().filter(|field| field.alias.is_some()).collect();
    let aliases = aliased.iter().filter_map(|field| field.alias.as_ref());
    let positions = 0_usize..;
    let keys = names.iter().copied().chain(aliases).zip(positions).map(|(key, at)| quote!(#key => #at,));
    let reads = fields.iter().enumerate().map(|(at, field)| {
        let (ident, wire) = (field.ident, &field.name);
        quote!(Ok(#at) => json::read_field(&mut entries, #wire, &mut self.#ident, &mut self.extra)?,)
    });
    let declared = aliased.iter().map(|field| {
        let (variable, ty) = (field.aliased(), field.ty);
        quote!(let mut #variable = <#ty as json::Field>::absent();)
    });
    let alias_reads = aliased.iter().enumerate().map(|(at, field)| {
        let (at, variable, alias) = (fields.len() + at, field.aliased(), &field.alias);
        quote!(Ok(#at) => json::read_field(&mut entries, #alias, &mut #variable, &mut self.extra)?,)
    });
    let settled = aliased.iter().map(|field| {
        let (variable, ident, wire, alias) = (field.aliased(), field.ident, &field.name, &field.alias);
        quote!(json::settle_alias(&mut self.#ident, #variable, [#wire, #alias], &mut self.extra);)
    });
    let values = input.generics.params.is_empty().then(|| {
        quote! {
            fn into_value(self) -> json::serde_json::Result<json::serde_json::Value> {
                json::value_of(self)
            }
        }
    });
    let object_type = fields.iter().find(|field| field.name == "type").map(|field| {
        let ident = field.ident;
        quote! {
            fn object_type(&self) -> ::core::option::Option<&str> {
                self.#ident.as_ref().map(|word| word.as_str())
            }
        }
    });
    quote! {
        impl #impl_generics json::FromJson<'de> for #name #generics #bounds {
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn read_map<A: json::serde::de::MapAccess<'de>>(
                &mut self,
                entries: A,
            ) -> ::core::result::Result<json::Read, A::Error> {
                self.read_fields(entries, &mut [])
            }

            fn read_fields<A: json::serde::de::MapAccess<'de>>(
                &mut self,
                mut entries: A,
                seen: &mut [bool],
            ) -> ::core::result::Result<json::Read, A::Error> {
                fn position(name: &str) -> ::core::option::Option<usize> {
                    ::core::option::Option::Some(match name {
                        #(#keys)*
                        _ => return ::core::option::Option::None,
                    })
                }
                #(#declared)*
                while let ::core::option::Option::Some(key) = entries.next_key_seed(json::NextKey(position))? {
                    // Not one condition: programs of older editions derive models, too.
                    if let Ok(at) = &key {
                        if let ::core::option::Option::Some(seen) = seen.get_mut(*at) {
                            *seen = true;
                        }
                    }
                    match key {
                        #(#reads)*
                        #(#alias_reads)*
                        Ok(_) => {}
                        Err(name) => self.extra.read(name, &mut entries)?,
                    }
                }
                #(#settled)*
                Ok(json::Read::Whole)
            }

            #values
            #object_type
        }
    }
}

fn serde_impls(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (name, text) = (&input.ident, input.ident.to_string());
    let (_, generics, _) = input.generics.split_for_impl();
    let deserialized = deserialized(&input.generics);
    let (de_generics, _, de_bounds) = deserialized.split_for_impl();
    let serialized = bounded(&input.generics, &quote!(json::serde::Serialize));
    let (ser_generics, _, ser_bounds) = serialized.split_for_impl();
    let idents = fields.iter().map(|field| field.ident);
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    quote! {
        impl #de_generics json::serde::Deserialize<'de> for #name #generics #de_bounds {
            fn deserialize<D: json::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                json::deserialize(deserializer, #text)
            }
        }

        impl #ser_generics json::serde::Serialize for #name #generics #ser_bounds {
            fn serialize<S: json::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(::core::option::Option::None)?;
                #(json::write_field(&mut map, #names, &self.#idents, &self.extra)?;)*
                self.extra.write(&mut map, &[#(#names),*])?;
                json::serde::ser::SerializeMap::end(map)
            }
        }
    }
}

fn described(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (name, text, about) = (&input.ident, input.ident.to_string(), doc::text(&input.attrs));
    let (_, generics, _) = input.generics.split_for_impl();
    let described = bounded(&input.generics, &quote!(json::Described));
    let (impl_generics, _, bounds) = described.split_for_impl();
    let of = match input.generics.type_params().next() {
        Some(parameter) => {
            let parameter = &parameter.ident;
            quote!(::core::option::Option::Some(<#parameter as json::Described>::SCHEMA))
        }
        None => quote!(::core::option::Option::None),
    };
    let infos = fields.iter().map(|field| {
        let Field { ident, ty, name, alias, required, doc } = field;
        let (ident, aliases) = (ident.to_string(), alias.iter());
        quote! {
            json::FieldInfo::new([#ident, #name], &[#(#aliases),*], #required, json::SchemaOf::<#ty>::SCHEMA, #doc)
        }
    });
    quote! {
        impl #impl_generics json::Described for #name #generics #bounds {
            const SCHEMA: &'static json::Schema =
                &json::Schema::Model(&json::ModelInfo::new(#text, #of, #about, &[#(#infos),*]));
        }
    }
}

/// `Default` for a model without required fields, and otherwise `new`.
fn constructor(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (name, (impl_generics, generics, bounds)) = (&input.ident, input.generics.split_for_impl());
    let required: Vec<_> = fields.iter().filter(|field| field.required).collect();
    let idents: Vec<_> = required.iter().map(|field| field.ident).collect();
    let types: Vec<_> = required.iter().map(|field| field.ty).collect();
    let new = match required[..] {
        [] => {
            return quote! {
                impl #impl_generics ::core::default::Default for #name #generics #bounds {
                    fn default() -> Self {
                        json::Field::absent()
                    }
                }
            };
        }
        [id] if is_id(id.ty) => {
            let about = format!("The `{name}` with this id and every other field at its default: for tests.");
            quote! {
                #[doc = #about]
                ///
                /// # Errors
                /// [`InvalidInput`](::spotify_sdk::error::InvalidInput) if `id` is not an id, URI or link of such an item.
                pub fn new(
                    id: impl ::core::convert::AsRef<str>,
                ) -> ::core::result::Result<Self, ::spotify_sdk::error::InvalidInput> {
                    Ok(Self { #(#idents: <#types>::new(id)?,)* ..json::Field::absent() })
                }
            }
        }
        _ => {
            let about = format!("The `{name}` of this, with every other field at its default: for tests.");
            quote! {
                #[doc = #about]
                pub fn new(#(#idents: #types),*) -> Self {
                    Self { #(#idents,)* ..json::Field::absent() }
                }
            }
        }
    };
    quote! {
        impl #impl_generics #name #generics #bounds {
            #new
        }
    }
}

/// Whether a type is one of the SDK's ids, by its name.
fn is_id(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Id"))
}
