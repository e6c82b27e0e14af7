#!/usr/bin/env bash
# Installs the Debian packages that are missing: `packages.sh run`, `bench` or `test`.
# Does nothing where nothing is missing; as an ordinary user it asks sudo, and without sudo it names the command.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

missing=()
need() { # COMMAND PACKAGE...
    command -v "$1" >/dev/null 2>&1 || missing+=("${@:2}")
}

has_postgres() {
    local initdb version
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        version=${initdb#/usr/lib/postgresql/}
        [ -x "$initdb" ] && [ "${version%%/*}" -ge 15 ] && return 0
    done
    return 1
}

need cc gcc libc6-dev
need sha256sum coreutils
need flock util-linux
if [ "$1" != run ] || [ -z "${DATABASE_URL:-}" ]; then
    has_postgres || missing+=(postgresql)
fi
if [ "$1" != run ]; then
    need redis-server redis-server
fi
if [ "$1" = test ] && ! command -v chromium >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
    missing+=(chromium fonts-liberation)
fi

# Debian's own Rust and Node may be too old, so these are named and not installed.
command -v cargo >/dev/null 2>&1 || die "Rust is missing. Install it from https://rustup.rs and open a new shell."
command -v npm >/dev/null 2>&1 || die "Node.js 20 or newer with npm is missing. On Debian: apt-get install nodejs npm"

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

command -v apt-get >/dev/null 2>&1 || die "Missing here: ${missing[*]} (names as in Debian). Please install them and try again."
install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=(sudo)
else
    die "Missing here: ${missing[*]}. Please run this as root and try again:
    $install"
fi

echo "      installing ${missing[*]}"
# Debian starts a database of its own on port 5432 when PostgreSQL is installed; Ligesind never uses it.
quiet_cluster=/etc/postgresql-common/createcluster.d/ligesind.conf
case " ${missing[*]} " in
*" postgresql "*)
    "${as_root[@]}" mkdir -p "$(dirname "$quiet_cluster")"
    echo "create_main_cluster = false" | "${as_root[@]}" tee "$quiet_cluster" >/dev/null
    ;;
esac
result=0
"${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null || result=$?
"${as_root[@]}" rm -f "$quiet_cluster"
[ "$result" = 0 ] || die "The packages could not be installed. Please try by hand: $install"
