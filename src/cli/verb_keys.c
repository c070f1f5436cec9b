// verb_keys.c: the keys that seal numbers: which are in use, a copy to keep apart, putting it back, another key (docs/keys.md).
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/factor_key.h"
#include "office/keyring.h"
#include "registry/reseal.h"
#include <stdio.h>

const CliOption KEYS_OPTIONS[] = { { "--kab", N_("CODE"), N_("change: the district") }, { "--lost", NULL, N_("factor: the key file is lost for good") }, { "--lookup", NULL, N_("change: the nation's look-up key instead of a district's") }, OPTION_PASSWORD_STDIN, { 0 } };

static const char *place_text(Cli *cli, int64_t kab) {
    return kab == KEYRING_LOOKUP ? _("look-up, nation") : arena_fmt(cli->arena, _("district %lld"), (long long)kab).p;
}

static const char *fingerprint(Cli *cli, const KeyAbout *k) {
    Buf b = { .max = 20 };
    key_put_fingerprint(&b, &k->check);
    const char *text = arena_c(cli->arena, buf_view(&b));
    buf_free(&b);
    return text;
}

static bool is_missing(const KeyAbout *k) { return !k->is_right && !str_eq(k->state, STR("gone")); }

static void about_put(Cli *cli, const KeyAbout *k, bool is_first) {
    Buf made = { .max = 40 };
    instant_put_iso(&made, k->made_at);
    if (cli->is_json)
        printf("%s{\"kab\":%lld,\"n\":%lld,\"fingerprint\":\"%s\",\"state\":\"%.*s\",\"made_at\":\"%.*s\",\"in_file\":%s}", is_first ? "" : ",", (long long)k->kab, (long long)k->n,
               fingerprint(cli, k), STR_ARG(k->state), STR_ARG(buf_view(&made)), k->is_right ? "true" : "false");
    else {
        const char *state = str_eq(k->state, STR("current")) ? _("in use") : str_eq(k->state, STR("leaving")) ? _("leaving") : _("retired");
        const char *file = k->is_right ? _("in the file") : k->is_in_file ? _("another key stands in the file") : is_missing(k) ? _("MISSING") : _("not in the file");
        printf("%-20s %3lld  %s  %.10s  %s, %s\n", place_text(cli, k->kab), (long long)k->n, fingerprint(cli, k), buf_view(&made).p, state, file);
    }
    buf_free(&made);
}

static bool keys_status(Cli *cli, Db *db, Err *e) {
    KeyAbout *list;
    size_t n, missing_n = 0;
    if (!keyring_list(db, cli->arena, &list, &n, e)) return false;
    Str path = keyring_path(cli->arena, db);
    if (cli->is_json) {
        fputs("{\"file\":", stdout);
        cli_put_json(path);
        fputs(",\"keys\":[", stdout);
    } else printf(_("The keys lie in %s.\n"), path.p);
    for (size_t i = 0; i < n; i++) {
        missing_n += is_missing(&list[i]);
        about_put(cli, &list[i], i == 0);
    }
    if (cli->is_json) puts("]}");
    else if (n == 0) puts(_("No key was made yet: that happens with the first family."));
    return missing_n == 0 || fail(e, CONFLICT, "%lld keys are missing. Put the copy back: harapan keys restore FILE. Until then nothing is lost, but no number can be read.", (long long)missing_n);
}

// ---- what changes something ------------------------------------------------------------------------------------------------
static bool entry_work(Db *db, void *with, Err *e) { return audit_write(db, with, e); }

static bool remember(Db *db, const char *action, int64_t actor_id, Err *e) {
    AuditEntry entry = { .actor_id = actor_id, .action = action, .subject = STR("keys"), .at = instant_now() };
    return change_do(db, entry_work, &entry, e);
}

// The entry first: who takes the keys away must stand in the trail even when the copy then fails.
static const char *beside(Cli *cli, const char *file) { return arena_fmt(cli->arena, "%s.factor-key", file).p; }

static bool keys_copy(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    bool has_factor_key = false;
    Str file;
    if (!cli_arg(cli, 1, N_("The file to write"), &file, e) || !actor_confirm(cli, db, ACTION_USERS, KAB_NONE, &viewer, e) ||
        !remember(db, "office.key_copy", viewer.user_id, e) || !keyring_copy(db, cli->args[1], e) ||
        !factor_key_copy(db, beside(cli, cli->args[1]), &has_factor_key, e)) return false;
    if (has_factor_key && !cli->is_json) printf(_("The key of the authenticator apps lies beside it: %s\n"), beside(cli, cli->args[1]));
    if (!cli->is_json) printf(_("The keys are copied to %s. Print it or keep it on a stick, in a safe in another house, away from the backups; then delete it here.\n"), cli->args[1]);
    return true;
}

