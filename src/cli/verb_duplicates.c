// verb_duplicates.c: duplicates find, list, decide, merge, sign, undo. Entries are named DISTRICT.PERSON (1371.204); no name and no NIK is
// printed here: to look at two entries side by side is what the page is for.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "registry/duplicate_merge.h"
#include <stdio.h>

const CliOption DUPLICATES_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("one district, a province (two digits), or 0 for all of your area (0)") },
    { "--state", N_("STATE"), N_("list: open, same, different or merged (open)") },
    { "--limit", N_("N"), N_("list: how many (50)") },
    { "--note", N_("TEXT"), N_("decide: why") },
    { "--keep", N_("ENTRY"), N_("merge: the entry that stays, with the NIK if only one has it") },
    { "--take", N_("COLUMNS"), N_("merge: what the other one knows better: name,born_on,birth_place,sex,mother_name") },
    OPTION_PASSWORD_STDIN,
    { "--threads", N_("N"), N_("find: worker threads; as many as processors otherwise") },
    { 0 },
};

static bool entry_read(Str text, int64_t *kab, int64_t *person_id, Err *e) {
    Str rest = text, head = str_cut(&rest, '.');
    if (str_int64(head, kab) && str_int64(rest, person_id) && *kab > 0 && *person_id > 0) return true;
    return fail(e, BAD_INPUT, "\"%.*s\" names no entry: write district, point and person, like 1371.204.", STR_ARG(text));
}

static bool key_read(Cli *cli, PairKey *out, Err *e) {
    Str a, b;
    int64_t kab, person_id, other_kab, other_person_id;
    if (!cli_arg(cli, 1, N_("The first entry (for example 1371.204)"), &a, e) || !cli_arg(cli, 2, N_("The second entry (for example 1371.9071)"), &b, e) ||
        !entry_read(a, &kab, &person_id, e) || !entry_read(b, &other_kab, &other_person_id, e)) return false;
    if (kab == other_kab && person_id == other_person_id) return fail(e, BAD_INPUT, "The two entries are the same one.");
    *out = pair_key(kab, person_id, other_kab, other_person_id);
    return true;
}

// ---- find --------------------------------------------------------------------------------------------------------------------
static bool duplicates_find(Cli *cli, Db *db, const Viewer *actor, Err *e) {
    int64_t kab, threads;
    DuplicateFound f;
    if (!cli_int(cli, "--kab", 0, &kab, e) || !cli_int(cli, "--threads", 0, &threads, e)) return false;
    Viewer area = *actor;
    if (kab) area.kab = kab;
    DuplicateSearch search = { .thread_n = (int)threads, .actor = *actor, .at = instant_now(), .progress = cli->progress };
    authority_area(&area, &search.low_kab, &search.high_kab);
    if (!duplicate_search(db, &search, &f, e)) return false;
    const DuplicateReport *r = &f.report;
    if (cli->is_json) {
        printf("{\"entries\":%lld,\"comparisons\":%lld,\"pairs\":%lld,\"one_nik\":%lld,\"new\":%lld,\"changed\":%lld,\"same\":%lld,\"removed\":%lld,\"decided\":%lld}\n",
               (long long)r->entry_n, (long long)r->compared_n, (long long)r->pair_n, (long long)f.exact_n, (long long)f.new_n, (long long)f.changed_n,
               (long long)f.same_n, (long long)f.removed_n, (long long)f.decided_n);
        return true;
    }
    printf(_("%lld persons compared in %lld pairs: %lld probably stand twice, %lld of them with one NIK.\n"), (long long)r->entry_n, (long long)r->compared_n,
           (long long)r->pair_n, (long long)f.exact_n);
    printf(_("New %lld, changed %lld, as before %lld, no longer so %lld, decided earlier %lld.\n"), (long long)f.new_n, (long long)f.changed_n,
           (long long)f.same_n, (long long)f.removed_n, (long long)f.decided_n);
    return true;
}

