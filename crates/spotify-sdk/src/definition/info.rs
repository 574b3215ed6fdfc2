//! [`OperationInfo`]: everything that is known about an operation, as one value.

use std::fmt;
use std::hash::{Hash, Hasher};

use http::Method;

use super::{Arguments, Caching, DynOperation, Resource, Scope};
use crate::invalid_input::InvalidInput;
use crate::schema::Schema;

/// An operation of the Web API, as data. [`#[derive(Operation)]`](derive@super::Operation) makes it; the documentation, the
/// command line and [`invoke`](crate::AsyncSpotifyClient::invoke) draw from it.
#[derive(Clone)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The name, in errors and logs too: `"albums.get"`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path as in Spotify's reference, its variable segments in braces: `"/albums/{id}"`.
    pub path: &'static str,
    /// The last part of the address of its reference page, where it has one: `"get-an-album"`.
    pub reference: Option<&'static str>,
    /// Which apps may call it.
    pub quota: Quota,
    /// The scopes that it needs, or that some of its uses need: what an error names when Spotify responds with 403.
    pub scopes: &'static [Scope],
    /// Whether it may be sent again when it is not known whether it was executed. An operation for which that depends on
    /// its parameters has [`Operation::idempotency`](super::Operation::idempotency) besides.
    pub idempotency: Idempotency,
    /// Where the body of a success holds the output.
    pub response_body: ResponseBody,
    /// What to call instead where Spotify took it from apps in Development Mode: `"library.save_items"`. It is the name of an
    /// operation, or of a method that sends several requests of one: `"albums.get_many"` sends those of `albums.get`.
    pub replaced_by: Option<&'static str>,
    /// What its response is made of. Of an operation that says nothing, no response is stored.
    pub reads: &'static [Resource],
    /// What it changes. Of an operation that says nothing and is no `GET`, it is assumed to change everything of its user.
    pub changes: &'static [Resource],
    /// How its pages follow each other, where its response is a page of a list.
    pub paging: Option<Paging>,
    /// The parameters, in the order of its definition.
    pub params: &'static [ParamInfo],
    /// Query parameters that are always the same, by name and value.
    pub fixed: &'static [(&'static str, &'static str)],
    /// What its output is.
    pub output: &'static Schema,
    /// Its documentation, in Markdown.
    pub doc: &'static str,
    parse: Option<ParseArguments>,
}

/// Makes an operation of arguments.
type ParseArguments = fn(&mut Arguments) -> Result<Box<dyn DynOperation>, InvalidInput>;

/// A parameter of an operation, as data.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ParamInfo {
    /// The name in the SDK: `"types"`.
    pub name: &'static str,
    /// The name in the request: `"type"`.
    pub wire_name: &'static str,
    /// Where in the request it goes.
    pub place: Place,
    /// Whether the operation cannot be made without it.
    pub required: bool,
    /// What is sent unless it is set; `None` where Spotify decides.
    pub default: Option<&'static str>,
    /// What its values are.
    pub schema: &'static Schema,
    /// Its documentation, in Markdown.
    pub doc: &'static str,
}

/// Where in a request a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A field of the JSON body.
    Body,
    /// The whole body, of this media type.
    Content(&'static str),
}

/// How the pages of a list follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Paging {
    /// By the index of the first item: `offset`.
    Offset,
    /// After the last item of the page before: `after`.
    After,
    /// Backwards in time, or after a time: `before` or `after`.
    Time,
}

impl OperationInfo {
    /// The metadata of an operation without parameters that is open to every app and needs no scope. `GET` and `HEAD` are
    /// idempotent, and nothing else. Change what is otherwise with the methods below; for operations whose
    /// [`Operation`](super::Operation) is written by hand.
    pub const fn new(name: &'static str, method: Method, path: &'static str) -> Self {
        let idempotency = match method {
            Method::GET | Method::HEAD => Idempotency::Idempotent,
            _ => Idempotency::NotIdempotent,
        };
        Self {
            name,
            method,
            path,
            reference: None,
            quota: Quota::Development,
            scopes: &[],
            idempotency,
            response_body: ResponseBody::Json,
            replaced_by: None,
            reads: &[],
            changes: &[],
            paging: None,
            params: &[],
            fixed: &[],
            output: &Schema::Any,
            doc: "",
            parse: None,
        }
    }

    /// Sets [`reference`](Self::reference).
    #[must_use]
    pub const fn with_reference(mut self, page: &'static str) -> Self {
        self.reference = Some(page);
        self
    }

    /// Sets [`quota`](Self::quota).
    #[must_use]
    pub const fn with_quota(mut self, quota: Quota) -> Self {
        self.quota = quota;
        self
    }

    /// Sets [`scopes`](Self::scopes).
    #[must_use]
    pub const fn with_scopes(mut self, scopes: &'static [Scope]) -> Self {
        self.scopes = scopes;
        self
    }

    /// Sets [`idempotency`](Self::idempotency).
    #[must_use]
    pub const fn with_idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// Sets [`response_body`](Self::response_body).
    #[must_use]
    pub const fn with_response_body(mut self, response_body: ResponseBody) -> Self {
        self.response_body = response_body;
        self
    }

