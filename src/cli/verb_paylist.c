// verb_paylist.c: paylist read, mend, lists, compare, tray, decide, match, drop, mode. Rows are named LIST.ROW (3.118). No name is printed; --out
// writes a list with names, and that look is recorded first.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "office/district.h"
#include "office/read_log.h"
#include "paylist/paylist_mend.h"
#include "paylist/paylist_mode.h"
#include "paylist/paylist_share.h"
#include "paylist/paylist_tray.h"
#include "payment/paylist_list.h"
#include <stdio.h>

const CliOption PAYLIST_OPTIONS[] = {
    { "--stage", N_("STAGE"), N_("which stage, such as 2024-2") },
    { "--kab", N_("CODE"), N_("one district only; your own area otherwise") },
    { "--wave", N_("N"), N_("read: the wave (gelombang) of the file; as the file says otherwise") },
    { "--reason", N_("TEXT"), N_("read: why this file counts in place of another one, or although it is in doubt; decide: why") },
    { "--map", N_("COLUMN=TITLE"), N_("read: which title a column has: nominal=Jumlah, nominal=#12; may be given often") },
    { "--sheet", N_("NAME"), N_("which sheet of a workbook") },
    { "--separator", N_("SIGN"), N_("what parts the columns of a text: ; , | or tab (found out)") },
    { "--findings", N_("N"), N_("how many findings to show (20)") },
    { "--kind", N_("KIND"), N_("compare: same, amount, only_theirs, only_ours, zero or old") },
    { "--village", N_("CODE"), N_("compare: one kelurahan") },
    { "--companion", N_("N"), N_("compare: the families of one companion") },
    { "--out", N_("FILE"), N_("compare: write the families with names, as .csv, .xlsx or .json") },
    { "--limit", N_("N"), N_("tray: how many rows (50)") },
    { "--decided", NULL, N_("tray: rows of which a person has said something") },
    { "--family", N_("N"), N_("decide: the row means this family") },
    { "--not-ours", NULL, N_("decide: none of our families") },
    { "--open", NULL, N_("decide: take the last word back") },
    { "--source", N_("NAME"), N_("read: who sends the file; columns that were shown are remembered for it (Kemensos)") },
    { "--rejects", N_("FILE"), N_("read: write the refused rows, to be mended and given to paylist mend; .xlsx writes a workbook") },
    OPTION_PASSWORD_STDIN,
    { 0 },
};
#define MAP_MAX 20
#define FINDINGS_SHOWN 20

typedef struct { Cli *cli; Db *db; Viewer viewer; int64_t kab; Str stage; } Work;

static Sight sight_of(const Work *w) { return authority_sight(&w->viewer, district_day(w->kab, instant_now())); }

static bool stage_need(Work *w, Err *e) {
    const char *stage = cli_option(w->cli, "--stage");
    if (!stage) return fail(e, BAD_INPUT, "Say with --stage which stage, such as 2024-2.");
    w->stage = str_c(stage);
    return true;
}

static bool list_need(Work *w, int64_t *id, Err *e) {
    Str text;
    if (!cli_arg(w->cli, 1, N_("The number of the list"), &text, e)) return false;
    return str_int64(text, id) || fail(e, BAD_INPUT, "\"%.*s\" is no number of a list.", STR_ARG(text));
}

// ---- read --------------------------------------------------------------------------------------------------------------
static bool column_known(Str word, Err *e) {
    for (int i = 0; i < PAYLIST_COLUMNS_N; i++) {
        Str names = str_c(PAYLIST_COLUMNS[i].names);
        if (str_eq_nocase(str_cut(&names, '|'), word)) return true;
    }
    return fail(e, BAD_INPUT, "\"%.*s\" is no column of a pay list; --map takes nominal=TITLE.", STR_ARG(word));
}

