//! The fields of an operation: its parameters.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, GenericArgument, Ident, LitStr, PathArguments, Result, Token, Type};

use crate::doc;

/// A parameter.
pub(super) struct Field<'a> {
    pub(super) name: &'a Ident,
    /// The type of the values, without the `Option` of an optional parameter.
    pub(super) value_type: &'a Type,
    pub(super) is_optional: bool,
    pub(super) place: Place,
    pub(super) wire_name: String,
    pub(super) default: Option<LitStr>,
    /// Whether the operation is divided by it where it holds more than a request takes.
    pub(super) is_batch: bool,
    pub(super) doc: String,
    pub(super) raw_doc: String,
}

/// Where in a request a parameter goes.
#[derive(PartialEq, Eq)]
pub(super) enum Place {
    Segment,
    Query,
    Body,
    Content(String),
}

impl<'a> Field<'a> {
    pub(super) fn of(field: &'a syn::Field) -> Result<Self> {
        let Some(name) = &field.ident else { return Err(Error::new_spanned(field, "expected a name")) };
        let mut places = field.attrs.iter().filter(|attribute| place(attribute).is_some());
        let (Some(attribute), None) = (places.next(), places.next()) else {
            let why =
                "expected one of `#[segment]`, `#[query]`, `#[body]` and `#[content(\"media/type\")]`: where it goes";
            return Err(Error::new_spanned(name, why));
        };
        let options = match &attribute.meta {
            syn::Meta::Path(_) => Options::default(),
            _ => attribute.parse_args()?,
        };
        let mut place = place(attribute).unwrap_or(Place::Query);
        let mut wire_name = name.unraw().to_string();
        match (&mut place, options.text) {
            (Place::Content(media_type), Some(text)) => *media_type = text.value(),
            (Place::Content(_), None) => return Err(Error::new_spanned(attribute, "expected a media type")),
            (_, Some(text)) => wire_name = text.value(),
            (_, None) => {}
        }
        let (value_type, is_optional) = match optional(&field.ty) {
            Some(inner) => (inner, true),
            None => (&field.ty, false),
        };
        if options.default.is_some() && !(is_optional && place == Place::Query) {
            return Err(Error::new_spanned(name, "an optional parameter of the query alone has a default"));
        }
        if options.is_batch && is_optional {
            return Err(Error::new_spanned(name, "an operation is divided by a required parameter"));
        }
        Ok(Self {
            name,
            value_type,
            is_optional,
            place,
            wire_name,
            default: options.default,
            is_batch: options.is_batch,
            doc: doc::text(&field.attrs),
            raw_doc: doc::raw_text(&field.attrs),
        })
    }
}

fn place(attribute: &Attribute) -> Option<Place> {
    let name = attribute.path().get_ident()?;
    match name.to_string().as_str() {
        "segment" => Some(Place::Segment),
        "query" => Some(Place::Query),
        "body" => Some(Place::Body),
        "content" => Some(Place::Content(String::new())),
        _ => None,
    }
}

/// What stands in the parentheses of the attribute.
#[derive(Default)]
struct Options {
    text: Option<LitStr>,
    default: Option<LitStr>,
    is_batch: bool,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                options.text = Some(input.parse()?);
            } else {
                let key: Ident = input.parse()?;
                match key.to_string().as_str() {
                    "default" => {
                        input.parse::<Token![=]>()?;
                        options.default = Some(input.parse()?);
                    }
                    "batch" => options.is_batch = true,
                    _ => return Err(Error::new(key.span(), "expected a name, `default` or `batch`")),
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// Returns `T` of `Option<T>`.
fn optional(field_type: &Type) -> Option<&Type> {
    let Type::Path(path) = field_type else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
