# shellcheck shell=bash disable=SC2154
# check.sh: what reading machines find in the source. Sourced by `run`. Each check is silent when all is well.

door_check() {
    packages_need build check
    build_make build-san
    local bad_n=0 name
    for name in forbidden texts scripts cppcheck tidy fuzz; do
        local started=$SECONDS log=$root/build/check-$name.txt
        mkdir -p "$root/build"
        if "check_$name" >"$log" 2>&1; then printf '%-10s ok      %4d s\n' "$name" $((SECONDS - started))
        else
            bad_n=$((bad_n + 1))
            printf '%-10s FAILED  %4d s\n' "$name" $((SECONDS - started))
            head -n 80 "$log" | sed 's/^/    /'
        fi
    done
    [ "$bad_n" -eq 0 ] || { say "Ada $bad_n pemeriksaan yang gagal." "$bad_n checks failed."; return 1; }
}

# What may not stand in the source. PATTERN, WHERE (git pathspecs), WHY; a row a rule.
FORBIDDEN=(
    '\b(system|popen|strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|atoi|atol|asctime|ctime|mktemp|tmpnam)\s*\(' 'src/*.c src/*.h :!src/*_test.c' 'a call that has no limit, no error or starts a shell'
    '\b(float|double)\b' 'src/base/rupiah.* src/programme :!src/programme/growth* src/stage src/payment src/registry src/training :!src/training/statistics*' 'no floating point near money'
    'registry\.npmjs|deb\.debian|pypi\.org|https?://[a-z.]*npm' '. :!tools/door/check.sh' 'the host of a package registry'
    '(^|[^A-Za-z0-9_.])/(work|root|home)/[a-z]' '. :!tools/door/check.sh' 'a path of one machine'
    '\b(TODO|FIXME|XXX|HACK)\b' '. :!tools/door/check.sh' 'finish it, or write it in the issue'
    '[[:space:]]+$' 'src tools run' 'blanks at the end of a line'
)

check_forbidden() {
    local i found=0
    for ((i = 0; i < ${#FORBIDDEN[@]}; i += 3)); do
        read -r -a where <<< "${FORBIDDEN[i + 1]}"
        if git -C "$root" grep -n -I -P -e "${FORBIDDEN[i]}" -- "${where[@]}" | grep -v -P '^[^:]*:[0-9]+:\s*(//|/\*|\*)'; then
            printf '^ %s\n\n' "${FORBIDDEN[i + 2]}"
            found=1
        fi
    done
    return $found
}

check_texts() { "$root/test/texts_test.sh"; }

check_scripts() {
    local -a scripts=()
    mapfile -t scripts < <(cd "$root" && git ls-files -co --exclude-standard run .ci/run '*.sh' '*.bash')
    (cd "$root" && shellcheck -x "${scripts[@]}")
}

check_cppcheck() {
    cppcheck -q -j2 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --std=c11 --suppress=missingIncludeSystem \
        --suppress=normalCheckLevelMaxBranches --suppress=unknownMacro --suppress=internalAstError -I "$root/src" "$root/src"
}

# Not the tests: cmocka leaves a failed test by a long jump, which the analyzer does not see.
check_tidy() {
    local -a sources=()
    mapfile -t sources < <(cd "$root" && git ls-files 'src/*.c' ':!*_test.c')
    (cd "$root" && printf '%s\n' "${sources[@]}" | xargs -P 2 -n 4 clang-tidy -p build-san --quiet 2>&1) > "$root/build/tidy.txt" && return
    grep -A2 ' error: ' "$root/build/tidy.txt"
    return 1
}

# Foreign bytes into each reader, for a while. HARAPAN_FUZZ_SECONDS makes it a night.
check_fuzz() {
    local source name failed=0
    local -a names=()
    for source in "$root"/fuzz/*_fuzz.c; do name=${source##*/}; names+=("${name%.c}"); done
    build_make build-fuzz "${names[@]/#/fuzz/}"
    for name in "${names[@]}"; do
        mkdir -p "$root/build-fuzz/corpus/$name"
        (cd "$root/build-fuzz" && UBSAN_OPTIONS=halt_on_error=1 "./fuzz/$name" -max_total_time="${HARAPAN_FUZZ_SECONDS:-15}" -max_len=4096 -timeout=10 -verbosity=0 "corpus/$name") || failed=1
    done
    return $failed
}
