# shellcheck shell=bash disable=SC2154
# demo.sh: stage II of 2024 in a synthetic Padang, step by step, with the program's own verbs. Sourced by `run`.
#
# Every figure that is shown comes from the program's JSON answers, which are kept in DIR/steps. DIR/done is written last: without
# it DIR is a half-made demo and is made anew.

demo_stage=2024-2
demo_kab=1371
demo_family=46

door_demo() {
    local is_once="" is_new="" port="" dir=$root/demo rules=$root/rules/pkh.yaml
    while [ $# -gt 0 ]; do
        case $1 in
            --once) is_once=1 ;;
            --new) is_new=1 ;;
            --port) port=${2:?}; shift ;;
            --dir) dir=${2:?}; shift ;;
            --rules) rules=$(readlink -f "${2:?}"); shift ;;
            *) die "./run demo tidak mengenal \"$1\". Pilihan: --once, --new, --port N, --dir MAP, --rules BERKAS." \
                   "./run demo does not know \"$1\". Options: --once, --new, --port N, --dir DIR, --rules FILE." ;;
        esac
        shift
    done
    [ -z "$port" ] || demo_port_is_free "$port" || die "Porta $port sedang dipakai program lain." "Port $port is in use by another program."

    packages_need build demo
    say "Membangun program …" "Building the program …"
    build_make build harapan paylist-sample
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    export HARAPAN_DB=$dir/padang.db
    [ -z "$is_new" ] || rm -f "$dir/done"
    if [ -f "$dir/done" ] && demo_is_readable; then
        say "Padang contoh sudah ada di $dir (buat lagi dari awal: ./run demo --new)." \
            "The synthetic Padang is already in $dir (make it anew: ./run demo --new)."
    else
        demo_make
    fi
    demo_summary
    [ -z "$is_once" ] || return 0
    demo_serve
}

harapan() { "$root/build/harapan" "$@"; }

# demo_step NAME "Indonesian" "English" VERB…: runs the verb, keeps its JSON answer in DIR/steps/NAME.json, tells it in a line with its time.
demo_step() {
    local name=$1 title code=0 started=$EPOCHREALTIME
    local -a progress=(--progress=none)
    title=$(say "$2" "$3")
    [ ! -t 2 ] || progress=()                              # a bar while it lasts
    printf '%s\n' "${demo_password:-}" | harapan "${@:4}" --json "${progress[@]}" >"$dir/steps/$name.json" || code=$?
    if [ "$code" -ne 0 ]; then
        cat "$dir/steps/$name.json" >&2
        die "Langkah ini gagal: harapan ${*:4}" "This step failed: harapan ${*:4}"
    fi
    printf '  %-82s %s\n' "$title" "$(demo_seconds "$started")"
}

