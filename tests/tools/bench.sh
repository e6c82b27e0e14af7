#!/usr/bin/env bash
# `make bench`: the optimised program and the bench, then figures. Give the machine some quiet minutes.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"

step 3 "Looking for what this machine lacks, and building the site"
tests/tools/packages.sh bench
tests/tools/web.sh | tail -n 1
step_done

step 3 "Compiling the program and the bench"
cargo build --locked --release --bin ligesind --bin bench
step_done

# Both ends of nine thousand sockets stand on this machine.
ulimit -n "$(ulimit -H -n)"

step 3 "Measuring; some eight minutes"
export PATH="$PATH:$(dirname "$(find /usr/lib/postgresql -name pgbench | sort -V | tail -n 1)")"
"$target/release/bench" run "$target/release/ligesind" "$target/bench/results.jsonl"
step_done "written to $target/bench/results.jsonl"
