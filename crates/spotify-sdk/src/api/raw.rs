//! [`RawRequest`]: a request that is written out.

use http::Method;
use serde_json::Value;

use super::registry::all;
use crate::definition::{Idempotency, Operation, OperationInfo, RequestBuilder, ResponseBody};
use crate::invalid_input::InvalidInput;

/// Any request to the Web API, written out by the caller; its output is the JSON of the response, `None` for an empty one.
/// For what is typed in by hand or known only at run time. What programs call is better an
/// [operation](crate::operation::Operation) of their own.
///
/// Errors, limits and usage name it by the operation that has the same method and path, where this build of the SDK has one.
/// `GET` and `HEAD` are idempotent; of the others it is not known, so they are not sent again once they may have been
/// executed.
///
/// ```
/// use spotify_sdk::http::Method;
/// use spotify_sdk::operation::RawRequest;
///
/// # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
/// let request = RawRequest::new(Method::GET, "/albums/4aawyAB9vmqN3uQ7FjRGTy")?.query("market", "SE");
/// let album = client.call(request).await?.unwrap_or_default();
/// println!("{}", album["name"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RawRequest {
    info: &'static OperationInfo,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Value>,
}

/// What a request is called that has no operation, for each method that the Web API could have.
static UNKNOWN: [OperationInfo; 6] = [
    OperationInfo::new("raw.get", Method::GET, "/…"),
    OperationInfo::new("raw.post", Method::POST, "/…"),
    OperationInfo::new("raw.put", Method::PUT, "/…"),
    OperationInfo::new("raw.delete", Method::DELETE, "/…"),
    OperationInfo::new("raw.patch", Method::PATCH, "/…"),
    OperationInfo::new("raw.head", Method::HEAD, "/…"),
];

impl RawRequest {
    /// Returns a request for a path below the API's base URL, such as `/me/tracks`, with special characters percent-encoded
    /// already. A path that leads elsewhere is refused when the call is sent.
    ///
    /// # Errors
    /// [`InvalidInput`] for any method but `GET`, `POST`, `PUT`, `DELETE`, `PATCH` and `HEAD`.
    // Methods are constants: a reference to one would be an odd thing to ask for.
    #[allow(clippy::needless_pass_by_value)]
    pub fn new(method: Method, path: impl Into<String>) -> Result<Self, InvalidInput> {
        let path = path.into();
        let known = all().find(|operation| operation.method == method && is_for(&path, operation.path));
        let info = known.or_else(|| UNKNOWN.iter().find(|unknown| unknown.method == method));
        let why = || InvalidInput::new("method", format!("expected `GET`, `POST`, `PUT` or `DELETE`, got `{method}`"));
        Ok(Self { info: info.ok_or_else(why)?, path, query: Vec::new(), body: None })
    }

    /// Adds `name=value` to the query. Both are percent-encoded.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets the JSON body. Default: none.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

impl Operation for RawRequest {
    type Output = Option<Value>;

    fn info(&self) -> &'static OperationInfo {
        self.info
    }

    fn idempotency(&self) -> Idempotency {
        match self.info.method {
            Method::GET | Method::HEAD => Idempotency::Idempotent,
            _ => Idempotency::NotIdempotent,
        }
    }

    fn response_body(&self) -> ResponseBody {
        ResponseBody::Json
    }

    fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput> {
        request.path(&self.path)?;
        for (name, value) in &self.query {
            request.query(name, value);
        }
        if let Some(body) = &self.body {
            request.json(body);
        }
        Ok(())
    }
}

/// Returns whether `path` is one of those that `template` stands for: `/albums/1` of `/albums/{id}`.
fn is_for(path: &str, template: &str) -> bool {
    let mut segments = path.split('/');
    template.split('/').all(|part| segments.next().is_some_and(|segment| part.starts_with('{') || part == segment))
        && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_called_as_the_operation_with_its_method_and_path() {
        for (method, path, name) in [
            (Method::GET, "/albums/1", "albums.get"),
            (Method::GET, "/albums/1/tracks", "albums.get_tracks"),
            (Method::GET, "/me/albums", "albums.get_saved"),
            (Method::PUT, "/me/player/pause", "player.pause_playback"),
            (Method::GET, "/albums/1/tracks/2", "raw.get"),
            (Method::PATCH, "/albums/1", "raw.patch"),
            (Method::GET, "albums/1", "raw.get"),
        ] {
            assert_eq!(RawRequest::new(method, path).unwrap().info().name, name, "{path}");
        }
        assert!(RawRequest::new(Method::TRACE, "/albums/1").is_err());
    }
}
