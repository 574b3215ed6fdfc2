//! A fleet without sockets.