// ---- list --------------------------------------------------------------------------------------------------------------------
static void row_json(const PairRow *row) {
    Buf reasons = { .max = 1000 };
    duplicate_score_put(&reasons, &row->score);
    printf("{\"entry\":\"%lld.%lld\",\"family\":%lld,\"other\":\"%lld.%lld\",\"other_family\":%lld,\"score\":%d,\"one_nik\":%s,\"reasons\":\"%.*s\",\"state\":\"%s\"}\n",
           (long long)row->key.kab, (long long)row->key.person_id, (long long)row->family_id, (long long)row->key.other_kab,
           (long long)row->key.other_person_id, (long long)row->other_family_id, row->score.score, row->is_exact ? "true" : "false",
           (int)reasons.n, reasons.p, pair_state_name(row->state));
    buf_free(&reasons);
}

static void row_print(const PairRow *row) {
    printf("%lld.%lld  %lld.%lld  %+d", (long long)row->key.kab, (long long)row->key.person_id, (long long)row->key.other_kab,
           (long long)row->key.other_person_id, row->score.score);
    for (size_t i = 0; i < row->score.n; i++)
        printf("%s %s %+d", i ? "," : " ", duplicate_reason_text(row->score.at[i].reason), row->score.at[i].points);
    puts("");
}

static bool duplicates_list(Cli *cli, Db *db, const Viewer *viewer, Err *e) {
    PairFilter filter = { .state = PAIR_OPEN };
    PairRows list;
    const char *state = cli_option(cli, "--state");
    if (state && !pair_state_find(str_c(state), &filter.state)) return fail(e, BAD_INPUT, "\"%s\" is no state: open, same, different or merged.", state);
    if (!cli_int(cli, "--kab", 0, &filter.kab, e) || !cli_int(cli, "--limit", 50, &filter.limit_n, e)) return false;
    if (filter.limit_n < 1 || filter.limit_n > 100000) return fail(e, BAD_INPUT, "--limit must be between 1 and 100000.");
    Sight sight = authority_sight(viewer, date_of_instant(instant_now(), 420));
    if (!duplicate_list(db, cli->arena, sight, &filter, &list, e)) return false;
    for (size_t i = 0; i < list.n; i++) if (cli->is_json) row_json(&list.at[i]); else row_print(&list.at[i]);
    if (!cli->is_json) printf(_("%lld pairs, %lld with one NIK.\n"), (long long)list.all_n, (long long)list.exact_n);
    return true;
}

// ---- decide, merge, undo -------------------------------------------------------------------------------------------------------
static bool duplicates_decide(Cli *cli, Db *db, const Viewer *actor, Err *e) {
    PairKey key;
    Str word;
    PairState state;
    const char *note = cli_option(cli, "--note");
    if (!key_read(cli, &key, e) || !cli_arg(cli, 3, N_("The decision (same, different, later or open)"), &word, e)) return false;
    bool is_later = str_eq(word, STR("later"));
    state = PAIR_OPEN;
    if (!is_later && (!pair_state_find(word, &state) || state == PAIR_MERGED))
        return fail(e, BAD_INPUT, "\"%.*s\" is no decision: same, different, later or open.", STR_ARG(word));
    PairDecision decision = { key, state, is_later, str_c(note) };
    if (!duplicate_decide(db, actor, &decision, instant_now(), e)) return false;
    if (cli->is_json) printf("{\"state\":\"%s\"}\n", is_later ? "later" : pair_state_name(state));
    else printf("%s\n", is_later ? _("Put off") : pair_state_title(state));
    return true;
}

static bool choice_read(Cli *cli, Merge *out, Err *e) {
    const char *keep = cli_option(cli, "--keep"), *take = cli_option(cli, "--take");
    int64_t kab, person_id;
    if (!key_read(cli, &out->key, e)) return false;
    if (!keep) return fail(e, BAD_INPUT, "Say with --keep which of the two entries stays.");
    if (!entry_read(str_c(keep), &kab, &person_id, e) || !take_read(str_c(take), &out->take, e)) return false;
    out->keeps_other = kab == out->key.other_kab && person_id == out->key.other_person_id;
    return out->keeps_other || (kab == out->key.kab && person_id == out->key.person_id) || fail(e, BAD_INPUT, "--keep must name one of the two entries.");
}

