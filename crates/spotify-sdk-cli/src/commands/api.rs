//! `spotify-cli api`: any call, signed in.

use std::fs;
use std::io::Read;

use serde_json::Value;
use spotify_sdk::error::InvalidInput;
use spotify_sdk::http::Method;
use spotify_sdk::operation::RawRequest;
use url::Url;

use super::SignedIn;
use crate::output::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct Api {
    /// The HTTP method
    #[arg(value_enum, ignore_case = true)]
    method: Verb,

    /// The path below the base URL, such as /me/tracks
    path: String,

    /// A query parameter; can be repeated
    #[arg(long, short, value_name = "NAME=VALUE")]
    query: Vec<String>,

    /// The JSON body, or @FILE to read it from a file, @- from standard input
    #[arg(long, short, value_name = "JSON|@FILE")]
    body: Option<String>,

    /// Fetch all pages, and print one item per line
    #[arg(long)]
    paginate: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Verb {
    Get,
    Post,
    Put,
    Delete,
}

/// A path that is read, without a query.
pub(super) fn get(path: &str) -> Result<RawRequest, InvalidInput> {
    RawRequest::new(Method::GET, path)
}

/// A request as it was typed.
struct Typed {
    path: String,
    query: Vec<(String, String)>,
    body: Option<Value>,
}

impl Typed {
    fn request(self, method: Method) -> Result<RawRequest, InvalidInput> {
        let request = RawRequest::new(method, self.path)?;
        let request = self.query.into_iter().fold(request, |request, (name, value)| request.query(name, value));
        Ok(match self.body {
            Some(body) => request.json(body),
            None => request,
        })
    }
}

pub(crate) fn run(signed_in: &SignedIn<'_>, args: &Api) -> Result<(), Failure> {
    let (client, screen) = (signed_in.client(), signed_in.screen());
    let typed = typed(args)?;
    if args.paginate {
        if args.method != Verb::Get {
            return Err(Failure::Usage("only GET has pages".to_owned()));
        }
        return paginate(signed_in, typed);
    }
    let method = match args.method {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Delete => Method::DELETE,
    };
    let answer = client.call(typed.request(method)).send()?;
    match answer {
        Some(answer) if screen.is_terminal() => screen.object(&answer),
        Some(answer) => screen.json_line(&answer),
        None => Ok(()),
    }
}

fn typed(args: &Api) -> Result<Typed, Failure> {
    let path = args.path.trim_start_matches("/v1").to_owned();
    let (path, in_path) = match path.split_once('?') {
        Some((path, query)) => (path.to_owned(), query.to_owned()),
        None => (path, String::new()),
    };
    let path = if path.starts_with('/') { path } else { format!("/{path}") };
    let mut query: Vec<(String, String)> = url::form_urlencoded::parse(in_path.as_bytes()).into_owned().collect();
    for pair in &args.query {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Failure::Usage(format!("expected a query such as limit=50, got `{pair}`")));
        };
        query.push((name.to_owned(), value.to_owned()));
    }
    let text = match args.body.as_deref() {
        None => None,
        Some("@-") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
            Some(text)
        }
        Some(body) => match body.strip_prefix('@') {
            Some(file) => Some(fs::read_to_string(file).map_err(|error| Failure::File(file.into(), error))?),
            None => Some(body.to_owned()),
        },
    };
    let body = text.map(|text| serde_json::from_str(&text));
    let body = body.transpose().map_err(|error| Failure::Usage(format!("the body is not JSON: {error}")))?;
    Ok(Typed { path, query, body })
}

/// Prints the items of all pages: the place of the next one is taken from Spotify's link to it, and no more than that.
fn paginate(signed_in: &SignedIn<'_>, typed: Typed) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let mut seen = std::collections::HashSet::new();
    let path = typed.path.clone();
    let mut request = typed.request(Method::GET);
    loop {
        let answer = signed_in.client().call(request).send()?.unwrap_or_default();
        let Some(page) = page_of(&answer) else {
            return screen.json_line(&answer);
        };
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        for item in items {
            screen.json_line(item)?;
        }
        let next = page["next"].as_str().and_then(|next| Url::parse(next).ok());
        let Some(next) = next.filter(|_| !items.is_empty()) else { return Ok(()) };
        let query: Vec<(String, String)> = next.query_pairs().into_owned().collect();
        // A link that leads in a circle leads nowhere.
        if !seen.insert(query.clone()) {
            return Ok(());
        }
        request = Typed { path: path.clone(), query, body: None }.request(Method::GET);
    }
}

/// The page in an answer: the answer itself, or its only field that is one.
fn page_of(answer: &Value) -> Option<&Value> {
    let is_page = |value: &&Value| value["items"].is_array();
    Some(answer).filter(is_page).or_else(|| {
        let mut pages = answer.as_object()?.values().filter(is_page);
        pages.next().filter(|_| pages.next().is_none())
    })
}
