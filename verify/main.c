// harapan-verify: for outsiders. Proves from an export and the heads that were kept that nothing of the audit trail was altered.
// docs/harapan-verify.md is its manual.
#include "proof.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(bool is_english) {
    fputs(is_english ? "harapan-verify FILE [HEADS] [--key HEX] [--lang id|en]\n\n"
                       "FILE   an export or a proof of the office (harapan audit export, prove, compare)\n"
                       "HEADS  the lines of heads that you received, one a line\n"
                       "--key  only heads of this key count\n\n"
                       "Exit: 0 proved, 1 altered, 2 wrong use, 3 not readable or not whole, 4 no head that you kept covers it\n"
                     : "harapan-verify BERKAS [KEPALA] [--key HEX] [--lang id|en]\n\n"
                       "BERKAS  ekspor atau bukti dari kantor (harapan audit export, prove, compare)\n"
                       "KEPALA  baris-baris kepala yang Anda terima, satu per baris\n"
                       "--key   hanya kepala dengan kunci ini yang dihitung\n\n"
                       "Kode akhir: 0 terbukti, 1 ada yang diubah, 2 salah pakai, 3 tidak terbaca atau tidak utuh, 4 tidak ada kepala simpanan\n", stderr);
    return WRONG_USE;
}

// The whole file; p NULL when it cannot be read.
static Bytes file_read(const char *path) {
    FILE *f = fopen(path, "rb");
    char *bytes = NULL;
    size_t n = 0, cap = 0, got = 1;
    while (f && got > 0) {
        if (n == cap && !(bytes = realloc(bytes, cap = cap * 2 + 65536))) abort();
        got = fread(bytes + n, 1, cap - n, f);
        n += got;
    }
    bool is_good = f && !ferror(f);
    if (!is_good) fprintf(stderr, "harapan-verify: %s: %s\n", path, strerror(errno));
    if (f) fclose(f);
    if (is_good) return (Bytes){ bytes, n };
    free(bytes);
    return (Bytes){ NULL, 0 };
}

static bool key_read(const char *text, VerifyOptions *o) {
    size_t got = 0;
    o->has_key = true;
    return sodium_hex2bin(o->key, sizeof o->key, text, strlen(text), NULL, &got, NULL) == 0 && got == sizeof o->key && strlen(text) == 2 * sizeof o->key;
}

int main(int argc, char **argv) {
    const char *lang = getenv("HARAPAN_LANG"), *paths[2] = { NULL, NULL };
    VerifyOptions o = { .is_english = lang && strcmp(lang, "en") == 0 };
    int path_n = 0;
    if (sodium_init() < 0) return UNREADABLE;
    for (int i = 1; i < argc; i++) {
        bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--key") == 0 && has_value) { if (!key_read(argv[++i], &o)) return usage(o.is_english); }
        else if (strcmp(argv[i], "--lang") == 0 && has_value) o.is_english = strcmp(argv[++i], "en") == 0;
        else if (argv[i][0] == '-' || path_n == 2) return usage(o.is_english);
        else paths[path_n++] = argv[i];
    }
    if (path_n == 0) return usage(o.is_english);
    Bytes file = file_read(paths[0]), heads = path_n == 2 ? file_read(paths[1]) : (Bytes){ NULL, 0 };
    Verdict verdict = !file.p || (path_n == 2 && !heads.p) ? UNREADABLE : verify(file, heads, &o);
    free((void *)(uintptr_t)file.p);
    free((void *)(uintptr_t)heads.p);
    return (int)verdict;
}
