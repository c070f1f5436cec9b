#include "files/file_kind.h"
#include "base/lang.h"
#include <errno.h>
#include <unistd.h>

const char *file_kind_words(Str start, bool *is_xlsx) {
    static const struct { const char *start; size_t n; const char *what; } KINDS[] = {
        { "PK\3\4", 4, N_("an Excel or OpenDocument workbook") }, { "PK\5\6", 4, N_("an empty archive") },
        { "\xD0\xCF\x11\xE0", 4, N_("an old or password-protected Excel workbook") },
        { "%PDF-", 5, N_("a PDF document") }, { "{\\rtf", 5, N_("a word-processor document") }, { "\x1F\x8B", 2, N_("a compressed file") },
        { "Rar!", 4, N_("a compressed file") }, { "7z\xBC\xAF", 4, N_("a compressed file") }, { "\x89PNG", 4, N_("a picture") },
        { "\xFF\xD8\xFF", 3, N_("a picture") },
        { "<html", 5, N_("a web page") }, { "<!doc", 5, N_("a web page") }, { "<table", 6, N_("a web page") }, { "<head", 5, N_("a web page") },
        { "<meta", 5, N_("a web page") }, { "<style", 6, N_("a web page") }, { "<body", 5, N_("a web page") },
        { "<?xml", 5, N_("an XML document") }, { "<Workbook", 9, N_("an XML document") },
    };
    *is_xlsx = false;
    start = str_part(start, 0, 512);
    if (str_starts(start, STR("\xEF\xBB\xBF"))) start = str_part(start, 3, start.n);
    Str trimmed = str_trim(start);
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        bool is_markup = KINDS[i].start[0] == '<';
        Str found = str_part(is_markup ? trimmed : start, 0, KINDS[i].n), wanted = { KINDS[i].start, KINDS[i].n };
        if (is_markup ? !str_eq_nocase(found, wanted) : !str_eq(found, wanted)) continue;
        *is_xlsx = i == 0;
        return KINDS[i].what;
    }
    return NULL;
}

bool file_part(int fd, Str bytes, int64_t at, char *to, size_t n, size_t *got) {
    *got = 0;
    if (fd < 0) {
        Str part = str_part(bytes, (size_t)at, n);
        if (part.n) memcpy(to, part.p, part.n);
        *got = part.n;
        return true;
    }
    while (*got < n) {
        ssize_t k = pread(fd, to + *got, n - *got, (off_t)(at + (int64_t)*got));
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return false;
        if (k == 0) return true;
        *got += (size_t)k;
    }
    return true;
}

uint32_t file_little(const char *p, int bytes) {
    uint32_t v = 0;
    for (int i = bytes - 1; i >= 0; i--) v = v << 8 | (unsigned char)p[i];
    return v;
}

// The directory of a compound file names its streams in UTF-16; one sector of it is enough to tell.
const char *ole_kind_words(int fd, Str bytes) {
    char head[64], sector[4096];
    size_t got;
    if (!file_part(fd, bytes, 0, head, sizeof head, &got) || got < sizeof head) return N_("a damaged old Excel workbook");
    uint32_t shift = file_little(head + 30, 2), first = file_little(head + 48, 4);
    if (shift < 7 || shift > 12 || first > 1u << 24) return N_("a damaged old Excel workbook");
    if (!file_part(fd, bytes, ((int64_t)first + 1) << shift, sector, (size_t)1 << shift, &got)) return N_("a damaged old Excel workbook");
    bool is_encrypted = false, is_book = false;
    for (size_t at = 0; at + 128 <= got; at += 128) {
        char name[33] = "";
        size_t n = 0;
        for (size_t i = 0; i < 64 && n < 32 && sector[at + i]; i += 2) name[n++] = sector[at + i];
        name[n] = 0;
        is_encrypted |= strcmp(name, "EncryptedPackage") == 0 || strcmp(name, "EncryptionInfo") == 0;
        is_book |= strcmp(name, "Workbook") == 0 || strcmp(name, "Book") == 0;
    }
    return is_encrypted ? N_("a workbook locked with a password") : is_book ? N_("a workbook of the old kind (.xls)")
                        : N_("an old or password-protected Excel workbook");
}

