# shellcheck shell=bash disable=SC2154
# test.sh: every proof the project has, added up. Sourced by `run`.
#
# Each test program ends with a line "N passed, N failed"; here they are added up, one line a program while it goes, and the
# last line is the sum. A program that ends without its line, or with an exit code that contradicts it, counts as failed.

passed_n=0 failed_n=0 skipped_n=0

door_test() {
    packages_need build test
    local started=$SECONDS
    test_logs=$(mktemp -d)
    trap 'test_stop' EXIT
    trap 'exit 130' INT TERM

    test_build build "building (gcc)"
    test_build build-san "building (clang, sanitizers)"
    test_postgres_start
    test_meson build "$@"
    test_meson build-san "$@"
    test_scripts "$@"
    test_browser "$@"

    printf '\n%d s\n' $((SECONDS - started))
    local line="$passed_n passed, $failed_n failed"
    [ "$skipped_n" -eq 0 ] || line+=", $skipped_n skipped"
    printf '%s\n' "$line"
    [ "$failed_n" -eq 0 ] && [ "$passed_n" -gt 0 ]
}

test_stop() {
    local code=$?
    [ ! -x "$root/test/postgres.sh" ] || "$root/test/postgres.sh" stop >/dev/null 2>&1 || true
    [ "$code" -ne 0 ] || rm -rf "$test_logs"
}

# What does not build is a failed test, and the only one.
test_build() {
    local started=$SECONDS
    (build_make "$1" all meson-test-prereq) || { printf '0 passed, 1 failed\n'; exit 1; }
    printf '%s: %d s\n' "$2" $((SECONDS - started))
}

# test_count NAME SECONDS EXIT_CODE OUTPUT: reads the last closing line of a program's output and adds it up.
test_count() {
    local name=$1 seconds=$2 code=$3 output=$4 line p=0 f=0 s=0 mark=ok
    line=$(grep -a -o -E '^([a-z]+: )?[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$output" | tail -n 1 | grep -o -E '[0-9].*' || true)
    if [ -n "$line" ]; then read -r p f s <<< "$(tr -c '0-9\n' ' ' <<< "$line")"; fi
    if [ $((p + f + ${s:-0})) -eq 0 ]; then f=1 mark="no closing line"
    elif [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then f=1 mark="exit code $code"
    elif [ "$f" -gt 0 ]; then mark=FAILED; fi
    passed_n=$((passed_n + p)) failed_n=$((failed_n + f)) skipped_n=$((skipped_n + ${s:-0}))
    printf '  %-44s %6d passed %s %7s s  %s\n' "$name" "$p" "$([ "$f" -eq 0 ] && echo '          ' || printf '%3d failed' "$f")" "$seconds" "$mark"
    [ "$f" -eq 0 ] || tail -n 60 "$output" | sed 's/^/      | /'
}

# The C tests of one build directory; arguments are rooms (meson suites).
test_meson() {
    local dir=$root/$1 room i=0
    local -a suites=()
    for room in "${@:2}"; do [ ! -d "$root/src/$room" ] || suites+=(--suite "$room"); done
    if [ $# -gt 1 ] && [ ${#suites[@]} -eq 0 ]; then return; fi
    printf '\n%s\n' "$([ "$1" = build ] && echo "C tests" || echo "C tests under the address and undefined-behaviour sanitizers")"
    ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        meson test -C "$dir" --no-rebuild --num-processes 2 -t 3 "${suites[@]}" >"$test_logs/meson" 2>&1 || true
    [ -s "$dir/meson-logs/testlog.json" ] || { cat "$test_logs/meson"; failed_n=$((failed_n + 1)); return; }
    while IFS= read -r test; do
        i=$((i + 1))
        jq -r '(.stdout // ""), (.stderr // "" | select(. != "") | "\n" + .)' <<< "$test" > "$test_logs/$1.$i"
        jq -r '(.stdout // "")' <<< "$test" | grep -a -E '^[0-9]+ passed, [0-9]+ failed' >> "$test_logs/$1.$i" || true
        test_count "$(jq -r '.name | split(" / ") | last' <<< "$test")" "$(jq -r '.duration * 10 | round / 10' <<< "$test")" \
            "$(jq -r 'if .result == "OK" or .result == "SKIP" then 0 else (.returncode // 1) | if . == 0 then 1 else . end end' <<< "$test")" "$test_logs/$1.$i"
    done < <(sort "$dir/meson-logs/testlog.json")
}

# test_program NAME COMMAND…: runs it and counts it.
test_program() {
    local name=$1 code=0 started=$SECONDS log=$test_logs/${1//\//_}
    "${@:2}" >"$log" 2>&1 </dev/null || code=$?
    test_count "$name" $((SECONDS - started)) "$code" "$log"
}

# Shell tests: test/NAME_test.sh; with arguments only those named.
test_scripts() {
    local script name
    printf '\nThe whole program from the shell\n'
    for script in "$root"/test/*_test.sh; do
        [ -e "$script" ] || continue
        name=$(basename "$script" _test.sh)
        if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
        test_program "$name" "$script"
    done
}

test_browser() {
    [ -f "$root/test/browser/run.mjs" ] || return 0
    if [ $# -gt 0 ] && [[ " $* " != *" browser "* ]]; then return; fi
    printf '\nA real browser\n'
    packages_need browser
    packages_need_node
    npm_install "$root/test/browser"
    test_program browser node "$root/test/browser/run.mjs"
}

test_postgres_start() {
    [ -x "$root/test/postgres.sh" ] || return 0
    HARAPAN_TEST_PG=$("$root/test/postgres.sh" start)
    export HARAPAN_TEST_PG
}
