//! The emulator as its users see it: over real HTTP on the loopback interface.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod albums;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod caching;
#[cfg(all(test, feature = "client"))]
mod clients;
#[cfg(test)]
mod control;
#[cfg(test)]
mod daily_quota;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod faulty_bodies;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod instructions;
#[cfg(test)]
mod kinds_of_app;
#[cfg(test)]
mod libraries;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod named_faults;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod playlists;
#[cfg(test)]
mod reference_ids;
#[cfg(test)]
mod seen_requests;
#[cfg(test)]
mod stress;
#[cfg(test)]
mod support;