static bool file_options(Work *w, PaylistFile *f, Err *e) {
    Cli *cli = w->cli;
    HeaderChoice *map = NEW(cli->arena, HeaderChoice, MAP_MAX);
    const char *sheet = cli_option(cli, "--sheet"), *separator = cli_option(cli, "--separator"), *reason = cli_option(cli, "--reason");
    Str path;
    if (!cli_arg(cli, 1, N_("The file to read"), &path, e) || !cli_int(cli, "--wave", 0, &f->wave_n, e)) return false;
    f->path = arena_c(cli->arena, path);
    f->sheet = str_c(sheet);
    f->reason = str_c(reason);
    f->map.at = map;
    for (size_t i = 0; i < 2 * cli->option_n; i += 2) {
        if (strcmp(cli->options[i], "--map") != 0) continue;
        Str title = str_c(cli->options[i + 1]), word = str_cut(&title, '=');
        if (f->map.n == MAP_MAX || !title.p) return fail(e, BAD_INPUT, "--map takes COLUMN=TITLE, not \"%s\".", cli->options[i + 1]);
        if (!column_known(word, e)) return false;
        map[f->map.n++] = (HeaderChoice){ word, title, false };
    }
    return !separator || table_separator_find(str_c(separator), &f->separator) || fail(e, BAD_INPUT, "--separator takes ; or , or | or tab, not \"%s\".", separator);
}

static void read_json(const PaylistRead *r, const PaylistFinding *f, size_t n) {
    const Paylist *l = &r->list;
    printf("{\"list\":%lld,\"wave\":%lld,\"state\":\"%s\",\"rows\":%lld,\"refused\":%lld,\"warnings\":%lld,\"total\":%lld,\"alarm\":%s,\"was_known\":%s,\"counts_now\":%s,"
           "\"matched\":%lld,\"strangers\":%lld,\"contradictions\":%lld,\"twice\":%lld,\"live\":%lld,\"change\":{\"new\":%lld,\"gone\":%lld,\"changed\":%lld,\"same\":%lld},\"findings\":[",
           (long long)l->id, (long long)l->wave_n, paylist_state_name(l->state), (long long)l->row_n, (long long)l->refused_n, (long long)l->warning_n, (long long)l->amount.rp,
           l->is_alarming ? "true" : "false", r->was_known ? "true" : "false", r->is_new_live ? "true" : "false", (long long)l->matched_n, (long long)l->stranger_n,
           (long long)l->contradiction_n, (long long)l->twice_n, (long long)r->live_id, (long long)r->change.new_n, (long long)r->change.gone_n,
           (long long)r->change.changed_n, (long long)r->change.same_n);
    for (size_t i = 0; i < n; i++) {
        printf("%s{\"row\":%lld,\"field\":\"%.*s\",\"code\":\"%.*s\",\"level\":\"%.*s\",\"text\":", i ? "," : "", (long long)f[i].row_n, STR_ARG(f[i].field),
               STR_ARG(f[i].code), STR_ARG(f[i].level));
        cli_put_json(f[i].text);
        putchar('}');
    }
    puts("]}");
}

static void read_print(Cli *cli, const PaylistRead *r) {
    const Paylist *l = &r->list;
    printf(_("List %lld, wave %lld: %s rows, together %s; %s rows refused, %s warnings.\n"), (long long)l->id, (long long)l->wave_n, arena_count(cli->arena, l->row_n).p,
           arena_rupiah(cli->arena, l->amount).p, arena_count(cli->arena, l->refused_n).p, arena_count(cli->arena, l->warning_n).p);
    printf(_("%s rows mean a family; in the tray %s unknown, %s contradictions, %s twice.\n"), arena_count(cli->arena, l->matched_n).p, arena_count(cli->arena, l->stranger_n).p,
           arena_count(cli->arena, l->contradiction_n).p, arena_count(cli->arena, l->twice_n).p);
    if (r->live_id)
        printf(_("Beside list %lld: %s families new, %s gone, %s with another amount, %s the same; %s before, %s now.\n"), (long long)r->live_id,
               arena_count(cli->arena, r->change.new_n).p, arena_count(cli->arena, r->change.gone_n).p, arena_count(cli->arena, r->change.changed_n).p, arena_count(cli->arena, r->change.same_n).p,
               arena_rupiah(cli->arena, r->change.before).p, arena_rupiah(cli->arena, r->change.after).p);
    if (r->is_new_live) puts(_("It counts from now on."));
    else if (l->state == PAYLIST_LIVE) puts(_("It was read before and counts; nothing was changed."));
    else if (l->row_n == 0) puts(_("No row of it could be read; it does not count."));
    else puts(_("It does not count yet: say why it should with --reason."));
}

