//! One TCP connection: its HTTP, and ways to end it outside HTTP.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::Pin;

use axum::Router;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderValue, Request};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// How a request ends its connection.
#[derive(Debug)]
pub(crate) enum ConnectionEnd {
    /// A TCP reset, without a response.
    Reset,
    /// A response that is written unchanged, whether or not its headers match its body, up to `after` bytes of the body;
    /// then the connection is closed.
    Malformed { response: Response, after: Option<usize> },
}

/// A request's access to its connection.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionHandle {
    endings: mpsc::UnboundedSender<ConnectionEnd>,
}

impl ConnectionHandle {
    /// Ends the connection. The request's own future is dropped with it, so this never returns.
    pub(crate) async fn end(&self, ending: ConnectionEnd) -> Response {
        // Sending fails only if the connection is already closed.
        let _ = self.endings.send(ending);
        pending().await
    }
}

/// Serves `router` on one connection until either side closes it.
pub(crate) async fn serve(stream: TcpStream, router: Router) {
    let (endings, mut ended) = mpsc::unbounded_channel();
    let handle = ConnectionHandle { endings };
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(handle.clone());
        let response: Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>> =
            Box::pin(router.call(request));
        response
    });
    let mut connection =
        http1::Builder::new().header_read_timeout(None).serve_connection(TokioIo::new(stream), service);

    let ending = tokio::select! {
        _ = &mut connection => None,
        ending = ended.recv() => ending,
    };
    if let Some(ending) = ending {
        let stream = connection.into_parts().io.into_inner();
        // The client may have disconnected already.
        let _ = finish(stream, ending).await;
    }
}

async fn finish(mut stream: TcpStream, ending: ConnectionEnd) -> io::Result<()> {
    match ending {
        ConnectionEnd::Reset => stream.set_zero_linger(),
        ConnectionEnd::Malformed { response, after } => {
            write_malformed(&mut stream, response, after).await?;
            stream.shutdown().await
        }
    }
}

async fn write_malformed(stream: &mut TcpStream, response: Response, after: Option<usize>) -> io::Result<()> {
    let (mut parts, mut body) = response.into_parts();
    let chunked = !parts.headers.contains_key(CONTENT_LENGTH) && !parts.headers.contains_key(TRANSFER_ENCODING);
    if chunked {
        parts.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    parts.headers.insert(CONNECTION, HeaderValue::from_static("close"));

    let reason = parts.status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", parts.status.as_str()).into_bytes();
    for (name, value) in &parts.headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    stream.write_all(&head).await?;

    let mut left = after.unwrap_or(usize::MAX);
    while left > 0 {
        let Some(Ok(frame)) = body.frame().await else {
            break;
        };
        let mut data: Bytes = frame.into_data().unwrap_or_default();
        if data.is_empty() {
            continue;
        }
        data.truncate(left);
        if after.is_some() {
            left -= data.len();
        }
        if chunked {
            stream.write_all(format!("{:x}\r\n", data.len()).as_bytes()).await?;
        }
        stream.write_all(&data).await?;
        if chunked {
            stream.write_all(b"\r\n").await?;
        }
        stream.flush().await?;
    }
    Ok(())
}
