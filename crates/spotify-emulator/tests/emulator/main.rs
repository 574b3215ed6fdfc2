//! The emulator as its users see it: over real HTTP on the loopback interface.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod albums;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod control;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod faulty_bodies;
#[cfg(test)]
mod instructions;
#[cfg(test)]
mod libraries;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod seen_requests;
#[cfg(test)]
mod stress;
#[cfg(test)]
mod support;