static bool findings_print(Work *w, const PaylistShare *share, int64_t shown_n, Err *e) {
    PaylistFinding *findings;
    size_t n;
    if (!paylist_findings(w->db, w->cli->arena, sight_of(w), share->kab, share->read.list.id, 0, shown_n, &findings, &n, e)) return false;
    if (w->cli->is_json) { read_json(&share->read, findings, n); return true; }
    for (size_t i = 0; i < n; i++) {
        const char *level = str_eq(findings[i].level, STR("error")) ? _("error") : _("warning");
        if (findings[i].row_n == 0) printf("  %s: %.*s\n", level, STR_ARG(findings[i].text));
        else printf(_("  row %lld, %.*s, %s: %.*s\n"), (long long)findings[i].row_n, STR_ARG(findings[i].field), level, STR_ARG(findings[i].text));
    }
    read_print(w->cli, &share->read);
    return true;
}

// Of several districts each has a file of its own: sisa.csv becomes sisa-1371.csv.
static bool rejects_write_of(Work *w, const PaylistFile *file, const PaylistShare *share, bool is_alone, Err *e) {
    const char *path = cli_option(w->cli, "--rejects");
    int64_t row_n;
    if (!path || share->read.list.refused_n == 0) return true;
    const char *dot = strrchr(path, '.') ? strrchr(path, '.') : path + strlen(path);
    if (!is_alone) path = arena_fmt(w->cli->arena, "%.*s-%lld%s", (int)(dot - path), path, (long long)share->kab, dot).p;
    PaylistRefused refused = { w->db, sight_of(w), share->kab, share->read.list.id, file->path };
    ReadPage page = { .kab = share->kab, .actor_id = w->viewer.user_id, .route = "shell paylist", .purpose = "file", .at = instant_now(), .family_ids = (int64_t[]){ 0 }, .family_n = 1 };
    if (!reads_write_once(w->cli->db_url, &page, e) || !paylist_write_rejects(&refused, path, &row_n, e)) return false;
    if (!w->cli->is_json)
        printf(_("%s refused rows with their reasons are in %s; mend them there, then: harapan paylist mend %lld %s\n"), arena_count(w->cli->arena, row_n).p, path,
               (long long)share->read.list.id, path);
    return true;
}

static bool share_answer(Work *w, const PaylistFile *file, const PaylistShare *share, bool is_alone, int64_t shown_n, Err *e) {
    if (!is_alone && w->cli->is_json) {
        printf("{\"kab\":%lld,\"rows_of_file\":%lld,\"read\":%s,\"why_not\":", (long long)share->kab, (long long)share->row_n, share->is_read ? "true" : "false");
        cli_put_json(share->why_not);
        puts("}");
    } else if (!is_alone) {
        printf(_("%.*s (%lld), %s rows of the file:\n"), STR_ARG(share->name), (long long)share->kab, arena_count(w->cli->arena, share->row_n).p);
        if (!share->is_read) printf("  %.*s\n", STR_ARG(share->why_not));
    }
    return !share->is_read || (findings_print(w, share, shown_n, e) && rejects_write_of(w, file, share, is_alone, e));
}

static bool paylist_do_read(Work *w, Err *e) {
    const char *source = cli_option(w->cli, "--source");
    PaylistFile file = { .kab = w->kab, .source = str_c(source) };
    PaylistShares shares;
    int64_t shown_n;
    if (!stage_need(w, e) || !file_options(w, &file, e) || !cli_int(w->cli, "--findings", FINDINGS_SHOWN, &shown_n, e)) return false;
    if (shown_n < 0 || shown_n > FINDINGS_MAX) return fail(e, BAD_INPUT, "--findings takes a number from 0 to %d.", FINDINGS_MAX);
    file.stage = w->stage;
    if (!paylist_read_shares(w->db, w->cli->arena, &w->viewer, &file, instant_now(), w->cli->progress, &shares, e)) return false;
    for (size_t i = 0; i < shares.n; i++) if (!share_answer(w, &file, &shares.at[i], shares.n == 1, shown_n, e)) return false;
    return true;
}

