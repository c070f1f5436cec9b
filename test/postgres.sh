#!/bin/bash
# postgres.sh start | stop [DIR]: a throw-away PostgreSQL cluster for the tests. It installs nothing.
#
#   export HARAPAN_TEST_PG=$(test/postgres.sh start)     prints the URL; the cluster's folder is in HARAPAN_TEST_PG_DIR or
#                                                        a new one under /tmp, found again by stop through the URL's port
#   test/postgres.sh stop                                stops the cluster of HARAPAN_TEST_PG and removes its folder
#
# Real conditions: fsync on, loopback only, a password made for this cluster. Runs as user postgres or nobody when started by root.
set -euo pipefail

say() { echo "postgres.sh: $*" >&2; }
die() { say "$*"; exit 1; }

programs() {
    local dir
    for dir in "${PG_BIN:-}" $(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -Vr) "$(dirname "$(command -v postgres || echo /none)")"; do
        [ -n "$dir" ] && [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && { echo "$dir"; return; }
    done
    die "PostgreSQL's server programs are not here. On Debian: apt-get install postgresql-15"
}

as_user() {
    if [ "$(id -u)" != 0 ]; then "$@"; return; fi
    local user=postgres
    id -u "$user" >/dev/null 2>&1 || user=nobody
    setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME=/ "$@"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start() {
    local bin dir password port user=postgres
    bin=$(programs)
    dir=$(mktemp -d /tmp/harapan-postgres-XXXXXX)
    password=$(head -c 18 /dev/urandom | base64 | tr -dc a-zA-Z0-9)
    if [ "$(id -u)" = 0 ]; then
        id -u "$user" >/dev/null 2>&1 || user=nobody
        chown "$user" "$dir"
    fi
    chmod 700 "$dir"
    printf '%s\n' "$password" | as_user tee "$dir/password" >/dev/null
    (cd "$dir" && as_user "$bin/initdb" -D "$dir/data" -U harapan -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C.UTF-8 --no-instructions --no-sync) \
        >"$dir/log.init" 2>&1 || { cat "$dir/log.init" >&2; rm -rf "$dir"; die "initdb failed"; }
    for _ in 1 2 3 4 5; do
        port=$(free_port)
        if (cd "$dir" && as_user "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/log" \
            -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=on -c max_connections=50 -c shared_buffers=64MB" start) >"$dir/log.start" 2>&1; then
            ln -sfn "$dir" "/tmp/harapan-postgres-port-$port"
            echo "postgresql://harapan:$password@127.0.0.1:$port/postgres"
            return
        fi
        say "port $port did not work, trying another"
    done
    cat "$dir/log.start" "$dir/log" >&2
    rm -rf "$dir"
    die "PostgreSQL did not start"
}

stop() {
    local url=${1:-${HARAPAN_TEST_PG:-}} port link dir
    [ -n "$url" ] || die "stop which one? Set HARAPAN_TEST_PG or give the URL."
    port=${url##*:}
    port=${port%%/*}
    link=/tmp/harapan-postgres-port-$port
    [ -L "$link" ] || die "no cluster of ours listens on port $port"
    dir=$(readlink "$link")
    case $dir in /tmp/harapan-postgres-*) ;; *) die "$dir is not ours" ;; esac
    (cd "$dir" && as_user "$(programs)/pg_ctl" -D "$dir/data" -m immediate -w stop) >/dev/null || say "it was not running"
    rm -rf "$dir" "$link"
}

case ${1:-} in
    start) start ;;
    stop) shift; stop "$@" ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
