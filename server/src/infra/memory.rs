//! What the allocator gives back.

/// Blocks of this size and above are mapped on their own and given back to the system when they are freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_BYTES: libc::c_int = 4 * 1024 * 1024;

/// Gives large blocks back to the system. By itself glibc learns from the 19 MiB of the first password hash to keep such
/// blocks, three in the arena of each thread that ever hashed: after some sign-ins 700 MB, for nothing.
/// Call it before the first hash.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_large_blocks_back() {
    // SAFETY: sets a number of the allocator; a failure (0) leaves it as it was.
    unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_BYTES) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_large_blocks_back() {}