static bool paylist_do_mend(Work *w, Err *e) {
    PaylistMend mend = { .kab = w->kab };
    PaylistMended done;
    Str path;
    if (!list_need(w, &mend.list_id, e) || !cli_arg(w->cli, 2, N_("The file of refused rows, mended"), &path, e)) return false;
    mend.path = arena_c(w->cli->arena, path);
    if (!paylist_mend(w->db, w->cli->arena, &w->viewer, &mend, instant_now(), &done, e)) return false;
    if (w->cli->is_json) {
        printf("{\"list\":%lld,\"mended\":%lld,\"still_refused\":%lld,\"was_known\":%s,\"refused\":%lld,\"total\":%lld}\n", (long long)mend.list_id, (long long)done.row_n,
               (long long)done.refused_n, done.was_known ? "true" : "false", (long long)done.list.refused_n, (long long)done.list.amount.rp);
        return true;
    }
    if (done.was_known) puts(_("This very file was taken in before; nothing was changed."));
    else printf(_("%s mended rows went into the list, %s are still refused; together %s now.\n"), arena_count(w->cli->arena, done.row_n).p,
                arena_count(w->cli->arena, done.refused_n).p, arena_rupiah(w->cli->arena, done.list.amount).p);
    return true;
}

// ---- lists -------------------------------------------------------------------------------------------------------------
static bool paylist_do_lists(Work *w, Err *e) {
    Paylists lists;
    if (!stage_need(w, e) || !paylist_list(w->db, w->cli->arena, sight_of(w), w->kab, w->stage, &lists, e)) return false;
    for (size_t i = 0; i < lists.n; i++) {
        const Paylist *l = &lists.at[i];
        if (w->cli->is_json) {
            printf("{\"list\":%lld,\"wave\":%lld,\"state\":\"%s\",\"rows\":%lld,\"refused\":%lld,\"total\":%lld,\"open\":%lld,\"replaces\":%lld,\"file\":", (long long)l->id,
                   (long long)l->wave_n, paylist_state_name(l->state), (long long)l->row_n, (long long)l->refused_n, (long long)l->amount.rp, (long long)l->open_n,
                   (long long)l->replaces_id);
            cli_put_json(l->file_name);
            puts("}");
        } else {
            printf(_("List %lld, wave %lld, %s: %.*s, %s rows, %s, %s in the tray\n"), (long long)l->id, (long long)l->wave_n, paylist_state_title(l->state),
                   STR_ARG(l->file_name), arena_count(w->cli->arena, l->row_n).p, arena_rupiah(w->cli->arena, l->amount).p, arena_count(w->cli->arena, l->open_n).p);
        }
    }
    if (lists.n == 0 && !w->cli->is_json) puts(_("No list of this stage was read yet."));
    return true;
}

// ---- compare -----------------------------------------------------------------------------------------------------------
static bool out_write(Work *w, Comparison *c, const CompareFilter *filter, const char *path, Err *e) {
    TableColumn columns[COMPARE_COLUMNS];
    const char *dot = strrchr(path, '.');
    TableWriteOptions options = { .title = str_c(_("Ministry's pay list beside our closing")), .columns = columns, .column_n = COMPARE_COLUMNS };
    int64_t *ids;
    size_t n;
    if (!dot || !table_format_parse(str_c(dot + 1), &options.format)) return fail(e, BAD_INPUT, "--out takes a file that ends in .csv, .xlsx or .json.");
    compare_columns(columns);
    options.notes[0] = arena_fmt(w->cli->arena, "%.*s, %lld", STR_ARG(w->stage), (long long)w->kab);
    if (w->viewer.is_practice) options.band = str_c(_("PRACTICE DATABASE – synthetic data"));
    if (!compare_ids(c, filter, w->cli->arena, &ids, &n, e)) return false;
    ReadPage page = { .kab = w->kab, .actor_id = w->viewer.user_id, .route = "shell paylist", .purpose = "export", .at = instant_now(), .family_ids = ids, .family_n = n };
    TableWriter *table;
    if ((n && !reads_write_once(w->cli->db_url, &page, e)) || !table_open(&options, &table, e)) return false;
    if (!compare_write(c, filter, table, e)) { table_abort(table); return false; }
    return table_finish_as(table, path, e);
}

