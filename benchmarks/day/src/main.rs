//! What a day of a real program takes in requests, and what saves them. Answers with JSON:
//! - `day programs`: three programs, by each client;
//! - `day many N`: `N` tracks by their ids;
//! - `day same N`: the same album for `N` tasks;
//! - `day hit N`: the time of a call, of `N`, that the cache answers;
//! - `day memory MIB N BYTES`: the memory of a process that stores `N` responses of so many bytes within a bound;
//! - `day memory-over-http MIB N`: the same with tracks of the emulator.

mod clients;
mod cost;
mod lab;
mod many;
mod programs;
mod relay;

use harness::Result;
use serde_json::{Map, Value, json};

/// 17 tracks, from the emulator's catalogue.
const ALBUM: &str = "5K79FLRUCSysQnVESLcTdb";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| -> Result<usize> { Ok(arguments.get(at).ok_or("a number is missing")?.parse()?) };
    let said = match arguments.first().map(String::as_str) {
        Some("programs") => programs()?,
        Some("many") => {
            let count = number(1)?;
            let ways = many::WAYS.into_iter();
            let read = ways.map(|(client, way, quota)| on_one_thread(many::read(count, client, way, quota)));
            Value::Array(read.collect::<Result<_>>()?)
        }
        Some("same") => {
            let tasks = number(1)?;
            let said = ["rspotify", "sdk"].map(|client| on_one_thread(many::same(tasks, client)));
            Value::Array(said.into_iter().collect::<Result<_>>()?)
        }
        Some("hit") => on_one_thread(cost::hit(number(1)?.try_into()?))?,
        Some("memory-over-http") => on_one_thread(cost::memory_over_http(number(1)? as u64 * 1024 * 1024, number(2)?))?,
        Some("memory") => on_one_thread(cost::memory(number(1)? as u64 * 1024 * 1024, number(2)?, number(3)?))?,
        _ => return Err("expected programs, many, same, hit or memory".into()),
    };
    println!("{said}");
    Ok(())
}

fn on_one_thread(asked: impl Future<Output = Result<Value>>) -> Result<Value> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(asked)
}

/// Mostly waiting, so that the clients run a program at the same time, each with an emulator of its own.
fn programs() -> Result<Value> {
    let mut said = Map::new();
    for program in programs::PROGRAMS {
        let ran: Result<Map<String, Value>> = std::thread::scope(|scope| {
            let clients = programs::clients(program).into_iter();
            let running: Vec<_> = clients
                .map(|client| (client, scope.spawn(move || on_one_thread(programs::run(program, client)))))
                .collect();
            let ended = running.into_iter().map(|(client, thread)| {
                let said = thread.join().map_err(|_| "a program panicked")?;
                Ok((client.to_owned(), said.unwrap_or_else(|error| json!({"cannot": error.to_string()}))))
            });
            ended.collect()
        });
        said.insert(program.to_owned(), Value::Object(ran?));
    }
    Ok(Value::Object(said))
}
