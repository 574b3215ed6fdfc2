//! `#[operation(…)]`: what holds for an operation as a whole.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitInt, LitStr, Path, Result, Token, Type, bracketed, parenthesized};

/// The attribute, parsed.
pub(super) struct Header {
    pub(super) method: Ident,
    pub(super) path: LitStr,
    pub(super) output: Type,
    pub(super) target: Target,
    pub(super) reference: Option<LitStr>,
    pub(super) extended: bool,
    pub(super) scopes: Vec<Ident>,
    pub(super) idempotent: Option<bool>,
    pub(super) idempotency_of: Option<Path>,
    pub(super) wrapped: Option<LitStr>,
    pub(super) confirmed: Option<LitStr>,
    pub(super) replaced_by: Option<LitStr>,
    pub(super) reads: Vec<Ident>,
    pub(super) changes: Vec<Ident>,
    pub(super) fixed: Vec<(LitStr, LitStr)>,
    pub(super) paged: Option<Ident>,
    pub(super) up_to: Option<LitInt>,
    pub(super) check: Option<Path>,
    pub(super) batches: Option<Path>,
    pub(super) call_methods: Option<Ident>,
}

/// By what an operation is called.
pub(super) enum Target {
    /// A method of a service.
    Method { service: Ident, method: Ident },
    /// A name.
    Name(LitStr),
}

impl Target {
    /// Returns the name of the operation: `albums.get`.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Method { service, method } => format!("{}.{method}", service.to_string().to_ascii_lowercase()),
            Self::Name(name) => name.value(),
        }
    }
}

impl Parse for Header {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let method: Ident = input.parse()?;
        let path: LitStr = input.parse()?;
        input.parse::<Token![->]>()?;
        let output: Type = input.parse()?;
        let mut target = None;
        let mut header = Self {
            method,
            path,
            output,
            target: Target::Name(LitStr::new("", input.span())),
            reference: None,
            extended: false,
            scopes: Vec::new(),
            idempotent: None,
            idempotency_of: None,
            wrapped: None,
            confirmed: None,
            replaced_by: None,
            reads: Vec::new(),
            changes: Vec::new(),
            fixed: Vec::new(),
            paged: None,
            up_to: None,
            check: None,
            batches: None,
            call_methods: None,
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key = Ident::parse_any(input)?;
            match key.to_string().as_str() {
                "as" => target = Some(parse_target(input)?),
                "reference" => header.reference = Some(value(input)?),
                "quota" => header.extended = parse_quota(input)?,
                "scopes" => header.scopes = parse_names(input)?,
                "idempotent" => header.idempotent = Some(true),
                "not_idempotent" => header.idempotent = Some(false),
                "idempotency" => header.idempotency_of = Some(value(input)?),
                "wrapped" => header.wrapped = Some(value(input)?),
                "confirmed" => header.confirmed = Some(value(input)?),
                "replaced_by" => header.replaced_by = Some(value(input)?),
                "reads" => header.reads = parse_names(input)?,
                "changes" => header.changes = parse_names(input)?,
                "fixed" => header.fixed = parse_fixed(input)?,
                "paged" => header.paged = Some(value(input)?),
                "up_to" => header.up_to = Some(value(input)?),
                "check" => header.check = Some(value(input)?),
                "batches" => header.batches = Some(value(input)?),
                "call_methods" => header.call_methods = Some(value(input)?),
                _ => return Err(Error::new(key.span(), format!("an operation has no `{key}`"))),
            }
        }
        header.target = target.ok_or_else(|| input.error("expected `as = \"service.method\"`: the name"))?;
        Ok(header)
    }
}

fn value<T: Parse>(input: ParseStream<'_>) -> Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn parse_target(input: ParseStream<'_>) -> Result<Target> {
    input.parse::<Token![=]>()?;
    if input.peek(LitStr) {
        return input.parse().map(Target::Name);
    }
    let service = input.parse()?;
    input.parse::<Token![::]>()?;
    Ok(Target::Method { service, method: input.parse()? })
}

fn parse_quota(input: ParseStream<'_>) -> Result<bool> {
    let quota: Ident = value(input)?;
    match quota.to_string().as_str() {
        "Development" => Ok(false),
        "Extended" => Ok(true),
        _ => Err(Error::new(quota.span(), "expected `Development` or `Extended`")),
    }
}

fn parse_names(input: ParseStream<'_>) -> Result<Vec<Ident>> {
    input.parse::<Token![=]>()?;
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<Ident, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

fn parse_fixed(input: ParseStream<'_>) -> Result<Vec<(LitStr, LitStr)>> {
    let list;
    parenthesized!(list in input);
    let mut pairs = Vec::new();
    while !list.is_empty() {
        let name = list.parse()?;
        list.parse::<Token![=]>()?;
        pairs.push((name, list.parse()?));
        if !list.is_empty() {
            list.parse::<Token![,]>()?;
        }
    }
    Ok(pairs)
}

/// Returns the names in the braces of a path.
pub(super) fn placeholders(path: &LitStr) -> Result<Vec<String>> {
    let text = path.value();
    let mut names = Vec::new();
    for part in text.split('/') {
        match (part.strip_prefix('{').and_then(|part| part.strip_suffix('}')), part.contains(['{', '}'])) {
            (Some(name), _) if !name.is_empty() && !name.contains(['{', '}']) => names.push(name.to_owned()),
            (_, false) => {}
            _ => {
                return Err(Error::new_spanned(path, format!("`{part}` is no placeholder: expected such as `{{id}}`")));
            }
        }
    }
    Ok(names)
}
