//! What the Rust rivals have in common: how they are asked to do things, and what they say. Each runs in a process of its
//! own, so that its memory and its time are its own, and answers with one line of JSON.

pub mod client;
pub mod decode;

pub use client::{Rival, Target};

/// Any error.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The program that counts what decoding a page allocates. Apart from the one that measures time, since counting takes
/// time; and a macro, since the counting allocator would otherwise be in every program.
#[macro_export]
macro_rules! allocations {
    ($decoders:expr) => {
        fn main() {
            let (page, decode) = $crate::decode::asked($decoders);
            let counted = ::allocation_counter::measure(|| decode(&page));
            println!(
                "{{\"count\": {}, \"bytes\": {}, \"peak_bytes\": {}}}",
                counted.count_total, counted.bytes_total, counted.bytes_max
            );
        }
    };
}
