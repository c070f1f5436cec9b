// audit_words_test.c: whatever word the program writes into the audit trail or the record of looks, people read a title in their language.
// The words are taken from the sources themselves, so that a new one without a title fails here.
#include "base/lang.h"
#include "office/read_log.h"
#include "web/audit.h"
#include "base/test.h"
#include <dirent.h>
#include <sys/stat.h>

typedef struct { Arena arena; size_t action_n, purpose_n, missing_n; } Reading;
typedef void (*WordTake)(Reading *r, const char *file, Str word);

static bool is_word(Str s, bool has_dot) {
    size_t dot_n = 0;
    for (size_t i = 0; i < s.n; i++) {
        dot_n += s.p[i] == '.';
        if (s.p[i] != '.' && s.p[i] != '_' && !(s.p[i] >= 'a' && s.p[i] <= 'z')) return false;
    }
    return s.n > 0 && dot_n == has_dot;
}

static bool is_listed(const AuditWord *list, Str word) {
    for (; list->word; list++) if (str_eq(word, str_c(list->word))) return true;
    return false;
}

// An action is "room.verb", where some listed action begins with that room: file names and places in memory do not.
static bool is_action(Str word) {
    Str rest = word, room = str_cut(&rest, '.');
    if (!is_word(word, true) || str_eq(rest, STR("csv"))) return false;
    for (const AuditWord *w = AUDIT_ACTIONS; w->word; w++) {
        Str known = str_c(w->word);
        if (str_eq(str_cut(&known, '.'), room)) return true;
    }
    return false;
}

static void action_take(Reading *r, const char *file, Str word) {
    if (!is_action(word)) return;
    r->action_n++;
    if (is_listed(AUDIT_ACTIONS, word)) return;
    print_error("%s: the action \"%.*s\" has no title in audit_words.c\n", file, STR_ARG(word));
    r->missing_n++;
}

static void purpose_take(Reading *r, const char *file, Str word) {
    if (!is_word(word, false)) return;
    r->purpose_n++;
    if (is_listed(AUDIT_PURPOSES, word)) return;
    print_error("%s: the purpose \"%.*s\" is not in AUDIT_PURPOSES\n", file, STR_ARG(word));
    r->missing_n++;
}

// Each text in quotes of one line.
static void literals(Reading *r, const char *file, Str line, WordTake take) {
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] != '"') continue;
        size_t from = ++i;
        for (; i < line.n && line.p[i] != '"'; i++) if (line.p[i] == '\\') i++;
        if (i < line.n) take(r, file, str_part(line, from, i - from));
    }
}

static void file_read(Reading *r, const char *path) {
    char line[4096];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        Str text = str_c(line);
        const char *purpose = strstr(line, "purpose = \"");
        literals(r, path, text, action_take);
        if (purpose) literals(r, path, str_part(str_c(purpose), 0, strcspn(purpose, ",;") + 1), purpose_take);
        if (strstr(line, "web_may_show(r, res, ")) literals(r, path, text, purpose_take);
    }
    fclose(f);
}

static bool ends(const char *name, const char *with) {
    size_t n = strlen(name), k = strlen(with);
    return n >= k && strcmp(name + n - k, with) == 0;
}

static void folder_read(Reading *r, const char *path) {
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d));) {
        struct stat info;
        const char *name = arena_fmt(&r->arena, "%s/%s", path, entry->d_name).p;
        if (entry->d_name[0] == '.' || stat(name, &info) != 0) continue;
        if (S_ISDIR(info.st_mode)) folder_read(r, name);
        else if (ends(name, ".c") && !ends(name, "_test.c")) file_read(r, name);
    }
    closedir(d);
}

static void every_word_of_the_sources_has_a_title(void **state) {
    (void)state;
    Reading r = { 0 };
    folder_read(&r, arena_fmt(&r.arena, "%s/src", getenv("HARAPAN_SOURCE")).p);
    assert_int_equal(r.missing_n, 0);
    assert_true(r.action_n > 60 && r.purpose_n > 10);      // the sources were read
    arena_free(&r.arena);
}

static void every_title_is_translated(void **state) {
    (void)state;
    lang_set(LANG_ID);
    for (const AuditWord *w = AUDIT_ACTIONS; w->word; w++) {
        assert_non_null(w->title);
        check_str(audit_action_title(str_c(w->word)), str_c(tr(w->title)));
        if (strcmp(tr(w->title), w->title) == 0 && strcmp(w->title, "Drift") != 0) fail_msg("\"%s\" (%s) is not translated", w->title, w->word);
        for (const AuditWord *other = AUDIT_ACTIONS; other != w; other++) if (!strcmp(other->word, w->word) || !strcmp(other->title, w->title)) fail_msg("%s stands twice", w->word);
    }
    for (const AuditWord *w = AUDIT_PURPOSES; w->word; w++)
        if (str_eq(str_c(read_purpose_title(str_c(w->word))), str_c(w->word))) fail_msg("the purpose \"%s\" has no title in read_log.c", w->word);
    lang_set(LANG_EN);
}

static const struct CMUnitTest tests[] = { cmocka_unit_test(every_word_of_the_sources_has_a_title), cmocka_unit_test(every_title_is_translated) };
TEST_MAIN(tests)
