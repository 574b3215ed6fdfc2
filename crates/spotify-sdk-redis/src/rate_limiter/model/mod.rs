//! A model of the script in Rust, which the script is compared with, and in which a fleet can be simulated.

mod parity;
mod simulation;
mod twin;
