//! `#[derive(Operation)]`.

mod call;
mod facts;
mod fields;
mod header;
mod info;
mod paged;
mod request;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Generics, Ident, Result, Visibility};

use self::fields::{Field, Place};
use self::header::Header;

/// An operation as it is written.
struct Definition<'a> {
    name: &'a Ident,
    visibility: &'a Visibility,
    attributes: &'a [Attribute],
    header: Header,
    fields: Vec<Field<'a>>,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let definition = Definition::of(input)?;
    definition.check_path()?;
    let (info, request) = (info::expand(&definition), request::expand(&definition));
    let (constructors, paged) = (call::constructors(&definition), paged::expand(&definition)?);
    let (service_method, call_methods) = (call::service_method(&definition), call::call_methods(&definition));
    Ok(quote!(#info #request #constructors #paged #service_method #call_methods))
}

impl<'a> Definition<'a> {
    fn of(input: &'a DeriveInput) -> Result<Self> {
        let Generics { params, .. } = &input.generics;
        if !params.is_empty() {
            return Err(Error::new_spanned(&input.generics, "an operation has no type parameters"));
        }
        let Data::Struct(data) = &input.data else {
            return Err(Error::new_spanned(&input.ident, "an operation is a struct, whose fields are its parameters"));
        };
        let fields = match &data.fields {
            Fields::Named(fields) => fields.named.iter().map(Field::of).collect::<Result<_>>()?,
            Fields::Unit => Vec::new(),
            Fields::Unnamed(fields) => {
                return Err(Error::new_spanned(
                    fields,
                    "the fields of an operation have names, those of its parameters",
                ));
            }
        };
        let mut headers = input.attrs.iter().filter(|attribute| attribute.path().is_ident("operation"));
        let (Some(header), None) = (headers.next(), headers.next()) else {
            let example = "expected one `#[operation(GET \"/path\" -> Output, as = \"service.method\")]`";
            return Err(Error::new_spanned(&input.ident, example));
        };
        Ok(Self {
            name: &input.ident,
            visibility: &input.vis,
            attributes: &input.attrs,
            header: header.parse_args()?,
            fields,
        })
    }

    fn required(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| !field.is_optional)
    }

    fn optional(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.is_optional)
    }

    fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Fails unless each placeholder of the path has its field, and the reverse.
    fn check_path(&self) -> Result<()> {
        let path = self.header.path.value();
        let placeholders = header::placeholders(&self.header.path)?;
        if !path.starts_with('/') {
            return Err(Error::new_spanned(&self.header.path, "a path starts with a slash"));
        }
        let segments: Vec<&Field<'_>> = self.fields.iter().filter(|field| field.place == Place::Segment).collect();
        for placeholder in &placeholders {
            if !segments.iter().any(|field| field.wire_name == *placeholder) {
                let why = format!("`{{{placeholder}}}` has no field with `#[segment]` for it");
                return Err(Error::new_spanned(&self.header.path, why));
            }
        }
        for field in segments {
            if field.is_optional {
                return Err(Error::new_spanned(field.name, "a segment of the path has to be there"));
            }
            if !placeholders.contains(&field.wire_name) {
                let why = format!("`{path}` has no `{{{}}}`", field.wire_name);
                return Err(Error::new_spanned(field.name, why));
            }
        }
        Ok(())
    }
}
