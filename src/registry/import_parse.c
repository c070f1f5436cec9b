#include "registry/import_parse.h"
#include "base/lang.h"
#include <pthread.h>
#include <stdlib.h>

// Two blocks: one is filled by the thread while the other is written. `ready` counts filled blocks that wait.
#define BLOCKS 2
struct RowParser {
    RowSourceOptions o;
    StageCounts counts;
    bool is_after_total;
    RowBlock *block;                                       // the one under way
    RowBlock *blocks[BLOCKS];
    size_t filled_n, given_n;                              // in all
    bool has_given, is_stopping, is_over, is_started;
    Err failed;
    Lang lang;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

// ---- rows ------------------------------------------------------------------------------------------------------------------
static void finding_note(RowParser *p, int64_t row_n, FindingLevel level, Str field, const char *code, Str text) {
    p->block->findings[p->block->finding_n++] = (RowFinding){ row_n, { level, field, code, text } };
}

static void row_count(RowParser *p, Str family) {
    StageCounts *c = &p->counts;
    c->data_row_n++;
    c->part_row_n++;
    Hash hash = hash_of(family.p, family.n);
    int64_t key;
    memcpy(&key, hash.bytes, sizeof key);
    if (key == c->last_family) return;
    c->last_family = key;
    c->family_n++;
    c->part_family_n++;
}

static void row_take(RowParser *p, const CsvRow *row) {
    RowBlock *b = p->block;
    StagedRow *staged = &b->rows[b->row_n++];
    DtksFindings findings;
    staged->row_n = row->at.row_n + 1;
    dtks_row_read(p->o.places, p->o.header, row, p->o.how, &b->arena, &staged->row, &findings);
    p->counts.unwrapped_n += findings.unwrapped_n;
    p->counts.separated_n += findings.separated_n;
    row_count(p, staged->row.code.n ? staged->row.code : staged->row.kk);
    for (size_t i = 0; i < findings.n; i++) b->findings[b->finding_n++] = (RowFinding){ staged->row_n, findings.at[i] };
}

// A row whose bytes cannot be read as cells: told by its number; reading goes on at the next line.
static bool broken_take(RowParser *p, Err *e) {
    int64_t row_n = table_summary(p->o.reader).rows_n + 1;
    if (!table_recover(p->o.reader)) return false;
    finding_note(p, row_n, FINDING_ERROR, STR("baris"), "unreadable", arena_str(&p->block->arena, str_c(e->text)));
    *e = (Err){ 0 };
    p->counts.data_row_n++;
    p->counts.part_row_n++;
    return true;
}

// A whole number of a total: "1.234 jiwa" says 1234.
static bool total_number(Str cell, int64_t *out) {
    char digits[20];
    size_t n = 0;
    cell = str_trim(cell);
    for (size_t i = 0; i < cell.n && cell.p[i] != ' '; i++) {
        bool is_digit = cell.p[i] >= '0' && cell.p[i] <= '9';
        if (!is_digit && cell.p[i] != '.' && cell.p[i] != ',') return false;
        if (is_digit && n < sizeof digits) digits[n++] = cell.p[i];
    }
    return n > 0 && str_int64((Str){ digits, n }, out);
}

// The file's own total is its control sum: one of its numbers must be the rows or the families above it.
static void total_take(RowParser *p, const CsvRow *row) {
    StageCounts *c = &p->counts;
    int64_t number, said = -1;
    bool is_right = false;
    for (size_t i = 0; i < row->n; i++) {
        if (!total_number(row->cells[i], &number)) continue;
        if (said < 0) said = number;
        is_right |= number == c->data_row_n || number == c->part_row_n || number == c->family_n || number == c->part_family_n;
    }
    if (said >= 0 && !is_right)
        finding_note(p, row->at.row_n + 1, FINDING_ERROR, STR("berkas"), "control_sum",
                     arena_fmt(&p->block->arena, _("Row %lld is a total and says %lld, but %lld rows of %lld families stand above it. Rows are missing or doubled; ask for the file again."),
                               (long long)row->at.row_n + 1, (long long)said, (long long)c->data_row_n, (long long)c->family_n));
    p->is_after_total = true;
    c->part_row_n = c->part_family_n = 0;
}

static void any_row_take(RowParser *p, CsvRow *row) {
    if (csv_row_is_header(p->o.header, row)) return;
    if (csv_row_is_total(row)) { total_take(p, row); return; }
    if (dtks_row_is_footer(p->o.header, row, p->is_after_total)) { p->counts.footer_n++; return; }
    p->is_after_total = false;
    fills_apply(p->o.fills, p->o.header, row);
    row_take(p, row);
}

// ---- blocks ----------------------------------------------------------------------------------------------------------------
static bool block_fill(RowParser *p, Err *e) {
    RowBlock *b = p->block;
    arena_reset(&b->arena);
    b->row_n = b->finding_n = 0;
    b->is_last = false;
    while (b->row_n < BLOCK_ROWS && b->finding_n + DTKS_FINDINGS_MAX < BLOCK_FINDINGS && !b->is_last) {
        CsvRow row;
        bool has_row = false;
        if (!table_next(p->o.reader, &row, &has_row, e)) { if (!broken_take(p, e)) return false; }
        else if (has_row) any_row_take(p, &row);
        else b->is_last = true;
    }
    b->counts = p->counts;
    b->carried = fills_text(&b->arena, p->o.fills);
    b->place = table_place(p->o.reader);
    return true;
}

static void *parser_work(void *of) {
    RowParser *p = of;
    lang_set(p->lang);
    for (;;) {
        Err e = { 0 };
        pthread_mutex_lock(&p->lock);
        while (!p->is_stopping && p->filled_n - p->given_n + p->has_given >= BLOCKS) pthread_cond_wait(&p->changed, &p->lock);
        bool is_stopping = p->is_stopping;
        p->block = p->blocks[p->filled_n % BLOCKS];
        pthread_mutex_unlock(&p->lock);
        bool is_good = !is_stopping && block_fill(p, &e);
        pthread_mutex_lock(&p->lock);
        if (is_good) p->filled_n++;
        p->is_over = !is_good || p->block->is_last;
        if (!is_good) p->failed = e;
        bool is_over = p->is_over;
        pthread_cond_broadcast(&p->changed);
        pthread_mutex_unlock(&p->lock);
        if (is_over) return NULL;
    }
}

bool parser_open(const RowSourceOptions *options, RowParser **out, Err *e) {
    RowParser *p = calloc(1, sizeof *p);
    if (!p) return fail_memory(e);
    p->o = *options;
    p->counts = options->counts;
    p->is_after_total = p->counts.part_row_n == 0 && p->counts.data_row_n > 0;
    p->lang = lang_get();
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    bool is_good = true;
    for (int i = 0; i < BLOCKS; i++) is_good &= (p->blocks[i] = calloc(1, sizeof *p->blocks[i])) != NULL;
    p->is_started = is_good && pthread_create(&p->thread, NULL, parser_work, p) == 0;
    if (!p->is_started) { parser_close(p); return fail_memory(e); }
    *out = p;
    return true;
}

bool parser_next(RowParser *p, const RowBlock **out, Err *e) {
    pthread_mutex_lock(&p->lock);
    p->has_given = false;                                  // the block given before is free
    pthread_cond_broadcast(&p->changed);
    while (p->filled_n == p->given_n && !p->is_over) pthread_cond_wait(&p->changed, &p->lock);
    bool has_block = p->filled_n > p->given_n;
    if (has_block) {
        *out = p->blocks[p->given_n++ % BLOCKS];
        p->has_given = true;
    }
    pthread_mutex_unlock(&p->lock);
    if (!has_block) *e = p->failed;
    return has_block;
}

void parser_close(RowParser *p) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->is_stopping = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    if (p->is_started) pthread_join(p->thread, NULL);
    for (int i = 0; i < BLOCKS; i++) {
        if (p->blocks[i]) arena_free(&p->blocks[i]->arena);
        free(p->blocks[i]);
    }
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->changed);
    free(p);
}
