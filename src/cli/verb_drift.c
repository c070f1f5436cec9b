// verb_drift.c: a refresh from DTKS or DTSEN from the shell: look, list, show, ask, undo. No name is printed: the page shows whom it is about.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/district.h"
#include "status/drift_status.h"
#include <stdio.h>

const CliOption DRIFT_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("the district (1371); your own otherwise") },
    { "--stage", N_("STAGE"), N_("look: the stage whose money is shown (the one after the latest that was closed)") },
    { "--kind", N_("KIND"), N_("show: one kind only") },
    { "--kinds", N_("KINDS"), N_("ask: only these, as left,moved (all)") },
    { "--limit", N_("N"), N_("show, list: how many (50)") },
    { 0 },
};

typedef struct { Cli *cli; Db *db; Viewer actor; int64_t kab, batch_id; } Drifting;

static Sight sight_of(const Drifting *x) { return authority_sight(&x->actor, district_day(x->kab, instant_now())); }

static bool batch_arg(Drifting *x, Err *e) {
    Str text;
    if (!cli_arg(x->cli, 1, N_("The number of the import (see harapan import)"), &text, e)) return false;
    return (str_int64(text, &x->batch_id) && x->batch_id > 0) || fail(e, BAD_INPUT, "\"%.*s\" is no number of an import.", STR_ARG(text));
}

static void rupiah_column(Buf *b, Rupiah rp) {
    Buf text = { .max = 60 };
    rupiah_put(&text, rp);
    buf_fmt(b, "  %18.*s", (int)text.n, text.p);
    buf_free(&text);
}