    /// Sets [`replaced_by`](Self::replaced_by).
    #[must_use]
    pub const fn with_replacement(mut self, name: &'static str) -> Self {
        self.replaced_by = Some(name);
        self
    }

    /// Sets [`reads`](Self::reads).
    #[must_use]
    pub const fn with_reads(mut self, resources: &'static [Resource]) -> Self {
        self.reads = resources;
        self
    }

    /// Sets [`changes`](Self::changes).
    #[must_use]
    pub const fn with_changes(mut self, resources: &'static [Resource]) -> Self {
        self.changes = resources;
        self
    }

    /// Sets [`paging`](Self::paging).
    #[must_use]
    pub const fn with_paging(mut self, paging: Paging) -> Self {
        self.paging = Some(paging);
        self
    }

    /// Sets [`params`](Self::params).
    #[must_use]
    pub const fn with_params(mut self, params: &'static [ParamInfo]) -> Self {
        self.params = params;
        self
    }

    /// Sets [`fixed`](Self::fixed).
    #[must_use]
    pub const fn with_fixed(mut self, fixed: &'static [(&'static str, &'static str)]) -> Self {
        self.fixed = fixed;
        self
    }

    /// Sets [`output`](Self::output).
    #[must_use]
    pub const fn with_output(mut self, output: &'static Schema) -> Self {
        self.output = output;
        self
    }

    /// Sets [`doc`](Self::doc).
    #[must_use]
    pub const fn with_doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn with_parse(mut self, parse: ParseArguments) -> Self {
        self.parse = Some(parse);
        self
    }

    /// Returns whether its responses may be stored, by what they are [made of](Self::reads): nothing but `GET` has any.
    pub const fn caching(&self) -> Caching {
        match self.method {
            Method::GET => Caching::of(self.reads),
            _ => Caching::Never,
        }
    }

    /// Returns the parameter with this name.
    pub fn param(&self, name: &str) -> Option<&'static ParamInfo> {
        self.params.iter().find(|param| param.name == name)
    }

    /// Returns the address of its page in Spotify's reference, where it has one.
    pub fn reference_url(&self) -> Option<String> {
        let page = self.reference?;
        Some(format!("https://developer.spotify.com/documentation/web-api/reference/{page}"))
    }

    /// Makes the operation of arguments; `None` for one that takes none, since its trait is written by hand.
    pub(crate) fn parse(&self, arguments: &mut Arguments) -> Option<Result<Box<dyn DynOperation>, InvalidInput>> {
        Some(self.parse?(arguments))
    }
}

impl ParamInfo {
    #[doc(hidden)]
    pub const fn new(
        [name, wire_name]: [&'static str; 2],
        place: Place,
        required: bool,
        default: Option<&'static str>,
        schema: &'static Schema,
        doc: &'static str,
    ) -> Self {
        Self { name, wire_name, place, required, default, schema, doc }
    }
}

/// Operations are the same if they have the same name, method and path.
impl PartialEq for OperationInfo {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.method == other.method && self.path == other.path
    }
}

impl Eq for OperationInfo {}

impl Hash for OperationInfo {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, &self.method, self.path).hash(state);
    }
}

impl fmt::Debug for OperationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationInfo")
            .field("name", &self.name)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("quota", &self.quota)
            .field("scopes", &self.scopes)
            .field("idempotency", &self.idempotency)
            .finish_non_exhaustive()
    }
}

/// `albums.get (GET /albums/{id})`.
impl fmt::Display for OperationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.name, self.method, self.path)
    }
}

/// The quota mode of an app. For an operation it says which apps may call it; for a client, which kind of app it works for:
/// see [`quota`](crate::ClientBuilder::quota) of the builder.
///
/// See [quota modes](https://developer.spotify.com/documentation/web-api/concepts/quota-modes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Quota {
    /// What every app may do, those in Development Mode too.
    #[default]
    Development,
    /// What only apps in Extended Quota Mode may do.
    Extended,
}

/// Whether a request may be sent again when it is not known whether it was executed: its response was lost, late or a 5xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// Executing it twice has the same effect as executing it once.
    Idempotent,
    /// Executing it twice has another effect: it skips two tracks, or adds an item twice. It is sent again only when it
    /// certainly was not executed: no connection was made, or the rate limit turned it away.
    NotIdempotent,
}

/// Where the body of a success holds the output of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseBody {
    /// The whole body, as JSON. An empty body, such as that of a 204, reads as `null`, which an `Option` takes as `None`.
    Json,
    /// The field of this name in the body, which is a JSON object.
    Wrapped(&'static str),
    /// The same, for a change that the status confirms: it is made even when the body is empty, broken or cannot be read.
    /// The output is then read from nothing, such as an empty text.
    Confirmation(&'static str),
    /// Nowhere: the body has no meaning, and may not even be JSON.
    Ignored,
}

impl ResponseBody {
    /// What holds for an output of the type `T` unless an operation says otherwise: an output without size, such as `()`, is
    /// read from nothing.
    pub const fn of<T>() -> Self {
        if size_of::<T>() == 0 { Self::Ignored } else { Self::Json }
    }
}
