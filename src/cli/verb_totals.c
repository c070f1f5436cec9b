// verb_totals.c: what a stage pays in one district: by channel, by kecamatan, by component. The shell's dashboard.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "registry/area.h"
#include "stage/run.h"
#include <stdio.h>

const CliOption TOTALS_OPTIONS[] = { { "--kab", N_("CODE"), N_("the district (1371); your own otherwise") }, { 0 } };

// n: families that are paid, or persons (or families) that hold a component.
typedef struct { Str code, title; int64_t n; Rupiah amount; } Row;
typedef struct { const char *name, *title; Row *at; size_t n; } Table;
#define TITLE_WIDTH 36           // of a terminal of 96 places
enum { BY_CHANNEL, BY_KECAMATAN, BY_COMPONENT, TABLES_N };

static Str title_of(Str in_indonesian, Str in_english) { return lang_get() == LANG_ID ? in_indonesian : in_english; }

static bool row_add(Row *row, int64_t n, Rupiah amount, Err *e) {
    row->n += n;
    return rupiah_add(row->amount, amount, &row->amount, e);
}

static bool channels_fill(Arena *a, const RunTotals *t, Table *table, Err *e) {
    const SchemeChannel *channels;
    scheme_channels(t->scheme, &channels);
    *table = (Table){ "channels", N_("By channel"), NEW(a, Row, t->channel_n), t->channel_n };
    for (size_t c = 0; c < t->channel_n; c++) {
        table->at[c] = (Row){ .code = channels[c].code, .title = title_of(channels[c].stage_label_id, channels[c].stage_label_en) };
        for (size_t i = 0; i < t->village_n; i++) {
            const ChannelTotal *total = &t->channel[i * t->channel_n + c];
            if (!row_add(&table->at[c], total->payable_n, total->amount, e)) return false;
        }
    }
    return true;
}

static bool kecamatan_fill(Db *db, Arena *a, int64_t kab, const RunTotals *t, Table *table, Err *e) {
    Areas areas;
    if (!area_list_level(db, a, kab, AREA_KECAMATAN, &areas, e)) return false;
    *table = (Table){ "kecamatan", N_("By kecamatan"), NEW(a, Row, areas.n + 1), areas.n };
    for (size_t k = 0; k < areas.n; k++) table->at[k] = (Row){ .code = arena_fmt(a, "%lld", (long long)areas.at[k].id), .title = areas.at[k].name };
    table->at[areas.n] = (Row){ .code = STR("0"), .title = str_c(_("Unknown village")) };
    for (size_t i = 0; i < t->village_n; i++) {
        size_t k = 0;
        while (k < areas.n && areas.at[k].id != area_parent_of(t->village_id[i])) k++;
        if (k == areas.n) table->n = areas.n + 1;
        for (size_t c = 0; c < t->channel_n; c++) {
            const ChannelTotal *total = &t->channel[i * t->channel_n + c];
            if (!row_add(&table->at[k], total->payable_n, total->amount, e)) return false;
        }
    }
    return true;
}

static bool components_fill(Arena *a, const RunTotals *t, Table *table, Err *e) {
    const SchemeComponent *components;
    scheme_components(t->scheme, &components);
    *table = (Table){ "components", N_("By component (persons)"), NEW(a, Row, t->component_n), t->component_n };
    for (size_t k = 0; k < t->component_n; k++) {
        table->at[k] = (Row){ .code = components[k].code, .title = title_of(components[k].title_id, components[k].title_en) };
        for (size_t i = 0; i < (size_t)t->village_n * t->channel_n; i++) {
            const ComponentTotal *total = &t->component[i * t->component_n + k];
            if (!row_add(&table->at[k], total->n, total->amount, e)) return false;
        }
    }
    return true;
}

static void hash_print(const Hash *hash) {
    Buf b = { 0 };
    hash_put_hex(&b, hash);
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static void json_print(Str stage, const Run *run, const Table *tables) {
    printf("{\"kab\":%lld,\"stage\":", (long long)run->kab);
    cli_put_json(stage);
    printf(",\"families\":%lld,\"payable\":%lld,\"suspended\":%lld,\"total\":%lld,\"closing_hash\":\"", (long long)run->family_n,
           (long long)run->payable_n, (long long)run->suspended_n, (long long)run->total.rp);
    hash_print(&run->closing_hash);
    printf("\",\"run_hash\":\"");
    hash_print(&run->run_hash);
    putchar('"');
    for (size_t i = 0; i < TABLES_N; i++) {
        printf(",\"%s\":[", tables[i].name);
        for (size_t k = 0; k < tables[i].n; k++) {
            const Row *row = &tables[i].at[k];
            printf("%s{\"code\":", k ? "," : "");
            cli_put_json(row->code);
            printf(",\"title\":");
            cli_put_json(row->title);
            printf(",\"n\":%lld,\"total\":%lld}", (long long)row->n, (long long)row->amount.rp);
        }
        putchar(']');
    }
    puts("}");
}

// Places that a text takes on a terminal: bytes that do not continue a character.
static int width_of(Str s) {
    int n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void row_print(Str code, Str title, int64_t n, Rupiah amount) {
    Buf count = { 0 }, rupiah = { 0 };
    count_put(&count, n);
    rupiah_put(&rupiah, amount);
    printf("  %-18.*s %.*s%*s %10.*s %22.*s\n", STR_ARG(code), STR_ARG(title), width_of(title) < TITLE_WIDTH ? TITLE_WIDTH - width_of(title) : 0, "",
           (int)count.n, count.p, (int)rupiah.n, rupiah.p);
    buf_free(&count);
    buf_free(&rupiah);
}

static void text_print(const Run *run, const Table *tables) {
    for (size_t i = 0; i < TABLES_N; i++) {
        printf("%s\n", tr(tables[i].title));
        for (size_t k = 0; k < tables[i].n; k++) row_print(tables[i].at[k].code, tables[i].at[k].title, tables[i].at[k].n, tables[i].at[k].amount);
        putchar('\n');
    }
    row_print(STR(""), str_c(_("Families that are paid")), run->payable_n, run->total);
    printf("%s", _("Hash: "));
    hash_print(&run->run_hash);
    putchar('\n');
}

bool verb_totals(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer;
    bool is_practice;
    Str stage;
    int64_t kab;
    Run run;
    RunTotals totals;
    Table tables[TABLES_N];
    if (!cli_arg(cli, 0, N_("The stage (for example 2024-2)"), &stage, e)) return false;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_require_here(cli, db, ACTION_READ, false, &kab, &viewer, e) && run_read(db, kab, stage, &run, e) &&
        run_totals(db, cli->arena, kab, stage, &totals, e) && channels_fill(cli->arena, &totals, &tables[BY_CHANNEL], e) &&
        kecamatan_fill(db, cli->arena, kab, &totals, &tables[BY_KECAMATAN], e) && components_fill(cli->arena, &totals, &tables[BY_COMPONENT], e);
    db_close(db);
    if (!is_good) return false;
    if (cli->is_json) json_print(stage, &run, tables); else text_print(&run, tables);
    return true;
}
