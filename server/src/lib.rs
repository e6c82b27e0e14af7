//! Ligesind: a digital peer community. See `server/README.md` for the map and the import order.

pub mod access;
pub mod accounts;
pub mod app;
pub mod audit;
pub mod blog;
pub mod casework;
pub mod chat;
pub mod commands;
pub mod community;
pub mod discussion;
pub mod forum;
pub mod http;
pub mod infra;
pub mod live;
pub mod notify;
pub mod oversight;
pub mod privacy;
pub mod screening;
pub mod server;
pub mod training;
