//! Ligesind: a digital peer community. See `server/README.md` for the map and the import order.

pub mod access;
pub mod http;
pub mod infra;