static void sums_json(const Work *w, const CompareSums *s) {
    printf("{\"kab\":%lld,\"stage\":\"%.*s\",\"kinds\":{", (long long)w->kab, STR_ARG(w->stage));
    for (int k = 0; k < COMPARE_N; k++)
        printf("%s\"%s\":{\"n\":%lld,\"ours\":%lld,\"theirs\":%lld}", k ? "," : "", compare_name((CompareKind)k), (long long)s->kind[k].n, (long long)s->kind[k].ours.rp, (long long)s->kind[k].theirs.rp);
    printf("},\"causes\":{");
    bool is_first = true;
    for (int k = 0; k < CAUSE_N; k++) {
        if (!s->cause[k].n) continue;
        printf("%s\"%s\":{\"n\":%lld,\"ours\":%lld,\"theirs\":%lld}", is_first ? "" : ",", cause_name((CauseKind)k), (long long)s->cause[k].n, (long long)s->cause[k].ours.rp, (long long)s->cause[k].theirs.rp);
        is_first = false;
    }
    printf("},\"other_stages\":%lld,\"other_channel\":%lld}\n", (long long)s->old.rp, (long long)s->channel_n);
}

static void sums_print(Cli *cli, const CompareSums *s) {
    printf("%-36s %10s %22s %22s\n", "", _("families"), _("ours"), _("Ministry"));
    for (int k = 0; k < COMPARE_N; k++) {
        const CompareSum *x = &s->kind[k];
        if (x->n) printf("%-36s %10s %22s %22s\n", compare_title((CompareKind)k), arena_count(cli->arena, x->n).p, arena_rupiah(cli->arena, x->ours).p, arena_rupiah(cli->arena, x->theirs).p);
    }
    for (int k = 0; k < CAUSE_N; k++) if (s->cause[k].n) printf(_("Another amount, cause %s: %s families\n"), cause_name((CauseKind)k), arena_count(cli->arena, s->cause[k].n).p);
    if (s->old.rp) printf(_("Besides, %s of other stages.\n"), arena_rupiah(cli->arena, s->old).p);
    if (s->channel_n) printf(_("%s families through another channel than ours.\n"), arena_count(cli->arena, s->channel_n).p);
}

static bool paylist_do_compare(Work *w, Err *e) {
    CompareFilter filter = { .kinds = 0 };
    CompareKind kind;
    CompareSums sums;
    Comparison *c;
    const char *word = cli_option(w->cli, "--kind"), *out = cli_option(w->cli, "--out");
    if (word && !compare_find(str_c(word), &kind)) return fail(e, BAD_INPUT, "\"%s\" is no kind: same, amount, only_theirs, only_ours, zero or old.", word);
    if (word) filter.kinds = 1u << kind;
    if (!stage_need(w, e) || !cli_int(w->cli, "--village", 0, &filter.village_id, e) || !cli_int(w->cli, "--companion", 0, &filter.companion_id, e) || !db_begin_read(w->db, e)) return false;
    bool is_good = compare_open(w->db, w->cli->arena, sight_of(w), w->kab, w->stage, &c, e) && compare_sums(c, &filter, &sums, e) &&
                   (!out || out_write(w, c, &filter, out, e));
    db_rollback(w->db);
    if (!is_good) return false;
    if (w->cli->is_json) sums_json(w, &sums); else sums_print(w->cli, &sums);
    return true;
}

