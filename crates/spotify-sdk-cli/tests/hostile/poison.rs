//! A proxy in front of an emulator, which rewrites what it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

/// What stands behind the poison's line end.
pub(crate) const AFTER_A_LINE_END: &str = "PWN";

/// What terminals and readers of lines take for more than text.
pub(crate) fn poison() -> String {
    format!(
        "\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{85}\u{7f}\u{8}\0\t\r\n{AFTER_A_LINE_END}\u{2028}{AFTER_A_LINE_END}\u{202e}\u{2067}\u{2069}\
         \u{200f}\u{61c}"
    )
}

/// Whether a character is one of those in the poison that are no control characters.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// What is rewritten.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Dose {
    /// Every string of every response: ids, URIs, dates, words, links.
    Everything,
    /// Every string but those by which the program finds its way, so that it comes to what it prints.
    AllButWhatIsRead,
    /// Every response is an error, with poison in its message and its reason.
    Errors,
    /// Every response is a text, and an error.
    Text,
    /// Titles become long, wide and full of combining characters.
    LongTitles,
}

pub(crate) struct Proxy {
    base_url: String,
    poisoned: Arc<AtomicUsize>,
}

impl Proxy {
    /// Listens until the process ends.
    pub(crate) fn start(emulator: &str, dose: Dose) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let behind = emulator.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let poisoned = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&poisoned);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (behind, count) = (behind.clone(), Arc::clone(&count));
                thread::spawn(move || {
                    // Who asked may be gone.
                    let _ = answer(stream.unwrap(), &behind, dose).map(|()| count.fetch_add(1, Ordering::SeqCst));
                });
            }
        });
        Self { base_url, poisoned }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// How many responses were rewritten.
    pub(crate) fn poisoned(&self) -> usize {
        self.poisoned.load(Ordering::SeqCst)
    }
}

/// The head and the body of a message.
fn message(stream: &TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok((head, body))
}

fn answer(mut stream: TcpStream, behind: &str, dose: Dose) -> std::io::Result<()> {
    let (head, body) = message(&stream)?;
    let mut emulator = TcpStream::connect(behind)?;
    emulator.write_all(head.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes())?;
    emulator.write_all(&body)?;
    let (head, body) = message(&emulator)?;
    let mut status = head.lines().next().unwrap().to_owned();
    let mut body = match serde_json::from_slice::<Value>(&body) {
        Ok(mut value) => {
            rewrite(&mut value, "", dose);
            value.to_string().into_bytes()
        }
        Err(_) => body,
    };
    match dose {
        Dose::Errors => {
            status = "HTTP/1.1 403 Forbidden".to_owned();
            let error = serde_json::json!({"status": 403, "message": poison(), "reason": poison()});
            body = serde_json::json!({ "error": error }).to_string().into_bytes();
        }
        Dose::Text => {
            status = "HTTP/1.1 404 Not Found".to_owned();
            body = format!("No such thing{}", poison()).into_bytes();
        }
        _ => {}
    }
    let length = body.len();
    write!(stream, "{status}\r\ncontent-type: application/json\r\nconnection: close\r\n")?;
    if !status.contains(" 204 ") {
        write!(stream, "content-length: {length}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&body)
}

fn rewrite(value: &mut Value, name: &str, dose: Dose) {
    match value {
        Value::String(text) => {
            // What a list goes on by, and what tells one kind from another.
            let is_read =
                matches!(name, "type" | "id" | "uri" | "next" | "href" | "currently_playing_type" | "played_at");
            let is_title = matches!(name, "name" | "display_name" | "publisher");
            match dose {
                Dose::Everything => text.push_str(&poison()),
                Dose::AllButWhatIsRead if !is_read => text.push_str(&poison()),
                Dose::LongTitles if is_title => text.push_str(&" 宇多田 e\u{301}\u{302} 👨‍👩‍👧 عمرو".repeat(8)),
                _ => {}
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rewrite(value, name, dose)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| rewrite(value, name, dose)),
        _ => {}
    }
}
