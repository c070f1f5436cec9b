// verb_identity.c: identity find, list, dismiss. No name and no number is printed here: the page shows whom a family is about.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "status/identity_status.h"
#include <stdio.h>

const CliOption IDENTITY_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district (1371)") },
    { "--kind", N_("KIND"), N_("list: one kind only, such as nik_twice") },
    { "--village", N_("CODE"), N_("list: one kelurahan only") },
    { "--dismissed", NULL, N_("list: what was dismissed") },
    { "--limit", N_("N"), N_("list: how many (50)") },
    { "--note", N_("TEXT"), N_("dismiss: why; without it the work is opened again") },
    { 0 },
};

static bool kab_read(Cli *cli, const Viewer *viewer, int64_t *kab, Err *e) {
    return cli_int(cli, "--kab", viewer->kab > 99 ? viewer->kab : 1371, kab, e);
}

static bool kind_read(Str word, WorkKind *out, Err *e) {
    return work_kind_find(word, out) || fail(e, BAD_INPUT, "\"%.*s\" is no kind of identity work. `harapan identity list` shows them.", STR_ARG(word));
}

static bool identity_find(Cli *cli, Db *db, const Viewer *actor, Err *e) {
    int64_t kab;
    WorkFound f;
    Str stage;
    if (!kab_read(cli, actor, &kab, e) || !identity_refresh(db, cli->arena, actor, kab, instant_now(), cli->progress, &f, &stage, e)) return false;
    if (cli->is_json) {
        printf("{\"found\":%lld,\"new\":%lld,\"changed\":%lld,\"mended\":%lld,\"dismissed\":%lld,\"stage\":\"%.*s\"}\n", (long long)f.found_n, (long long)f.new_n,
               (long long)f.changed_n, (long long)f.mended_n, (long long)f.dismissed_n, STR_ARG(stage));
        return true;
    }
    printf(_("%lld pieces of work: %lld new, %lld changed, %lld dismissed; %lld are mended.\n"), (long long)f.found_n, (long long)f.new_n, (long long)f.changed_n,
           (long long)f.dismissed_n, (long long)f.mended_n);
    if (stage.n) printf(_("Money at risk is that of stage %.*s.\n"), STR_ARG(stage));
    else puts(_("No stage is computed yet: the money at risk is not known."));
    return true;
}

static void row_put(const WorkRow *row, bool is_json) {
    Buf rp = { .max = 100 };
    rupiah_put(&rp, row->amount);
    if (is_json) printf("{\"kind\":\"%s\",\"family\":%lld,\"person\":%lld,\"amount\":%lld,\"detail\":\"%.*s\"}\n", work_kind_code(row->kind), (long long)row->family_id,
                        (long long)row->person_id, (long long)row->amount.rp, STR_ARG(row->detail));
    else printf("%-14s %8lld %8lld  %14.*s  %.*s\n", work_kind_code(row->kind), (long long)row->family_id, (long long)row->person_id, (int)rp.n, rp.p, STR_ARG(row->detail));
    buf_free(&rp);
}

static bool identity_list(Cli *cli, Db *db, const Viewer *viewer, Err *e) {
    WorkFilter f = { .is_dismissed = cli_has(cli, "--dismissed"), .sight = authority_sight(viewer, date_of_instant(instant_now(), 420)) };
    WorkList list;
    const char *kind = cli_option(cli, "--kind");
    f.has_kind = kind != NULL;
    if (kind && !kind_read(str_c(kind), &f.kind, e)) return false;
    if (!kab_read(cli, viewer, &f.kab, e) || !cli_int(cli, "--village", 0, &f.village_id, e) || !cli_int(cli, "--limit", 50, &f.limit_n, e) ||
        !authority_require(viewer, ACTION_READ, f.kab, e)) return false;
    if (f.limit_n < 1 || f.limit_n > 100000) return fail(e, BAD_INPUT, "--limit must be between 1 and 100000.");
    if (!work_list(db, cli->arena, &f, &list, e)) return false;
    for (size_t i = 0; i < list.row_n; i++) row_put(&list.rows[i], cli->is_json);
    for (int i = 0; i < WORK_KINDS_N && !cli->is_json; i++) {
        if (list.sums[i].n == 0) continue;
        Buf rp = { .max = 100 };
        rupiah_put(&rp, list.sums[i].amount);
        printf("%-14s %8lld  %14.*s  %s\n", work_kind_code((WorkKind)i), (long long)list.sums[i].n, (int)rp.n, rp.p, work_kind_title((WorkKind)i));
        buf_free(&rp);
    }
    return true;
}

static bool identity_dismiss(Cli *cli, Db *db, const Viewer *actor, Err *e) {
    Str word, family, person;
    WorkKind kind;
    int64_t kab, family_id, person_id;
    const char *note = cli_option(cli, "--note");
    if (!cli_arg(cli, 1, N_("The kind of work"), &word, e) || !kind_read(word, &kind, e) || !cli_arg(cli, 2, N_("The family's number"), &family, e) ||
        !cli_arg(cli, 3, N_("The person's number, 0 for the family"), &person, e) || !kab_read(cli, actor, &kab, e)) return false;
    if (!str_int64(family, &family_id) || !str_int64(person, &person_id)) return fail(e, BAD_INPUT, "Family and person are whole numbers.");
    if (!work_dismiss(db, actor, kab, kind, family_id, person_id, str_c(note), instant_now(), e)) return false;
    if (cli->is_json) printf("{\"state\":\"%s\"}\n", note ? "dismissed" : "open");
    else puts(note ? _("Dismissed.") : _("Opened again."));
    return true;
}

static const struct { const char *word; bool (*run)(Cli *, Db *, const Viewer *, Err *); Action action; } WORDS[] = {
    { "find", identity_find, ACTION_EDIT }, { "list", identity_list, ACTION_READ }, { "dismiss", identity_dismiss, ACTION_EDIT },
};

bool verb_identity(Cli *cli, Err *e) {
    Str word;
    Db *db;
    Viewer viewer;
    bool is_practice;
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    if (!cli_arg(cli, 0, N_("What to do (find, list or dismiss)"), &word, e)) return false;
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is none of find, list and dismiss.", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_require(cli, db, WORDS[i].action, KAB_NONE, &viewer, e) &&
                   WORDS[i].run(cli, db, &viewer, e);
    db_close(db);
    return is_good;
}
