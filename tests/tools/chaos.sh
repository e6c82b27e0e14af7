#!/usr/bin/env bash
# `make chaos`: people talk while nodes, Redis and PostgreSQL break, minutes for each fault, and a checker reads along.
# `make chaos ARGS=Redis` runs the faults whose name holds the word.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

step 3 "Looking for what this machine lacks, and building the site"
tests/tools/packages.sh test
tests/tools/web.sh | tail -n 1
step_done

step 3 "Compiling the program and the checker"
cargo build --locked --release --bin ligesind --bin bench
step_done

step 3 "Breaking things; three minutes for each fault"
"$target/release/bench" chaos "$target/release/ligesind" "$@"
step_done