// ---- tray and decisions --------------------------------------------------------------------------------------------------
static void tray_json(const TrayRow *row) {
    printf("{\"row\":\"%lld.%lld\",\"wave\":%lld,\"kind\":\"%s\",\"decision\":\"%s\",\"family\":%lld,\"total\":%lld,\"candidates\":[", (long long)row->list_id, (long long)row->row_n,
           (long long)row->wave_n, tray_kind_name(row->kind), tray_decision_name(row->decision), (long long)row->family_id, (long long)row->amount.rp);
    for (size_t i = 0; i < row->candidate_n; i++) printf("%s{\"family\":%lld,\"keys\":%lld}", i ? "," : "", (long long)row->candidates[i].family_id, (long long)row->candidates[i].bits);
    puts("]}");
}

static void tray_print(Cli *cli, const TrayRow *row) {
    printf("%lld.%lld  %s  %s", (long long)row->list_id, (long long)row->row_n, tray_kind_title(row->kind), arena_rupiah(cli->arena, row->amount).p);
    for (size_t i = 0; i < row->candidate_n; i++) {
        Buf keys = { .max = 200 };
        paylist_keys_put(&keys, row->candidates[i].bits);
        printf(_(", family %lld by %.*s"), (long long)row->candidates[i].family_id, (int)keys.n, keys.p);
        buf_free(&keys);
    }
    if (row->decision != TRAY_OPEN) printf(": %s", tray_decision_title(row->decision));
    if (row->decision == TRAY_FAMILY) printf(" %lld", (long long)row->family_id);
    puts("");
}

static bool paylist_do_tray(Work *w, Err *e) {
    TrayFilter filter = { .is_decided = cli_has(w->cli, "--decided") };
    TrayRows rows;
    if (!stage_need(w, e) || !cli_int(w->cli, "--limit", 50, &filter.limit_n, e)) return false;
    if (filter.limit_n < 1 || filter.limit_n > 100000) return fail(e, BAD_INPUT, "--limit must be between 1 and 100000.");
    if (!tray_list(w->db, w->cli->arena, sight_of(w), w->kab, w->stage, &filter, &rows, e)) return false;
    for (size_t i = 0; i < rows.n; i++) if (w->cli->is_json) tray_json(&rows.at[i]); else tray_print(w->cli, &rows.at[i]);
    if (!w->cli->is_json) printf(_("%s rows, together %s.\n"), arena_count(w->cli->arena, rows.all_n).p, arena_rupiah(w->cli->arena, rows.amount).p);
    return true;
}

static bool paylist_do_decide(Work *w, Err *e) {
    Str text;
    const char *reason = cli_option(w->cli, "--reason");
    TraySay say = { .kab = w->kab, .reason = str_c(reason) };
    if (!cli_arg(w->cli, 1, N_("The row (for example 3.118)"), &text, e)) return false;
    Str rest = text, head = str_cut(&rest, '.');
    if (!str_int64(head, &say.list_id) || !str_int64(rest, &say.row_n)) return fail(e, BAD_INPUT, "\"%.*s\" names no row: write list, point and row, like 3.118.", STR_ARG(text));
    bool has_family = cli_option(w->cli, "--family") != NULL, is_not_ours = cli_has(w->cli, "--not-ours"), is_open = cli_has(w->cli, "--open");
    if (has_family + is_not_ours + is_open != 1) return fail(e, BAD_INPUT, "Say one of --family N, --not-ours and --open.");
    say.decision = has_family ? TRAY_FAMILY : is_not_ours ? TRAY_NOT_OURS : TRAY_OPEN;
    if (!cli_int(w->cli, "--family", 0, &say.family_id, e) || !tray_say(w->db, &w->viewer, &say, instant_now(), e)) return false;
    if (w->cli->is_json) printf("{\"row\":\"%lld.%lld\",\"decision\":\"%s\"}\n", (long long)say.list_id, (long long)say.row_n, tray_decision_name(say.decision));
    else puts(tray_decision_title(say.decision));
    return true;
}

static bool paylist_do_match(Work *w, Err *e) {
    int64_t id, changed_n;
    if (!list_need(w, &id, e) || !paylist_match_again(w->db, &w->viewer, w->kab, id, instant_now(), &changed_n, e)) return false;
    if (w->cli->is_json) printf("{\"list\":%lld,\"changed\":%lld}\n", (long long)id, (long long)changed_n);
    else printf(_("%s rows mean somebody else now.\n"), arena_count(w->cli->arena, changed_n).p);
    return true;
}

