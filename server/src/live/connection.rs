//! Settings of TCP connections that the HTTP library leaves alone.

use std::time::Duration;

use actix_web::rt::net::TcpStream;
use socket2::SockRef;

/// How long a peer may leave what was sent to it untaken before the kernel ends the connection.
/// A reader that never reads would otherwise hold its connection, and a cut-off socket could never say so.
const UNTAKEN: Duration = Duration::from_secs(30);

/// For every new connection: what is written leaves at once, and a peer that takes nothing is let go.
pub fn settle(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true).and_then(|()| bound_writes(stream)) {
        tracing::debug!(%error, "a connection keeps its default settings");
    }
}

#[cfg(target_os = "linux")]
fn bound_writes(stream: &TcpStream) -> std::io::Result<()> {
    SockRef::from(stream).set_tcp_user_timeout(Some(UNTAKEN))
}

#[cfg(not(target_os = "linux"))]
fn bound_writes(_: &TcpStream) -> std::io::Result<()> {
    Ok(())
}

/// Lets this process hold as many sockets as the machine allows: the usual soft limit of 1,024 open files is meant for
/// programs that use `select`. Where it cannot be raised, the limit stays as it is.
pub fn allow_many() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a live struct of the type they name.
    let raised = unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 && {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) == 0
        }
    };
    if !raised {
        tracing::warn!(error = %std::io::Error::last_os_error(), "the limit of open files stays low");
    }
}
