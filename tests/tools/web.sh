#!/usr/bin/env bash
# Builds the site into web/build, unless exactly these sources are built already.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root/web"

# Two runs in one clone take turns; the lock goes with this process.
exec 9<package.json
flock 9
npm_ci web
stamp=node_modules/.ligesind-built
wanted=$(content_hash .)
if [ -f build/200.html ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    echo "      the site is built already"
    exit 0
fi
rm -f "$stamp"
npm run --silent build
# A build that changes its own sources (a route list, say) must not build itself again next time.
content_hash . >"$stamp"
echo "      the site is built"