static bool duplicates_merge(Cli *cli, Db *db, const Viewer *actor, Err *e) {
    Merge merge = { .take = 0 };
    MergePreview preview;
    ApprovalRequest request;
    bool is_new;
    Instant now = instant_now();
    if (!choice_read(cli, &merge, e) || !merge_preview(db, cli->arena, authority_sight(actor, date_of_instant(now, 420)), &merge, &preview, e) ||
        !merge_ask(db, cli->arena, actor, &merge, now, &request, &is_new, e)) return false;
    if (cli->is_json) {
        printf("{\"request\":\"%lld.%lld\",\"before\":%s,\"signatures\":%d,\"no_payee\":%s,\"empty\":%s}\n", (long long)request.kab, (long long)request.id,
               is_new ? "false" : "true", request.step_n, preview.has_no_payee ? "true" : "false", preview.is_empty ? "true" : "false");
        return true;
    }
    printf(_("Asked for: request %lld.%lld. They are merged when another person has signed.\n"), (long long)request.kab, (long long)request.id);
    if (preview.has_no_payee) puts(_("The family that loses a member will have no payee: name one before the next closing."));
    if (preview.is_empty) puts(_("The family that loses a member will have nobody left."));
    return true;
}

static bool duplicates_sign(Cli *cli, Db *db, const Viewer *actor, Err *e) {
    (void)actor;                                           // named again, with the password
    PairKey key;
    ApprovalRequest request;
    MergeResult r;
    bool found;
    Viewer signer;
    if (!key_read(cli, &key, e) || !actor_confirm_signature(cli, db, ACTION_READ, KAB_NONE, &signer, e) || !merge_asked(db, cli->arena, key, &request, &found, e)) return false;
    if (!found) memset(&request.seen_hash, 0, sizeof request.seen_hash);
    if (!merge_sign(db, cli->arena, &signer, key, &request.seen_hash, instant_now(), &r, e)) return false;
    if (cli->is_json) { printf("{\"merge\":\"%lld.%lld\",\"done\":%s}\n", (long long)r.kab, (long long)r.id, r.is_done ? "true" : "false"); return true; }
    if (!r.is_done) printf(_("Signed, %d of %d.\n"), r.signed_n, r.step_n);
    else printf(r.was_there ? _("They were merged before, as merge %lld.%lld.\n") : _("Merged. To undo: harapan duplicates undo %lld.%lld\n"), (long long)r.kab,
                (long long)r.id);
    return true;
}

static bool duplicates_undo(Cli *cli, Db *db, const Viewer *actor, Err *e) {
    Str text;
    int64_t kab, id;
    if (!cli_arg(cli, 1, N_("The merge (for example 1371.1)"), &text, e) || !entry_read(text, &kab, &id, e) ||
        !merge_undo(db, actor, kab, id, instant_now(), e)) return false;
    if (cli->is_json) printf("{\"undone\":\"%lld.%lld\"}\n", (long long)kab, (long long)id);
    else puts(_("Undone: both entries are as they were before."));
    return true;
}

static const struct { const char *word; bool (*run)(Cli *, Db *, const Viewer *, Err *); Action action; } WORDS[] = {
    { "find", duplicates_find, ACTION_EDIT }, { "list", duplicates_list, ACTION_READ }, { "decide", duplicates_decide, ACTION_EDIT },
    { "merge", duplicates_merge, ACTION_EDIT }, { "sign", duplicates_sign, ACTION_READ }, { "undo", duplicates_undo, ACTION_EDIT },
};

bool verb_duplicates(Cli *cli, Err *e) {
    Str word;
    Db *db;
    Viewer viewer;
    bool is_practice;
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    if (!cli_arg(cli, 0, N_("What to do (find, list, decide, merge, sign or undo)"), &word, e)) return false;
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is none of find, list, decide, merge, sign and undo.", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_require(cli, db, WORDS[i].action, KAB_NONE, &viewer, e) &&
                   WORDS[i].run(cli, db, &viewer, e);
    db_close(db);
    return is_good;
}
