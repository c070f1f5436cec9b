// verb_office.c: login, logout, user, practice: who works with this database.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/practice.h"
#include "office/user.h"
#include "office/user_request.h"
#include <stdio.h>

#define KAB_PADANG 1371

// ---- log in, log out ---------------------------------------------------------------------------------------------

static void viewer_answer(const Cli *cli, const Viewer *v) {
    if (!cli->is_json) printf(_("%s is logged in: %s, area %lld.\n"), v->login, role_title(v->role), (long long)v->kab);
    else printf("{\"login\":\"%s\",\"role\":\"%s\",\"kab\":%lld,\"practice\":%s}\n", v->login, role_name(v->role), (long long)v->kab, v->is_practice ? "true" : "false");
}

static bool login_do(Cli *cli, Db *db, Err *e) {
    Session session;
    Viewer viewer;
    bool is_found = false, is_practice = false;
    if (!actor_band(cli, db, &is_practice, e)) return false;
    if (cli->arg_n > 0) {
        if (!actor_login(cli, db, str_c(cli->args[0]), &viewer, e)) return false;
        viewer_answer(cli, &viewer);
        return true;
    }
    if (!actor_session(cli, db, &session, &is_found, e)) return false;
    if (!is_found) return fail(e, FORBIDDEN, "Nobody is logged in here. Type: harapan login USER");
    viewer_answer(cli, &session.viewer);
    return true;
}

bool verb_login(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = login_do(cli, db, e);
    db_close(db);
    return is_good;
}

bool verb_logout(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_logout(cli, db, e);
    db_close(db);
    if (is_good) puts(cli->is_json ? "{\"login\":null}" : _("Logged out."));
    return is_good;
}

// ---- user --------------------------------------------------------------------------------------------------------

static bool new_person(Cli *cli, UserNew *out, Err *e) {
    const char *name = cli_option(cli, "--name"), *role = cli_option(cli, "--role");
    UserNew u = { 0 };
    if (!cli_arg(cli, 1, N_("The log-in"), &u.login, e) || !cli_int(cli, "--kab", KAB_PADANG, &u.kab, e)) return false;
    if (!role || !role_find(str_c(role), &u.role))
        return fail(e, BAD_INPUT, "--role is one of operator, coordinator, head_linjamsos, head_dinsos, companion, auditor, national, province, bank, post, administrator.");
    u.name = name ? str_c(name) : u.login;
    *out = u;
    return true;
}

static bool user_add_do(Cli *cli, Db *db, Err *e) {
    UserNew u = { 0 };
    User added;
    Viewer actor;
    bool is_first = false;
    int64_t id = 0;
    if (!new_person(cli, &u, e) || !user_is_empty(db, &is_first, e)) return false;
    if (!is_first && !actor_keeper(cli, db, u.kab, &actor, e)) return false;
    const char *prompt = arena_fmt(cli->arena, _("New password of %.*s"), STR_ARG(u.login)).p;
    if (!actor_password(cli, prompt, true, &u.password, e) || !user_add(db, is_first ? NULL : &actor, &u, instant_now(), &id, e) ||
        !user_read(db, cli->arena, id, &added, e)) return false;
    if (cli->is_json) printf("{\"id\":%lld,\"login\":\"%.*s\",\"first\":%s,\"active\":%s}\n", (long long)id, STR_ARG(u.login), is_first ? "true" : "false", added.is_active ? "true" : "false");
    else if (is_first) printf(_("%.*s is the first person here and was added without a log-in. Next: harapan login %.*s\n"), STR_ARG(u.login), STR_ARG(u.login));
    else if (!added.is_active) printf(_("%.*s was added. When another person who keeps users has signed (harapan worklist), %.*s may log in.\n"), STR_ARG(u.login), STR_ARG(u.login));
    else printf(_("%.*s was added.\n"), STR_ARG(u.login));
    return true;
}

static bool user_disable_do(Cli *cli, Db *db, Err *e) {
    Str login;
    Viewer actor;
    if (!cli_arg(cli, 1, N_("The log-in"), &login, e) || !actor_keeper(cli, db, KAB_NONE, &actor, e) ||
        !user_disable(db, &actor, login, instant_now(), e)) return false;
    if (cli->is_json) printf("{\"login\":\"%.*s\",\"active\":false}\n", STR_ARG(login));
    else printf(_("%.*s can no longer log in; what was signed stays.\n"), STR_ARG(login));
    return true;
}

// The number of a person whom the actor may see; else 0, which nobody has.
static bool id_of(Cli *cli, Db *db, const Viewer *actor, Str login, int64_t *id, Err *e) {
    Users users;
    if (!user_list(db, cli->arena, actor, &users, e)) return false;
    *id = 0;
    for (size_t i = 0; i < users.n; i++) if (str_eq(users.at[i].login, login)) *id = users.at[i].id;
    return *id || fail(e, NOT_FOUND, "There is nobody with the log-in %.*s.", STR_ARG(login));
}

