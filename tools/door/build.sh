# shellcheck shell=bash disable=SC2154
# build.sh: Meson and Ninja, quiet unless something is wrong. Sourced by `run`.

# What each build directory is made with. The sanitizer build is the clang build: both compilers see every line with -Werror.
declare -A BUILDS=(
    [build]="gcc -Dbuildtype=debugoptimized"
    [build-san]="clang -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false"
    [build-fuzz]="clang -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true"
)

# build_make DIR [ninja target…]: sets up DIR when it is new or was moved, then builds.
build_make() {
    local dir=$root/$1 log made_with
    made_with="$root ${BUILDS[$1]}"
    log=$(mktemp)
    if [ "$(cat "$dir/.made_with" 2>/dev/null)" != "$made_with" ]; then
        [ -d "$dir/meson-private" ] && rm -rf "$dir"
        read -r -a words <<< "${BUILDS[$1]}"
        CC=${words[0]} meson setup "$dir" "$root" "${words[@]:1}" >"$log" 2>&1 || build_failed "$log"
        printf '%s\n' "$made_with" > "$dir/.made_with"
    fi
    ninja -C "$dir" ${HARAPAN_JOBS:+-j"$HARAPAN_JOBS"} "${@:2}" >"$log" 2>&1 || build_failed "$log"
    rm -f "$log"
}

build_failed() {
    grep -n -E -A8 'error:|ERROR|FAILED' "$1" | head -n 60 >&2 || tail -n 40 "$1" >&2
    die "Tidak dapat dibangun; selengkapnya di $1" "It does not build; all of it is in $1"
}
