// practice.c: see practice.h.
#include "office/practice.h"
#include "office/database_name.h"
#include "base/lang.h"
#include "office/change.h"
#include "office/password.h"
#include "office/user.h"
#include "office_user.sql.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// Nobody of these exists. One of each role, so that every rule of who may do what can be tried.
static const struct { const char *login, *name; Role role; } PEOPLE[] = {
    { "operator.latihan", N_("Practice operator"), ROLE_OPERATOR },
    { "koordinator.latihan", N_("Practice coordinator"), ROLE_COORDINATOR },
    { "linjamsos.latihan", N_("Practice head of Linjamsos"), ROLE_HEAD_LINJAMSOS },
    { "kepala.latihan", N_("Practice head of Dinas Sosial"), ROLE_HEAD_DINSOS },
    { "pendamping.latihan", N_("Practice companion"), ROLE_COMPANION },
    { "pemeriksa.latihan", N_("Practice auditor"), ROLE_AUDITOR },
};
enum { PEOPLE_N = sizeof PEOPLE / sizeof *PEOPLE };
typedef struct { char password[PASSWORD_RANDOM_CHARS + 1]; PasswordCode code; } Secret;

const char *practice_band(void) { return _("PRACTICE: these people do not exist and no money moves."); }

bool practice_is(Db *db, bool *is_practice, Err *e) {
    OfficeModeReadRow mode = { 0 };
    bool is_found = false;
    if (!office_mode_read(db, &mode, &is_found, e)) return false;
    *is_practice = is_found && mode.is_practice;
    return true;
}

bool practice_begin(Db *db, Instant now, Err *e) {
    OfficeModeReadRow mode = { 0 };
    AuditCountRow entries = { 0 };
    bool is_found = false, is_counted = false, is_empty = false;
    if (!office_mode_read(db, &mode, &is_found, e)) return false;
    if (is_found && mode.is_practice) return true;
    if (!user_is_empty(db, &is_empty, e) || !audit_count(db, &entries, &is_counted, e)) return false;
    if (is_found || !is_empty || entries.entry_n > 0)
        return fail(e, CONFLICT, "This is a real database; it cannot become one for practice. Make a new file for that.");
    return office_mode_insert(db, (OfficeModeInsertArgs){ .is_practice = true, .begun_at = now }, NULL, e);
}

Str practice_password_path(Arena *a, const Db *db) { return str_c(database_side_path(a, db, "latihan")); }

// ---- the passwords' file: for its owner only, whole or not at all -------------------------------------------------

static bool passwords_write(Arena *a, Str path, const Secret *secrets, Err *e) {
    const char *temporary = arena_fmt(a, STR_FMT ".new", STR_ARG(path)).p, *final = arena_c(a, path);
    (void)unlink(temporary);
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return fail(e, IO_FAILED, "The practice passwords cannot be written to %s: %s.", final, strerror(errno));
    bool is_written = true;
    for (int i = 0; i < PEOPLE_N; i++) is_written = is_written && dprintf(file, "%s %s\n", PEOPLE[i].login, secrets[i].password) > 0;
    is_written = is_written && fsync(file) == 0;
    is_written = close(file) == 0 && is_written && rename(temporary, final) == 0;
    return is_written || fail(e, IO_FAILED, "The practice passwords cannot be written to %s: %s.", final, strerror(errno));
}

static bool secrets_make(Secret *secrets, Err *e) {
    for (int i = 0; i < PEOPLE_N; i++) {
        password_random(secrets[i].password);
        if (!password_code(str_c(secrets[i].password), &secrets[i].code, e)) return false;
    }
    return true;
}

// Adds the person, or gives a new password to who is there.
static bool person_settle(Db *db, Arena *a, int i, int64_t kab, const Secret *secret, Instant now, Err *e) {
    AppUserByLoginRow row;
    bool is_found = false;
    int64_t id;
    UserNew user = { .login = str_c(PEOPLE[i].login), .name = str_c(tr(PEOPLE[i].name)), .role = PEOPLE[i].role, .kab = kab };
    if (!app_user_by_login(db, a, (AppUserByLoginArgs){ .login = user.login }, &row, &is_found, e)) return false;
    if (!is_found) return user_insert(db, 0, &user, str_c(secret->code.text), true, now, &id, e);
    return app_user_password_set(db, (AppUserPasswordSetArgs){ .id = row.id, .password_code = str_c(secret->code.text), .is_password_given = false }, NULL, e);
}

// The practice companion answers for the families of the district's first companion, if families were made.
static bool companion_settle(Db *db, Arena *a, int64_t kab, Err *e) {
    AppUserByLoginRow row;
    bool is_found = false;
    for (int i = 0; i < PEOPLE_N; i++) {
        if (PEOPLE[i].role != ROLE_COMPANION) continue;
        if (!app_user_by_login(db, a, (AppUserByLoginArgs){ .login = str_c(PEOPLE[i].login) }, &row, &is_found, e)) return false;
        if (is_found && !companion_first_link(db, (CompanionFirstLinkArgs){ .kab = kab, .user_id = row.id }, NULL, e)) return false;
    }
    return true;
}

typedef struct { Arena *arena; int64_t kab; Str path; Instant now; Secret secrets[PEOPLE_N]; } Settling;

static bool people_settle(Db *db, void *with, Err *e) {
    Settling *s = with;
    if (!practice_begin(db, s->now, e)) return false;
    for (int i = 0; i < PEOPLE_N; i++)
        if (!person_settle(db, s->arena, i, s->kab, &s->secrets[i], s->now, e)) return false;
    if (!companion_settle(db, s->arena, s->kab, e)) return false;
    return passwords_write(s->arena, s->path, s->secrets, e);          // before the commit: a password that nobody knows helps nobody
}

static bool people_are_there(Db *db, Arena *a, bool *are_there, Err *e) {
    if (!practice_is(db, are_there, e)) return false;
    for (int i = 0; *are_there && i < PEOPLE_N; i++) {
        AppUserByLoginRow row;
        if (!app_user_by_login(db, a, (AppUserByLoginArgs){ .login = str_c(PEOPLE[i].login) }, &row, are_there, e)) return false;
    }
    return true;
}

bool practice_init(Db *db, int64_t kab, Str password_path, Instant now, int64_t *made_n, Err *e) {
    Arena a = { 0 };
    Settling settling = { .arena = &a, .kab = kab, .path = password_path, .now = now };
    bool are_there = false, is_done = people_are_there(db, &a, &are_there, e);
    bool has_nothing_to_do = is_done && are_there && access(arena_c(&a, password_path), F_OK) == 0;
    if (is_done && !has_nothing_to_do) {
        is_done = secrets_make(settling.secrets, e) && change_do(db, people_settle, &settling, e);
        sodium_memzero(settling.secrets, sizeof settling.secrets);
    }
    arena_free(&a);
    if (is_done) *made_n = has_nothing_to_do ? 0 : PEOPLE_N;
    return is_done;
}
