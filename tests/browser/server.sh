#!/usr/bin/env bash
# Runs the server on a throw-away state folder until it is told to stop, then removes the folder.
set -u
# The database's own user must be able to pass through when this runs as root.
state=$(mktemp -d "${TMPDIR:-/tmp}/lg-e2e-XXXXXX")
chmod 711 "$state"
unset DATABASE_URL DATABASE_OWNER_URL PUBLIC_URL
STATE_DIR=$state HOST=127.0.0.1 "$1" serve --demo &
server=$!
trap 'kill -TERM "$server" 2>/dev/null' TERM INT HUP
wait "$server"
result=$?
# A signal ends the first wait, not the server.
wait "$server" 2>/dev/null && result=0
rm -rf "$state"
exit "$result"
