// verb_account.c: password and factor: what a person does about the own log-in.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/factor.h"
#include "office/user.h"
#include <stdio.h>

// ---- password ----------------------------------------------------------------------------------------------------

static bool password_do(Cli *cli, Db *db, Err *e) {
    Session session = { 0 };
    Str old = { 0 }, new = { 0 };
    bool is_practice;
    return actor_band(cli, db, &is_practice, e) && actor_arriving(cli, db, &session, e) && actor_password(cli, _("Present password"), false, &old, e) &&
           session_prove(db, &session, old, STR("shell"), instant_now(), e) && actor_password(cli, _("New password"), true, &new, e) &&
           user_password_change(db, &session.viewer, new, &session.token_hash, instant_now(), e);
}

bool verb_password(Cli *cli, Err *e) {
    Db *db;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = password_do(cli, db, e);
    db_close(db);
    if (is_good) puts(cli->is_json ? "{\"changed\":true}" : _("The new password holds from now on; your other log-ins have ended."));
    return is_good;
}

// ---- factor ------------------------------------------------------------------------------------------------------

static void codes_print(const Cli *cli, const RecoveryCodes *codes) {
    if (cli->is_json) fputs("{\"recovery_codes\":[", stdout);
    else puts(_("Recovery codes, each good for one log-in. They are shown this once: write them down and keep them where the telephone is not."));
    for (int i = 0; i < RECOVERY_CODES; i++) printf(cli->is_json ? "%s\"%s\"" : "%s    %s\n", cli->is_json && i ? "," : "", codes->text[i]);
    if (cli->is_json) puts("]}");
}

static bool factor_show(Cli *cli, Db *db, const Session *s, Err *e) {
    Factor f;
    if (!factor_read(db, s->viewer.user_id, &f, e)) return false;
    if (cli->is_json) printf("{\"set_up\":%s,\"recovery_codes_left\":%lld,\"needed\":%s}\n", f.is_set_up ? "true" : "false", (long long)f.recovery_n, role_needs_factor(s->viewer.role) ? "true" : "false");
    else if (f.is_set_up) printf(_("An authenticator app is set up; %lld recovery codes are left.\n"), (long long)f.recovery_n);
    else puts(_("No second factor is set up. Type: harapan factor add"));
    return true;
}

// The key on the error stream: it is for the eyes of one person, not for a file.
static bool factor_add(Cli *cli, Db *db, const Session *s, Err *e) {
    TotpSecret secret;
    RecoveryCodes codes;
    Str code = { 0 };
    bool is_begun = false;
    if (!factor_begin(db, &s->viewer, instant_now(), e) || !factor_pending(db, s->viewer.user_id, &secret, &is_begun, e)) return false;
    if (!cli->is_json && !terminal_code(totp_address(cli->arena, &secret, s->viewer.is_practice ? STR("Harapan LATIHAN") : STR("Harapan"), str_c(s->viewer.login)), e)) return false;
    fprintf(stderr, _("Let your authenticator app read the code above, or type this key into it: %s\n"), arena_c(cli->arena, totp_base32(cli->arena, &secret)));
    if (!actor_password(cli, _("Code that the app shows now"), false, &code, e) || !factor_confirm(db, &s->viewer, code, instant_now(), &codes, e)) return false;
    codes_print(cli, &codes);
    return true;
}

static bool factor_recovery(Cli *cli, Db *db, const Session *s, Err *e) {
    RecoveryCodes codes;
    if (!factor_recovery_renew(db, &s->viewer, instant_now(), &codes, e)) return false;
    codes_print(cli, &codes);
    return true;
}

static bool factor_away(Cli *cli, Db *db, const Session *s, Err *e) {
    if (!factor_remove(db, &s->viewer, instant_now(), e)) return false;
    puts(cli->is_json ? "{\"set_up\":false}" : _("The second factor and its recovery codes are gone."));
    return true;
}

static const struct { const char *name; bool (*run)(Cli *cli, Db *db, const Session *s, Err *e); bool asks_again; } FACTOR_PARTS[] = {
    { "", factor_show, false }, { "add", factor_add, true }, { "recovery", factor_recovery, true }, { "remove", factor_away, true },
};

bool verb_factor(Cli *cli, Err *e) {
    Db *db;
    Session session = { 0 };
    Str what = cli->arg_n > 0 ? str_c(cli->args[0]) : STR("");
    bool is_practice, is_known = false, is_good = false;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    for (size_t i = 0; i < sizeof FACTOR_PARTS / sizeof *FACTOR_PARTS; i++) {
        if (!str_eq(what, str_c(FACTOR_PARTS[i].name))) continue;
        is_known = true;
        is_good = actor_band(cli, db, &is_practice, e) && actor_arriving(cli, db, &session, e) && (!FACTOR_PARTS[i].asks_again || actor_prove(cli, db, &session, e)) &&
                  FACTOR_PARTS[i].run(cli, db, &session, e);
    }
    db_close(db);
    return is_known ? is_good : fail(e, BAD_INPUT, "harapan factor knows add, recovery and remove, not \"%.*s\".", STR_ARG(what));
}
