#!/usr/bin/env bash
# `make test`, `make check` and `make journeys`: runs every part even when one fails, and ends with a table.
set -uo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
kind=${1:-all}
shift || true

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
names=()
results=()
seconds=()
failed=0
parts=12
[ "$kind" = quick ] && parts=10
[ "$kind" = journeys ] && parts=2

# part NAME COMMAND...: runs one part, shows its output and keeps how it ended.
part() {
    local name=$1 log="$logs/${#names[@]}" from=$SECONDS
    shift
    step "$parts" "$name"
    if "$@" </dev/null 2>&1 | tee "$log"; then results+=(ok); else
        results+=(FAILED)
        failed=$((failed + 1))
    fi
    names+=("$name")
    seconds+=($((SECONDS - from)))
    step_done "${results[-1]}"
}

# closing LOG: the lines a runner ends with, without colour.
closing() {
    sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
        /^test result: / { runs++; ok += $4; bad += $6; skipped += $8; next }
        /^ *(Test Files|Tests) +[0-9]/ || /^ +[0-9]+ (passed|failed|flaky|skipped|did not run)/ { $1 = $1; line = line (line ? ", " : "") $0 }
        END {
            if (runs) line = "test result: " (bad ? "FAILED" : "ok") ". " ok " passed; " bad " failed; " skipped " ignored; in " runs " binaries"
            print line
        }'
}

summary() {
    local i
    printf '\n%s\n' "──────────────────────────────────────────────────────────────────────"
    for i in "${!names[@]}"; do
        printf '%-7s %5s s  %-28s %s\n' "${results[i]}" "${seconds[i]}" "${names[i]}" "$(closing "$logs/$i")"
    done
    printf '%s\n' "──────────────────────────────────────────────────────────────────────"
    printf '%s passed, %s failed\n' "$((${#names[@]} - failed))" "$failed"
}

in_web() { (cd web && npm run --silent "$@"); }

# The client that is kept must be the one that the kept document makes.
web_types() {
    local fresh=$logs/schema.d.ts
    (cd web && PATH="$web_path" openapi-typescript openapi.json -o "$fresh" >/dev/null) || return 1
    cmp web/src/lib/api/schema.d.ts "$fresh" || {
        echo "web/src/lib/api/schema.d.ts is out of date: make api"
        return 1
    }
    in_web check
}

rust_tests() { cargo test --locked --workspace --no-fail-fast "$@"; }

site_and_libraries() {
    local ok=0
    tests/tools/web.sh &
    build_dependencies || ok=1
    wait $! || ok=1
    return "$ok"
}

# Debug binaries that exist already; what runs is a copy, so that a build meanwhile cannot change it.
faults() {
    cargo build --locked --bin ligesind --bin bench || return 1
    cp "$target/debug/ligesind" "$logs/node" && "$target/debug/bench" chaos-short "$logs/node"
}

journeys_check() {
    npm_ci tests/browser || return 1
    (
        cd tests/browser || exit 1
        export PATH=$web_path
        prettier --check . && oxlint --deny-warnings . && tsc --noEmit
    )
}

journeys() {
    npm_ci tests/browser || return 1
    cargo build --locked --bin ligesind || return 1
    # A copy, so that a build meanwhile cannot change the server under the tests.
    cp "$target/debug/ligesind" "$logs/ligesind" || return 1
    (cd tests/browser && PATH="$web_path" LIGESIND_BIN="$logs/ligesind" npx --no-install playwright test "$@")
}

if ! tests/tools/packages.sh test; then exit 1; fi
part "Site and libraries" site_and_libraries
case $kind in
journeys)
    part "Browser journeys" journeys "$@"
    ;;
*)
    part "Weight of pages" in_web budget
    part "Format of Rust" cargo fmt --all --check
    part "Format of web" in_web format:check
    part "Lint of Rust" cargo clippy --locked --workspace --all-targets -- -D warnings
    part "Lint of web" in_web lint
    part "Types of web" web_types
    part "Lint of journeys" journeys_check
    if [ "$kind" = quick ]; then
        part "Unit tests of Rust" rust_tests --lib
        part "Unit tests of web" in_web test
    else
        part "Tests of Rust" rust_tests
        part "Faults, the short form" faults
        part "Unit tests of web" in_web test
        part "Browser journeys" journeys
    fi
    ;;
esac
summary
[ "$failed" = 0 ]
