# Shared by the scripts beside it: where things are, how steps are told, when work can be skipped.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
# The site's packages bring the Node they need; what runs outside `npm run` finds it here.
web_path=$root/web/node_modules/.bin:$PATH

step_no=0
step_started=$SECONDS

# step TOTAL TEXT: says which step begins.
step() {
    step_no=$((step_no + 1))
    step_started=$SECONDS
    printf '\n[%s/%s] %s …\n' "$step_no" "$1" "$2"
}

# step_done [TEXT]: says how the step ended and how long it took.
step_done() {
    printf '      %s (%s s)\n' "${1:-done}" "$((SECONDS - step_started))"
}

die() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# content_hash FOLDER: one hash over names and contents of its sources, so that a new date alone rebuilds nothing.
content_hash() {
    (
        cd "$1"
        find . \( -name node_modules -o -name .svelte-kit -o -path ./build \) -prune -o -type f -print0 |
            LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
    )
}

# npm_ci FOLDER: installs the locked packages, unless exactly these are there already.
npm_ci() {
    (
        cd "$root/$1"
        stamp=node_modules/.ligesind-installed
        wanted=$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)-$(uname -m)
        [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
        echo "      $1: installing the packages of package-lock.json"
        npm ci --no-audit --no-fund --loglevel=error --prefer-offline
        echo "$wanted" >"$stamp"
    )
}

# build_dependencies PROFILE-FLAG...: compiles all crates that are not ours, exactly as the server uses them.
# It needs nothing from the site, so both can be built at once; the server itself embeds the built site.
build_dependencies() {
    local crates
    mapfile -t crates < <(
        cargo tree --locked --quiet -p ligesind-server --depth 1 --prefix none -e normal -f '{p}' |
            awk 'NR > 1 && $3 !~ /^\(\// { print "-p"; print $1 "@" substr($2, 2) }'
    )
    cargo build --locked "$@" "${crates[@]}"
}