# "0,41 dtk": how long since $1.
demo_seconds() {
    local ms=$(( (${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 1000 ))
    say "$((ms / 1000)),$(printf %02d $((ms % 1000 / 10))) dtk" "$((ms / 1000)).$(printf %02d $((ms % 1000 / 10))) s"
}

# From here on as this practice user: each has a log-in, a password, and a place of his own for the session.
demo_as() {
    export HARAPAN_STATE=$dir/sessions/$1
    demo_password=$(sed -n "s/^$1 //p" "$HARAPAN_DB.latihan")
    printf '%s\n' "$demo_password" | harapan login "$1" --password-stdin >/dev/null 2>"$dir/steps/login.err" ||
        { cat "$dir/steps/login.err" >&2; die "Pengguna latihan $1 tidak dapat masuk." "The practice user $1 cannot log in."; }
}

demo_make() {
    rm -rf "$dir/done" "$dir/steps" "$dir/sessions" "$dir/files" "$dir"/padang.db*
    mkdir -p "$dir/steps"
    say "
Padang contoh, Tahap II 2024. Semua orang di dalamnya rekaan." "
A synthetic Padang, stage II of 2024. Nobody in it is real."
    demo_step rules "Buku aturan dibaca dan diperiksa" "The rule book is read and checked" rules check "$rules"
    demo_step synth "Keluarga, sekolah, posyandu, dan pendamping dibuat" "Families, schools, health posts and companions are made" synth padang
    demo_as operator.latihan
    demo_step close "Final closing: gambaran keluarga dibekukan" "Final closing: the picture of the families is frozen" \
        close $demo_stage --kab $demo_kab --rules "$rules"
    demo_step run "Bantuan dihitung, dan setiap kasus dihitung ulang dengan cara kedua" "Amounts are computed, and every case once more in a second way" \
        run $demo_stage --kab $demo_kab
    demo_step approve1 "Operator menandatangani sidik jari" "The operator signs the hash" approve $demo_stage --kab $demo_kab --password-stdin
    demo_as kepala.latihan
    demo_step approve2 "Kepala dinas menandatangani sidik jari yang sama" "The head of the office signs the same hash" \
        approve $demo_stage --kab $demo_kab --password-stdin
    demo_as operator.latihan
    demo_step pay "Uang dicadangkan di pembukuan, berkas BRI dan PT Pos ditulis dan dihitung ulang" \
        "Money is set aside, the files for BRI and PT Pos are written and counted again" pay $demo_stage --kab $demo_kab --out "$dir/files" --password-stdin
    harapan totals $demo_stage --kab $demo_kab --json >"$dir/steps/owed.json"
    demo_step sp2d_bri "SP2D untuk BRI dicatat" "The disbursement order for BRI is recorded" reconcile $demo_stage --kab $demo_kab --sp2d LATIHAN-SP2D-1 --channel BRI \
        --amount "$(demo_answer owed '.channels[] | select(.code == "BRI") | .total')" --on 2024-04-22 --password-stdin
    demo_step sp2d_pos "SP2D untuk PT Pos dicatat" "The disbursement order for PT Pos is recorded" reconcile $demo_stage --kab $demo_kab --sp2d LATIHAN-SP2D-2 --channel POS \
        --amount "$(demo_answer owed '.channels[] | select(.code == "POS") | .total')" --on 2024-04-22 --password-stdin
    demo_step answers "Bank dan pos dimainkan: jawaban dibuat" "Bank and post are played: their answers are made" practice-answers $demo_stage --kab $demo_kab --out "$dir/answers"
    demo_step settle "Jawaban dimasukkan: masuk rekening, gagal, kembali, atau ke baki" "The answers are taken in: credited, failed, returned, or to the tray" \
        settle "$dir"/answers/*-status.xml "$dir"/answers/*-statement.xml --kab $demo_kab --apply --password-stdin
    demo_step reconcile "Rekonsiliasi: tiap rupiah punya tempat" "Reconciliation: every rupiah has its place" reconcile $demo_stage --kab $demo_kab
    "$root/build/paylist-sample" "$HARAPAN_DB" $demo_stage "$dir/daftar-bayar.xlsx" >"$dir/steps/sample.json" ||
        die "Contoh daftar bayar tidak dapat dibuat." "The sample pay list cannot be made."
    demo_step paylist "Daftar bayar Kementerian (contoh) dibaca, tiap baris dicocokkan" "The Ministry's pay list (a sample) is read, each row is matched" \
        paylist read "$dir/daftar-bayar.xlsx" --stage $demo_stage --kab $demo_kab
    demo_step compare "Daftar itu disandingkan dengan final closing kita" "The list is laid beside our closing" paylist compare --stage $demo_stage --kab $demo_kab
    demo_step check "Semua kaidah diperiksa: tidak ada selisih" "Every law is checked: nothing is amiss" check
    demo_look || die "Hasilnya tidak dapat dibaca kembali." "The result cannot be read back."
    touch "$dir/done"
}

# Made by this program or one that kept its database in the same way?
demo_is_readable() {
    (demo_as operator.latihan) 2>/dev/null || return 1
    export HARAPAN_STATE=$dir/sessions/operator.latihan
    demo_look
}
demo_look() {
    harapan totals $demo_stage --kab $demo_kab --json >"$dir/steps/totals.json" 2>/dev/null &&
        harapan explain $demo_stage $demo_family --kab $demo_kab >"$dir/steps/explain.txt" 2>/dev/null
}

# 17051232974 -> 17.051.232.974, in English 17,051,232,974.
demo_number() { sed -E ':a; s/^([0-9]+)([0-9]{3})/\1'"$(say . ,)"'\2/; ta' <<< "$1"; }

demo_answer() { jq -r "$2" "$dir/steps/$1.json"; }

demo_summary() {
    local code title n total
    say "
  Hasil Tahap II 2024, Kota Padang (contoh)" "
  Stage II of 2024, Padang (synthetic)"
    while IFS=$'\t' read -r code n total title; do
        printf '    %-5s %10s KPM %22s%s\n' "$code" "$(demo_number "$n")" "Rp $(demo_number "$total")" "${title:+   $title}"
    done < <(demo_answer totals '(.channels[] | [.code, .n, .total, .title]), ["=", .payable, .total, ""] | @tsv')
    say "
    Sidik jari   $(demo_answer totals .run_hash), ditandatangani dua orang
    Ditahan      $(demo_number "$(demo_answer approve2 .held)") KPM
    Berkas       $(demo_answer pay .files) di $dir/files
    Salur        $(demo_number "$(demo_answer reconcile '.credited + .withdrawn')") KPM sudah menerima, $(demo_number "$(demo_answer reconcile .on_its_way)") belum ada bukti, $(demo_number "$(demo_answer reconcile .failed)") gagal, $(demo_number "$(demo_answer reconcile .returned)") kembali, $(demo_number "$(demo_answer reconcile .tray)") baris di baki; tak terjelaskan Rp $(demo_number "$(demo_answer reconcile .unexplained_rp)")
    Daftar bayar $(demo_number "$(demo_answer compare .kinds.same.n)") KPM sama, $(demo_number "$(demo_answer compare .kinds.amount.n)") beda jumlah, $(demo_number "$(demo_answer compare .kinds.only_ours.n)") hanya di sini, $(demo_number "$(demo_answer compare .kinds.tray.n)") baris di baki" "
    Hash         $(demo_answer totals .run_hash), signed by two people
    Held back    $(demo_number "$(demo_answer approve2 .held)") families
    Files        $(demo_answer pay .files) in $dir/files
    Paid         $(demo_number "$(demo_answer reconcile '.credited + .withdrawn')") families received it, $(demo_number "$(demo_answer reconcile .on_its_way)") without proof yet, $(demo_number "$(demo_answer reconcile .failed)") failed, $(demo_number "$(demo_answer reconcile .returned)") came back, $(demo_number "$(demo_answer reconcile .tray)") lines in the tray; unexplained Rp $(demo_number "$(demo_answer reconcile .unexplained_rp)")
    Pay list     $(demo_number "$(demo_answer compare .kinds.same.n)") families the same, $(demo_number "$(demo_answer compare .kinds.amount.n)") another amount, $(demo_number "$(demo_answer compare .kinds.only_ours.n)") only ours, $(demo_number "$(demo_answer compare .kinds.tray.n)") rows in the tray"
    say "    Database     $HARAPAN_DB
    Kunci        $HARAPAN_DB.keys (di kantor sungguhan: simpan salinannya di tempat lain, docs/keys.md)

  Mengapa jumlah ini? Contoh, keluarga $demo_family:" "    Database     $HARAPAN_DB
    Keys         $HARAPAN_DB.keys (in a real office: keep a copy elsewhere, docs/keys.md)

  Why this amount? An example, family $demo_family:"
    sed 's/^./    &/' "$dir/steps/explain.txt"
}

# Is nobody listening on this port of 127.0.0.1?
demo_port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

demo_serve() {
    local login password
    if [ -z "$port" ]; then
        for port in {8080..8099}; do ! demo_port_is_free "$port" || break; done
    fi
    say "
  Buka http://127.0.0.1:$port dan masuk sebagai salah satu pengguna latihan (Ctrl-C untuk berhenti):" "
  Open http://127.0.0.1:$port and log in as one of the practice users (Ctrl-C stops):"
    while read -r login password; do printf '    %-22s %s\n' "$login" "$password"; done < "$HARAPAN_DB.latihan"
    echo
    exec "$root/build/harapan" serve --port "$port"
}