static bool paylist_do_drop(Work *w, Err *e) {
    int64_t id;
    if (!list_need(w, &id, e) || !paylist_drop(w->db, &w->viewer, w->kab, id, instant_now(), e)) return false;
    if (w->cli->is_json) printf("{\"dropped\":%lld}\n", (long long)id);
    else puts(_("Forgotten. The file may be read again."));
    return true;
}

// ---- mode --------------------------------------------------------------------------------------------------------------
static bool mode_show(Work *w, Err *e) {
    StageModeRow row;
    ApprovalRequest request;
    StageMode asked;
    bool is_asked;
    if (!paylist_mode_read(w->db, w->kab, w->stage, &row, e) || !paylist_mode_open(w->db, w->cli->arena, w->kab, w->stage, &request, &asked, &is_asked, e)) return false;
    if (w->cli->is_json) printf("{\"mode\":\"%s\",\"asked\":%s%s%s}\n", stage_mode_name(row.mode), is_asked ? "\"" : "", is_asked ? stage_mode_name(asked) : "null", is_asked ? "\"" : "");
    else printf("%s\n", stage_mode_title(row.mode));
    if (is_asked && !w->cli->is_json) printf(_("Asked, and waits for another person's signature: %s\n"), stage_mode_title(asked));
    return true;
}

static bool paylist_do_mode(Work *w, Err *e) {
    StageMode mode;
    bool is_done;
    if (!stage_need(w, e)) return false;
    if (w->cli->arg_n < 2) return mode_show(w, e);
    Str word = str_c(w->cli->args[1]);
    if (!stage_mode_find(word, &mode)) return fail(e, BAD_INPUT, "\"%.*s\" is neither ours nor ministry.", STR_ARG(word));
    if (!actor_confirm(w->cli, w->db, ACTION_READ, w->kab, &w->viewer, e) || !paylist_mode_set(w->db, w->cli->arena, &w->viewer, w->kab, w->stage, mode, instant_now(), &is_done, e)) return false;
    if (w->cli->is_json) printf("{\"mode\":\"%s\",\"holds\":%s}\n", stage_mode_name(mode), is_done ? "true" : "false");
    else puts(is_done ? _("It holds from now on; the next closing of the stage follows it.") : _("Asked. Another person must say the same to sign it."));
    return true;
}

static const struct { const char *word; bool (*run)(Work *, Err *); Action action; bool may_be_all; } WORDS[] = {
    { "read", paylist_do_read, ACTION_IMPORT, true }, { "mend", paylist_do_mend, ACTION_IMPORT, false }, { "lists", paylist_do_lists, ACTION_READ, false }, { "compare", paylist_do_compare, ACTION_READ, false }, { "tray", paylist_do_tray, ACTION_READ, false },
    { "decide", paylist_do_decide, ACTION_EDIT, false }, { "match", paylist_do_match, ACTION_IMPORT, false }, { "drop", paylist_do_drop, ACTION_IMPORT, false },
    { "mode", paylist_do_mode, ACTION_READ, false },
};

bool verb_paylist(Cli *cli, Err *e) {
    Work w = { .cli = cli };
    Str word;
    bool is_practice;
    size_t i = 0, n = sizeof WORDS / sizeof *WORDS;
    if (!cli_arg(cli, 0, N_("What to do (read, mend, lists, compare, tray, decide, match, drop or mode)"), &word, e)) return false;
    while (i < n && !str_eq(word, str_c(WORDS[i].word))) i++;
    if (i == n) return fail(e, BAD_INPUT, "\"%.*s\" is none of read, mend, lists, compare, tray, decide, match, drop and mode.", STR_ARG(word));
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &w.db, e)) return false;
    bool is_good = actor_band(cli, w.db, &is_practice, e) && actor_require_here(cli, w.db, WORDS[i].action, WORDS[i].may_be_all, &w.kab, &w.viewer, e) && WORDS[i].run(&w, e);
    db_close(w.db);
    return is_good;
}
