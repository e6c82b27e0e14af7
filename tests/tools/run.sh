#!/usr/bin/env bash
# `make run`: from a fresh clone to the demo community in a browser. With --build-only it stops before the start.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

step 5 "Looking for what this machine lacks"
tests/tools/packages.sh run
step_done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
tests/tools/web.sh >"$log" 2>&1 &
web=$!

step 5 "Compiling the libraries; the site is built at the same time (first time: some minutes)"
build_dependencies --release
step_done

step 5 "Building the site"
wait "$web" || { cat "$log"; die "The site could not be built; see above."; }
tail -n 1 "$log"
step_done

step 5 "Compiling the server"
cargo build --locked --release --bin ligesind
step_done

if [ "${1:-}" = --build-only ]; then
    printf '\nBuilt: %s\n' "$target/release/ligesind"
    exit 0
fi
step 5 "Starting; Ctrl-C stops everything"
rm -f "$log"
exec "$target/release/ligesind" serve --demo
