# shellcheck shell=bash
# packages.sh: what the project needs from Debian 12 and npm, and how it gets there. Sourced by `run`.

# One table, by purpose. Debian's names.
declare -A PACKAGES=(
    [build]="gcc libc6-dev meson ninja-build pkg-config python3 libsqlite3-dev libpq-dev libsodium-dev libyaml-dev libjansson-dev
             libmicrohttpd-dev libxml2-dev libzip-dev libcairo2-dev libpango1.0-dev libcmocka-dev libutf8proc-dev
             libqrencode-dev libssl-dev libxlsxwriter-dev fonts-noto-core"
    [demo]="jq"
    [test]="gettext clang libclang-rt-14-dev jq postgresql libxml2-utils poppler-utils zbar-tools strace curl"
    [browser]="chromium"
    [check]="clang clang-tidy cppcheck shellcheck gettext"
    [bench]="jq postgresql sqlite3"
    [node]="nodejs npm"
)
NODE_MIN=18        # what playwright-core asks for, and what Debian 12 has

# packages_need PURPOSE…: returns when all packages of these purposes are installed. Quick when nothing is missing.
packages_need() {
    local purpose missing
    local -a wanted=()
    for purpose; do read -r -d '' -a words <<< "${PACKAGES[$purpose]}" || true; wanted+=("${words[@]}"); done
    command -v dpkg-query >/dev/null || { packages_elsewhere "${wanted[@]}"; return; }
    missing=$(packages_missing "${wanted[@]}")
    [ -z "$missing" ] || packages_install "$*" "$missing"
}

packages_missing() {
    local installed name
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p' || true)
    for name; do grep -qx -- "$name" <<< "$installed" || printf '%s ' "$name"; done
}

# Not Debian: the names are a hint, the build itself will say what it misses.
packages_elsewhere() {
    [ -z "${HARAPAN_PACKAGES_TOLD:-}" ] || return 0
    export HARAPAN_PACKAGES_TOLD=1
    say "Sistem ini bukan Debian. Pastikan padanan paket ini ada: $*" \
        "This system is not Debian. Make sure that it has the like of these packages: $*" >&2
}

packages_install() {
    local purposes=$1 names=$2
    local -a become=() apt=(apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=400)
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then become=(sudo)
        else
            die "Belum terpasang untuk \"$purposes\": $names
Perintah ini tidak boleh memasang paket. Mintalah pengelola komputer menjalankan:
  apt-get update && apt-get install --no-install-recommends $names" \
                "Not installed yet, needed for \"$purposes\": $names
This account may not install packages. Ask whoever looks after the machine to run:
  apt-get update && apt-get install --no-install-recommends $names"
        fi
    fi
    say "Memasang paket Debian untuk \"$purposes\" (sekali saja): $names" "Installing Debian packages for \"$purposes\" (only once): $names" >&2
    read -r -a list <<< "$names"
    local log; log=$(mktemp)
    # First with the lists as they are; only when that fails with fresh ones.
    if ! "${become[@]}" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" "${list[@]}" >"$log" 2>&1 &&
       ! { "${become[@]}" apt-get update -q -o DPkg::Lock::Timeout=400 >>"$log" 2>&1 &&
           "${become[@]}" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" "${list[@]}" >>"$log" 2>&1; }; then
        tail -n 15 "$log" >&2
        die "Pemasangan gagal; selengkapnya di $log" "Installing failed; all of it is in $log"
    fi
    rm -f "$log"
}

# Node as it is here if it is new enough, else Debian's.
packages_need_node() {
    local version
    version=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
    if [ "${version:-0}" -ge "$NODE_MIN" ] && command -v npm >/dev/null; then return; fi
    packages_need node
}

# npm_install DIR: `npm ci` in a folder that has a lock file, once for each state of that file.
npm_install() {
    local dir=$1 stamp=$1/node_modules/.installed
    [ -f "$dir/package-lock.json" ] || return 0
    if [ -f "$stamp" ] && cmp -s "$dir/package-lock.json" "$stamp"; then return; fi
    say "Memasang paket npm di ${dir#"$root"/} (sekali saja)" "Installing npm packages in ${dir#"$root"/} (only once)" >&2
    local log; log=$(mktemp)
    if ! (cd "$dir" && npm ci --no-fund --no-audit) >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        die "npm ci gagal; selengkapnya di $log" "npm ci failed; all of it is in $log"
    fi
    cp "$dir/package-lock.json" "$stamp"
    rm -f "$log"
}
