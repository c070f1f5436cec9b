// user.c: see user.h. Passwords are hashed before a transaction begins: nobody waits for a sixth of a second of arithmetic.
#include "office/user.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/password.h"
#include "office/user_request.h"
#include "office_session.sql.h"
#include "office_user.sql.h"
#include <stdio.h>

static bool login_accept(Str login, Err *e) {
    bool is_good = login.n >= LOGIN_MIN && login.n <= LOGIN_MAX && login.p[0] != '.' && login.p[0] != '-';
    for (size_t i = 0; is_good && i < login.n; i++) {
        char c = login.p[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    }
    return is_good || fail(e, BAD_INPUT, "A log-in has %d to %d small letters, digits, dots or dashes: siti.nurbaya", LOGIN_MIN, LOGIN_MAX);
}

bool user_area_accept(int64_t kab, Err *e) {
    if (kab == 0 || (kab >= 11 && kab <= 99) || (kab >= 1000 && kab <= 9999)) return true;
    return fail(e, BAD_INPUT, "The area %lld is not the code of a district (four digits), of a province (two) or 0 for the nation.", (long long)kab);
}

static bool user_accept(const UserNew *u, Err *e) {
    if (!login_accept(u->login, e)) return false;
    if (str_trim(u->name).n == 0 || u->name.n > USER_NAME_MAX || !str_is_utf8(u->name))
        return fail(e, BAD_INPUT, "The person's name is missing or longer than %d bytes.", USER_NAME_MAX);
    if (!user_area_accept(u->kab, e)) return false;
    return password_accept(u->password, u->login, e);
}

// The mark of the database is written with its first person: a real one, unless practice_begin was before.
static bool mode_settle(Db *db, Instant now, Err *e) {
    OfficeModeReadRow mode;
    bool is_found = false;
    if (!office_mode_read(db, &mode, &is_found, e)) return false;
    return is_found || office_mode_insert(db, (OfficeModeInsertArgs){ .is_practice = false, .begun_at = now }, NULL, e);
}

typedef struct { int64_t actor_id; Str code; bool is_practice, is_waiting; Instant now; } Inserting;

static bool user_put(Db *db, const Inserting *how, const UserNew *u, int64_t *id, Err *e) {
    AppUserLastRow last = { 0 };
    AppUserByLoginRow taken;
    Arena a = { 0 };
    bool is_found = false, is_taken = false;
    bool is_good = mode_settle(db, how->now, e) && app_user_last(db, &last, &is_found, e) &&
                   app_user_by_login(db, &a, (AppUserByLoginArgs){ .login = u->login }, &taken, &is_taken, e);
    arena_free(&a);
    if (!is_good) return false;
    if (is_taken) return fail(e, CONFLICT, "The log-in %.*s is taken.", STR_ARG(u->login));
    AppUserInsertArgs row = { .id = last.last_id + 1, .login = u->login, .name = str_trim(u->name), .role = str_c(role_name(u->role)), .kab = u->kab,
                              .password_code = how->code, .is_active = !how->is_waiting, .is_practice = how->is_practice, .is_password_given = how->actor_id != 0,
                              .created_at = how->now };
    char subject[32];
    snprintf(subject, sizeof subject, "user %lld", (long long)row.id);      // the number: a log-in is somebody's name
    AuditEntry entry = { .kab = u->kab, .actor_id = how->actor_id ? how->actor_id : row.id, .action = "user.add", .subject = str_c(subject), .at = how->now,
                         .fields = { AUDIT_CHANGE("role", (Str){ 0 }, row.role), AUDIT_CHANGE("kab", INT64_MIN, u->kab),
                                     AUDIT_CHANGE("is_active", INT64_MIN, row.is_active), AUDIT_CHANGE_PERSONAL("name", (Str){ 0 }, row.name) } };
    if (!app_user_insert(db, row, NULL, e) || !audit_write(db, &entry, e)) return false;
    *id = row.id;
    return true;
}

bool user_insert(Db *db, int64_t actor_id, const UserNew *u, Str code, bool is_practice, Instant now, int64_t *id, Err *e) {
    return user_put(db, &(Inserting){ .actor_id = actor_id, .code = code, .is_practice = is_practice, .now = now }, u, id, e);
}

// Who may add this person: nobody yet asks the role of the first one itself, so that somebody can add the second.
static bool adder_accept(Db *db, const Viewer *actor, const UserNew *u, Err *e) {
    bool is_empty = false;
    if (actor) return authority_require(actor, ACTION_USERS, u->kab, e);
    if (!user_is_empty(db, &is_empty, e)) return false;
    if (!is_empty) return fail(e, FORBIDDEN, "There are people in this database already; one of them must log in to add another.");
    Viewer self = { .role = u->role, .kab = u->kab };
    return authority_allows(&self, ACTION_USERS, u->kab) ||
           fail(e, BAD_INPUT, "The first person must be one who may add others: %s or %s.", role_name(ROLE_HEAD_DINSOS), role_name(ROLE_HEAD_LINJAMSOS));
}

// When a keeper of the users of an area was disabled: 0 for never, now for one who keeps them still.
static bool keeper_gone(Db *db, const AppUserAllRow *row, Instant now, Instant *out, Err *e) {
    AppUserGoneRow gone = { 0 };
    char subject[32];
    bool is_found = false;
    snprintf(subject, sizeof subject, "user %lld", (long long)row->id);
    if (!row->is_active && !app_user_gone(db, (AppUserGoneArgs){ .kab = row->kab, .subject = str_c(subject) }, &gone, &is_found, e)) return false;
    *out = row->is_active ? now : gone.gone_at;
    return true;
}

// The others who keep the users of the area, and who disabled them how lately.
static bool keepers_read(Db *db, Arena *a, const Viewer *actor, int64_t kab, AppUserAllRow **out, size_t *n, Err *e) {
    AppUserAllRows rows;
    AppUserAllRow row;
    size_t max = 0;
    bool has_row = false, is_good = app_user_all(db, (AppUserAllArgs){ .low_n = 0, .high_n = 9999 }, &rows, e);
    *n = 0;
    while (is_good && (is_good = app_user_all_next(&rows, &row, &has_row, e)) && has_row) {
        Viewer keeper = { .user_id = row.id, .kab = row.kab };
        if (!role_find(row.role, &keeper.role) || row.id == actor->user_id || !authority_allows(&keeper, ACTION_USERS, kab)) continue;
        if (*n == max) {
            AppUserAllRow *grown = NEW(a, AppUserAllRow, max = max ? 2 * max : 16);
            if (*n) memcpy(grown, *out, *n * sizeof *grown);
            *out = grown;
        }
        (*out)[(*n)++] = row;
    }
    app_user_all_end(&rows);
    return is_good;
}

// Whoever adds a second pair of eyes alone is both of them. So one whose role signs, pays or keeps users waits for another keeper;
// who is the only keeper adds alone, but does not become so by disabling the others.
static bool another_agrees(Db *db, const Viewer *actor, int64_t kab, Instant now, bool *out, Err *e) {
    Arena a = { 0 };
    AppUserAllRow *keepers = NULL;
    size_t n = 0;
    bool is_good = true, was_alone_made = false;
    *out = false;
    is_good = keepers_read(db, &a, actor, kab, &keepers, &n, e);
    for (size_t i = 0; is_good && i < n; i++) {
        Instant gone = { 0 };
        is_good = keeper_gone(db, &keepers[i], now, &gone, e);
        *out = *out || keepers[i].is_active;
        was_alone_made = was_alone_made || gone.ms > now.ms - KEEPER_GONE_DAYS * 24 * 3600000;
    }
    arena_free(&a);
    if (!is_good) return false;
    return *out || !was_alone_made || fail(e, CONFLICT, "The other person who keeps users was disabled less than %d days ago. Until then nobody is added alone whose role signs, pays or keeps users, and nobody gets a new password alone.",
                                          KEEPER_GONE_DAYS);
}

static bool adding_waits(Db *db, const Viewer *actor, const UserNew *u, Instant now, bool *out, Err *e) {
    *out = false;
    return !actor || !role_needs_factor(u->role) || another_agrees(db, actor, u->kab, now, out, e);
}

typedef struct { const Viewer *actor; const UserNew *user; PasswordCode code; Instant now; int64_t id; } Adding;

static bool adding_work(Db *db, void *with, Err *e) {
    Adding *a = with;
    Inserting how = { .actor_id = a->actor ? a->actor->user_id : 0, .code = str_c(a->code.text), .now = a->now };
    return adder_accept(db, a->actor, a->user, e) && adding_waits(db, a->actor, a->user, a->now, &how.is_waiting, e) &&
           user_put(db, &how, a->user, &a->id, e) && (!how.is_waiting || user_enable_ask_within(db, a->actor, a->id, a->now, e));
}

bool user_add(Db *db, const Viewer *actor, const UserNew *u, Instant now, int64_t *id, Err *e) {
    Adding a = { .actor = actor, .user = u, .now = now };
    if (!user_accept(u, e) || !adder_accept(db, actor, u, e) || !password_code(u->password, &a.code, e) || !change_do(db, adding_work, &a, e)) return false;
    *id = a.id;
    return true;
}

typedef struct { const Viewer *actor; Str login; Instant now; } Disabling;

static bool disabling_work(Db *db, void *with, Err *e) {
    const Viewer *actor = ((Disabling *)with)->actor;
    Str login = ((Disabling *)with)->login;
    Instant now = ((Disabling *)with)->now;
    Arena a = { 0 };
    AppUserByLoginRow row;
    bool is_found = false, is_read = app_user_by_login(db, &a, (AppUserByLoginArgs){ .login = login }, &row, &is_found, e);
    arena_free(&a);
    if (!is_read) return false;
    if (!is_found || (!authority_allows(actor, ACTION_USERS, row.kab) && authority_allows(actor, ACTION_USERS, KAB_NONE)))
        return fail(e, NOT_FOUND, "There is nobody with the log-in %.*s.", STR_ARG(login));
    if (!authority_require(actor, ACTION_USERS, row.kab, e)) return false;
    if (row.id == actor->user_id) return fail(e, CONFLICT, "You cannot disable yourself; another person must do it.");
    char subject[32];
    snprintf(subject, sizeof subject, "user %lld", (long long)row.id);
    AuditEntry entry = { .kab = row.kab, .actor_id = actor->user_id, .action = "user.disable", .subject = str_c(subject), .at = now,
                         .fields = { AUDIT_CHANGE("is_active", row.is_active, 0) } };
    return app_user_end(db, (AppUserEndArgs){ .id = row.id }, NULL, e) && session_delete_user(db, (SessionDeleteUserArgs){ .user_id = row.id }, NULL, e) &&
           pending_delete_user(db, (PendingDeleteUserArgs){ .user_id = row.id }, NULL, e) &&
           device_delete_user(db, (DeviceDeleteUserArgs){ .user_id = row.id }, NULL, e) && audit_write(db, &entry, e);
}

bool user_disable(Db *db, const Viewer *actor, Str login, Instant now, Err *e) {
    return change_do(db, disabling_work, &(Disabling){ actor, login, now }, e);
}

// ---- passwords ---------------------------------------------------------------------------------------------------

typedef struct { int64_t actor_id, id, kab; const PasswordCode *code; const Hash *keep; bool is_given; Instant now; const Viewer *giver; bool has_factor, is_waiting; } Renewing;

// Whoever gives a password knows it. With a second factor it opens nothing alone; without one the giver could come in as that person, so
// another keeper must agree first, as with somebody who was disabled.
static bool given_waits(Db *db, Renewing *w, Err *e) {
    w->is_waiting = false;
    if (!w->is_given || w->has_factor) return true;
    if (!another_agrees(db, w->giver, w->kab, w->now, &w->is_waiting, e) || !w->is_waiting) return !e->code;
    return app_user_end(db, (AppUserEndArgs){ .id = w->id }, NULL, e) && device_delete_user(db, (DeviceDeleteUserArgs){ .user_id = w->id }, NULL, e) &&
           user_enable_ask_within(db, w->giver, w->id, w->now, e);
}

static bool renewing_work(Db *db, void *with, Err *e) {
    Renewing *w = with;
    Hash none = { 0 };
    char subject[32];
    snprintf(subject, sizeof subject, "user %lld", (long long)w->id);
    AuditEntry entry = { .kab = w->kab, .actor_id = w->actor_id, .action = w->is_given ? "user.password_give" : "user.password", .subject = str_c(subject), .at = w->now };
    return app_user_password_set(db, (AppUserPasswordSetArgs){ .id = w->id, .password_code = str_c(w->code->text), .is_password_given = w->is_given }, NULL, e) &&
           session_delete_others(db, (SessionDeleteOthersArgs){ .user_id = w->id, .token_hash = w->keep ? *w->keep : none }, NULL, e) &&
           pending_delete_user(db, (PendingDeleteUserArgs){ .user_id = w->id }, NULL, e) && audit_write(db, &entry, e) && given_waits(db, w, e);
}

bool user_password_change(Db *db, const Viewer *who, Str password, const Hash *keep, Instant now, Err *e) {
    PasswordCode code;
    return password_accept(password, str_c(who->login), e) && password_code(password, &code, e) &&
           change_do(db, renewing_work, &(Renewing){ .actor_id = who->user_id, .id = who->user_id, .kab = who->kab, .code = &code, .keep = keep, .now = now }, e);
}

bool user_password_give(Db *db, const Viewer *actor, int64_t id, Instant now, char out[PASSWORD_RANDOM_CHARS + 1], bool *is_waiting, Err *e) {
    Arena a = { 0 };
    User user = { 0 };
    PasswordCode code;
    char made[PASSWORD_RANDOM_CHARS + 1];
    if (!authority_require(actor, ACTION_USERS, KAB_NONE, e)) return false;
    bool is_good = user_read(db, &a, id, &user, e) && (authority_allows(actor, ACTION_USERS, user.kab) || fail(e, NOT_FOUND, "There is no person number %lld.", (long long)id)) &&
                   (user.is_active || fail(e, CONFLICT, "This person can no longer log in.")) &&
                   (id != actor->user_id || fail(e, CONFLICT, "For yourself choose a password on the page of your account."));
    arena_free(&a);
    password_random(made);
    Renewing w = { .actor_id = actor->user_id, .id = id, .kab = user.kab, .code = &code, .is_given = true, .now = now, .giver = actor, .has_factor = user.has_factor };
    is_good = is_good && password_code(str_c(made), &code, e) && change_do(db, renewing_work, &w, e);
    if (is_good) memcpy(out, made, sizeof made);
    if (is_good) *is_waiting = w.is_waiting;
    sodium_memzero(made, sizeof made);
    return is_good;
}

bool user_is_empty(Db *db, bool *is_empty, Err *e) {
    AppUserCountRow row = { 0 };
    bool is_found = false;
    if (!app_user_count(db, &row, &is_found, e)) return false;
    *is_empty = row.user_n == 0;
    return true;
}

static bool role_read(Str name, Role *out, Err *e) {
    return role_find(name, out) || fail(e, IO_FAILED, "The role %.*s in the database is not known to this program.", STR_ARG(name));
}

bool user_list(Db *db, Arena *a, const Viewer *viewer, Users *out, Err *e) {
    AppUserAllRows rows;
    AppUserAllRow row;
    Users list = { 0 };
    size_t max = 0;
    bool has_row = false;
    int64_t low = 0, high = 0;
    if (!authority_require(viewer, ACTION_READ_AUDIT, KAB_NONE, e)) return false;
    authority_area(viewer, &low, &high);
    bool is_good = app_user_all(db, (AppUserAllArgs){ .low_n = low, .high_n = high }, &rows, e);
    while (is_good && (is_good = app_user_all_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            User *grown = NEW(a, User, max = max ? 2 * max : 64);
            if (list.n) memcpy(grown, list.at, list.n * sizeof *grown);
            list.at = grown;
        }
        User u = { .id = row.id, .kab = row.kab, .login = arena_str(a, row.login), .name = arena_str(a, row.name),
                   .is_active = row.is_active, .is_practice = row.is_practice, .is_password_given = row.is_password_given, .has_factor = row.factor_n > 0,
                   .created_at = row.created_at };
        is_good = role_read(row.role, &u.role, e);
        list.at[list.n++] = u;
    }
    app_user_all_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

bool user_read(Db *db, Arena *a, int64_t id, User *out, Err *e) {
    AppUserByIdRow row;
    bool is_found = false;
    Role role;
    if (!app_user_by_id(db, a, (AppUserByIdArgs){ .id = id }, &row, &is_found, e)) return false;
    if (!is_found) return fail(e, NOT_FOUND, "There is no person number %lld.", (long long)id);
    if (!role_read(row.role, &role, e)) return false;
    *out = (User){ .id = row.id, .kab = row.kab, .login = row.login, .name = row.name, .role = role, .is_active = row.is_active,
                   .is_practice = row.is_practice, .is_password_given = row.is_password_given, .has_factor = row.factor_n > 0, .created_at = row.created_at };
    return true;
}
