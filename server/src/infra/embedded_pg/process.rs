//! Processes of the private cluster: spawning the postmaster, ending it, and cleaning up after both of us.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::place::{self, Place};
use super::{ClusterError, GRACE, STEP};

/// Spawns the postmaster so that it gets SIGINT (a fast, clean stop) when this process dies in any way.
///
/// The death signal is tied to the spawning *thread*, so a thread of its own spawns and then waits:
/// it lives exactly as long as the child. A process group of its own keeps Ctrl-C for us alone.
pub(super) fn launch(mut command: Command) -> Result<(i32, JoinHandle<std::io::Result<ExitStatus>>), ClusterError> {
    let parent = i32::try_from(std::process::id()).unwrap_or_default();
    command.process_group(0);
    // SAFETY: prctl and getppid are async-signal-safe and touch no memory of ours. `pre_exec` runs
    // after the change of user, which would clear the signal.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            // Our end may have come before the call.
            if libc::getppid() == parent { Ok(()) } else { Err(std::io::Error::from_raw_os_error(libc::ESRCH)) }
        });
    }
    let (tell, told) = std::sync::mpsc::channel();
    let keeper = thread::Builder::new()
        .name("postgres-keeper".to_owned())
        .spawn(move || {
            let spawned = command.spawn();
            let _ = tell.send(spawned.as_ref().map(std::process::Child::id).map_err(std::io::Error::kind));
            spawned?.wait()
        })
        .map_err(|e| ClusterError::Spawn(e.kind()))?;
    match told.recv() {
        Ok(Ok(pid)) => Ok((i32::try_from(pid).unwrap_or_default(), keeper)),
        Ok(Err(kind)) => Err(ClusterError::Spawn(kind)),
        Err(_) => Err(ClusterError::Spawn(std::io::ErrorKind::BrokenPipe)),
    }
}

/// Ends a postmaster whose starter was killed, and removes the pid file of one that is gone.
pub(super) fn end_orphan(place: &Place) -> Result<(), ClusterError> {
    let data = place.data();
    if let Some(pid) = place::live_postmaster(&data) {
        send(pid, libc::SIGINT);
        if !wait_until(GRACE, || place::live_postmaster(&data).is_none()) {
            return Err(ClusterError::Busy { dir: place.dir.clone(), holder: format!("postgres {pid}") });
        }
    }
    match fs::remove_file(data.join("postmaster.pid")) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(ClusterError::io("remove", &data, e)),
        _ => Ok(()),
    }
}

/// A shell that waits for the end of this process, then of the postmaster, and removes the folder.
/// It hears of our end from the pipe, so even SIGKILL leaves nothing behind.
pub(super) fn sweep_after_us(place: &Place, pid: i32) -> Result<(), ClusterError> {
    let script =
        "read -r _; while kill -0 \"$1\" 2>/dev/null; do sleep 0.05; done; rm -rf \"$0\"; rmdir \"$(dirname \"$0\")\"";
    let mut child = Command::new("/bin/sh")
        .arg("-c")
        .arg(script)
        .arg(&place.dir)
        .arg(pid.to_string())
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| ClusterError::Spawn(e.kind()))?;
    // Never written, never closed: the kernel closes it for us.
    std::mem::forget(child.stdin.take());
    Ok(())
}

pub(super) fn send(pid: i32, signal: i32) {
    if pid > 1 {
        // SAFETY: a plain system call; a pid that is gone answers ESRCH.
        unsafe { libc::kill(pid, signal) };
    }
}

pub(super) fn wait_until(patience: Duration, mut done: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + patience;
    while !done() {
        if Instant::now() > until {
            return false;
        }
        thread::sleep(STEP);
    }
    true
}