static bool sums_print(Drifting *x, Err *e) {
    DriftSum sums[DRIFT_KINDS_N];
    Drift d;
    bool found;
    if (!drift_read(x->db, x->cli->arena, sight_of(x), x->kab, x->batch_id, &d, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no drift of import %lld in district %lld.", (long long)x->batch_id, (long long)x->kab);
    if (!drift_sums(x->db, sight_of(x), x->kab, x->batch_id, sums, e)) return false;
    if (x->cli->is_json) {
        printf("{\"import\":%lld,\"stage\":\"%.*s\",\"state\":\"%.*s\",\"items\":%lld,\"families\":%lld,\"more\":%lld,\"less\":%lld,\"kinds\":[", (long long)d.batch_id, STR_ARG(d.stage),
               STR_ARG(d.state), (long long)d.item_n, (long long)d.family_n, (long long)d.more.rp, (long long)d.less.rp);
        for (int i = 0; i < DRIFT_KINDS_N; i++)
            printf("%s{\"kind\":\"%s\",\"n\":%lld,\"by_hand\":%lld,\"before\":%lld,\"after\":%lld}", i ? "," : "", drift_kind_name((DriftKind)i), (long long)sums[i].n,
                   (long long)sums[i].by_hand_n, (long long)sums[i].before.rp, (long long)sums[i].after.rp);
        puts("]}");
        return true;
    }
    Buf b = { 0 };
    buf_fmt(&b, _("Import %lld beside the registry, money of stage %.*s:\n"), (long long)d.batch_id, STR_ARG(d.stage));
    for (int i = 0; i < DRIFT_KINDS_N; i++) {
        if (sums[i].n == 0) continue;
        buf_fmt(&b, "  %-10s %8lld", drift_kind_name((DriftKind)i), (long long)sums[i].n);
        rupiah_column(&b, (Rupiah){ sums[i].after.rp - sums[i].before.rp });
        buf_fmt(&b, "  %s", drift_kind_title((DriftKind)i));
        if (sums[i].by_hand_n) buf_fmt(&b, _(" (%lld by hand)"), (long long)sums[i].by_hand_n);
        buf_char(&b, '\n');
    }
    buf_fmt(&b, "  %-10s %8lld", "", (long long)d.item_n);
    rupiah_column(&b, (Rupiah){ d.more.rp - d.less.rp });
    buf_char(&b, '\n');
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    return true;
}

static bool drift_look_word(Drifting *x, Err *e) {
    const char *stage = cli_option(x->cli, "--stage");
    Drift d;
    DriftAsk ask = { .kab = x->kab, .stage = stage ? str_c(stage) : (Str){ 0 }, .actor = x->actor, .at = instant_now(), .progress = x->cli->progress };
    if (!batch_arg(x, e)) return false;
    ask.batch_id = x->batch_id;
    return drift_look(x->db, x->cli->arena, &ask, &d, e) && sums_print(x, e);
}

static bool drift_list_word(Drifting *x, Err *e) {
    Drift *list;
    size_t n;
    int64_t limit_n;
    if (!cli_int(x->cli, "--limit", 50, &limit_n, e)) return false;
    if (limit_n < 1 || limit_n > 100000) return fail(e, BAD_INPUT, "--limit must be between 1 and 100000.");
    if (!drift_list(x->db, x->cli->arena, sight_of(x), x->kab, limit_n, &list, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        const Drift *d = &list[i];
        if (x->cli->is_json) printf("{\"import\":%lld,\"stage\":\"%.*s\",\"state\":\"%.*s\",\"items\":%lld,\"more\":%lld,\"less\":%lld}\n", (long long)d->batch_id, STR_ARG(d->stage),
                                    STR_ARG(d->state), (long long)d->item_n, (long long)d->more.rp, (long long)d->less.rp);
        else printf("%lld  %.*s  %.*s  %lld\n", (long long)d->batch_id, STR_ARG(d->stage), STR_ARG(d->state), (long long)d->item_n);
    }
    return true;
}

static bool drift_show_word(Drifting *x, Err *e) {
    const char *kind = cli_option(x->cli, "--kind");
    DriftKind only = DRIFT_KINDS_N;
    DriftLine *lines;
    size_t n;
    int64_t limit_n;
    if (!batch_arg(x, e) || !cli_int(x->cli, "--limit", 50, &limit_n, e)) return false;
    if (limit_n < 1 || limit_n > 100000) return fail(e, BAD_INPUT, "--limit must be between 1 and 100000.");
    if (kind && !drift_kind_find(str_c(kind), &only)) return fail(e, BAD_INPUT, "\"%s\" is no kind of drift.", kind);
    if (!drift_lines(x->db, x->cli->arena, sight_of(x), x->kab, x->batch_id, only, limit_n, 0, &lines, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        const DriftItem *it = &lines[i].item;
        if (x->cli->is_json)
            printf("{\"kind\":\"%s\",\"family\":%lld,\"person\":%lld,\"row\":%lld,\"from\":\"%.*s\",\"to\":\"%.*s\",\"by_hand\":%s,\"before\":%lld,\"after\":%lld}\n", drift_kind_name(it->kind),
                   (long long)it->family_id, (long long)it->person_id, (long long)it->row_n, STR_ARG(it->old_value), STR_ARG(it->new_value), it->is_by_hand ? "true" : "false",
                   (long long)it->before.rp, (long long)it->after.rp);
        else printf("%-10s %8lld %8lld %8lld  %.*s → %.*s  %lld\n", drift_kind_name(it->kind), (long long)it->family_id, (long long)it->person_id, (long long)it->row_n,
                    STR_ARG(it->old_value), STR_ARG(it->new_value), (long long)(it->after.rp - it->before.rp));
    }
    return true;
}

static bool drift_ask_word(Drifting *x, Err *e) {
    const char *names = cli_option(x->cli, "--kinds");
    unsigned kinds;
    ApprovalRequest request;
    bool is_new;
    if (!batch_arg(x, e) || !drift_kinds_read(names ? str_c(names) : (Str){ 0 }, &kinds, e) ||
        !drift_ask(x->db, x->cli->arena, &x->actor, x->kab, x->batch_id, kinds, instant_now(), &request, &is_new, e)) return false;
    if (x->cli->is_json) printf("{\"request\":%lld,\"new\":%s}\n", (long long)request.id, is_new ? "true" : "false");
    else printf(is_new ? _("Asked as request %lld: somebody else must sign it before it holds.\n") : _("It was asked before, as request %lld, and waits for a signature.\n"), (long long)request.id);
    return true;
}

static bool drift_undo_word(Drifting *x, Err *e) {
    DriftUndone undone;
    if (!batch_arg(x, e) || !drift_undo(x->db, &x->actor, x->kab, x->batch_id, instant_now(), &undone, e)) return false;
    if (x->cli->is_json) printf("{\"undone\":%lld,\"left\":%lld}\n", (long long)undone.undone_n, (long long)undone.left_n);
    else printf(_("%lld taken back; %lld stay as they are, changed since or to be mended by hand.\n"), (long long)undone.undone_n, (long long)undone.left_n);
    return true;
}

static const struct { const char *word; bool (*run)(Drifting *, Err *); Action action; } WORDS[] = {
    { "look", drift_look_word, ACTION_IMPORT }, { "list", drift_list_word, ACTION_READ }, { "show", drift_show_word, ACTION_READ }, { "sums", sums_print, ACTION_READ },
    { "ask", drift_ask_word, ACTION_IMPORT }, { "undo", drift_undo_word, ACTION_EDIT },
};

bool verb_drift(Cli *cli, Err *e) {
    Str word;
    bool is_practice;
    Drifting x = { .cli = cli };
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    if (!cli_arg(cli, 0, N_("What to do (look, list, sums, show, ask or undo)"), &word, e)) return false;
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is none of look, list, sums, show, ask and undo.", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &x.db, e)) return false;
    bool is_good = actor_band(cli, x.db, &is_practice, e) && actor_require_here(cli, x.db, WORDS[i].action, false, &x.kab, &x.actor, e) &&
                   (str_eq(word, STR("sums")) ? batch_arg(&x, e) : true) && WORDS[i].run(&x, e);
    db_close(x.db);
    return is_good;
}