static bool user_enable_do(Cli *cli, Db *db, Err *e) {
    Str login;
    Viewer actor;
    int64_t id;
    if (!cli_arg(cli, 1, N_("The log-in"), &login, e) || !actor_keeper(cli, db, KAB_NONE, &actor, e) || !id_of(cli, db, &actor, login, &id, e) ||
        !user_enable_ask(db, &actor, id, instant_now(), e)) return false;
    if (cli->is_json) printf("{\"login\":\"%.*s\",\"asked\":true}\n", STR_ARG(login));
    else printf(_("Asked. When another person who keeps users has signed (harapan worklist), %.*s may log in again.\n"), STR_ARG(login));
    return true;
}

// A name is anybody's text: control characters would play with the terminal, quotes with JSON.
static const char *name_shown(Cli *cli, Str name) {
    Buf b = { .max = 8 * USER_NAME_MAX };
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (cli->is_json && (c == '"' || c == '\\')) buf_char(&b, '\\');
        if (c < 0x20 || c == 0x7F) { if (cli->is_json) buf_fmt(&b, "\\u%04x", c); else buf_char(&b, '?'); }
        else buf_char(&b, (char)c);
    }
    const char *text = arena_c(cli->arena, buf_view(&b));
    buf_free(&b);
    return text;
}

static bool user_list_do(Cli *cli, Db *db, Err *e) {
    Viewer actor;
    Users users;
    if (!actor_require(cli, db, ACTION_READ_AUDIT, KAB_NONE, &actor, e) || !user_list(db, cli->arena, &actor, &users, e)) return false;
    if (cli->is_json) putchar('[');
    for (size_t i = 0; i < users.n; i++) {
        const User *u = &users.at[i];
        if (cli->is_json)
            printf("%s{\"id\":%lld,\"login\":\"%.*s\",\"name\":\"%s\",\"role\":\"%s\",\"kab\":%lld,\"active\":%s,\"practice\":%s}", i ? "," : "", (long long)u->id,
                   STR_ARG(u->login), name_shown(cli, u->name), role_name(u->role), (long long)u->kab, u->is_active ? "true" : "false", u->is_practice ? "true" : "false");
        else
            printf("%-24.*s %-16s %5lld  %s%s\n", STR_ARG(u->login), role_name(u->role), (long long)u->kab, name_shown(cli, u->name), u->is_active ? "" : _(" (disabled)"));
    }
    if (cli->is_json) puts("]");
    return true;
}

static const struct { const char *name; bool (*run)(Cli *cli, Db *db, Err *e); } USER_PARTS[] = {
    { "add", user_add_do }, { "disable", user_disable_do }, { "enable", user_enable_do }, { "list", user_list_do },
};

bool verb_user(Cli *cli, Err *e) {
    Str what;
    Db *db;
    bool is_practice = false, is_good = false, is_known = false;
    if (!cli_arg(cli, 0, N_("What to do (add, disable, enable, list)"), &what, e) || !cli_db(cli, (DbOptions){ 0 }, &db, e)) return false;
    for (size_t i = 0; i < sizeof USER_PARTS / sizeof *USER_PARTS; i++) {
        if (!str_eq(what, str_c(USER_PARTS[i].name))) continue;
        is_known = true;
        is_good = actor_band(cli, db, &is_practice, e) && USER_PARTS[i].run(cli, db, e);
    }
    db_close(db);
    return is_known ? is_good : fail(e, BAD_INPUT, "harapan user knows add, disable, enable and list, not \"%.*s\".", STR_ARG(what));
}

// ---- practice ----------------------------------------------------------------------------------------------------

bool verb_practice(Cli *cli, Err *e) {
    Str what;
    Db *db;
    int64_t kab = 0, made_n = 0;
    if (!cli_arg(cli, 0, N_("What to do (init)"), &what, e) || !cli_int(cli, "--kab", KAB_PADANG, &kab, e)) return false;
    if (!str_eq(what, STR("init"))) return fail(e, BAD_INPUT, "harapan practice knows init, not \"%.*s\".", STR_ARG(what));
    if (!cli_db(cli, (DbOptions){ 0 }, &db, e)) return false;
    Str path = practice_password_path(cli->arena, db);
    bool is_good = practice_init(db, kab, path, instant_now(), &made_n, e);
    db_close(db);
    if (!is_good) return false;
    if (cli->is_json) printf("{\"practice\":true,\"passwords_made\":%lld}\n", (long long)made_n);
    else if (made_n > 0) printf(_("The log-ins and passwords of the practice people are in %.*s.\n"), STR_ARG(path));
    else printf(_("The practice people are there already; their passwords are in %.*s.\n"), STR_ARG(path));
    return true;
}