// Needs no log-in: what is put back is proved by the database itself, and on that day much may be missing.
static bool keys_restore(Cli *cli, Db *db, Err *e) {
    Session session = { 0 };
    Str file;
    int64_t added_n;
    bool is_found = false, is_factor_key_back = false;
    if (!cli_arg(cli, 1, N_("The copy that was kept apart"), &file, e) || !actor_session(cli, db, &session, &is_found, e) ||
        !keyring_restore(db, cli->args[1], &added_n, e) || !factor_key_restore(db, beside(cli, cli->args[1]), &is_factor_key_back, e)) return false;
    if (is_factor_key_back && !cli->is_json) puts(_("The key of the authenticator apps is back in its place, too."));
    if (added_n && !remember(db, "office.key_restore", is_found ? session.viewer.user_id : 0, e)) return false;
    if (!cli->is_json) printf(added_n ? _("%lld keys are back in their place.\n") : _("Nothing was missing: %lld keys were put back.\n"), (long long)added_n);
    return keys_status(cli, db, e);
}

// The look-up key is everybody's: whoever changes it keeps the users of every district that has numbers here.
static bool keeps_all(Cli *cli, Db *db, const Viewer *viewer, Err *e) {
    KeyAbout *list;
    size_t n;
    bool is_good = keyring_list(db, cli->arena, &list, &n, e);
    for (size_t i = 0; is_good && i < n; i++) is_good = list[i].kab == KEYRING_LOOKUP || authority_require(viewer, ACTION_USERS, list[i].kab, e);
    return is_good;
}

static bool lookup_change(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    ResealReport r;
    if (!actor_confirm(cli, db, ACTION_USERS, KAB_NONE, &viewer, e) || !keeps_all(cli, db, &viewer, e) || !reseal_lookup(db, viewer.user_id, instant_now(), cli->progress, &r, e)) return false;
    if (cli->is_json) printf("{\"kab\":0,\"from\":%lld,\"to\":%lld,\"families\":%lld,\"went_on\":%s}\n", (long long)r.from_n, (long long)r.to_n, (long long)r.family_n, r.went_on ? "true" : "false");
    else printf(_("Look-up key %lld is in use; the numbers of %lld families were hashed with it. The old key is taken out of the file. Make a new copy now: harapan keys copy FILE. "
                  "Rows of pay lists whose numbers nobody in the registry has lost these: read their files again where they still wait.\n"), (long long)r.to_n, (long long)r.family_n);
    return true;
}

static bool keys_change(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    ResealReport r;
    Reseal what = { .at = instant_now() };
    if (!cli_int(cli, "--kab", 0, &what.kab, e)) return false;
    if (cli_has(cli, "--lookup")) return lookup_change(cli, db, e);
    if (what.kab < 1) return fail(e, BAD_INPUT, "Which district gets another key? Say --kab CODE, or --lookup for the look-up key of the nation.");
    if (!actor_confirm(cli, db, ACTION_USERS, what.kab, &viewer, e)) return false;
    what.actor_id = viewer.user_id;
    if (!reseal_district(db, &what, cli->progress, &r, e)) return false;
    if (cli->is_json) {
        printf("{\"kab\":%lld,\"from\":%lld,\"to\":%lld,\"families\":%lld,\"went_on\":%s,\"staged\":%lld}\n", (long long)what.kab, (long long)r.from_n, (long long)r.to_n,
               (long long)r.family_n, r.went_on ? "true" : "false", (long long)r.staged_n);
        return true;
    }
    printf(_("Key %lld of district %lld is in use; %lld families were sealed with it.\n"), (long long)r.to_n, (long long)what.kab, (long long)r.family_n);
    if (r.staged_n) printf(_("%lld imports still wait, sealed with the old key. Apply or drop them, then call this once more.\n"), (long long)r.staged_n);
    else printf(_("The old key is taken out of the file. Make a new copy now: harapan keys copy FILE. Keep the old copy as long as there are backups from before today.\n"));
    return true;
}

static bool keys_factor(Cli *cli, Db *db, Err *e) {
    Viewer viewer;
    FactorKeyChanged done;
    if (!actor_keeper(cli, db, KAB_NONE, &viewer, e) || !keeps_all(cli, db, &viewer, e) ||
        !factor_key_change(db, &(FactorKeyChange){ .actor_id = viewer.user_id, .at = instant_now(), .is_lost = cli_has(cli, "--lost") }, &done, e)) return false;
    if (cli->is_json) printf("{\"people\":%lld,\"lost\":%lld}\n", (long long)done.person_n, (long long)done.lost_n);
    else printf(_("Another key of the authenticator apps is in use; the apps of %lld people work on. Make a new copy now: harapan keys copy FILE\n"), (long long)done.person_n);
    if (done.lost_n && !cli->is_json) printf(_("%lld people must set up their app anew: a recovery code or a passkey lets them in.\n"), (long long)done.lost_n);
    return true;
}

static const struct { const char *name; bool (*run)(Cli *cli, Db *db, Err *e); } WORDS[] = {
    { "status", keys_status }, { "copy", keys_copy }, { "restore", keys_restore }, { "change", keys_change }, { "factor", keys_factor },
};

bool verb_keys(Cli *cli, Err *e) {
    Db *db;
    size_t i = 0;
    const char *word = cli->arg_n ? cli->args[0] : "status";
    while (i < sizeof WORDS / sizeof *WORDS && strcmp(WORDS[i].name, word) != 0) i++;
    if (i == sizeof WORDS / sizeof *WORDS) return fail(e, BAD_INPUT, "harapan keys knows status, copy, restore, change and factor, not \"%s\".", word);
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_practice, is_good = actor_band(cli, db, &is_practice, e) && WORDS[i].run(cli, db, e);
    db_close(db);
    return is_good;
}
