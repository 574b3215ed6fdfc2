//! What an operation writes, and the result: [`Request`], a request to the Web API that is not yet bound to a
//! host, a token or an HTTP client.

use std::fmt::{self, Display, Write};

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value};

use super::{Idempotency, Operation, OperationInfo};
use crate::invalid_input::InvalidInput;
use crate::percent::{encode_query_value, encode_segment};

/// A request to the Web API: everything of it but host and credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    info: &'static OperationInfo,
    idempotency: Idempotency,
    target: String,
    body: Option<Body>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Body {
    content_type: &'static str,
    bytes: Bytes,
}

impl Request {
    /// The request that `operation` stands for.
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    pub fn new<Op: Operation>(operation: &Op) -> Result<Self, InvalidInput> {
        let info = operation.info();
        let mut builder = RequestBuilder::new(info);
        operation.write(&mut builder)?;
        builder.finish(info, operation.idempotency())
    }

    /// The same for an operation that has to be one request: one whose response is read in a way that cannot be joined.
    pub(crate) fn only<Op: Operation>(operation: &Op, method: &str) -> Result<Self, InvalidInput> {
        match operation.batches()?.len() {
            0 => Self::new(operation),
            requests => Err(InvalidInput::new(
                "operation",
                format!(
                    "expected one that takes one request, since `{method}` cannot join responses: this takes {requests}"
                ),
            )),
        }
    }

    /// The operation that it is a request of.
    pub fn operation(&self) -> &'static OperationInfo {
        self.info
    }

    /// Whether it may be sent again when it is not known whether it was executed.
    pub fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    /// The HTTP method.
    pub fn method(&self) -> &'static Method {
        &self.info.method
    }

    /// Path and query, below the API's base URL: `/albums/1?market=SE`.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The media type of the body, where there is one.
    pub fn content_type(&self) -> Option<&'static str> {
        self.body.as_ref().map(|body| body.content_type)
    }

    /// The body; `None` for a request without one.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref().map(|body| &body.bytes)
    }
}

/// Takes what an operation writes. Every value is percent-encoded here, so operations give them as they are.
#[derive(Debug)]
pub struct RequestBuilder {
    path: String,
    query: String,
    fields: Map<String, Value>,
    body: Option<Body>,
}

impl RequestBuilder {
    fn new(info: &OperationInfo) -> Self {
        Self { path: info.path.to_owned(), query: String::new(), fields: Map::new(), body: None }
    }

    /// Fills the variable segment `{name}` of the path.
    ///
    /// # Errors
    /// [`InvalidInput`] when `value` is empty or made of dots, which would change the path.
    pub fn segment(&mut self, name: &'static str, value: &str) -> Result<(), InvalidInput> {
        if matches!(value, "" | "." | "..") {
            return Err(InvalidInput::new(name, format!("`{value}` cannot be part of a path")));
        }
        self.path = self.path.replacen(&format!("{{{name}}}"), &encode_segment(value), 1);
        Ok(())
    }

    /// Sets the whole path, for an operation that is not always at the same: below the API's base URL, such as `/me/tracks`,
    /// with special characters percent-encoded already.
    ///
    /// # Errors
    /// [`InvalidInput`] when it does not begin with a slash, has a query, or would leave the API with `..`.
    pub fn path(&mut self, path: &str) -> Result<(), InvalidInput> {
        let is_path = path.starts_with('/') && !path.starts_with("//");
        if !is_path || path.contains(['?', '#', '\\', '{']) || path.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return Err(InvalidInput::new("path", format!("expected one such as `/me/tracks`, got `{path}`")));
        }
        if path.split('/').any(|segment| matches!(segment.replace("%2e", ".").replace("%2E", ".").as_str(), "." | ".."))
        {
            return Err(InvalidInput::new("path", format!("`{path}` leads elsewhere, with dots")));
        }
        path.clone_into(&mut self.path);
        Ok(())
    }

    /// Adds `name=value` to the query.
    pub fn query(&mut self, name: &str, value: impl Display) {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        let _ = encode_query_value(&mut self.query).write_str(name);
        self.query.push('=');
        // Writing into a `String` cannot fail.
        let _ = write!(encode_query_value(&mut self.query), "{value}");
    }

    /// Adds a field to the JSON body. Without any there is no body, not even an empty object.
    pub fn field(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// Sets the whole JSON body, in place of one made of fields.
    pub fn json(&mut self, body: &Value) {
        self.bytes("application/json", body.to_string());
    }

    /// Sets a body of any other media type, in place of a JSON body.
    pub fn bytes(&mut self, content_type: &'static str, bytes: impl Into<Bytes>) {
        self.body = Some(Body { content_type, bytes: bytes.into() });
    }

    fn finish(mut self, info: &'static OperationInfo, idempotency: Idempotency) -> Result<Request, InvalidInput> {
        if self.body.is_none() && !self.fields.is_empty() {
            let bytes = Value::Object(self.fields).to_string().into();
            self.body = Some(Body { content_type: "application/json", bytes });
        }
        let mut target = self.path;
        if let Some(open) = target.find('{') {
            return Err(InvalidInput::new("path", format!("the operation filled no `{}`", &target[open..])));
        }
        target.push_str(&self.query);
        Ok(Request { info, idempotency, target, body: self.body })
    }
}

/// `GET /albums/1?market=SE`.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.target)
    }
}
