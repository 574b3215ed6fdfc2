//! Decoding pages that are in memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::json;

/// A page by its name, and what decodes it.
pub type Decoder = (&'static str, fn(&[u8]) -> serde_json::Result<()>);

/// Decodes a page into a `T` as `serde_json` reads bytes, and drops it.
pub fn into<T: DeserializeOwned>(page: &[u8]) -> serde_json::Result<()> {
    serde_json::from_slice::<T>(black_box(page)).map(|decoded| drop(black_box(decoded)))
}

/// The same for a client that checks the encoding of a whole answer, and not of each string in it.
pub fn text_into<T: DeserializeOwned>(page: &[u8]) -> serde_json::Result<()> {
    read_text::<T>(black_box(page)).map(|decoded| drop(black_box(decoded)))
}

/// Reads an answer that is taken for text first.
pub fn read_text<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    let text = std::str::from_utf8(body).map_err(serde::de::Error::custom)?;
    serde_json::from_str(text)
}

/// What was asked for on the command line: the page, and what decodes it.
///
/// # Panics
/// When there is no such page, or the decoder is not for it.
pub fn asked(decoders: &[Decoder]) -> (Vec<u8>, impl Fn(&[u8]) + use<>) {
    let name = std::env::args().nth(1).expect("the name of a page");
    let page = pages::by_name(&name).expect("a page that there is").into_bytes();
    let decode = decoders.iter().find(|(page, _)| *page == name).map(|(_, decode)| *decode);
    let decode = decode.unwrap_or_else(|| fail("it has no public type for this answer"));
    if let Err(error) = decode(&page) {
        fail(&error.to_string());
    }
    (page, move |page: &[u8]| decode(page).expect("it was decoded before"))
}

fn fail(reason: &str) -> ! {
    println!("{}", json!({"cannot": reason}));
    std::process::exit(0)
}

/// `decode PAGE millis N` decodes for that long and tells the speed; `decode PAGE rounds N` decodes so many times, for
/// whoever counts instructions.
///
/// # Panics
/// When asked for something else.
pub fn main(decoders: &[Decoder]) {
    let (page, decode) = asked(decoders);
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [unit, number] = &arguments[..] else { panic!("expected a unit and a number") };
    let number: u64 = number.parse().expect("a number");
    match unit.as_str() {
        "rounds" => (0..number).for_each(|_| decode(&page)),
        "millis" => {
            let (limit, start, mut rounds) = (Duration::from_millis(number), Instant::now(), 0_u64);
            while start.elapsed() < limit {
                decode(&page);
                rounds += 1;
            }
            let seconds = start.elapsed().as_secs_f64();
            println!("{}", json!({"seconds": seconds, "rounds": rounds, "bytes": page.len()}));
        }
        other => panic!("unknown unit {other}"),
    }
}
